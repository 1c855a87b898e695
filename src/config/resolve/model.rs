//! One model: usable, or set aside with the reason.

use super::{Resolving, WORKSPACE, ms};
use crate::config::api_key::{KeyError, KeySource};
use crate::config::options::{ModelOptions, Options};
use crate::config::problem::join_key;
use crate::config::settings::{Api, Caps, Effort, ModelSettings, Provider, Runner, Tls, Waits};
use crate::config::{defaults, endpoint};

impl Resolving<'_> {
    /// A model behind a server; `None`: the table gives the embedded one a name.
    pub(super) fn model(
        &mut self,
        name: &str,
        options: &ModelOptions,
        all: &Options,
        refuse_commands: bool,
    ) -> Result<Option<ModelSettings>, String> {
        let section = join_key("models", name);
        let provider = match good("provider", &options.provider)? {
            Some(Runner::Server(provider)) => provider,
            Some(Runner::Workspace) => {
                self.built_in(&section);
                return Ok(None);
            }
            None => {
                let remedy = "add `provider = \"openai-compatible\"`, \"llama-cpp\" or \"ollama\"";
                return Err(self.lacks(&section, "has no `provider`", remedy));
            }
        };
        let url = good("url", &options.url)?;
        let Some(url) = endpoint::base(provider, url.as_deref()) else {
            let remedy = "add `url = \"https://…\"`";
            return Err(self.lacks(&section, "has no `url`", remedy));
        };
        let model = good("model", &options.model)?;
        if model.is_none() && provider.needs_model() {
            let remedy = "add `model = \"…\"`, its name at the server";
            return Err(self.lacks(&section, "has no `model`", remedy));
        }
        let api_key = match good("api_key", &options.api_key)? {
            Some(source) => source,
            None if endpoint::is_own(provider, &url) => {
                provider.usual_key().map_or(KeySource::None, KeySource::Usual)
            }
            None => KeySource::None,
        };
        if refuse_commands && matches!(api_key, KeySource::Command(_)) {
            let reason = KeyError::CommandRefused.to_string();
            let (message, remedy) = reason.split_once("; ").unwrap_or((&reason, ""));
            let key = join_key(&section, "api_key");
            self.problem(&key, format!("refused: {message}"), remedy.into());
            return Err(format!("`api_key`: {message}"));
        }
        let headers = good("headers", &options.headers)?.unwrap_or_default();
        if options.keep_alive.is_some() && provider != Provider::Ollama {
            let key = join_key(&section, "keep_alive");
            self.warning(&key, format!("`{provider}` has no such setting"), "remove it");
        }
        if options.api_version.is_some() && provider != Provider::AzureOpenAi {
            let key = join_key(&section, "api_version");
            self.warning(&key, format!("`{provider}` has no such setting"), "remove it");
        }
        let tls = self.tls(&section, &url, options)?;
        let extra_body = good("extra_body", &options.extra_body)?.unwrap_or_default();
        let own = |waits: Waits| Waits {
            first_token: options.first_token_timeout_ms.unwrap_or(waits.first_token),
            idle: options.idle_timeout_ms.unwrap_or(waits.idle),
            total: options.total_timeout_ms.unwrap_or(waits.total),
        };
        let most = options.context_tokens.map_or(u32::MAX, |window| window / 2);
        let settings = ModelSettings {
            name: name.to_owned(),
            provider,
            url,
            model: model.unwrap_or_default(),
            template: options.template.clone().unwrap_or_else(|| "auto".to_owned()),
            stop: options.stop.clone().unwrap_or_default(),
            context_tokens: options.context_tokens,
            max_output_tokens: self.output_tokens(&section, options, most),
            temperature: options.temperature,
            api_key,
            headers,
            keep_alive: options.keep_alive.clone(),
            price: options.price,
            api: options.api.unwrap_or(Api::Auto),
            api_version: options.api_version.clone(),
            system: options.system.clone(),
            reasoning: options.reasoning.unwrap_or(Effort::Auto),
            extra_body,
            tls,
            limits: good("limits", &options.limits)?.unwrap_or_default(),
            caps: good("caps", &options.caps)?.unwrap_or_default(),
            connect_timeout: ms(options.connect_timeout_ms, defaults::DEFAULT_CONNECT_TIMEOUT_MS),
            chat_output_tokens: super::chat_output_tokens(all).min(most),
            completion_waits: own(super::completion_waits(all)),
            chat_waits: own(super::chat_waits(all)),
        };
        self.priced(&section, &settings)?;
        Ok(Some(settings))
    }

    /// The embedded model has no server, no key and no price: what is written of them is of no matter.
    fn built_in(&mut self, section: &str) {
        let own = |key: &String| key.strip_prefix(section).is_some_and(|key| key.starts_with('.'));
        let provider = join_key(section, "provider");
        let keys = self.merged.origins.keys().filter(|key| own(key) && **key != provider);
        for key in keys.cloned().collect::<Vec<_>>() {
            let message = format!("`{WORKSPACE}` has no such setting");
            self.warning(&key, message, "remove it");
        }
    }

    /// A cap in USD counts nothing where the price is not known: better no model than one that
    /// seems to be capped.
    fn priced(&mut self, section: &str, model: &ModelSettings) -> Result<(), String> {
        let Caps { cost_per_day, cost_per_month, .. } = model.caps;
        let (key, instead) = match (cost_per_day, cost_per_month) {
            (Some(_), _) => ("cost_per_day", "tokens_per_day"),
            (None, Some(_)) => ("cost_per_month", "tokens_per_month"),
            (None, None) => return Ok(()),
        };
        if crate::catalogue::price(model).is_some() {
            return Ok(());
        }
        let message = format!("`caps.{key}` needs a price");
        let remedy = format!("set `price`, or use `{instead}`");
        self.problem(&join_key(section, "caps"), message.clone(), remedy);
        Err(message)
    }

    fn tls(&mut self, section: &str, url: &str, options: &ModelOptions) -> Result<Tls, String> {
        let tls = Tls {
            ca_bundle: good("ca_bundle", &options.ca_bundle)?,
            client_certificate: good("client_certificate", &options.client_certificate)?,
            client_key: good("client_key", &options.client_key)?,
        };
        if tls.client_key.is_some() && tls.client_certificate.is_none() {
            let message = "has a `client_key` but no `client_certificate`";
            return Err(self.lacks(section, message, "add `client_certificate = \"…\"`"));
        }
        if tls != Tls::default() && url.starts_with("http://") {
            let key = join_key(section, "url");
            let message = "there are certificates, but `http://` uses none".to_owned();
            self.warning(&key, message, "write `https://`");
        }
        Ok(tls)
    }

    /// The longest answer, which leaves at least half of the window to the prompt.
    fn output_tokens(&mut self, section: &str, options: &ModelOptions, most: u32) -> u32 {
        let written = options.max_output_tokens;
        let tokens = written.unwrap_or(defaults::DEFAULT_MAX_OUTPUT_TOKENS);
        if tokens > most {
            let key = join_key(section, "max_output_tokens");
            let message =
                format!("leaves the prompt too little of `context_tokens`; {most} is used");
            self.warning(&key, message, "lower it");
        }
        tokens.min(most)
    }
}

/// A value that may be absent but not bad.
fn good<T: Clone>(key: &str, value: &Option<Result<T, String>>) -> Result<Option<T>, String> {
    match value {
        Some(Ok(value)) => Ok(Some(value.clone())),
        Some(Err(message)) => Err(format!("`{key}`: {message}")),
        None => Ok(None),
    }
}
