//! Every default and every bound, once: the reader, the schema and the
//! reference page all take them from here.

use std::ops::RangeInclusive;

/// Size of a model's window, tokens.
pub const CONTEXT_TOKENS: RangeInclusive<u32> = 512..=2_000_000;
/// Longest answer, tokens.
pub const MAX_OUTPUT_TOKENS: RangeInclusive<u32> = 1..=8_192;
/// Longest answer when nothing is said, tokens.
pub const DEFAULT_MAX_OUTPUT_TOKENS: u32 = 256;
/// Sampling temperature.
pub const TEMPERATURE: RangeInclusive<f64> = 0.0..=2.0;
/// Price, USD per million tokens.
pub const PRICE: RangeInclusive<f64> = 0.0..=1_000_000.0;
/// Requests or tokens in a minute.
pub const RATE: RangeInclusive<u32> = 1..=1_000_000_000;
/// Requests under way.
pub const CONCURRENT: RangeInclusive<u32> = 1..=1_000;
/// Tokens in a day or month.
pub const TOKENS: RangeInclusive<u32> = 0..=4_000_000_000;
/// Any time-out, ms.
pub const TIMEOUT_MS: RangeInclusive<u32> = 1..=3_600_000;
/// Time to connect when nothing is said, ms.
pub const DEFAULT_CONNECT_TIMEOUT_MS: u32 = 2_000;
/// Time for a search in a shared index when nothing is said, ms.
pub const DEFAULT_SHARED_TIMEOUT_MS: u32 = 2_000;
/// Time to the first token when nothing is said, ms.
pub const DEFAULT_FIRST_TOKEN_TIMEOUT_MS: u32 = 15_000;
/// Time between two tokens when nothing is said, ms.
pub const DEFAULT_IDLE_TIMEOUT_MS: u32 = 10_000;

/// All of an answer when nothing is said, ms.
pub const DEFAULT_TOTAL_TIMEOUT_MS: u32 = 60_000;
/// The same for chat: a long answer of a slow model is still wanted.
pub const DEFAULT_CHAT_TOTAL_TIMEOUT_MS: u32 = 600_000;
/// Time to the first token of chat when nothing is said, ms: models may think before.
pub const DEFAULT_CHAT_FIRST_TOKEN_TIMEOUT_MS: u32 = 120_000;
/// Time between two tokens of chat when nothing is said, ms.
pub const DEFAULT_CHAT_IDLE_TIMEOUT_MS: u32 = 60_000;
/// Longest answer of chat, tokens.
pub const CHAT_OUTPUT_TOKENS: RangeInclusive<u32> = 1..=131_072;
/// Longest answer of chat when nothing is said, tokens.
pub const DEFAULT_CHAT_OUTPUT_TOKENS: u32 = 4_096;

/// A fixed debounce, ms.
pub const DEBOUNCE_MS: RangeInclusive<u32> = 0..=5_000;
/// Wait for the rest of a block after its first complete line, ms.
pub const BLOCK_AFTER_MS: RangeInclusive<u32> = 0..=60_000;
/// That wait when nothing is said, ms.
pub const DEFAULT_BLOCK_AFTER_MS: u32 = 400;
/// Most lines of a suggestion.
pub const MAX_LINES: RangeInclusive<u32> = 1..=200;
/// Most lines when nothing is said.
pub const DEFAULT_MAX_LINES: u32 = 40;
/// Suggestions for an invoked request.
pub const CANDIDATES: RangeInclusive<u32> = 1..=10;
/// Suggestions for an invoked request when nothing is said.
pub const DEFAULT_CANDIDATES: u32 = 3;

/// Most of other files that a suggestion's prompt shows, tokens.
pub const SNIPPET_TOKENS: RangeInclusive<u32> = 0..=100_000;
/// Most of it when nothing is said, tokens.
pub const DEFAULT_SNIPPET_TOKENS: u32 = 2_000;

/// Characters of the title of an action.
pub const ACTION_TITLE: usize = 80;
/// Bytes of the prompt of an action that stands in the configuration.
pub const ACTION_PROMPT: usize = 16 * 1024;

/// Tokens of the workspace's code that the embedded model knows.
pub const WORKSPACE_TOKENS: RangeInclusive<u32> = 10_000..=16_000_000;
/// Those when nothing is said.
pub const DEFAULT_WORKSPACE_TOKENS: u32 = 8_000_000;
/// Wait of a hover for an explanation, ms.
pub const HOVER_WAIT_MS: RangeInclusive<u32> = 0..=60_000;
/// That wait when nothing is said, ms.
pub const DEFAULT_HOVER_WAIT_MS: u32 = 1_200;

/// The longest name of a model, and of what is repeated in a message, characters.
pub const LONGEST_NAME: usize = 80;
/// The most entries of any list.
pub const LIST: usize = 1_000;
