//! What the editor can show of us: `foretype/status`.

use serde::Serialize;

use crate::completion::engine::Author;
use crate::completion::silence::Silence;
use crate::store::usage::Today;

/// The state in one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Ready; nothing is under way.
    #[default]
    Idle,
    /// A model is being asked.
    Busy,
    /// The server is loading the model.
    Loading,
    /// Turned off here.
    Off,
    /// Something is wrong, and `reason` says what to do.
    Error,
}

/// State, the reason of the last silence, the model, and what was used today.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Status {
    /// The state.
    pub state: State,
    /// Why there was no suggestion last; absent where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The configured name of the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What was used today, by all editors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<Today>,
    /// Only the user can mend what is wrong; not part of the message.
    #[serde(skip)]
    pub mend: bool,
}

impl Status {
    /// The status after a suggestion. Where another one than the first made it, that is said.
    #[must_use]
    pub fn of_answer(author: &Author) -> Self {
        let reason = author.instead.as_ref().map(ToString::to_string);
        Self { reason, model: Some(author.model.clone()), ..Self::default() }
    }

    /// The status after a silence.
    #[must_use]
    pub fn of_silence(silence: &Silence, model: Option<String>) -> Self {
        let state = match silence {
            Silence::Loading => State::Loading,
            Silence::Off(_) | Silence::Blocked(_) => State::Off,
            Silence::NoModel | Silence::Model(_) | Silence::Backend(_) | Silence::Mend(_) => {
                State::Error
            }
            _ => State::Idle,
        };
        let mend = matches!(silence, Silence::Mend(_) | Silence::NoModel);
        Self { state, reason: Some(silence.to_string()), model, usage: None, mend }
    }
}
