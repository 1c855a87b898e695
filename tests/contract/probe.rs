//! What a provider tells of its models.

use foretype::backend::Facts;

use super::case::{Case, KEY};
use super::server::{Served, json};

async fn probed(wire: &str, answer: &str) -> (String, Facts) {
    let case = Case::for_wire("every_wire", wire).swap_remove(0);
    let served = Served::start(json("200 OK", answer), usize::MAX);
    let facts = case.backend(&served.url()).probe().await.expect("facts");
    let requests = served.requests();
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    assert!(!request.line.contains(KEY));
    assert!(request.headers.values().any(|value| value == KEY));
    (request.line.clone(), facts)
}

/// <https://platform.claude.com/docs/en/api/models/list>
#[tokio::test]
async fn anthropic_lists_its_models() {
    let list = r#"{"data":[
        {"id":"claude-opus-5","type":"model","display_name":"Claude Opus 5","max_input_tokens":1000000,"max_tokens":128000},
        {"id":"claude-sonnet-4-5","type":"model","display_name":"Claude Sonnet 4.5","max_input_tokens":200000,"max_tokens":64000},
        {"id":"claude-old","type":"model","max_input_tokens":null}
    ],"has_more":false,"first_id":"claude-opus-5","last_id":"claude-old"}"#;
    let (line, facts) = probed("anthropic", list).await;
    assert_eq!(line, "GET /v1/models?limit=1000");
    assert_eq!(facts.context_tokens, Some(200_000));
    assert_eq!(facts.model.as_deref(), Some("claude-sonnet-4-5"));
    assert_eq!(facts.models, ["claude-opus-5", "claude-sonnet-4-5", "claude-old"]);
}

/// <https://ai.google.dev/api/models#Model>
#[tokio::test]
async fn gemini_describes_a_model() {
    let model = r#"{"name":"models/gemini-2.5-flash","version":"001","displayName":"Gemini 2.5 Flash",
        "inputTokenLimit":1048576,"outputTokenLimit":65536,"supportedGenerationMethods":["generateContent"],"thinking":true}"#;
    let (line, facts) = probed("gemini", model).await;
    assert_eq!(line, "GET /v1beta/models/gemini-2.5-flash");
    assert_eq!(facts.context_tokens, Some(1_114_112));
    assert_eq!(facts.model.as_deref(), Some("gemini-2.5-flash"));
}

#[tokio::test]
async fn what_is_not_told_is_not_known() {
    for (wire, answer) in [("anthropic", "{\"data\":[{}]}"), ("anthropic", "{}"), ("gemini", "{}")]
    {
        let (_, facts) = probed(wire, answer).await;
        assert_eq!((facts.context_tokens, facts.model), (None, None), "{wire} {answer}");
    }
}
