//! What an answer cost, and why it ended, as each wire format tells it.

use foretype::backend::{Ask, Delta, FimAsk, FinishReason, Priority, Usage};
use foretype::config::{KeySource, Layers, ModelSettings, Paths};
use foretype::guard::redact;
use foretype::prompt::FimPrompt;
use foretype::prompt::budget::Budget;
use foretype::services::Services;
use futures::StreamExt;

use super::support::fake_backend::PROMPT_TOKENS;
use super::*;

async fn deltas(provider: &str, reply: Reply) -> Vec<Delta> {
    let backend = FakeBackend::start().await;
    backend.answer(reply);
    let mut layers = Layers::default();
    layers.set_initialization(Some(&options(provider, &backend.url())));
    let settings = layers.resolve().settings;
    let services = Services::new(Paths::default(), true);
    let completer = services.completer(&settings.models["m"]);
    let budget = Budget { context_tokens: 4_096, max_output_tokens: 64 };
    let prompt = FimPrompt { prefix: redact("let a = "), ..FimPrompt::default() };
    let ask = Ask::Fim(FimAsk {
        prompt: budget.fit(prompt),
        candidates: 1,
        one_line: true,
        priority: Priority::Fresh,
    });
    assert!(!format!("{ask:?}").contains("let a"), "no text in what may be logged");
    let stream = completer.backend().stream(ask);
    stream.map(|delta| delta.expect("no error")).collect().await
}

#[tokio::test]
async fn usage_and_finish_reason_are_read() {
    for provider in ["openai-compatible", "llama-cpp", "ollama"] {
        for (said, reason) in [("stop", FinishReason::Stop), ("length", FinishReason::Length)] {
            let reply = Reply::tokens(["al", "pha", "()"]).finish_reason(said);
            let deltas = deltas(provider, reply).await;
            let text: String = deltas
                .iter()
                .filter_map(|delta| match delta {
                    Delta::Text { index: 0, text } => Some(text.as_str()),
                    _ => None,
                })
                .collect();
            assert_eq!(text, "alpha()", "{provider}");
            assert!(deltas.contains(&Delta::Finished { index: 0, reason }), "{provider} {said}");
            let usages: Vec<Usage> = deltas
                .iter()
                .filter_map(|delta| match delta {
                    Delta::Usage(usage) => Some(*usage),
                    _ => None,
                })
                .collect();
            assert_eq!(usages.len(), 1, "{provider}");
            assert_eq!(usages[0].prompt_tokens, Some(PROMPT_TOKENS as u64), "{provider}");
            assert_eq!(usages[0].output_tokens, Some(3), "{provider}");
            if provider == "llama-cpp" {
                assert_eq!(usages[0].cached_tokens, Some(0));
            }
        }
    }
}

/// A provider's usual variable that is not set is named once the server wants a key.
#[tokio::test]
async fn a_key_that_nobody_named_is_told_by_its_variable() {
    let backend = FakeBackend::start().await;
    backend.answer(Reply::status(401));
    for (source, told) in [
        (
            KeySource::Usual("FORETYPE_TEST_UNSET"),
            "set the environment variable `FORETYPE_TEST_UNSET`",
        ),
        (KeySource::None, "set or renew `api_key`"),
    ] {
        let mut layers = Layers::default();
        layers.set_initialization(Some(&options("openai-compatible", &backend.url())));
        let mut model = ModelSettings::clone(&layers.resolve().settings.models["m"]);
        model.api_key = source;
        let services = Services::new(Paths::default(), true);
        let completer = services.completer(&std::sync::Arc::new(model));
        let budget = Budget { context_tokens: 4_096, max_output_tokens: 64 };
        let prompt = FimPrompt { prefix: redact("let a = "), ..FimPrompt::default() };
        let ask = Ask::Fim(FimAsk {
            prompt: budget.fit(prompt),
            candidates: 1,
            one_line: true,
            priority: Priority::Fresh,
        });
        let error = completer.backend().stream(ask).next().await.unwrap().unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
}
