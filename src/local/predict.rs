//! From the cursor to the end of the line, token by token.

use super::evidence::{Evidence, State, gather};
use super::features::{self, Line};
use super::lexer::Kind;
use super::network::Network;
use super::scene::{CONTEXT, Scene};
use super::vocabulary::{Id, is_line};

/// What the model proposes.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// To be inserted at the cursor.
    pub text: String,
    /// How likely its first word is right.
    pub probability: f32,
    /// How likely all of it is.
    pub whole: f32,
    /// It goes to the end of the line.
    pub complete: bool,
}

/// Where to stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Caution {
    /// A token less likely than this ends the text.
    pub token: f32,
    /// And so does one that makes all of it less likely than this.
    pub whole: f32,
}

impl Default for Caution {
    fn default() -> Self {
        Caution { token: 0.25, whole: 0.05 }
    }
}

/// Most tokens proposed.
const MOST: usize = 40;

impl Scene<'_> {
    /// The state at the cursor.
    pub fn state(&self) -> State {
        let known = !self.line_begins && self.partial.is_empty();
        State {
            context: self.context.clone(),
            classes: self.classes.clone(),
            partial: self.partial.to_owned(),
            space: (known && self.spaced).then_some(true),
        }
    }

    /// The line's shape at the cursor.
    pub fn line(&self) -> Line {
        let mut line = Line::default();
        let on_line: Vec<Id> =
            self.context.iter().copied().take_while(|&id| !is_line(id)).collect();
        for id in on_line.into_iter().rev() {
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

/// The candidates at a state with their probabilities.
pub fn next(
    scene: &mut Scene<'_>,
    net: &Network,
    state: &State,
    line: Line,
) -> (Evidence, Vec<f32>) {
    let evidence = gather(scene, state);
    let rows = features::rows(scene, state, line, &evidence);
    let none = features::none(scene, state, line, &evidence);
    let probabilities = net.probabilities(&rows, &none);
    (evidence, probabilities)
}

/// The most likely text.
pub fn predict(scene: &mut Scene<'_>, net: &Network, caution: Caution) -> Option<Prediction> {
    let mut state = scene.state();
    let mut line = scene.line();
    let mut out = Prediction { text: String::new(), probability: 0.0, whole: 1.0, complete: false };
    let mut ids = Vec::new();
    for step in 0..MOST {
        let (evidence, probabilities) = next(scene, net, &state, line);
        let best = evidence.candidates.iter().zip(&probabilities);
        let Some((best, &p)) = best.max_by(|a, b| a.1.total_cmp(b.1)) else { break };
        let whole = out.whole * p;
        if step > 0 && (p < caution.token || whole < caution.whole) {
            break;
        }
        let ends = scene.rest_of_line > 0 && scene.following.first() == Some(&best.id);
        if is_line(best.id) || ends {
            out.complete = true;
            break;
        }
        let text = scene.lexicon.text(best.id);
        let added = text.get(state.partial.len()..).unwrap_or_default();
        let space = if step == 0 { !scene.spaced && !scene.line_begins } else { true };
        if space && best.space() && state.partial.is_empty() {
            out.text.push(' ');
        }
        out.text.push_str(added);
        if step == 0 || out.probability == 0.0 {
            out.probability = p;
        }
        // A word that was typed already is no suggestion yet: the next one decides.
        if step == 0 && added.is_empty() {
            out.probability = 0.0;
        }
        out.whole = whole;
        line.push(text);
        ids.push(best.id);
        let (id, class) = (best.id, scene.lexicon.class(best.id));
        state.push(id, class);
        if scene.lexicon.kind(id) == Kind::Line {
            break;
        }
    }
    let repeats = out.complete && scene.line_begins && {
        let below = scene.below();
        let line = below.iter().position(|&id| is_line(id)).unwrap_or(below.len());
        below.get(..line) == Some(ids.as_slice())
    };
    (!out.text.trim().is_empty() && !repeats).then_some(out)
}
