//! What the servers answer, in their forms, and what must be true of it.

use serde::Deserialize;

use super::{EmbedError, Embedded};
use crate::backend::Usage;

/// Numbers as they came: a server writes NaN as null.
type Numbers = Vec<Option<f64>>;

/// Vectors before they are looked at.
#[derive(Default)]
pub(super) struct Answer {
    /// Each with its text's number, where the server says it.
    vectors: Vec<(Option<usize>, Numbers)>,
    usage: Usage,
}

impl Answer {
    /// Whether what came can be what was asked for.
    pub(super) fn check(
        mut self,
        name: &str,
        texts: usize,
        dimension: usize,
    ) -> Result<Embedded, EmbedError> {
        let name = || name.to_owned();
        let count = |got| EmbedError::Count { name: name(), wanted: texts, got };
        if self.vectors.len() != texts {
            return Err(count(self.vectors.len()));
        }
        if self.vectors.iter().all(|(index, _)| index.is_some()) {
            self.vectors.sort_by_key(|(index, _)| *index);
            let mut right = self.vectors.iter().enumerate();
            if !right.all(|(at, (index, _))| *index == Some(at)) {
                let mut told: Vec<_> = self.vectors.iter().map(|(index, _)| *index).collect();
                told.retain(|index| index.is_some_and(|index| index < texts));
                told.dedup();
                return Err(count(told.len()));
            }
        }
        let mut vectors: Vec<Vec<f32>> = Vec::with_capacity(texts);
        for (_, numbers) in self.vectors {
            let wanted = vectors.first().map_or(dimension, Vec::len);
            match numbers.len() {
                0 => return Err(EmbedError::EmptyVector(name())),
                got if wanted != 0 && got != wanted => {
                    return Err(EmbedError::Dimension { name: name(), wanted, got });
                }
                _ => {}
            }
            #[allow(clippy::cast_possible_truncation)]
            let finite = |number: Option<f64>| {
                number.map(|number| number as f32).filter(|number| number.is_finite())
            };
            let vector: Option<Vec<f32>> = numbers.into_iter().map(finite).collect();
            vectors.push(vector.ok_or_else(|| EmbedError::NotFinite(name()))?);
        }
        Ok(Embedded { vectors, usage: self.usage })
    }
}

/// `/v1/embeddings` (<https://platform.openai.com/docs/api-reference/embeddings/object>).
#[derive(Deserialize)]
pub(super) struct OpenAi {
    data: Vec<Item>,
    #[serde(default)]
    usage: Option<OpenAiTokens>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    index: Option<usize>,
    embedding: Numbers,
}

#[derive(Deserialize)]
struct OpenAiTokens {
    #[serde(default)]
    prompt_tokens: Option<u64>,
}

impl From<OpenAi> for Answer {
    fn from(said: OpenAi) -> Self {
        let prompt_tokens = said.usage.and_then(|usage| usage.prompt_tokens);
        Self {
            vectors: said.data.into_iter().map(|item| (item.index, item.embedding)).collect(),
            usage: Usage { prompt_tokens, ..Usage::default() },
        }
    }
}

/// `/api/embed` (<https://docs.ollama.com/api/embed>).
#[derive(Deserialize)]
pub(super) struct Ollama {
    embeddings: Vec<Numbers>,
    #[serde(default)]
    prompt_eval_count: Option<u64>,
}

impl From<Ollama> for Answer {
    fn from(said: Ollama) -> Self {
        Self {
            vectors: said.embeddings.into_iter().map(|numbers| (None, numbers)).collect(),
            usage: Usage { prompt_tokens: said.prompt_eval_count, ..Usage::default() },
        }
    }
}

/// `batchEmbedContents` (<https://ai.google.dev/api/embeddings>).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Gemini {
    embeddings: Vec<Values>,
    #[serde(default)]
    usage_metadata: Option<GeminiTokens>,
}

#[derive(Deserialize)]
struct Values {
    #[serde(default)]
    values: Numbers,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GeminiTokens {
    #[serde(default)]
    prompt_token_count: Option<u64>,
}

impl From<Gemini> for Answer {
    fn from(said: Gemini) -> Self {
        let prompt_tokens = said.usage_metadata.and_then(|usage| usage.prompt_token_count);
        Self {
            vectors: said.embeddings.into_iter().map(|item| (None, item.values)).collect(),
            usage: Usage { prompt_tokens, ..Usage::default() },
        }
    }
}

/// llama.cpp's `/embedding` (tools/server/README.md): a list, each with a vector to every token,
/// which pooling makes one; servers before 2025 answer a single flat one.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum LlamaCpp {
    /// To a list of texts.
    Many(Vec<LlamaCppItem>),
    /// To one text, long ago.
    One(LlamaCppItem),
}

#[derive(Deserialize)]
pub(super) struct LlamaCppItem {
    #[serde(default)]
    index: Option<usize>,
    embedding: Nested,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Nested {
    Tokens(Vec<Numbers>),
    Flat(Numbers),
}

impl From<LlamaCpp> for Answer {
    fn from(said: LlamaCpp) -> Self {
        let items = match said {
            LlamaCpp::Many(items) => items,
            LlamaCpp::One(item) => vec![item],
        };
        // Several to one text: a server without pooling, whose vectors are too many.
        let vectors = items.into_iter().flat_map(|LlamaCppItem { index, embedding }| {
            let vectors = match embedding {
                Nested::Tokens(vectors) => vectors,
                Nested::Flat(vector) => vec![vector],
            };
            vectors.into_iter().map(move |numbers| (index, numbers))
        });
        Self { vectors: vectors.collect(), usage: Usage::default() }
    }
}
