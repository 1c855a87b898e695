//! What stands around the cursor, compared with every window.

use std::ops::Range;
use std::sync::Arc;

use super::windows::{FileWindows, for_each_token, token};

/// Lines before and after the cursor that are compared. The cursor's own is not: it is another one with
/// every key.
const BEFORE: usize = 20;
const AFTER: usize = 6;
/// Identifiers that are compared, the nearest: as many as a set of bits has.
const MOST: usize = 128;
/// Places of the table in which they are looked up.
const TABLE: usize = 1 << 12;
/// How much longer windows count for less: BM25's `b`.
const LENGTH: f32 = 0.3;

pub(super) struct Query {
    /// Each once, the nearest first, with its weight.
    tokens: Vec<(u32, f32)>,
    /// By a part of the number: the first token there, counted from 1. The rest follow.
    table: Vec<u8>,
}

/// How much a window resembles, its file and its lines.
type Found<'a> = (f32, &'a FileWindows, &'a Range<u32>);

impl Query {
    pub(super) fn of(before: &str, after: &str) -> Self {
        let mut query = Self { tokens: Vec::new(), table: vec![0; TABLE] };
        let blank = |line: &&str| !line.trim().is_empty();
        let above = before.rsplit('\n').skip(1).filter(blank).take(BEFORE);
        let below = after.split('\n').skip(1).filter(blank).take(AFTER);
        for (distance, line) in (0_u8..).zip(above) {
            query.line(line, 1.0 / (1.0 + f32::from(distance) / 8.0));
        }
        for (distance, line) in (0_u8..).zip(below) {
            query.line(line, 0.6 / (1.0 + f32::from(distance) / 4.0));
        }
        query
    }

    fn line(&mut self, line: &str, weight: f32) {
        for_each_token(line, |word| {
            let number = token(word);
            if self.tokens.len() < MOST && self.place(number).is_none() {
                self.tokens.push((number, weight));
                let count = u8::try_from(self.tokens.len()).unwrap_or(0);
                let mut at = slot(number);
                while self.table.get(at).is_some_and(|taken| *taken != 0) {
                    at = (at + 1) % TABLE;
                }
                if let Some(place) = self.table.get_mut(at) {
                    *place = count;
                }
            }
        });
    }

    /// The place of an identifier among those that are compared.
    fn place(&self, number: u32) -> Option<usize> {
        let mut at = slot(number);
        loop {
            match self.table.get(at) {
                None | Some(0) => return None,
                Some(place) => {
                    let place = usize::from(*place) - 1;
                    if self.tokens.get(place).is_some_and(|(known, _)| *known == number) {
                        return Some(place);
                    }
                }
            }
            at = (at + 1) % TABLE;
        }
    }

    /// Every window that shares something, in the order of the files.
    #[allow(clippy::cast_precision_loss)]
    pub(super) fn compare<'a>(&self, files: &'a [Arc<FileWindows>]) -> Vec<Found<'a>> {
        let mut shared: Vec<(u128, usize, &FileWindows, &Range<u32>)> = Vec::new();
        let (mut windows, mut length) = (0_usize, 0_usize);
        let mut counts = [0_u32; MOST];
        for file in files {
            for window in &file.windows {
                windows += 1;
                length += window.tokens.len();
                let mut bits = 0_u128;
                for number in &window.tokens {
                    if let Some(place) = self.place(*number) {
                        bits |= 1 << place;
                    }
                }
                let mut rest = bits;
                while rest != 0 {
                    if let Some(count) = counts.get_mut(rest.trailing_zeros() as usize) {
                        *count += 1;
                    }
                    rest &= rest - 1;
                }
                if bits != 0 {
                    shared.push((bits, window.tokens.len(), file, &window.rows));
                }
            }
        }
        let rarity = |count: u32| {
            let (all, count) = (windows as f32, count as f32);
            (1.0 + (all - count + 0.5) / (count + 0.5)).ln()
        };
        let worth: Vec<f32> = self
            .tokens
            .iter()
            .zip(counts)
            .map(|((_, weight), count)| if count == 0 { 0.0 } else { weight * rarity(count) })
            .collect();
        let all: f32 = worth.iter().sum();
        let average = (length as f32 / windows.max(1) as f32).max(1.0);
        let score = |bits: u128, length: usize| {
            let share: f32 = worth
                .iter()
                .enumerate()
                .filter(|(place, _)| bits >> place & 1 == 1)
                .map(|(_, worth)| worth)
                .sum();
            share / all.max(f32::MIN_POSITIVE) / (1.0 - LENGTH + LENGTH * length as f32 / average)
        };
        shared
            .into_iter()
            .map(|(bits, length, file, rows)| (score(bits, length), file, rows))
            .collect()
    }
}

fn slot(number: u32) -> usize {
    (number ^ number >> 15) as usize % TABLE
}
