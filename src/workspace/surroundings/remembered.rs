//! What is remembered of a document from key to key.

use std::sync::Arc;
use std::time::Instant;

use parking_lot::Mutex;

use super::looked::Looked;
use super::told::Told;
use crate::completion::anchor::Frozen;
use crate::context::gather::{Gathered, Past, Place};
use crate::context::snippet::{Origin, Snippet};
use crate::project::Project;
use crate::workspace::root_config::RootConfig;

/// What is remembered of one document.
#[derive(Default)]
pub(super) struct Remembered {
    pub(super) now: Mutex<Now>,
    /// One gathering after the other.
    pub(super) busy: Mutex<()>,
}

/// What is known of it now.
#[derive(Default)]
pub(super) struct Now {
    pub(super) past: Past,
    /// What the last one was gathered for.
    pub(super) held: Option<Held>,
    /// What this burst of typing is shown, whatever is gathered meanwhile.
    pub(super) begun: Option<(Held, Arc<Gathered>)>,
    /// When the last request came.
    pub(super) asked: Option<Instant>,
    /// This burst began when nothing of the workspace was read.
    pub(super) unread: bool,
    /// What the slow sources have found, each at its last time.
    pub(super) ahead: Arc<[Snippet]>,
    pub(super) told: Told,
    pub(super) project: Option<Arc<Project>>,
    /// What the slow sources were asked about last.
    pub(super) looked: Option<Looked>,
    /// They are being asked.
    pub(super) looking: bool,
    /// For a request for which nothing is there in time: what was gathered before there was any.
    pub(super) prepared: Option<(Arc<RootConfig>, Arc<Gathered>)>,
}

/// What was gathered for: the same is not gathered for again while typing goes on.
#[derive(Clone)]
pub(super) struct Held {
    config: Arc<RootConfig>,
    prefix: Arc<Frozen>,
    tokens: u32,
}

impl Held {
    pub(super) fn of(config: &Arc<RootConfig>, place: &Place) -> Self {
        let (config, prefix) = (Arc::clone(config), Arc::clone(&place.parts.prefix));
        Self { config, prefix, tokens: place.tokens }
    }

    fn is_for(&self, config: &Arc<RootConfig>, place: &Place) -> bool {
        Arc::ptr_eq(&self.config, config)
            && self.tokens == place.tokens
            && self.prefix.text() == place.parts.prefix.text()
    }
}

impl Now {
    /// A burst of typing keeps what it began with: what came too late for its first prompt would have
    /// the model read all of the next one anew. A request that was given up began nothing; what was
    /// gathered for it is there for the next.
    pub(super) fn kept(
        &mut self,
        config: &Arc<RootConfig>,
        place: &Place,
    ) -> Option<Arc<Gathered>> {
        if let Some((held, shown)) = &self.begun
            && held.is_for(config, place)
        {
            return Some(Arc::clone(shown));
        }
        let held = self.held.as_ref().filter(|held| held.is_for(config, place))?.clone();
        let shown = Arc::clone(self.past.last());
        self.begun = Some((held, Arc::clone(&shown)));
        Some(shown)
    }

    /// What was shown last, else what was prepared, at most so many tokens; unless that was under another
    /// configuration.
    pub(super) fn last_under(&self, config: &Arc<RootConfig>, tokens: u32) -> Arc<Gathered> {
        let same = self.held.as_ref().is_some_and(|held| Arc::ptr_eq(&held.config, config));
        if same {
            return Arc::clone(self.past.last());
        }
        let prepared = self.prepared.as_ref().filter(|(of, _)| Arc::ptr_eq(of, config));
        prepared.map(|(_, gathered)| gathered.within(tokens as usize)).unwrap_or_default()
    }

    /// A source has found that; what the others found stays.
    pub(super) fn found(&mut self, origin: Origin, found: Vec<Snippet>) {
        let others = self.ahead.iter().filter(|one| one.origin != origin).cloned();
        self.ahead = others.chain(found).collect();
    }
}
