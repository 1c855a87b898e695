//! What single keys can hold: the enumerations and the keys with a special word
//! besides their numbers. Each knows its spelling and its JSON schema.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::defaults;
pub use super::provider::{Provider, Runner};
use crate::prompt::template::template_names;

/// An enumeration that is written as one of a few words.
pub(crate) trait Word: Copy + 'static {
    /// Every value.
    const EVERY: &'static [Self];
    /// The spelling of one.
    fn word(self) -> &'static str;
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// The word that the configuration has for it.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word,)+ }
            }
        }

        impl Word for $name {
            const EVERY: &'static [Self] = &[$($name::$variant,)+];
            fn word(self) -> &'static str {
                self.as_str()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "enum": [$($word),+] })
            }
        }
    };
}

pub(super) use words;

words! {
    /// When `textDocument/completion` offers suggestions.
    Menu {
        /// Only to editors without inline completion.
        Auto = "auto",
        /// To every editor.
        Always = "always",
        /// To none.
        Never = "never",
    }
}

words! {
    /// What the answer of an action is used for.
    ActionAnswer {
        /// It takes the place of the code.
        Replace = "replace",
        /// It comes below it.
        Insert = "insert",
        /// It is shown.
        Show = "show",
    }
}

words! {
    /// What an action is about.
    ActionPlace {
        /// What is selected.
        Selection = "selection",
        /// The function around the cursor.
        Function = "function",
        /// All of it.
        File = "file",
    }
}

words! {
    /// Whether a hover asks a model.
    HoverMode {
        /// Where that costs nothing; else only what is known is shown.
        Auto = "auto",
        /// It does.
        On = "on",
        /// Only what a model has said before is shown.
        Cached = "cached",
        /// Neither.
        Off = "off",
    }
}

words! {
    /// How much the log says.
    LogLevel {
        /// Nothing.
        Off = "off",
        /// What failed.
        Error = "error",
        /// And what the user should look at.
        Warn = "warn",
        /// And what happened.
        Info = "info",
        /// And how.
        Debug = "debug",
        /// And with every detail.
        Trace = "trace",
    }
}

/// `true`, `false` or `"auto"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Auto {
    /// foretype decides.
    Auto,
    /// Yes.
    On,
    /// No.
    Off,
}

impl JsonSchema for Auto {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Auto".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": ["auto", true, false] })
    }
}

/// How long an automatic request waits for the next key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Debounce {
    /// By the rhythm of typing and the measured latency.
    Auto,
    /// Always this long.
    Fixed(Duration),
}

impl JsonSchema for Debounce {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Debounce".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "type": "string", "enum": ["auto"] },
                {
                    "type": "integer",
                    "minimum": defaults::DEBOUNCE_MS.start(),
                    "maximum": defaults::DEBOUNCE_MS.end(),
                },
            ]
        })
    }
}

/// The schema of a template, which is written as a text: a known name, or one with
/// holes.
pub(crate) struct TemplateText;

impl JsonSchema for TemplateText {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Template".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "type": "string", "enum": template_names() },
                {
                    "type": "string",
                    "pattern": r"\{prefix\}[\s\S]*\{suffix\}|\{suffix\}[\s\S]*\{prefix\}",
                },
            ]
        })
    }
}

words! {
    /// Which of a server's APIs is asked.
    Api {
        /// The one that serves the purpose best, by provider and model.
        Auto = "auto",
        /// Text completions: `/v1/completions` and its kin.
        Completions = "completions",
        /// Chat completions; a suggestion fills a marked hole.
        Chat = "chat",
        /// OpenAI's responses.
        Responses = "responses",
    }
}

words! {
    /// How long a reasoning model may think before it answers.
    Effort {
        /// As the purpose needs: as little as the model can for suggestions, its own default else.
        Auto = "auto",
        /// Not at all.
        None = "none",
        /// As little as it can.
        Minimal = "minimal",
        /// Little.
        Low = "low",
        /// Some.
        Medium = "medium",
        /// Long.
        High = "high",
    }
}

/// What a model costs, USD per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
pub struct Price {
    /// Tokens sent.
    #[schemars(range(min = *defaults::PRICE.start(), max = *defaults::PRICE.end()))]
    pub input: f64,
    /// Tokens generated.
    #[schemars(range(min = *defaults::PRICE.start(), max = *defaults::PRICE.end()))]
    pub output: f64,
    /// Tokens sent that the server had in its cache; as `input` when not given.
    #[schemars(range(min = *defaults::PRICE.start(), max = *defaults::PRICE.end()))]
    pub cached: Option<f64>,
}

/// How much of a model may be used at a time; `None` is no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
pub struct Limits {
    /// In any 60 s.
    #[schemars(range(min = *defaults::RATE.start(), max = *defaults::RATE.end()))]
    pub requests_per_minute: Option<u32>,
    /// In any 60 s, of prompt and answer together.
    #[schemars(range(min = *defaults::RATE.start(), max = *defaults::RATE.end()))]
    pub tokens_per_minute: Option<u32>,
    /// Requests under way.
    #[schemars(range(min = *defaults::CONCURRENT.start(), max = *defaults::CONCURRENT.end()))]
    pub concurrent: Option<u32>,
}

/// How much of a model may be used in all, by all editors together; `None` is no cap.
#[derive(Debug, Clone, Copy, Default, PartialEq, JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
pub struct Caps {
    /// USD in a day (UTC).
    #[schemars(range(min = *defaults::PRICE.start(), max = *defaults::PRICE.end()))]
    pub cost_per_day: Option<f64>,
    /// USD in a calendar month (UTC).
    #[schemars(range(min = *defaults::PRICE.start(), max = *defaults::PRICE.end()))]
    pub cost_per_month: Option<f64>,
    /// Tokens in a day, prompt and answer together.
    #[schemars(range(min = *defaults::TOKENS.start(), max = *defaults::TOKENS.end()))]
    pub tokens_per_day: Option<u64>,
    /// Tokens in a month.
    #[schemars(range(min = *defaults::TOKENS.start(), max = *defaults::TOKENS.end()))]
    pub tokens_per_month: Option<u64>,
}
