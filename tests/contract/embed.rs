//! Embeddings: what is sent, and what becomes of every answer.

use std::sync::Arc;

use foretype::backend::embed::{EmbedError, EmbedKind, Embedded, Embedder, connect};
use foretype::backend::endpoint::Endpoint;
use foretype::backend::error::BackendError;
use foretype::backend::http::Http;
use foretype::config::Layers;
use foretype::guard::redact;
use serde_json::{Value, json};

use super::case::KEY;
use super::server::{self, Request, Served};

fn embedder(provider: &str, url: &str) -> Result<Arc<dyn Embedder>, EmbedError> {
    let model = json!({ "provider": provider, "url": url, "model": "e-1", "api_key": KEY });
    let mut layers = Layers::default();
    layers.set_initialization(Some(&json!({ "models": { "m": model } })));
    let settings = layers.resolve().settings;
    let model = Arc::clone(&settings.models["m"]);
    connect(Arc::new(Endpoint::new(model, Arc::new(Http::default()), false)))
}

async fn embed(embedder: &dyn Embedder, texts: &[&str]) -> Result<Embedded, EmbedError> {
    let texts = texts.iter().map(|text| redact(text)).collect();
    embedder.embed(texts, EmbedKind::Passage).await
}

/// What comes of one answer to two texts.
async fn once(
    provider: &str,
    answers: &[(&str, &str)],
) -> (Result<Embedded, EmbedError>, Vec<Request>) {
    let answers = answers.iter().map(|(status, body)| server::json(status, body)).collect();
    let served = Served::in_turn(answers, usize::MAX);
    let embedder = embedder(provider, &served.url()).unwrap();
    let embedded = embed(&*embedder, &["fn a", "fn b"]).await;
    (embedded, served.requests())
}

/// <https://platform.openai.com/docs/api-reference/embeddings>
/// <https://docs.mistral.ai/api/endpoint/embeddings>
const OPENAI: &str = r#"{"object":"list","data":[
    {"object":"embedding","index":1,"embedding":[0.5,-1e-3]},
    {"object":"embedding","index":0,"embedding":[1,2]}
],"model":"e-1","usage":{"prompt_tokens":7,"total_tokens":7}}"#;
/// <https://docs.ollama.com/api/embed>
const OLLAMA: &str = r#"{"model":"e-1","embeddings":[[1,2],[0.5,-0.001]],"total_duration":14143917,"load_duration":1019500,"prompt_eval_count":7}"#;
/// <https://ai.google.dev/api/embeddings>
const GEMINI: &str = r#"{"embeddings":[{"values":[1,2]},{"values":[0.5,-0.001]}],"usageMetadata":{"promptTokenCount":7}}"#;
/// llama.cpp, tools/server/README.md, `POST /embedding`
const LLAMA_CPP: &str =
    r#"[{"index":0,"embedding":[[1,2]]},{"index":1,"embedding":[[0.5,-0.001]]}]"#;

const OK: &str = "200 OK";

#[tokio::test]
async fn every_wire_makes_vectors() {
    let texts = json!(["fn a", "fn b"]);
    let openai = json!({ "model": "e-1", "input": texts, "encoding_format": "float" });
    let request = |text: &str| {
        json!({ "model": "models/e-1", "content": { "parts": [{ "text": text }] },
            "taskType": "RETRIEVAL_DOCUMENT" })
    };
    for (provider, answer, line, body) in [
        ("openai-compatible", OPENAI, "POST /v1/embeddings", openai.clone()),
        ("openai", OPENAI, "POST /v1/embeddings", openai.clone()),
        ("mistral", OPENAI, "POST /v1/embeddings", openai.clone()),
        (
            "azure-openai",
            OPENAI,
            "POST /openai/deployments/e-1/embeddings?api-version=2024-10-21",
            openai.clone(),
        ),
        ("llama-cpp", OPENAI, "POST /v1/embeddings", openai),
        ("ollama", OLLAMA, "POST /api/embed", json!({ "model": "e-1", "input": texts })),
        (
            "gemini",
            GEMINI,
            "POST /v1beta/models/e-1:batchEmbedContents",
            json!({ "requests": [request("fn a"), request("fn b")] }),
        ),
    ] {
        let (embedded, requests) = once(provider, &[(OK, answer)]).await;
        let embedded = embedded.unwrap_or_else(|error| panic!("{provider}: {error}"));
        assert_eq!(embedded.vectors, [[1.0, 2.0], [0.5, -0.001]], "{provider}");
        assert_eq!(embedded.usage.prompt_tokens, Some(7), "{provider}");
        assert_eq!(requests.len(), 1);
        assert_eq!(requests[0].line, line);
        assert_eq!(serde_json::from_str::<Value>(&requests[0].body).unwrap(), body, "{provider}");
        let with_key = requests[0].headers.values().filter(|value| value.contains(KEY)).count();
        assert_eq!(with_key, 1, "{provider}");
    }
}

#[tokio::test]
async fn llama_cpp_is_asked_in_its_own_way_where_openais_is_refused() {
    for refusal in
        [("400 Bad Request", "{\"error\":{\"message\":\"SERVER-SAID\"}}"), ("404 Not Found", "{}")]
    {
        let flat = r#"[{"embedding":[1,2]},{"embedding":[0.5,-0.001]}]"#;
        for answer in [LLAMA_CPP, flat] {
            let (embedded, requests) = once("llama-cpp", &[refusal, (OK, answer)]).await;
            assert_eq!(embedded.unwrap().vectors, [[1.0, 2.0], [0.5, -0.001]]);
            assert_eq!(requests[1].line, "POST /embedding");
            let body: Value = serde_json::from_str(&requests[1].body).unwrap();
            assert_eq!(body, json!({ "content": ["fn a", "fn b"] }));
        }
    }
    // Without pooling every token has a vector.
    let tokens = r#"[{"index":0,"embedding":[[1,2],[3,4]]},{"index":1,"embedding":[[5,6]]}]"#;
    let (embedded, _) = once("llama-cpp", &[("400 Bad Request", "{}"), (OK, tokens)]).await;
    assert!(matches!(embedded, Err(EmbedError::Count { wanted: 2, got: 3, .. })));
}

#[tokio::test]
async fn every_bad_answer_has_its_error() {
    let data = |vectors: &str| format!("{{\"data\":[{vectors}]}}");
    let item =
        |index: usize, numbers: &str| format!("{{\"index\":{index},\"embedding\":[{numbers}]}}");
    let pair = |a: &str, b: &str| data(&format!("{},{}", item(0, a), item(1, b)));
    let ollama = |vectors: &str| format!("{{\"embeddings\":{vectors}}}");
    let count = |got| EmbedError::Count { name: name(), wanted: 2, got };
    fn name() -> String {
        "NAME".to_owned()
    }
    for (provider, answer, want) in [
        ("openai", data(&item(0, "1,2")), count(1)),
        ("openai", data(""), count(0)),
        ("openai", data(&[item(0, "1"), item(1, "1"), item(2, "1")].join(",")), count(3)),
        ("openai", data(&[item(0, "1"), item(0, "1")].join(",")), count(1)),
        ("openai", data(&[item(0, "1"), item(9, "1")].join(",")), count(1)),
        ("openai", pair("1,2", "1,2,3"), EmbedError::Dimension { name: name(), wanted: 2, got: 3 }),
        ("openai", pair("1,2", ""), EmbedError::EmptyVector(name())),
        ("openai", pair("", ""), EmbedError::EmptyVector(name())),
        ("openai", pair("1,2", "1,null"), EmbedError::NotFinite(name())),
        ("openai", pair("1,2", "1,1e300"), EmbedError::NotFinite(name())),
        ("openai", pair("1,2", "1,NaN"), BackendError::Malformed(name()).into()),
        ("openai", pair("1,2", "\"1\",2"), BackendError::Malformed(name()).into()),
        ("openai", "{\"data\":".to_owned(), BackendError::Malformed(name()).into()),
        ("openai", "{}".to_owned(), BackendError::Malformed(name()).into()),
        ("openai", OLLAMA.to_owned(), BackendError::Malformed(name()).into()),
        ("ollama", ollama("[[1,2]]"), count(1)),
        ("ollama", ollama("[[1,2],[]]"), EmbedError::EmptyVector(name())),
        ("ollama", ollama("[[1,2],[null,2]]"), EmbedError::NotFinite(name())),
        ("gemini", "{\"embeddings\":[{},{}]}".to_owned(), EmbedError::EmptyVector(name())),
        ("gemini", "{\"embeddings\":[]}".to_owned(), count(0)),
    ] {
        let (embedded, _) = once(provider, &[(OK, &answer)]).await;
        let error = embedded.expect_err(&answer);
        let message = error.to_string();
        assert!(message.contains("m at 127.0.0.1") && message.contains(['?', ';']), "{message}");
        assert!(!message.contains("fn a"), "{message}");
        let shown = |error: &EmbedError| {
            let text = format!("{error:?}");
            let at =
                text.find("m at 127.0.0.1:").map(|at| (at, text[at..].find('"').unwrap() + at));
            at.map_or(text.clone(), |(from, to)| format!("{}NAME{}", &text[..from], &text[to..]))
        };
        assert_eq!(shown(&error), format!("{want:?}"), "{provider} {answer}");
    }
}

#[tokio::test]
async fn a_dimension_stays_what_it_was() {
    let one = |numbers: &str| server::json(OK, &format!("{{\"embeddings\":[[{numbers}]]}}"));
    let served = Served::in_turn(vec![one("1,2"), one("1,2,3"), one("3,4")], usize::MAX);
    let embedder = embedder("ollama", &served.url()).unwrap();
    assert_eq!(embedder.dimension(), None);
    assert!(embed(&*embedder, &["a"]).await.is_ok());
    assert_eq!(embedder.dimension(), Some(2));
    let other = embed(&*embedder, &["a"]).await;
    assert!(matches!(other, Err(EmbedError::Dimension { wanted: 2, got: 3, .. })), "{other:?}");
    assert!(embed(&*embedder, &["a"]).await.is_ok());
}

#[tokio::test]
async fn what_cannot_be_asked_is_not_sent() {
    let served = Served::start(server::json(OK, OPENAI), usize::MAX);
    let url = served.url();
    let remote = embedder("mistral", &url).unwrap();
    let many = vec!["a"; remote.max_batch() + 1];
    let too_many = embed(&*remote, &many).await;
    assert!(matches!(too_many, Err(EmbedError::TooMany { got: 257, most: 256, .. })));
    let empty = embed(&*remote, &["a", " \n", "b"]).await;
    assert!(matches!(empty, Err(EmbedError::EmptyText(1))));
    assert_eq!(embed(&*remote, &[]).await.unwrap().vectors, Vec::<Vec<f32>>::new());
    for provider in ["anthropic", "deepseek", "groq"] {
        let none = embedder(provider, &url).err();
        assert!(matches!(none, Some(EmbedError::NoEmbeddings(_))), "{provider}");
    }
    assert_eq!(served.requests().len(), 0);
}

#[tokio::test]
async fn a_bad_status_is_the_backends_error() {
    for (status, want) in [
        ("401 Unauthorized", "Unauthorized"),
        ("404 Not Found", "NotFound"),
        ("413 Payload Too Large", "TooLarge"),
        ("429 Too Many Requests", "Busy"),
        ("500 Internal Server Error", "Failed"),
    ] {
        let (embedded, _) =
            once("openai", &[(status, "{\"error\":{\"message\":\"SERVER-SAID\"}}")]).await;
        let error = embedded.expect_err(status);
        assert!(!error.to_string().contains("SERVER-SAID"));
        let EmbedError::Backend(error) = error else { panic!("{error:?}") };
        assert!(format!("{error:?}").starts_with(want), "{error:?}");
    }
}

/// llama.cpp's server answers 501 where it was not started for this.
#[tokio::test]
async fn a_server_without_embeddings_names_the_remedy() {
    let refusal = r#"{"error":{"code":501,"message":"SERVER-SAID","type":"not_supported_error"}}"#;
    let (embedded, _) = once("llama-cpp", &[("501 Not Implemented", refusal)]).await;
    let error = embedded.expect_err("no vectors");
    assert!(matches!(error, EmbedError::NoEmbeddings(_)), "{error:?}");
    assert!(error.to_string().contains("--embeddings"));
}
