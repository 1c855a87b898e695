//! The table of the embedded model of the workspace.

use schemars::JsonSchema;

use crate::config::read::Reader;
use crate::config::tree::Value;
use crate::config::{defaults, parse};

/// The model that is built in: it completes from the code of the workspace itself.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct WorkspaceOptions {
    /// Most tokens of code that it knows, some 10 bytes of memory each. What does not fit is left
    /// out: the files near open ones and the newest come first.
    #[schemars(
        range(min = *defaults::WORKSPACE_TOKENS.start(), max = *defaults::WORKSPACE_TOKENS.end()),
        extend("default" = defaults::DEFAULT_WORKSPACE_TOKENS)
    )]
    pub max_tokens: Option<u32>,
    /// Whether it reads the sources of dependencies too, after the workspace's own code: `vendor`,
    /// `node_modules` and the packages of a virtual environment in the workspace.
    #[schemars(extend("default" = false))]
    pub dependencies: Option<bool>,
}

impl WorkspaceOptions {
    pub(super) fn read(mut table: Reader<'_>) -> Self {
        let tokens = |value: &Value| parse::whole(value, &defaults::WORKSPACE_TOKENS);
        let workspace = Self {
            max_tokens: table.take("max_tokens", tokens),
            dependencies: table.switch("dependencies"),
        };
        table.finish();
        workspace
    }
}
