//! What could come next: every token that followed a context like the cursor's, and how well it
//! did, source by source.

use super::lexer::Kind;
use super::lexicon::IdMap;
use super::rename::Renaming;
use super::scene::Scene;
use super::segment::{Order, Place, Segment};
use super::vocabulary::{FILE, Id, LINE_SAME, is_line};

/// Where evidence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The same tokens, anywhere in the index.
    Workspace,
    /// The same tokens, in files of the same folder and in edited ones.
    Near,
    /// The same tokens, in this file.
    Own,
    /// Tokens of the same shape in the index, names re-bound.
    WorkspaceAlike,
    /// Tokens of the same shape in this file and edited ones, names re-bound.
    OwnAlike,
    /// Any of them that is followed by a line like the one below the cursor.
    Below,
    /// The same token before, and the same names a little further before, in any order.
    Topic,
    /// Lines of this file after lines that begin as those above the cursor do.
    Skeleton,
}

/// How many sources there are.
pub const SOURCES: usize = 8;
/// Match lengths are told apart in these steps.
const STEPS: [u32; 14] = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 19, 24, 32];
/// How many steps there are.
pub const LEVELS: usize = STEPS.len();

/// What one source says of one candidate.
#[derive(Debug, Clone, Copy, Default)]
pub struct Support {
    /// Times seen, by the step of the match, at least so long.
    counts: [f32; LEVELS],
    /// The smoothed probability.
    pub probability: f32,
    /// One more than its longest match's step; 0 where the source does not know it.
    pub level: u32,
    /// Times seen at that step.
    pub count: f32,
}

/// A token that may come next.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its number.
    pub id: Id,
    /// What each [`Source`] says of it.
    pub support: [Support; SOURCES],
    /// How often it was written with white space before it, and how often in all.
    spaced: f32,
    votes: f32,
    /// It is there only because a name in a matched continuation was re-bound.
    pub renamed: f32,
    /// Of a line's end: how much speaks for the next line being as deep, deeper, less deep.
    pub steps: [f32; 3],
    /// It is a name of the matched place that nothing here corresponds to.
    pub foreign: f32,
}

impl Candidate {
    /// Of a line's end: which of the three it most likely is.
    pub fn step(&self) -> Id {
        let best = self.steps.iter().zip(LINE_SAME..).max_by(|a, b| a.0.total_cmp(b.0));
        best.map_or(LINE_SAME, |(_, id)| id)
    }

    /// Whether it is mostly written with white space before it.
    pub fn space(&self) -> bool {
        self.spaced * 2.0 > self.votes
    }
}

/// All candidates, and each source's best level.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Each token once.
    pub candidates: Vec<Candidate>,
    /// The highest [`Support::level`] that each source has for any candidate.
    pub levels: [u32; SOURCES],
    numbers: IdMap<usize>,
}

/// Where the tokens go on from.
#[derive(Debug, Clone)]
pub struct State {
    /// What stands before, backwards.
    pub context: Vec<Id>,
    /// The same, as classes.
    pub classes: Vec<Id>,
    /// What the next token has to begin with.
    pub partial: String,
    /// Whether the next token comes after white space, where that is known.
    pub space: Option<bool>,
}

/// Places looked at on either side in the index, and drawn from the short matches beyond.
const NEAREST: usize = 48;
const SPREAD: usize = 32;
/// Of the places found by shape, how many are read closely.
const ALIKE: usize = 32;

/// Candidates that are weighed.
const MOST_CANDIDATES: usize = 96;

/// Gathers what all sources know.
pub fn gather(scene: &mut Scene<'_>, state: &State) -> Evidence {
    let mut found = Vec::with_capacity(512);
    exact(scene, state, &mut found);
    alike(scene, state, &mut found);
    if state.context.first().is_none_or(|&id| is_line(id)) {
        skeleton(scene, &mut found);
    }
    let mut evidence = Evidence::default();
    for hit in found {
        evidence.add(scene, state, hit);
    }
    evidence.recent(scene, state);
    evidence.smooth();
    evidence
}

#[derive(Debug, Clone, Copy)]
struct Hit {
    source: Source,
    id: Id,
    space: bool,
    matched: u32,
    weight: f32,
    renamed: bool,
    foreign: bool,
    line_start: bool,
}

fn exact(scene: &Scene<'_>, state: &State, found: &mut Vec<Hit>) {
    let context = &state.context;
    let none = |id: Id| id;
    let hit = |segment: &Segment, place: Place, source| {
        let cell = segment.cell(place.at)?;
        (cell.id != FILE).then_some(Hit {
            source,
            id: cell.id,
            space: cell.space,
            matched: place.matched,
            weight: 1.0,
            renamed: false,
            foreign: false,
            line_start: is_line(segment.before(place.at, 1)),
        })
    };
    let topic = topic(scene, state);
    let bit = |id: Id| 1_u64 << (id & 63);
    let some = topic.iter().fold(0, |mask, &id| mask | bit(id));
    let about = |segment: &Segment, place: Place| {
        let mut met = 0_u32;
        for back in 1..=TOPIC_REACH {
            let id = segment.before(place.at, back);
            if id == FILE {
                break;
            }
            if some & bit(id) != 0
                && let Some(number) = topic.iter().position(|&other| other == id)
            {
                met |= 1 << number;
            }
        }
        met.count_ones()
    };
    let index = &scene.index.segment;
    for place in index.nearest(Order::Exact, &none, context, NEAREST, SPREAD) {
        if scene.overlay.hides(place.at) {
            continue;
        }
        let Some(one) = hit(index, place, Source::Workspace) else { continue };
        found.push(one);
        if scene.same_folder(place.at) {
            found.push(Hit { source: Source::Near, ..one });
        }
        found.push(Hit { source: Source::Topic, matched: about(index, place), ..one });
        if follows_alike(scene, index, place.at) {
            found.push(Hit { source: Source::Below, ..one });
        }
    }
    for file in scene.overlay.edited() {
        let places = file.segment.nearest(Order::Exact, &none, context, NEAREST / 4, SPREAD / 4);
        for place in places {
            let Some(one) = hit(&file.segment, place, Source::Workspace) else { continue };
            found.push(one);
            found.push(Hit { source: Source::Near, ..one });
        }
    }
    for place in scene.own.nearest(Order::Exact, &none, context, NEAREST * 2, SPREAD * 2) {
        let Some(one) = hit(&scene.own, place, Source::Own) else { continue };
        found.push(one);
        found.push(Hit { source: Source::Topic, matched: about(&scene.own, place), ..one });
        if follows_alike(scene, &scene.own, place.at) {
            found.push(Hit { source: Source::Below, ..one });
        }
    }
}

/// How far back, in tokens, the same names count as the same topic.
const TOPIC_REACH: usize = 20;

/// The names just before the cursor.
fn topic(scene: &Scene<'_>, state: &State) -> Vec<Id> {
    let near = state.context.iter().take(TOPIC_REACH).skip(1).copied();
    let mut names: Vec<Id> = near.filter(|&id| scene.lexicon.class(id) != id).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// First tokens of lines, where the lines above begin as those above the cursor.
fn skeleton(scene: &Scene<'_>, found: &mut Vec<Hit>) {
    const LINES: usize = 6;
    let starts = &scene.line_starts;
    let first = |at: u32| scene.own.cell(at).map_or(FILE, |cell| cell.id);
    let before: Vec<Id> = starts
        .iter()
        .rev()
        .filter(|&&at| at < scene.now)
        .take(LINES)
        .map(|&at| first(at))
        .collect();
    let below = scene.below().first().copied();
    for (number, &at) in starts.iter().enumerate() {
        let Some(cell) = scene.own.cell(at).filter(|cell| cell.id != FILE) else { continue };
        let above = starts.get(..number).unwrap_or_default().iter().rev();
        let matched = above.zip(&before).take_while(|&(&at, &id)| first(at) == id).count();
        let next = starts.get(number + 1).map(|&at| first(at));
        let agrees = u32::from(next.is_some() && next == below);
        found.push(Hit {
            source: Source::Skeleton,
            id: cell.id,
            space: false,
            matched: matched as u32 + 1 + 2 * agrees,
            weight: 1.0,
            renamed: false,
            foreign: false,
            line_start: true,
        });
    }
}

fn alike(scene: &mut Scene<'_>, state: &State, found: &mut Vec<Hit>) {
    let scene_ref = &*scene;
    let classes = |id: Id| scene_ref.lexicon.class(id);
    let index = &scene.index.segment;
    let mut read = Vec::new();
    let near = index.nearest(Order::Alike, &classes, &state.classes, ALIKE, 0);
    read.extend(near.into_iter().filter(|p| !scene.overlay.hides(p.at)).map(|p| (index, p, false)));
    for file in scene.overlay.edited() {
        let near = file.segment.nearest(Order::Alike, &classes, &state.classes, ALIKE / 4, 0);
        read.extend(near.into_iter().map(|p| (&*file.segment, p, true)));
    }
    let near = scene.own.nearest(Order::Alike, &classes, &state.classes, ALIKE, 0);
    read.extend(near.into_iter().map(|p| (&scene.own, p, true)));
    let mut fresh = Vec::new();
    for (segment, place, own) in read {
        let Some(cell) = segment.cell(place.at).filter(|cell| cell.id != FILE) else { continue };
        let renaming = Renaming::new(segment, place, &state.context, &scene.lexicon);
        let bound = renaming.bind(cell.id, &scene.lexicon);
        let hit = Hit {
            source: if own { Source::OwnAlike } else { Source::WorkspaceAlike },
            id: cell.id,
            space: cell.space,
            matched: renaming.quality(),
            weight: 1.0,
            renamed: false,
            foreign: false,
            line_start: is_line(segment.before(place.at, 1)),
        };
        let below = follows_alike(scene, segment, place.at);
        fresh.push((hit, bound, below));
    }
    for (hit, bound, below) in fresh {
        let hit = match bound {
            super::rename::Bound::Same => hit,
            super::rename::Bound::Known(id) => Hit { id, renamed: true, ..hit },
            super::rename::Bound::Made(word) => {
                let id = scene.lexicon.insert(&word, Kind::Word);
                Hit { id, renamed: true, ..hit }
            }
            super::rename::Bound::Foreign => Hit { foreign: true, ..hit },
        };
        found.push(hit);
        if below {
            found.push(Hit { source: Source::Below, ..hit });
        }
    }
}

/// Whether the line below a place is like the line below the cursor.
fn follows_alike(scene: &Scene<'_>, segment: &Segment, at: u32) -> bool {
    const REACH: u32 = 24;
    const ENOUGH: usize = 3;
    let below = scene.below();
    if below.len() < ENOUGH {
        return false;
    }
    let mut ahead = (at..at + REACH).map_while(|at| segment.cell(at));
    if !ahead.any(|cell| is_line(cell.id)) {
        return false;
    }
    let classes = ahead.take(ENOUGH).map(|cell| scene.lexicon.class(cell.id));
    classes.eq(below.iter().take(ENOUGH).map(|&id| scene.lexicon.class(id)))
}

impl Evidence {
    fn add(&mut self, scene: &Scene<'_>, state: &State, hit: Hit) {
        let fits_space = hit.line_start || state.space.is_none_or(|space| space == hit.space);
        if !(fits_space || is_line(hit.id)) {
            return;
        }
        if !state.partial.is_empty() && !scene.lexicon.text(hit.id).starts_with(&state.partial) {
            return;
        }
        let level = STEPS.iter().rposition(|&step| step <= hit.matched).map_or(0, |n| n + 1);
        if level == 0 {
            return;
        }
        // How the next line is indented is another question than whether this one ends.
        let id = if is_line(hit.id) { LINE_SAME } else { hit.id };
        let Some(candidate) = self.candidate(id) else { return };
        candidate.votes += 1.0;
        let step = hit.id.wrapping_sub(LINE_SAME) as usize;
        if let Some(step) = candidate.steps.get_mut(step) {
            // The longest matches know best.
            *step += (1 << hit.matched.min(20)) as f32;
        }
        candidate.spaced += if hit.space { 1.0 } else { 0.0 };
        candidate.renamed += if hit.renamed { 1.0 } else { 0.0 };
        candidate.foreign += if hit.foreign { 1.0 } else { 0.0 };
        let Some(support) = candidate.support.get_mut(hit.source as usize) else { return };
        for count in support.counts.iter_mut().take(level) {
            *count += hit.weight;
        }
        if let Some(best) = self.levels.get_mut(hit.source as usize) {
            *best = (*best).max(level as u32);
        }
    }

    fn candidate(&mut self, id: Id) -> Option<&mut Candidate> {
        let number = *self.numbers.entry(id).or_insert(self.candidates.len());
        if number == self.candidates.len() {
            let support = [Support::default(); SOURCES];
            let blank = Candidate {
                id,
                support,
                spaced: 0.0,
                votes: 0.0,
                renamed: 0.0,
                foreign: 0.0,
                steps: [0.0; 3],
            };
            self.candidates.push(blank);
        }
        self.candidates.get_mut(number)
    }

    /// The file's own words, the most recent first, and the names in scope.
    fn recent(&mut self, scene: &Scene<'_>, state: &State) {
        let most = if state.partial.is_empty() { 24 } else { 64 };
        let fits = |id: Id| {
            let word = scene.lexicon.kind(id) == Kind::Word;
            word && (state.partial.is_empty() || scene.lexicon.text(id).starts_with(&state.partial))
        };
        let mut words: Vec<(u32, Id)> =
            scene.seen.iter().filter(|(id, _)| fits(**id)).map(|(id, s)| (s.last, *id)).collect();
        words.sort_unstable_by(|a, b| b.cmp(a));
        let scope = scene.scope.keys().copied().filter(|&id| fits(id));
        let line = state.context.iter().copied().take_while(|&id| !is_line(id));
        let line = line.filter(|&id| fits(id));
        for id in words.into_iter().take(most).map(|(_, id)| id).chain(scope).chain(line) {
            self.candidate(id);
        }
    }

    /// Witten and Bell's interpolation, from the shortest match up.
    fn smooth(&mut self) {
        const FLOOR: f32 = 1e-4;
        for source in 0..SOURCES {
            let mut totals = [(0.0_f32, 0.0_f32); LEVELS];
            for candidate in &self.candidates {
                let Some(support) = candidate.support.get(source) else { continue };
                for (total, &count) in totals.iter_mut().zip(&support.counts) {
                    total.0 += count;
                    total.1 += if count > 0.0 { 1.0 } else { 0.0 };
                }
            }
            for candidate in &mut self.candidates {
                let Some(support) = candidate.support.get_mut(source) else { continue };
                let mut probability = FLOOR;
                for (&(all, kinds), &count) in totals.iter().zip(&support.counts) {
                    if all > 0.0 {
                        probability = (count + kinds * probability) / (all + kinds);
                    }
                    if count > 0.0 {
                        support.level += 1;
                        support.count = count;
                    }
                }
                support.probability = probability;
            }
        }
        self.candidates.sort_unstable_by_key(|candidate| candidate.id);
        if self.candidates.len() > MOST_CANDIDATES {
            let best = |c: &Candidate| c.support.iter().map(|s| s.probability).fold(0.0, f32::max);
            self.candidates.sort_by(|a, b| best(b).total_cmp(&best(a)));
            self.candidates.truncate(MOST_CANDIDATES);
        }
    }
}
