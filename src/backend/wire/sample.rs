//! Settings and questions for the tests of the wire formats' requests.

use serde_json::{Value, json};

use crate::backend::{ChatAsk, Priority};
use crate::config::Layers;
use crate::config::settings::{ModelSettings, Purpose};
use crate::guard::redact;
use crate::prompt::budget::Budget;
use crate::prompt::{ChatPrompt, Message, Role};

/// A model's settings, `more` as the user writes it.
pub(crate) fn model(provider: &str, name: &str, more: &Value) -> ModelSettings {
    let mut written = json!({ "provider": provider, "model": name, "url": "http://localhost" });
    crate::backend::wire::turns::extend(&mut written, more.as_object().unwrap());
    let mut layers = Layers::default();
    layers.set_initialization(Some(&json!({ "models": { "m": written } })));
    let resolved = layers.resolve();
    let model = resolved.settings.models.get("m");
    model.map(|model| (**model).clone()).unwrap()
}

/// A conversation: the system's text, then the turns, which the user begins.
pub(crate) fn ask(purpose: Purpose, system: &str, turns: &[&str]) -> ChatAsk {
    let roles = [Role::User, Role::Assistant].into_iter().cycle();
    let messages =
        roles.zip(turns).map(|(role, text)| Message { role, text: redact(text) }).collect();
    let budget = Budget { context_tokens: 8_192, max_output_tokens: 100 };
    let prompt = budget.fit_chat(ChatPrompt { system: redact(system), messages });
    ChatAsk { prompt, purpose, priority: Priority::Invoked }
}
