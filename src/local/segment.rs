//! Tokens of some files and the two suffix arrays over them.
//!
//! A suffix array here sorts the places of a text by what stands *before* them, read backwards. So
//! the places that share the longest context with a cursor are neighbours in it, and one binary
//! search finds them all, whatever the length ("Infini-gram", Liu et al., COLM 2024, does the same
//! with the forward text). The second array does it over the tokens' classes, where every rare name
//! is the same as every other one: it finds the lines that are alike but for their names.

use super::lexicon::IdMap;
use super::vocabulary::{FILE, Id};

/// A number below 2²⁴ in three bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Packed([u8; 3]);

impl Packed {
    /// Of a number below 2²⁴; the rest is cut off.
    pub fn new(value: u32) -> Self {
        let [a, b, c, _] = value.to_le_bytes();
        Packed([a, b, c])
    }

    /// The number.
    pub fn get(self) -> u32 {
        let [a, b, c] = self.0;
        u32::from_le_bytes([a, b, c, 0])
    }

    /// The word's number in the value of a token.
    pub(super) fn id(value: u32) -> Id {
        value & (SPACE - 1)
    }

    /// The bytes of a saved index.
    pub fn bytes(self) -> [u8; 3] {
        self.0
    }

    /// From the bytes of a saved index.
    pub fn from_bytes(bytes: [u8; 3]) -> Self {
        Packed(bytes)
    }
}

/// Most tokens of one segment: places are packed into 24 bits.
pub const MAX_TOKENS: usize = (1 << 24) - 1;

const SPACE: u32 = 1 << 23;

/// A token of the text: a word's number and whether white space stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The word's number.
    pub id: Id,
    /// White space stands before it.
    pub space: bool,
}

impl Cell {
    pub(super) fn packed(self) -> Packed {
        Packed::new(self.id | if self.space { SPACE } else { 0 })
    }
}

/// A text and its suffix arrays. Places are offsets in tokens; the place `p` is before token `p`.
#[derive(Debug, Clone, Default)]
pub struct Segment {
    pub(super) text: Vec<Packed>,
    pub(super) exact: Vec<Packed>,
    pub(super) alike: Vec<Packed>,
}

/// One place whose context is like the cursor's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Where it is.
    pub at: u32,
    /// How many tokens before it are the same as before the cursor.
    pub matched: u32,
}

/// Which of the two arrays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By the tokens themselves.
    Exact,
    /// By their classes.
    Alike,
}

impl Segment {
    /// Sorts a text of which every file begins with [`FILE`]. Longer texts than [`MAX_TOKENS`] are
    /// cut. `classes` tells a token's class and is asked for every number in the text.
    pub fn new(cells: Vec<Cell>, classes: impl Fn(Id) -> Id) -> Self {
        Self::of(cells.into_iter().map(Cell::packed).collect(), classes)
    }

    /// The same of packed tokens: what is sorted here takes eight bytes a token for a while.
    pub(super) fn of(mut text: Vec<Packed>, classes: impl Fn(Id) -> Id) -> Self {
        text.truncate(MAX_TOKENS);
        text.shrink_to_fit();
        let ids = || text.iter().rev().map(|packed| Packed::id(packed.get()));
        let exact = sorted(ids().map(|id| id as i32).collect());
        let alike = sorted(ids().map(|id| classes(id) as i32).collect());
        Segment { text, exact, alike }
    }

    /// Tokens in it.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether there is no token in it.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Bytes of memory it holds.
    pub fn bytes(&self) -> usize {
        (self.text.capacity() + self.exact.capacity() + self.alike.capacity()) * 3
    }

    /// The token after a place; none at the end.
    pub fn cell(&self, at: u32) -> Option<Cell> {
        let value = self.text.get(at as usize)?.get();
        Some(Cell { id: value & (SPACE - 1), space: value & SPACE != 0 })
    }

    /// The number of the token `back` tokens before a place; [`FILE`] at the beginning.
    pub fn before(&self, at: u32, back: usize) -> Id {
        let index = (at as usize).checked_sub(back);
        index.and_then(|index| self.text.get(index)).map_or(FILE, |p| p.get() & (SPACE - 1))
    }

    /// The places nearest to the cursor in the order, best match first.
    ///
    /// `context` is what stands before the cursor, backwards, as numbers (or classes, for
    /// [`Order::Alike`]); no match goes beyond it. At most `limit` places on either side are looked
    /// at, so that a common short context costs no more than a rare long one; of what is left out,
    /// `spread` places are drawn at even distances from those that match one or two tokens.
    pub fn nearest<C: Fn(Id) -> Id>(
        &self,
        order: Order,
        classes: &C,
        context: &[Id],
        limit: usize,
        spread: usize,
    ) -> Vec<Place> {
        let places = match order {
            Order::Exact => &self.exact,
            Order::Alike => &self.alike,
        };
        let side = |at: u32| self.compare(at, classes, context);
        let start = places.partition_point(|p| side(p.get()).1 == std::cmp::Ordering::Less);
        let mut found = Vec::with_capacity(limit * 2);
        let (mut low, mut high) = (start, start);
        let look = |index: usize| {
            let at = places.get(index)?.get();
            let matched = side(at).0;
            (matched > 0).then_some(Place { at, matched })
        };
        let mut below = low.checked_sub(1).and_then(look);
        let mut above = look(high);
        for _ in 0..limit * 2 {
            let take_below = match (below, above) {
                (None, None) => break,
                (Some(b), Some(a)) => b.matched > a.matched,
                (b, _) => b.is_some(),
            };
            if take_below {
                found.extend(below);
                low -= 1;
                below = low.checked_sub(1).and_then(look);
            } else {
                found.extend(above);
                high += 1;
                above = look(high);
            }
        }
        for level in [2, 1].into_iter().filter(|_| spread > 0) {
            let matches = |p: &Packed| side(p.get()).0 >= level;
            let (Some(before), Some(after)) = (places.get(..low), places.get(high..)) else {
                break;
            };
            let from = before.partition_point(|p| !matches(p));
            let to = high + after.partition_point(matches);
            let left = (low - from) + (to - high);
            if left == 0 {
                continue;
            }
            let step = left.div_ceil(spread).max(1);
            let outside = (from..low).chain(high..to).skip(step / 2).step_by(step);
            found.extend(outside.filter_map(look));
        }
        found
    }

    /// Every place with the whole context before it.
    pub fn all(&self, context: &[Id]) -> impl Iterator<Item = u32> {
        let side = |p: &Packed| self.compare(p.get(), &|id| id, context).1;
        let from = self.exact.partition_point(|p| side(p) == std::cmp::Ordering::Less);
        let rest = self.exact.get(from..).unwrap_or_default();
        let count = rest.partition_point(|p| side(p) == std::cmp::Ordering::Equal);
        rest.get(..count).unwrap_or_default().iter().map(|p| p.get())
    }

    /// How many tokens before a place equal the context's, and how its context is ordered to ours.
    fn compare(
        &self,
        at: u32,
        classes: &impl Fn(Id) -> Id,
        context: &[Id],
    ) -> (u32, std::cmp::Ordering) {
        let mut matched = 0;
        for (back, &wanted) in context.iter().enumerate() {
            let there = (at as usize).checked_sub(back + 1);
            let Some(there) = there.and_then(|index| self.text.get(index)) else {
                return (matched, std::cmp::Ordering::Less);
            };
            let id = there.get() & (SPACE - 1);
            let there = classes(id);
            if there != wanted || id == FILE {
                return (matched, there.cmp(&wanted));
            }
            matched += 1;
        }
        (matched, std::cmp::Ordering::Equal)
    }
}

/// The places of a reversed text, in the order of what stands before them.
fn sorted(mut reversed: Vec<i32>) -> Vec<Packed> {
    let len = reversed.len();
    close_ranks(&mut reversed);
    let run = libsais::SuffixArrayConstruction::for_text_mut(&mut reversed)
        .in_owned_buffer32()
        .single_threaded()
        .run();
    let places = run.map(|sorted| sorted.into_vec()).unwrap_or_default();
    drop(reversed);
    places.into_iter().map(|at| Packed::new((len - at as usize) as u32)).collect()
}

/// Numbers few tokens anew, in the same order: sorting takes time by the largest number as well.
fn close_ranks(text: &mut [i32]) {
    let largest = text.iter().copied().max().unwrap_or(0);
    if largest as usize <= text.len() {
        return;
    }
    let mut used = text.to_vec();
    used.sort_unstable();
    used.dedup();
    let ranks: IdMap<i32> = used.iter().map(|&id| id as u32).zip(0..).collect();
    for id in text.iter_mut() {
        *id = ranks.get(&(*id as u32)).copied().unwrap_or(0);
    }
}
