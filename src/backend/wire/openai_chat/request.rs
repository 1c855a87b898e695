//! The body of a request, in the forms that the different servers take.

use serde_json::{Value, json};

use crate::backend::ChatAsk;
use crate::backend::wire::effort::{Thinking, thinking};
use crate::backend::wire::openai_completions::{MAX_STOPS, VARIED, set};
use crate::backend::wire::turns::{extend, system, temperature, turns};
use crate::config::settings::{ModelSettings, Provider};
use crate::prompt::Role;

/// How much of what not every server knows is said.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As the provider's reference has it.
    Full,
    /// Nothing about thinking, temperature or stop strings.
    Plain,
    /// The fields of the first servers alone, and the other name of the limit.
    Least,
}

/// The request in its forms, the fullest first.
pub(super) fn forms(model: &ModelSettings, ask: &ChatAsk, candidates: u8) -> Vec<Value> {
    let mut forms: Vec<Value> = [Form::Full, Form::Plain, Form::Least]
        .map(|form| body(model, ask, candidates, form))
        .into();
    forms.dedup();
    forms
}

fn body(model: &ModelSettings, ask: &ChatAsk, candidates: u8, form: Form) -> Value {
    let provider = model.provider;
    let mut messages = Vec::new();
    let system = system(model, ask);
    if !system.is_empty() {
        messages.push(json!({ "role": "system", "content": system.join("\n\n") }));
    }
    for (role, texts) in turns(ask.prompt.prompt()) {
        let role = if role == Role::User { "user" } else { "assistant" };
        messages.push(json!({ "role": role, "content": texts.join("\n\n") }));
    }
    let mut body = json!({ "model": model.model, "messages": messages, "stream": true });
    let Thinking { fields, room, strict } = thinking(model, ask.purpose);
    let limit = ask.prompt.max_output_tokens() + room;
    set(&mut body, limit_key(provider, form), json!(limit));
    if form == Form::Full {
        if !strict {
            let asked = temperature(model, ask.purpose);
            let warm = |asked: f64| if candidates > 1 { asked.max(VARIED) } else { asked };
            if let Some(temperature) = asked.map(warm) {
                set(&mut body, "temperature", json!(temperature));
            }
            if !model.stop.is_empty() {
                let stops: Vec<&String> = model.stop.iter().take(MAX_STOPS).collect();
                set(&mut body, "stop", json!(stops));
            }
        }
        for (name, value) in fields {
            set(&mut body, name, value);
        }
    }
    if form != Form::Least {
        // Mistral counts without being asked, and refuses what it does not know.
        if provider != Provider::Mistral {
            set(&mut body, "stream_options", json!({ "include_usage": true }));
        }
        // These give one answer, whatever is asked for.
        let one = matches!(provider, Provider::Groq | Provider::Tgi | Provider::LmStudio);
        if candidates > 1 && !one {
            set(&mut body, "n", json!(candidates));
        }
    }
    extend(&mut body, &model.extra_body);
    body
}

/// OpenAI's models that think take the newer name alone; most other servers know the older one.
const fn limit_key(provider: Provider, form: Form) -> &'static str {
    let newer = matches!(provider, Provider::OpenAi | Provider::AzureOpenAi | Provider::Groq);
    match newer != matches!(form, Form::Least) {
        true => "max_completion_tokens",
        false => "max_tokens",
    }
}
