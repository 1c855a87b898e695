//! The body of a request, and how a Claude model is told to think or not
//! (<https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking>).

use serde_json::{Value, json};

use crate::backend::ChatAsk;
use crate::backend::wire::openai_completions::set;
use crate::backend::wire::turns::{effort, extend, system, temperature, turns, version};
use crate::config::settings::{Effort, ModelSettings, Purpose};
use crate::prompt::Role;

/// Tokens that thinking gets beside the answer's own, by effort: `max_tokens` counts both. As
/// a budget, none may be less than 1,024.
const THINKING: [(Effort, u32); 4] = [
    (Effort::Minimal, 1_024),
    (Effort::Low, 2_048),
    (Effort::Medium, 8_192),
    (Effort::High, 16_384),
];

/// What a model knows of thinking.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Up to 4.5: off unless it is given a budget.
    Budget,
    /// 4.6 to 4.8: off unless asked for; by effort.
    Asked,
    /// From 5: on unless turned off; by effort.
    Usual,
    /// Cannot be turned off: by effort alone.
    Always,
}

fn kind(model: &str) -> Kind {
    if ["fable", "mythos"].iter().any(|name| model.contains(name)) {
        return Kind::Always;
    }
    match version(model) {
        Some(version) if version < (4, 6) => Kind::Budget,
        Some(version) if version < (5, 0) => Kind::Asked,
        Some(version) if version >= (5, 5) && model.contains("opus") => Kind::Always,
        Some(_) => Kind::Usual,
        // A gateway's own name, which tells nothing.
        None => Kind::Asked,
    }
}

/// The request in its forms, the fullest first: models differ in what they take.
pub(super) fn forms(model: &ModelSettings, ask: &ChatAsk) -> Vec<Value> {
    let effort = effort(model, ask.purpose);
    let kind = kind(&model.model);
    let mut forms = vec![body(model, ask, effort, Some(kind))];
    if effort == Some(Effort::None) && kind == Kind::Usual {
        forms.push(body(model, ask, Some(Effort::Minimal), Some(Kind::Always)));
    }
    forms.push(body(model, ask, None, None));
    forms.dedup();
    forms
}

/// `kind`: how thinking is spoken of; `None` says nothing that a model may refuse.
fn body(model: &ModelSettings, ask: &ChatAsk, effort: Option<Effort>, kind: Option<Kind>) -> Value {
    let mut body = json!({ "model": model.model, "stream": true });
    let system: Vec<Value> = system(model, ask).into_iter().map(text).collect();
    let turns = turns(ask.prompt.prompt());
    let mut messages: Vec<Vec<Value>> =
        turns.iter().map(|(_, texts)| texts.iter().map(|said| text(said)).collect()).collect();
    // What the next request begins with is worth keeping. The last text of a conversation is; a
    // suggestion's changes with every key, and what a single question says is asked once.
    let texts = messages.iter().map(Vec::len).sum::<usize>();
    let last = usize::from(ask.purpose == Purpose::Completion);
    if texts > 1
        && let Some(stable) = messages.iter_mut().flatten().rev().nth(last)
    {
        keep(stable);
    }
    if !system.is_empty() {
        let mut system = system;
        system.last_mut().map(keep);
        set(&mut body, "system", Value::Array(system));
    }
    let said = turns.iter().zip(messages).map(|((role, _), content)| {
        let role = if *role == Role::User { "user" } else { "assistant" };
        json!({ "role": role, "content": content })
    });
    set(&mut body, "messages", said.collect());

    let mut room = 0;
    let mut thinks = false;
    if let (Some(kind), Some(effort)) = (kind, effort) {
        let tokens = THINKING.iter().find(|(of, _)| *of == effort).map(|(_, tokens)| *tokens);
        thinks = tokens.is_some() || kind == Kind::Always;
        match (kind, tokens) {
            (Kind::Budget, Some(tokens)) => {
                set(&mut body, "thinking", json!({ "type": "enabled", "budget_tokens": tokens }))
            }
            (Kind::Asked | Kind::Usual, Some(_)) => {
                set(&mut body, "thinking", json!({ "type": "adaptive" }));
                set(&mut body, "output_config", json!({ "effort": level(effort) }));
            }
            (Kind::Usual, None) => set(&mut body, "thinking", json!({ "type": "disabled" })),
            (Kind::Always, _) => {
                set(&mut body, "output_config", json!({ "effort": level(effort) }));
            }
            (Kind::Budget | Kind::Asked, None) => {}
        }
        if thinks {
            room = tokens.unwrap_or(THINKING[0].1);
        }
    }
    set(&mut body, "max_tokens", json!(ask.prompt.max_output_tokens() + room));
    // Neither a model that thinks takes a temperature, nor any after 4.6.
    let takes = matches!(version(&model.model), Some(version) if version < (4, 7));
    if takes
        && !thinks
        && kind.is_some()
        && let Some(temperature) = temperature(model, ask.purpose)
    {
        set(&mut body, "temperature", json!(temperature.min(1.0)));
    }
    // One without any visible character is refused.
    let stops: Vec<&String> = model.stop.iter().filter(|stop| !stop.trim().is_empty()).collect();
    if !stops.is_empty() {
        set(&mut body, "stop_sequences", json!(stops));
    }
    extend(&mut body, &model.extra_body);
    body
}

const fn level(effort: Effort) -> &'static str {
    match effort {
        Effort::High => "high",
        Effort::Medium => "medium",
        _ => "low",
    }
}

fn text(text: &str) -> Value {
    json!({ "type": "text", "text": text })
}

/// Marks the end of what the server shall keep
/// (<https://platform.claude.com/docs/en/build-with-claude/prompt-caching>).
fn keep(block: &mut Value) {
    set(block, "cache_control", json!({ "type": "ephemeral" }));
}
