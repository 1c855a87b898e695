//! Who is asked, how long the next key is waited for, and a new generation in its place.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Joined, Run};
use crate::backend::health::Readiness;
use crate::completion::anchor::Parts;
use crate::completion::completer::{Completer, Query};
use crate::completion::engine::Activity;
use crate::completion::finally::Finally;
use crate::completion::generation::{End, Generation, Progress};
use crate::completion::shape::stop::StopRule;
use crate::completion::sight::parts;
use crate::completion::silence::Silence;
use crate::completion::trigger::{Extent, Trigger};
use crate::config::settings::Debounce;
use crate::prompt::ContextFile;

impl Run<'_> {
    /// Who answers at once, where somebody does.
    pub(super) fn instant(&self) -> Option<&Arc<dyn Completer>> {
        let request = self.request;
        let by_itself = request.trigger == Trigger::Automatic && request.popup.is_none();
        request.instant.as_ref().filter(|_| by_itself)
    }

    /// Those of the chain that can be asked now.
    pub(super) fn ready_chain(&self) -> Result<Vec<Arc<dyn Completer>>, Silence> {
        let chain = &self.request.chain;
        let ready: Vec<_> =
            chain.iter().filter(|it| self.not_ready(it.as_ref()).is_none()).cloned().collect();
        if ready.is_empty() {
            let why = chain.first().and_then(|first| self.not_ready(first.as_ref()));
            return Err(why.unwrap_or(Silence::NoModel));
        }
        Ok(ready)
    }

    /// Why a model cannot be asked now, if so.
    pub(super) fn not_ready(&self, completer: &dyn Completer) -> Option<Silence> {
        match completer.readiness(Instant::now()) {
            Readiness::Ready | Readiness::Unknown => None,
            Readiness::Resting(..) if self.request.trigger == Trigger::Invoked => None,
            Readiness::Loading => Some(Silence::Loading),
            Readiness::Quiet(_, why) | Readiness::Resting(_, why) => Some(Silence::Backend(why)),
        }
    }

    pub(super) fn candidates(&self) -> u8 {
        match self.request.trigger {
            Trigger::Invoked => {
                u8::try_from(self.request.settings.candidates).unwrap_or(u8::MAX).max(1)
            }
            Trigger::Automatic => 1,
        }
    }

    pub(super) fn rule(&self, extent: Extent) -> StopRule {
        let lines = self.request.settings.max_lines as usize;
        StopRule::new(extent, Arc::clone(&self.cursor), lines)
    }

    /// How long the next key is waited for.
    pub(super) fn debounce(&self, chain: &[Arc<dyn Completer>]) -> Duration {
        if self.request.trigger == Trigger::Invoked {
            return Duration::ZERO;
        }
        let first_token = chain.first().and_then(|completer| completer.first_token());
        let wait = match self.request.settings.debounce {
            Debounce::Fixed(wait) => wait,
            // Asking it costs nothing.
            Debounce::Auto if first_token == Some(Duration::ZERO) => Duration::ZERO,
            Debounce::Auto => self.lane.lock().rhythm.wait(first_token),
        };
        wait.max(self.request.settings.debounce_at_least)
    }

    pub(super) fn query(&self, parts: Parts, extent: Extent) -> Query {
        Query {
            snapshot: self.request.snapshot.clone(),
            at: self.request.at,
            parts,
            files: Arc::default(),
            language: self.language,
            extent,
            candidates: self.candidates(),
            priority: self.request.trigger.priority(),
        }
    }

    /// Starts a generation and puts it in its place.
    pub(super) fn begin(
        &self,
        chain: Vec<Arc<dyn Completer>>,
        extent: Extent,
        files: Arc<[ContextFile]>,
        wait: Duration,
    ) -> Joined {
        let request = self.request;
        let name = chain.first().map(|completer| completer.name().to_owned()).unwrap_or_default();
        let by = chain.first().map_or_else(|| "".into(), |completer| completer.key());
        let query = Query { files, ..self.query(parts(request, self.lane, &chain), extent) };
        let (cache, key) = (Arc::clone(&self.engine.cache), self.key(extent));
        let (lane, activity) = (Arc::downgrade(self.lane), self.engine.activity.clone());
        let busy = activity.clone();
        let idle = Finally::new(move || {
            activity.send_replace(Activity::Idle);
        });
        let more = self.instant().map(|_| self.engine.more.clone());
        let uri = request.snapshot.document.uri.clone();
        let on_end = Box::new(move |progress: &Progress, usage, by| {
            drop(idle);
            if let Some(more) = more.filter(|_| progress.texts.iter().any(|it| !it.is_empty())) {
                // Nobody may be listening.
                let _ = more.send(uri);
            }
            if let Some(usage) = usage {
                tracing::debug!(?usage, "finished");
            }
            match (&progress.end, key.zip(by)) {
                (Some(End::Complete), Some((key, by))) => {
                    // A fallback's answer must not pass for the first model's.
                    cache.put(key.by(by), progress.texts.clone());
                }
                (Some(End::Diverged), _) => {
                    if let Some(lane) = lane.upgrade() {
                        lane.lock().rhythm.diverged();
                    }
                }
                _ => {}
            }
        });
        let rule = self.rule(extent);
        let generation = Generation::begin_after(wait, chain, query, rule, on_end);
        // The generation's task runs first: telling of it can wait.
        busy.send_replace(Activity::Busy(name));
        self.place(Arc::new(generation), extent, by)
    }

    pub(super) fn place(
        &self,
        generation: Arc<Generation>,
        extent: Extent,
        by: Arc<str>,
    ) -> Joined {
        let request = self.request;
        let text = &request.snapshot.document.text;
        let mut lane = self.lane.lock();
        if request.popup.is_none() {
            lane.place(Arc::clone(&generation), self.candidates(), by, text, request.at);
        } else if let Some(key) = self.key(extent) {
            lane.place_popup(key, Arc::clone(&generation));
        }
        Joined::at_its_place(generation)
    }
}
