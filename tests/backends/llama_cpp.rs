//! `llama-cpp`: the requests.

use super::*;

#[tokio::test]
async fn infill_has_every_field() {
    let (backend, doc) = open("llama-cpp", json!({})).await;
    doc.automatic().result().await;
    let request = backend.requests().remove(0);
    assert_eq!(request.path, "/infill");
    let want = json!({
        "n_predict": 256,
        "t_max_predict_ms": 12_000,
        "cache_prompt": true,
        "temperature": 0.0,
        "stream": true,
        "input_extra": [],
        "input_prefix": "fn a() {\n",
        "input_suffix": "\n}\n",
        "prompt": "    let b = ",
    });
    assert_eq!(request.body, want);
    assert_eq!(request.header("authorization"), None);
}

#[tokio::test]
async fn a_block_may_take_longer_than_a_line() {
    let (backend, doc) = open("llama-cpp", json!({})).await;
    let doc = doc.editor.open("untitled:b.rs", "rust", "fn a() {$0\n}\n");
    doc.automatic().result().await;
    assert!(backend.requests()[0].body["t_max_predict_ms"].as_u64().unwrap() > 3_000);
}

#[tokio::test]
async fn a_model_that_cannot_fill_in_is_asked_by_completion_from_then_on() {
    let prepare = |backend: &FakeBackend| backend.model(|model| model.fim_tokens = false);
    let (backend, mut doc) = open_with("llama-cpp", json!({}), prepare).await;
    assert_eq!(doc.automatic().texts().await, ["fake_answer"]);
    doc.type_text("x");
    assert_eq!(doc.automatic().texts().await, ["fake_answer"]);
    let requests = backend.requests();
    let paths: Vec<_> = requests.iter().map(|request| request.path.as_str()).collect();
    assert_eq!(paths, ["/infill", "/completion", "/completion"]);
    let prompt = "<|fim_prefix|>fn a() {\n<|fim_suffix|>\n}\n<|fim_middle|>    let b = ";
    assert_eq!(requests[1].body["prompt"], prompt);
    assert_eq!(requests[1].body["cache_prompt"], true);
}

#[tokio::test]
async fn a_named_template_goes_by_completion_at_once() {
    let (backend, doc) = open("llama-cpp", json!({ "template": "starcoder" })).await;
    doc.automatic().result().await;
    let request = backend.requests().remove(0);
    assert_eq!(request.path, "/completion");
    let prompt = "<fim_prefix>fn a() {\n<fim_suffix>\n}\n<fim_middle>    let b = ";
    assert_eq!(request.body["prompt"], prompt);
    assert!(request.body["stop"].as_array().unwrap().len() <= 4);
}

#[tokio::test]
async fn the_context_size_of_props_is_respected() {
    let prepare = |backend: &FakeBackend| backend.model(|model| model.n_ctx = 1_024);
    let (backend, doc) = open_with("llama-cpp", json!({}), prepare).await;
    let long = "let other = 1;\n".repeat(2_000);
    let doc = doc.editor.open("untitled:b.rs", "rust", &format!("{long}$0\n{long}"));
    doc.automatic().result().await;
    let prompt = backend.requests()[0].prompt();
    let size = prompt.prefix.len() + prompt.suffix.len();
    assert!((1_000..3 * (1_024 - 256)).contains(&size), "{size}");
}

#[tokio::test]
async fn several_answers_only_as_far_as_there_are_slots() {
    for (slots, n) in [(1, None), (2, Some(2)), (8, Some(3))] {
        let props = json!({
            "default_generation_settings": { "n_ctx": 8_192 },
            "total_slots": slots, "model_path": "/m/qwen2.5-coder.gguf",
        });
        let (backend, doc) =
            open_with("llama-cpp", json!({}), |backend| backend.get("/props", props)).await;
        doc.invoked().result().await;
        let body = &backend.requests()[0].body;
        assert_eq!(body.get("n").and_then(Value::as_u64), n, "{slots} slots");
    }
}

#[tokio::test]
async fn its_tokenizer_is_asked_once_of_each_text_and_then_more_fits() {
    for (provider, server) in [("llama-cpp", Server::Any), ("openai-compatible", Server::Vllm)] {
        let prepare = |backend: &FakeBackend| backend.model(|model| model.server = server);
        let model = json!({ "context_tokens": 1_024, "max_output_tokens": 64 });
        let (backend, doc) = open_with(provider, model, prepare).await;
        let line = "    let total = total + price_of(&item);\n";
        let text = format!("fn a() {{\n{}    $0\n}}\n", line.repeat(600));
        let mut doc = doc.editor.open("untitled:b.rs", "rust", &text);
        let began = std::time::Instant::now();
        let mut lengths: Vec<usize> = Vec::new();
        // The fake makes a token of four bytes, which is less than is assumed.
        while lengths.last() <= lengths.first() || lengths.len() < 2 {
            doc.invoked().result().await;
            lengths.push(backend.requests().pop().unwrap().prompt().prefix.len());
            doc.type_text("a");
            assert!(began.elapsed().as_secs() < 15, "{provider}: {lengths:?}");
        }
        // What stays as it is is not asked of again.
        for _ in 0..3 {
            doc.type_text("a");
            doc.invoked().result().await;
            settle(&doc.editor).await;
        }
        let asked: Vec<String> = backend
            .gets()
            .into_iter()
            .filter(|asked| asked.path == "/tokenize")
            .map(|asked| asked.raw)
            .collect();
        let once: std::collections::BTreeSet<_> = asked.iter().collect();
        assert!(!asked.is_empty() && asked.len() == once.len(), "{provider}: {}", asked.len());
    }
}
