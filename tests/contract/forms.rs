//! What a server refuses is left out: once it is known what it takes, that is sent at once.

use foretype::backend::error::BackendError;
use foretype::backend::{Ask, ChatAsk};
use foretype::config::settings::Purpose;
use serde_json::Value;

use super::ask;
use super::case::Case;
use super::outcome::Outcome;
use super::server::{Served, json};

/// A case in which the model is told to think.
fn thinking(wire: &str) -> Case {
    Case::named(wire, if wire == "gemini" { "thoughts" } else { "thinking" })
}

/// The word of the request that tells how long to think.
fn told(wire: &str, body: &str) -> bool {
    let body: Value = serde_json::from_str(body).unwrap();
    let word = match wire {
        "anthropic" => "/thinking",
        "gemini" => "/generationConfig/thinkingConfig",
        "openai_chat" => "/reasoning_effort",
        _ => "/think",
    };
    body.pointer(word).is_some()
}

#[tokio::test]
async fn what_is_refused_is_not_sent_again() {
    for wire in ["anthropic", "gemini", "ollama_chat", "openai_chat"] {
        let case = thinking(wire);
        let refused = json("400 Bad Request", r#"{"error":{"message":"SERVER-SAID"}}"#);
        let served = Served::in_turn(vec![refused, case.answer.clone()], usize::MAX);
        let backend = case.backend(&served.url());
        for _ in 0..2 {
            let outcome = Outcome::of(backend.stream(ask::ask(&case))).await;
            assert_eq!((outcome.texts, outcome.error), (vec!["alpha".to_owned()], None), "{wire}");
        }
        let sent: Vec<bool> =
            served.requests().iter().map(|request| told(wire, &request.body)).collect();
        assert_eq!(sent, [true, false, false], "{wire}");
    }
}

/// A suggestion is asked for without thinking, a question as the model likes.
#[tokio::test]
async fn what_chat_takes_says_nothing_of_suggestions() {
    for wire in ["anthropic", "gemini", "ollama_chat"] {
        let case = Case::named(wire, "usual");
        let refused = json("400 Bad Request", r#"{"error":{"message":"SERVER-SAID"}}"#);
        let answers = vec![case.answer.clone(), refused, case.answer.clone()];
        let served = Served::in_turn(answers, usize::MAX);
        let backend = case.backend(&served.url());
        let Ask::Chat(question) = ask::ask(&case) else { panic!("no chat") };
        for purpose in [Purpose::Chat, Purpose::Completion, Purpose::Completion] {
            let ask = Ask::Chat(ChatAsk { purpose, ..question.clone() });
            let outcome = Outcome::of(backend.stream(ask)).await;
            assert_eq!(outcome.error, None, "{wire} {purpose:?}");
        }
        assert_eq!(served.requests().len(), 4, "{wire}");
    }
}

#[tokio::test]
async fn a_refusal_of_something_else_is_told_once_the_form_is_known() {
    for wire in ["anthropic", "gemini", "ollama_chat", "openai_chat"] {
        let case = thinking(wire);
        let refused = json("400 Bad Request", r#"{"error":{"message":"SERVER-SAID"}}"#);
        let served = Served::in_turn(vec![case.answer.clone(), refused], usize::MAX);
        let backend = case.backend(&served.url());
        let first = Outcome::of(backend.stream(ask::ask(&case))).await;
        let second = Outcome::of(backend.stream(ask::ask(&case))).await;
        assert_eq!(first.error, None, "{wire}");
        assert!(matches!(second.error, Some(BackendError::Refused(_, 400))), "{wire}");
        assert_eq!(served.requests().len(), 2, "{wire}");
    }
}
