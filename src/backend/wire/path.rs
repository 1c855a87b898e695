//! The paths of OpenAI's API, as each provider has them.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::config::settings::{ModelSettings, Provider};

/// Azure's newest version that is no preview
/// (<https://learn.microsoft.com/azure/ai-services/openai/api-version-deprecation>).
const AZURE_VERSION: &str = "2024-10-21";

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Path {
    /// Text completions.
    Completions,
    /// Chat completions.
    Chat,
    /// Responses.
    Responses,
    /// Embeddings.
    Embeddings,
    /// The list of models.
    Models,
}

/// A path of OpenAI's API, as a provider has it; to be appended to the model's address.
pub(crate) fn path(model: &ModelSettings, path: Path) -> String {
    let name = match path {
        Path::Completions => "/completions",
        Path::Chat => "/chat/completions",
        Path::Responses => "/responses",
        Path::Embeddings => "/embeddings",
        Path::Models => "/models",
    };
    match (model.provider, path) {
        // <https://api-docs.deepseek.com/guides/fim_completion>
        (Provider::DeepSeek, Path::Completions) => "/beta/completions".to_owned(),
        (Provider::DeepSeek, _) => name.to_owned(),
        (Provider::AzureOpenAi, _) => azure(model, path, name),
        _ => format!("/v1{name}"),
    }
}

/// Azure's three forms: the resource's address with deployments in the path, a deployment's own
/// address, and the newer API whose address ends in `/openai/v1`
/// (<https://learn.microsoft.com/azure/ai-services/openai/reference>).
fn azure(model: &ModelSettings, path: Path, name: &str) -> String {
    let version = model.api_version.as_deref();
    // `/v1` at the end of an address is never kept.
    if model.url.ends_with("/openai") {
        let version = version.map(|version| format!("?api-version={version}")).unwrap_or_default();
        return format!("/v1{name}{version}");
    }
    let version = version.unwrap_or(AZURE_VERSION);
    if model.url.contains("/openai/deployments/") {
        return format!("{name}?api-version={version}");
    }
    match path {
        Path::Completions | Path::Chat | Path::Embeddings => {
            let deployment = utf8_percent_encode(&model.model, UNRESERVED);
            format!("/openai/deployments/{deployment}{name}?api-version={version}")
        }
        Path::Responses | Path::Models => format!("/openai{name}?api-version={version}"),
    }
}

/// RFC 3986, section 2.3.
const UNRESERVED: &percent_encoding::AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
