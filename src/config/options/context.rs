//! The table of context.

use schemars::JsonSchema;

use crate::config::read::Reader;
use crate::config::tree::Value;
use crate::config::{defaults, parse};

/// What a model is shown besides the file at hand, for suggestions.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ContextOptions {
    /// Whether it is shown anything of the workspace but the file at hand.
    #[schemars(extend("default" = true))]
    pub enabled: Option<bool>,
    /// How much of that at most, tokens; never more than a third of the model's window.
    #[schemars(
        range(min = *defaults::SNIPPET_TOKENS.start(), max = *defaults::SNIPPET_TOKENS.end()),
        extend("default" = defaults::DEFAULT_SNIPPET_TOKENS)
    )]
    pub tokens: Option<u32>,
    /// Signatures, from other files of the workspace, of what the code at the cursor needs.
    #[schemars(extend("default" = true))]
    pub definitions: Option<bool>,
    /// What the project is made with: names and versions.
    #[schemars(extend("default" = false))]
    pub stack: Option<bool>,
    /// Signatures of what is used from installed packages.
    #[schemars(extend("default" = false))]
    pub dependencies: Option<bool>,
    /// Places where what stands at the cursor is used.
    #[schemars(extend("default" = false))]
    pub usages: Option<bool>,
    /// Code of open and neighbouring files that resembles what stands around the cursor.
    #[schemars(extend("default" = false))]
    pub similar: Option<bool>,
    /// What the editor's tools say is wrong near the cursor.
    #[schemars(extend("default" = false))]
    pub diagnostics: Option<bool>,
    /// What was changed lately, as small diffs.
    #[schemars(extend("default" = false))]
    pub edits: Option<bool>,
}

impl ContextOptions {
    pub(super) fn read(mut table: Reader<'_>) -> Self {
        let tokens = |value: &Value| parse::whole(value, &defaults::SNIPPET_TOKENS);
        let context = Self {
            enabled: table.switch("enabled"),
            tokens: table.take("tokens", tokens),
            definitions: table.switch("definitions"),
            stack: table.switch("stack"),
            dependencies: table.switch("dependencies"),
            usages: table.switch("usages"),
            similar: table.switch("similar"),
            diagnostics: table.switch("diagnostics"),
            edits: table.switch("edits"),
        };
        table.finish();
        context
    }

    /// The switch of each source of completion's context.
    #[must_use]
    pub const fn switches(&self) -> [(crate::context::snippet::Origin, Option<bool>); 7] {
        use crate::context::snippet::Origin;
        [
            (Origin::Definitions, self.definitions),
            (Origin::Stack, self.stack),
            (Origin::Dependencies, self.dependencies),
            (Origin::Usages, self.usages),
            (Origin::Similar, self.similar),
            (Origin::Diagnostics, self.diagnostics),
            (Origin::Edits, self.edits),
        ]
    }
}
