//! What every request to a model has to pass, whatever is asked of it: the circuit breaker, the model's
//! limits and caps; and the account that is opened for it then.

use std::sync::Arc;
use std::time::Instant;

use super::Priority;
use super::account::{Account, cost};
use super::breaker::{Moment, Pass};
use super::endpoint::Endpoint;
use super::error::BackendError;
use super::limit::{Limiter, Wish};
use crate::catalogue;
use crate::config::settings::{Price, Purpose};
use crate::store::{Store, Subject, Tokens};

/// The meter of one endpoint.
#[derive(Clone)]
pub(super) struct Meter {
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) store: Arc<Store>,
    pub(super) subject: Arc<Subject>,
    limiter: Option<Arc<Limiter>>,
    price: Option<Price>,
}

/// What a request may use at most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) purpose: Purpose,
    pub(super) priority: Priority,
    /// Tokens of what is sent, an upper estimate.
    pub(super) prompt: u64,
    /// Tokens of the answer.
    pub(super) output: u64,
}

impl Meter {
    pub(super) fn new(endpoint: Arc<Endpoint>, store: Arc<Store>) -> Self {
        let subject = Subject::new(&endpoint.model);
        let price = catalogue::price(&endpoint.model).map(|(price, _)| price);
        let ledger = Arc::clone(&store) as _;
        let limiter = Limiter::new(endpoint.name(), &endpoint.model, Arc::clone(&subject), ledger);
        if let Some(limiter) = &limiter {
            endpoint.limit_by(Arc::clone(limiter));
        }
        Self { endpoint, store, subject, limiter, price }
    }

    /// Whether the server is asked at all now.
    ///
    /// # Errors
    /// [`BackendError::Resting`] where it is left alone.
    pub(super) fn enter(&self, priority: Priority) -> Result<Pass, BackendError> {
        let health = &self.endpoint.health;
        if priority != Priority::Invoked
            && let Some((until, reason)) = health.used_up(Instant::now())
        {
            let left = until.saturating_duration_since(Instant::now());
            return Err(BackendError::Resting(reason, left));
        }
        let pass = health.breaker().enter(priority, Moment::now());
        pass.map_err(|(left, reason)| BackendError::Resting(reason, left))
    }

    /// The account of a request that is sent now, as soon as the limits let it through.
    ///
    /// # Errors
    /// Those of [`Limiter::admit`].
    pub(super) async fn open(&self, size: Size) -> Result<Account, BackendError> {
        let Size { purpose, priority, prompt, output } = size;
        let tokens = Tokens { prompt, cached: 0, output };
        let permit = match &self.limiter {
            Some(limiter) => {
                let wish = Wish {
                    purpose,
                    priority,
                    tokens: prompt + output,
                    cost: self.price.map_or(0.0, |price| cost(price, tokens)),
                    patience: self.endpoint.model.waits(purpose).first_token,
                    within: false,
                };
                let permit = limiter.admit(wish).await?;
                self.endpoint.expect_post();
                Some(permit)
            }
            None => None,
        };
        let (store, subject) = (Arc::clone(&self.store), Arc::clone(&self.subject));
        Ok(Account::open(store, subject, purpose, prompt, self.price, permit))
    }
}
