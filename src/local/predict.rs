//! From the cursor to the end of the line, token by token; to the end of the block where that is
//! next to certain.

use super::evidence::{Candidate, Evidence, State, gather};
use super::features::{self, Line};
use super::network::Network;
use super::scene::{CONTEXT, Scene};
use super::vocabulary::{Id, LINE_DEEPER, LINE_SAME, LINE_SHALLOWER, is_line};

/// What the model proposes.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// To be inserted at the cursor.
    pub text: String,
    /// How likely its first word is right.
    pub probability: f32,
    /// How likely all of it is.
    pub whole: f32,
    /// How many characters of it are right to be expected, counted from its beginning.
    pub gain: f32,
    /// It goes to the end of a line.
    pub complete: bool,
}

/// Where to stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Caution {
    /// A token less likely than this ends the text.
    pub token: f32,
    /// And so does one that makes all of it less likely than this.
    pub whole: f32,
    /// The lines of a block are added only if no token of it is less likely than this.
    pub block: f32,
}

impl Default for Caution {
    fn default() -> Self {
        Caution { token: 0.25, whole: 0.05, block: 0.8 }
    }
}

/// Most tokens proposed, on the cursor's line and in all.
const MOST_ON_LINE: usize = 24;
const MOST: usize = 28;
/// Most lines of a block.
const MOST_LINES: usize = 12;

/// The candidates at a state with their probabilities.
pub fn next(
    scene: &mut Scene<'_>,
    network: &Network,
    state: &State,
    line: Line,
) -> (Evidence, Vec<f32>) {
    let evidence = gather(scene, state);
    let rows = features::rows(scene, state, line, &evidence);
    let none = features::none(scene, state, line, &evidence);
    let probabilities = network.probabilities(&rows, &none);
    (evidence, probabilities)
}

/// The most likely text.
pub fn predict(scene: &mut Scene<'_>, network: &Network, caution: Caution) -> Option<Prediction> {
    let mut walk = Walk::new(scene);
    let opens = walk.finish_line(scene, network, caution, MOST_ON_LINE);
    if walk.out.text.trim().is_empty() || walk.repeats_below(scene) || walk.repeats_line(scene) {
        return None;
    }
    if opens == Some(LINE_DEEPER) && walk.least >= caution.block && scene.rest_of_line == 0 {
        return Some(walk.clone().block(scene, network, caution).unwrap_or(walk.out));
    }
    Some(walk.out)
}

/// A text on its way.
#[derive(Debug, Clone)]
struct Walk {
    state: State,
    line: Line,
    /// Tokens of the cursor's line so far.
    ids: Vec<Id>,
    /// Brackets open at the cursor.
    open: i32,
    /// Nothing has been proposed yet.
    begins: bool,
    tokens: usize,
    /// The least likely token so far.
    least: f32,
    out: Prediction,
}

impl Walk {
    fn new(scene: &Scene<'_>) -> Self {
        let line = scene.line();
        let text = String::new();
        Walk {
            state: scene.state(),
            line,
            ids: Vec::new(),
            open: line.open,
            begins: true,
            tokens: 0,
            least: 1.0,
            out: Prediction { text, probability: 0.0, whole: 1.0, gain: 0.0, complete: false },
        }
    }

    /// Goes to the end of the line; of the end that was reached, which one it is.
    fn finish_line(
        &mut self,
        scene: &mut Scene<'_>,
        network: &Network,
        caution: Caution,
        most: usize,
    ) -> Option<Id> {
        while self.tokens < most {
            let (evidence, probabilities) = next(scene, network, &self.state, self.line);
            let best = evidence.candidates.iter().zip(&probabilities);
            let (best, &p) = best.max_by(|a, b| a.1.total_cmp(b.1))?;
            let whole = self.out.whole * p;
            self.least = self.least.min(p);
            if self.tokens > 0 && (p < caution.token || whole < caution.whole) {
                return None;
            }
            if is_line(best.id) || self.is_there_already(scene, best.id) {
                self.out.complete = true;
                self.out.whole = whole;
                return Some(best.step());
            }
            self.push(scene, best, p);
        }
        None
    }

    /// What stands after the cursor, brackets that the editor closed above all.
    fn is_there_already(&self, scene: &Scene<'_>, id: Id) -> bool {
        let same = scene.rest_of_line > 0 && scene.following.first() == Some(&id);
        same && self.line.open <= self.open
    }

    fn push(&mut self, scene: &Scene<'_>, best: &Candidate, p: f32) {
        let text = scene.lexicon.text(best.id);
        let added = text.get(self.state.partial.len()..).unwrap_or_default();
        let after_blank = self.ids.is_empty() && (scene.spaced || scene.line_begins);
        let line_starts = self.state.context.first().is_none_or(|&id| is_line(id));
        let joins = after_blank || line_starts || !self.state.partial.is_empty();
        if best.space() && !joins {
            self.out.text.push(' ');
        }
        self.out.text.push_str(added);
        self.out.whole *= p;
        self.out.gain += self.out.whole * added.chars().count() as f32;
        // A word that was typed whole already is no suggestion yet: the next one decides, if that
        // one is whole.
        if self.begins && !added.is_empty() {
            self.out.probability = self.out.whole;
            self.begins = false;
        }
        self.line.push(text);
        self.ids.push(best.id);
        self.tokens += 1;
        self.state.push(best.id, scene.lexicon.class(best.id));
    }

    /// The line below says the same already.
    fn repeats_below(&self, scene: &Scene<'_>) -> bool {
        let below = scene.below();
        let line = below.iter().position(|&id| is_line(id)).unwrap_or(below.len());
        let same = below.get(..line) == Some(self.ids.as_slice());
        same && self.out.complete && scene.line_begins && !self.ids.is_empty()
    }

    /// The lines of the block that the cursor's line opens, all of them or none.
    fn block(
        mut self,
        scene: &mut Scene<'_>,
        network: &Network,
        caution: Caution,
    ) -> Option<Prediction> {
        // The first doubt ends it: what is looked up further costs time for nothing.
        let caution = Caution { token: caution.block, whole: 0.0, ..caution };
        let (margin, unit) = (scene.margin.to_owned(), scene.unit.to_owned());
        let mut depth = 1_usize;
        let mut step = LINE_DEEPER;
        for number in 0..MOST_LINES {
            self.state.push(step, step);
            self.line = Line::default();
            self.ids.clear();
            self.out.text.push('\n');
            self.out.text.push_str(&margin);
            self.out.text.push_str(&unit.repeat(depth));
            let before = self.out.text.len();
            let end = self.finish_line(scene, network, caution, MOST)?;
            let empty = self.out.text.len() == before;
            if empty || (number == 0 && self.is_below(scene)) {
                return None;
            }
            step = end;
            match step {
                LINE_SAME if depth > 0 => {}
                LINE_DEEPER if depth > 0 => depth += 1,
                LINE_SHALLOWER if depth > 1 => depth -= 1,
                // Back where it began: a closing bracket belongs to the block, nothing else does.
                LINE_SHALLOWER if depth == 1 && !self.closes(scene, network, step) => {
                    return Some(self.out);
                }
                LINE_SHALLOWER if depth == 1 => depth = 0,
                _ => return Some(self.out),
            }
        }
        None
    }

    /// The line would begin again in its middle.
    fn repeats_line(&self, scene: &Scene<'_>) -> bool {
        let on_line = scene.context.iter().copied().take_while(|&id| !is_line(id));
        let mut line: Vec<Id> = on_line.collect();
        line.reverse();
        line.len() > 1 && self.ids.starts_with(&line)
    }

    fn is_below(&self, scene: &Scene<'_>) -> bool {
        let below = scene.below();
        below.get(..self.ids.len()) == Some(self.ids.as_slice())
    }

    /// Whether the next line begins by closing what is open.
    fn closes(&self, scene: &mut Scene<'_>, network: &Network, step: Id) -> bool {
        let mut state = self.state.clone();
        state.push(step, step);
        let (evidence, probabilities) = next(scene, network, &state, Line::default());
        let best = evidence.candidates.iter().zip(&probabilities);
        let best = best.max_by(|a, b| a.1.total_cmp(b.1));
        best.is_some_and(|(best, _)| matches!(scene.lexicon.text(best.id), "}" | ")" | "]"))
    }
}

impl Scene<'_> {
    /// The state at the cursor.
    pub fn state(&self) -> State {
        let in_word = !self.partial.is_empty();
        State {
            context: self.context.clone(),
            classes: self.classes.clone(),
            partial: self.partial.to_owned(),
            space: match self.line_begins {
                true => None,
                false if in_word => Some(self.partial_spaced),
                false => self.spaced.then_some(true),
            },
        }
    }

    /// The line's shape at the cursor.
    pub fn line(&self) -> Line {
        let mut line = Line::default();
        let on_line = self.context.iter().copied().take_while(|&id| !is_line(id));
        for id in on_line.collect::<Vec<Id>>().into_iter().rev() {
            line.push(self.lexicon.text(id));
        }
        line
    }
}

impl Line {
    /// Goes over a token.
    pub fn push(&mut self, text: &str) {
        self.tokens += 1;
        match text {
            "(" | "[" | "{" => {
                self.open += 1;
                self.bracket = text.bytes().next();
            }
            ")" | "]" | "}" => {
                self.open -= 1;
                self.bracket = None;
            }
            _ => {}
        }
    }
}

impl State {
    /// Goes over a token.
    pub fn push(&mut self, id: Id, class: Id) {
        self.context.insert(0, id);
        self.classes.insert(0, class);
        self.context.truncate(CONTEXT);
        self.classes.truncate(CONTEXT);
        self.partial.clear();
        self.space = None;
    }
}
