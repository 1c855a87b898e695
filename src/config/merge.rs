//! Lays one layer's options over another's, key by key, and models by name. A key, headers,
//! certificates and what else is said to a server stay with the address that they were given
//! for.

use super::endpoint;
use super::layers::{Origins, Written};
use super::options::{ActionOptions, ModelOptions, Options};
use super::problem::{Place, Problem, Severity, join_key};
use super::read::Report;
use super::settings::{Provider, Runner};

/// The layers in one.
#[derive(Debug, Default)]
pub(crate) struct Merged {
    pub(crate) options: Options,
    pub(crate) origins: Origins,
    pub(crate) problems: Vec<Problem>,
}

/// Later layers win.
pub(crate) fn merge<'a>(layers: impl Iterator<Item = &'a Written>) -> Merged {
    let mut merged = Merged::default();
    for Written { options, report } in layers {
        merged.problems.extend(report.problems.iter().cloned());
        for (name, model) in &options.models {
            merged.lay_model(name, model, report);
        }
        for (name, action) in &options.actions {
            merged.lay_action(name, action);
        }
        merged.lay(options);
        for (key, place) in &report.origins {
            merged.origins.insert(key.clone(), vec![place.clone()]);
        }
    }
    merged
}

/// For each field: what is given replaces what was there.
macro_rules! lay {
    ($over:expr, $onto:expr; $($field:ident),+ $(,)?) => {
        $(if $over.$field.is_some() {
            $onto.$field.clone_from(&$over.$field);
        })+
    };
}

impl Merged {
    fn lay(&mut self, over: &Options) {
        let onto = &mut self.options;
        lay!(over, onto; enabled);
        lay!(over.completion, onto.completion;
            enabled, model, fallback, instant, debounce_ms, speculate, menu, block_after_ms,
            max_lines, candidates, disabled_languages, ignore, first_token_timeout_ms,
            idle_timeout_ms, total_timeout_ms);
        lay!(over.context, onto.context; enabled, tokens, definitions, stack, dependencies, usages,
            similar, diagnostics, edits);
        lay!(over.chat, onto.chat; model, fallback, max_output_tokens, language, context,
            instructions, staged,
            first_token_timeout_ms, idle_timeout_ms, total_timeout_ms);
        lay!(over.hover, onto.hover; mode, wait_ms);
        lay!(over.index, onto.index; model);
        lay!(over.workspace, onto.workspace; max_tokens, dependencies);
        lay!(over.index.shared, onto.index.shared; url, password, ca_bundle, client_certificate,
            client_key, timeout_ms);
        lay!(over.discovery, onto.discovery; enabled);
        lay!(over.log, onto.log; level);
        lay!(over.telemetry, onto.telemetry; otlp_endpoint);
    }

    fn lay_action(&mut self, name: &str, over: &ActionOptions) {
        let onto = self.options.actions.entry(name.to_owned()).or_default();
        lay!(over, onto; enabled, title, prompt, answer, kind, languages, place);
    }

    fn lay_model(&mut self, name: &str, over: &ModelOptions, report: &Report) {
        let section = join_key("models", name);
        let onto = self.options.models.entry(name.to_owned()).or_default();
        let before = address(onto);
        lay!(over, onto;
            provider, url, model, template, stop, context_tokens, max_output_tokens,
            temperature, keep_alive, price, connect_timeout_ms, first_token_timeout_ms,
            idle_timeout_ms, total_timeout_ms, api, api_version, reasoning, limits, caps);
        if address(onto) != before {
            // Where the new address stands.
            let place = ["url", "provider"]
                .iter()
                .find_map(|key| report.origins.get(&join_key(&section, key)))
                .unwrap_or(&report.base);
            for what in take_private(onto) {
                let key = join_key(&section, what);
                let from = self.origins.remove(&key);
                if !report.origins.contains_key(&key) {
                    self.problems.push(left_behind(key, what, from, place));
                }
            }
        }
        lay!(over, onto;
            api_key, headers, system, extra_body, ca_bundle, client_certificate, client_key);
    }
}

/// Takes away what was given for one address, and says what there was.
fn take_private(model: &mut ModelOptions) -> Vec<&'static str> {
    let mut taken = Vec::new();
    macro_rules! take {
        ($($field:ident),+ $(,)?) => {
            $(if model.$field.take().is_some() {
                taken.push(stringify!($field));
            })+
        };
    }
    take!(api_key, headers, system, extra_body, ca_bundle, client_certificate, client_key);
    taken
}

fn left_behind(key: String, what: &str, from: Option<Vec<Place>>, place: &Place) -> Problem {
    let from = from.and_then(|places| places.into_iter().next());
    let from = from.map_or_else(String::new, |place| format!(" from {place}"));
    Problem {
        place: place.clone(),
        key,
        severity: Severity::Error,
        message: format!(
            "the address is another one here, so that `{what}`{from} is not sent to it"
        ),
        remedy: format!("give `{what}` together with the address"),
    }
}

/// Where the model's requests go, if that is known yet.
fn address(model: &ModelOptions) -> Option<String> {
    let url = match &model.url {
        Some(Ok(url)) => Some(url.as_str()),
        Some(Err(_)) => return None,
        None => None,
    };
    let provider = match model.provider {
        Some(Ok(Runner::Server(provider))) => provider,
        Some(Ok(Runner::Workspace)) => return None,
        // Without a default address.
        Some(Err(_)) | None => Provider::OpenAiCompatible,
    };
    endpoint::base(provider, url)
}
