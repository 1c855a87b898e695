//! Exactly one reply to each request, whatever comes between; cancels; what cannot be answered.

use serde_json::{Value, json};

use crate::support::editor::{Editor, Pending};
use crate::support::fake_backend::{FakeBackend, Reply};
use crate::support::random::Random;

const METHODS: [&str; 4] = [
    "textDocument/inlineCompletion",
    "textDocument/completion",
    "workspace/executeCommand",
    "no/such",
];

#[tokio::test]
async fn bad_params_and_unknown_methods() {
    let editor = Editor::builder().open().await;
    let place = json!({ "textDocument": { "uri": "file:///a.rs" } });
    let negative = json!({ "textDocument": { "uri": "file:///a.rs" },
        "position": { "line": -1, "character": 0 } });
    let huge = json!({ "textDocument": { "uri": "file:///a.rs" },
        "position": { "line": 1e300, "character": 0 } });
    for (method, params, want) in [
        (METHODS[0], json!({}), -32602),
        (METHODS[0], json!([1, 2]), -32602),
        (METHODS[0], place.clone(), -32602),
        (METHODS[0], negative.clone(), -32602),
        (METHODS[0], huge, -32602),
        (METHODS[1], json!({}), -32602),
        (METHODS[1], place, -32602),
        (METHODS[1], negative, -32602),
        (METHODS[2], json!({}), -32602),
        (METHODS[2], json!({ "command": "rm -rf" }), -32602),
        (METHODS[2], json!({ "command": "foretype.accepted" }), -32602),
        (METHODS[2], json!({ "command": "foretype.accepted", "arguments": ["x"] }), -32602),
        (METHODS[2], json!({ "command": "foretype.accepted", "arguments": 3 }), -32602),
        ("no/such", json!({}), -32601),
        ("$/noSuchRequest", json!({}), -32601),
        ("textDocument/rename", json!({}), -32601),
        ("", json!({}), -32601),
    ] {
        let code = editor.request(method, params.clone()).code().await;
        assert_eq!(code, want, "{method} {params}");
    }
    editor.finish().await;
}

#[tokio::test]
async fn params_may_be_missing_altogether() {
    let editor = Editor::builder().open().await;
    for (id, method) in METHODS.iter().enumerate() {
        let id = json!(format!("missing {id}"));
        editor.wire.expect_reply(&id);
        editor.wire.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method }));
        let reply = editor.wire.reply(&id).await;
        let want = if *method == "no/such" { -32601 } else { -32602 };
        assert_eq!(reply["error"]["code"], want, "{method}: {reply}");
    }
    editor.finish().await;
}

#[tokio::test]
async fn notifications_that_nobody_knows_are_ignored() {
    let editor = Editor::builder().open().await;
    for method in ["$/x", "$/setTrace", "no/such", "textDocument/didSomething", ""] {
        for params in [Value::Null, json!({}), json!([1])] {
            editor.notify(method, params);
        }
    }
    editor.settle().await;
    assert!(editor.log().is_empty());
    editor.finish().await;
}

#[tokio::test]
async fn a_cancel_is_effective_at_once_while_fifty_others_hang() {
    let backend = FakeBackend::start().await;
    backend.answer(Reply::hang());
    let editor = Editor::open_with(&backend).await;
    let open = |n| editor.open(&format!("{n}.rs"), "rust", &format!("let a{n} = $0"));
    let docs: Vec<_> = (0..51).map(open).collect();
    let waiting: Vec<_> = docs.iter().map(|doc| editor.request_suggestion(doc)).collect();
    let mut calls = Vec::new();
    for _ in &docs {
        calls.push(backend.next_call().await);
    }
    waiting[25].cancel();
    assert_eq!(waiting[25].code().await, -32800);
    let others = waiting.iter().enumerate().filter(|(n, _)| *n != 25);
    assert!(others.clone().all(|(_, pending)| !pending.is_answered()));
    let call = calls.iter().find(|call| call.prompt().prefix == "let a25 = ").unwrap();
    call.closed().await;
    for (_, pending) in others.clone() {
        pending.cancel();
    }
    for (_, pending) in others {
        assert_eq!(pending.code().await, -32800);
    }
    editor.finish().await;
}

#[tokio::test]
async fn cancels_that_come_twice_too_late_or_for_nothing() {
    let backend = FakeBackend::start().await;
    backend.script([Reply::hang(), Reply::text("1;")]);
    let editor = Editor::open_with(&backend).await;
    let doc = editor.open("a.rs", "rust", "let a = $0");
    let pending = editor.request_suggestion(&doc);
    let _call = backend.next_call().await;
    pending.cancel();
    pending.cancel();
    assert_eq!(pending.code().await, -32800);
    pending.cancel();
    for id in [json!(987), json!("no such"), Value::Null, json!({}), json!(1.5), json!([1])] {
        editor.notify("$/cancelRequest", json!({ "id": id }));
    }
    editor.notify("$/cancelRequest", json!({}));
    editor.notify("$/cancelRequest", Value::Null);
    let other = editor.open("b.rs", "rust", "let b = $0");
    assert_eq!(editor.suggestion(&other).await.insert_text, "1;");
    editor.log();
    editor.finish().await;
}

#[tokio::test]
async fn ids_may_be_texts_and_a_second_use_is_refused() {
    let backend = FakeBackend::start().await;
    backend.script([Reply::text("1;").gated()]);
    let editor = Editor::open_with(&backend).await;
    let doc = editor.open("a.rs", "rust", "let a = $0");
    let params = json!({ "textDocument": doc.identifier(), "position": doc.position() });
    let id = json!("the same");
    editor.wire.request_as(id.clone(), METHODS[0], params.clone());
    let call = backend.next_call().await;
    editor.wire.request_as(id.clone(), METHODS[0], params);
    // Two requests, two replies: the second is refused, the first goes on.
    assert_eq!(editor.wire.reply(&id).await["error"]["code"], -32600);
    call.release().await;
    editor.wire.until("the first one's reply", || editor.wire.second_reply(&id)).await;
    editor.finish().await;
}

#[tokio::test]
async fn a_storm_of_requests_cancels_and_changes() {
    for seed in [1, 0x5eed, 0xfeed_beef] {
        let mut random = Random::new(seed);
        let backend = FakeBackend::start().await;
        backend.answer(Reply::text("f(1);"));
        backend.when("hangs", Reply::hang());
        backend.when("fails", Reply::status(500));
        let editor = Editor::open_with(&backend).await;
        let names = ["hangs", "fails", "works"];
        let open = |n: usize| {
            let source = format!("let {} = $0", names[n % names.len()]);
            editor.open(&format!("{n}.rs"), "rust", &source)
        };
        let mut docs: Vec<_> = (0..9).map(open).collect();
        let mut asked: Vec<Pending> = Vec::new();
        for _ in 0..1_500 {
            let n = random.below(docs.len());
            match random.below(10) {
                0..=3 => asked.push(editor.request_suggestion(&docs[n])),
                4 => asked.push(editor.invoke(&docs[n])),
                5 => asked.push(editor.request_menu(&docs[n])),
                6 => asked.push(editor.request(METHODS[random.below(4)], json!({}))),
                7 => docs[n].type_text("x"),
                8 if !asked.is_empty() => asked[random.below(asked.len())].cancel(),
                _ => editor.notify("$/cancelRequest", json!({ "id": random.below(5_000) })),
            }
        }
        for pending in &asked {
            pending.cancel();
        }
        for pending in &asked {
            pending.reply().await;
        }
        editor.finish().await;
    }
}
