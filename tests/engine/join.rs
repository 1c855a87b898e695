//! A generation outlives its request while what is typed agrees with it, and closes its upstream
//! connection when it is no longer wanted.

use super::*;

const TEXT: &str = "let a = $0\nlet b = 1;\n";

#[tokio::test]
async fn typing_the_answer_while_it_is_in_flight_costs_one_request() {
    // With a cancel before each key (VS Code) and without (Neovim, Helix); before the first
    // token and in mid-answer.
    for cancels in [true, false] {
        let (backend, editor) = pair().await;
        backend.script([Reply::text("alpha(beta)").gated()]);
        let mut doc = editor.open("untitled:a.rs", "rust", TEXT);
        let mut last = doc.automatic();
        let call = backend.next_call().await;
        for (number, key) in "alpha(".chars().enumerate() {
            if cancels {
                editor.cancel(&last);
            }
            doc.type_text(&key.to_string());
            assert_eq!(last.error().await, -32800);
            last = doc.automatic();
            if number == 2 {
                assert!(call.send("alpha").await);
            }
        }
        doc.close_with(")");
        assert_eq!(last.error().await, -32800);
        let last = doc.automatic();
        assert!(call.send("(beta)").await && call.finish().await);
        let items = last.items().await;
        assert_eq!(items[0]["insertText"], "beta", "cancels: {cancels}");
        assert_eq!(doc.accepted(&items[0]), "let a = alpha(beta)\nlet b = 1;\n");
        assert_eq!(backend.requests().len(), 1, "cancels: {cancels}");
    }
}

#[tokio::test]
async fn a_block_is_joined_over_a_new_line() {
    let (backend, editor) = pair().await;
    backend.script([Reply::text("\n    let b = 1;\n    c(b)\n}\n").gated()]);
    let mut doc = editor.open("untitled:a.rs", "rust", "fn a() {$0\n}\n");
    let first = doc.automatic();
    let call = backend.next_call().await;
    doc.type_text("\n    ");
    assert_eq!(first.error().await, -32800);
    let second = doc.automatic();
    doc.type_text("le");
    assert_eq!(second.error().await, -32800);
    let third = doc.automatic();
    assert!(call.release().await);
    assert_eq!(third.texts().await, ["t b = 1;"], "at once, as it is being typed through");
    doc.comes_to_show("t b = 1;\n    c(b)").await;
    assert_eq!(backend.requests().len(), 1);
}

#[tokio::test]
async fn divergence_closes_the_connection() {
    for (sent, key) in [("alpha", "x"), ("alpha(beta", "alpha(gamma")] {
        let (backend, editor) = pair().await;
        backend.script([Reply::text("alpha(beta)").gated(), Reply::text("other()")]);
        let mut doc = editor.open("untitled:a.rs", "rust", TEXT);
        let first = doc.automatic();
        let call = backend.next_call().await;
        assert!(call.send(sent).await);
        doc.type_text(key);
        call.closed().await;
        assert_eq!(first.error().await, -32800);
        assert_eq!(doc.automatic().texts().await, ["other()"]);
        assert_eq!(backend.requests().len(), 2);
    }
}

#[tokio::test]
async fn what_was_typed_before_the_first_token_may_diverge_with_it() {
    let (backend, editor) = pair().await;
    backend.script([Reply::text("alpha(beta)").gated(), Reply::text("()")]);
    let mut doc = editor.open("untitled:a.rs", "rust", TEXT);
    let first = doc.automatic();
    let call = backend.next_call().await;
    doc.type_text("gamma");
    assert_eq!(first.error().await, -32800);
    let second = doc.automatic();
    assert!(call.send("al").await);
    call.closed().await;
    assert_eq!(second.texts().await, ["()"]);
    assert_eq!(backend.requests()[1].prompt().prefix, "let a = gamma");
}

/// After a generation was overtaken, the next ones are closed at the first key, until something
/// fits: a storm of keys costs no storm of generations that stay.
#[tokio::test]
async fn a_storm_of_diverging_keys_leaves_nothing_open() {
    let (backend, editor) = pair().await;
    backend.answer(Reply::text("quux()").gated());
    let mut doc = editor.open("untitled:a.rs", "rust", TEXT);
    let mut last = doc.automatic();
    let mut call = backend.next_call().await;
    for (number, key) in "some other text".chars().enumerate() {
        editor.cancel(&last);
        doc.type_text(&key.to_string());
        assert_eq!(last.error().await, -32800);
        last = doc.automatic();
        if number == 0 {
            call.send("quux").await;
        }
        call.closed().await;
        call = backend.next_call().await;
    }
    assert!(call.release().await);
    assert_eq!(last.texts().await, ["quux()"]);
    let vain = backend.requests().iter().map(|record| record.tokens_sent).sum::<usize>();
    assert_eq!(vain, 1 + call.record().tokens_sent);
}

#[tokio::test]
async fn a_cancel_without_further_typing_closes_the_connection() {
    for tokens in [0, 1] {
        let (backend, editor) = pair().await;
        backend.script([Reply::text("alpha(beta)").gated(), Reply::text("again()")]);
        let doc = editor.open("untitled:a.rs", "rust", TEXT);
        let first = doc.automatic();
        let call = backend.next_call().await;
        for _ in 0..tokens {
            assert!(call.step().await);
        }
        editor.cancel(&first);
        assert_eq!(first.error().await, -32800);
        assert_eq!(call.closed().await, tokens);
        assert_eq!(doc.automatic().texts().await, ["again()"]);
    }
}

#[tokio::test]
async fn leaving_the_place_closes_the_connection() {
    let (backend, editor) = pair().await;
    backend.script([Reply::text("alpha(beta)").gated(), Reply::text("there()")]);
    let mut doc = editor.open("untitled:a.rs", "rust", "let a = $0\nlet c = \n");
    let first = doc.automatic();
    let call = backend.next_call().await;
    doc.after("let c = ");
    let second = doc.automatic();
    assert_eq!(first.error().await, -32800);
    call.closed().await;
    assert_eq!(second.texts().await, ["there()"]);
}

#[tokio::test]
async fn an_edit_elsewhere_and_closing_the_document_close_the_connection() {
    type Leave = fn(&mut super::support::driver::Doc);
    let leaves: [(&str, Leave); 4] = [
        ("edit before", |doc| doc.replace(0..3, "var")),
        ("edit after", |doc| doc.replace(doc.text.len()..doc.text.len(), "x\n")),
        ("whole text", |doc| doc.replace(0..doc.text.len(), "fn a() {}\n")),
        ("close", |doc| doc.close()),
    ];
    for (name, leave) in leaves {
        for tokens in [0, 1] {
            let (backend, editor) = pair().await;
            backend.script([Reply::text("alpha(beta)").gated()]);
            let mut doc = editor.open("untitled:a.rs", "rust", TEXT);
            let first = doc.automatic();
            let call = backend.next_call().await;
            for _ in 0..tokens {
                assert!(call.step().await);
            }
            leave(&mut doc);
            assert_eq!(first.error().await, -32800, "{name}");
            call.closed().await;
        }
    }
}

#[tokio::test]
async fn the_end_of_the_connection_closes_everything() {
    let (backend, editor) = pair().await;
    backend.script([Reply::text("alpha(beta)").gated()]);
    let doc = editor.open("untitled:a.rs", "rust", TEXT);
    let first = doc.automatic();
    let call = backend.next_call().await;
    drop((first, doc, editor));
    call.closed().await;
}

#[tokio::test]
async fn a_change_of_the_configuration_closes_what_is_under_way() {
    let (backend, editor) = pair().await;
    backend.script([Reply::text("old()").gated(), Reply::text("new()")]);
    let doc = editor.open("untitled:a.rs", "rust", TEXT);
    let first = doc.automatic();
    let call = backend.next_call().await;
    let change = json!({ "models": { "m": { "model": "qwen2.5-coder:7b" } } });
    editor.configure(&with(options("openai-compatible", &backend.url()), change));
    call.closed().await;
    assert_eq!(first.error().await, -32800);
    assert_eq!(doc.automatic().texts().await, ["new()"]);
    assert_eq!(backend.requests()[1].body["model"], "qwen2.5-coder:7b");
}
