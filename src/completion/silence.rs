//! Why there is no suggestion, in words a user can act on.

use std::fmt;

use crate::backend::error::BackendError;
use crate::indexing::{LeftOut, Stage};

/// The reason for an empty answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Silence {
    /// Turned off, and where.
    Off(&'static str),
    /// The document is not open in this server.
    NotOpen,
    /// Larger than 10 MB.
    DocumentTooLarge,
    /// The cursor's line has over 2,000 characters.
    LineTooLong,
    /// A word goes on right of the cursor.
    InsideWord,
    /// Several places were changed at once.
    SeveralCursors,
    /// A file that must not be completed.
    Blocked(String),
    /// The popup's item does not fit the text.
    PopupItem,
    /// No model is configured and none was found.
    NoModel,
    /// The model cannot be used as configured.
    Model(String),
    /// The server is loading the model.
    Loading,
    /// The backend failed, or asked for quiet.
    Backend(String),
    /// The backend failed, and only the user can mend it: the key, the model's name.
    Mend(String),
    /// A limit of the configuration is reached for the moment.
    Limited(String),
    /// The model had nothing to add.
    Nothing,
    /// The embedded model is not sure enough, knowing so much of the workspace.
    Unsure(Stage),
    /// The model repeated a redacted secret.
    Placeholder,
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off(setting) => write!(f, "completion is off (`{setting}`)"),
            Self::NotOpen => f.write_str("the document is not open"),
            Self::DocumentTooLarge => f.write_str("the document is over 10 MB"),
            Self::LineTooLong => f.write_str("the line is over 2,000 characters"),
            Self::InsideWord => f.write_str("the cursor is inside a word"),
            Self::SeveralCursors => f.write_str("several places were changed at once"),
            Self::Blocked(why) => f.write_str(why),
            Self::PopupItem => f.write_str("the popup's item does not go on"),
            Self::NoModel => {
                f.write_str("no model: start llama.cpp or Ollama, or run `foretype config init`")
            }
            Self::Model(why) | Self::Backend(why) | Self::Mend(why) | Self::Limited(why) => {
                f.write_str(why)
            }
            Self::Loading => f.write_str("the server is loading the model"),
            Self::Nothing => f.write_str("the model has nothing to add here"),
            Self::Unsure(stage) => unsure(stage, f),
            Self::Placeholder => f.write_str("the suggestion held a redacted secret"),
        }
    }
}

/// What the index lacks may be why.
fn unsure(stage: &Stage, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    const UNSURE: &str = "the workspace model is not sure enough of anything here";
    match stage {
        Stage::Reading { of: 0, .. } => f.write_str("the workspace is still being read"),
        Stage::Reading { files, of } => {
            write!(f, "the workspace is still being read: {files} of {of} files")
        }
        Stage::Ready { left_out, .. } if *left_out != LeftOut::default() => {
            write!(f, "{UNSURE}; {left_out}")
        }
        Stage::Cancelled => write!(f, "{UNSURE}; reading the workspace was cancelled"),
        Stage::Asleep | Stage::Ready { .. } => f.write_str(UNSURE),
    }
}

impl Silence {
    /// Why a model that failed says nothing.
    #[must_use]
    pub fn of(error: &BackendError) -> Self {
        match error {
            BackendError::Loading(_) => Self::Loading,
            BackendError::Limited(..) => Self::Limited(error.to_string()),
            error if error.needs_user() => Self::Mend(error.to_string()),
            error => Self::Backend(error.to_string()),
        }
    }

    /// A short name for logs and status, free of any text of the user's.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Off(_) => "off",
            Self::NotOpen => "not-open",
            Self::DocumentTooLarge => "document-too-large",
            Self::LineTooLong => "line-too-long",
            Self::InsideWord => "inside-word",
            Self::SeveralCursors => "several-cursors",
            Self::Blocked(_) => "blocked",
            Self::PopupItem => "popup-item",
            Self::NoModel => "no-model",
            Self::Model(_) => "model",
            Self::Loading => "loading",
            Self::Backend(_) => "backend",
            Self::Mend(_) => "mend",
            Self::Limited(_) => "limited",
            Self::Nothing => "nothing",
            Self::Unsure(_) => "unsure",
            Self::Placeholder => "placeholder",
        }
    }
}
