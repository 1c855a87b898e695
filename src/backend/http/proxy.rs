//! Which variable of the environment sends a request through a proxy, for messages; the client
//! itself decides.

use super::is_loopback;

/// The variable that names a proxy for a URL, unless `NO_PROXY` has its host or a domain above it.
#[must_use]
pub fn proxy_variable(
    url: &reqwest::Url,
    variable: impl Fn(&str) -> Option<String>,
) -> Option<&'static str> {
    let host = url.host_str()?;
    let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
    let without = set("NO_PROXY").or_else(|| set("no_proxy")).unwrap_or_default();
    let spared = without.split(',').map(str::trim).any(|name| {
        let name = name.trim_start_matches('.');
        let above = || host.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'));
        name == "*" || (!name.is_empty() && (host == name || above()))
    });
    if spared || is_loopback(url) {
        return None;
    }
    let names = match url.scheme() {
        "https" => ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
        _ => ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
    };
    names.into_iter().find(|name| set(name).is_some())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_that_applies_is_named() {
        for (url, without, want) in [
            ("https://api.example.com", "", Some("https_proxy")),
            ("http://api.example.com", "", Some("ALL_PROXY")),
            ("https://api.example.com", "x, .example.com", None),
            ("https://api.example.com", "api.example.com", None),
            ("https://api.example.com", "pi.example.com", Some("https_proxy")),
            ("https://api.example.com", "*", None),
            ("https://localhost:1", "", None),
        ] {
            let variable = |name: &str| match name {
                "https_proxy" | "ALL_PROXY" => Some("http://proxy:3128".to_owned()),
                "NO_PROXY" => Some(without.to_owned()),
                _ => None,
            };
            assert_eq!(proxy_variable(&url.parse().unwrap(), variable), want, "{url} {without}");
        }
    }
}
