//! What is sent, whole, after <https://platform.claude.com/docs/en/api/messages/create>.

use serde_json::{Value, json};

use super::request::forms;
use crate::backend::wire::sample::{ask, model};
use crate::config::settings::{Effort, ModelSettings, Purpose};

fn claude(name: &str) -> ModelSettings {
    model("anthropic", name, &json!({}))
}

fn text(text: &str) -> Value {
    json!({ "type": "text", "text": text })
}

fn kept(text: &str) -> Value {
    json!({ "type": "text", "text": text, "cache_control": { "type": "ephemeral" } })
}

#[test]
fn a_suggestion_is_asked_for_without_thinking() {
    let ask = ask(Purpose::Completion, "Fill in.", &["one", "ok", "the hole"]);
    assert_eq!(
        forms(&claude("claude-haiku-4-5"), &ask),
        [
            json!({
                "model": "claude-haiku-4-5",
                "stream": true,
                "system": [kept("Fill in.")],
                "messages": [
                    { "role": "user", "content": [text("one")] },
                    { "role": "assistant", "content": [kept("ok")] },
                    { "role": "user", "content": [text("the hole")] },
                ],
                "max_tokens": 100,
                "temperature": 0.0,
            }),
            json!({
                "model": "claude-haiku-4-5",
                "stream": true,
                "system": [kept("Fill in.")],
                "messages": [
                    { "role": "user", "content": [text("one")] },
                    { "role": "assistant", "content": [kept("ok")] },
                    { "role": "user", "content": [text("the hole")] },
                ],
                "max_tokens": 100,
            }),
        ]
    );
}

#[test]
fn a_conversation_is_kept_to_its_end() {
    let mut settings = claude("claude-opus-5");
    settings.system = Some("Be brief.".to_owned());
    settings.stop = vec!["\n\n".to_owned(), "END".to_owned()];
    settings.temperature = Some(0.7);
    let ask = ask(Purpose::Chat, "You explain.", &["why?", "because", " ", "", "and?"]);
    assert_eq!(
        forms(&settings, &ask),
        [json!({
            "model": "claude-opus-5",
            "stream": true,
            "system": [text("Be brief."), kept("You explain.")],
            "messages": [
                { "role": "user", "content": [text("why?")] },
                { "role": "assistant", "content": [text("because")] },
                { "role": "user", "content": [kept("and?")] },
            ],
            "max_tokens": 100,
            "stop_sequences": ["END"],
        })]
    );
}

#[test]
fn a_single_question_has_nothing_to_keep() {
    let [body] =
        forms(&claude("claude-sonnet-5"), &ask(Purpose::Chat, "", &["why?"])).try_into().unwrap();
    assert_eq!(body["messages"], json!([{ "role": "user", "content": [text("why?")] }]));
    assert_eq!(body.get("system"), None);
}

#[test]
fn thinking_is_told_as_the_generation_wants() {
    let said = |name: &str, effort: Effort, purpose: Purpose| -> Vec<Value> {
        let mut settings = claude(name);
        settings.reasoning = effort;
        settings.temperature = Some(0.5);
        let ask = ask(purpose, "s", &["q"]);
        let fields = ["thinking", "output_config", "temperature", "max_tokens"];
        let of = |body: &Value| fields.iter().map(|field| body[field].clone()).collect();
        forms(&settings, &ask).iter().map(of).collect()
    };
    let (completion, chat) = (Purpose::Completion, Purpose::Chat);
    let low = json!({ "effort": "low" });
    for (name, effort, purpose, want) in [
        // Its own default: nothing is said.
        ("claude-opus-5", Effort::Auto, chat, json!([[null, null, null, 100]])),
        // Off where it is on, and where that is refused, little.
        (
            "claude-opus-5",
            Effort::Auto,
            completion,
            json!([
                [{ "type": "disabled" }, null, null, 100],
                [null, low, null, 1_124],
                [null, null, null, 100],
            ]),
        ),
        ("claude-opus-4-8", Effort::None, chat, json!([[null, null, null, 100]])),
        (
            "claude-fable-5",
            Effort::None,
            completion,
            json!([[null, low, null, 1_124], [null, null, null, 100]]),
        ),
        (
            "claude-opus-5-5",
            Effort::None,
            completion,
            json!([[null, low, null, 1_124], [null, null, null, 100]]),
        ),
        (
            "claude-opus-4-6",
            Effort::None,
            chat,
            json!([[null, null, 0.5, 100], [null, null, null, 100]]),
        ),
        (
            "claude-opus-4-6",
            Effort::High,
            chat,
            json!([
                [{ "type": "adaptive" }, { "effort": "high" }, null, 16_484],
                [null, null, null, 100],
            ]),
        ),
        (
            "claude-3-7-sonnet-20250219",
            Effort::Low,
            chat,
            json!([
                [{ "type": "enabled", "budget_tokens": 2_048 }, null, null, 2_148],
                [null, null, null, 100],
            ]),
        ),
        // Before 4.6 it is off unless asked for.
        (
            "claude-sonnet-4-5",
            Effort::Auto,
            completion,
            json!([[null, null, 0.5, 100], [null, null, null, 100]]),
        ),
        ("our-gateway", Effort::Auto, completion, json!([[null, null, null, 100]])),
    ] {
        assert_eq!(json!(said(name, effort, purpose)), want, "{name} {effort:?} {purpose:?}");
    }
}

#[test]
fn the_users_own_fields_win() {
    let mut settings = claude("claude-sonnet-5");
    let extra = json!({ "top_k": 5, "max_tokens": 7, "metadata": { "user_id": "u" } });
    settings.extra_body = extra.as_object().unwrap().clone();
    let [body] = forms(&settings, &ask(Purpose::Chat, "", &["q"])).try_into().unwrap();
    assert_eq!(body["top_k"], 5);
    assert_eq!(body["max_tokens"], 7);
    assert_eq!(body["metadata"], json!({ "user_id": "u" }));
}
