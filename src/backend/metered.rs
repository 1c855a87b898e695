//! What stands between a completer and a wire format: limits, the circuit breaker, retries, and the
//! account of what every request used. Where a model has no limit, nothing here waits.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::future::{BoxFuture, FutureExt};

use super::account::{Account, prompt_tokens};
use super::breaker::{Moment, Pass};
use super::endpoint::Endpoint;
use super::error::BackendError;
use super::health::Readiness;
use super::meter::{Meter, Size};
use super::retry::{self, CHAT_WAIT};
use super::tokenizer;
use super::{Ask, Backend, Delta, Deltas, Facts, Usage};
use crate::config::settings::Purpose;
use crate::store::Store;

/// A backend, metered.
#[derive(Clone)]
pub struct Metered {
    meter: Meter,
    inner: Arc<dyn Backend>,
    random: fn() -> u64,
}

impl Metered {
    /// Around the wire formats of an endpoint.
    #[must_use]
    pub fn new(endpoint: Arc<Endpoint>, inner: Arc<dyn Backend>, store: Arc<Store>) -> Self {
        Self { meter: Meter::new(endpoint, store), inner, random: retry::random }
    }

    /// With pauses between tries that are known beforehand, for tests.
    #[must_use]
    pub fn with_random(self, random: fn() -> u64) -> Self {
        Self { random, ..self }
    }
}

impl Backend for Metered {
    fn stream(&self, ask: Ask) -> Deltas {
        let state = State::Asking;
        let run = Run { metered: self.clone(), ask, tried: 0, state, answered: false };
        let next = |mut run: Run| async move { run.next().await.map(|item| (item, run)) };
        futures::stream::unfold(run, next).boxed()
    }

    fn probe(&self) -> BoxFuture<'static, Result<Facts, BackendError>> {
        let (endpoint, probe) = (Arc::clone(&self.meter.endpoint), self.inner.probe());
        async move {
            let facts = probe.await?;
            endpoint.health.breaker().seen(Moment::now());
            Ok(facts)
        }
        .boxed()
    }
}

/// One request and its tries. Whatever it waits for ends when it is dropped.
struct Run {
    metered: Metered,
    ask: Ask,
    tried: u32,
    state: State,
    /// Any text has come.
    answered: bool,
}

impl Drop for Run {
    fn drop(&mut self) {
        if self.answered {
            tokenizer::learn(&self.metered.meter.endpoint, &self.ask);
        }
    }
}

enum State {
    Asking,
    Streaming(Box<Streaming>),
    Over,
}

/// A try under way. The stream goes first: what its account says is noted when it has ended.
struct Streaming {
    deltas: Deltas,
    pass: Pass,
    account: Account,
}

impl Drop for Streaming {
    fn drop(&mut self) {
        // Left by us after text had come: all was well.
        if self.account.has_begun() && !self.account.has_failed() {
            self.pass.succeeded();
        }
    }
}

impl Run {
    async fn next(&mut self) -> Option<Result<Delta, BackendError>> {
        loop {
            let streaming = match &mut self.state {
                State::Over => return None,
                State::Streaming(streaming) => streaming,
                State::Asking => match self.begin().await {
                    Ok(streaming) => {
                        self.state = State::Streaming(Box::new(streaming));
                        continue;
                    }
                    Err(error) => {
                        self.state = State::Over;
                        return Some(Err(error));
                    }
                },
            };
            let Streaming { deltas, pass, account } = streaming.as_mut();
            let error = match deltas.next().await {
                Some(Ok(delta)) => {
                    let first = !account.has_begun();
                    account.note(&delta);
                    if let Delta::Usage(Usage { prompt_tokens: Some(counted), .. }) = delta {
                        let estimated = prompt_tokens(&self.ask);
                        self.metered.meter.endpoint.density.note(estimated, counted);
                    }
                    if first && account.has_begun() {
                        self.answered = true;
                        pass.answered();
                    }
                    return Some(Ok(delta));
                }
                None => {
                    account.finish();
                    pass.succeeded();
                    self.state = State::Over;
                    return None;
                }
                Some(Err(error)) => error,
            };
            let begun = account.has_begun();
            account.fail(&error);
            let purpose = self.ask.purpose();
            let pause = retry::pause(purpose, self.tried, &error, (self.metered.random)());
            if let Some(pause) = pause.filter(|_| !begun) {
                self.state = State::Asking;
                self.tried += 1;
                tracing::debug!(model = %self.metered.meter.subject.name, ?pause, "once more: {error}");
                let endpoint = &self.metered.meter.endpoint;
                let failed = match error.quiet_for() {
                    Some(_) => asks_for_a_pause(endpoint),
                    None => format!("{} failed", endpoint.name()),
                };
                let told = purpose == Purpose::Chat;
                let _pause = told.then(|| endpoint.health.pause(&failed, pause));
                tokio::time::sleep(pause).await;
                continue;
            }
            pass.failed(&error, Moment::now());
            self.metered.meter.endpoint.note(&error);
            self.state = State::Over;
            return Some(Err(error));
        }
    }

    /// Lets the request through and begins it.
    async fn begin(&mut self) -> Result<Streaming, BackendError> {
        let Metered { meter, inner, .. } = &self.metered;
        if self.ask.purpose() == Purpose::Chat {
            wait_for_quiet(&meter.endpoint).await?;
        }
        let pass = meter.enter(self.ask.priority())?;
        let account = meter.open(self.size()).await?;
        Ok(Streaming { deltas: inner.stream(self.ask.clone()), pass, account })
    }

    /// What it may use at most.
    fn size(&self) -> Size {
        let (most, candidates) = match &self.ask {
            Ask::Fim(ask) => (ask.prompt.max_output_tokens(), ask.candidates),
            Ask::Chat(ask) => (ask.prompt.max_output_tokens(), 1),
        };
        Size {
            purpose: self.ask.purpose(),
            priority: self.ask.priority(),
            prompt: prompt_tokens(&self.ask),
            output: u64::from(most) * u64::from(candidates.max(1)),
        }
    }
}

/// A pause that the server asked for is waited for, if it is short.
async fn wait_for_quiet(endpoint: &Endpoint) -> Result<(), BackendError> {
    let Readiness::Quiet(until, _) = endpoint.health.readiness(Instant::now()) else {
        return Ok(());
    };
    let left = until.saturating_duration_since(Instant::now());
    if left > CHAT_WAIT {
        return Err(BackendError::Busy(endpoint.name(), whole(left), 429));
    }
    let _pause = endpoint.health.pause(&asks_for_a_pause(endpoint), left);
    tokio::time::sleep(left).await;
    Ok(())
}

fn asks_for_a_pause(endpoint: &Endpoint) -> String {
    format!("{} asks for a pause", endpoint.name())
}

/// Without fractions of a second, for messages.
fn whole(time: Duration) -> Duration {
    Duration::from_secs(time.as_secs() + 1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests;
