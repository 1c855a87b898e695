//! One request on its way through the engine: what stands there already, what is remembered, a new
//! generation; then polish and review.

mod asking;
mod putting;
mod standing;

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::cache::Key;
use super::candidate::Reviewed;
use super::completer::Completer;
use super::engine::{Author, Engine, Request};
use super::generation::{Generation, Progress};
use super::lane::Lane;
use super::shape::around::Cursor;
use super::sight::{gather, parts};
use super::silence::Silence;
use super::trigger::{self, Extent};
use super::wait::{Decision, View, decide};
use crate::document::language::Language;

/// One request on its way.
pub(super) struct Run<'a> {
    engine: &'a Engine,
    lane: &'a Arc<Mutex<Lane>>,
    request: &'a Request,
    language: Language,
    cursor: Arc<Cursor>,
    key: OnceLock<Option<Key>>,
}

/// A generation and how the request sees it.
struct Joined {
    generation: Arc<Generation>,
    lead: String,
    typed: String,
    after: String,
}

impl Joined {
    /// Seen from where it was begun: nothing has been typed of it.
    const fn at_its_place(generation: Arc<Generation>) -> Self {
        Self { generation, lead: String::new(), typed: String::new(), after: String::new() }
    }
}

impl<'a> Run<'a> {
    pub(super) fn new(
        engine: &'a Engine,
        lane: &'a Arc<Mutex<Lane>>,
        request: &'a Request,
        language: Language,
    ) -> Self {
        let document = request.snapshot.document.clone();
        let cursor = Arc::new(Cursor::new(document, request.at, language));
        Self { engine, lane, request, language, cursor, key: OnceLock::new() }
    }

    pub(super) async fn answer(&self) -> Result<(Vec<Reviewed>, Author), Silence> {
        let request = self.request;
        let document = &request.snapshot.document;
        let extent = trigger::check(document, request.at, request.trigger)?;
        let mut joined = self.standing();
        // Where the user took back what they had typed, what stood there before goes first.
        if joined.as_ref().is_none_or(|joined| !joined.lead.is_empty()) {
            joined = self.cached(extent).or(joined);
        }
        let mut waited = false;
        let mut files = Arc::default();
        loop {
            let current = match joined.take() {
                Some(joined) => joined,
                None => {
                    let chain = self.ready_chain()?;
                    let wait = self.debounce(&chain);
                    // The key that may come is waited for: while something is shown, by who is asked.
                    let at_once = self.instant().is_some();
                    if !waited {
                        let pause = if at_once { Duration::ZERO } else { wait };
                        let gathered = gather(request, &chain, self.language, || {
                            parts(request, self.lane, &chain)
                        });
                        let ((), gathered) = tokio::join!(pause_for(pause), gathered);
                        files = Arc::clone(&gathered.files);
                        waited = true;
                        // The other method may have begun one meanwhile.
                        joined = self.standing();
                        if joined.is_some() {
                            continue;
                        }
                    }
                    self.begin(
                        chain,
                        extent,
                        Arc::clone(&files),
                        if at_once { wait } else { Duration::ZERO },
                    )
                }
            };
            if let Some(instant) = self.instant()
                && matches!(decide_now(&current, &self.view(&current)), Decision::Wait(_))
                && let Some(answer) = self.at_once(instant, extent).await
            {
                return Ok(answer);
            }
            match self.wait(&current).await {
                Decision::Ready(texts) => {
                    let items = self.finish(&texts, &current).map_err(|why| self.reason(why))?;
                    return Ok((items, self.author(&current.generation)));
                }
                Decision::Failed(error) => {
                    self.lane.lock().remove(&current.generation);
                    return Err(Silence::of(&error));
                }
                Decision::Over | Decision::Wait(_) => {
                    self.lane.lock().remove(&current.generation);
                }
            }
        }
    }

    /// What it says at once. What the slower one says comes into its place in the document.
    async fn at_once(
        &self,
        completer: &Arc<dyn Completer>,
        extent: Extent,
    ) -> Option<(Vec<Reviewed>, Author)> {
        let request = self.request;
        let parts =
            Lane::default().parts(&request.snapshot.document, request.at, completer.windows());
        let query = self.query(parts, extent);
        let on_end = Box::new(|_: &Progress, _, _| {});
        let rule = self.rule(extent);
        let generation = Generation::begin(vec![Arc::clone(completer)], query, rule, on_end);
        let joined = Joined::at_its_place(Arc::new(generation));
        let Decision::Ready(texts) = self.wait(&joined).await else { return None };
        let items = self.finish(&texts, &joined).ok().filter(|items| !items.is_empty())?;
        Some((items, Author { model: completer.name().to_owned(), instead: None }))
    }

    fn view<'b>(&self, joined: &'b Joined) -> View<'b> {
        View {
            lead: &joined.lead,
            typed: &joined.typed,
            after: &joined.after,
            one_line: self.one_line(&joined.after),
            block_after: self.request.settings.block_after,
            rule: joined.generation.rule(),
        }
    }

    /// Waits until there is enough to answer with.
    async fn wait(&self, joined: &Joined) -> Decision {
        let mut progress = joined.generation.watch();
        let view = self.view(joined);
        loop {
            let decision = decide(&progress.borrow_and_update(), &view, Instant::now());
            let Decision::Wait(until) = decision else { return decision };
            let more = progress.changed();
            let gone = match until {
                None => more.await.is_err(),
                Some(until) => {
                    let timed = tokio::time::timeout_at(until.into(), more).await;
                    timed.is_ok_and(|more| more.is_err())
                }
            };
            if gone {
                return Decision::Over;
            }
        }
    }
}

async fn pause_for(wait: Duration) {
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
}

fn decide_now(joined: &Joined, view: &View<'_>) -> Decision {
    joined.generation.look(|progress| decide(progress, view, Instant::now()))
}
