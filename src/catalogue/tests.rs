use super::*;
use crate::config::Layers;

#[test]
fn the_file_can_be_read() {
    let read: Result<Catalogue, _> = toml::from_str(include_str!("../../data/models.toml"));
    let read = read.unwrap();
    assert_eq!(read.date.len(), "2026-01-01".len());
    for known in &read.family {
        assert!(!known.names.is_empty());
        for name in &known.names {
            assert_eq!(*name, plain(name), "not in the spelling that is looked for");
            let found = find(name).unwrap();
            assert!(std::ptr::eq(found, CATALOGUE.family.iter().find(|it| *it == known).unwrap()));
        }
        for provider in &known.sold_by {
            assert!(known.price.is_some(), "{:?}", known.names);
            let every = <Provider as crate::config::values::Word>::EVERY;
            assert!(every.iter().any(|it| it.as_str() == provider), "{provider}");
        }
        assert!(known.output.is_none_or(|output| known.context.is_some_and(|all| output <= all)));
    }
}

#[test]
fn names_as_servers_have_them() {
    for (name, context, fim) in [
        ("gpt-4.1-mini-2025-04-14", Some(1_047_576), false),
        ("openai/gpt-4o-mini", Some(128_000), false),
        ("gpt-4o-2024-08-06", Some(128_000), false),
        ("claude-sonnet-4-5-20250929", Some(200_000), false),
        ("us.anthropic.claude-opus-4-5-20251101-v1:0", Some(200_000), false),
        ("claude-something-new", Some(200_000), false),
        ("qwen2.5-coder:1.5b", Some(32_768), true),
        ("Qwen/Qwen2.5-Coder-7B-Instruct", Some(32_768), true),
        ("qwen2.5-coder-1.5b-q8_0.gguf", Some(32_768), true),
        ("accounts/fireworks/models/qwen2p5-coder-32b-instruct", Some(32_768), true),
        ("meta-llama/Meta-Llama-3.1-8B-Instruct", Some(131_072), false),
        ("codestral-2508", Some(128_000), true),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", Some(128_000), false),
        ("models/gemini-2.5-flash-lite", Some(1_048_576), false),
        ("my-own-model", None, false),
        ("gpt", None, false),
        ("", None, false),
    ] {
        let found = find(name);
        assert_eq!(found.and_then(|known| known.context), context, "{name}");
        assert_eq!(found.is_some_and(|known| known.fim), fim, "{name}");
    }
    assert_ne!(find("gpt-4o"), find("gpt-4o-mini"));
}

fn model(toml: &str) -> std::sync::Arc<ModelSettings> {
    let mut layers = Layers::default();
    layers.set_user(Some(("config.toml".into(), format!("[models.m]\n{toml}"))));
    std::sync::Arc::clone(&layers.resolve().settings.models["m"])
}

#[test]
fn a_price_is_the_vendor_s_own() {
    let named = "model = 'gpt-4.1'\n";
    for (toml, input) in [
        ("provider = 'openai'", Some((2.0, Source::Catalogue))),
        (
            "provider = 'openai'\nprice = { input = 7, output = 8 }",
            Some((7.0, Source::Configuration)),
        ),
        ("provider = 'openai'\nurl = 'https://gateway.example'", None),
        ("provider = 'openai-compatible'\nurl = 'https://gateway.example'", None),
        (
            "provider = 'azure-openai'\nurl = 'https://x.openai.azure.com'",
            Some((2.0, Source::Catalogue)),
        ),
        ("provider = 'openrouter'", None),
    ] {
        let found = price(&model(&format!("{named}{toml}")));
        assert_eq!(found.map(|(price, source)| (price.input, source)), input, "{toml}");
    }
}

#[test]
fn nothing_is_assumed_of_a_server_of_one_s_own() {
    for provider in ["ollama", "llama-cpp", "vllm", "lm-studio"] {
        let model = model(&format!("provider = '{provider}'\nmodel = 'qwen2.5-coder:1.5b'"));
        assert_eq!(of(&model), None, "{provider}");
    }
}
