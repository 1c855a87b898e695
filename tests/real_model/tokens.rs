//! What llama.cpp's own tokenizer makes of a prompt is learnt from it, after a request.

use std::sync::Arc;
use std::time::{Duration, Instant};

use foretype::backend::{Ask, FimAsk, Priority};
use foretype::config::{Layers, Paths};
use foretype::guard::redact;
use foretype::prompt::FimPrompt;
use foretype::prompt::budget::{Budget, estimate};
use foretype::services::Services;
use futures::StreamExt;
use serde_json::json;

use super::setting::{loaded, real};

#[test]
fn the_budget_is_that_of_its_own_tokenizer_after_one_request() {
    let Some(real) = real(false, 1) else { return };
    loaded(&real);
    let mut layers = Layers::default();
    let model = json!({ "provider": "llama-cpp", "url": real.url(), "model": "m" });
    // Nobody waits for it, and other tests run beside it.
    let patient = json!({ "first_token_timeout_ms": 120_000, "total_timeout_ms": 180_000 });
    let options = json!({ "models": { "m": model }, "completion": patient });
    layers.set_initialization(Some(&options));
    let model = Arc::clone(&layers.resolve().settings.models["m"]);
    let services = Services::new(Paths::default(), true);
    let completer = services.completer(&model);
    let endpoint = Arc::clone(completer.endpoint());
    let code = "    total = total + price_of(items[index], currency)\n".repeat(16);
    let prompt = FimPrompt { prefix: redact(&code), ..FimPrompt::default() };
    let prompt = Budget { context_tokens: 4_096, max_output_tokens: 4 }.fit(prompt);
    assert_eq!(prompt.prompt().prefix.as_str(), code);
    let priority = Priority::Invoked;
    let ask = Ask::Fim(FimAsk { prompt, candidates: 1, one_line: true, priority });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let counted = runtime.block_on(async {
        let mut deltas = completer.backend().stream(ask);
        while let Some(delta) = deltas.next().await {
            delta.unwrap();
        }
        drop(deltas);
        let began = Instant::now();
        while !endpoint.density.is_exact() {
            assert!(began.elapsed() < Duration::from_secs(60));
            tokio::task::yield_now().await;
        }
        let body = json!({ "content": code, "add_special": false });
        let said = endpoint.ask("/tokenize", Some(&body)).await.unwrap();
        u32::try_from(said["tokens"].as_array().unwrap().len()).unwrap()
    });
    let estimated = u32::try_from(estimate(&code)).unwrap();
    // So many tokens hold nearly as much of this code as they do.
    let fits = endpoint.density.estimated(counted);
    assert!(fits <= estimated && fits * 12 / 10 >= estimated, "{fits} {estimated} {counted}");
    assert_ne!(counted, estimated);
}
