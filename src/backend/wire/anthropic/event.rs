//! The events of a streamed message. Only the text of text blocks is text: thinking, its
//! signatures, tool calls and citations are not.

use serde::Deserialize;

use crate::backend::judge::Complaint;
use crate::backend::stream::Wire;
use crate::backend::{Delta, FinishReason, Usage};

/// One event, whatever its type; what is not named is skipped.
#[derive(Deserialize)]
pub(super) struct Event {
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    error: Option<Complaint>,
    /// Of `message_start`.
    #[serde(default)]
    message: Option<Message>,
    /// Of `content_block_start`.
    #[serde(default)]
    content_block: Option<Block>,
    /// Of `content_block_delta` and `message_delta`.
    #[serde(default)]
    delta: Option<Block>,
    /// Of `message_delta`.
    #[serde(default)]
    usage: Option<Tokens>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    usage: Option<Tokens>,
}

/// A block's beginning, more of it, or more of the message.
#[derive(Deserialize)]
struct Block {
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    stop_reason: Option<String>,
}

/// `input_tokens` are those that no cache had to do with.
#[derive(Clone, Copy, Deserialize)]
struct Tokens {
    #[serde(default)]
    input_tokens: Option<u64>,
    #[serde(default)]
    cache_creation_input_tokens: Option<u64>,
    #[serde(default)]
    cache_read_input_tokens: Option<u64>,
    #[serde(default)]
    output_tokens: Option<u64>,
}

impl From<Tokens> for Usage {
    fn from(tokens: Tokens) -> Self {
        let cached = [tokens.cache_creation_input_tokens, tokens.cache_read_input_tokens];
        let cached = cached.into_iter().flatten().fold(0, u64::saturating_add);
        Self {
            prompt_tokens: tokens.input_tokens.map(|fresh| fresh.saturating_add(cached)),
            output_tokens: tokens.output_tokens,
            cached_tokens: tokens.cache_read_input_tokens,
        }
    }
}

impl Wire for Event {
    fn complaint(&self) -> Option<&Complaint> {
        self.error.as_ref()
    }

    fn is_ping(&self) -> bool {
        self.kind.as_deref() == Some("ping")
    }

    fn is_last(&self) -> bool {
        self.kind.as_deref() == Some("message_stop")
    }

    fn deltas(self, into: &mut Vec<Delta>) {
        if let Some(usage) = self.message.and_then(|message| message.usage) {
            into.push(Delta::Usage(usage.into()));
        }
        for block in [self.content_block, self.delta].into_iter().flatten() {
            let is_text = matches!(block.kind.as_deref(), Some("text" | "text_delta"));
            if let Some(text) = block.text.filter(|text| is_text && !text.is_empty()) {
                into.push(Delta::Text { index: 0, text });
            }
            if let Some(reason) = block.stop_reason {
                into.push(Delta::Finished { index: 0, reason: finish_reason(&reason) });
            }
        }
        if let Some(usage) = self.usage {
            into.push(Delta::Usage(usage.into()));
        }
    }
}

/// <https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons>
fn finish_reason(reason: &str) -> FinishReason {
    match reason {
        "end_turn" | "stop_sequence" => FinishReason::Stop,
        "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
        "refusal" => FinishReason::Declined,
        "tool_use" => FinishReason::Tool,
        _ => FinishReason::Other,
    }
}
