//! What arrives together is taken together.

use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt};

use super::stream::MAX_TEXT;
use crate::backend::Delta;
use crate::backend::error::BackendError;

/// A piece of text with what has arrived together with it; `ahead` is what came after that.
pub(super) fn gather(
    mut text: String,
    index: usize,
    deltas: &mut BoxStream<'_, Result<Delta, BackendError>>,
    ahead: &mut Option<Option<Result<Delta, BackendError>>>,
) -> String {
    while text.len() <= MAX_TEXT
        && let Some(next) = deltas.next().now_or_never()
    {
        match next {
            Some(Ok(Delta::Text { index: same, text: more })) if same == index => {
                text.push_str(&more);
            }
            other => {
                *ahead = Some(other);
                break;
            }
        }
    }
    text
}
