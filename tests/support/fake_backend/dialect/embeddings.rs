//! OpenAI's `…/embeddings` (platform.openai.com/docs/api-reference/embeddings). The text of the reply
//! is how many numbers a vector has; 16 where there is none. Texts with words in common have vectors
//! that are near.

use serde_json::{Value, json};

use super::{End, Format, Wire};

/// Numbers where the reply says none.
const DIMENSION: usize = 16;

pub struct Embeddings;

impl Format for Embeddings {
    fn token(&self, _: &Wire, _: usize, _: &str, _: usize) -> Vec<u8> {
        Vec::new()
    }

    fn thought(&self, _: &Wire, _: &str) -> Vec<u8> {
        Vec::new()
    }

    fn ending(&self, _: &Wire, _: &End) -> Vec<u8> {
        Vec::new()
    }

    fn whole(&self, wire: &Wire, texts: &[String], _: &End) -> Value {
        let dimension = texts.concat().parse().unwrap_or(DIMENSION);
        let item = |(index, text): (usize, &String)| json!({"object": "embedding", "index": index, "embedding": vector(text, dimension)});
        let data: Vec<Value> = wire.input.iter().enumerate().map(item).collect();
        let tokens: usize = wire.input.iter().map(|text| text.split_whitespace().count()).sum();
        json!({"object": "list", "data": data, "model": wire.model,
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens}})
    }

    fn error(&self, wire: &Wire, status: u16, message: &str) -> Value {
        super::openai::Completions.error(wire, status, message)
    }
}

/// A number to each word, at a place that is the word's own.
pub fn vector(text: &str, dimension: usize) -> Vec<f32> {
    let mut vector = vec![0.0; dimension];
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        // FNV-1a.
        let hash = word.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let sign = if hash >> 63 == 0 { 1.0 } else { -1.0 };
        vector[(hash >> 8) as usize % dimension] += sign;
    }
    // No text is without direction.
    vector[0] += 0.01;
    vector
}
