//! Certificates and keys in PEM files (RFC 7468): read, and refused with the file's name, the
//! cause and what to do. Nothing of a key is ever in a message.

use std::path::Path;

use super::super::error::BackendError;
use super::cause;
use crate::config::settings::Tls;

/// A PEM file is no larger than this, bytes: a system's whole trust store is a fifth of it.
const LARGEST: u64 = 1024 * 1024;
const CERTIFICATE: &str = "CERTIFICATE";
/// The kinds of private keys that there are in PEM.
const KEYS: [&str; 3] = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"];

/// The certificates of a bundle.
pub(super) fn authorities(file: &Path) -> Result<Vec<reqwest::Certificate>, BackendError> {
    let certificate = |text: String| reqwest::Certificate::from_pem(text.as_bytes());
    let texts = authority_texts(file)?.into_iter().map(certificate);
    texts.map(|made| made.map_err(|_| damaged("ca_bundle", file))).collect()
}

/// The same as text: each a section of PEM.
pub(crate) fn authority_texts(file: &Path) -> Result<Vec<String>, BackendError> {
    let key = "ca_bundle";
    let text = read(key, file)?;
    let certificates: Vec<&str> =
        sections(&text).filter(|(label, _)| is_certificate(label)).map(|(_, text)| text).collect();
    if certificates.is_empty() {
        return Err(fault(key, file, "has no certificate in it", "give the CA's certificate"));
    }
    Ok(certificates.into_iter().map(plain).collect())
}

/// A certificate with its chain, and its key from the same file or from one of its own.
pub(super) fn identity(
    file: &Path,
    key_file: Option<&Path>,
) -> Result<reqwest::Identity, BackendError> {
    let text = identity_text(file, key_file)?;
    let (name, file) = key_file.map_or(("client_certificate", file), |file| ("client_key", file));
    reqwest::Identity::from_pem(text.as_bytes()).map_err(|_| damaged(name, file))
}

/// The same as PEM: the certificates, then the key.
pub(crate) fn identity_text(file: &Path, key_file: Option<&Path>) -> Result<String, BackendError> {
    let certificate = "client_certificate";
    let text = read(certificate, file)?;
    let mut all: String =
        sections(&text).filter(|(label, _)| is_certificate(label)).map(|(_, text)| text).collect();
    if all.is_empty() {
        let remedy = "give the client's certificate, then its chain";
        return Err(fault(certificate, file, "has no certificate in it", remedy));
    }
    let (name, file, text) = match key_file {
        Some(file) => ("client_key", file, read("client_key", file)?),
        None => (certificate, file, text),
    };
    all.push_str(private_key(name, file, &text, key_file.is_none())?);
    Ok(plain(&all))
}

fn private_key<'a>(
    name: &str,
    file: &Path,
    text: &'a str,
    alone: bool,
) -> Result<&'a str, BackendError> {
    let mut found = None;
    for (label, text) in sections(text) {
        if label == "ENCRYPTED PRIVATE KEY" || text.contains("Proc-Type: 4,ENCRYPTED") {
            let remedy = "write it without one by `openssl pkey -in FILE -out NEW` and keep that file private";
            return Err(fault(name, file, "has a private key with a password", remedy));
        }
        if KEYS.contains(&label) {
            found = found.or(Some(text));
        }
    }
    found.ok_or_else(|| {
        let remedy =
            if alone { "name its file as `client_key`" } else { "give the key's PEM file" };
        fault(name, file, "has no private key in it", remedy)
    })
}

/// What rustls found wrong with files that could be read.
pub(super) fn refused(tls: &Tls, error: &reqwest::Error) -> BackendError {
    let inconsistent = cause::rustls_error(error)
        .is_some_and(|error| matches!(error, rustls::Error::InconsistentKeys(_)));
    match (&tls.client_certificate, &tls.ca_bundle) {
        (Some(file), _) if inconsistent => {
            let remedy = "give the key that the certificate was made with as `client_key`";
            fault("client_certificate", file, "and the private key do not belong together", remedy)
        }
        (Some(file), None) => damaged("client_certificate", file),
        (_, Some(file)) => damaged("ca_bundle", file),
        (None, None) => BackendError::Client("the certificates cannot be used".to_owned()),
    }
}

fn read(key: &str, file: &Path) -> Result<String, BackendError> {
    use std::io::ErrorKind;

    let cannot = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => fault(key, file, "is not there", "correct the path"),
        ErrorKind::PermissionDenied => {
            fault(key, file, "may not be read", "make it readable for your user")
        }
        kind => fault(key, file, &format!("cannot be read ({kind})"), "check the file"),
    };
    let about = std::fs::metadata(file).map_err(cannot)?;
    if !about.is_file() {
        return Err(fault(key, file, "is no file", "name one PEM file"));
    }
    if about.len() > LARGEST {
        return Err(fault(key, file, "is too large for a PEM file", "name a PEM file"));
    }
    let bytes = std::fs::read(file).map_err(cannot)?;
    let text = String::from_utf8_lossy(&bytes);
    if text.contains("-----BEGIN ") {
        return Ok(text.into_owned());
    }
    // DER of any kind begins with an ASN.1 sequence (X.690, 8.9).
    let remedy = match (bytes.first(), key) {
        (Some(0x30), "ca_bundle") => {
            "it looks like DER: `openssl x509 -inform der -in FILE -out NEW`"
        }
        (Some(0x30), _) => {
            "it looks like DER or PKCS #12: `openssl pkcs12 -in FILE -out NEW -nodes`"
        }
        _ => "give a file with `-----BEGIN …-----` in it",
    };
    Err(fault(key, file, "is not PEM", remedy))
}

/// The labels of a file's sections, and each section from its first line to its last.
fn sections(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find("-----BEGIN ")?;
        let from = rest.get(start..)?;
        let label = from.strip_prefix("-----BEGIN ")?.split("-----").next()?;
        let end = format!("-----END {label}-----");
        let length = from.find(&end)? + end.len();
        let section = from.get(..length)?;
        rest = from.get(length..)?;
        Some((label, section))
    })
}

fn is_certificate(label: &str) -> bool {
    // OpenSSL's own labels for the same.
    matches!(label, CERTIFICATE | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE")
}

/// With the label that parsers know, on lines of their own.
fn plain(sections: &str) -> String {
    sections
        .replace("X509 CERTIFICATE", CERTIFICATE)
        .replace("TRUSTED CERTIFICATE", CERTIFICATE)
        .replace("----------BEGIN", "-----\n-----BEGIN")
}

pub(crate) fn damaged(key: &str, file: &Path) -> BackendError {
    fault(key, file, "is damaged, or of a kind that is not understood", "export it again as PEM")
}

fn fault(key: &str, file: &Path, cause: &str, remedy: &str) -> BackendError {
    BackendError::Certificate(format!("`{key}`: {} {cause}; {remedy}", file.display()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests;
