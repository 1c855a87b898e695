//! Where the evidence comes from: the same tokens, tokens of the same shape, lines like the ones
//! around.

use super::evidence::{Source, State};
use super::lexer::Kind;
use super::rename::{Bound, Renaming};
use super::scene::Scene;
use super::segment::{Order, Place, Segment};
use super::vocabulary::{FILE, Id, is_line};

/// Places looked at on either side in the index, and drawn from the short matches beyond.
const NEAREST: usize = 48;
const SPREAD: usize = 32;
/// So many times more of them where a word is begun: few go on with it.
const WIDER: usize = 4;
/// Of the places found by shape, how many are read closely.
const ALIKE: usize = 32;

/// A token that followed a context like the cursor's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub source: Source,
    pub id: Id,
    pub space: bool,
    pub matched: u32,
    pub renamed: bool,
    pub foreign: bool,
    /// It begins a line: whether white space stands before it says nothing.
    pub line_start: bool,
}

/// What all sources found.
pub(super) fn hits(scene: &mut Scene<'_>, state: &State) -> Vec<Hit> {
    let mut found = Vec::with_capacity(512);
    exact(scene, state, &mut found);
    alike(scene, state, &mut found);
    if state.context.first().is_none_or(|&id| is_line(id)) {
        skeleton(scene, &mut found);
    }
    found
}

fn exact(scene: &Scene<'_>, state: &State, found: &mut Vec<Hit>) {
    let context = &state.context;
    let none = |id: Id| id;
    let hit = |segment: &Segment, place: Place, source| {
        let cell = segment.cell(place.at).filter(|cell| cell.id != FILE)?;
        let bound = rebound(scene, state, segment, place, cell.id);
        Some(Hit {
            source,
            id: bound.unwrap_or(cell.id),
            space: cell.space,
            matched: place.matched,
            renamed: bound.is_some(),
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
    let partial = state.partial.as_str();
    let wider = if partial.is_empty() { 1 } else { WIDER };
    // Of the many places looked at for a word that is begun, only those that go on with it count.
    let fits = |segment: &Segment, (number, place): &(usize, Place)| {
        let id = || segment.cell(place.at).map_or(FILE, |cell| cell.id);
        *number < NEAREST || scene.lexicon.text(id()).starts_with(partial)
    };
    let found_in_index =
        index.nearest(Order::Exact, &none, context, NEAREST * wider, SPREAD * wider);
    let found_in_index = found_in_index.into_iter().enumerate();
    for (_, place) in found_in_index.filter(|it| wider == 1 || fits(index, it)) {
        if scene.hides(place.at) {
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
    for file in scene.others() {
        let places = file.segment.nearest(Order::Exact, &none, context, NEAREST / 4, SPREAD / 4);
        for place in places {
            let Some(one) = hit(&file.segment, place, Source::Workspace) else { continue };
            found.push(one);
            found.push(Hit { source: Source::Near, ..one });
        }
    }
    let own =
        scene.own.nearest(Order::Exact, &none, context, NEAREST * 2 * wider, SPREAD * 2 * wider);
    for (_, place) in own.into_iter().enumerate().filter(|it| wider == 1 || fits(&scene.own, it)) {
        let Some(one) = hit(&scene.own, place, Source::Own) else { continue };
        found.push(one);
        found.push(Hit { source: Source::Topic, matched: about(&scene.own, place), ..one });
        if follows_alike(scene, &scene.own, place.at) {
            found.push(Hit { source: Source::Below, ..one });
        }
    }
}

/// What a name that followed the same tokens is called here, where the lines before those are alike
/// and show another name for it.
fn rebound(
    scene: &Scene<'_>,
    state: &State,
    segment: &Segment,
    place: Place,
    id: Id,
) -> Option<Id> {
    if scene.lexicon.class(id) == id {
        return None;
    }
    let alike = |(back, class): &(usize, &Id)| {
        let there = segment.before(place.at, back + 1);
        there != FILE && scene.lexicon.class(there) == **class
    };
    let matched = state.classes.iter().enumerate().take_while(alike).count() as u32;
    if matched <= place.matched {
        return None;
    }
    let renaming =
        Renaming::new(segment, Place { matched, ..place }, &state.context, &scene.lexicon);
    match renaming.bind(id, &scene.lexicon) {
        Bound::Known(here) if renaming.is_consistent() => Some(here),
        _ => None,
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
    let most = if state.partial.is_empty() { ALIKE } else { ALIKE * 2 };
    let near = index.nearest(Order::Alike, &classes, &state.classes, most, 0);
    read.extend(near.into_iter().filter(|p| !scene.hides(p.at)).map(|p| (index, p, false)));
    for file in scene.others() {
        let near = file.segment.nearest(Order::Alike, &classes, &state.classes, ALIKE / 4, 0);
        read.extend(near.into_iter().map(|p| (&*file.segment, p, true)));
    }
    let near = scene.own.nearest(Order::Alike, &classes, &state.classes, most, 0);
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
            renamed: false,
            foreign: false,
            line_start: is_line(segment.before(place.at, 1)),
        };
        let below = follows_alike(scene, segment, place.at);
        fresh.push((hit, bound, below));
    }
    for (hit, bound, below) in fresh {
        let hit = match bound {
            Bound::Same => hit,
            Bound::Known(id) => Hit { id, renamed: true, ..hit },
            Bound::Made(word) => {
                let id = scene.lexicon.insert(&word, Kind::Word);
                Hit { id, renamed: true, ..hit }
            }
            Bound::Foreign => Hit { foreign: true, ..hit },
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
