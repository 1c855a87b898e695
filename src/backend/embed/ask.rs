//! The requests, one to a wire format.

use std::sync::atomic::{AtomicBool, Ordering};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::answer::{Answer, Gemini, LlamaCpp, Ollama, OpenAi};
use super::{EmbedError, EmbedKind};
use crate::backend::endpoint::Endpoint;
use crate::backend::error::BackendError;
use crate::backend::wire::body::set;
use crate::backend::wire::gemini::{self, bare};
use crate::backend::wire::ollama_loading::keep_alive_value;
use crate::backend::wire::path::{self, Path};
use crate::backend::wire::turns::extend;
use crate::config::settings::{Provider, Purpose};
use crate::guard::Redacted;

/// A longer answer (bytes) is none: 256 vectors of 4,096 numbers, 24 bytes each, and some.
const MAX_ANSWER: usize = 32 * 1024 * 1024;

/// Asks for the vectors of some texts.
pub(super) async fn ask(
    endpoint: &Endpoint,
    plain: &AtomicBool,
    texts: &[Redacted],
    kind: EmbedKind,
) -> Result<Answer, EmbedError> {
    let said: Vec<&str> = texts.iter().map(Redacted::as_str).collect();
    match endpoint.model.provider {
        Provider::Ollama => {
            let mut body = json!({ "model": endpoint.model.model, "input": said });
            if let Some(keep) = &endpoint.model.keep_alive {
                set(&mut body, "keep_alive", keep_alive_value(keep));
            }
            post::<Ollama>(endpoint, "/api/embed", body).await
        }
        Provider::Gemini => {
            let model = &endpoint.model.model;
            let requests = said.iter().map(|text| request(bare(model), text, kind)).collect();
            let body = json!({ "requests": Value::Array(requests) });
            post::<Gemini>(endpoint, &gemini::path(model, ":batchEmbedContents"), body).await
        }
        Provider::LlamaCpp => {
            if !plain.load(Ordering::Relaxed) {
                let answer = openai(endpoint, &said).await;
                let missing = matches!(
                    &answer,
                    Err(EmbedError::Backend(
                        BackendError::NotFound(_)
                            | BackendError::Dialect(..)
                            | BackendError::Refused(..)
                    ))
                );
                if !missing {
                    return answer;
                }
            }
            // Where the model pools nothing, only this path answers, and says so by its count.
            let answer =
                post::<LlamaCpp>(endpoint, "/embedding", json!({ "content": said })).await?;
            plain.store(true, Ordering::Relaxed);
            Ok(answer)
        }
        _ => openai(endpoint, &said).await,
    }
}

async fn openai(endpoint: &Endpoint, texts: &[&str]) -> Result<Answer, EmbedError> {
    let body = json!({
        "model": endpoint.model.model,
        "input": texts,
        "encoding_format": "float",
    });
    post::<OpenAi>(endpoint, &path::path(&endpoint.model, Path::Embeddings), body).await
}

/// One text for Gemini. From the second generation on the task is no field any more.
fn request(model: &str, text: &str, kind: EmbedKind) -> Value {
    let mut request = json!({
        "model": format!("models/{model}"),
        "content": { "parts": [{ "text": text }] },
    });
    if !model.contains("embedding-2") {
        let task = match kind {
            EmbedKind::Query => "CODE_RETRIEVAL_QUERY",
            EmbedKind::Passage => "RETRIEVAL_DOCUMENT",
        };
        set(&mut request, "taskType", json!(task));
    }
    request
}

async fn post<T>(endpoint: &Endpoint, path: &str, mut body: Value) -> Result<Answer, EmbedError>
where
    T: DeserializeOwned + Into<Answer> + Send + 'static,
{
    extend(&mut body, &endpoint.model.extra_body);
    let patience = endpoint.patience(Purpose::Index);
    let mut response = match endpoint.post(Purpose::Index, path, &body).await {
        // 501 is llama.cpp's word for whatever it was not started for.
        Err(BackendError::NoInfill(name)) => return Err(EmbedError::NoEmbeddings(name)),
        other => other?,
    };
    let name = || endpoint.name();
    let read = async {
        let mut bytes = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(piece)) => bytes.extend_from_slice(&piece),
                Ok(None) => return Ok(bytes),
                Err(_) => return Err(BackendError::Interrupted(name())),
            }
            if bytes.len() > MAX_ANSWER {
                return Err(BackendError::Malformed(name()));
            }
        }
    };
    let total = patience.waits.total;
    let bytes = tokio::time::timeout(total.saturating_sub(patience.since.elapsed()), read)
        .await
        .map_err(|_| BackendError::TimedOut(name(), total, "total_timeout_ms"))??;
    // Megabytes of numbers are not read where requests are served.
    let read = tokio::task::spawn_blocking(move || {
        serde_json::from_slice::<T>(&bytes).map(Into::into).ok()
    });
    let answer = read.await.ok().flatten();
    Ok(answer.ok_or_else(|| BackendError::Malformed(name()))?)
}
