//! What stands between an embedder and its server: the model's limits and caps, the circuit breaker, and
//! the account of what every request used.

use std::sync::Arc;

use futures::future::{BoxFuture, FutureExt};

use super::{EmbedError, EmbedKind, Embedded, Embedder};
use crate::backend::breaker::Moment;
use crate::backend::endpoint::Endpoint;
use crate::backend::meter::{Meter, Size};
use crate::backend::{Delta, Priority, Usage};
use crate::config::settings::Purpose;
use crate::guard::Redacted;
use crate::prompt::budget::estimate;
use crate::store::Store;

/// An embedder, metered.
#[derive(Clone)]
pub struct Metered {
    meter: Meter,
    inner: Arc<dyn Embedder>,
    /// Who waits for what is found; code that is found is read ahead unless somebody asked for that.
    passages: Priority,
}

impl Metered {
    /// Around the embedder of an endpoint. `passages`: how urgent it is to embed what is found.
    ///
    /// # Errors
    /// [`EmbedError::NoEmbeddings`] where its provider has none.
    pub fn connect(
        endpoint: Arc<Endpoint>,
        store: Arc<Store>,
        passages: Priority,
    ) -> Result<Self, EmbedError> {
        let inner = super::connect(Arc::clone(&endpoint))?;
        Ok(Self { meter: Meter::new(endpoint, store), inner, passages })
    }

    async fn run(self, texts: Vec<Redacted>, kind: EmbedKind) -> Result<Embedded, EmbedError> {
        if texts.is_empty() {
            return self.inner.embed(texts, kind).await;
        }
        // A search that has to wait goes on without.
        let priority = match kind {
            EmbedKind::Query => Priority::Fresh,
            EmbedKind::Passage => self.passages,
        };
        let pass = self.meter.enter(priority)?;
        let prompt = texts.iter().map(|text| estimate(text.as_str()) as u64).sum();
        let size = Size { purpose: Purpose::Index, priority, prompt, output: 0 };
        let mut account = self.meter.open(size).await?;
        match self.inner.embed(texts, kind).await {
            Ok(embedded) => {
                let Usage { prompt_tokens, .. } = embedded.usage;
                // Vectors are no tokens.
                let output_tokens = prompt_tokens.map(|_| 0);
                account.note(&Delta::Usage(Usage { output_tokens, ..embedded.usage }));
                account.finish();
                pass.succeeded();
                Ok(embedded)
            }
            Err(EmbedError::Backend(error)) => {
                account.fail(&error);
                pass.failed(&error, Moment::now());
                self.meter.endpoint.note(&error);
                Err(error.into())
            }
            Err(other) => {
                // It answered, and has counted what it read.
                account.finish();
                Err(other)
            }
        }
    }
}

impl Embedder for Metered {
    fn embed(
        &self,
        texts: Vec<Redacted>,
        kind: EmbedKind,
    ) -> BoxFuture<'static, Result<Embedded, EmbedError>> {
        self.clone().run(texts, kind).boxed()
    }

    fn dimension(&self) -> Option<usize> {
        self.inner.dimension()
    }

    fn max_batch(&self) -> usize {
        self.inner.max_batch()
    }
}
