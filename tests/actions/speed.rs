//! How long an editor waits: offers with every move of the cursor, and a cancelled action's connection.
//! `cargo test --release --test actions speed -- --ignored --nocapture` prints it.

use std::time::{Duration, Instant};

use serde_json::json;

use super::editor::{offered, start};
use crate::support::fake_backend::{FakeBackend, Reply};

/// `p50`, `p99` and the largest.
fn shown(mut took: Vec<Duration>) -> String {
    took.sort();
    let at = |share: usize| took[(took.len() * share / 100).min(took.len() - 1)];
    format!("p50 {:?}, p99 {:?}, most {:?} of {}", at(50), at(99), at(100), took.len())
}

/// A file of so many lines, of functions with loops and branches.
fn source(lines: usize) -> String {
    let function = |n: usize| {
        format!(
            "/// Counts.\n#[must_use]\nfn count_{n}(items: &[u32]) -> u32 {{\n    let mut total = 0;\n    for item in items {{\n        if *item > {n} {{\n            total += item;\n        }}\n    }}\n    total\n}}\n\n"
        )
    };
    (0..lines / 12).map(function).collect()
}

#[tokio::test]
#[ignore = "measures"]
async fn offers_over_the_wire() {
    let backend = FakeBackend::start().await;
    let editor = start(&backend).await;
    let text = source(10_000);
    let doc = editor.open("a.rs", "rust", &text);
    let context = json!({ "diagnostics": [], "triggerKind": 2 });
    let first = text.find("total +=").unwrap();
    offered(&editor, &doc, (first, first), &context, "optimise").await;
    let lines: Vec<usize> = (0..2_000).map(|n| n * 5 % 9_900).collect();
    let mut took = Vec::with_capacity(lines.len());
    for line in lines {
        let position = json!({ "line": line, "character": 4 });
        let params = json!({
            "textDocument": doc.identifier(),
            "range": { "start": position, "end": position }, "context": context,
        });
        let began = Instant::now();
        let reply = editor.request("textDocument/codeAction", params).reply().await;
        took.push(began.elapsed());
        assert!(reply["result"].is_array());
    }
    eprintln!("codeAction in 10k lines, over the wire: {}", shown(took));
    editor.finish().await;
}

#[tokio::test]
#[ignore = "measures"]
async fn cancelled_connections() {
    let backend = FakeBackend::start().await;
    let editor = start(&backend).await;
    let text = source(100);
    let doc = editor.open("a.rs", "rust", &text);
    let at = text.find("total +=").unwrap();
    let context = json!({ "diagnostics": [] });
    let (mut by_request, mut by_progress) = (Vec::new(), Vec::new());
    for round in 0..200 {
        backend.answer(Reply::text("```rust\nfn count_0() {}\n```").gated());
        let item = offered(&editor, &doc, (at, at), &context, "optimise").await;
        let pending = editor.request("codeAction/resolve", item);
        let call = backend.next_call().await;
        call.step().await;
        let token = editor
            .wire
            .until("progress", || {
                let all = editor.notifications("$/progress");
                let last = all.last().filter(|told| told["value"]["kind"] == "report");
                last.map(|told| told["token"].clone())
            })
            .await;
        let began = Instant::now();
        if round % 2 == 0 {
            editor.notify("$/cancelRequest", json!({ "id": pending.id }));
        } else {
            editor.notify("window/workDoneProgress/cancel", json!({ "token": token }));
        }
        call.closed().await;
        let took = began.elapsed();
        if round % 2 == 0 {
            by_request.push(took)
        } else {
            by_progress.push(took)
        }
        pending.reply().await;
    }
    eprintln!("cancelRequest → closed: {}", shown(by_request));
    eprintln!("workDoneProgress/cancel → closed: {}", shown(by_progress));
    editor.finish().await;
}
