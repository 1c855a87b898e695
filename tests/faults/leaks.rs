//! What the process holds, when nothing is under way.

use std::fmt;
use std::time::{Duration, Instant};

/// More memory than this (MiB) is more than caches and the allocator's slack.
const SLACK_MIB: f64 = 24.0;
/// What has been let go is gone within this.
const GONE: Duration = Duration::from_secs(10);

/// Descriptors, tasks and memory.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    descriptors: usize,
    tasks: usize,
    mib: f64,
}

impl Held {
    /// Once the tasks that end by themselves have ended.
    pub async fn now() -> Self {
        let began = Instant::now();
        loop {
            let held = Self {
                descriptors: descriptors(),
                tasks: tokio::runtime::Handle::current().metrics().num_alive_tasks(),
                mib: resident_mib(),
            };
            // This test is the only one, and it is no task.
            if held.tasks == 0 || began.elapsed() > GONE {
                return held;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Fails if there is more than before.
    pub fn is_no_more_than(&self, before: &Self) {
        assert_eq!(self.tasks, 0, "tasks are left: {before} → {self}");
        assert!(self.descriptors <= before.descriptors, "descriptors: {before} → {self}");
        assert!(self.mib < before.mib + SLACK_MIB, "memory: {before} → {self}");
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { descriptors, tasks, mib } = self;
        write!(f, "{descriptors} descriptors, {tasks} tasks, {mib:.1} MiB")
    }
}

/// Linux tells; elsewhere none are counted.
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

/// Resident memory; 0 where it is not told.
fn resident_mib() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: f64 = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0.0);
    pages * 4096.0 / (1024.0 * 1024.0)
}
