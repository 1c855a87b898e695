//! What models have said of names: kept in memory and in the local store, and asked for once,
//! however many wait for it.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use moka::sync::Cache;
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::question::Key;
use crate::actions::outcome::{CUT_OFF, broke_off};
use crate::store::Store;

/// Bytes of explanations kept in memory.
const CAPACITY: u64 = 4 * 1024 * 1024;
/// Longer ones (bytes) are not kept.
const LONGEST: usize = 32 * 1024;
/// What could not be explained is not asked about again for this long: a hover comes with every
/// move of a mouse.
const LEFT_ALONE: Duration = Duration::from_secs(5 * 60);
/// The same where no answer came: a server may be back soon.
const SOON: Duration = Duration::from_secs(15);

/// Why there is no explanation, or not all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// The model refused or said nothing.
    Useless,
    /// It was cut off at the model's longest answer.
    CutOff,
    /// No model answered.
    Failed,
    /// It broke off, and why.
    Broken(String),
}

impl Nothing {
    /// What is said below as much as came of it.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        match self {
            Self::Useless => None,
            Self::CutOff => Some(CUT_OFF.to_owned()),
            Self::Failed => Some("No more came.".to_owned()),
            Self::Broken(why) => Some(broke_off(why)),
        }
    }
}

/// What an explanation under way has come to.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Its text so far.
    pub text: String,
    /// How it ended, once it has.
    pub end: Option<Result<(), Nothing>>,
}

/// The explanations of a process.
pub struct Explanations {
    known: Cache<Key, Arc<str>>,
    /// What was asked in vain lately.
    useless: Cache<Key, ()>,
    failed: Cache<Key, ()>,
    flights: Mutex<HashMap<Key, Weak<Flight>>>,
    store: Arc<Store>,
}

/// An explanation that is being written. It ends when nobody holds it any more.
pub struct Flight {
    key: Key,
    said: watch::Receiver<Said>,
    task: OnceLock<AbortHandle>,
    home: Weak<Explanations>,
}

/// What there is of an explanation.
pub enum Found {
    /// All of it.
    Whole(Arc<str>),
    /// It is being written.
    Flying(Arc<Flight>),
    /// It was asked for in vain a moment ago.
    Nothing,
}

impl Explanations {
    /// None yet; what is kept goes to the store.
    #[must_use]
    pub fn new(store: Arc<Store>) -> Self {
        let weigh = |_: &Key, text: &Arc<str>| u32::try_from(text.len() + 96).unwrap_or(u32::MAX);
        let short = |time| Cache::builder().max_capacity(1_000).time_to_live(time).build();
        Self {
            known: Cache::builder().max_capacity(CAPACITY).weigher(weigh).build(),
            useless: short(LEFT_ALONE),
            failed: short(SOON),
            flights: Mutex::default(),
            store,
        }
    }

    /// One that is in memory.
    #[must_use]
    pub fn known(&self, key: &Key) -> Option<Arc<str>> {
        self.known.get(key)
    }

    /// One that is in memory or in the store.
    pub async fn find(&self, key: &Key) -> Option<Arc<str>> {
        if let Some(known) = self.known(key) {
            return Some(known);
        }
        let text: Arc<str> = self.store.explanation(key.as_bytes().to_vec()).await?.into();
        self.known.insert(*key, Arc::clone(&text));
        Some(text)
    }

    /// Keeps one that its user has asked for.
    pub fn keep(&self, key: Key, text: &str) {
        self.land(key, &Ok(text.to_owned()));
    }

    /// Joins the one that is being written, or has it written by `write`, which sends what it has to
    /// its argument and answers the whole.
    pub fn join<F>(
        self: &Arc<Self>,
        key: Key,
        write: impl FnOnce(watch::Sender<Said>) -> F,
    ) -> Found
    where
        F: Future<Output = (watch::Sender<Said>, Result<String, Nothing>)> + Send + 'static,
    {
        let mut flights = self.flights.lock();
        // Looked up under the lock: what lands is here before its flight is gone.
        if let Some(known) = self.known(&key) {
            return Found::Whole(known);
        }
        if self.useless.contains_key(&key) || self.failed.contains_key(&key) {
            return Found::Nothing;
        }
        if let Some(flight) = flights.get(&key).and_then(Weak::upgrade) {
            return Found::Flying(flight);
        }
        let (sender, said) = watch::channel(Said::default());
        let home = Arc::downgrade(self);
        let flight = Arc::new(Flight { key, said, task: OnceLock::new(), home });
        flights.insert(key, Arc::downgrade(&flight));
        let (writing, home) = (write(sender), Arc::clone(self));
        let task = tokio::spawn(async move {
            let (sender, end) = writing.await;
            home.land(key, &end);
            sender.send_modify(|said| {
                if let Ok(text) = &end {
                    said.text.clone_from(text);
                }
                said.end = Some(end.map(|_| ()));
            });
        });
        let _ = flight.task.set(task.abort_handle());
        Found::Flying(flight)
    }

    /// Keeps what a flight has brought.
    fn land(&self, key: Key, end: &Result<String, Nothing>) {
        let mut flights = self.flights.lock();
        flights.remove(&key);
        self.useless.invalidate(&key);
        match end {
            Ok(text) if text.len() <= LONGEST => {
                self.known.insert(key, text.as_str().into());
                self.store.keep_explanation(key.as_bytes().to_vec(), text.clone());
            }
            Ok(_) | Err(Nothing::Useless | Nothing::CutOff) => self.useless.insert(key, ()),
            Err(Nothing::Failed | Nothing::Broken(_)) => self.failed.insert(key, ()),
        }
    }

    /// How many are being written.
    #[must_use]
    pub fn under_way(&self) -> usize {
        self.flights.lock().len()
    }
}

impl Flight {
    /// What it has come to; wakes with every piece.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Said> {
        self.said.clone()
    }

    /// Its key.
    #[must_use]
    pub const fn key(&self) -> Key {
        self.key
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if let Some(task) = self.task.get() {
            // The stream goes with it, and with that the connection.
            task.abort();
        }
        if let Some(home) = self.home.upgrade() {
            let mut flights = home.flights.lock();
            // Another may have begun under the same key.
            if flights.get(&self.key).is_some_and(|flight| flight.strong_count() == 0) {
                flights.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    fn flying(found: Found) -> Arc<Flight> {
        match found {
            Found::Flying(flight) => flight,
            _ => panic!("it is not being written"),
        }
    }

    /// One that is written as soon as its sender says so; the receiver tells when it is dropped.
    fn join(all: &Arc<Explanations>, key: Key) -> (Found, oneshot::Sender<String>) {
        let (sender, text) = oneshot::channel::<String>();
        let found = all.join(key, |said| async move {
            let text = text.await.map_err(|_| Nothing::Failed);
            (said, text)
        });
        (found, sender)
    }

    #[tokio::test]
    async fn it_is_written_for_as_long_as_anybody_waits() {
        let all = Arc::new(Explanations::new(Arc::new(Store::new(None))));
        let key = Key::of(b"question");
        let (first, mut writer) = join(&all, key);
        let (second, unused) = join(&all, key);
        // The one that joins has nothing to write.
        assert!(unused.is_closed());
        let (first, second) = (flying(first), flying(second));
        drop(first);
        tokio::task::yield_now().await;
        assert!(!writer.is_closed());
        drop(second);
        writer.closed().await;
        assert_eq!(all.under_way(), 0);
        // Nobody was told that it was of no use: it is begun anew.
        let (third, writer) = join(&all, key);
        let flight = flying(third);
        writer.send("It counts.".into()).unwrap();
        let mut said = flight.watch();
        let said = said.wait_for(|said| said.end.is_some()).await.unwrap().clone();
        assert_eq!((said.text.as_str(), said.end), ("It counts.", Some(Ok(()))));
        assert!(matches!(join(&all, key).0, Found::Whole(text) if &*text == "It counts."));
        assert_eq!(all.under_way(), 0);
    }

    #[tokio::test]
    async fn what_failed_is_left_alone_for_a_while() {
        let all = Arc::new(Explanations::new(Arc::new(Store::new(None))));
        let key = Key::of(b"question");
        let (found, writer) = join(&all, key);
        let flight = flying(found);
        drop(writer);
        let mut said = flight.watch();
        let end = said.wait_for(|said| said.end.is_some()).await.unwrap().end.clone();
        assert_eq!(end, Some(Err(Nothing::Failed)));
        assert!(matches!(join(&all, key).0, Found::Nothing));
        // What its user asks for by hand is another matter.
        all.keep(key, "It counts.");
        assert!(matches!(join(&all, key).0, Found::Whole(_)));
    }
}
