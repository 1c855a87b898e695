//! The limits and caps of one model: who may be asked now, and who goes first where not all can.
//!
//! What is counted lies in the local store, so that all editors of the user share it. Here stands
//! the queue of one process: what the user asks for goes before what the editor asks for by itself,
//! and that before what is fetched ahead; of suggestions the newest goes first. A request that is
//! dropped while it waits has spent nothing.

mod queue;

use std::sync::Arc;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::Instant;

use self::queue::Queue;
use super::Priority;
use super::error::BackendError;
use crate::config::settings::{Caps, Limits, ModelSettings, Purpose};
use crate::store::admission::{Verdict, WINDOW, Want};
use crate::store::{Store, Subject};

/// Longer than this nobody waits for a suggestion that they have not asked for.
const FRESH_WAIT: Duration = Duration::from_millis(300);
/// Of this many parts of a limit one is kept for what the user asks for.
const KEPT: u32 = 10;

/// Where it is counted.
pub trait Ledger: Send + Sync {
    /// Counts a request if it may be sent. Dropped, it has counted nothing.
    fn admit(&self, want: Want) -> BoxFuture<'_, Verdict>;
    /// Takes back what was counted.
    fn release(&self, admission: i64);
    /// It is over, and stays counted.
    fn close(&self, admission: i64);
}

impl Ledger for Store {
    fn admit(&self, want: Want) -> BoxFuture<'_, Verdict> {
        Store::admit(self, want).boxed()
    }

    fn release(&self, admission: i64) {
        Store::release(self, admission);
    }

    fn close(&self, admission: i64) {
        Store::close(self, admission);
    }
}

/// A request that wants to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// What for.
    pub purpose: Purpose,
    /// Who goes first.
    pub priority: Priority,
    /// Tokens it will use at most.
    pub tokens: u64,
    /// USD it will cost at most.
    pub cost: f64,
    /// How long the user waits for it.
    pub patience: Duration,
    /// It belongs to one that was let through already.
    pub within: bool,
}

/// The limits and caps of a model.
pub struct Limiter {
    /// The model at its server, for messages.
    name: String,
    subject: Arc<Subject>,
    limits: Limits,
    caps: Caps,
    window: Duration,
    ledger: Arc<dyn Ledger>,
    queue: Mutex<Queue>,
    changed: Notify,
}

impl Limiter {
    /// Of a model; `None` where nothing limits it.
    #[must_use]
    pub fn new(
        name: String,
        model: &ModelSettings,
        subject: Arc<Subject>,
        ledger: Arc<dyn Ledger>,
    ) -> Option<Arc<Self>> {
        let (limits, caps) = (model.limits, model.caps);
        if limits == Limits::default() && caps == Caps::default() {
            return None;
        }
        let (queue, changed, window) = (Mutex::default(), Notify::new(), WINDOW);
        Some(Arc::new(Self { name, subject, limits, caps, window, ledger, queue, changed }))
    }

    /// Waits for the turn of a request.
    ///
    /// # Errors
    /// [`BackendError::Limited`] where it would have to wait longer than it is wanted,
    /// [`BackendError::OverLimit`] where waiting does not help, [`BackendError::Capped`].
    pub async fn admit(self: &Arc<Self>, wish: Wish) -> Result<Permit, BackendError> {
        let patience = match wish.priority {
            Priority::Invoked => wish.patience,
            Priority::Fresh | Priority::Prefetch => wish.patience.min(FRESH_WAIT),
        };
        let deadline = Instant::now() + patience;
        if let Some((until, key)) = self.queue.lock().full_until(wish.priority)
            && until > deadline
        {
            return Err(self.limited(until, key));
        }
        let place = Place::take(self, wish);
        loop {
            // Before the look, or what changes in between would be missed.
            let mut changed = self.changed.notified();
            let mut look_again = deadline;
            if let Some(turn) = place.turn() {
                let freed = self.queue.lock().times_freed();
                let asked = self.ledger.admit(self.want(wish));
                let verdict = tokio::time::timeout_at(deadline, asked).await;
                drop(turn);
                // The end of our own turn is no reason to look again; what was given back meanwhile is.
                changed = self.changed.notified();
                if self.queue.lock().times_freed() != freed
                    && matches!(verdict, Ok(Verdict::Wait(..)))
                {
                    continue;
                }
                match verdict {
                    Ok(Verdict::Granted(id)) => {
                        return Ok(Permit { limiter: Arc::clone(self), id: Some(id) });
                    }
                    Ok(Verdict::Wait(wait, key)) => {
                        let until = Instant::now() + wait;
                        self.queue.lock().is_full(wish.priority, until, key);
                        if until > deadline {
                            return Err(self.limited(until, key));
                        }
                        look_again = until;
                    }
                    Ok(Verdict::Never(key)) => {
                        return Err(BackendError::OverLimit(
                            self.name.clone(),
                            self.key("limits", key),
                        ));
                    }
                    Ok(Verdict::Capped(cap)) => {
                        let key = self.key("caps", cap.key);
                        return Err(BackendError::Capped(
                            self.name.clone(),
                            key,
                            cap.used,
                            cap.until,
                        ));
                    }
                    Err(_) => return Err(self.limited(deadline, "the local store")),
                }
            }
            let woken = tokio::time::timeout_at(look_again, changed).await.is_ok();
            if !woken && Instant::now() >= deadline {
                let (until, key) = self.queue.lock().why(deadline);
                return Err(self.limited(until, key));
            }
        }
    }

    /// Counts one more request of one that was let through.
    ///
    /// # Errors
    /// As [`Limiter::admit`].
    pub async fn one_more(self: &Arc<Self>, patience: Duration) -> Result<(), BackendError> {
        let (purpose, priority) = (Purpose::Completion, Priority::Invoked);
        let wish = Wish { purpose, priority, tokens: 0, cost: 0.0, patience, within: true };
        let mut permit = self.admit(wish).await?;
        if let Some(id) = permit.spend() {
            self.ledger.close(id);
        }
        Ok(())
    }

    fn want(&self, wish: Wish) -> Want {
        let mut limits = share(self.limits, wish.priority);
        if wish.within {
            limits.concurrent = None;
        }
        Want {
            subject: Arc::clone(&self.subject),
            purpose: wish.purpose,
            limits,
            caps: self.caps,
            tokens: wish.tokens,
            cost: wish.cost,
            window: self.window,
        }
    }

    fn limited(&self, until: Instant, key: &'static str) -> BackendError {
        let wait = until.saturating_duration_since(Instant::now());
        BackendError::Limited(self.name.clone(), wait, self.key("limits", key))
    }

    /// A key as it stands in the configuration.
    fn key(&self, table: &str, key: &str) -> String {
        match key.contains(' ') {
            true => key.to_owned(),
            false => format!("models.{}.{table}.{key}", self.subject.name),
        }
    }
}

/// What of the limits is for requests of this kind: typing must not use up what the user may want
/// to ask for the next moment.
fn share(limits: Limits, priority: Priority) -> Limits {
    let part = |most: u32| match priority {
        Priority::Invoked => most,
        Priority::Fresh => most - most / KEPT,
        Priority::Prefetch => most.div_ceil(2),
    };
    Limits {
        requests_per_minute: limits.requests_per_minute.map(part),
        tokens_per_minute: limits.tokens_per_minute.map(part),
        concurrent: limits.concurrent,
    }
}

/// A request's place in the queue; leaves it when dropped.
struct Place<'a> {
    limiter: &'a Arc<Limiter>,
    number: u64,
}

impl<'a> Place<'a> {
    fn take(limiter: &'a Arc<Limiter>, wish: Wish) -> Self {
        let number = limiter.queue.lock().enter(wish.priority, wish.purpose);
        Self { limiter, number }
    }

    /// Its turn, if it is the first and nobody is asking.
    fn turn(&self) -> Option<Turn<'a>> {
        self.limiter.queue.lock().turn(self.number).then(|| Turn(self.limiter))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.limiter.queue.lock().leave(self.number);
        self.limiter.changed.notify_waiters();
    }
}

/// One asks at a time.
struct Turn<'a>(&'a Arc<Limiter>);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.queue.lock().over();
        self.0.changed.notify_waiters();
    }
}

/// Leave to send one request. Dropped without [`Permit::spend`], nothing was sent.
pub struct Permit {
    limiter: Arc<Limiter>,
    id: Option<i64>,
}

impl Permit {
    /// The request was sent; its admission, for the note of what it used.
    pub fn spend(&mut self) -> Option<i64> {
        self.id.take()
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(id) = self.id.take() {
            self.limiter.ledger.release(id);
        }
        self.limiter.queue.lock().freed();
        self.limiter.changed.notify_waiters();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests;
