//! How models that think are told how long, in the dialects of OpenAI's API
//! (<https://platform.openai.com/docs/guides/reasoning>, <https://console.groq.com/docs/reasoning>,
//! <https://openrouter.ai/docs/use-cases/reasoning-tokens>,
//! <https://api-docs.deepseek.com/guides/thinking_mode>; vLLM and llama.cpp: the switch of the
//! model's chat template).

use serde_json::{Value, json};

use super::turns::{self, version};
use crate::config::settings::{Effort, ModelSettings, Provider, Purpose};

/// What a model knows of thinking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// It does not think, as far as its name tells.
    Plain,
    /// OpenAI's; the least that it takes.
    Level(Effort),
    /// On or off.
    Switch,
    /// It thinks, and nothing is known that keeps it from it.
    Always,
}

/// What a request says of thinking.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Thinking {
    /// Fields of the body.
    pub(crate) fields: Vec<(&'static str, Value)>,
    /// Tokens that thinking gets beside the answer's own: the limit counts both.
    pub(crate) room: u32,
    /// A model of OpenAI's that thinks: it takes neither a temperature nor stop strings.
    pub(crate) strict: bool,
}

/// By the model's own name, without what stands before a slash.
fn kind(model: &str) -> Kind {
    let name = model.rsplit('/').next().unwrap_or(model).to_ascii_lowercase();
    let has = |part: &str| name.contains(part);
    if has("gpt-oss") {
        return Kind::Level(Effort::Low);
    }
    if name.starts_with("o1") || name.starts_with("o3") || name.starts_with("o4") {
        return Kind::Level(Effort::Low);
    }
    if name.starts_with("gpt-") || has("codex") {
        return match version(&name) {
            _ if has("chat") => Kind::Plain,
            // It knows one level only.
            _ if has("-pro") => Kind::Level(Effort::High),
            Some(version) if version < (5, 0) => Kind::Plain,
            _ if has("codex") => Kind::Level(Effort::Low),
            Some((5, 0)) => Kind::Level(Effort::Minimal),
            Some(_) => Kind::Level(Effort::None),
            None => Kind::Plain,
        };
    }
    if has("thinking") || has("-r1") || has("reasoner") || has("magistral") || has("qwq") {
        return Kind::Always;
    }
    let switches =
        ["qwen3", "glm-4.5", "glm-4.6", "glm-4.7", "glm-5", "deepseek-v3.", "deepseek-v4"];
    match switches.iter().any(|part| has(part)) && !has("coder") && !has("instruct") {
        true => Kind::Switch,
        false => Kind::Plain,
    }
}

/// For a purpose's request to a model.
pub(crate) fn thinking(model: &ModelSettings, purpose: Purpose) -> Thinking {
    let kind = kind(&model.model);
    let strict = matches!(kind, Kind::Level(_)) && !model.model.contains("gpt-oss");
    let wanted = turns::effort(model, purpose);
    let mut thinking = Thinking { strict, ..Thinking::default() };
    let Some(wanted) = wanted else {
        // As long as it likes.
        thinking.room = if kind == Kind::Plain { 0 } else { room(Effort::Medium) };
        return thinking;
    };
    match kind {
        Kind::Plain if model.reasoning == Effort::Auto => {}
        Kind::Plain | Kind::Always => {
            if model.reasoning != Effort::Auto {
                thinking.fields.push(level(model.provider, wanted));
            }
            thinking.room = room(if kind == Kind::Always { Effort::Medium } else { wanted });
        }
        Kind::Level(least) => {
            let wanted = allowed(wanted, least);
            thinking.fields.push(level(model.provider, wanted));
            thinking.room = room(wanted);
        }
        Kind::Switch => {
            let on = !matches!(wanted, Effort::None | Effort::Minimal);
            thinking.fields.extend(switch(model.provider, on, wanted));
            thinking.room = if on { room(wanted) } else { 0 };
        }
    }
    thinking
}

/// The nearest that a model takes: those that know `none` do not know `minimal`.
fn allowed(wanted: Effort, least: Effort) -> Effort {
    match (wanted, least) {
        (Effort::Minimal, Effort::None) => Effort::Low,
        (wanted, least) => wanted.max(least),
    }
}

/// Tokens to think with.
const fn room(effort: Effort) -> u32 {
    match effort {
        Effort::None => 0,
        Effort::Minimal => 1_024,
        Effort::Low => 2_048,
        Effort::Auto | Effort::Medium => 8_192,
        Effort::High => 16_384,
    }
}

fn level(provider: Provider, effort: Effort) -> (&'static str, Value) {
    match provider {
        Provider::OpenRouter => ("reasoning", json!({ "effort": effort.as_str() })),
        _ => ("reasoning_effort", json!(effort.as_str())),
    }
}

fn switch(provider: Provider, on: bool, effort: Effort) -> Option<(&'static str, Value)> {
    Some(match provider {
        Provider::DeepSeek => {
            ("thinking", json!({ "type": if on { "enabled" } else { "disabled" } }))
        }
        Provider::Groq => ("reasoning_effort", json!(if on { "default" } else { "none" })),
        Provider::OpenRouter if !on => ("reasoning", json!({ "enabled": false })),
        Provider::Together => ("reasoning", json!({ "enabled": on })),
        Provider::OpenRouter | Provider::Fireworks | Provider::LiteLlm => {
            let effort = if on { effort } else { Effort::None };
            return Some(level(provider, effort));
        }
        Provider::OpenAiCompatible
        | Provider::Vllm
        | Provider::LlamaCpp
        | Provider::LmStudio
        | Provider::Tgi => ("chat_template_kwargs", json!({ "enable_thinking": on })),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::wire::sample;

    #[test]
    fn a_suggestion_is_thought_about_as_little_as_the_model_can() {
        for (provider, model, want) in [
            ("openai", "gpt-4.1-mini", None),
            ("openai", "gpt-4o", None),
            ("openai", "o4-mini", Some(json!({ "reasoning_effort": "low" }))),
            ("openai", "gpt-5-mini", Some(json!({ "reasoning_effort": "minimal" }))),
            ("openai", "gpt-5-2025-08-07", Some(json!({ "reasoning_effort": "minimal" }))),
            ("openai", "gpt-5.2", Some(json!({ "reasoning_effort": "none" }))),
            ("openai", "gpt-5-chat-latest", None),
            ("openai", "gpt-5.1-codex", Some(json!({ "reasoning_effort": "low" }))),
            ("openai", "gpt-5-pro", Some(json!({ "reasoning_effort": "high" }))),
            ("openrouter", "openai/gpt-5.1", Some(json!({ "reasoning": { "effort": "none" } }))),
            ("openrouter", "qwen/qwen3-32b", Some(json!({ "reasoning": { "enabled": false } }))),
            ("groq", "openai/gpt-oss-20b", Some(json!({ "reasoning_effort": "low" }))),
            ("groq", "qwen/qwen3-32b", Some(json!({ "reasoning_effort": "none" }))),
            ("groq", "llama-3.3-70b-versatile", None),
            (
                "vllm",
                "Qwen/Qwen3-8B",
                Some(json!({ "chat_template_kwargs": { "enable_thinking": false } })),
            ),
            ("vllm", "Qwen/Qwen3-Coder-30B-A3B-Instruct", None),
            ("deepseek", "deepseek-v4", Some(json!({ "thinking": { "type": "disabled" } }))),
            ("deepseek", "deepseek-reasoner", None),
        ] {
            let model = sample::model(provider, model, &json!({}));
            let fields = thinking(&model, Purpose::Completion).fields;
            let got: Option<Value> = (!fields.is_empty()).then(|| fields.into_iter().collect());
            assert_eq!(got, want, "{}", model.model);
        }
    }

    #[test]
    fn what_is_configured_goes_to_the_nearest_that_the_model_takes() {
        for (model, effort, want) in [
            ("gpt-5", Effort::None, "minimal"),
            ("gpt-5.1", Effort::Minimal, "low"),
            ("gpt-5.1", Effort::None, "none"),
            ("o3", Effort::Minimal, "low"),
            ("o3", Effort::High, "high"),
            ("house-model", Effort::Medium, "medium"),
        ] {
            let mut settings = sample::model("openai", model, &json!({}));
            settings.reasoning = effort;
            let thinking = thinking(&settings, Purpose::Chat);
            assert_eq!(thinking.fields, [("reasoning_effort", json!(want))], "{model}");
            assert_eq!(thinking.room == 0, want == "none", "{model}");
        }
        let quiet = thinking(&sample::model("openai", "o3", &json!({})), Purpose::Chat);
        assert_eq!((quiet.fields.len(), quiet.room), (0, 8_192));
    }
}
