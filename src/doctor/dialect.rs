//! What else may speak at an address: the cheap GETs by which servers tell what they are. They
//! carry no key and no header of the user's, and go nowhere else.

use std::time::Duration;

use serde_json::Value;

use crate::backend::endpoint::Endpoint;
use crate::backend::error::BackendError;
use crate::backend::http::{Http, Reach};
use crate::config::Provider;

/// One answer takes no longer than this.
const PATIENCE: Duration = Duration::from_secs(2);
/// More than this (bytes) is no answer to such a question.
const LARGEST: usize = 256 * 1024;

/// Whether an error may come from a server that speaks something else.
pub(super) const fn may_be(error: &BackendError) -> bool {
    matches!(
        error,
        BackendError::NotFound(_)
            | BackendError::Dialect(..)
            | BackendError::Malformed(_)
            | BackendError::WebPage(..)
            | BackendError::Refused(..)
    )
}

/// The provider that the server seems to want, if it is another one than configured.
pub(super) async fn find(http: &Http, endpoint: &Endpoint) -> Option<Provider> {
    type Is = fn(&Value) -> bool;
    let tells: [(&str, Is, Provider); 5] = [
        // https://docs.ollama.com/api
        ("/api/version", |it| it.get("version").is_some_and(Value::is_string), Provider::Ollama),
        // https://github.com/ggml-org/llama.cpp/tree/master/tools/server
        ("/props", |it| it.get("default_generation_settings").is_some(), Provider::LlamaCpp),
        // https://huggingface.co/docs/text-generation-inference
        ("/info", |it| it.get("model_id").is_some(), Provider::Tgi),
        ("/v1/models", |it| owner(it) == Some("vllm"), Provider::Vllm),
        (
            "/v1/models",
            |it| it.get("data").is_some_and(Value::is_array),
            Provider::OpenAiCompatible,
        ),
    ];
    for (path, is, provider) in tells {
        if let Some(answer) = get(http, endpoint, path).await
            && is(&answer)
        {
            return (provider != endpoint.model.provider).then_some(provider);
        }
    }
    None
}

fn owner(models: &Value) -> Option<&str> {
    models.get("data")?.get(0)?.get("owned_by")?.as_str()
}

async fn get(http: &Http, endpoint: &Endpoint, path: &str) -> Option<Value> {
    let url: reqwest::Url = format!("{}{path}", endpoint.model.url).parse().ok()?;
    let asked = async {
        let client = http.client(&url, Reach::of(&endpoint.model)).await.ok()?;
        let mut response = client.get(url.clone()).send().await.ok()?;
        if !response.status().is_success() {
            return None;
        }
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.ok()? {
            body.extend_from_slice(&piece);
            if body.len() > LARGEST {
                return None;
            }
        }
        serde_json::from_slice(&body).ok()
    };
    tokio::time::timeout(PATIENCE, asked).await.ok()?
}
