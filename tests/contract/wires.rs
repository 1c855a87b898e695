//! How each wire format reads an answer, without a socket.

use std::time::{Duration, Instant};

use foretype::backend::Deltas;
use foretype::backend::stream::{Patience, Pieces};
use foretype::backend::wire::{
    anthropic, gemini, llama_cpp, mistral_fim, ollama, ollama_chat, openai_chat,
    openai_completions, openai_responses, tgi,
};
use foretype::config::settings::Waits;
use futures::StreamExt;

use super::case::{self, Case};
use super::outcome::Outcome;

type Parse = fn(Pieces, String, Patience) -> Deltas;

/// Folder of the cases, and what reads their answers.
const WIRES: &[(&str, Parse)] = &[
    ("anthropic", anthropic::parse),
    ("gemini", gemini::parse),
    ("llama_cpp", llama_cpp::parse),
    ("mistral_fim", mistral_fim::parse),
    ("ollama", ollama::parse),
    ("ollama_chat", ollama_chat::parse),
    ("openai_chat", openai_chat::parse),
    ("openai_completions", openai_completions::parse),
    ("openai_responses", openai_responses::parse),
    ("tgi", tgi::parse),
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
