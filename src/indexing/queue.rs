//! What there is to do: events as they come, and what they come to.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::{Duration, Instant};

/// Keys are let go by before a document's text is read anew.
pub(super) const SETTLE: Duration = Duration::from_millis(300);
/// ... but not for longer than this: what was written is found within a second.
const LONGEST: Duration = Duration::from_millis(600);

/// What happened in the workspace.
pub(super) enum Event {
    /// Other folders are to be read, or more of them.
    Reach,
    /// A document was opened, changed or closed.
    Text(PathBuf),
    /// Files changed on disk.
    Files(Vec<PathBuf>),
    /// The user wants no more of it for now.
    Cancel,
}

/// Why work was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The session is gone.
    Gone,
    /// Something else came first.
    Interrupted,
    /// The user ended it.
    Cancelled,
}

/// The events, and what is left to do.
pub(super) struct Queue {
    events: Receiver<Event>,
    /// Files whose present text is not taken up yet.
    pub(super) dirty: HashSet<PathBuf>,
    /// Files that are newer than the index.
    pub(super) stale: HashSet<PathBuf>,
    /// All is to be read anew.
    pub(super) all: bool,
}

impl Queue {
    pub(super) fn new(events: Receiver<Event>) -> Self {
        Self { events, dirty: HashSet::new(), stale: HashSet::new(), all: false }
    }

    /// Waits until there is something to do and no more keys come.
    pub(super) fn wait(&mut self) -> Result<(), Stop> {
        if self.dirty.is_empty() && !self.all {
            let event = self.events.recv().map_err(|_| Stop::Gone)?;
            self.note(event);
        }
        let until = Instant::now() + LONGEST;
        while !self.all {
            let wait = SETTLE.min(until.saturating_duration_since(Instant::now()));
            match self.events.recv_timeout(wait) {
                Ok(event) => {
                    self.note(event);
                }
                Err(RecvTimeoutError::Timeout) => return Ok(()),
                Err(RecvTimeoutError::Disconnected) => return Err(Stop::Gone),
            }
        }
        Ok(())
    }

    /// Notes what came meanwhile; an error where what is being done is to be given up for it.
    pub(super) fn look(&mut self) -> Result<(), Stop> {
        loop {
            match self.events.try_recv() {
                Ok(event) => self.note(event).map_or(Ok(()), Err)?,
                Err(TryRecvError::Empty) => return Ok(()),
                Err(TryRecvError::Disconnected) => return Err(Stop::Gone),
            }
        }
    }

    /// What is under way is to be given up for some of them.
    fn note(&mut self, event: Event) -> Option<Stop> {
        match event {
            Event::Reach => {
                self.all = true;
                return Some(Stop::Interrupted);
            }
            Event::Text(file) => {
                self.dirty.insert(file);
            }
            Event::Files(files) => {
                self.stale.extend(files.iter().cloned());
                self.dirty.extend(files);
            }
            Event::Cancel => {
                self.all = false;
                return Some(Stop::Cancelled);
            }
        }
        None
    }
}
