//! Dialects, scripts, gates and the HTTP of requests.

use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::{Value, json};

use super::client::{Raw, ask, events, post, raw_post, spawn, text_of};
use crate::support::fake_backend::{FakeBackend, Outcome, PROMPT_TOKENS, Prompt, Reply};

/// Path and body of one request in each dialect.
fn dialects() -> [(&'static str, Value); 13] {
    let turn = || json!([{"role": "user", "content": "p"}]);
    [
        ("/v1/completions", json!({"prompt": "p"})),
        ("/v1/chat/completions", json!({"messages": turn()})),
        ("/v1/fim/completions", json!({"prompt": "p", "suffix": "s"})),
        ("/infill", json!({"input_prefix": "p", "input_suffix": "s"})),
        ("/completion", json!({"prompt": "p"})),
        ("/api/generate", json!({"prompt": "p"})),
        ("/api/chat", json!({"messages": turn()})),
        ("/v1/responses", json!({"input": "p"})),
        ("/openai/deployments/d/chat/completions", json!({"messages": turn()})),
        ("/v1/messages", json!({"messages": turn(), "max_tokens": 9})),
        ("/v1beta/models/m:streamGenerateContent", gemini()),
        ("/generate_stream", json!({"inputs": "p"})),
        ("/generate", json!({"inputs": "p"})),
    ]
}

fn gemini() -> Value {
    json!({"contents": [{"role": "user", "parts": [{"text": "p"}]}]})
}

fn with(body: &Value, key: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[key] = value;
    body
}

#[tokio::test]
async fn every_dialect_streams_and_answers_whole() {
    let backend = FakeBackend::start().await;
    let text = "alpha(βeta)\n    return 1";
    backend.answer(text);
    for (number, (path, body)) in dialects().into_iter().enumerate() {
        for stream in [true, false] {
            // Two say it by their path alone.
            let stream = match path {
                "/v1beta/models/m:streamGenerateContent" | "/generate_stream" => true,
                "/generate" => false,
                _ => stream,
            };
            let (status, answer) = ask(&backend, path, &with(&body, "stream", json!(stream))).await;
            assert_eq!((status, text_of(&answer, 0).as_str()), (200, text), "{path}");
            assert_eq!(events(&answer).len() > 1, stream, "{path}: {answer}");
            let openai = path.ends_with("/completions");
            assert_eq!(answer.ends_with("data: [DONE]\n\n"), stream && openai, "{path}");
        }
        let record = &backend.requests()[number * 2];
        assert_eq!(
            (record.outcome, record.tokens_sent, record.status),
            (Outcome::Finished, 6, Some(200))
        );
        assert_eq!((record.path.as_str(), record.method.as_str()), (path, "POST"));
        let mut sent = record.body.clone();
        sent.as_object_mut().unwrap().remove("stream");
        assert_eq!(sent, body, "{path}");
    }
    let whole = ask(&backend, "/api/generate", &json!({"prompt": "p"})).await.1;
    assert_eq!(whole.lines().count(), 7, "Ollama streams unless told otherwise");
}

#[tokio::test]
async fn the_end_of_a_stream_tells_reason_and_usage() {
    let backend = FakeBackend::start().await;
    backend.answer(Reply::text("a b").finish_reason("length"));
    let asked = json!({"prompt": "p", "stream": true, "stream_options": {"include_usage": true}});
    let all = events(&ask(&backend, "/v1/completions", &asked).await.1);
    let last = all.last().unwrap();
    assert_eq!(last["choices"], json!([]));
    assert_eq!(last["usage"]["completion_tokens"], 2);
    assert_eq!(last["usage"]["prompt_tokens"], PROMPT_TOKENS);
    assert_eq!(all[0]["usage"], Value::Null);
    assert_eq!(all[2]["choices"][0]["finish_reason"], "length");
    let unasked = ask(&backend, "/v1/completions", &json!({"prompt": "p", "stream": true})).await.1;
    assert!(!unasked.contains("usage"));
    let llama = ask(&backend, "/completion", &json!({"prompt": "p", "stream": true})).await.1;
    assert_eq!(events(&llama).last().unwrap()["stop_type"], "limit");
    let ollama = ask(&backend, "/api/generate", &json!({"prompt": "p"})).await.1;
    assert_eq!(events(&ollama).last().unwrap()["done_reason"], "length");
}

#[tokio::test]
async fn candidates_come_in_turn_and_no_more_than_asked_for() {
    let backend = FakeBackend::start().await;
    backend.answer(Reply::candidates(["a b", "c", "d"]));
    for (stream, n, texts) in
        [(true, 2, ["a b", "c", ""]), (false, 3, ["a b", "c", "d"]), (true, 1, ["a b", "", ""])]
    {
        let body = json!({"prompt": "p", "n": n, "stream": stream});
        let answer = ask(&backend, "/v1/completions", &body).await.1;
        assert_eq!([0, 1, 2].map(|index| text_of(&answer, index)), texts, "{answer}");
    }
    let body = json!({"prompt": "p", "n": 2, "stream": true});
    let all = events(&ask(&backend, "/v1/completions", &body).await.1);
    let order: Vec<u64> =
        all.iter().map(|event| event["choices"][0]["index"].as_u64().unwrap()).collect();
    assert_eq!(order, [0, 1, 0, 0, 1]);
}

#[tokio::test]
async fn replies_come_by_rule_then_script_then_default() {
    let backend = FakeBackend::start().await;
    backend.answer("default");
    backend.script([
        Reply::text("first"),
        Reply::status(429).retry_after(2),
        Reply::tokens(["x", "y"]),
    ]);
    backend.when("needle", "rule");
    let say = async |prompt: &str| ask(&backend, "/completion", &json!({"prompt": prompt})).await;
    assert_eq!(text_of(&say("p").await.1, 0), "first");
    assert_eq!(text_of(&say("a needle").await.1, 0), "rule");
    let refused = post(&Client::new(), &backend, "/completion", &json!({"prompt": "p"}))
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "2");
    assert_eq!(refused.json::<Value>().await.unwrap()["error"]["type"], "rate_limit_error");
    assert_eq!(text_of(&say("p").await.1, 0), "xy");
    assert_eq!(text_of(&say("p").await.1, 0), "default");
}

#[tokio::test]
async fn a_gated_reply_waits_for_the_test() {
    let backend = FakeBackend::start().await;
    backend.answer(Reply::text("one two three").gated());
    let body = json!({"prompt": "p", "stream": true});
    let mut raw = Raw::connect(&backend).await;
    raw.send(&raw_post("/completion", &body)).await;
    let call = backend.next_call().await;
    assert_eq!((call.path(), call.number(), call.connection()), ("/completion", 0, 1));
    assert_eq!((call.body(), call.header("Host")), (&body, Some("x")));
    assert!(call.send_headers().await);
    assert!(raw.until("\r\n\r\n").await.starts_with("HTTP/1.1 200 OK\r\n"));
    call.send("own").await;
    raw.until("\"own\"").await;
    call.step().await;
    raw.until("\"one\"").await;
    call.send_raw(b"data: {\"content\":\"raw\"}\n\n").await;
    raw.until("\"raw\"").await;
    assert_eq!((call.outcome(), call.record().tokens_sent), (Outcome::Running, 2));
    call.release().await;
    let rest = raw.until("0\r\n\r\n").await;
    assert!(rest.contains("\" two\"") && rest.contains("\" three\""), "{rest}");
    assert_eq!(call.outcome(), Outcome::Finished);

    for (stream, texts) in [(true, ["x", "y"]), (false, ["x", "y"])] {
        let asked = json!({"prompt": "p", "n": 2, "stream": stream});
        let answer = spawn(&backend, "/v1/completions", &asked);
        let call = backend.next_call().await;
        call.send_candidate(1, "y").await;
        call.send("x").await;
        call.finish().await;
        let answer = answer.await.unwrap().unwrap().1;
        assert_eq!([0, 1].map(|index| text_of(&answer, index)), texts);
    }
    let answer = spawn(&backend, "/completion", &body);
    backend.next_call().await.respond(Reply::text("other")).await;
    assert_eq!(text_of(&answer.await.unwrap().unwrap().1, 0), "other");
    let answer = spawn(&backend, "/completion", &body);
    backend.next_call().await.respond_status(500, json!({"error": "x"})).await;
    assert_eq!(answer.await.unwrap().unwrap(), (500, "{\"error\":\"x\"}".to_owned()));
}

#[tokio::test]
async fn pieces_cut_characters_and_delays_are_kept() {
    let backend = FakeBackend::start().await;
    let wait = Duration::from_millis(20);
    backend.answer(Reply::text("é 日本").in_pieces_of(3).first_token_after(wait).token_every(wait));
    let began = Instant::now();
    let request =
        post(&Client::new(), &backend, "/completion", &json!({"prompt": "p", "stream": true}));
    let mut answer = request.send().await.unwrap();
    let mut bytes = Vec::new();
    while let Some(piece) = answer.chunk().await.unwrap() {
        assert!(piece.len() <= 3);
        bytes.extend(piece);
    }
    assert_eq!(text_of(&String::from_utf8(bytes).unwrap(), 0), "é 日本");
    assert!(began.elapsed() >= wait * 2);
}

#[tokio::test]
async fn requests_are_read_however_they_come() {
    let backend = FakeBackend::start().await;
    backend.answer("ok");
    let mut raw = Raw::connect(&backend).await;
    // Two at once, the second in chunks.
    let chunked = "POST /completion?q=1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\
                   b\r\n{\"prompt\": \r\n4\r\n\"p\"}\r\n0\r\n\r\n";
    raw.send(&(raw_post("/completion/", &json!({"prompt": "p"})) + chunked)).await;
    backend
        .until("two answers", |b| {
            b.requests().iter().filter(|r| r.outcome == Outcome::Finished).count() == 2
        })
        .await;
    raw.send("POST /completion HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n")
        .await;
    raw.until("100 Continue").await;
    raw.send("{}").await;
    raw.until("\"ok\"").await;
    raw.send("POST /completion HTTP/1.1\r\nconnection: close\r\ncontent-length: 4\r\n\r\nnope")
        .await;
    assert!(raw.rest().await.0.contains("connection: close"));
    let bodies: Vec<_> =
        backend.requests().into_iter().map(|r| (r.path, r.body, r.connection)).collect();
    let path = || "/completion".to_owned();
    let prompt = json!({"prompt": "p"});
    let expected = [
        (path(), prompt.clone(), 1),
        (path(), prompt, 1),
        (path(), json!({}), 1),
        (path(), Value::Null, 1),
    ];
    assert_eq!(bodies, expected);
    assert_eq!(backend.requests()[3].raw, "nope");
    assert_eq!(backend.connections(), 1);
}

#[test]
fn prompts_are_taken_apart() {
    let raw = |prompt: &str| json!({"prompt": prompt});
    let cases = [
        (json!({"prompt": "P", "suffix": "S"}), "P", "S", "P"),
        (json!({"prompt": ["P", "Q"]}), "PQ", "", "PQ"),
        (
            raw("R<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>T"),
            "PT",
            "S",
            "R<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>T",
        ),
        (
            raw("<fim_prefix>P<fim_suffix>S<fim_middle>"),
            "P",
            "S",
            "<fim_prefix>P<fim_suffix>S<fim_middle>",
        ),
        (raw("<PRE> P <SUF>S <MID>"), "P", "S", "<PRE> P <SUF>S <MID>"),
        (
            raw("<｜fim▁begin｜>P<｜fim▁hole｜>S<｜fim▁end｜>T"),
            "PT",
            "S",
            "<｜fim▁begin｜>P<｜fim▁hole｜>S<｜fim▁end｜>T",
        ),
        (raw("[SUFFIX]S[PREFIX]P"), "P", "S", "[SUFFIX]S[PREFIX]P"),
        (
            json!({"input_prefix": "P", "input_suffix": "S", "prompt": "T", "input_extra": [{"filename": "f", "text": "x"}]}),
            "PT",
            "S",
            "f\nx\nPST",
        ),
        (
            json!({"messages": [{"content": "A"}, {"content": [{"type": "text", "text": "B"}]}]}),
            "A\nB",
            "",
            "A\nB",
        ),
        (gemini(), "p", "", "p"),
        (json!({"system": "S", "messages": [{"content": "A"}]}), "S\nA", "", "S\nA"),
        (json!({"instructions": "S", "input": "A"}), "S\nA", "", "S\nA"),
        (json!({"inputs": "A", "parameters": {}}), "A", "", "A"),
        (Value::Null, "", "", ""),
    ];
    for (body, prefix, suffix, whole) in cases {
        let expected = Prompt { prefix: prefix.into(), suffix: suffix.into(), whole: whole.into() };
        assert_eq!(Prompt::of(&body), expected, "{body}");
    }
}
