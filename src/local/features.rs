//! A candidate as numbers, for the network that weighs the sources.

use super::evidence::{Candidate, Evidence, LEVELS, SOURCES, State};
use super::lexer::Kind;
use super::scene::Scene;
use super::vocabulary::{Id, is_line};

/// Numbers that describe a candidate.
pub const WIDTH: usize = 6 * SOURCES + 31;
/// Numbers that describe the case that none of the candidates is right.
pub const NONE_WIDTH: usize = 2 * SOURCES + 8;

/// What the line has of brackets and tokens so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Line {
    /// Tokens on the line before the next one.
    pub tokens: u32,
    /// Brackets open on this line.
    pub open: i32,
    /// The innermost open bracket of the line.
    pub bracket: Option<u8>,
}

/// One row of numbers a candidate.
pub fn rows(
    scene: &Scene<'_>,
    state: &State,
    line: Line,
    evidence: &Evidence,
) -> Vec<[f32; WIDTH]> {
    let row = |candidate: &Candidate| row(scene, state, line, evidence, candidate);
    evidence.candidates.iter().map(row).collect()
}

fn row(
    scene: &Scene<'_>,
    state: &State,
    line: Line,
    evidence: &Evidence,
    candidate: &Candidate,
) -> [f32; WIDTH] {
    let mut values = Row { values: [0.0; WIDTH], at: 0 };
    for (support, &best) in candidate.support.iter().zip(&evidence.levels) {
        values.put(log(support.probability));
        values.put(support.level as f32 / LEVELS as f32);
        values.put(count(support.count));
        values.put(flag(support.level > 0 && support.level == best));
        values.put(best as f32 / LEVELS as f32);
        values.put(support.probability);
    }
    let id = candidate.id;
    let seen = scene.seen.get(&id).copied().unwrap_or_default();
    let distance =
        if seen.last > 0 { scene.now.saturating_sub(seen.last) as f32 } else { 60_000.0 };
    values.put((1.0 + distance).ln() / 11.0);
    values.put(count(seen.before as f32));
    values.put(count(seen.after as f32));
    let kind = scene.lexicon.kind(id);
    for one in [Kind::Word, Kind::Number, Kind::Text, Kind::Mark, Kind::Line] {
        values.put(flag(kind == one));
    }
    values.put(flag(candidate.renamed > 0.0));
    values.put(flag(candidate.foreign > 0.0));
    values.put(count(candidate.renamed));
    values.put(scene.scope.get(&id).map_or(0.0, |&rank| 1.0 / (1.0 + rank as f32 / 8.0)));
    let declared = scene.declared.get(&id);
    values.put(declared.map_or(0.0, |&rank| 1.0 / (1.0 + rank as f32 / 8.0)));
    values.put(flag(declared.is_some()));
    values.put(flag(state.context.first() == Some(&id)));
    values.put(flag(state.context.iter().take(line.tokens as usize).any(|&other| other == id)));
    let text = scene.lexicon.text(id);
    values.put((text.len().min(32) as f32) / 32.0);
    values.put((state.partial.len().min(8) as f32) / 8.0);
    values.put(state.partial.len() as f32 / text.len().max(1) as f32);
    values.put(flag(!text.is_empty() && state.partial.len() == text.len()));
    values.put(count(candidate.everywhere));
    values.put(flag(is_line(id) && line.open > 0));
    values.put(closing(text, line));
    values.put(flag(scene.lexicon.class(id) == id));
    let likeness = if kind == Kind::Word { likeness(scene, state, line, id, text) } else { 0.0 };
    values.put(likeness);
    values.put(flag(likeness == 1.0));
    values.put(flag(after_is(scene, state, Kind::Word)));
    values.put((line.tokens.min(16) as f32) / 16.0);
    values.put(flag(scene.below().first() == Some(&id)));
    values.put(flag(scene.rest_of_line > 0 && scene.following.first() == Some(&id)));
    values.values
}

/// The row of the case that no candidate is right.
pub fn none(
    scene: &Scene<'_>,
    state: &State,
    line: Line,
    evidence: &Evidence,
) -> [f32; NONE_WIDTH] {
    let mut values = [0.0; NONE_WIDTH];
    let mut all = Vec::with_capacity(NONE_WIDTH);
    for (source, &best) in evidence.levels.iter().enumerate() {
        let of = |c: &Candidate| c.support.get(source).map_or(0.0, |s| s.probability);
        all.push(evidence.candidates.iter().map(of).fold(0.0, f32::max));
        all.push(best as f32 / LEVELS as f32);
    }
    all.push((state.partial.len().min(8) as f32) / 8.0);
    all.push(flag(state.partial.is_empty()));
    all.push((line.tokens.min(16) as f32) / 16.0);
    all.push((1.0 + evidence.candidates.len() as f32).ln() / 5.0);
    all.push(flag(after_is(scene, state, Kind::Word)));
    all.push(flag(after_is(scene, state, Kind::Mark)));
    all.push(flag(after_is(scene, state, Kind::Text)));
    all.push((1.0 + scene.now as f32).ln() / 11.0);
    values.iter_mut().zip(all).for_each(|(to, from)| *to = from);
    values
}

fn after_is(scene: &Scene<'_>, state: &State, kind: Kind) -> bool {
    state.context.first().is_some_and(|&id: &Id| scene.lexicon.kind(id) == kind)
}

/// How much of the word the most similar name of the line shares with it, from either end.
fn likeness(scene: &Scene<'_>, state: &State, line: Line, id: Id, text: &str) -> f32 {
    let names = state.context.iter().take(line.tokens.min(16) as usize);
    let names = names.filter(|&&other| other != id && scene.lexicon.class(other) != other);
    let likeness = |other: &Id| {
        let other = scene.lexicon.text(*other);
        let alike = |(a, b): &(u8, u8)| a.eq_ignore_ascii_case(b);
        let head = text.bytes().zip(other.bytes()).take_while(alike).count();
        let tail = text.bytes().rev().zip(other.bytes().rev()).take_while(alike).count();
        let longest = text.len().max(other.len()).max(1);
        if head.max(tail) < 3 { 0.0 } else { head.max(tail) as f32 / longest as f32 }
    };
    names.map(likeness).fold(0.0, f32::max)
}

fn closing(text: &str, line: Line) -> f32 {
    let close = match line.bracket {
        Some(b'(') => ")",
        Some(b'[') => "]",
        Some(b'{') => "}",
        _ => return if matches!(text, ")" | "]" | "}") { -1.0 } else { 0.0 },
    };
    flag(text == close)
}

fn log(probability: f32) -> f32 {
    (probability.max(1e-5).ln() + 4.6) / 4.6
}

fn count(times: f32) -> f32 {
    (1.0 + times).ln() / 4.0
}

fn flag(is: bool) -> f32 {
    if is { 1.0 } else { 0.0 }
}

struct Row {
    values: [f32; WIDTH],
    at: usize,
}

impl Row {
    fn put(&mut self, value: f32) {
        if let Some(place) = self.values.get_mut(self.at) {
            *place = value;
        }
        self.at += 1;
    }
}
