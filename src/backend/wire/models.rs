//! The list of models of OpenAI-compatible servers: `GET /v1/models`
//! (<https://platform.openai.com/docs/api-reference/models/list>).

use std::sync::Arc;

use futures::future::{BoxFuture, FutureExt};
use serde_json::Value;

use super::ProbeWire;
use super::path::{Path, path};
use super::way::{Way, way};
use crate::backend::Facts;
use crate::backend::endpoint::Endpoint;
use crate::backend::error::BackendError;
use crate::config::settings::Provider;

/// Where servers tell the context window (tokens): vLLM; llama.cpp; OpenRouter and Together; Groq;
/// Mistral.
const CONTEXT: [&str; 5] =
    ["/max_model_len", "/meta/n_ctx", "/context_length", "/context_window", "/max_context_length"];

/// The question.
pub struct Models(Arc<Endpoint>);

impl Models {
    /// For an endpoint.
    #[must_use]
    pub const fn new(endpoint: Arc<Endpoint>) -> Self {
        Self(endpoint)
    }
}

impl ProbeWire for Models {
    fn probe(&self) -> BoxFuture<'static, Result<Facts, BackendError>> {
        let endpoint = Arc::clone(&self.0);
        async move {
            let list = endpoint.ask(&path(&endpoint.model, Path::Models), None).await?;
            // Together's is the bare list.
            let Some(list) = list.get("data").unwrap_or(&list).as_array() else {
                return Err(BackendError::Malformed(endpoint.name()));
            };
            let owner = list.iter().find_map(|model| model.get("owned_by")?.as_str());
            endpoint.tokenizer.is_hosted_by(owner.unwrap_or_default());
            let facts = facts(&endpoint, list);
            Ok(endpoint.told(facts))
        }
        .boxed()
    }
}

fn facts(endpoint: &Endpoint, list: &[Value]) -> Facts {
    let wanted = endpoint.model.model.as_str();
    let id = |model: &Value| Some(model.get("id")?.as_str()?.to_owned());
    let entry = list.iter().find(|model| id(model).as_deref() == Some(wanted));
    let context = entry.and_then(|model| {
        CONTEXT.iter().find_map(|place| model.pointer(place)?.as_u64()?.try_into().ok())
    });
    // Azure lists the models that can be deployed, under other names than the deployments'.
    let named = endpoint.model.provider != Provider::AzureOpenAi;
    Facts {
        context_tokens: context,
        model: entry.and_then(id),
        fim: Some(way(&endpoint.model) != Way::Prefix),
        loaded: None,
        models: list.iter().filter(|_| named).filter_map(id).collect(),
        slots: None,
    }
}
