//! Asking with less where a server refuses what it does not know: vendors' models differ in what
//! of a request they take, and new ones come faster than tables.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use futures::future::TryFutureExt;
use futures::stream::StreamExt;
use serde_json::Value;

use crate::backend::Deltas;
use crate::backend::endpoint::Endpoint;
use crate::backend::error::BackendError;
use crate::backend::stream::{self, Patience, Pieces};
use crate::config::settings::Purpose;

/// Which of several forms of a request a server takes; the first one is the fullest. Suggestions
/// and chat have forms of their own.
#[derive(Debug, Default)]
pub(crate) struct Forms {
    completion: Form,
    chat: Form,
}

#[derive(Debug, Default)]
struct Form {
    number: AtomicU8,
    /// One was taken: from now on a refusal is about something else.
    known: AtomicBool,
}

/// A request in its forms: what for, where to, and the bodies.
pub(crate) struct Asked {
    pub(crate) purpose: Purpose,
    pub(crate) path: String,
    pub(crate) forms: Vec<Value>,
}

impl Forms {
    /// POSTs, and reads the answer by `read` as it comes.
    pub(crate) fn stream(
        self: &Arc<Self>,
        endpoint: &Arc<Endpoint>,
        asked: Asked,
        read: impl FnOnce(Pieces, String, Patience) -> Deltas + Send + 'static,
    ) -> Deltas {
        let (endpoint, taken) = (Arc::clone(endpoint), Arc::clone(self));
        async move {
            let Asked { purpose, path, forms } = asked;
            let patience = endpoint.patience(purpose);
            let response = taken.post(&endpoint, purpose, &path, &forms).await?;
            let name = endpoint.name();
            Ok::<_, BackendError>(read(stream::pieces(response), name, patience))
        }
        .try_flatten_stream()
        .boxed()
    }

    /// POSTs the first of `forms` that is not refused, and remembers which.
    ///
    /// # Errors
    /// The refusal of the last form, or any other [`BackendError`].
    pub(crate) async fn post(
        &self,
        endpoint: &Endpoint,
        purpose: Purpose,
        path: &str,
        forms: &[Value],
    ) -> Result<reqwest::Response, BackendError> {
        let form = match purpose {
            Purpose::Completion => &self.completion,
            Purpose::Chat | Purpose::Index => &self.chat,
        };
        let last = forms.len().saturating_sub(1);
        let mut at = usize::from(form.number.load(Ordering::Relaxed)).min(last);
        loop {
            let body = forms.get(at).unwrap_or(&Value::Null);
            let sent = endpoint.post(purpose, path, body).await;
            let known = form.known.load(Ordering::Relaxed);
            match &sent {
                Err(BackendError::Refused(..)) if !known && at < last => at += 1,
                Ok(_) => {
                    form.number.store(u8::try_from(at).unwrap_or(0), Ordering::Relaxed);
                    form.known.store(true, Ordering::Relaxed);
                    return sent;
                }
                Err(_) => return sent,
            }
        }
    }
}
