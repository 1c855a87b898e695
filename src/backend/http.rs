//! HTTP: one pooled client per kind of endpoint, made off the start-up path.
//!
//! Loopback never goes through a proxy, and without TLS it needs no root certificates, so that its
//! client is cheap to make; the others are made when a remote endpoint is first used. Redirects
//! are never followed: they would take key and prompt elsewhere.

mod answer;
pub mod cause;
pub(crate) mod pem;
mod proxy;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use parking_lot::Mutex;
use tokio::sync::OnceCell;

pub use answer::limited_json;
pub use proxy::proxy_variable;

use super::error::BackendError;
use crate::config::settings::{ModelSettings, Tls};

/// How long an idle connection is kept for the next key.
const POOL_IDLE: Duration = Duration::from_secs(90);
/// Longest pause that a Retry-After header is obeyed for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(3_600);
/// An HTTP/2 connection with a request under way is asked whether it lives this often, and has
/// that long to answer: a network that went away says nothing.
const HTTP2_PING: (Duration, Duration) = (Duration::from_secs(15), Duration::from_secs(10));
/// How often certificate files are looked at for a renewal.
const RENEWAL: Duration = Duration::from_secs(60);

/// Which client an endpoint needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    /// `http://` on this machine.
    Loopback,
    /// `https://` on this machine.
    LoopbackTls,
    /// Everywhere else: the system's proxy applies.
    Remote,
}

/// What of a model's settings its client is made by.
#[derive(Clone, Copy, Debug)]
pub struct Reach<'a> {
    /// Longest time to connect.
    pub connect_timeout: Duration,
    /// Certificates.
    pub tls: &'a Tls,
}

impl<'a> Reach<'a> {
    /// That of a model.
    #[must_use]
    pub fn of(model: &'a ModelSettings) -> Self {
        Self { connect_timeout: model.connect_timeout, tls: &model.tls }
    }
}

/// The process's HTTP clients.
#[derive(Default)]
pub struct Http {
    clients: Mutex<HashMap<Manner, Made>>,
}

/// What tells clients apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Manner {
    kind: Kind,
    connect_timeout: Duration,
    /// False: a new connection for every request.
    pooled: bool,
    tls: Tls,
}

/// A client, or one that is being made.
#[derive(Clone)]
struct Made {
    client: Arc<OnceCell<reqwest::Client>>,
    /// When the certificate files had last been written, and when that was looked at.
    files: Option<(Vec<Option<SystemTime>>, Instant)>,
}

impl Http {
    /// The pooled client for a URL. Made on a blocking thread the first time.
    ///
    /// # Errors
    /// [`BackendError::Certificate`] if a file cannot be used, [`BackendError::Client`] if it
    /// cannot be made otherwise; both are tried again by the next request.
    pub async fn client(
        &self,
        url: &reqwest::Url,
        reach: Reach<'_>,
    ) -> Result<reqwest::Client, BackendError> {
        self.get(url, reach, true).await
    }

    /// A client that opens a new connection for every request: for the one retry after a pooled
    /// connection proved dead.
    ///
    /// # Errors
    /// As [`Self::client`].
    pub async fn fresh(
        &self,
        url: &reqwest::Url,
        reach: Reach<'_>,
    ) -> Result<reqwest::Client, BackendError> {
        self.get(url, reach, false).await
    }

    async fn get(
        &self,
        url: &reqwest::Url,
        reach: Reach<'_>,
        pooled: bool,
    ) -> Result<reqwest::Client, BackendError> {
        let kind = kind(url);
        let tls = if kind == Kind::Loopback { Tls::default() } else { reach.tls.clone() };
        let manner = Manner { kind, connect_timeout: reach.connect_timeout, pooled, tls };
        let known = self.clients.lock().get(&manner).cloned();
        let made = match known {
            Some(made) if made.is_fresh() => made,
            old => self.looked_at(&manner, old).await,
        };
        made.client.get_or_try_init(|| build(manner)).await.cloned()
    }

    /// The client of this manner, another one if its files have been written since.
    async fn looked_at(&self, manner: &Manner, old: Option<Made>) -> Made {
        let files = match manner.tls == Tls::default() {
            true => None,
            false => {
                let tls = manner.tls.clone();
                let written = tokio::task::spawn_blocking(move || written(&tls)).await;
                Some((written.unwrap_or_default(), Instant::now()))
            }
        };
        let same = |old: &Made| {
            let times =
                |files: &Option<(Vec<_>, _)>| files.as_ref().map(|(times, _)| times.clone());
            times(&old.files) == times(&files)
        };
        let client = old.filter(same).map(|old| old.client).unwrap_or_default();
        let made = Made { client, files };
        let mut clients = self.clients.lock();
        match clients.get(manner) {
            // Somebody was faster.
            Some(now) if now.files.is_none() => now.clone(),
            _ => {
                clients.insert(manner.clone(), made.clone());
                made
            }
        }
    }
}

impl Made {
    fn is_fresh(&self) -> bool {
        self.files.as_ref().is_none_or(|(_, looked)| looked.elapsed() < RENEWAL)
    }
}

/// When each of the files was last written; `None` for one that is not there.
fn written(tls: &Tls) -> Vec<Option<SystemTime>> {
    let files = [&tls.ca_bundle, &tls.client_certificate, &tls.client_key];
    files.into_iter().map(|file| std::fs::metadata(file.as_ref()?).ok()?.modified().ok()).collect()
}

fn kind(url: &reqwest::Url) -> Kind {
    match (is_loopback(url), url.scheme()) {
        (true, "https") => Kind::LoopbackTls,
        (true, _) => Kind::Loopback,
        (false, _) => Kind::Remote,
    }
}

/// Whether a URL's host is this machine by its name or address alone.
#[must_use]
pub fn is_loopback(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or("").trim_start_matches('[').trim_end_matches(']');
    let here = |address: std::net::IpAddr| {
        let address = address.to_canonical();
        address.is_loopback() || address.is_unspecified()
    };
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(here)
}

async fn build(manner: Manner) -> Result<reqwest::Client, BackendError> {
    let made = tokio::task::spawn_blocking(move || make(&manner));
    made.await.unwrap_or_else(|error| Err(BackendError::Client(error.to_string())))
}

/// Reads certificates and makes a client; slow.
fn make(manner: &Manner) -> Result<reqwest::Client, BackendError> {
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("foretype/", env!("CARGO_PKG_VERSION")))
        .tcp_nodelay(true)
        .pool_idle_timeout(POOL_IDLE)
        .connect_timeout(manner.connect_timeout)
        .redirect(reqwest::redirect::Policy::none());
    if !manner.pooled {
        builder = builder.pool_max_idle_per_host(0);
    }
    builder = match manner.kind {
        Kind::Loopback => builder.no_proxy().http1_only().tls_certs_only(std::iter::empty()),
        Kind::LoopbackTls => builder.no_proxy(),
        Kind::Remote => builder
            .tcp_keepalive(Duration::from_secs(30))
            .http2_keep_alive_interval(HTTP2_PING.0)
            .http2_keep_alive_timeout(HTTP2_PING.1),
    };
    if let Some(file) = &manner.tls.ca_bundle {
        builder = builder.tls_certs_merge(pem::authorities(file)?);
    }
    if let Some(file) = &manner.tls.client_certificate {
        builder = builder.identity(pem::identity(file, manner.tls.client_key.as_deref())?);
    }
    builder.build().map_err(|error| match manner.tls == Tls::default() {
        true => BackendError::Client(error.without_url().to_string()),
        false => pem::refused(&manner.tls, &error),
    })
}

/// The pause a response asks for: `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), or
/// `retry-after-ms`.
#[must_use]
pub fn retry_after(headers: &reqwest::header::HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    // Azure OpenAI says it more exactly, too.
    if let Some(ms) = text("retry-after-ms").and_then(|text| text.parse::<u64>().ok()) {
        return Some(Duration::from_millis(ms).min(MAX_RETRY_AFTER));
    }
    let value = text("retry-after")?;
    let pause = match value.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() => Duration::from_secs_f64(seconds.clamp(0.0, 86_400.0)),
        _ => httpdate::parse_http_date(value)
            .ok()?
            .duration_since(std::time::SystemTime::now())
            .unwrap_or_default(),
    };
    Some(pause.min(MAX_RETRY_AFTER))
}

/// Shared by everyone who talks HTTP.
pub type SharedHttp = Arc<Http>;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_known_by_name_and_address() {
        for (url, want) in [
            ("http://127.0.0.1:8080", true),
            ("http://127.3.2.1/", true),
            ("http://localhost:1/v1", true),
            ("http://[::1]:8080", true),
            ("https://api.example.com", false),
            ("http://192.168.1.4:8080", false),
            ("http://0.0.0.0:8080", true),
            ("http://[::ffff:127.0.0.1]:8080", true),
            ("http://localhost.example.com", false),
            ("http://127.0.0.1.example.com", false),
        ] {
            assert_eq!(is_loopback(&url.parse().unwrap()), want, "{url}");
        }
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let read = |value: &str| {
            let mut headers = reqwest::header::HeaderMap::new();
            headers.insert(reqwest::header::RETRY_AFTER, value.parse().unwrap());
            retry_after(&headers)
        };
        assert_eq!(read("2"), Some(Duration::from_secs(2)));
        assert_eq!(read("0.5"), Some(Duration::from_millis(500)));
        assert_eq!(read("-1"), Some(Duration::ZERO));
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
        assert_eq!(read("99999999"), Some(MAX_RETRY_AFTER));
        assert_eq!(read("soon"), None);
        let mut headers = reqwest::header::HeaderMap::new();
        headers.insert("retry-after", "2".parse().unwrap());
        headers.insert("retry-after-ms", "1500".parse().unwrap());
        assert_eq!(retry_after(&headers), Some(Duration::from_millis(1_500)));
    }
}
