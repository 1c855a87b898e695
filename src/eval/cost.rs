//! What a run will cost, as far as can be said before it.

use super::files::Source;
use super::hide::Place;
use crate::backend::account::cost;
use crate::completion::anchor::Windows;
use crate::config::settings::Price;
use crate::store::Tokens;

/// Bytes of code to a token, about: what the models' own counts of code come to.
const BYTES_PER_TOKEN: u64 = 3;
/// Tokens that an answer has, about: an answer is ended where the line or the block is complete.
const ANSWER: u64 = 40;

/// A guess of tokens and money.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Expected {
    /// Tokens of all prompts.
    pub prompt_tokens: u64,
    /// Tokens of all answers.
    pub output_tokens: u64,
    /// USD; 0 for a model without a price.
    pub cost: f64,
}

/// For a model that wants to see that much of a document, and so many tokens of other files.
#[must_use]
pub fn expected(
    sources: &[Source],
    places: &[Place],
    windows: Windows,
    files: u32,
    price: Option<Price>,
) -> Expected {
    let bytes: u64 = places
        .iter()
        .filter_map(|place| {
            let len = sources.get(place.source)?.text.len();
            let (before, after) = (place.hidden.start, len - place.hidden.end.min(len));
            Some((before.min(windows.prefix) + after.min(windows.suffix)) as u64)
        })
        .sum();
    let prompt_tokens = bytes / BYTES_PER_TOKEN + places.len() as u64 * u64::from(files);
    let output_tokens = places.len() as u64 * ANSWER;
    let tokens = Tokens { prompt: prompt_tokens, cached: 0, output: output_tokens };
    let cost = price.map_or(0.0, |price| cost(price, tokens));
    Expected { prompt_tokens, output_tokens, cost }
}
