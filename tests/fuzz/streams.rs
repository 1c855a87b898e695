//! Backends' answers of every shape through the wire formats: an end comes, or an error.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use foretype::backend::endpoint::Endpoint;
use foretype::backend::http::Http;
use foretype::backend::{Ask, ChatAsk, Delta, FimAsk, Priority, connect};
use foretype::config::Layers;
use foretype::config::settings::Purpose;
use foretype::guard::redact;
use foretype::prompt::budget::Budget;
use foretype::prompt::{ChatPrompt, FimPrompt};
use futures::StreamExt;
use serde_json::json;

use super::json::{anything, damage};
use super::raw_server::{Answer, start};
use crate::random::Random;

const CASES: usize = 200;
const PATIENCE: Duration = Duration::from_secs(20);

fn event(provider: &str, random: &mut Random) -> String {
    let text = random.pick(&["a", "b();\n", "😀", "<|endoftext|>", "", "\\"]);
    let mut value = match provider {
        "ollama" => json!({ "response": text, "done": random.one_in(4), "done_reason": "stop",
            "eval_count": 3, "prompt_eval_count": 9 }),
        "llama-cpp" => json!({ "content": text, "stop": random.one_in(4), "index": random.below(2),
            "stop_type": "limit", "tokens_predicted": 4, "timings": { "cache_n": 2 } }),
        "ollama-chat" => json!({ "message": { "content": text, "thinking": text },
            "done": random.one_in(4), "done_reason": "stop", "eval_count": 3 }),
        "anthropic" => match random.below(9) {
            0 => json!({ "type": "message_start", "message": { "usage": { "input_tokens": 3 } } }),
            1 => json!({ "type": random.pick(&["ping", "message_stop", "x"]) }),
            2 => json!({ "type": "message_delta", "delta": { "stop_reason": "end_turn" },
                "usage": { "output_tokens": 3 } }),
            _ => json!({ "type": "content_block_delta", "index": 0,
                "delta": { "type": "text_delta", "text": text } }),
        },
        "gemini" => json!({ "candidates": [{ "content": { "parts": [
                { "text": text, "thought": random.one_in(4) }, { "text": text }] },
                "finishReason": random.pick(&["STOP", "SAFETY", "X"]) }],
            "usageMetadata": { "promptTokenCount": 3, "thoughtsTokenCount": 2 } }),
        _ => {
            json!({ "choices": [{ "text": text, "index": random.below(3), "finish_reason": null }],
            "usage": { "prompt_tokens": 3 } })
        }
    };
    if random.one_in(4) {
        damage(&mut value, random);
    }
    if random.one_in(12) {
        value = anything(random, 3);
    }
    let text = value.to_string();
    if provider.starts_with("ollama") {
        return format!("{text}\n");
    }
    match random.below(12) {
        0 => format!("event: {}\ndata: {text}\n\n", random.pick(&["error", "x", ""])),
        1 => format!(": ping\n\nid: 1\nretry: x\ndata:{text}\r\n\r\n"),
        2 => "data: [DONE]\n\n".to_owned(),
        3 => format!("data: {text}\ndata: {text}\n\n"),
        _ => format!("data: {text}\n\n"),
    }
}

fn body(provider: &str, random: &mut Random) -> Vec<u8> {
    let mut body = Vec::new();
    for _ in 0..random.below(12) {
        match random.below(24) {
            0 => body.extend(random.bytes(60)),
            1 => body.extend(
                random.join(&["data:", "\n", "\r", "{", "\"", "null", "\u{feff}"], 8).bytes(),
            ),
            _ => body.extend(event(provider, random).bytes()),
        }
    }
    if random.one_in(5) {
        body.truncate(random.below(body.len() + 1));
    }
    body
}

/// A response's head and its body in pieces: closed at its end, chunked, of a length that is
/// right or not; now and then no HTTP at all.
fn answer(provider: &str, random: &mut Random) -> (Vec<u8>, Vec<Vec<u8>>) {
    let body = body(provider, random);
    let pieces: Vec<Vec<u8>> = random.chunks(&body).into_iter().map(<[u8]>::to_vec).collect();
    let status =
        random.pick(&["200 OK", "200 OK", "200 OK", "200 OK", "500 No", "429 No", "302 No"]);
    let start = format!("HTTP/1.1 {status}\r\nConnection: close\r\n");
    match random.below(8) {
        0 => (random.bytes(200), pieces),
        1 | 2 => {
            let chunk = |piece: &Vec<u8>| {
                [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat()
            };
            let mut chunks: Vec<Vec<u8>> = pieces.iter().map(chunk).collect();
            if !random.one_in(3) {
                chunks.push(b"0\r\n\r\n".to_vec());
            }
            (format!("{start}Transfer-Encoding: chunked\r\n\r\n").into_bytes(), chunks)
        }
        3 => {
            let length = random.below(2 * body.len() + 2);
            (format!("{start}Content-Length: {length}\r\n\r\n").into_bytes(), pieces)
        }
        _ => (format!("{start}Content-Type: text/event-stream\r\n\r\n").into_bytes(), pieces),
    }
}

fn endpoint(provider: &str, url: &str) -> Arc<Endpoint> {
    let provider = provider.trim_end_matches("-chat");
    let model = json!({ "provider": provider, "url": url, "model": "m:latest",
        "template": "qwen2.5-coder", "first_token_timeout_ms": 5_000, "idle_timeout_ms": 5_000 });
    let mut layers = Layers::default();
    layers.set_initialization(Some(&json!({ "models": { "m": model } })));
    let settings = layers.resolve().settings;
    Arc::new(Endpoint::new(Arc::clone(&settings.models["m"]), Arc::new(Http::default()), false))
}

async fn fuzz(provider: &str) {
    let mut random = Random::new(provider.len() as u64);
    let next: Answer = Arc::new(Mutex::default());
    let url = start(Arc::clone(&next));
    let (mut texts, mut errors) = (0, 0);
    for case in 0..CASES {
        *next.lock().unwrap() = answer(provider, &mut random);
        let backend = connect(endpoint(provider, &url));
        let prompt = FimPrompt { prefix: redact("fn a("), ..FimPrompt::default() };
        let budget = Budget { context_tokens: 4_096, max_output_tokens: 64 };
        let priority = Priority::Fresh;
        let ask = if ["anthropic", "gemini", "ollama-chat"].contains(&provider) {
            let question = ChatPrompt::question(redact("s"), redact("fn a("));
            let prompt = budget.fit_chat(question);
            Ask::Chat(ChatAsk { prompt, purpose: Purpose::Chat, priority })
        } else {
            let prompt = budget.fit(prompt);
            Ask::Fim(FimAsk { prompt, candidates: 2, one_line: false, priority })
        };
        let mut deltas = backend.stream(ask);
        let read = async {
            let mut failed = 0;
            while let Some(delta) = deltas.next().await {
                assert_eq!(failed, 0, "{provider} {case}: something came after an error");
                match delta {
                    Ok(Delta::Text { text, .. }) => {
                        assert!(!text.is_empty(), "{provider} {case}");
                        texts += 1;
                    }
                    Ok(_) => {}
                    Err(error) => {
                        failed += 1;
                        let message = error.to_string();
                        assert!(!message.is_empty() && !message.contains(['{', '\n']), "{message}");
                    }
                }
            }
            errors += failed;
        };
        let ended = tokio::time::timeout(PATIENCE, read).await;
        ended.unwrap_or_else(|_| panic!("{provider} {case}: it hangs"));
    }
    assert!(texts > CASES / 4 && errors > CASES / 8, "{provider}: {texts} {errors}");
}

#[test]
fn any_stream_of_any_backend_ends() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for provider in
        ["openai-compatible", "llama-cpp", "ollama", "ollama-chat", "anthropic", "gemini"]
    {
        runtime.block_on(fuzz(provider));
    }
    runtime.shutdown_background();
}
