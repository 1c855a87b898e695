//! `openai-compatible`: the requests.

use super::*;

/// The body of the only request.
async fn body(doc: &Doc, backend: &FakeBackend, by_hand: bool) -> Value {
    if by_hand { doc.invoked() } else { doc.automatic() }.result().await;
    let requests = backend.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].path, "/v1/completions");
    assert_eq!(requests[0].header("content-type"), Some("application/json"));
    requests[0].body.clone()
}

#[tokio::test]
async fn the_request_of_a_model_that_fills_in_the_middle() {
    let (backend, doc) = open("openai-compatible", json!({})).await;
    let want = json!({
        "model": "qwen2.5-coder:1.5b",
        "prompt": "<|fim_prefix|>fn a() {\n<|fim_suffix|>\n}\n<|fim_middle|>    let b = ",
        "max_tokens": 256,
        "temperature": 0.0,
        "stream": true,
        "stop": ["<|endoftext|>", "<|im_end|>", "<|fim_pad|>", "<|file_sep|>"],
        "stream_options": { "include_usage": true },
    });
    let got = body(&doc, &backend, false).await;
    assert_eq!(got["prompt"], want["prompt"]);
    let stops = got["stop"].as_array().unwrap();
    assert!(stops.len() <= 4 && stops.contains(&json!("<|endoftext|>")), "{stops:?}");
    assert_eq!(with(got, json!({ "stop": want["stop"] })), want);
}

#[tokio::test]
async fn settings_reach_the_request() {
    let change = json!({
        "model": "codellama-7b", "max_output_tokens": 64, "temperature": 0.3,
        "stop": ["END", "FIN"],
    });
    let (backend, doc) = open("openai-compatible", change).await;
    let got = body(&doc, &backend, false).await;
    assert_eq!(got["prompt"], "<PRE> fn a() {\n <SUF>\n}\n <MID>    let b = ");
    assert_eq!((&got["max_tokens"], &got["temperature"]), (&json!(64), &json!(0.3)));
    let stops = got["stop"].as_array().unwrap();
    assert_eq!(stops[..2], [json!("END"), json!("FIN")]);
    assert!(stops.len() <= 4);
}

#[tokio::test]
async fn by_suffix_and_by_a_template_of_ones_own() {
    let (backend, doc) = open("openai-compatible", json!({ "template": "suffix" })).await;
    let got = body(&doc, &backend, false).await;
    assert_eq!(got["prompt"], "fn a() {\n    let b = ");
    assert_eq!(got["suffix"], "\n}\n");
    assert_eq!(got.get("stop"), None);
    let template = json!({ "template": "A{prefix}B{suffix}C{middle}" });
    let (backend, doc) = open("openai-compatible", template).await;
    let got = body(&doc, &backend, false).await;
    assert_eq!(got["prompt"], "Afn a() {\nB\n}\nC    let b = ");
    assert_eq!(got.get("suffix"), None);
}

#[tokio::test]
async fn by_hand_several_answers_are_asked_for() {
    let (backend, doc) = open("openai-compatible", json!({})).await;
    let got = body(&doc, &backend, true).await;
    assert_eq!(got["n"], 3);
    assert!(got["temperature"].as_f64().unwrap() > 0.0, "or all would be the same");
}

#[tokio::test]
async fn what_a_server_refuses_is_left_out_and_remembered() {
    let (backend, mut doc) = open("openai-compatible", json!({})).await;
    backend.when("stream_options", Reply::status(400));
    for number in 1..4 {
        assert_eq!(doc.automatic().texts().await, ["fake_answer"]);
        assert_eq!(backend.requests().len(), number + 1, "only the first is sent twice");
        doc.type_text("x");
    }
    let (backend, doc) = open("openai-compatible", json!({})).await;
    backend.when("\"n\":", Reply::status(400));
    assert_eq!(doc.invoked().texts().await, ["fake_answer"]);
    let last = backend.requests().pop().unwrap();
    assert_eq!(last.body.get("n"), None);
}

#[tokio::test]
async fn a_url_with_or_without_v1_is_the_same() {
    for path in ["", "/", "/v1", "/v1/"] {
        let backend = FakeBackend::start().await;
        let url = format!("{}{path}", backend.url());
        let editor = Editor::start(&options("openai-compatible", &url)).await;
        let doc = editor.open("untitled:a.rs", "rust", TEXT);
        assert_eq!(doc.automatic().texts().await, ["fake_answer"], "{path}");
        assert_eq!(backend.requests()[0].path, "/v1/completions");
    }
}

#[tokio::test]
async fn the_context_window_that_vllm_tells_is_kept() {
    let list = json!({ "data": [{ "id": "qwen2.5-coder:1.5b", "max_model_len": 1_024 }] });
    let (backend, doc) =
        open_with("openai-compatible", json!({}), |backend| backend.get("/v1/models", list)).await;
    let long = "let other = 1;\n".repeat(2_000);
    let doc = doc.editor.open("untitled:b.rs", "rust", &format!("{long}$0\n{long}"));
    doc.automatic().result().await;
    let prompt = backend.requests()[0].prompt().whole.len();
    assert!((1_000..3 * (1_024 - 256)).contains(&prompt), "{prompt}");
}

/// An `authorization` of the user's own stands in for the key's.
#[tokio::test]
async fn there_is_one_authorization() {
    let backend = FakeBackend::start().await;
    let change = json!({ "models": { "m": {
        "api_key": { "env": "CARGO_MANIFEST_DIR" }, "headers": { "Authorization": "Basic blue" },
    } }, "completion": { "model": "m" } });
    let options = with(options("openai-compatible", &backend.url()), change);
    let editor = Editor::start(&options).await;
    let doc = editor.open("untitled:a.rs", "rust", TEXT);
    assert_eq!(doc.automatic().texts().await, ["fake_answer"]);
    let request = &backend.requests()[0];
    let all = request.headers.iter().filter(|(name, _)| name == "authorization");
    assert_eq!(all.map(|(_, value)| value.as_str()).collect::<Vec<_>>(), ["Basic blue"]);
}

/// The key goes to its endpoint as a bearer token and nowhere else; what is shown of anything
/// never has it.
#[tokio::test]
async fn the_key_goes_to_its_endpoint_alone() {
    // What every environment has: a variable with a text that is no key.
    let secret = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    let (with_key, without) = (FakeBackend::start().await, FakeBackend::start().await);
    let change = json!({
        "models": {
            "m": { "api_key": { "env": "CARGO_MANIFEST_DIR" }, "headers": { "X-Team": "blue" } },
            "n": { "provider": "openai-compatible", "url": without.url(), "model": "qwen" },
        },
        "completion": { "model": "m", "fallback": ["n"] },
    });
    let editor = Editor::start(&with(options("openai-compatible", &with_key.url()), change)).await;
    let doc = editor.open("untitled:a.rs", "rust", TEXT);
    with_key.answer(Reply::status(500));
    assert_eq!(doc.automatic().texts().await, ["fake_answer"]);
    let request = &with_key.requests()[0];
    assert_eq!(request.header("authorization"), Some(format!("Bearer {secret}").as_str()));
    assert_eq!(request.header("x-team"), Some("blue"));
    let other = &without.requests()[0];
    assert_eq!((other.header("authorization"), other.header("x-team")), (None, None));
    with_key.answer(Reply::status(401));
    without.answer(Reply::status(401));
    assert!(doc.invoked().texts().await.is_empty());
    let status = editor.status("error").await.to_string();
    let said: String = ["window/logMessage", "window/showMessage", "foretype/status"]
        .iter()
        .flat_map(|method| editor.notifications(method))
        .map(|params| params.to_string())
        .collect();
    assert!(!status.contains(&secret) && !said.contains(&secret));
}

#[tokio::test]
async fn a_key_that_is_not_there_is_told_and_nothing_is_sent() {
    let key = json!({ "api_key": { "env": "FORETYPE_TEST_NO_SUCH_VARIABLE" } });
    let backend = FakeBackend::start().await;
    let change = json!({ "models": { "m": key } });
    let editor = Editor::start(&with(options("openai-compatible", &backend.url()), change)).await;
    let doc = editor.open("untitled:a.rs", "rust", TEXT);
    assert!(doc.automatic().texts().await.is_empty());
    assert_eq!(backend.requests().len(), 0);
    let status = editor.status("error").await;
    assert!(status["reason"].as_str().unwrap().contains("FORETYPE_TEST_NO_SUCH_VARIABLE"));
}
