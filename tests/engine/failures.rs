//! A backend that fails, in every way there is: an empty list, never an error reply, and the next
//! request works.

use super::*;

const TEXT: &str = "let a = $0\n";

/// Options under which every failure comes to an end soon.
fn impatient() -> Value {
    json!({ "models": { "m": { "first_token_timeout_ms": 300, "idle_timeout_ms": 300 } } })
}

#[tokio::test]
async fn every_failure_is_an_empty_list_and_the_next_request_works() {
    let answer = || Reply::text("alpha(beta)");
    for provider in ["openai-compatible", "llama-cpp", "ollama"] {
        let cases = [
            ("500", Reply::status(500)),
            ("500 with a page", Reply::status(500).body_text("<html>oops</html>")),
            ("401", Reply::status(401)),
            ("403", Reply::status(403)),
            ("404", Reply::status(404)),
            ("400", Reply::status(400)),
            ("302", Reply::status(302).header("location", "http://127.0.0.1:9/")),
            ("hang", Reply::hang()),
            ("hang after the headers", answer().hang_after(0)),
            ("reset", Reply::reset()),
            ("close", Reply::close()),
            ("no HTTP", Reply::garbage()),
            ("reset before a token", answer().reset_after(0)),
            ("truncated before a token", answer().truncate_after(0)),
            ("malformed", answer().malformed_after(0)),
            ("error event", answer().error_after(0, "out of memory")),
        ];
        for (name, reply) in cases {
            let backend = FakeBackend::start().await;
            let options = with(options(provider, &backend.url()), impatient());
            let editor = Editor::start(&options).await;
            let mut doc = editor.open("untitled:a.rs", "rust", TEXT);
            backend.answer(reply);
            assert!(doc.automatic().texts().await.is_empty(), "{provider}: {name}");
            let status = editor.status("error").await;
            assert!(status["reason"].as_str().is_some_and(|why| !why.is_empty()));
            assert!(doc.menu().texts().await.is_empty(), "{provider}: {name}");
            backend.answer(answer());
            assert_eq!(doc.automatic().texts().await, ["alpha(beta)"], "{provider}: {name}");
            doc.type_text("al");
            assert_eq!(doc.automatic().texts().await, ["pha(beta)"], "{provider}: {name}");
        }
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_silent_and_found_when_it_comes() {
    let gone = FakeBackend::start().await;
    let (port, url) = (gone.port(), gone.url());
    drop(gone);
    let editor = Editor::start(&options("openai-compatible", &url)).await;
    let doc = editor.open("untitled:a.rs", "rust", TEXT);
    assert!(doc.automatic().texts().await.is_empty());
    let status = editor.status("error").await;
    assert!(status["reason"].as_str().unwrap().contains("cannot reach"), "{status}");
    let _backend = FakeBackend::start_on(port).await;
    assert_eq!(doc.automatic().texts().await, ["fake_answer"]);
}

/// (language's text, what arrives before the break, what is shown)
#[tokio::test]
async fn whole_lines_before_a_break_are_used() {
    type Break = fn(Reply, usize) -> Reply;
    let breaks: [(&str, Break); 5] = [
        ("reset", Reply::reset_after),
        ("truncated", Reply::truncate_after),
        ("malformed", Reply::malformed_after),
        ("error event", |reply, after| reply.error_after(after, "out of memory")),
        ("hang", Reply::hang_after),
    ];
    let cases: [(&str, &[&str], Option<&str>); 3] = [
        ("fn a() {$0\nlet c = \n", &["\n    let b = 1;", "\n    let"], Some("\n    let b = 1;")),
        ("fn a() {$0\nlet c = \n", &["\n    let b"], None),
        ("let a = $0\nlet c = \n", &["alph"], None),
    ];
    for (name, broken) in breaks {
        for (text, tokens, want) in cases {
            let (backend, editor) = pair_with(impatient()).await;
            let reply = Reply::tokens(tokens.iter().copied().chain(["x"]));
            backend.script([broken(reply, tokens.len())]);
            let mut doc = editor.open("untitled:a.rs", "rust", text);
            let texts = doc.automatic().texts().await;
            assert_eq!(texts.first().map(String::as_str), want, "{name}: {tokens:?}");
            // Not taken for an answer that may be shown again.
            let place = std::mem::replace(&mut doc.cursor, text.len() - 3);
            assert_eq!(doc.automatic().texts().await, ["fake_answer"], "{name}: {tokens:?}");
            doc.cursor = place;
            doc.automatic().result().await;
            assert_eq!(backend.requests().len(), 3, "{name}: {tokens:?}");
        }
    }
}

#[tokio::test]
async fn where_the_output_budget_ends_half_a_line_is_left_out() {
    let (backend, editor) = pair().await;
    backend.answer(Reply::text("\n    let b = 1;\n    let").finish_reason("length"));
    let doc = editor.open("untitled:a.rs", "rust", "fn a() {$0\n");
    assert_eq!(doc.automatic().texts().await, ["\n    let b = 1;"]);
}

#[tokio::test]
async fn retry_after_is_obeyed_by_silence() {
    for status in [429, 503] {
        let (backend, editor) = pair().await;
        backend.script([Reply::status(status).retry_after(3_600)]);
        let mut doc = editor.open("untitled:a.rs", "rust", TEXT);
        assert!(doc.automatic().texts().await.is_empty());
        for _ in 0..3 {
            doc.type_text("x");
            assert!(doc.automatic().texts().await.is_empty());
            assert!(doc.invoked().texts().await.is_empty());
            assert!(doc.menu().texts().await.is_empty());
        }
        let other = editor.open("untitled:b.rs", "rust", TEXT);
        assert!(other.automatic().texts().await.is_empty());
        assert_eq!(backend.requests().len(), 1, "{status}");
        let status = editor.status("error").await;
        assert!(status["reason"].as_str().unwrap().contains("pause"), "{status}");
    }
}

#[tokio::test]
async fn a_pause_that_is_over_soon_is_waited_for() {
    let (backend, editor) = pair().await;
    backend.script([Reply::status(429).retry_after(0)]);
    let doc = editor.open("untitled:a.rs", "rust", TEXT);
    assert_eq!(doc.automatic().texts().await, ["fake_answer"]);
    assert_eq!(backend.requests().len(), 2);
}

/// Two backends, the second one the fallback.
async fn with_fallback() -> (FakeBackend, FakeBackend, Editor) {
    let (first, second) = (FakeBackend::start().await, FakeBackend::start().await);
    let fallback = json!({
        "models": { "n": { "provider": "llama-cpp", "url": second.url(), "model": "qwen" } },
        "completion": { "model": "m", "fallback": ["n"] },
    });
    let options = with(options("openai-compatible", &first.url()), fallback);
    let editor = Editor::start(&options).await;
    second.answer("second()");
    (first, second, editor)
}

#[tokio::test]
async fn the_fallback_answers_when_the_first_fails_or_is_quiet() {
    for reply in [Reply::status(500), Reply::reset(), Reply::status(429).retry_after(3_600)] {
        let (first, second, editor) = with_fallback().await;
        first.answer(reply);
        let mut doc = editor.open("untitled:a.rs", "rust", TEXT);
        assert_eq!(doc.automatic().texts().await, ["second()"]);
        doc.type_text("x");
        second.answer("again()");
        assert_eq!(doc.automatic().texts().await, ["again()"]);
        assert_eq!(second.requests().len(), 2);
    }
}

#[tokio::test]
async fn a_fallbacks_answer_does_not_pass_for_the_first_models() {
    let (first, second, editor) = with_fallback().await;
    first.script([Reply::status(500), Reply::status(500)]);
    first.answer("first()");
    let mut doc = editor.open("untitled:a.rs", "rust", "let a = $0\nlet b = \n");
    assert_eq!(doc.automatic().texts().await, ["second()"]);
    doc.after("let b = ");
    assert_eq!(doc.automatic().texts().await, ["first()"]);
    doc.after("let a = ");
    assert_eq!(doc.automatic().texts().await, ["first()"], "not from the cache");
    assert_eq!(second.requests().len(), 1);
}

#[tokio::test]
async fn the_fallback_is_left_alone_while_the_first_answers() {
    let (_first, second, editor) = with_fallback().await;
    let doc = editor.open("untitled:a.rs", "rust", TEXT);
    assert_eq!(doc.automatic().texts().await, ["fake_answer"]);
    assert_eq!(second.requests().len(), 0);
}

/// (what arrived before the break, what is shown, requests to the second one)
#[tokio::test]
async fn half_a_line_before_a_break_is_left_for_the_fallbacks_answer() {
    type Break = fn(Reply, usize) -> Reply;
    let breaks: [(&str, Break); 4] = [
        ("reset", Reply::reset_after),
        ("truncated", Reply::truncate_after),
        ("malformed", Reply::malformed_after),
        ("error event", |reply, after| reply.error_after(after, "out of memory")),
    ];
    let cases: [(&[&str], &str, usize); 3] = [
        (&["\n    let b = 1;", "\n    let"], "\n    let b = 1;", 0),
        (&["\n    let b"], "second()", 1),
        (&["alph"], "second()", 1),
    ];
    for (name, broken) in breaks {
        for (tokens, want, asked) in cases {
            let (first, second, editor) = with_fallback().await;
            let reply = Reply::tokens(tokens.iter().copied().chain(["x"]));
            first.script([broken(reply, tokens.len())]);
            let doc = editor.open("untitled:a.rs", "rust", "fn a() {$0\nlet c = \n");
            assert_eq!(doc.automatic().texts().await, [want], "{name}: {tokens:?}");
            assert_eq!(second.requests().len(), asked, "{name}: {tokens:?}");
        }
    }
}

/// A server that fails again and again is left alone: its fallback answers at once.
#[tokio::test]
async fn the_fallback_answers_alone_while_the_first_rests() {
    let (first, second, editor) = with_fallback().await;
    first.answer(Reply::status(401));
    let mut doc = editor.open("untitled:a.rs", "rust", TEXT);
    for _ in 0..12 {
        doc.type_text("x");
        assert_eq!(doc.automatic().texts().await, ["second()"]);
    }
    assert_eq!((first.requests().len(), second.requests().len()), (5, 12));
    first.answer("first()");
    doc.type_text("y");
    assert_eq!(doc.invoked().texts().await, ["first()"], "the user asks for it");
    doc.type_text("z");
    assert_eq!(doc.automatic().texts().await, ["first()"], "and it is well again");
}
