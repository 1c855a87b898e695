//! What the wire formats of conversations have in common: who says what, how long the model may
//! think, and the user's own fields.

use serde_json::{Map, Value};

use crate::backend::ChatAsk;
use crate::config::settings::{Effort, ModelSettings, Purpose};
use crate::prompt::{ChatPrompt, Role};

/// A turn: who speaks, and its texts in their order. None is empty.
pub(crate) type Turn<'a> = (Role, Vec<&'a str>);

/// The turns of a conversation, in which the roles alternate: what one says several times in a
/// row is one turn, and a turn without text is none.
pub(crate) fn turns(prompt: &ChatPrompt) -> Vec<Turn<'_>> {
    let mut turns: Vec<Turn<'_>> = Vec::with_capacity(prompt.messages.len());
    for message in prompt.messages.iter().filter(|message| !blank(message.text.as_str())) {
        let text = message.text.as_str();
        match turns.last_mut() {
            Some((role, texts)) if *role == message.role => texts.push(text),
            _ => turns.push((message.role, vec![text])),
        }
    }
    turns
}

/// The system's texts: the user's own comes before the task's, and only in chat.
pub(crate) fn system<'a>(model: &'a ModelSettings, ask: &'a ChatAsk) -> Vec<&'a str> {
    let own = model.system.as_deref().filter(|_| ask.purpose == Purpose::Chat);
    let task = ask.prompt.prompt().system.as_str();
    own.into_iter().chain([task]).filter(|text| !blank(text)).collect()
}

/// Vendors refuse a text without anything in it.
fn blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// How long the model may think; `None` is the model's own default.
pub(crate) fn effort(model: &ModelSettings, purpose: Purpose) -> Option<Effort> {
    match (model.reasoning, purpose) {
        (Effort::Auto, Purpose::Completion) => Some(Effort::None),
        (Effort::Auto, Purpose::Chat | Purpose::Index) => None,
        (said, _) => Some(said),
    }
}

/// The temperature: as configured; else the surest text for a suggestion, the model's own for chat.
pub(crate) fn temperature(model: &ModelSettings, purpose: Purpose) -> Option<f64> {
    model.temperature.or_else(|| (purpose == Purpose::Completion).then_some(0.0))
}

/// The user's own fields over ours; in an object that both have, field by field.
pub(crate) fn extend(body: &mut Value, extra: &Map<String, Value>) {
    let Some(body) = body.as_object_mut() else { return };
    for (name, value) in extra {
        match (body.get_mut(name), value) {
            (Some(ours @ Value::Object(_)), Value::Object(theirs)) => extend(ours, theirs),
            _ => {
                body.insert(name.clone(), value.clone());
            }
        }
    }
}

/// The version in a model's name, `4.6` of `claude-opus-4-6` and `2.5` of `gemini-2.5-flash`: the
/// first number of one or two digits, and the one after it. Dates are no version.
pub(crate) fn version(model: &str) -> Option<(u32, u32)> {
    let parts: Vec<&str> = model.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let number = |part: Option<&&str>| {
        let part = part.filter(|part| part.len() <= 2)?;
        part.parse::<u32>().ok()
    };
    let at = (0..parts.len()).find(|at| number(parts.get(*at)).is_some())?;
    Some((number(parts.get(at))?, number(parts.get(at + 1)).unwrap_or(0)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::guard::redact;
    use crate::prompt::Message;

    #[test]
    fn roles_alternate_and_nothing_is_empty() {
        let said = [
            (Role::User, "a"),
            (Role::Assistant, " \n"),
            (Role::User, "b"),
            (Role::Assistant, "c"),
            (Role::Assistant, ""),
            (Role::Assistant, "d"),
            (Role::User, "e"),
        ];
        let messages =
            said.iter().map(|(role, text)| Message { role: *role, text: redact(text) }).collect();
        let prompt = ChatPrompt { system: redact(""), messages };
        assert_eq!(
            turns(&prompt),
            [
                (Role::User, vec!["a", "b"]),
                (Role::Assistant, vec!["c", "d"]),
                (Role::User, vec!["e"])
            ]
        );
    }

    #[test]
    fn the_users_fields_replace_ours_one_by_one() {
        let mut body = json!({ "a": 1, "deep": { "b": 2, "c": 3 }, "list": [1] });
        let extra = json!({ "a": null, "deep": { "c": 4, "d": 5 }, "list": [], "new": {} });
        extend(&mut body, extra.as_object().unwrap());
        assert_eq!(
            body,
            json!({ "a": null, "deep": { "b": 2, "c": 4, "d": 5 }, "list": [], "new": {} })
        );
    }

    #[test]
    fn versions_are_read_from_names() {
        for (name, want) in [
            ("claude-opus-4-6", Some((4, 6))),
            ("claude-3-7-sonnet-20250219", Some((3, 7))),
            ("claude-sonnet-4-20250514", Some((4, 0))),
            ("anthropic.claude-opus-5-v1:0", Some((5, 0))),
            ("claude-haiku-5-5", Some((5, 5))),
            ("gemini-2.5-flash-lite", Some((2, 5))),
            ("gemini-3-pro-preview", Some((3, 0))),
            ("models/gemini-3.1-pro", Some((3, 1))),
            ("gemini-flash-latest", None),
            ("", None),
        ] {
            assert_eq!(version(name), want, "{name}");
        }
    }
}
