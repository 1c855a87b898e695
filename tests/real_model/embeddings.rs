//! Vectors from llama.cpp's own server, by both of its ways.

use std::sync::Arc;

use foretype::backend::embed::{EmbedError, EmbedKind, Embedded, Embedder, connect};
use foretype::backend::endpoint::Endpoint;
use foretype::backend::http::Http;
use foretype::config::Layers;
use foretype::guard::redact;
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
