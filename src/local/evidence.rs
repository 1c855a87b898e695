//! What could come next: every token that followed a context like the cursor's, and how well it
//! did, source by source.

use super::lexer::Kind;
use super::lexicon::IdMap;
use super::scene::Scene;
use super::sources::{self, Hit};
use super::vocabulary::{Id, LINE_SAME, is_line};

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
    /// Where a word is begun: how often it stands in the workspace, as far as that is counted.
    pub everywhere: f32,
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

/// Candidates that are weighed.
const MOST_CANDIDATES: usize = 96;

/// Gathers what all sources know.
pub fn gather(scene: &mut Scene<'_>, state: &State) -> Evidence {
    let mut evidence = Evidence::default();
    for hit in sources::hits(scene, state) {
        evidence.add(scene, state, hit);
    }
    evidence.recent(scene, state);
    if !state.partial.is_empty() {
        evidence.begun(scene, state);
    }
    evidence.smooth();
    evidence
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
            *count += 1.0;
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
                everywhere: 0.0,
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
        let words = scene.recent.iter().copied().filter(|&id| fits(id)).take(most);
        let scope = scene.scope.keys().chain(scene.declared.keys()).copied().filter(|&id| fits(id));
        let line = state.context.iter().copied().take_while(|&id| !is_line(id));
        let line = line.filter(|&id| fits(id));
        for id in words.chain(scope).chain(line) {
            self.candidate(id);
        }
    }

    /// The workspace's words that go on with one that is begun, and how often each stands there.
    fn begun(&mut self, scene: &Scene<'_>, state: &State) {
        const LOOKED: usize = 64;
        const TAKEN: usize = 32;
        const COUNTED: usize = 64;
        let index = scene.index;
        let times = |id: Id| {
            let word = [id];
            let places = index.segment.all(&word).take(COUNTED);
            places.filter(|at| !scene.hides(at.saturating_sub(1))).count()
        };
        for candidate in &mut self.candidates {
            candidate.everywhere = times(candidate.id) as f32;
        }
        if state.partial.len() < 2 {
            return;
        }
        let words = index.vocabulary.starting_with(&state.partial).take(LOOKED);
        let words = words.map(|id| (times(id), id)).filter(|(times, _)| *times > 0);
        let mut words: Vec<(usize, Id)> = words.collect();
        words.sort_unstable_by(|a, b| b.cmp(a));
        for (times, id) in words.into_iter().take(TAKEN) {
            if let Some(candidate) = self.candidate(id) {
                candidate.everywhere = times as f32;
            }
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
