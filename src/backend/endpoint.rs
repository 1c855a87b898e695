//! One configured model on one server, shared by every session: settings, key, health, and the
//! requests that all wire formats have in common.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::Facts;
use super::error::BackendError;
use super::health::{Health, Readiness};
use super::http::{Reach, SharedHttp, cause, limited_json, proxy_variable, retry_after};
use super::judge::Complaint;
use super::key::{Keys, Read};
use super::limit::Limiter;
use super::stream::Patience;
use super::tokenizer::Tokenizer;
use crate::catalogue::{self, Known, Source};
use crate::config::api_key::KeySource;
use crate::config::settings::{ModelSettings, Provider, Purpose};
use crate::prompt::density::Density;

/// A short answer to a question about the server itself takes no longer than this.
const PROBE_TIME: Duration = Duration::from_secs(10);
/// Bytes of an error body that are looked at for known words.
const ERROR_BODY: usize = 16 * 1024;

/// Anthropic wants to know which of its API is meant
/// (<https://platform.claude.com/docs/en/api/versioning>).
const VERSION: (&str, &str) = ("anthropic-version", "2023-06-01");

/// A model on a server.
pub struct Endpoint {
    /// As configured.
    pub model: Arc<ModelSettings>,
    /// What is known of its state.
    pub health: Health,
    /// What its tokenizer makes of a text.
    pub density: Density,
    /// What it says of texts where it is asked.
    pub tokenizer: Tokenizer,
    /// What it said of itself when it was last probed.
    pub facts: Mutex<Option<Facts>>,
    /// It has sent the end of thoughts that nothing had begun: its chat template opens the mark.
    pub(super) thinks_aloud: Arc<AtomicBool>,
    http: SharedHttp,
    keys: Keys,
    limiter: OnceLock<Arc<Limiter>>,
    /// Posts that were let through and are still to come.
    expected: AtomicU32,
    urls: Mutex<HashMap<String, reqwest::Url>>,
    known: OnceLock<Option<&'static Known>>,
}

impl Endpoint {
    /// For a model. `allow_command`: keys may come from a command.
    #[must_use]
    pub fn new(model: Arc<ModelSettings>, http: SharedHttp, allow_command: bool) -> Self {
        let known = model.provider != Provider::Ollama;
        let facts = Mutex::new(None);
        let keys = Keys::new(model.api_key.clone(), allow_command);
        Self {
            tokenizer: Tokenizer::of(model.provider),
            model,
            health: Health::new(known),
            density: Density::default(),
            facts,
            thinks_aloud: Arc::default(),
            http,
            keys,
            limiter: OnceLock::new(),
            expected: AtomicU32::new(0),
            urls: Mutex::default(),
            known: OnceLock::new(),
        }
    }

    /// The server, for messages: address without user, query or key.
    #[must_use]
    pub fn name(&self) -> String {
        match reqwest::Url::parse(&self.model.url) {
            Ok(url) => {
                let host = url.host_str().unwrap_or("");
                let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
                format!("{} at {host}{port}", self.model.name)
            }
            Err(_) => self.model.name.clone(),
        }
    }

    /// Tokens of context: as configured, else as the server said, else as the catalogue has it,
    /// else a careful guess.
    #[must_use]
    pub fn context_tokens(&self) -> u32 {
        self.context_from().0
    }

    /// The same, and who said it.
    #[must_use]
    pub fn context_from(&self) -> (u32, Source) {
        let said = || self.facts.lock().as_ref().and_then(|facts| facts.context_tokens);
        let known = || self.known().and_then(|known| known.context);
        let configured = self.model.context_tokens.map(|tokens| (tokens, Source::Configuration));
        configured
            .or_else(|| Some((said()?, Source::Server)))
            .or_else(|| Some((known()?, Source::Catalogue)))
            .unwrap_or((crate::prompt::budget::DEFAULT_CONTEXT, Source::Default))
    }

    /// What the catalogue has of it; looked for once.
    fn known(&self) -> Option<&'static Known> {
        *self.known.get_or_init(|| catalogue::of(&self.model))
    }

    /// Longest answer of chat, tokens: as configured, but no more than the model can.
    #[must_use]
    pub fn chat_output_tokens(&self) -> u32 {
        let most = self.known().and_then(|known| known.output);
        self.model.chat_output_tokens.min(most.unwrap_or(u32::MAX))
    }

    /// Time-outs of a stream that begins now.
    #[must_use]
    pub fn patience(&self, purpose: Purpose) -> Patience {
        Patience { since: Instant::now(), waits: self.model.waits(purpose) }
    }

    /// Keeps what the server says of itself, its names as they can be shown.
    pub(super) fn told(&self, facts: Facts) -> Facts {
        let facts = facts.shown();
        *self.facts.lock() = Some(facts.clone());
        facts
    }

    /// Limits what is posted.
    pub(super) fn limit_by(&self, limiter: Arc<Limiter>) {
        let _ = self.limiter.set(limiter);
    }

    /// A request was let through: its post is counted already.
    pub(super) fn expect_post(&self) {
        self.expected.fetch_add(1, Ordering::Relaxed);
    }

    /// A wire format that asks a second time, with less, or that asks for vectors sends one more
    /// than was let through: that counts too.
    async fn count(&self, within: Duration) -> Result<(), BackendError> {
        let Some(limiter) = self.limiter.get() else { return Ok(()) };
        let take = |expected: u32| expected.checked_sub(1);
        match self.expected.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
            Ok(_) => Ok(()),
            Err(_) => limiter.one_more(within).await,
        }
    }

    /// POSTs JSON and answers the response's head once its status is good. A connection that
    /// breaks before the first byte is retried once, on a fresh one.
    ///
    /// # Errors
    /// Any [`BackendError`]; loading and quiet are noted in `health`.
    pub async fn post(
        &self,
        purpose: Purpose,
        path: &str,
        body: &Value,
    ) -> Result<reqwest::Response, BackendError> {
        let within = self.model.waits(purpose).first_token;
        self.count(within).await?;
        let sent = tokio::time::timeout(within, self.good(path, Some(body))).await;
        let timed_out = |_| BackendError::TimedOut(self.name(), within, "first_token_timeout_ms");
        sent.map_err(timed_out)?
    }

    /// POSTs JSON without any limit of time, for loading a model.
    ///
    /// # Errors
    /// Any [`BackendError`].
    pub async fn post_patiently(&self, path: &str, body: &Value) -> Result<Value, BackendError> {
        let response = self.good(path, Some(body)).await?;
        limited_json(response).await.ok_or_else(|| BackendError::Malformed(self.name()))
    }

    /// POSTs a small question about the server itself.
    ///
    /// # Errors
    /// Any [`BackendError`].
    pub async fn ask(&self, path: &str, body: Option<&Value>) -> Result<Value, BackendError> {
        let asked = async {
            let response = self.good(path, body).await?;
            limited_json(response).await.ok_or_else(|| BackendError::Malformed(self.name()))
        };
        let timed_out = |_| BackendError::Silent(self.name(), PROBE_TIME);
        tokio::time::timeout(PROBE_TIME, asked).await.map_err(timed_out)?
    }

    /// The response of a request, if its status is good. A key that is refused is read anew once,
    /// and if it is another one, so is the request sent.
    async fn good(
        &self,
        path: &str,
        body: Option<&Value>,
    ) -> Result<reqwest::Response, BackendError> {
        let no_key = |why| BackendError::Key(self.name(), why);
        let key = self.keys.get().await.map_err(no_key)?;
        let judged = self.judge(self.send(path, body, &key).await?).await;
        let refused =
            matches!(judged, Err(BackendError::Unauthorized(..) | BackendError::Forbidden(..)));
        if refused && let Some(key) = self.keys.renewed(&key).await {
            return self.judge(self.send(path, body, &key).await?).await;
        }
        judged
    }

    async fn send(
        &self,
        path: &str,
        body: Option<&Value>,
        key: &Read,
    ) -> Result<reqwest::Response, BackendError> {
        let nowhere = || BackendError::Unreachable(self.name());
        let url = self.url(path).ok_or_else(nowhere)?;
        let unreachable = || match proxy_variable(&url, |name| std::env::var(name).ok()) {
            Some(variable) => BackendError::BehindProxy(self.name(), variable),
            None => nowhere(),
        };
        let key = key.get().and_then(Option::as_ref);
        let request = |client: &reqwest::Client| {
            let mut request = match body {
                Some(body) => client
                    .post(url.clone())
                    .header(CONTENT_TYPE, "application/json")
                    .body(super::json::text(body)),
                None => client.get(url.clone()),
            };
            for (name, value) in &self.model.headers {
                if let Some(value) = secret_header(value.expose()) {
                    request = request.header(name.as_str(), value);
                }
            }
            if self.model.provider == Provider::Anthropic
                && !self.model.headers.keys().any(|name| name.eq_ignore_ascii_case(VERSION.0))
            {
                request = request.header(VERSION.0, VERSION.1);
            }
            let own = |name: &HeaderName| {
                self.model.headers.keys().any(|own| own.eq_ignore_ascii_case(name.as_str()))
            };
            match key.and_then(|key| credentials(self.model.provider, key.expose())) {
                // What the user wrote stands in for it: two would be refused.
                Some((name, value)) if !own(&name) => request.header(name, value),
                _ => request,
            }
        };
        let reach = Reach::of(&self.model);
        let client = self.http.client(&url, reach).await?;
        let judged = |error: &reqwest::Error| match cause::of(error) {
            Some(fault) => Some(BackendError::Tls(self.name(), fault)),
            None => (error.is_connect() || error.is_timeout()).then(unreachable),
        };
        match request(&client).send().await {
            Ok(response) => Ok(response),
            Err(error) => match judged(&error) {
                Some(error) => Err(error),
                // A pooled connection that had died: once more, on a new one.
                None => {
                    let fresh = self.http.fresh(&url, reach).await?;
                    request(&fresh).send().await.map_err(|error| {
                        judged(&error).unwrap_or_else(|| BackendError::Reset(self.name()))
                    })
                }
            },
        }
    }

    /// The address of a path; each is put together once.
    fn url(&self, path: &str) -> Option<reqwest::Url> {
        if let Some(url) = self.urls.lock().get(path) {
            return Some(url.clone());
        }
        let url = reqwest::Url::parse(&joined(&self.model.url, path)).ok()?;
        self.urls.lock().insert(path.to_owned(), url.clone());
        Some(url)
    }

    /// Turns a bad status, and a web page with any status, into an error.
    async fn judge(&self, response: reqwest::Response) -> Result<reqwest::Response, BackendError> {
        self.health.note_limits(response.headers(), || self.name());
        let status = response.status();
        let page = is_web_page(response.headers());
        if status.is_success() && !page {
            return Ok(response);
        }
        // These say more than that a page came with them.
        let (name, code) = (self.name(), status.as_u16());
        let telling = matches!(code, 300..400 | 407 | 413 | 429 | 502..=504 | 520..=526);
        if page && !telling {
            return Err(BackendError::WebPage(name, code));
        }
        let pause = retry_after(response.headers());
        let complaint = match page {
            true => Complaint::default(),
            false => Complaint::of_body(&error_body(response).await),
        };
        Err(match (complaint.judge(name, code, pause), &self.model.api_key) {
            // Nobody said where the key is, and it is not where it usually is.
            (BackendError::Unauthorized(name, _), source @ KeySource::Usual(_))
                if self.keys.is_none() =>
            {
                BackendError::Key(name, source.remedy())
            }
            (error, _) => error,
        })
    }

    /// Notes what an error says about the server.
    pub fn note(&self, error: &BackendError) {
        if let Some(pause) = error.quiet_for() {
            self.health.set(Readiness::Quiet(Instant::now() + pause, error.to_string()));
        }
    }
}

/// A path at an address. Some vendors number the same API otherwise, `…/v4` or `…/v1beta/openai`:
/// that number takes the place of ours.
fn joined(base: &str, path: &str) -> String {
    let base = base.trim_end_matches('/');
    let numbered = base.strip_suffix("/openai").unwrap_or(base);
    let last = numbered.rsplit('/').next().unwrap_or("");
    let is_number =
        last.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let path = if is_number { path.strip_prefix("/v1").unwrap_or(path) } else { path };
    format!("{base}{path}")
}

/// How a provider wants the key: never in the address.
fn credentials(provider: Provider, key: &str) -> Option<(HeaderName, HeaderValue)> {
    Some(match provider {
        Provider::Anthropic => (HeaderName::from_static("x-api-key"), secret_header(key)?),
        Provider::Gemini => (HeaderName::from_static("x-goog-api-key"), secret_header(key)?),
        // A token of Entra ID is a JWT, and goes as a bearer token.
        Provider::AzureOpenAi if !key.starts_with("eyJ") => {
            (HeaderName::from_static("api-key"), secret_header(key)?)
        }
        _ => (AUTHORIZATION, secret_header(&format!("Bearer {key}"))?),
    })
}

/// A header value that is never printed.
fn secret_header(value: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The beginning of an error's body: looked at for known words, never shown.
async fn error_body(mut response: reqwest::Response) -> Vec<u8> {
    let mut body = Vec::new();
    let read = async {
        while let Ok(Some(piece)) = response.chunk().await {
            body.extend_from_slice(&piece);
            if body.len() > ERROR_BODY {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(Duration::from_secs(1), read).await;
    body
}

fn is_web_page(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    kind.eq_ignore_ascii_case("text/html") || kind.eq_ignore_ascii_case("application/xhtml+xml")
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn addresses_and_paths() {
        for (base, path, whole) in [
            ("https://a", "/v1/models", "https://a/v1/models"),
            ("https://a/openai", "/v1/models", "https://a/openai/v1/models"),
            ("https://a/paas/v4", "/v1/models", "https://a/paas/v4/models"),
            ("https://a/v1beta/openai", "/v1/models", "https://a/v1beta/openai/models"),
            ("https://a/v2", "/api/tags", "https://a/v2/api/tags"),
            ("https://vllm.a", "/v1/models", "https://vllm.a/v1/models"),
        ] {
            assert_eq!(joined(base, path), whole);
        }
    }
}
