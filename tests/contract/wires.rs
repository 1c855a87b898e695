//! How each wire format reads an answer, without a socket.

use std::time::{Duration, Instant};

use foretype::backend::Deltas;
use foretype::backend::stream::{Patience, Pieces};
use foretype::backend::wire::{llama_cpp, ollama, openai_completions};
use foretype::config::settings::Waits;
use futures::StreamExt;

use super::case::{self, Case};
use super::outcome::Outcome;

type Parse = fn(Pieces, String, Patience) -> Deltas;

/// Folder of the cases, and what reads their answers.
const WIRES: &[(&str, Parse)] = &[
    ("llama_cpp", llama_cpp::parse),
    ("ollama", ollama::parse),
    ("openai_completions", openai_completions::parse),
];

/// Every wire that has cases.
pub fn names() -> Vec<String> {
    case::folders().into_iter().filter(|name| name != "every_wire").collect()
}

/// What these pieces say.
pub async fn outcome(case: &Case, pieces: &[&[u8]]) -> Outcome {
    let parse = WIRES.iter().find(|(wire, _)| *wire == case.wire);
    let (_, parse) = parse.unwrap_or_else(|| panic!("{}: no row in WIRES", case.wire));
    let pieces: Vec<Result<bytes::Bytes, ()>> =
        pieces.iter().map(|piece| Ok(bytes::Bytes::copy_from_slice(piece))).collect();
    let second = Duration::from_secs(60);
    let waits = Waits { first_token: second, idle: second, total: second };
    let patience = Patience { since: Instant::now(), waits };
    Outcome::of(parse(futures::stream::iter(pieces).boxed(), "m".to_owned(), patience)).await
}
