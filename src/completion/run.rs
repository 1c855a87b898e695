//! One request on its way through the engine: what stands there already, what is remembered, a new
//! generation; then polish and review.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::anchor::Parts;
use super::cache::Key;
use super::candidate::{Candidate, Reviewed, review};
use super::completer::{Completer, Query};
use super::engine::{Activity, Author, Engine, Request};
use super::finally::Finally;
use super::generation::{End, Generation, Progress};
use super::lane::{Lane, Method};
use super::shape::around::Cursor;
use super::shape::polish::{PARSES, polish};
use super::shape::stop::StopRule;
use super::sight::{gather, parts};
use super::silence::Silence;
use super::trigger::{self, Extent, Trigger};
use super::wait::{Decision, View, decide};
use crate::backend::health::Readiness;
use crate::config::settings::Debounce;
use crate::document::language::Language;
use crate::document::offset::ByteRange;
use crate::prompt::ContextFile;

static IDS: AtomicU64 = AtomicU64::new(1);

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

    fn candidates(&self) -> u8 {
        match self.request.trigger {
            Trigger::Invoked => {
                u8::try_from(self.request.settings.candidates).unwrap_or(u8::MAX).max(1)
            }
            Trigger::Automatic => 1,
        }
    }

    /// Who answers at once, where somebody does.
    fn instant(&self) -> Option<&Arc<dyn Completer>> {
        let request = self.request;
        let by_itself = request.trigger == Trigger::Automatic && request.popup.is_none();
        request.instant.as_ref().filter(|_| by_itself)
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

    /// Who answered, and why not the first.
    fn author(&self, generation: &Generation) -> Author {
        let (by, failed) = generation.look(|now| (now.by.clone(), now.failed.clone()));
        let model = by.map(|by| by.to_string()).unwrap_or_default();
        let first = self.request.chain.first().filter(|first| first.name() != model);
        let instead = first.and_then(|first| {
            failed.as_ref().map(Silence::of).or_else(|| self.not_ready(first.as_ref()))
        });
        Author { model, instead }
    }

    /// The suggestion that stands here already.
    fn standing(&self) -> Option<Joined> {
        let request = self.request;
        let text = &request.snapshot.document.text;
        let mut lane = self.lane.lock();
        if request.popup.is_some() {
            let generation = lane.popup(&self.key(Extent::Line)?)?;
            return Some(Joined::at_its_place(generation));
        }
        if request.method == Method::Inline {
            lane.leave_popup();
        }
        lane.leave_place(text, request.at);
        let standing = lane.standing(text, request.at)?;
        // Asked for by hand, several are wanted, unless several are there.
        if request.trigger == Trigger::Invoked && standing.live.candidates < self.candidates() {
            return None;
        }
        let live = standing.live;
        // What the workspace model knows is another thing than when it spoke.
        if standing.typed.is_empty() && live.lead.is_empty() && !self.is_by_first(&live.by) {
            return None;
        }
        let view = View {
            lead: &live.lead,
            typed: &standing.typed,
            after: &standing.after,
            one_line: false,
            block_after: Duration::ZERO,
            rule: live.generation.rule(),
        };
        let over = live.generation.look(|progress| decide(progress, &view, Instant::now()));
        if over == Decision::Over {
            lane.remove(&live.generation);
            return None;
        }
        Some(Joined {
            generation: live.generation,
            lead: live.lead,
            typed: standing.typed,
            after: standing.after,
        })
    }

    fn is_by_first(&self, by: &Arc<str>) -> bool {
        let chain = self.ready_chain().unwrap_or_default();
        chain.first().is_none_or(|first| first.key() == *by)
    }

    /// A suggestion made from exactly this text before.
    fn cached(&self, extent: Extent) -> Option<Joined> {
        let mut key = self.key(extent)?;
        let first = self.ready_chain().ok().and_then(|chain| chain.into_iter().next());
        let first = first.or_else(|| self.request.chain.first().cloned())?;
        let by = first.key();
        key = key.by(Arc::clone(&by));
        let texts = self.engine.cache.get(&key)?.as_ref().clone();
        let generation = Generation::ready(texts, self.rule(extent), first.name().into());
        Some(self.place(Arc::new(generation), extent, by))
    }

    /// What the answer is made from. Made once: it reads all the text around the cursor.
    fn key(&self, extent: Extent) -> Option<Key> {
        self.key.get_or_init(|| self.make_key(extent)).clone()
    }

    fn make_key(&self, extent: Extent) -> Option<Key> {
        let request = self.request;
        let completer = request.chain.first()?.key();
        let document = &request.snapshot.document;
        let extent = if request.popup.is_some() { Extent::Line } else { extent };
        let key = Key::new(document, request.at, completer, extent, self.candidates());
        Some(key.bounded(request.settings.max_lines))
    }

    fn rule(&self, extent: Extent) -> StopRule {
        let lines = self.request.settings.max_lines as usize;
        StopRule::new(extent, Arc::clone(&self.cursor), lines)
    }

    /// Those of the chain that can be asked now.
    fn ready_chain(&self) -> Result<Vec<Arc<dyn Completer>>, Silence> {
        let chain = &self.request.chain;
        let ready: Vec<_> =
            chain.iter().filter(|it| self.not_ready(it.as_ref()).is_none()).cloned().collect();
        if ready.is_empty() {
            let why = chain.first().and_then(|first| self.not_ready(first.as_ref()));
            return Err(why.unwrap_or(Silence::NoModel));
        }
        Ok(ready)
    }

    /// What to say of a silence. Where the first model could not be asked, the user can mend that and
    /// not that the fallback has nothing to say.
    fn reason(&self, why: Silence) -> Silence {
        match self.request.chain.first() {
            Some(first) if why == Silence::Nothing => {
                self.not_ready(first.as_ref()).unwrap_or_else(|| first.silence())
            }
            _ => why,
        }
    }

    /// Why a model cannot be asked now, if so.
    fn not_ready(&self, completer: &dyn Completer) -> Option<Silence> {
        match completer.readiness(Instant::now()) {
            Readiness::Ready | Readiness::Unknown => None,
            Readiness::Resting(..) if self.request.trigger == Trigger::Invoked => None,
            Readiness::Loading => Some(Silence::Loading),
            Readiness::Quiet(_, why) | Readiness::Resting(_, why) => Some(Silence::Backend(why)),
        }
    }

    /// How long the next key is waited for.
    fn debounce(&self, chain: &[Arc<dyn Completer>]) -> Duration {
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

    fn query(&self, parts: Parts, extent: Extent) -> Query {
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
    fn begin(
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

    fn place(&self, generation: Arc<Generation>, extent: Extent, by: Arc<str>) -> Joined {
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

    /// In the middle of a line an automatic request gets at most the rest of that line. What the
    /// editor closed by itself is not the middle of a line.
    fn one_line(&self, after: &str) -> bool {
        let request = self.request;
        let text = &request.snapshot.document.text;
        let end = text.line_end(text.line_of(request.at));
        let rest = text.slice(ByteRange::new(request.at, end));
        let rest = rest.strip_prefix(after.split('\n').next().unwrap_or("")).unwrap_or(&rest);
        let in_line = trigger::extent(rest) == Extent::Line;
        request.popup.is_some() || (request.trigger == Trigger::Automatic && in_line)
    }

    /// Polish and review.
    fn finish(&self, texts: &[String], joined: &Joined) -> Result<Vec<Reviewed>, Silence> {
        let document = &self.request.snapshot.document;
        let end = joined.generation.look(|progress| progress.end.clone());
        let cut_off = end == Some(End::CutOff);
        let whole = end == Some(End::Complete) && joined.typed.is_empty() && texts.len() == 1;
        // What is typed through stays as it was seen to fit.
        let parsed = joined.generation.is_parsed();
        let mut items: Vec<Reviewed> = Vec::new();
        let mut why = Silence::Nothing;
        for text in texts {
            let candidate = Candidate { at: self.request.at, text: text.clone() };
            let id = IDS.fetch_add(1, Ordering::Relaxed);
            let polished = polish(candidate, self.cursor.around(), cut_off, parsed);
            if whole && !polished.rules.contains(&PARSES) {
                joined.generation.set_parsed();
            }
            tracing::debug!(id, rules = ?polished.rules, "polished");
            match polished.result.and_then(|polished| review(polished, document, id)) {
                Ok(item) if items.iter().all(|known| known.edit != item.edit) => items.push(item),
                Ok(_) => {}
                Err(silence) => why = silence,
            }
        }
        if let Some((range, text)) = &self.request.popup {
            // One range is all a popup's item has: what would reach behind the cursor is left out.
            items.retain(|item| item.edit.range.is_empty());
            for item in &mut items {
                // The cursor must stay at the item's end, and the range is the popup's.
                item.edit.text.insert_str(0, text);
                item.edit.range = *range;
            }
        }
        if items.is_empty() { Err(why) } else { Ok(items) }
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
