//! Where a stream ends, and what counts as an event of it, when the connection stays open.

use std::time::{Duration, Instant};

use foretype::backend::error::BackendError;
use foretype::backend::stream::Patience;
use foretype::backend::wire::{anthropic, openai_chat};
use foretype::config::settings::Waits;
use futures::StreamExt;

use super::outcome::Outcome;

/// These bytes, and then nothing, on a connection that stays open.
async fn hanging(body: &str) -> Outcome {
    let piece = Ok(bytes::Bytes::copy_from_slice(body.as_bytes()));
    let pieces = futures::stream::iter([piece]).chain(futures::stream::pending()).boxed();
    let long = Duration::from_millis(30);
    let waits = Waits { first_token: long, idle: long * 2, total: long * 90 };
    let patience = Patience { since: Instant::now(), waits };
    Outcome::of(anthropic::parse(pieces, "m".to_owned(), patience)).await
}

#[tokio::test]
async fn the_last_event_ends_a_stream() {
    let text = r#"{"type":"content_block_delta","delta":{"type":"text_delta","text":"a"}}"#;
    let end = r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"}}"#;
    let before = format!("data: {text}\n\ndata: {end}\n\n");
    let outcome = hanging(&format!("{before}data: {{\"type\":\"message_stop\"}}\n\n")).await;
    assert_eq!((outcome.texts, outcome.error), (vec!["a".to_owned()], None));
    let open = hanging(&before).await;
    assert!(matches!(open.error, Some(BackendError::TimedOut(_, _, "idle_timeout_ms"))));
}

#[tokio::test]
async fn a_ping_is_no_token() {
    let ping = "event: ping\ndata: {\"type\": \"ping\"}\n\n";
    let outcome = hanging(&ping.repeat(3)).await;
    assert!(matches!(outcome.error, Some(BackendError::TimedOut(_, _, "first_token_timeout_ms"))));
}

#[tokio::test]
async fn a_stream_without_a_known_event_is_not_the_protocol() {
    let said = async |body: &'static str| {
        let pieces =
            futures::stream::iter([Ok(bytes::Bytes::from_static(body.as_bytes()))]).boxed();
        let long = Duration::from_secs(9);
        let waits = Waits { first_token: long, idle: long, total: long };
        let patience = Patience { since: Instant::now(), waits };
        Outcome::of(openai_chat::parse(pieces, "m".to_owned(), patience)).await.error
    };
    let malformed = Some(BackendError::Malformed("m".to_owned()));
    assert_eq!(said("data: {\"answer\":\"a\"}\n\ndata: [DONE]\n\n").await, malformed);
    assert_eq!(said("data: [DONE]\n\n").await, malformed);
    let end = "data: {\"choices\":[{\"index\":0,\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    assert_eq!(said(end).await, None);
}
