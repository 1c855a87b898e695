//! What stands between an embedder and its server: the model's limits and caps, the circuit breaker, and
//! the account of what every request used.

use std::sync::Arc;
use std::time::Instant;

use futures::future::{BoxFuture, FutureExt};

use super::{EmbedError, EmbedKind, Embedded, Embedder};
use crate::backend::account::{Account, cost};
use crate::backend::breaker::Moment;
use crate::backend::endpoint::Endpoint;
use crate::backend::error::BackendError;
use crate::backend::limit::{Limiter, Wish};
use crate::backend::{Delta, Priority, Usage};
use crate::catalogue;
use crate::config::settings::{Price, Purpose};
use crate::guard::Redacted;
use crate::prompt::budget::estimate;
use crate::store::{Store, Subject, Tokens};

/// An embedder, metered.
#[derive(Clone)]
pub struct Metered {
    endpoint: Arc<Endpoint>,
    inner: Arc<dyn Embedder>,
    store: Arc<Store>,
    subject: Arc<Subject>,
    limiter: Option<Arc<Limiter>>,
    price: Option<Price>,
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
        let subject = Subject::new(&endpoint.model);
        let price = catalogue::price(&endpoint.model).map(|(price, _)| price);
        let ledger = Arc::clone(&store) as _;
        let limiter = Limiter::new(endpoint.name(), &endpoint.model, Arc::clone(&subject), ledger);
        if let Some(limiter) = &limiter {
            endpoint.limit_by(Arc::clone(limiter));
        }
        Ok(Self { endpoint, inner, store, subject, limiter, price, passages })
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
        let health = &self.endpoint.health;
        let resting = |(until, reason): (Instant, String)| {
            BackendError::Resting(reason, until.saturating_duration_since(Instant::now()))
        };
        if priority != Priority::Invoked
            && let Some(shut) = health.used_up(Instant::now())
        {
            return Err(resting(shut).into());
        }
        let pass = health.breaker().enter(priority, Moment::now());
        let pass = pass.map_err(|(left, reason)| BackendError::Resting(reason, left))?;
        let prompt: u64 = texts.iter().map(|text| estimate(text.as_str()) as u64).sum();
        let permit = match &self.limiter {
            Some(limiter) => {
                let permit = limiter.admit(self.wish(priority, prompt)).await?;
                self.endpoint.expect_post();
                Some(permit)
            }
            None => None,
        };
        let (store, subject) = (Arc::clone(&self.store), Arc::clone(&self.subject));
        let mut account = Account::open(store, subject, Purpose::Index, prompt, self.price, permit);
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
                self.endpoint.note(&error);
                Err(error.into())
            }
            Err(other) => {
                // It answered, and has counted what it read.
                account.finish();
                Err(other)
            }
        }
    }

    fn wish(&self, priority: Priority, prompt: u64) -> Wish {
        let tokens = Tokens { prompt, ..Tokens::default() };
        Wish {
            purpose: Purpose::Index,
            priority,
            tokens: prompt,
            cost: self.price.map_or(0.0, |price| cost(price, tokens)),
            patience: self.endpoint.model.waits(Purpose::Index).first_token,
            within: false,
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
