//! What a suggestion saved, and how sure the figures are.

use foretype::local::Prediction;

use super::cut::Rng;

/// How one case went.
#[derive(Clone, Default)]
pub struct Outcome {
    pub answered: bool,
    /// By which answers are ranked: the probability of the first word.
    pub probability: f32,
    /// Characters hidden, and of them those that the leading right words saved.
    pub hidden: usize,
    pub saved: usize,
    pub first_right: bool,
    pub exact: bool,
}

pub fn judge(hidden: &str, said: Option<Prediction>) -> Outcome {
    let length = hidden.chars().count();
    let Some(said) = said else { return Outcome { hidden: length, ..Outcome::default() } };
    // A line is judged, of a block too.
    let line = said.text.lines().next().unwrap_or_default();
    let (is, says) = (words(hidden), words(line));
    let right = is.iter().zip(&says).take_while(|(a, b)| a == b).count();
    Outcome {
        answered: true,
        probability: said.probability,
        hidden: length,
        saved: is[..right].iter().map(|word| word.chars().count()).sum(),
        first_right: right > 0,
        exact: said.complete && line == hidden,
    }
}

/// Words with the blanks before them. Letters, digits and `_` are a word, with a quote right before
/// them; every other character is one of its own.
pub fn words(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    while let Some((_, c)) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        let quote = matches!(c, '"' | '\'' | '`');
        if in_word(c) || quote {
            while chars.next_if(|(_, c)| in_word(*c)).is_some() {}
        }
        let end = chars.peek().map_or(text.len(), |(at, _)| *at);
        found.push(&text[start..end]);
        start = end;
    }
    found
}

/// Figures over some cases of which a share is answered, the most probable ones.
#[derive(Clone, Copy, Default, Debug)]
pub struct Figures {
    /// Of all cases, in per cent.
    pub answered: f64,
    /// Characters saved per 100 hidden, answered or not.
    pub saved: f64,
    /// Answers with a wrong first word, in per cent of the answers.
    pub wrong: f64,
    /// Lines that were wholly right, in per cent of all cases.
    pub exact: f64,
}

pub fn at_share(outcomes: &[Outcome], share: f64) -> Figures {
    let mut shown: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.answered).collect();
    shown.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    shown.truncate((share * outcomes.len() as f64).round() as usize);
    figures(outcomes, &shown)
}

pub fn from_probability(outcomes: &[Outcome], least: f32) -> Figures {
    let shown = |outcome: &&Outcome| outcome.answered && outcome.probability >= least;
    figures(outcomes, &outcomes.iter().filter(shown).collect::<Vec<_>>())
}

fn figures(outcomes: &[Outcome], shown: &[&Outcome]) -> Figures {
    let hidden: usize = outcomes.iter().map(|outcome| outcome.hidden).sum();
    let saved: usize = shown.iter().map(|outcome| outcome.saved).sum();
    let wrong = shown.iter().filter(|outcome| !outcome.first_right).count();
    let exact = shown.iter().filter(|outcome| outcome.exact).count();
    let per_cent = |part: usize, of: usize| 100.0 * part as f64 / of.max(1) as f64;
    Figures {
        answered: per_cent(shown.len(), outcomes.len()),
        saved: per_cent(saved, hidden),
        wrong: per_cent(wrong, shown.len()),
        exact: per_cent(exact, outcomes.len()),
    }
}

/// The middle 95 % of what a figure is over resamples of the cases, drawn with a fixed seed.
pub fn interval(cases: usize, figure: impl Fn(&[usize]) -> f64) -> (f64, f64) {
    const RESAMPLES: usize = 1000;
    let mut rng = Rng(0x5eed);
    let mut values: Vec<f64> = (0..RESAMPLES)
        .map(|_| figure(&(0..cases).map(|_| rng.below(cases)).collect::<Vec<_>>()))
        .collect();
    values.sort_by(f64::total_cmp);
    (values[RESAMPLES * 25 / 1000], values[RESAMPLES * 975 / 1000 - 1])
}

/// The outcomes with these numbers.
pub fn pick(outcomes: &[Outcome], numbers: &[usize]) -> Vec<Outcome> {
    numbers.iter().map(|&number| outcomes[number].clone()).collect()
}
