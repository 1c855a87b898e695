//! The events of a streamed answer, each a whole `GenerateContentResponse`. Only parts with text
//! that is no thought are text.

use serde::Deserialize;

use crate::backend::judge::Complaint;
use crate::backend::stream::Wire;
use crate::backend::{Delta, FinishReason, Usage};

/// One event; what is not named is skipped.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event {
    #[serde(default)]
    error: Option<Complaint>,
    #[serde(default)]
    candidates: Option<Vec<Candidate>>,
    #[serde(default)]
    prompt_feedback: Option<PromptFeedback>,
    #[serde(default)]
    usage_metadata: Option<Tokens>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    #[serde(default)]
    index: usize,
    #[serde(default)]
    content: Option<Content>,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    parts: Option<Vec<Part>>,
}

#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    thought: bool,
}

/// There only where the prompt was blocked.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PromptFeedback {
    #[serde(default)]
    block_reason: Option<String>,
}

/// Counted up with every event. `prompt_token_count` has the cached ones in it,
/// `candidates_token_count` has the thoughts not.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tokens {
    #[serde(default)]
    prompt_token_count: Option<u64>,
    #[serde(default)]
    candidates_token_count: Option<u64>,
    #[serde(default)]
    thoughts_token_count: Option<u64>,
    #[serde(default)]
    cached_content_token_count: Option<u64>,
}

impl From<Tokens> for Usage {
    fn from(tokens: Tokens) -> Self {
        let answer = [tokens.candidates_token_count, tokens.thoughts_token_count];
        Self {
            prompt_tokens: tokens.prompt_token_count,
            output_tokens: answer.into_iter().flatten().reduce(u64::saturating_add),
            cached_tokens: tokens.cached_content_token_count,
        }
    }
}

impl Wire for Event {
    fn complaint(&self) -> Option<&Complaint> {
        self.error.as_ref()
    }

    fn deltas(self, into: &mut Vec<Delta>) {
        for Candidate { index, content, finish_reason } in self.candidates.into_iter().flatten() {
            let parts = content.and_then(|content| content.parts).into_iter().flatten();
            for text in parts.filter(|part| !part.thought).filter_map(|part| part.text) {
                if !text.is_empty() {
                    into.push(Delta::Text { index, text });
                }
            }
            if let Some(reason) = finish_reason {
                into.push(Delta::Finished { index, reason: self::finish_reason(&reason) });
            }
        }
        if self.prompt_feedback.is_some_and(|feedback| feedback.block_reason.is_some()) {
            into.push(Delta::Finished { index: 0, reason: FinishReason::Filtered });
        }
        if let Some(usage) = self.usage_metadata {
            into.push(Delta::Usage(usage.into()));
        }
    }
}

/// <https://ai.google.dev/api/generate-content#FinishReason>
fn finish_reason(reason: &str) -> FinishReason {
    match reason {
        "STOP" => FinishReason::Stop,
        "MAX_TOKENS" => FinishReason::Length,
        "SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" | "LANGUAGE" => {
            FinishReason::Filtered
        }
        "MALFORMED_FUNCTION_CALL" | "UNEXPECTED_TOOL_CALL" | "TOO_MANY_TOOL_CALLS" => {
            FinishReason::Tool
        }
        _ => FinishReason::Other,
    }
}
