//! The body of a request, and how a Gemini model is told to think or not
//! (<https://ai.google.dev/gemini-api/docs/thinking>).

use serde_json::{Value, json};

use crate::backend::ChatAsk;
use crate::backend::wire::openai_completions::set;
use crate::backend::wire::turns::{effort, extend, system, temperature, turns, version};
use crate::config::settings::{Effort, ModelSettings};
use crate::prompt::Role;

/// The API takes no more stop strings.
const MAX_STOPS: usize = 5;

/// The request in its forms, the fullest first: models differ in how they are told to think.
pub(super) fn forms(model: &ModelSettings, ask: &ChatAsk) -> Vec<Value> {
    let mut forms: Vec<Value> = thinking(&model.model, effort(model, ask.purpose))
        .into_iter()
        .map(|thinking| body(model, ask, Some(thinking)))
        .collect();
    forms.push(body(model, ask, None));
    forms
}

fn body(model: &ModelSettings, ask: &ChatAsk, thinking: Option<Thinking>) -> Value {
    let mut body = json!({});
    let system: Vec<Value> = system(model, ask).into_iter().map(part).collect();
    if !system.is_empty() {
        set(&mut body, "systemInstruction", json!({ "parts": system }));
    }
    let turns = turns(ask.prompt.prompt());
    let contents = turns.iter().map(|(role, texts)| {
        let role = if *role == Role::User { "user" } else { "model" };
        let parts: Vec<Value> = texts.iter().copied().map(part).collect();
        json!({ "role": role, "parts": parts })
    });
    set(&mut body, "contents", contents.collect());

    let room = thinking.as_ref().map_or(0, |thinking| thinking.room);
    let mut config = json!({
        "candidateCount": 1,
        "maxOutputTokens": ask.prompt.max_output_tokens().saturating_add(room),
    });
    // From 3 on another temperature than the model's own makes it loop.
    let own = is_levelled(&model.model) && model.temperature.is_none();
    if let Some(temperature) = temperature(model, ask.purpose).filter(|_| !own) {
        set(&mut config, "temperature", json!(temperature));
    }
    let stops: Vec<&String> =
        model.stop.iter().filter(|stop| !stop.is_empty()).take(MAX_STOPS).collect();
    if !stops.is_empty() {
        set(&mut config, "stopSequences", json!(stops));
    }
    if let Some(thinking) = thinking {
        set(&mut config, "thinkingConfig", thinking.config);
    }
    set(&mut body, "generationConfig", config);
    extend(&mut body, &model.extra_body);
    body
}

fn part(text: &str) -> Value {
    json!({ "text": text })
}

struct Thinking {
    config: Value,
    /// Tokens for it beside the answer's own: `maxOutputTokens` counts both.
    room: u32,
}

/// What to try, in this order. Nothing where the model decides, and for models before 2.5, which
/// refuse any word of it.
fn thinking(model: &str, effort: Option<Effort>) -> Vec<Thinking> {
    let Some(effort) = effort else { return Vec::new() };
    if is_levelled(model) {
        // Not every model has the least levels.
        let levels: &[(&str, u32)] = match effort {
            Effort::None | Effort::Minimal => &[("minimal", 512), ("low", 2_048)],
            Effort::Low => &[("low", 2_048)],
            Effort::Medium => &[("medium", 8_192), ("high", 24_576)],
            Effort::Auto | Effort::High => &[("high", 24_576)],
        };
        let of = |(level, room): &(&str, u32)| Thinking {
            config: json!({ "thinkingLevel": level }),
            room: *room,
        };
        return levels.iter().map(of).collect();
    }
    if version(model).is_none_or(|version| version < (2, 5)) {
        return Vec::new();
    }
    // Tokens; 128 is the least of 2.5 Pro, 512 of 2.5 Flash-Lite.
    let budget = match effort {
        Effort::None if model.contains("pro") => 128,
        Effort::None => 0,
        Effort::Minimal => 512,
        Effort::Low => 1_024,
        Effort::Medium => 8_192,
        Effort::Auto | Effort::High => 24_576,
    };
    vec![Thinking { config: json!({ "thinkingBudget": budget }), room: budget }]
}

/// Told to think by level: from 3 on, and what is called the latest.
fn is_levelled(model: &str) -> bool {
    match version(model) {
        Some(version) => version >= (3, 0),
        None => model.contains("gemini") && model.ends_with("-latest"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinking_is_told_as_the_generation_wants() {
        let said = |model: &str, effort| -> Vec<Value> {
            thinking(model, effort).into_iter().map(|thinking| thinking.config).collect()
        };
        let off = Some(Effort::None);
        assert_eq!(said("gemini-2.5-flash", off), [json!({ "thinkingBudget": 0 })]);
        assert_eq!(said("gemini-2.5-flash-lite", off), [json!({ "thinkingBudget": 0 })]);
        assert_eq!(said("gemini-2.5-pro", off), [json!({ "thinkingBudget": 128 })]);
        let least = [json!({ "thinkingLevel": "minimal" }), json!({ "thinkingLevel": "low" })];
        assert_eq!(said("gemini-3-flash-preview", off), least);
        assert_eq!(said("gemini-flash-latest", off), least);
        let high = Some(Effort::High);
        assert_eq!(said("models/gemini-3.1-pro", high), [json!({ "thinkingLevel": "high" })]);
        for model in ["gemini-2.0-flash", "gemini-1.5-pro", "gemma-2", "my-own"] {
            assert!(said(model, off).is_empty(), "{model}");
        }
        assert!(said("gemini-3-pro", None).is_empty());
    }
}
