//! What goes wrong, on either side, and the connections themselves.

use reqwest::Client;
use serde_json::json;

use super::client::{Raw, ask, get, post, raw_post, spawn};
use crate::support::fake_backend::{Call, FakeBackend, Outcome, Reply};

/// How a raw client sees an answer end.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Reset,
    Closed,
    Whole,
}

fn seen((answer, reset): &(String, bool)) -> Seen {
    match reset {
        true => Seen::Reset,
        false if answer.ends_with("0\r\n\r\n") || answer.contains("content-length: 0") => {
            Seen::Whole
        }
        false => Seen::Closed,
    }
}

fn closing_post(stream: bool) -> String {
    let body = json!({"prompt": "p", "stream": stream});
    raw_post("/v1/completions", &body).replace("host: x", "connection: close")
}

#[tokio::test]
async fn scripted_faults_reach_the_client() {
    let text = || Reply::text("a b c");
    let cases = [
        (Reply::reset(), Seen::Reset, 0, ""),
        (Reply::close(), Seen::Closed, 0, ""),
        (Reply::garbage(), Seen::Closed, 0, "not HTTP"),
        (text().reset_after(2), Seen::Reset, 2, ""),
        (text().truncate_after(2), Seen::Closed, 2, "\" b\""),
        (text().truncate_after(0), Seen::Closed, 0, "200 OK"),
        (text().malformed_after(1), Seen::Whole, 1, "{\"text\":\"x,"),
        (text().error_after(1, "overloaded"), Seen::Whole, 1, "\"message\":\"overloaded\""),
    ];
    for (reply, how, tokens, contains) in cases {
        let backend = FakeBackend::start().await;
        let case = format!("{reply:?}");
        backend.answer(reply);
        let mut raw = Raw::connect(&backend).await;
        raw.send(&closing_post(true)).await;
        let end = raw.rest().await;
        assert_eq!(seen(&end), how, "{case}: {end:?}");
        assert!(end.0.contains(contains), "{case}: {end:?}");
        let record = &backend.requests()[0];
        assert_eq!((record.outcome, record.tokens_sent), (Outcome::Failed, tokens), "{case}");
    }
}

#[tokio::test]
async fn whole_answers_have_their_faults_too() {
    let backend = FakeBackend::start().await;
    let text = || Reply::text("a b c");
    backend.script([
        text().truncate_after(2),
        text().malformed_after(1),
        text().error_after(1, "overloaded"),
    ]);
    backend.script([
        Reply::status(502).body_text("<html>"),
        Reply::status(302).header("location", "http://127.0.0.1:1/"),
    ]);
    for contains in
        ["\"choices\"", "\"text\":\"x,", "500 Internal", "\r\n\r\n<html>", "location: http"]
    {
        let mut raw = Raw::connect(&backend).await;
        raw.send(&closing_post(false)).await;
        let (answer, reset) = raw.rest().await;
        assert!(answer.contains(contains) && !reset, "{answer}");
    }
}

#[tokio::test]
async fn gates_let_faults_through() {
    let backend = FakeBackend::start().await;
    backend.answer(Reply::text("").gated());
    for number in 0..4 {
        let mut raw = Raw::connect(&backend).await;
        raw.send(&closing_post(true)).await;
        let call = backend.next_call().await;
        call.send("a").await;
        raw.until("\"a\"").await;
        let how = match number {
            0 => (call.reset().await, Seen::Reset),
            1 => (call.truncate().await, Seen::Closed),
            2 => (call.malformed().await, Seen::Whole),
            _ => (call.sse_error("overloaded").await, Seen::Whole),
        };
        assert_eq!((true, seen(&raw.rest().await)), how);
        assert_eq!(call.ended().await, Outcome::Failed);
    }
}

#[tokio::test]
async fn a_client_that_leaves_is_noticed_at_every_stage() {
    let backend = FakeBackend::start().await;
    let body = json!({"prompt": "p", "stream": true});
    for tokens in 0..3 {
        backend.script([Reply::text("a b c d").gated()]);
        let mut raw = Raw::connect(&backend).await;
        raw.send(&raw_post("/completion", &body)).await;
        let call = backend.next_call().await;
        for _ in 0..tokens {
            call.step().await;
        }
        drop(raw);
        assert_eq!(call.closed().await, tokens);
        assert!(!call.send("late").await, "the client is gone");
        assert_eq!(call.outcome(), Outcome::ClientLeft { tokens_sent: tokens });
    }
    for reply in [Reply::hang(), Reply::text("a b").hang_after(1)] {
        backend.script([reply]);
        let answer = spawn(&backend, "/completion", &body);
        let call = backend.next_call().await;
        answer.abort();
        call.closed().await;
    }
    backend.script([Reply::text("a").hang_after(1).gated()]);
    let answer = spawn(&backend, "/completion", &body);
    let call = backend.next_call().await;
    assert!(call.release().await);
    answer.abort();
    assert_eq!(call.closed().await, 1);
    // A call that nobody holds leaves the client waiting.
    backend.script([Reply::text("a").gated()]);
    let answer = spawn(&backend, "/completion", &body);
    drop(backend.next_call().await);
    get(&backend, "/health").await;
    assert_eq!(backend.requests().last().unwrap().outcome, Outcome::Running);
    assert!(!answer.is_finished());
    answer.abort();
    backend.until("no connection", |b| b.open_connections() == 0).await;
}

#[tokio::test]
async fn a_test_that_waits_for_what_cannot_come_is_told() {
    let backend = FakeBackend::start().await;
    for (send, why) in [(false, "Finished"), (true, "not gated")] {
        ask(&backend, "/completion", &json!({"prompt": "p"})).await;
        let call = backend.next_call().await;
        let waits = tokio::spawn(async move {
            if send {
                call.send("x").await;
            } else {
                call.closed().await;
            }
        });
        let panic = waits.await.unwrap_err().into_panic();
        let told = panic.downcast_ref::<String>().unwrap();
        assert!(told.contains("faults.rs") && told.contains(why), "{told}");
        assert!(told.contains("POST /completion"), "{told}");
    }
}

#[tokio::test]
async fn what_is_not_http_is_recorded() {
    let backend = FakeBackend::start().await;
    let cases = [
        ("\x16\x03\x01\x02", "no method"),
        ("GET\r\n\r\n", "bad request line"),
        ("GET / HTTP/2\r\n\r\n", "bad request line"),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n", "without a colon"),
        ("POST / HTTP/1.1\r\ncontent-length: x\r\n\r\n", "content-length"),
        ("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", "chunk size"),
        ("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc", "end of a chunk"),
    ];
    for (number, (bytes, why)) in cases.into_iter().enumerate() {
        let mut raw = Raw::connect(&backend).await;
        raw.send(bytes).await;
        assert!(raw.rest().await.0.starts_with("HTTP/1.1 400"), "{bytes:?}");
        assert!(backend.malformed()[number].contains(why), "{:?}", backend.malformed());
    }
    let mut raw = Raw::connect(&backend).await;
    raw.send("POST /completion HTTP/1.1\r\ncontent-length: 9\r\n\r\n{").await;
    drop(raw);
    backend.until("the broken request", |b| b.malformed().len() == cases.len() + 1).await;
    assert_eq!(backend.requests().len(), 0);
    assert_eq!(get(&backend, "/health").await.0, 200);
}

#[tokio::test]
async fn connections_are_kept_and_idle_ones_closed() {
    let backend = FakeBackend::start().await;
    let body = json!({"prompt": "p"});
    let mut raw = Raw::connect(&backend).await;
    for _ in 0..3 {
        raw.send(&raw_post("/completion", &body)).await;
        raw.until("fake_answer").await;
    }
    assert_eq!((backend.connections(), backend.open_connections()), (1, 1));
    backend.script([Reply::text("a").gated()]);
    let answer = spawn(&backend, "/completion", &body);
    let call = last_call(&backend, 3).await;
    assert_eq!(call.connection(), 2);
    assert_eq!(backend.close_idle().await, 1);
    assert_eq!(raw.rest().await, (String::new(), false), "a clean end");
    assert_eq!((backend.connections(), backend.open_connections()), (2, 1));
    call.finish().await;
    assert_eq!(answer.await.unwrap().unwrap().0, 200, "the busy one stays");
}

#[tokio::test]
async fn a_killed_connection_costs_the_next_request_on_it() {
    let backend = FakeBackend::start().await;
    let client = Client::new();
    let body = json!({"prompt": "p"});
    let again = async || {
        let answer = post(&client, &backend, "/completion", &body).send().await?;
        answer.text().await
    };
    again().await.unwrap();
    // The pool takes a connection back a moment after the text was read.
    while backend.connections() == 1 && backend.lost_requests() == 0 {
        assert_eq!(backend.kill_idle(), 1);
        assert!(again().await.is_err() || backend.connections() == 2);
    }
    again().await.unwrap();
    assert_eq!(backend.requests().iter().filter(|r| r.connection == 1).count(), 1);

    let mut raw = Raw::connect(&backend).await;
    raw.send("GET /health HTTP/1.1\r\n\r\n").await;
    raw.until("ok").await;
    let lost = backend.lost_requests();
    backend.kill_idle();
    raw.send(&raw_post("/completion", &body)).await;
    assert_eq!(seen(&raw.rest().await), Seen::Reset);
    assert_eq!(backend.lost_requests(), lost + 1);
}

#[tokio::test]
async fn dropped_it_is_gone_and_may_come_back() {
    let backend = FakeBackend::start().await;
    let (port, other) = (backend.port(), backend.clone());
    backend.answer(Reply::hang());
    let mut raw = Raw::connect(&backend).await;
    raw.send(&closing_post(true)).await;
    let call = backend.next_call().await;
    drop(backend);
    assert_eq!(get(&other, "/health").await.0, 200, "a handle is left");
    drop(other);
    assert_ne!(seen(&raw.rest().await), Seen::Whole);
    assert_eq!(call.ended().await, Outcome::Failed);
    assert!(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err());
    let again = FakeBackend::start_on(port).await;
    assert_eq!(get(&again, "/health").await.0, 200);
}

/// The call with this number, those before it passed over.
async fn last_call(backend: &FakeBackend, number: usize) -> Call {
    loop {
        let call = backend.next_call().await;
        if call.number() == number {
            return call;
        }
    }
}
