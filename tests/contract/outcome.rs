//! What came out of a stream.

use std::collections::BTreeMap;

use foretype::backend::error::BackendError;
use foretype::backend::{Delta, Deltas, FinishReason, Usage};
use futures::StreamExt;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// By candidate.
    pub texts: Vec<String>,
    /// In the order they came.
    pub finishes: Vec<FinishReason>,
    /// The last that was said.
    pub usage: Option<Usage>,
    pub error: Option<BackendError>,
}

impl Outcome {
    pub async fn of(mut deltas: Deltas) -> Self {
        let mut outcome = Self::default();
        while let Some(delta) = deltas.next().await {
            assert!(outcome.error.is_none(), "nothing comes after an error");
            match delta {
                Ok(Delta::Text { index, text }) => {
                    assert!(index < 16 && !text.is_empty());
                    while outcome.texts.len() <= index {
                        outcome.texts.push(String::new());
                    }
                    outcome.texts[index].push_str(&text);
                }
                Ok(Delta::Finished { reason, .. }) => outcome.finishes.push(reason),
                Ok(Delta::Usage(usage)) => outcome.usage = Some(usage),
                Err(error) => outcome.error = Some(error),
            }
        }
        outcome
    }

    /// What is known of the usage, by the names that cases have.
    pub fn usage_table(&self) -> BTreeMap<String, u64> {
        let usage = self.usage.unwrap_or_default();
        [
            ("prompt", usage.prompt_tokens),
            ("output", usage.output_tokens),
            ("cached", usage.cached_tokens),
        ]
        .into_iter()
        .filter_map(|(name, tokens)| Some((name.to_owned(), tokens?)))
        .collect()
    }
}
