//! Ollama's model is not in memory.

use foretype::backend::error::BackendError;
use foretype::backend::{Ask, ChatAsk};
use foretype::config::settings::Purpose;

use super::ask;
use super::case::Case;
use super::outcome::Outcome;
use super::server::{Served, json};

async fn asked(purpose: Purpose, loading: &str) -> (Outcome, Vec<String>) {
    let case = Case::named("ollama_chat", "usual");
    let loaded = json(loading, "{\"done\":true}");
    let served = Served::unloaded(vec![loaded, case.answer.clone()]);
    let Ask::Chat(chat) = ask::ask(&case) else { panic!("no chat") };
    let backend = case.backend(&served.url());
    let outcome = Outcome::of(backend.stream(Ask::Chat(ChatAsk { purpose, ..chat }))).await;
    // What loads it goes on by itself.
    served.until(1).await;
    (outcome, served.requests().into_iter().map(|request| request.line).collect())
}

#[tokio::test]
async fn a_question_waits_for_the_model() {
    let (outcome, lines) = asked(Purpose::Chat, "200 OK").await;
    assert_eq!((outcome.texts, outcome.error), (vec!["alpha".to_owned()], None));
    assert_eq!(lines, ["POST /api/generate", "POST /api/chat"]);
}

#[tokio::test]
async fn a_suggestion_does_not() {
    let (outcome, lines) = asked(Purpose::Completion, "200 OK").await;
    assert!(matches!(outcome.error, Some(BackendError::Loading(_))));
    assert_eq!(lines, ["POST /api/generate"]);
}

/// Where it cannot be loaded, the request itself says why.
#[tokio::test]
async fn a_question_is_asked_all_the_same() {
    let (outcome, lines) = asked(Purpose::Chat, "500 Internal Server Error").await;
    assert_eq!(outcome.error, None);
    assert_eq!(lines, ["POST /api/generate", "POST /api/chat"]);
}
