//! How answers are read: cut anywhere, with what servers put between the pieces.

use std::time::Instant;

use super::*;

#[tokio::test]
async fn a_stream_cut_at_every_byte_is_the_same_text() {
    let answer = "\n    größe(\"日本\", '👩‍💻');\n    let ß = 1;\n}";
    for provider in ["openai-compatible", "llama-cpp", "ollama"] {
        for pieces in [1, 2, 3, 7] {
            let (backend, doc) = open(provider, json!({})).await;
            backend.answer(Reply::text(answer).in_pieces_of(pieces));
            let doc = doc.editor.open("untitled:b.rs", "rust", "fn a() {$0\n");
            assert_eq!(doc.automatic().texts().await, [answer], "{provider} in {pieces}");
        }
    }
}

#[tokio::test]
async fn comments_blank_events_and_unknown_fields_are_passed_over() {
    let event = |text: &str| {
        let choice = json!({ "index": 0, "text": text, "finish_reason": null });
        json!({ "choices": [choice], "system_fingerprint": "x" }).to_string()
    };
    let streams = [
        format!(": ping\n\ndata: {}\n\n: ping\n\ndata: {}\n\n", event("al"), event("pha")),
        format!("\u{feff}data: {}\r\n\r\nid: 7\r\ndata:{}\r\n\r\n", event("al"), event("pha")),
        format!("event: x\nretry: 10\ndata: {}\n\ndata\n\ndata: {}\n\n", event("al"), event("pha")),
        format!("data: {{}}\n\ndata: {{\"choices\":[]}}\n\ndata: {}\n\n", event("alpha")),
        format!("data: {{\"choices\":null}}\n\ndata: {}\n\n", event("alpha")),
    ];
    for (number, stream) in streams.iter().enumerate() {
        let (backend, doc) = open("openai-compatible", json!({})).await;
        backend.script([Reply::text("").gated()]);
        let reply = doc.automatic();
        let call = backend.next_call().await;
        assert!(call.send_raw(stream.as_bytes()).await);
        assert!(call.send_raw(b"data: [DONE]\n\n").await && call.finish().await);
        assert_eq!(reply.texts().await, ["alpha"], "stream {number}");
    }
}

#[tokio::test]
async fn nothing_after_done_counts() {
    let (backend, doc) = open("openai-compatible", json!({})).await;
    backend.script([Reply::text("").gated()]);
    let reply = doc.automatic();
    let call = backend.next_call().await;
    let event = json!({ "choices": [{ "index": 0, "text": "alpha" }] });
    let late = json!({ "choices": [{ "index": 0, "text": "omega" }] });
    let stream = format!("data: {event}\n\ndata: [DONE]\n\ndata: {late}\n\n");
    assert!(call.send_raw(stream.as_bytes()).await);
    assert_eq!(reply.texts().await, ["alpha"]);
}

/// Candidates come in any order and number.
#[tokio::test]
async fn candidates_are_told_apart_by_index() {
    let (backend, doc) = open("openai-compatible", json!({})).await;
    backend.script([Reply::text("").gated()]);
    let reply = doc.invoked();
    let call = backend.next_call().await;
    for (index, text) in [(2, "th"), (0, "o"), (1, "two()"), (2, "ree()"), (0, "ne()"), (7, "x")] {
        assert!(call.send_candidate(index, text).await);
    }
    assert!(call.finish().await);
    assert_eq!(reply.texts().await, ["one()", "two()", "three()"]);
}

#[tokio::test]
async fn a_line_without_end_is_no_answer() {
    for provider in ["openai-compatible", "llama-cpp", "ollama"] {
        let (backend, doc) = open(provider, json!({})).await;
        backend.script([Reply::text("").gated()]);
        let reply = doc.automatic();
        let call = backend.next_call().await;
        let megabyte = vec![b'x'; 1 << 20];
        // Until the client has had enough of it, long before the idle time-out.
        let began = Instant::now();
        while call.send_raw(&megabyte).await {
            assert!(began.elapsed().as_secs() < 8, "{provider}: it takes whatever comes");
        }
        assert!(reply.texts().await.is_empty(), "{provider}");
        call.closed().await;
    }
}

/// Text, blank lines, one event's lines: whatever a server goes on sending, there is an end.
#[tokio::test]
async fn a_server_that_heeds_no_limit_is_left() {
    let text = |text: &str| json!({ "choices": [{ "index": 0, "text": text }] }).to_string();
    let (blanks, one_line) = (text(&"\n".repeat(4_000)), text(&"x".repeat(4_000)));
    for (name, piece) in [
        ("blank lines", format!("data: {blanks}\n\n")),
        ("one line", format!("data: {one_line}\n\n")),
        ("one event", format!("data: {}\n", "x".repeat(64 * 1024))),
    ] {
        let (backend, doc) = open("openai-compatible", json!({})).await;
        backend.script([Reply::text("").gated()]);
        let reply = doc.automatic();
        let call = backend.next_call().await;
        let began = Instant::now();
        while call.send_raw(piece.as_bytes()).await {
            assert!(began.elapsed().as_secs() < 8, "{name}: it takes whatever comes");
        }
        assert!(reply.texts().await.is_empty(), "{name}");
        call.closed().await;
    }
}

/// What only keeps a connection alive is no token.
#[tokio::test]
async fn comments_do_not_put_a_time_out_off() {
    let (backend, doc) = open("openai-compatible", json!({ "first_token_timeout_ms": 300 })).await;
    backend.script([Reply::text("").gated()]);
    let reply = doc.automatic();
    let call = backend.next_call().await;
    let began = Instant::now();
    while call.send_raw(b": ping\n\n").await {
        assert!(began.elapsed().as_secs() < 8, "it waits for ever");
    }
    assert!(reply.texts().await.is_empty());
}

/// A server whose chat template opens the mark of thoughts in the prompt sends only the closing one.
#[tokio::test]
async fn thoughts_that_nothing_opens_are_left_out_where_they_are_to_be_expected() {
    use foretype::backend::{Ask, ChatAsk, Delta, Priority};
    use foretype::config::{Layers, Paths, Purpose};
    use foretype::prompt::{budget::Budget, chat::ChatPrompt};
    use futures::StreamExt;

    let backend = FakeBackend::start().await;
    backend.answer(Reply::tokens(["secret", " thoughts</th", "ink>\n\n", "a + b"]));
    let texts = async |model: &str, purpose: Purpose, times: usize| {
        let model = json!({ "models": { "m": { "model": model } } });
        let mut layers = Layers::default();
        let options = with(options("openai-compatible", &backend.url()), model);
        layers.set_initialization(Some(&options));
        let settings = layers.resolve().settings;
        let services = foretype::services::Services::new(Paths::default(), true);
        let completer = services.completer(&settings.models["m"]);
        let mut texts = Vec::new();
        for _ in 0..times {
            let redact = foretype::guard::redact;
            let prompt = ChatPrompt::question(redact("Short."), redact("Add."));
            let budget = Budget { context_tokens: 4_096, max_output_tokens: 64 };
            let prompt = budget.fit_chat(prompt);
            let ask = Ask::Chat(ChatAsk { prompt, purpose, priority: Priority::Invoked });
            let deltas: Vec<_> = completer.backend().stream(ask).collect().await;
            let text =
                |delta| if let Ok(Delta::Text { text, .. }) = delta { Some(text) } else { None };
            texts.push(deltas.into_iter().filter_map(text).collect::<String>());
        }
        texts
    };
    let shown = "secret thoughts</think>\n\na + b";
    assert_eq!(texts("deepseek-r1", Purpose::Completion, 1).await, ["a + b"]);
    assert_eq!(texts("some-model", Purpose::Chat, 2).await, [shown, "a + b"]);
}
