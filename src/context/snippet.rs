//! What every source of context returns.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// Where a snippet comes from. The order is the prompt's: what changes with the project first, what
/// changes with every key last, so that consecutive prompts begin alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// What the project is made with: names and versions.
    Stack,
    /// The project's own instructions.
    Conventions,
    /// Parts of its README and documentation.
    Documentation,
    /// Signatures of what is used from installed packages.
    Dependencies,
    /// Signatures of what the cursor needs, from other files.
    Definitions,
    /// Places where the same symbol is used.
    Usages,
    /// Code that resembles what stands around the cursor.
    Similar,
    /// What the editor's tools say is wrong near the cursor.
    Diagnostics,
    /// What was changed lately, as small diffs.
    Edits,
}

/// How long a snippet stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stability {
    /// Until the project's files change.
    Project,
    /// While the cursor stays about where it is.
    Place,
    /// Until the next pause of typing.
    Moment,
}

/// What may go of a snippet when it is too long for its share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shorten {
    /// Nothing: whole or not at all.
    #[default]
    Never,
    /// Lines from its end: the first ones matter most.
    End,
    /// Lines from its beginning: the last ones matter most.
    Start,
}

/// A piece of context: text of one file, or about one.
#[derive(Clone, PartialEq)]
pub struct Snippet {
    /// Its source.
    pub origin: Origin,
    /// The file, below the workspace folder, `/` between folders; for what is installed a made-up
    /// path that begins with the package (`axum-0.8.1/src/routing.rs`). With the origin it names the
    /// snippet: a source gives one for each path, or sets `lines`.
    pub path: Arc<str>,
    /// Whole lines, each with its line break (LF); neither stripped nor redacted yet.
    pub text: String,
    /// The lines (from 0) that the text is, byte for byte, where it is a part of that file: what
    /// other snippets or the prefix show of them already is not shown again.
    pub lines: Option<Range<u32>>,
    /// How good it is among those of its source, from 0 to 1.
    pub score: f32,
    /// What may go.
    pub shorten: Shorten,
    /// Why it was chosen, for a person: `imported by this file`. A few words; nothing secret, and
    /// nothing of a text but identifiers and paths.
    pub why: Cow<'static, str>,
}

impl Origin {
    /// All of them, in the prompt's order.
    pub const ALL: [Self; 9] = [
        Self::Stack,
        Self::Conventions,
        Self::Documentation,
        Self::Dependencies,
        Self::Definitions,
        Self::Usages,
        Self::Similar,
        Self::Diagnostics,
        Self::Edits,
    ];

    /// Its name in the configuration and in what is shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stack => "stack",
            Self::Conventions => "conventions",
            Self::Documentation => "documentation",
            Self::Dependencies => "dependencies",
            Self::Definitions => "definitions",
            Self::Usages => "usages",
            Self::Similar => "similar",
            Self::Diagnostics => "diagnostics",
            Self::Edits => "edits",
        }
    }

    /// Whether its snippets' paths are files of the workspace.
    #[must_use]
    pub const fn is_of_workspace(self) -> bool {
        matches!(self, Self::Definitions | Self::Usages | Self::Similar)
    }

    /// How long its snippets stay as they are.
    #[must_use]
    pub const fn stability(self) -> Stability {
        match self {
            Self::Stack | Self::Conventions | Self::Documentation => Stability::Project,
            Self::Dependencies | Self::Definitions | Self::Usages | Self::Similar => {
                Stability::Place
            }
            Self::Diagnostics | Self::Edits => Stability::Moment,
        }
    }
}

impl std::fmt::Debug for Snippet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} of {} ({} bytes)", self.origin, self.path, self.text.len())
    }
}
