//! What is sent, whole, after <https://ai.google.dev/api/generate-content>.

use serde_json::json;

use super::path;
use super::request::forms;
use crate::backend::wire::sample::{ask, model};
use crate::config::settings::{Effort, Purpose};

#[test]
fn a_models_name_cannot_leave_its_path() {
    for (name, want) in [
        ("gemini-2.5-flash", "/v1beta/models/gemini-2.5-flash:x"),
        ("models/gemini-2.5-flash", "/v1beta/models/gemini-2.5-flash:x"),
        ("tunedModels/mine", "/v1beta/tunedModels/mine:x"),
        ("a?key=b#c d", "/v1beta/models/a-key-b-c-d:x"),
        ("../../v1/x", "/v1beta/models/------v1-x:x"),
    ] {
        assert_eq!(path(name, ":x"), want);
    }
}

#[test]
fn a_suggestion_is_asked_for_without_thinking() {
    let settings = model("gemini", "gemini-2.5-flash", &json!({}));
    let ask = ask(Purpose::Completion, "Fill in.", &["the hole"]);
    let body = json!({
        "systemInstruction": { "parts": [{ "text": "Fill in." }] },
        "contents": [{ "role": "user", "parts": [{ "text": "the hole" }] }],
        "generationConfig": {
            "candidateCount": 1,
            "maxOutputTokens": 100,
            "temperature": 0.0,
            "thinkingConfig": { "thinkingBudget": 0 },
        },
    });
    let mut plain = body.clone();
    plain["generationConfig"].as_object_mut().unwrap().remove("thinkingConfig");
    assert_eq!(forms(&settings, &ask), [body, plain]);
}

#[test]
fn a_conversation_has_roles_and_at_most_five_stops() {
    let mut settings = model("gemini", "gemini-3-pro-preview", &json!({}));
    settings.system = Some("Be brief.".to_owned());
    settings.reasoning = Effort::High;
    settings.stop = ["a", "", "b", "c", "d", "e", "f"].map(str::to_owned).to_vec();
    let extra = json!({ "generationConfig": { "topK": 4 }, "safetySettings": [] });
    settings.extra_body = extra.as_object().unwrap().clone();
    let ask = ask(Purpose::Chat, "You explain.", &["why?", "because", "and?"]);
    let bodies = forms(&settings, &ask);
    assert_eq!(
        bodies.first(),
        Some(&json!({
            "systemInstruction": { "parts": [{ "text": "Be brief." }, { "text": "You explain." }] },
            "contents": [
                { "role": "user", "parts": [{ "text": "why?" }] },
                { "role": "model", "parts": [{ "text": "because" }] },
                { "role": "user", "parts": [{ "text": "and?" }] },
            ],
            "generationConfig": {
                "candidateCount": 1,
                "maxOutputTokens": 24_676,
                "stopSequences": ["a", "b", "c", "d", "e"],
                "thinkingConfig": { "thinkingLevel": "high" },
                "topK": 4,
            },
            "safetySettings": [],
        }))
    );
}
