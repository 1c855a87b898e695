//! What the wire formats' requests and answers have in common.

use serde::Deserialize;
use serde_json::Value;

use crate::backend::endpoint::Endpoint;
use crate::backend::{FimAsk, FinishReason, Usage};
use crate::prompt::fim::{FimFormat, FimParts};
use crate::prompt::template::Template;
use crate::prompt::{FittedFim, comments};

/// vLLM refuses more stop strings than this; the rest is applied on our side.
pub(crate) const MAX_STOPS: usize = 4;
/// Different answers need some chance.
pub(crate) const VARIED: f64 = 0.6;

/// The template of an endpoint and, with it, the model family's format.
pub(crate) fn template(endpoint: &Endpoint) -> (Template, Option<FimFormat>) {
    let template = Template::parse(&endpoint.model.template).unwrap_or_default();
    let format = template.format(&endpoint.model.model);
    (template, format)
}

/// The prompt as one text; without a format, what stands before the cursor.
pub(crate) fn text(format: Option<&FimFormat>, prompt: &FittedFim) -> String {
    let prompt = prompt.prompt();
    let apart = format.is_some_and(FimFormat::supports_files);
    let prefix = if apart { prompt.prefix.as_str().into() } else { comments::prefix(prompt) };
    let Some(format) = format else {
        return format!("{prefix}{}", prompt.middle.as_str());
    };
    let files: Vec<(&str, &str)> = prompt
        .files
        .iter()
        .filter(|_| apart)
        .map(|file| (file.path.as_str(), file.text.as_str()))
        .collect();
    format.render(&FimParts {
        repo: prompt.repo.as_deref(),
        files: &files,
        path: &prompt.path,
        prefix: &prefix,
        suffix: prompt.suffix.as_str(),
        middle: prompt.middle.as_str(),
    })
}

/// At most four stop strings: the user's own, then the family's.
pub(crate) fn stops(endpoint: &Endpoint, format: Option<&FimFormat>) -> Vec<String> {
    let own = endpoint.model.stop.iter().cloned();
    let family = format.map(FimFormat::stops).unwrap_or_default();
    let mut stops: Vec<String> = own.collect();
    for stop in family {
        if !stops.iter().any(|known| known == stop) {
            stops.push(stop.to_owned());
        }
    }
    stops.truncate(MAX_STOPS);
    stops
}

/// As configured; where several answers are wanted, warm enough that they differ.
pub(crate) fn temperature(endpoint: &Endpoint, ask: &FimAsk) -> f64 {
    let configured = endpoint.model.temperature.unwrap_or(0.0);
    if ask.candidates > 1 { configured.max(VARIED) } else { configured }
}

/// Sets a field of an object.
pub(crate) fn set(body: &mut Value, key: &str, value: Value) {
    if let Some(body) = body.as_object_mut() {
        body.insert(key.to_owned(), value);
    }
}

/// What was counted, in any of the places where OpenAI-compatible servers say it.
#[derive(Deserialize)]
pub(crate) struct TokenCounts {
    #[serde(default)]
    prompt_tokens: Option<u64>,
    #[serde(default)]
    completion_tokens: Option<u64>,
    #[serde(default)]
    prompt_tokens_details: Option<Cached>,
    /// DeepSeek's place for it.
    #[serde(default)]
    prompt_cache_hit_tokens: Option<u64>,
}

impl From<TokenCounts> for Usage {
    fn from(counts: TokenCounts) -> Self {
        let details = counts.prompt_tokens_details;
        let cached = details.and_then(|details| details.cached_tokens);
        Self {
            prompt_tokens: counts.prompt_tokens,
            output_tokens: counts.completion_tokens,
            cached_tokens: cached.or(counts.prompt_cache_hit_tokens),
        }
    }
}

#[derive(Deserialize)]
struct Cached {
    #[serde(default)]
    cached_tokens: Option<u64>,
}

/// The finish reasons of the OpenAI, Mistral, TGI, llama.cpp and Ollama dialects.
pub(crate) fn finish_reason(reason: &str) -> FinishReason {
    match reason {
        "stop" | "eos" | "word" | "eos_token" | "stop_sequence" => FinishReason::Stop,
        "length" | "limit" | "model_length" => FinishReason::Length,
        "content_filter" => FinishReason::Filtered,
        "refusal" => FinishReason::Declined,
        "tool_calls" | "function_call" => FinishReason::Tool,
        _ => FinishReason::Other,
    }
}
