//! HTTP: one pooled client per kind of endpoint, made off the start-up path.
//!
//! Loopback never goes through a proxy and needs no root certificates, so its client is cheap to
//! make; the others are made when a remote endpoint is first used.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::OnceCell;

use super::error::BackendError;

/// How long an idle connection is kept for the next key.
const POOL_IDLE: Duration = Duration::from_secs(90);
/// Longest pause that a Retry-After header is obeyed for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(3_600);

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

/// The process's HTTP clients.
#[derive(Default)]
pub struct Http {
    clients: Mutex<HashMap<Manner, Arc<OnceCell<reqwest::Client>>>>,
}

/// What tells clients apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Manner {
    kind: Kind,
    connect_timeout: Duration,
    /// False: a new connection for every request.
    pooled: bool,
}

impl Http {
    /// The pooled client for a URL. Made on a blocking thread the first time.
    ///
    /// # Errors
    /// [`BackendError::Client`] if it cannot be made.
    pub async fn client(
        &self,
        url: &reqwest::Url,
        connect_timeout: Duration,
    ) -> Result<reqwest::Client, BackendError> {
        self.get(Manner { kind: kind(url), connect_timeout, pooled: true }).await
    }

    /// A client that opens a new connection for every request: for the one retry after a pooled
    /// connection proved dead.
    ///
    /// # Errors
    /// [`BackendError::Client`] if it cannot be made.
    pub async fn fresh(
        &self,
        url: &reqwest::Url,
        connect_timeout: Duration,
    ) -> Result<reqwest::Client, BackendError> {
        self.get(Manner { kind: kind(url), connect_timeout, pooled: false }).await
    }

    async fn get(&self, manner: Manner) -> Result<reqwest::Client, BackendError> {
        let cell = Arc::clone(self.clients.lock().entry(manner).or_default());
        cell.get_or_try_init(|| build(manner)).await.cloned()
    }
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
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

async fn build(manner: Manner) -> Result<reqwest::Client, BackendError> {
    let Manner { kind, connect_timeout, pooled } = manner;
    let made = tokio::task::spawn_blocking(move || {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("foretype/", env!("CARGO_PKG_VERSION")))
            .tcp_nodelay(true)
            .pool_idle_timeout(POOL_IDLE)
            .connect_timeout(connect_timeout)
            .redirect(reqwest::redirect::Policy::none());
        if !pooled {
            builder = builder.pool_max_idle_per_host(0);
        }
        builder = match kind {
            Kind::Loopback => builder.no_proxy().http1_only().tls_certs_only(std::iter::empty()),
            Kind::LoopbackTls => builder.no_proxy(),
            Kind::Remote => builder.tcp_keepalive(Duration::from_secs(30)),
        };
        builder.build().map_err(|error| BackendError::Client(error.without_url().to_string()))
    });
    made.await.unwrap_or_else(|error| Err(BackendError::Client(error.to_string())))
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
