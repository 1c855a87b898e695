//! Exact counts of tokens where a server gives them: llama.cpp's and vLLM's `/tokenize`
//! (llama.cpp, tools/server/README.md; <https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html>).
//! Asked after a request, of what it was made of, and never while somebody waits.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use parking_lot::Mutex;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Ask;
use super::endpoint::Endpoint;
use super::error::BackendError;
use crate::config::settings::Provider;
use crate::guard::Redacted;
use crate::prompt::budget::estimate;

/// Texts whose counts are remembered.
const REMEMBERED: usize = 256;
/// Shorter texts (bytes) say little of a tokenizer.
const TELLING: usize = 200;

const NONE: u8 = 0;
const LLAMA_CPP: u8 = 1;
const VLLM: u8 = 2;

/// SHA-256 of a text.
type Digested = [u8; 32];

/// What a server's tokenizer has made of texts.
#[derive(Debug, Default)]
pub struct Tokenizer {
    /// How it is asked.
    form: AtomicU8,
    known: Mutex<VecDeque<(Digested, u64)>>,
    busy: AtomicBool,
}

impl Tokenizer {
    /// As far as the provider's name tells.
    #[must_use]
    pub fn of(provider: Provider) -> Self {
        let form = if provider == Provider::LlamaCpp { LLAMA_CPP } else { NONE };
        Self { form: AtomicU8::new(form), ..Self::default() }
    }

    /// Behind OpenAI's API stands the server that calls itself so in its list of models.
    pub(super) fn is_hosted_by(&self, owner: &str) {
        let form = match owner {
            "llamacpp" => LLAMA_CPP,
            "vllm" => VLLM,
            _ => return,
        };
        self.form.store(form, Ordering::Relaxed);
    }

    fn known(&self, text: &Digested) -> Option<u64> {
        let known = self.known.lock();
        known.iter().find(|(of, _)| of == text).map(|(_, count)| *count)
    }

    fn remember(&self, text: Digested, count: u64) {
        let mut known = self.known.lock();
        known.push_back((text, count));
        if known.len() > REMEMBERED {
            known.pop_front();
        }
    }
}

/// Counts what a request was made of, in the background, and keeps what that says of the tokenizer.
pub(super) fn learn(endpoint: &Arc<Endpoint>, ask: &Ask) {
    let tokenizer = &endpoint.tokenizer;
    let offers = tokenizer.form.load(Ordering::Relaxed) != NONE;
    // As the process ends there is nothing to learn.
    let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
    if !offers || tokenizer.busy.swap(true, Ordering::Relaxed) {
        return;
    }
    let (endpoint, texts) = (Arc::clone(endpoint), texts(ask));
    runtime.spawn(async move {
        if let Some((estimated, counted)) = count(&endpoint, &texts).await {
            endpoint.density.exact(estimated, counted);
        }
        endpoint.tokenizer.busy.store(false, Ordering::Relaxed);
    });
}

/// What stays the same from one request to the next, and so is counted once.
fn texts(ask: &Ask) -> Vec<Redacted> {
    match ask {
        Ask::Fim(ask) => {
            let prompt = ask.prompt.prompt();
            let files = prompt.files.iter().map(|file| file.text.clone());
            files.chain([prompt.prefix.clone(), prompt.suffix.clone()]).collect()
        }
        Ask::Chat(ask) => {
            let prompt = ask.prompt.prompt();
            let turns = prompt.messages.iter().map(|turn| turn.text.clone());
            turns.chain([prompt.system.clone()]).collect()
        }
    }
}

/// Tokens as they are estimated, and as the server counts them.
async fn count(endpoint: &Endpoint, texts: &[Redacted]) -> Option<(u64, u64)> {
    let tokenizer = &endpoint.tokenizer;
    let (mut estimated, mut counted) = (0, 0);
    for text in texts.iter().filter(|text| text.len() >= TELLING) {
        let digest: Digested = Sha256::digest(text.as_str().as_bytes()).into();
        let count = match tokenizer.known(&digest) {
            Some(count) => count,
            None => {
                let count = asked(endpoint, text.as_str()).await?;
                tokenizer.remember(digest, count);
                count
            }
        };
        estimated += estimate(text.as_str()) as u64;
        counted += count;
    }
    Some((estimated, counted))
}

async fn asked(endpoint: &Endpoint, text: &str) -> Option<u64> {
    let form = endpoint.tokenizer.form.load(Ordering::Relaxed);
    let body = match form {
        VLLM => {
            json!({ "model": endpoint.model.model, "prompt": text, "add_special_tokens": false })
        }
        _ => json!({ "content": text, "add_special": false }),
    };
    match endpoint.ask("/tokenize", Some(&body)).await {
        Ok(answer) => {
            let count = answer.get("count").and_then(Value::as_u64);
            let tokens = || Some(answer.get("tokens")?.as_array()?.len() as u64);
            count.or_else(tokens)
        }
        Err(BackendError::NotFound(_) | BackendError::Dialect(..) | BackendError::Refused(..)) => {
            // An older server, or a gateway before it.
            endpoint.tokenizer.form.store(NONE, Ordering::Relaxed);
            None
        }
        Err(_) => None,
    }
}
