//! The key of an endpoint: read when it is first needed, kept, and read anew once when the server
//! refuses it, for it may have been renewed meanwhile.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::OnceCell;

use crate::config::api_key::{ApiKey, KeySource};

/// A refused key that did not change is not read again for so long: a program may ask its user.
const READ_AGAIN: Duration = Duration::from_secs(30);
/// A source that failed is left alone for so long: a program may take seconds to fail.
const FAILED: Duration = Duration::from_secs(5);

/// A key that was read; `None` where the endpoint needs none.
pub(super) type Read = Arc<OnceCell<Option<ApiKey>>>;

/// Where the key comes from, and the key.
pub(super) struct Keys {
    source: KeySource,
    allow_command: bool,
    read: Mutex<Read>,
    /// When a refused key was last read again.
    renewed: Mutex<Option<Instant>>,
    failed: Mutex<Option<(Instant, String)>>,
}

impl Keys {
    pub fn new(source: KeySource, allow_command: bool) -> Self {
        let (read, renewed, failed) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { source, allow_command, read, renewed, failed }
    }

    /// The key; on a blocking thread the first time.
    ///
    /// # Errors
    /// Why there is none, in words without any of it.
    pub async fn get(&self) -> Result<Read, String> {
        let read = Arc::clone(&self.read.lock());
        if read.initialized() {
            return Ok(read);
        }
        if let Some((at, why)) = &*self.failed.lock()
            && at.elapsed() < FAILED
        {
            return Err(why.clone());
        }
        let known = read.get_or_try_init(|| async {
            let (source, allowed) = (self.source.clone(), self.allow_command);
            let resolved = tokio::task::spawn_blocking(move || source.resolve(allowed)).await;
            resolved.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
        });
        if let Err(why) = known.await {
            let runs = matches!(self.source, KeySource::Command(_) | KeySource::Keyring(_));
            *self.failed.lock() = runs.then(|| (Instant::now(), why.clone()));
            return Err(why);
        }
        Ok(read)
    }

    /// The source was asked, and has none.
    pub fn is_none(&self) -> bool {
        matches!(self.read.lock().get(), Some(None))
    }

    /// The server refused this key: answers another one, if there is.
    pub async fn renewed(&self, refused: &Read) -> Option<Read> {
        if matches!(self.source, KeySource::None | KeySource::Literal(_)) {
            return None;
        }
        {
            let mut read = self.read.lock();
            let mut renewed = self.renewed.lock();
            if Arc::ptr_eq(&read, refused) {
                if renewed.is_some_and(|at| at.elapsed() < READ_AGAIN) {
                    return None;
                }
                *renewed = Some(Instant::now());
                *read = Read::default();
            }
        }
        let read = self.get().await.ok()?;
        (read.get() != refused.get()).then_some(read)
    }
}
