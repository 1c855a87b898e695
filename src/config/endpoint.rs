//! A model's address: what is accepted, and what counts as the same endpoint.

use std::net::Ipv6Addr;

use super::problem::Fault;
use super::read::expected;
use super::settings::Provider;
use super::tree::Value;

/// Checks an address and brings it into one form: scheme and host in lower case,
/// no slash at the end. No message repeats it, for it may hold a password.
pub(crate) fn parse(value: &Value) -> Result<String, Fault> {
    let Value::Text(text) = value else {
        return Err(expected("an address such as \"http://127.0.0.1:8080\"", value));
    };
    let text = text.trim();
    let example = "write it like `http://127.0.0.1:8080`";
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err(Fault::new(
            "the address does not begin with `http://` or `https://`",
            "write one of them before it",
        ));
    };
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return Err(Fault::new(
            "the address begins with neither `http://` nor `https://`",
            example,
        ));
    }
    if rest.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err(Fault::new("the address has blanks or backslashes in it", example));
    }
    if rest.contains(['?', '#']) {
        return Err(Fault::new(
            "the address has a `?` or `#` in it",
            "write only the part before it; parameters can go into `headers`",
        ));
    }
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    if authority.contains('@') {
        return Err(Fault::new(
            "the address has a name or password in it",
            "give it by `api_key` or `headers`",
        ));
    }
    if !is_authority(authority) {
        return Err(Fault::new("the address has no valid host and port", example));
    }
    let path = path.trim_end_matches('/');
    Ok(format!("{scheme}://{}{path}", authority.to_lowercase()))
}

/// The address that requests' paths are appended to.
pub(crate) fn base(provider: Provider, url: Option<&str>) -> Option<String> {
    let url = url.or(provider.default_url())?;
    let url = match provider {
        Provider::Ollama => url.strip_suffix("/api").unwrap_or(url),
        Provider::Gemini => url.strip_suffix("/v1beta").unwrap_or(url),
        // What its guide gives for fill-in-the-middle.
        Provider::DeepSeek => url.strip_suffix("/beta").unwrap_or(url),
        _ => url,
    };
    let url = url.strip_suffix("/v1").unwrap_or(url);
    Some(url.trim_end_matches('/').to_owned())
}

fn is_authority(authority: &str) -> bool {
    let (host_is_good, port) = if let Some(rest) = authority.strip_prefix('[') {
        let Some((host, port)) = rest.split_once(']') else {
            return false;
        };
        (host.parse::<Ipv6Addr>().is_ok(), port)
    } else {
        let (host, port) = match authority.find(':') {
            Some(at) => authority.split_at(at),
            None => (authority, ""),
        };
        let good = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_');
        (!host.is_empty() && host.chars().all(good), port)
    };
    let port_is_good = port.is_empty()
        || port.strip_prefix(':').is_some_and(|digits| {
            digits.bytes().all(|b| b.is_ascii_digit())
                && digits.parse::<u16>().is_ok_and(|port| port != 0)
        });
    host_is_good && port_is_good
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (written, expected) in [
            ("http://127.0.0.1:8012", Some("http://127.0.0.1:8012")),
            ("HTTPS://Host.Example/v1///", Some("https://host.example/v1")),
            ("http://[::1]:80/x", Some("http://[::1]:80/x")),
            (" http://a ", Some("http://a")),
            ("127.0.0.1:8012", None),
            ("localhost", None),
            ("ftp://a", None),
            ("file:///etc/passwd", None),
            ("http://", None),
            ("http:///v1", None),
            ("http://:80", None),
            ("http://a:", None),
            ("http://a:0", None),
            ("http://a:+8", None),
            ("http://a:99999", None),
            ("http://[::1", None),
            ("http://[zz]", None),
            ("http://a b", None),
            ("http://a\\@b", None),
            ("http://user:secret@a", None),
            ("http://a?key=1", None),
            ("http://a#x", None),
            ("", None),
        ] {
            let got = parse(&Value::Text(written.into()));
            assert_eq!(got.as_deref().ok(), expected, "{written}");
            if let Err(fault) = got {
                assert!(!format!("{fault:?}").contains("secret"));
            }
        }
    }

    #[test]
    fn bases() {
        use Provider::{DeepSeek, LlamaCpp, Ollama, OpenAiCompatible};
        for (provider, url, expected) in [
            (OpenAiCompatible, None, None),
            (LlamaCpp, None, Some("http://127.0.0.1:8080")),
            (Ollama, None, Some("http://127.0.0.1:11434")),
            (OpenAiCompatible, Some("https://a/api/v1"), Some("https://a/api")),
            (OpenAiCompatible, Some("https://a/x"), Some("https://a/x")),
            (LlamaCpp, Some("http://a/v1"), Some("http://a")),
            (Ollama, Some("http://a/api"), Some("http://a")),
            (Ollama, Some("http://a/v1"), Some("http://a")),
            (DeepSeek, Some("https://a/beta"), Some("https://a")),
        ] {
            assert_eq!(base(provider, url).as_deref(), expected, "{provider} {url:?}");
        }
    }
}
