//! A model's address: what is accepted, and what counts as the same endpoint.

use std::net::Ipv6Addr;

use super::problem::{Fault, clip};
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
            without_scheme(text),
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
            "write only the part before it; `api-version` goes into `api_version`",
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

/// What to write instead of an address that lacks its scheme. It is repeated only where it is
/// plainly an address, for it may be a key in the wrong place.
fn without_scheme(text: &str) -> String {
    let host = text.split(['/', ':']).next().unwrap_or("").to_lowercase();
    let here = host == "localhost" || host.parse::<std::net::Ipv4Addr>().is_ok();
    let scheme = if here { "http" } else { "https" };
    let port = text.split_once(':').map_or("", |(_, rest)| rest);
    let is_address = here || port.starts_with(|c: char| c.is_ascii_digit());
    let whole = format!("{scheme}://{text}");
    match parse(&Value::Text(whole.clone())) {
        Ok(_) if is_address => format!("write `{}`", clip(&whole)),
        _ => "write one of them before it".to_owned(),
    }
}

/// Ends of addresses that name one request, as vendors' examples have them; the longer first.
const REQUESTS: [&str; 17] = [
    "/fim/completions",
    "/chat/completions",
    "/completions",
    "/v1/messages/count_tokens",
    "/v1/messages",
    "/responses",
    "/embeddings",
    "/v1/models",
    "/v1beta/models",
    "/api/generate",
    "/api/chat",
    "/api/tags",
    "/api/embed",
    "/generate_stream",
    "/infill",
    "/completion",
    "/props",
];

/// The address without the request that somebody pasted along with it, and with one `/v1`; the
/// fault is a warning that says so.
pub(crate) fn base_of(url: &str) -> (String, Option<Fault>) {
    let authority = url.find("://").map_or(0, |at| at + 3);
    let path = url.get(authority..).and_then(|rest| rest.find('/')).map(|at| authority + at);
    let (origin, mut path) = url.split_at(path.unwrap_or(url.len()));
    let mut fault = None;
    // Gemini's name the model and the method: `/v1beta/models/NAME:streamGenerateContent`.
    if let Some(at) = path.find("/models/").filter(|_| path.contains(':')) {
        path = path.get(..at).unwrap_or("");
        fault = Some(request("/models/…"));
    } else if let Some(end) = REQUESTS.iter().find(|end| path.ends_with(**end)) {
        let kept = if end.starts_with("/v1") { end.rfind('/').unwrap_or(0) } else { 0 };
        let cut = end.get(kept..).unwrap_or(end);
        path = path.strip_suffix(cut).unwrap_or(path);
        fault = Some(request(cut));
    }
    while let Some(rest) = path.strip_suffix("/v1").filter(|rest| rest.ends_with("/v1")) {
        path = rest;
        fault = Some(Fault::new("the address ends with `/v1` twice; one is used", "remove one"));
    }
    (format!("{origin}{}", path.trim_end_matches('/')), fault)
}

fn request(end: &str) -> Fault {
    Fault::new(
        format!("the address is that of one request (`{end}`); what stands before it is used"),
        format!("end it before `{end}`"),
    )
}

/// The address that requests' paths are appended to.
pub(crate) fn base(provider: Provider, url: Option<&str>) -> Option<String> {
    let url = url.or(provider.default_url())?;
    let url = match provider {
        Provider::Ollama => url.strip_suffix("/api").unwrap_or(url),
        Provider::Gemini => url.strip_suffix("/v1beta").unwrap_or(url),
        Provider::DeepSeek => url.strip_suffix("/beta").unwrap_or(url),
        // Azure's three forms of address are told apart where requests are made.
        _ => url,
    };
    let url = url.strip_suffix("/v1").unwrap_or(url);
    Some(url.trim_end_matches('/').to_owned())
}

/// Whether an address is the provider's own, to whom its users' usual key may go.
pub(crate) fn is_own(provider: Provider, url: &str) -> bool {
    let Some((host, _)) =
        url.strip_prefix("https://").map(|rest| rest.split_once('/').unwrap_or((rest, "")))
    else {
        return false;
    };
    let usual = provider.default_url().and_then(|url| url.strip_prefix("https://"));
    let usual = usual.map(|rest| rest.split('/').next().unwrap_or(rest));
    // https://learn.microsoft.com/azure/ai-foundry/openai/reference: a host for each resource.
    let azures = [".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com"];
    match provider {
        Provider::AzureOpenAi => azures.iter().any(|end| host.ends_with(end)),
        _ => usual == Some(host),
    }
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
    fn a_missing_scheme_is_named() {
        for (written, remedy) in [
            ("localhost:8080", "write `http://localhost:8080`"),
            ("127.0.0.1:8012/v1", "write `http://127.0.0.1:8012/v1`"),
            ("gateway.example:443", "write `https://gateway.example:443`"),
            ("sk-key-in-the-wrong.place", "write one of them before it"),
            ("localhost@x", "write one of them before it"),
        ] {
            let fault = parse(&Value::Text(written.into())).unwrap_err();
            assert_eq!(fault.remedy, remedy);
        }
    }

    #[test]
    fn pasted_requests_are_cut_and_told() {
        for (written, base, told) in [
            ("https://a/v1", "https://a/v1", ""),
            ("https://a", "https://a", ""),
            ("https://a/v1/v1", "https://a/v1", "`/v1` twice"),
            ("https://a/v1/chat/completions", "https://a/v1", "(`/chat/completions`)"),
            ("https://a/v1/v1/completions", "https://a/v1", "`/v1` twice"),
            ("https://a/v1/fim/completions", "https://a/v1", "(`/fim/completions`)"),
            ("https://a/v1beta/models", "https://a/v1beta", "(`/models`)"),
            ("https://a/v1/models", "https://a/v1", "(`/models`)"),
            ("https://a/models", "https://a/models", ""),
            (
                "https://a/v1beta/models/g:streamGenerateContent",
                "https://a/v1beta",
                "(`/models/…`)",
            ),
            ("http://a:1/api/generate", "http://a:1", "(`/api/generate`)"),
            ("https://a/v1/messages", "https://a/v1", "(`/messages`)"),
            ("http://a/infill", "http://a", "(`/infill`)"),
        ] {
            let (got, fault) = base_of(written);
            assert_eq!(got, base, "{written}");
            assert_eq!(fault.is_some(), !told.is_empty(), "{written}");
            assert!(fault.is_none_or(|fault| fault.message.contains(told)), "{written}");
        }
    }

    #[test]
    fn own_addresses() {
        use Provider::{AzureOpenAi, Groq, LlamaCpp, OpenAi, OpenAiCompatible};
        for (provider, url, own) in [
            (OpenAi, "https://api.openai.com", true),
            (OpenAi, "https://api.openai.com/v1", true),
            (OpenAi, "http://api.openai.com", false),
            (OpenAi, "https://api.openai.com.evil.example", false),
            (OpenAi, "https://api.openai.com:8443", false),
            (OpenAi, "https://gateway.example", false),
            (Groq, "https://api.groq.com/openai", true),
            (OpenAiCompatible, "https://api.openai.com", false),
            (LlamaCpp, "http://127.0.0.1:8080", false),
            (AzureOpenAi, "https://we.openai.azure.com", true),
            (AzureOpenAi, "https://evil.example/.openai.azure.com", false),
        ] {
            assert_eq!(is_own(provider, url), own, "{provider} {url}");
        }
    }

    #[test]
    fn bases() {
        use Provider::{AzureOpenAi, DeepSeek, Gemini, LlamaCpp, Ollama, OpenAiCompatible};
        for (provider, url, expected) in [
            (OpenAiCompatible, None, None),
            (LlamaCpp, None, Some("http://127.0.0.1:8080")),
            (Ollama, None, Some("http://127.0.0.1:11434")),
            (OpenAiCompatible, Some("https://a/api/v1"), Some("https://a/api")),
            (OpenAiCompatible, Some("https://a/x"), Some("https://a/x")),
            (LlamaCpp, Some("http://a/v1"), Some("http://a")),
            (Ollama, Some("http://a/api"), Some("http://a")),
            (Ollama, Some("http://a/v1"), Some("http://a")),
            (Gemini, Some("http://a/v1beta"), Some("http://a")),
            (DeepSeek, Some("http://a/beta"), Some("http://a")),
            (
                AzureOpenAi,
                Some("http://a/openai/deployments/d"),
                Some("http://a/openai/deployments/d"),
            ),
            (AzureOpenAi, Some("http://a/openai/v1"), Some("http://a/openai")),
        ] {
            assert_eq!(base(provider, url).as_deref(), expected, "{provider} {url:?}");
        }
    }
}
