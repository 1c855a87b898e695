//! The table of hover.

use std::time::Duration;

use schemars::JsonSchema;

use crate::config::read::Reader;
use crate::config::tree::Value;
use crate::config::values::HoverMode;
use crate::config::{defaults, parse};

/// What is shown where the mouse rests on a name.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct HoverOptions {
    /// Whether a hover asks the model for chat to explain the name: `on`, `cached` (only what it has
    /// said before is shown) or `off` (signature and documentation alone). `auto` is `on` for models
    /// without a price, `cached` for paid ones: a mouse that rests on code must not cost money by
    /// itself.
    #[schemars(extend("default" = "auto"))]
    pub mode: Option<HoverMode>,
    /// How long a hover waits for the explanation, in ms; what has come until then is shown.
    #[schemars(
        with = "Option<u32>",
        range(min = *defaults::HOVER_WAIT_MS.start(), max = *defaults::HOVER_WAIT_MS.end()),
        extend("default" = defaults::DEFAULT_HOVER_WAIT_MS)
    )]
    pub wait_ms: Option<Duration>,
}

impl HoverOptions {
    pub(super) fn read(mut table: Reader<'_>) -> Self {
        let wait = |value: &Value| parse::millis(value, &defaults::HOVER_WAIT_MS);
        // What was meant is not known: nothing is asked.
        let mode = table.read("mode", parse::word).map(|read| read.unwrap_or(HoverMode::Off));
        let hover = Self { mode, wait_ms: table.take("wait_ms", wait) };
        table.finish();
        hover
    }
}
