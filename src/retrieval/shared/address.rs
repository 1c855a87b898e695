//! Where the shared store is: the address as written, the password for it, and TLS.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::error::SharedError;
use crate::backend::http::pem;
use crate::config::settings::{SharedSettings, Tls};

/// Longest time to connect.
const CONNECT: Duration = Duration::from_secs(5);
/// After this long without a word the server is asked whether it lives: a machine that is gone holds
/// no claims.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// An address, made ready.
pub(super) struct Address {
    pub(super) config: Config,
    /// Host, port and database, for messages.
    pub(super) name: String,
    pub(super) tls: MakeRustlsConnect,
}

/// Reads the settings, runs their commands, reads certificates: blocks.
pub(super) fn read(settings: &SharedSettings, allow_command: bool) -> Result<Address, SharedError> {
    let url = settings.url.resolve(allow_command)?.ok_or(SharedError::Address("is empty"))?;
    let mut config = parse(url.expose())?;
    if let Some(password) = settings.password.resolve(allow_command)? {
        config.password(password.expose());
    }
    if config.get_hosts().is_empty() {
        return Err(SharedError::Address("has no host"));
    }
    if config.get_user().is_none() {
        return Err(SharedError::Address("has no user"));
    }
    // "Prefer" takes what a network between offers, which over one is nothing.
    if config.get_ssl_mode() == SslMode::Prefer && !config.get_hosts().iter().all(is_here) {
        config.ssl_mode(SslMode::Require);
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    config.keepalives_idle(KEEP_ALIVE);
    config.application_name("foretype");
    let tls = MakeRustlsConnect::new(client(&settings.tls)?);
    Ok(Address { name: name(&config), config, tls })
}

/// The address; the certificate is always checked wholly, whatever libpq's word for it.
fn parse(url: &str) -> Result<Config, SharedError> {
    if !url.starts_with("postgresql://") && !url.starts_with("postgres://") {
        return Err(SharedError::Address("is no address of PostgreSQL"));
    }
    let url = url
        .replace("sslmode=verify-full", "sslmode=require")
        .replace("sslmode=verify-ca", "sslmode=require");
    // What the parser says repeats parts of it.
    url.parse().map_err(|_| SharedError::Address("cannot be read"))
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name.eq_ignore_ascii_case("localhost")
                || name.parse().is_ok_and(|address: IpAddr| address.to_canonical().is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

fn name(config: &Config) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        #[cfg(unix)]
        Some(Host::Unix(path)) => path.display().to_string(),
        None => String::new(),
    };
    let port = config.get_ports().first().map(|port| format!(":{port}")).unwrap_or_default();
    let database = config.get_dbname().or(config.get_user()).unwrap_or_default();
    format!("{host}{port}/{database}")
}

/// As for models: the system's authorities and those of the settings, and a certificate of ours.
fn client(tls: &Tls) -> Result<ClientConfig, SharedError> {
    let unusable = |why: String| SharedError::Certificates(why);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut authorities = Vec::new();
    if let Some(file) = &tls.ca_bundle {
        for text in pem::authority_texts(file).map_err(|error| unusable(error.to_string()))? {
            let read = CertificateDer::from_pem_slice(text.as_bytes());
            let damaged = |_| unusable(pem::damaged("ca_bundle", file).to_string());
            authorities.push(read.map_err(damaged)?);
        }
    }
    let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(
        authorities,
        Arc::clone(&provider),
    )
    .map_err(|error| unusable(format!("the system's certificates: {error}")))?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let Some(file) = &tls.client_certificate else { return Ok(builder.with_no_client_auth()) };
    let key_file = tls.client_key.as_deref();
    let text = pem::identity_text(file, key_file).map_err(|error| unusable(error.to_string()))?;
    let damaged = || unusable(pem::damaged("client_certificate", file).to_string());
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    let key = PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| damaged())?;
    builder.with_client_auth_cert(chain.map_err(|_| damaged())?, key).map_err(|_| damaged())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::config::{ApiKey, KeySource};

    fn settings(url: &str) -> SharedSettings {
        SharedSettings {
            url: KeySource::Literal(ApiKey::new(url)),
            password: KeySource::None,
            tls: Tls::default(),
            timeout: Duration::from_secs(1),
        }
    }

    #[test]
    fn addresses() {
        let secret = "not-a-real-one";
        for (url, name, mode) in [
            ("postgresql://u@db.example.org/team", "db.example.org:5432/team", SslMode::Require),
            ("postgres://u:not-a-real-one@db:5433/team", "db:5433/team", SslMode::Require),
            ("postgresql://u@db/team?sslmode=disable", "db:5432/team", SslMode::Disable),
            ("postgresql://u@db/team?sslmode=prefer", "db:5432/team", SslMode::Require),
            ("postgresql://u@db/team?sslmode=verify-full", "db:5432/team", SslMode::Require),
            ("postgresql://u@127.0.0.1/team", "127.0.0.1:5432/team", SslMode::Prefer),
            ("postgresql://u@localhost", "localhost:5432/u", SslMode::Prefer),
        ] {
            let address = read(&settings(url), false).unwrap();
            assert_eq!((address.name.as_str(), address.config.get_ssl_mode()), (name, mode));
        }
        #[cfg(unix)]
        {
            let address = read(&settings("postgresql://u@%2Frun%2Fpg/team"), false).unwrap();
            assert_eq!(address.name, "/run/pg:5432/team");
            assert_eq!(address.config.get_ssl_mode(), SslMode::Prefer);
        }
        for url in [
            "http://u:not-a-real-one@db",
            "host=db password=not-a-real-one",
            "postgresql://u:not-a-real-one@db:port/x",
            "postgresql://u:not-a-real-one@db/x?sslmode=maybe",
            "postgresql://db/x",
            "postgresql://u:not-a-real-one@/x",
        ] {
            let error = read(&settings(url), false).err().unwrap();
            assert!(matches!(error, SharedError::Address(_)), "{url}");
            assert!(!format!("{error} {error:?}").contains(secret));
        }
    }
}
