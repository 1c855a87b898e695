//! Who ends whom: newer requests, changes, the two methods, requests by hand, the debounce.

use super::*;

const TEXT: &str = "let a = $0\nlet b = 1;\n";

#[tokio::test]
async fn a_newer_request_of_the_method_supersedes_at_once() {
    for menu in [false, true] {
        let (backend, editor) = pair().await;
        backend.script([Reply::text("alpha()").gated()]);
        let doc = editor.open("untitled:a.rs", "rust", TEXT);
        let ask = || if menu { doc.menu() } else { doc.automatic() };
        let first = ask();
        let call = backend.next_call().await;
        let second = ask();
        // Answered though the backend says nothing.
        if menu {
            assert!(first.texts().await.is_empty());
        } else {
            assert_eq!(first.error().await, -32800);
        }
        assert!(call.release().await);
        assert_eq!(second.texts().await, ["alpha()"]);
        assert_eq!(backend.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_change_supersedes_every_request_of_its_document_alone() {
    let (backend, editor) = pair().await;
    backend.when("other", Reply::text("there()").gated());
    backend.answer(Reply::text("alpha()").gated());
    let mut doc = editor.open("untitled:a.rs", "rust", TEXT);
    let other = editor.open("untitled:b.rs", "rust", "let other = $0\n");
    let (inline, menu, elsewhere) = (doc.automatic(), doc.menu(), other.automatic());
    let calls = [backend.next_call().await, backend.next_call().await];
    doc.type_text("a");
    assert_eq!(inline.error().await, -32800);
    // A menu asks again after an incomplete list, not after an error.
    assert!(menu.texts().await.is_empty());
    for call in calls.iter().filter(|call| call.prompt().whole.contains("other")) {
        assert!(call.release().await);
    }
    assert_eq!(elsewhere.texts().await, ["there()"]);
}

#[tokio::test]
async fn ghost_text_and_menu_share_a_generation() {
    for menu_first in [false, true] {
        let (backend, editor) = pair().await;
        backend.script([Reply::text("alpha()").gated()]);
        let mut doc = editor.open("untitled:a.rs", "rust", TEXT);
        let (first, call, second);
        if menu_first {
            first = doc.menu();
            call = backend.next_call().await;
            second = doc.automatic();
        } else {
            first = doc.automatic();
            call = backend.next_call().await;
            second = doc.menu();
        }
        editor.sync().await;
        assert!(call.release().await);
        assert_eq!(first.texts().await, ["alpha()"], "menu first: {menu_first}");
        assert_eq!(second.texts().await, ["alpha()"], "menu first: {menu_first}");
        // Afterwards too, each typed through.
        doc.type_text("al");
        let (ghost, menu) = (doc.automatic(), doc.menu());
        assert_eq!(ghost.texts().await, ["pha()"]);
        assert_eq!(menu.texts().await, ["alpha()"]);
        assert_eq!(backend.requests().len(), 1, "menu first: {menu_first}");
    }
}

#[tokio::test]
async fn asked_by_both_methods_in_one_breath_they_still_share() {
    let (backend, editor) = pair().await;
    backend.script([Reply::text("alpha()").gated()]);
    let doc = editor.open("untitled:a.rs", "rust", TEXT);
    let (ghost, menu) = (doc.automatic(), doc.menu());
    let call = backend.next_call().await;
    assert!(call.release().await);
    assert_eq!(ghost.texts().await, ["alpha()"]);
    assert_eq!(menu.texts().await, ["alpha()"]);
    assert_eq!(backend.requests().len(), 1);
}

#[tokio::test]
async fn by_hand_there_are_several_distinct_suggestions() {
    for kind in [0, 1] {
        let (backend, editor) = pair().await;
        backend.answer(Reply::candidates(["one()", "two()", "one()"]));
        let doc = editor.open("untitled:a.rs", "rust", TEXT);
        let items = doc.inline(json!({ "triggerKind": kind })).items().await;
        let texts: Vec<_> = items.iter().map(|item| item["insertText"].as_str()).collect();
        assert_eq!(texts, [Some("one()"), Some("two()")]);
        let ids: Vec<_> = items.iter().map(|item| &item["command"]["arguments"][0]).collect();
        assert_ne!(ids[0], ids[1]);
        assert_eq!(backend.requests()[0].body["n"], 3);
        assert_eq!(doc.invoked().texts().await, ["one()", "two()"]);
        assert_eq!(backend.requests().len(), 1);
    }
}

#[tokio::test]
async fn by_hand_after_ghost_text_asks_for_the_others() {
    let (backend, editor) = pair().await;
    backend.script([Reply::text("one()"), Reply::candidates(["one()", "two()", "three()"])]);
    let mut doc = editor.open("untitled:a.rs", "rust", TEXT);
    assert_eq!(doc.automatic().texts().await, ["one()"]);
    assert_eq!(doc.invoked().texts().await, ["one()", "two()", "three()"]);
    // Typed through together; those that differ fall away.
    doc.type_text("o");
    assert_eq!(doc.automatic().texts().await, ["ne()"]);
    doc.backspace(1);
    assert_eq!(doc.automatic().texts().await, ["one()", "two()", "three()"]);
    assert_eq!(backend.requests().len(), 2);
}

#[tokio::test]
async fn one_asked_by_hand_is_not_superseded_by_an_automatic_one() {
    let (backend, editor) = pair().await;
    backend.script([Reply::candidates(["one()", "two()"]).gated()]);
    let doc = editor.open("untitled:a.rs", "rust", TEXT);
    let by_hand = doc.invoked();
    let call = backend.next_call().await;
    let automatic = doc.automatic();
    editor.sync().await;
    assert!(call.release().await);
    assert_eq!(by_hand.texts().await, ["one()", "two()"]);
    assert_eq!(automatic.texts().await[0], "one()");
    assert_eq!(backend.requests().len(), 1);
}

#[tokio::test]
async fn an_automatic_one_elsewhere_leaves_one_asked_by_hand_alone() {
    let (backend, editor) = pair().await;
    backend.script([Reply::candidates(["one()", "two()"]).gated(), Reply::text("there()")]);
    let mut doc = editor.open("untitled:a.rs", "rust", "let a = $0\nlet c = \n");
    let by_hand = doc.invoked();
    let call = backend.next_call().await;
    doc.after("let c = ");
    let automatic = doc.automatic();
    let texts = automatic.texts().await;
    assert!(texts.len() <= 1);
    assert!(call.release().await, "still wanted");
    assert_eq!(by_hand.texts().await, ["one()", "two()"]);
}

#[tokio::test]
async fn a_burst_costs_one_request_after_the_debounce() {
    let (backend, editor) = pair_with(json!({ "completion": { "debounce_ms": 300 } })).await;
    backend.answer("tail()");
    let mut doc = editor.open("untitled:a.rs", "rust", TEXT);
    let mut last = doc.automatic();
    for key in "gamma".chars() {
        doc.type_text(&key.to_string());
        assert_eq!(last.error().await, -32800);
        last = doc.automatic();
    }
    assert_eq!(last.texts().await, ["tail()"]);
    assert_eq!(backend.requests().len(), 1);
    assert_eq!(backend.requests()[0].prompt().prefix, "let a = gamma");
}

#[tokio::test]
async fn by_hand_and_reuse_do_not_wait_for_the_debounce() {
    // A wait longer than the driver's patience.
    let (backend, editor) = pair_with(json!({ "completion": { "debounce_ms": 5_000 } })).await;
    backend.answer("alpha()");
    let mut doc = editor.open("untitled:a.rs", "rust", TEXT);
    let began = std::time::Instant::now();
    assert_eq!(doc.invoked().texts().await, ["alpha()"]);
    assert_eq!(doc.automatic().texts().await, ["alpha()"]);
    doc.type_text("al");
    assert_eq!(doc.automatic().texts().await, ["pha()"]);
    assert!(began.elapsed().as_millis() < 5_000);
    assert_eq!(backend.requests().len(), 1);
}

#[tokio::test]
async fn the_adaptive_debounce_answers_too() {
    let (backend, editor) = pair_with(json!({ "completion": { "debounce_ms": "auto" } })).await;
    backend.answer("alpha()");
    let doc = editor.open("untitled:a.rs", "rust", TEXT);
    assert_eq!(doc.automatic().texts().await, ["alpha()"]);
    assert_eq!(backend.requests().len(), 1);
}
