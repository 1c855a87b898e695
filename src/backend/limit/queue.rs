//! Who goes first.

use tokio::time::Instant;

use crate::backend::Priority;
use crate::config::settings::Purpose;

/// Those who wait.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Vec<Waiting>,
    last: u64,
    /// Someone asks the ledger.
    asking: bool,
    /// Until when requests of at most this priority are told to wait, and by which limit.
    full: Option<(Priority, Instant, &'static str)>,
    freed: u64,
}

struct Waiting {
    number: u64,
    /// The greatest goes first.
    rank: (Priority, i64),
}

impl Queue {
    /// Queues up; answers the number of the place.
    pub fn enter(&mut self, priority: Priority, purpose: Purpose) -> u64 {
        self.last += 1;
        let age = i64::try_from(self.last).unwrap_or(i64::MAX);
        let order = match purpose {
            // The newest suggestion is for where the cursor is now,
            Purpose::Completion => age,
            // but a question is not less wanted because another came after it.
            Purpose::Chat | Purpose::Index => -age,
        };
        self.waiting.push(Waiting { number: self.last, rank: (priority, order) });
        self.last
    }

    /// Leaves the queue.
    pub fn leave(&mut self, number: u64) {
        self.waiting.retain(|waiting| waiting.number != number);
    }

    /// Whether it is this one's turn to ask; if so, nobody else's until [`Queue::over`].
    pub fn turn(&mut self, number: u64) -> bool {
        let first = self.waiting.iter().max_by_key(|waiting| waiting.rank);
        let turn = !self.asking && first.is_some_and(|first| first.number == number);
        self.asking |= turn;
        turn
    }

    /// The turn is over.
    pub fn over(&mut self) {
        self.asking = false;
    }

    /// The limit is reached until then.
    pub fn is_full(&mut self, priority: Priority, until: Instant, key: &'static str) {
        self.full = Some((priority, until, key));
    }

    /// Something was given back.
    pub fn freed(&mut self) {
        self.full = None;
        self.freed += 1;
    }

    /// How often something was given back.
    pub const fn times_freed(&self) -> u64 {
        self.freed
    }

    /// Until when a request of this priority need not ask, where that is certain: how many tokens
    /// are free depends on the request, and what is under way may end at any time.
    pub fn full_until(&self, priority: Priority) -> Option<(Instant, &'static str)> {
        let (at_most, until, key) = self.full?;
        (priority <= at_most && key == "requests_per_minute").then_some((until, key))
    }

    /// What those that waited in vain are told.
    pub fn why(&self, now: Instant) -> (Instant, &'static str) {
        self.full.map_or((now, "concurrent"), |(_, until, key)| (until.max(now), key))
    }
}
