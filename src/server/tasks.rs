//! What a connection does beside answering. It ends with the connection, so that nothing of a
//! session outlives it.

use std::future::Future;

use parking_lot::Mutex;
use tokio::task::JoinSet;

/// Tasks that are aborted when this is dropped.
#[derive(Default)]
pub struct Tasks(Mutex<JoinSet<()>>);

impl Tasks {
    /// Starts one.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.0.lock();
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }
}
