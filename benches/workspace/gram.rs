//! The model to compare with: six-grams over the same tokens of the same index and file, with
//! Witten and Bell's interpolation. It goes to the end of the line and is ranked by its first
//! word's probability, like the other one.

use foretype::local::Prediction;
use foretype::local::evidence::State;
use foretype::local::lexicon::IdMap;
use foretype::local::scene::Scene;
use foretype::local::segment::{Order, Segment};
use foretype::local::vocabulary::{FILE, Id, LINE_SAME, is_line};

const CONTEXT: usize = 5;
/// Places counted on either side, and drawn from the short contexts beyond.
const PLACES: usize = 1000;
const FLOOR: f32 = 1e-4;
const MOST: usize = 40;

#[derive(Default, Clone, Copy)]
struct Counts {
    by_length: [f32; CONTEXT],
    all: f32,
    spaced: f32,
}

pub fn predict(scene: &Scene<'_>) -> Option<Prediction> {
    let mut state = scene.state();
    let mut out = Prediction {
        text: String::new(),
        probability: 0.0,
        whole: 1.0,
        gain: 0.0,
        complete: false,
    };
    for step in 0..MOST {
        let mut counts = IdMap::default();
        count(scene, &state, &scene.own, false, &mut counts);
        count(scene, &state, scene.index.segment(), true, &mut counts);
        let Some((id, probability)) = best(&counts) else { break };
        if is_line(id) {
            out.complete = true;
            break;
        }
        let added = scene.lexicon.text(id).get(state.partial.len()..).unwrap_or_default();
        let joins = step == 0 && (scene.spaced || scene.line_begins) || !state.partial.is_empty();
        let spaced = counts.get(&id).is_some_and(|own| own.spaced * 2.0 > own.all);
        if spaced && !joins {
            out.text.push(' ');
        }
        out.text.push_str(added);
        out.whole *= probability;
        if out.probability == 0.0 && !added.is_empty() {
            out.probability = out.whole;
        }
        state.push(id, scene.lexicon.class(id));
    }
    (!out.text.trim().is_empty()).then_some(out)
}

fn count(
    scene: &Scene<'_>,
    state: &State,
    segment: &Segment,
    is_index: bool,
    counts: &mut IdMap<Counts>,
) {
    let context: Vec<Id> = state.context.iter().copied().take(CONTEXT).collect();
    for place in segment.nearest(Order::Exact, &|id| id, &context, PLACES, PLACES) {
        if is_index && scene.overlay.hides(place.at) {
            continue;
        }
        let Some(cell) = segment.cell(place.at).filter(|cell| cell.id != FILE) else { continue };
        let id = if is_line(cell.id) { LINE_SAME } else { cell.id };
        let free = is_line(id) || is_line(segment.before(place.at, 1));
        let spaced_alike = free || state.space.is_none_or(|space| space == cell.space);
        if !spaced_alike || !scene.lexicon.text(id).starts_with(&state.partial) {
            continue;
        }
        let own = counts.entry(id).or_default();
        own.by_length.iter_mut().take(place.matched as usize).for_each(|count| *count += 1.0);
        own.all += 1.0;
        own.spaced += if cell.space { 1.0 } else { 0.0 };
    }
}

fn best(counts: &IdMap<Counts>) -> Option<(Id, f32)> {
    let mut totals = [(0.0_f32, 0.0_f32); CONTEXT];
    for own in counts.values() {
        for (total, &count) in totals.iter_mut().zip(&own.by_length) {
            total.0 += count;
            total.1 += if count > 0.0 { 1.0 } else { 0.0 };
        }
    }
    let probability = |own: &Counts| {
        totals.iter().zip(&own.by_length).fold(FLOOR, |lower, (&(all, kinds), &count)| {
            if all > 0.0 { (count + kinds * lower) / (all + kinds) } else { lower }
        })
    };
    let each = counts.iter().map(|(&id, own)| (id, probability(own)));
    each.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
}
