//! Configuration files that are being read again: what is asked meanwhile waits for what they say,
//! since they may forbid it.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::watch;

/// How many readings are under way.
#[derive(Default)]
pub struct Readings(Arc<watch::Sender<usize>>);

/// A reading under way, until it is dropped.
pub struct Reading(Arc<watch::Sender<usize>>);

impl Readings {
    /// Begins one.
    #[must_use]
    pub fn begin(&self) -> Reading {
        self.0.send_modify(|count| *count += 1);
        Reading(Arc::clone(&self.0))
    }

    /// Whether there is one.
    #[must_use]
    pub fn under_way(&self) -> bool {
        *self.0.borrow() > 0
    }

    /// Waits until there is none.
    pub fn over(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut count = self.0.subscribe();
        async move {
            // The sender's end would be the end of the session.
            let _ = count.wait_for(|count| *count == 0).await;
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}
