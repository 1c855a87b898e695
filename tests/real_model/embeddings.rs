//! Vectors from llama.cpp's own server, by both of its ways.

use std::sync::Arc;

use foretype::backend::embed::{EmbedError, EmbedKind, Embedded, Embedder, connect};
use foretype::backend::endpoint::Endpoint;
use foretype::backend::http::Http;
use foretype::config::{Layers, Paths};
use foretype::embedding::Stage;
use foretype::guard::redact;
use foretype::retrieval::folders::Feeder;
use foretype::retrieval::hybrid::together;
use foretype::retrieval::words::Words;
use foretype::services::Services;
use foretype::workspace::session::Session;
use serde_json::json;

use super::setting::{loaded, or_say_why, real};
use crate::support::real_model::RealModel;

/// Numbers in a vector of SmolLM2-135M.
const DIMENSION: usize = 576;
const TEXTS: [&str; 3] =
    ["def add(a, b):\n    return a + b", "def add(x, y):\n    return x + y", "größe: 日本 😀"];

fn embedder(real: &RealModel, provider: &str) -> Arc<dyn Embedder> {
    loaded(real);
    let mut layers = Layers::default();
    let model = json!({ "provider": provider, "url": real.url(), "model": "m" });
    layers.set_initialization(Some(&json!({ "models": { "m": model } })));
    let settings = layers.resolve().settings;
    let model = Arc::clone(&settings.models["m"]);
    connect(Arc::new(Endpoint::new(model, Arc::new(Http::default()), false))).unwrap()
}

fn embed(embedder: &dyn Embedder) -> Result<Embedded, EmbedError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let texts = TEXTS.iter().map(|text| redact(text)).collect();
    runtime.block_on(embedder.embed(texts, EmbedKind::Passage))
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn like_texts_have_like_vectors() {
    let Some(real) = or_say_why(RealModel::with_embeddings()) else { return };
    for provider in ["llama-cpp", "openai-compatible"] {
        let embedder = embedder(&real, provider);
        let Embedded { vectors, usage } = embed(&*embedder).unwrap();
        assert_eq!(embedder.dimension(), Some(DIMENSION), "{provider}");
        let [one, like, other] = vectors.as_slice() else { panic!("{}", vectors.len()) };
        assert!(usage.prompt_tokens.is_some_and(|tokens| tokens > 20), "{usage:?}");
        assert!(cosine(one, like) > cosine(one, other), "{provider}");
    }
}

#[test]
fn a_server_that_was_not_started_for_it_says_so() {
    let Some(real) = real(false, 1) else { return };
    let error = embed(&*embedder(&real, "llama-cpp")).unwrap_err();
    assert!(matches!(error, EmbedError::NoEmbeddings(_)), "{error:?}");
    assert!(error.to_string().contains("`--embeddings`"), "{error}");
}

#[test]
fn a_workspace_is_embedded_and_searched_by_words_and_vectors() {
    let Some(real) = or_say_why(RealModel::with_embeddings()) else { return };
    loaded(&real);
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("work");
    std::fs::create_dir(&root).unwrap();
    let files = [
        ("sum.py", "def add(a, b):\n    return a + b\n"),
        (
            "mail.py",
            "import smtplib\n\n\ndef send_mail(server, letter):\n    with smtplib.SMTP(server) as smtp:\n        smtp.send_message(letter)\n",
        ),
        (
            "tree.py",
            "class Node:\n    def __init__(self, left, right):\n        self.left = left\n        self.right = right\n",
        ),
    ];
    let mut words = Words::default();
    for (path, text) in files {
        std::fs::write(root.join(path), text).unwrap();
        let lines = u32::try_from(text.lines().count()).unwrap();
        assert!(words.replace(&path.into(), [(0..lines, text)].into_iter()));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let paths = Paths { state_dir: Some(home.path().join("state")), ..Paths::default() };
        let session = Session::new(Arc::new(Services::new(paths, true)));
        let model = json!({ "provider": "llama-cpp", "url": real.url(), "model": "m" });
        let options = json!({ "models": { "m": model }, "index": { "model": "m" } });
        session.configure(|layers| {
            layers.set_initialization(Some(&options));
        });
        session.workspace(|workspace| workspace.set_roots(vec![root.clone()]));
        let folders = &session.surroundings.folders;
        folders.set_roots(std::slice::from_ref(&root));
        let mut feeder = Feeder::new(Arc::clone(folders));
        for (path, text) in files {
            feeder.take(&root.join(path), Some(text));
        }
        session.embed_workspace();
        let mut stage = session.embedding.watch();
        let ready = stage.wait_for(|stage| matches!(stage, Stage::Ready { .. }));
        let ready = tokio::time::timeout(std::time::Duration::from_secs(60), ready).await;
        assert_eq!(*ready.unwrap().unwrap(), Stage::Ready { chunks: 3, vectors: 3, full: false });
        let query = "def total(x, y):\n    return x + y\n";
        let near = session.embedding.near(&root, redact(query)).await;
        assert_eq!(session.embedding.trouble(), None);
        assert_eq!(near.len(), 3);
        let both = together(&words.search(query, 10), &near, 10);
        assert_eq!(&*both[0].path, "sum.py", "{both:?}");
        let usage = session.services.store.usage(1).await;
        assert!(
            usage.iter().all(|row| row.purpose == "index" && row.prompt_tokens > 50),
            "{usage:?}"
        );
    });
}
