use serde_json::json;

use super::*;
use crate::backend::wire::sample;

#[test]
fn each_model_makes_suggestions_in_the_way_that_serves_it() {
    for (provider, name, template, want) in [
        ("openai-compatible", "qwen2.5-coder:1.5b", "auto", Way::Format),
        ("openai-compatible", "house-model", "auto", Way::Hole),
        ("openai-compatible", "house-model", "suffix", Way::Suffix),
        ("openai-compatible", "house-model", "qwen", Way::Format),
        ("llama-cpp", "x", "auto", Way::Server),
        ("ollama", "x", "auto", Way::Server),
        ("openai", "gpt-4.1", "auto", Way::Hole),
        ("openai", "gpt-3.5-turbo-instruct", "suffix", Way::Suffix),
        ("azure-openai", "our-gpt", "auto", Way::Hole),
        ("anthropic", "claude-haiku-4-5", "auto", Way::Hole),
        ("gemini", "gemini-2.5-flash", "auto", Way::Hole),
        ("mistral", "codestral-latest", "auto", Way::Server),
        ("mistral", "mistral-small-latest", "auto", Way::Hole),
        ("deepseek", "deepseek-chat", "auto", Way::Server),
        ("deepseek", "deepseek-reasoner", "auto", Way::Hole),
        ("vllm", "Qwen/Qwen2.5-Coder-7B", "auto", Way::Format),
        ("vllm", "meta-llama/Llama-3.1-8B-Instruct", "auto", Way::Hole),
        ("lm-studio", "qwen2.5-coder-7b", "auto", Way::Format),
        ("litellm", "our-model", "auto", Way::Hole),
        ("openrouter", "qwen/qwen-2.5-coder-32b-instruct", "auto", Way::Hole),
        ("groq", "llama-3.3-70b-versatile", "auto", Way::Hole),
        ("hugging-face", "Qwen/Qwen2.5-Coder-7B", "auto", Way::Format),
        ("tgi", "bigcode/starcoder2-3b", "auto", Way::Format),
        ("together", "Qwen/Qwen2.5-Coder-32B-Instruct", "auto", Way::Format),
        ("fireworks", "accounts/fireworks/models/llama-v3p1-8b-instruct", "auto", Way::Hole),
    ] {
        let model = sample::model(provider, name, &json!({ "template": template }));
        assert_eq!(way(&model), want, "{provider} {name} {template}");
    }
    let mut model = sample::model("openai-compatible", "qwen2.5-coder", &json!({}));
    model.api = Api::Chat;
    assert_eq!(way(&model), Way::Hole);
    model = sample::model("openai", "gpt-3.5-turbo-instruct", &json!({}));
    model.api = Api::Completions;
    assert_eq!(way(&model), Way::Prefix);
    model = sample::model("tgi", "x", &json!({}));
    assert_eq!(way(&model), Way::Hole);
    model.model.clear();
    assert_eq!(way(&model), Way::Format, "the server tells");
    model = sample::model("hugging-face", "Qwen/Qwen2.5-Coder-7B", &json!({}));
    model.url = Provider::HuggingFace.default_url().unwrap_or_default().to_owned();
    assert_eq!(way(&model), Way::Hole);
}

#[test]
fn paths_are_the_providers_own() {
    let azure = "https://x.openai.azure.com";
    for (provider, url, version, of, want) in [
        ("openai", "https://api.openai.com/v1", None, Path::Chat, "/v1/chat/completions"),
        ("deepseek", "https://api.deepseek.com", None, Path::Completions, "/beta/completions"),
        ("deepseek", "https://api.deepseek.com", None, Path::Chat, "/chat/completions"),
        (
            "azure-openai",
            azure,
            None,
            Path::Chat,
            "/openai/deployments/our%20gpt/chat/completions?api-version=2024-10-21",
        ),
        (
            "azure-openai",
            azure,
            Some("2025-04-01-preview"),
            Path::Responses,
            "/openai/responses?api-version=2025-04-01-preview",
        ),
        (
            "azure-openai",
            "https://x.openai.azure.com/openai/v1/",
            None,
            Path::Chat,
            "/v1/chat/completions",
        ),
        (
            "azure-openai",
            "https://x.openai.azure.com/openai/v1",
            Some("preview"),
            Path::Chat,
            "/v1/chat/completions?api-version=preview",
        ),
        (
            "azure-openai",
            "https://gw.example/openai/deployments/our-gpt",
            None,
            Path::Chat,
            "/chat/completions?api-version=2024-10-21",
        ),
    ] {
        let mut model = sample::model(provider, "our gpt", &json!({ "url": url }));
        model.api_version = version.map(str::to_owned);
        assert_eq!(path(&model, of), want, "{url}");
    }
}

#[test]
fn responses_are_asked_where_nothing_else_serves() {
    for (provider, name, want) in [
        ("openai", "gpt-5.1-codex-mini", true),
        ("openai", "o3-pro", true),
        ("openai", "gpt-5.1", false),
        ("litellm", "gpt-5.1-codex", false),
    ] {
        assert_eq!(by_responses(&sample::model(provider, name, &json!({}))), want, "{name}");
    }
}
