//! The tables of the purposes: suggestions, and chat.

use std::time::Duration;

use schemars::JsonSchema;

use super::Checked;
use crate::config::problem::Fault;
use crate::config::read::Reader;
use crate::config::tree::Value;
use crate::config::values::{Auto, Debounce, Menu};
use crate::config::{defaults, parse};

/// Suggestions while typing.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CompletionOptions {
    /// Whether there are suggestions.
    #[schemars(extend("default" = true))]
    pub enabled: Option<bool>,
    /// The name of a model, `auto`: a local server that is already running, or `workspace`: the
    /// model that is built in and asks nobody. Not needed where only one model is configured, and
    /// `auto` where none is.
    #[schemars(extend("examples" = ["qwen"]))]
    pub model: Option<String>,
    /// The names of the models to try, in order, when the first one fails; `workspace` is the one
    /// that is built in.
    #[schemars(extend("default" = ["workspace"]))]
    pub fallback: Option<Vec<String>>,
    /// Whether the model that is built in is asked at once while a language model thinks. What that
    /// one says takes its place when the editor asks again, if it agrees with what was typed since.
    #[schemars(extend("default" = false))]
    pub instant: Option<bool>,
    /// How long to wait for the next key before asking the model: `auto` goes by the
    /// rhythm of typing and the model's latency, a number is in ms.
    #[schemars(extend("default" = "auto"))]
    pub debounce_ms: Option<Debounce>,
    /// Whether to fetch the next suggestion ahead: `auto` does so for local models. Kept for a
    /// later version: nothing is fetched ahead yet.
    #[schemars(extend("default" = "auto"))]
    pub speculate: Option<Auto>,
    /// Whether suggestions stand in the completion menu too: `auto` means only in
    /// editors without inline completion.
    #[schemars(extend("default" = "auto"))]
    pub menu: Option<Menu>,
    /// How long to wait for the rest of a block after its first complete line, in ms.
    #[schemars(
        with = "Option<u32>",
        range(min = *defaults::BLOCK_AFTER_MS.start(), max = *defaults::BLOCK_AFTER_MS.end()),
        extend("default" = defaults::DEFAULT_BLOCK_AFTER_MS)
    )]
    pub block_after_ms: Option<Duration>,
    /// Most lines of a suggestion.
    #[schemars(
        range(min = *defaults::MAX_LINES.start(), max = *defaults::MAX_LINES.end()),
        extend("default" = defaults::DEFAULT_MAX_LINES)
    )]
    pub max_lines: Option<u32>,
    /// How many suggestions to choose from when you ask for one by hand.
    #[schemars(
        range(min = *defaults::CANDIDATES.start(), max = *defaults::CANDIDATES.end()),
        extend("default" = defaults::DEFAULT_CANDIDATES)
    )]
    pub candidates: Option<u32>,
    /// Languages without suggestions.
    #[schemars(with = "Option<Vec<String>>", extend("default" = [], "examples" = [["markdown"]]))]
    pub disabled_languages: Checked<Vec<String>>,
    /// Globs of files without suggestions, besides those in `.foretypeignore`.
    #[schemars(with = "Option<Vec<String>>", extend("default" = [], "examples" = [["**/generated/**"]]))]
    pub ignore: Checked<Vec<String>>,
    /// Longest time to the first token, in ms, for models that do not say.
    #[schemars(
        with = "Option<u32>",
        range(min = *defaults::TIMEOUT_MS.start(), max = *defaults::TIMEOUT_MS.end()),
        extend("default" = defaults::DEFAULT_FIRST_TOKEN_TIMEOUT_MS)
    )]
    pub first_token_timeout_ms: Option<Duration>,
    /// Longest time between two tokens, in ms, for models that do not say.
    #[schemars(
        with = "Option<u32>",
        range(min = *defaults::TIMEOUT_MS.start(), max = *defaults::TIMEOUT_MS.end()),
        extend("default" = defaults::DEFAULT_IDLE_TIMEOUT_MS)
    )]
    pub idle_timeout_ms: Option<Duration>,
    /// Longest time for the whole answer, in ms, for models that do not say.
    #[schemars(
        with = "Option<u32>",
        range(min = *defaults::TIMEOUT_MS.start(), max = *defaults::TIMEOUT_MS.end()),
        extend("default" = defaults::DEFAULT_TOTAL_TIMEOUT_MS)
    )]
    pub total_timeout_ms: Option<Duration>,
}

/// Conversations: `foretype ask`, and an editor's own questions.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ChatOptions {
    /// The name of a model. Not needed where only one is configured.
    #[schemars(extend("examples" = ["claude"]))]
    pub model: Option<String>,
    /// The names of the models to try, in order, when the first one fails.
    #[schemars(extend("default" = []))]
    pub fallback: Option<Vec<String>>,
    /// Longest answer in tokens.
    #[schemars(
        range(min = *defaults::CHAT_OUTPUT_TOKENS.start(), max = *defaults::CHAT_OUTPUT_TOKENS.end()),
        extend("default" = defaults::DEFAULT_CHAT_OUTPUT_TOKENS)
    )]
    pub max_output_tokens: Option<u32>,
    /// The language that explanations are in, by its name or its tag (`German` or `de`); else the
    /// editor's own. Comments in code stay in the file's.
    #[schemars(extend("examples" = ["German"]))]
    pub language: Option<String>,
    /// Whether the model is told, besides the code at hand, what that code uses and what the
    /// documentation says of it, at most `context.tokens` in all.
    #[schemars(extend("default" = true))]
    pub context: Option<bool>,
    /// Whether it is told how the project is written: `.foretype/instructions.md`, `AGENTS.md`,
    /// `CONTRIBUTING.md`.
    #[schemars(extend("default" = true))]
    pub instructions: Option<bool>,
    /// Whether reviews are told what is staged for the next commit (`git diff --cached`).
    #[schemars(extend("default" = true))]
    pub staged: Option<bool>,
    /// Longest time to the first token, in ms, for models that do not say.
    #[schemars(
        with = "Option<u32>",
        range(min = *defaults::TIMEOUT_MS.start(), max = *defaults::TIMEOUT_MS.end()),
        extend("default" = defaults::DEFAULT_CHAT_FIRST_TOKEN_TIMEOUT_MS)
    )]
    pub first_token_timeout_ms: Option<Duration>,
    /// Longest time between two tokens, in ms, for models that do not say.
    #[schemars(
        with = "Option<u32>",
        range(min = *defaults::TIMEOUT_MS.start(), max = *defaults::TIMEOUT_MS.end()),
        extend("default" = defaults::DEFAULT_CHAT_IDLE_TIMEOUT_MS)
    )]
    pub idle_timeout_ms: Option<Duration>,
    /// Longest time for the whole answer, in ms, for models that do not say.
    #[schemars(
        with = "Option<u32>",
        range(min = *defaults::TIMEOUT_MS.start(), max = *defaults::TIMEOUT_MS.end()),
        extend("default" = defaults::DEFAULT_CHAT_TOTAL_TIMEOUT_MS)
    )]
    pub total_timeout_ms: Option<Duration>,
}

impl CompletionOptions {
    pub(super) fn read(mut table: Reader<'_>) -> Self {
        let block_after = |value: &Value| parse::millis(value, &defaults::BLOCK_AFTER_MS);
        let max_lines = |value: &Value| parse::whole(value, &defaults::MAX_LINES);
        let candidates = |value: &Value| parse::whole(value, &defaults::CANDIDATES);
        let completion = Self {
            enabled: table.switch("enabled"),
            model: table.take("model", parse::text),
            fallback: table.take("fallback", parse::list),
            instant: table.switch("instant"),
            debounce_ms: table.take("debounce_ms", parse::debounce),
            speculate: table.take("speculate", parse::auto),
            menu: table.take("menu", parse::word),
            block_after_ms: table.take("block_after_ms", block_after),
            max_lines: table.take("max_lines", max_lines),
            candidates: table.take("candidates", candidates),
            disabled_languages: table.read("disabled_languages", parse::list),
            ignore: table.read("ignore", parse::globs),
            first_token_timeout_ms: table.take("first_token_timeout_ms", timeout),
            idle_timeout_ms: table.take("idle_timeout_ms", timeout),
            total_timeout_ms: table.take("total_timeout_ms", timeout),
        };
        table.finish();
        completion
    }
}

impl ChatOptions {
    pub(super) fn read(mut table: Reader<'_>) -> Self {
        let tokens = |value: &Value| parse::whole(value, &defaults::CHAT_OUTPUT_TOKENS);
        let chat = Self {
            model: table.take("model", parse::text),
            fallback: table.take("fallback", parse::list),
            max_output_tokens: table.take("max_output_tokens", tokens),
            language: table.take("language", parse::human_language),
            context: table.switch("context"),
            instructions: table.switch("instructions"),
            staged: table.switch("staged"),
            first_token_timeout_ms: table.take("first_token_timeout_ms", timeout),
            idle_timeout_ms: table.take("idle_timeout_ms", timeout),
            total_timeout_ms: table.take("total_timeout_ms", timeout),
        };
        table.finish();
        chat
    }
}

fn timeout(value: &Value) -> Result<Duration, Fault> {
    parse::millis(value, &defaults::TIMEOUT_MS)
}
