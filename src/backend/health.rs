//! What is known of an endpoint from one request to the next: loading, asked for quiet, how fast.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use parking_lot::Mutex;
use reqwest::header::HeaderMap;
use tokio::sync::watch;

use super::breaker::{Breaker, Moment};
use super::rate_headers;

/// Whether an endpoint may be asked now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// Yes.
    Ready,
    /// Not known yet, or no longer: ask the server first.
    Unknown,
    /// It is loading the model.
    Loading,
    /// It asked for quiet until then, for that reason.
    Quiet(Instant, String),
    /// Until then only what the user asks for by hand, for that reason: it failed again and again,
    /// or what it allows is used up.
    Resting(Instant, String),
}

/// A question of a conversation waits to be sent, or to be sent once more: for how long, and the words for
/// it. Over when it is dropped.
pub struct Pause<'a>(&'a watch::Sender<Option<String>>);

impl Drop for Pause<'_> {
    fn drop(&mut self) {
        self.0.send_replace(None);
    }
}

/// An endpoint's state, shared by everyone who uses it.
pub struct Health {
    readiness: watch::Sender<Readiness>,
    first_token: Mutex<Option<Duration>>,
    /// When an idle model leaves memory (Ollama's `keep_alive`).
    expires: Mutex<Option<Instant>>,
    breaker: Arc<Breaker>,
    /// What it allows is used up until then; and the words for it.
    used_up: Mutex<Option<(Instant, String)>>,
    /// What a conversation waits for.
    pause: watch::Sender<Option<String>>,
}

impl Health {
    /// A new endpoint; `known` where nothing has to be asked first.
    #[must_use]
    pub fn new(known: bool) -> Self {
        let first = if known { Readiness::Ready } else { Readiness::Unknown };
        Self {
            readiness: watch::Sender::new(first),
            first_token: Mutex::new(None),
            expires: Mutex::new(None),
            breaker: Arc::default(),
            used_up: Mutex::new(None),
            pause: watch::Sender::new(None),
        }
    }

    /// Its circuit breaker.
    #[must_use]
    pub const fn breaker(&self) -> &Arc<Breaker> {
        &self.breaker
    }

    /// Whether it may be asked now, by its own state and by how it has fared.
    #[must_use]
    pub fn availability(&self, now: Instant) -> Readiness {
        let readiness = self.readiness(now);
        if !matches!(readiness, Readiness::Ready | Readiness::Unknown) {
            return readiness;
        }
        let shut = self
            .used_up(now)
            .or_else(|| self.breaker.shut(Moment { at: now, wall: SystemTime::now() }));
        shut.map_or(readiness, |(until, reason)| Readiness::Resting(until, reason))
    }

    /// Takes note of what an answer's headers say of limits; `name` is the server's.
    pub fn note_limits(&self, headers: &HeaderMap, name: impl Fn() -> String) {
        if let Some((what, pause)) = rate_headers::used_up(headers, SystemTime::now()) {
            let reason = format!("{} allows no more {what} for now", name());
            *self.used_up.lock() = Some((Instant::now() + pause, reason));
        }
    }

    /// Until when what it allows is used up, and the words for it.
    #[must_use]
    pub fn used_up(&self, now: Instant) -> Option<(Instant, String)> {
        let mut used_up = self.used_up.lock();
        if used_up.as_ref().is_some_and(|(until, _)| *until <= now) {
            *used_up = None;
        }
        used_up.clone()
    }

    /// The state now; quiet and expiry are over when their time has come.
    #[must_use]
    pub fn readiness(&self, now: Instant) -> Readiness {
        let mut readiness = self.readiness.borrow().clone();
        if matches!(readiness, Readiness::Quiet(until, _) if until <= now) {
            self.set(Readiness::Ready);
            readiness = Readiness::Ready;
        }
        match readiness {
            Readiness::Ready if self.expires.lock().is_some_and(|at| at <= now) => {
                self.set(Readiness::Unknown);
                Readiness::Unknown
            }
            other => other,
        }
    }

    /// Changes the state.
    pub fn set(&self, readiness: Readiness) {
        self.readiness.send_if_modified(|old| {
            let changed = *old != readiness;
            *old = readiness;
            changed
        });
    }

    /// Begins loading; false if someone else has already begun.
    #[must_use]
    pub fn begin_loading(&self) -> bool {
        self.readiness.send_if_modified(|old| {
            let begins = *old != Readiness::Loading;
            *old = Readiness::Loading;
            begins
        })
    }

    /// The model stays in memory until then; `None` for good.
    pub fn keep_until(&self, at: Option<Instant>) {
        *self.expires.lock() = at;
    }

    /// Notes the time to a first token.
    pub fn note_first_token(&self, took: Duration) {
        let mut known = self.first_token.lock();
        *known = Some(known.map_or(took, |old| (old * 3 + took) / 4));
    }

    /// The usual time to the first token.
    #[must_use]
    pub fn first_token(&self) -> Option<Duration> {
        *self.first_token.lock()
    }

    /// A conversation waits, for so long: whoever is told of its progress hears so.
    pub fn pause(&self, words: &str, time: Duration) -> Pause<'_> {
        let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
        self.pause.send_replace(Some(format!("{words}; trying again in {seconds} s")));
        Pause(&self.pause)
    }

    /// Wakes when a conversation begins to wait, and when that is over.
    #[must_use]
    pub fn pauses(&self) -> watch::Receiver<Option<String>> {
        self.pause.subscribe()
    }

    /// Wakes when the state changes.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Readiness> {
        self.readiness.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_and_expiry_end_by_themselves() {
        let (health, now) = (Health::new(true), Instant::now());
        let later = now + Duration::from_secs(2);
        health.set(Readiness::Quiet(later, "busy".into()));
        assert!(matches!(health.readiness(now), Readiness::Quiet(..)));
        assert_eq!(health.readiness(later), Readiness::Ready);
        health.keep_until(Some(later));
        assert_eq!(health.readiness(now), Readiness::Ready);
        assert_eq!(health.readiness(later), Readiness::Unknown);
        health.set(Readiness::Quiet(later, "busy".into()));
        assert_eq!(health.readiness(later), Readiness::Unknown);
    }

    #[test]
    fn only_one_begins_to_load() {
        let health = Health::new(false);
        assert!(health.begin_loading());
        assert!(!health.begin_loading());
    }
}
