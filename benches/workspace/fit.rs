//! Fits the network's weights on the development repositories.
//!
//! Each case is a cut line; from the cursor on, token by token, the candidates are weighed and the
//! right one, or that none is right, is what the network shall say. Fixed seeds, one thread: the
//! same weights every time on the same machine.

use std::path::PathBuf;

use foretype::local::Limits;
use foretype::local::evidence::gather;
use foretype::local::features::{self, NONE_WIDTH, WIDTH};
use foretype::local::network::{HIDDEN, NONE_HIDDEN, WEIGHTS};
use foretype::local::scene::Scene;
use foretype::local::vocabulary::LINE_SAME;

use super::corpus::Repo;
use super::cut::{Case, Cut, Rng, draw};

/// Tokens of a line that are learnt from.
const STEPS: usize = 8;
/// One in so many lines keeps its copies, as most lines of a real workspace do.
const NATURAL_ONE_IN: usize = 4;
const CUTS: [Cut; 6] =
    [Cut::Token, Cut::Character, Cut::Line, Cut::Token, Cut::Character, Cut::Closed];
const BATCH: usize = 32;
const RATE: f32 = 0.004;
/// Where the weights of the case that none is right begin.
const SPLIT: usize = (WIDTH + 2) * HIDDEN;

struct Example {
    rows: Vec<[f32; WIDTH]>,
    none: [f32; NONE_WIDTH],
    right: Option<usize>,
}

pub fn fit(repositories: &[PathBuf], lines: usize, epochs: usize, seed: u64) -> Vec<u8> {
    let mut examples = Vec::new();
    for folder in repositories {
        let repo = Repo::read(folder, Limits::default());
        let before = examples.len();
        let mut rng = Rng(seed);
        for number in 0..lines {
            let hide = rng.below(NATURAL_ONE_IN) != 0;
            let case = draw(&repo, &mut rng, CUTS[number % CUTS.len()], hide);
            learn(&repo, &case, &mut examples);
        }
        let known = examples[before..].iter().filter(|example| example.right.is_some()).count();
        let all = examples.len() - before;
        println!("{}: {all} tokens, {:.1} % among the candidates", repo.name, percent(known, all));
    }
    let weights = train(&examples, epochs);
    weights.iter().flat_map(|weight| weight.to_le_bytes()).collect()
}

fn percent(part: usize, of: usize) -> f64 {
    100.0 * part as f64 / of.max(1) as f64
}

fn learn(repo: &Repo, case: &Case<'_>, examples: &mut Vec<Example>) {
    let Some(mut scene) = Scene::new(&repo.index, &case.overlay, case.cursor()) else { return };
    let text = &repo.files[case.line.file].1;
    let begins = case.cut - scene.partial.len();
    let mut tokens = case.line.tokens.iter().skip_while(|token| token.start < begins).peekable();
    if tokens.peek().is_none_or(|token| !scene.partial.is_empty() && token.start != begins) {
        return;
    }
    let (mut state, mut line) = (scene.state(), scene.line());
    for _ in 0..STEPS {
        let token = tokens.next();
        let word = token.map_or("", |token| &text[token.start..token.end]);
        let right = token.map_or(LINE_SAME, |token| scene.lexicon.insert(word, token.kind));
        let evidence = gather(&mut scene, &state);
        examples.push(Example {
            rows: features::rows(&scene, &state, line, &evidence),
            none: features::none(&scene, &state, line, &evidence),
            right: evidence.candidates.iter().position(|candidate| candidate.id == right),
        });
        if token.is_none_or(|token| token.start >= case.end) {
            break;
        }
        line.push(word);
        state.push(right, scene.lexicon.class(right));
    }
}

/// Adam, with a rate that falls to nothing.
fn train(examples: &[Example], epochs: usize) -> Vec<f32> {
    let mut rng = Rng(42);
    // Every twentieth is kept to see that it does not learn by heart.
    let (kept, mut order): (Vec<usize>, Vec<usize>) =
        (0..examples.len()).partition(|number| number / 64 % 20 == 0);
    let mut weights: Vec<f32> = (0..WEIGHTS).map(|_| ((rng.unit() - 0.5) * 0.3) as f32).collect();
    let (mut mean, mut square) = (vec![0.0_f32; WEIGHTS], vec![0.0_f32; WEIGHTS]);
    let steps = (epochs * order.len() / BATCH) as f32;
    let mut step = 0_i32;
    for epoch in 1..=epochs {
        for last in (1..order.len()).rev() {
            order.swap(last, rng.below(last + 1));
        }
        let mut loss = 0.0;
        for batch in order.chunks(BATCH) {
            let mut gradient = vec![0.0_f32; WEIGHTS];
            for &number in batch {
                loss += back(&examples[number], &weights, Some(&mut gradient)).0;
            }
            step += 1;
            let rate = RATE * (1.0 - step as f32 / (steps + 1.0)).max(0.02);
            let (m, s) = (1.0 - 0.9_f32.powi(step), 1.0 - 0.999_f32.powi(step));
            for (n, weight) in weights.iter_mut().enumerate() {
                let slope = gradient[n] / batch.len() as f32;
                mean[n] = 0.9 * mean[n] + 0.1 * slope;
                square[n] = 0.999 * square[n] + 0.001 * slope * slope;
                *weight -=
                    rate * ((mean[n] / m) / ((square[n] / s).sqrt() + 1e-8) + 1e-5 * *weight);
            }
        }
        let seen: Vec<(f64, bool)> =
            kept.iter().map(|&number| back(&examples[number], &weights, None)).collect();
        let kept_loss = seen.iter().map(|one| one.0).sum::<f64>() / seen.len().max(1) as f64;
        let right = seen.iter().filter(|one| one.1).count();
        println!(
            "epoch {epoch}: loss {:.4}, on what was kept {kept_loss:.4}, first candidate right {:.1} %",
            loss / order.len() as f64,
            percent(right, seen.len()),
        );
    }
    weights
}

/// The loss, whether the best candidate is the right one, and, added up, the gradient.
fn back(example: &Example, weights: &[f32], gradient: Option<&mut Vec<f32>>) -> (f64, bool) {
    let (own, other) = weights.split_at(SPLIT);
    let (none_units, none) = forward::<NONE_WIDTH, NONE_HIDDEN>(other, &example.none);
    let none = none + weights[WEIGHTS - 1];
    let each: Vec<_> = example.rows.iter().map(|row| forward::<WIDTH, HIDDEN>(own, row)).collect();
    let top = each.iter().map(|one| one.1).fold(none, f32::max);
    let sum = each.iter().map(|one| (one.1 - top).exp()).sum::<f32>() + (none - top).exp();
    let wanted = example.right.map_or(none, |number| each[number].1);
    let best = each.iter().enumerate().max_by(|a, b| a.1.1.total_cmp(&b.1.1)).map(|one| one.0);
    if let Some(gradient) = gradient {
        let (own_gradient, none_gradient) = gradient.split_at_mut(SPLIT);
        for (number, (row, (units, score))) in example.rows.iter().zip(&each).enumerate() {
            let is_right = example.right == Some(number);
            let slope = (score - top).exp() / sum - if is_right { 1.0 } else { 0.0 };
            if slope.abs() > 1e-4 {
                backward::<WIDTH, HIDDEN>(own, own_gradient, row, units, slope);
            }
        }
        let slope = (none - top).exp() / sum - if example.right.is_none() { 1.0 } else { 0.0 };
        backward::<NONE_WIDTH, NONE_HIDDEN>(
            other,
            none_gradient,
            &example.none,
            &none_units,
            slope,
        );
        none_gradient[WEIGHTS - SPLIT - 1] += slope;
    }
    (f64::from(sum).ln() - f64::from(wanted - top), best.is_some() && best == example.right)
}

fn forward<const W: usize, const H: usize>(weights: &[f32], row: &[f32; W]) -> ([f32; H], f32) {
    let mut units: [f32; H] = weights[W * H..(W + 1) * H].try_into().unwrap();
    for (value, to) in row.iter().zip(weights.chunks_exact(H)) {
        units.iter_mut().zip(to).for_each(|(unit, weight)| *unit += value * weight);
    }
    let out = &weights[(W + 1) * H..(W + 2) * H];
    (units, units.iter().zip(out).map(|(unit, weight)| unit.max(0.0) * weight).sum())
}

fn backward<const W: usize, const H: usize>(
    weights: &[f32],
    gradient: &mut [f32],
    row: &[f32; W],
    units: &[f32; H],
    slope: f32,
) {
    let mut slopes = [0.0_f32; H];
    for (unit, own) in slopes.iter_mut().enumerate() {
        if units[unit] > 0.0 {
            *own = slope * weights[(W + 1) * H + unit];
            gradient[(W + 1) * H + unit] += slope * units[unit];
            gradient[W * H + unit] += *own;
        }
    }
    for (value, to) in row.iter().zip(gradient.chunks_exact_mut(H)) {
        if *value != 0.0 {
            to.iter_mut().zip(&slopes).for_each(|(to, slope)| *to += value * slope);
        }
    }
}
