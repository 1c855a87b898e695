//! One request as a collector sees it: a span, its duration, its tokens.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::future::BoxFuture;
use opentelemetry::trace::{Span, SpanBuilder, SpanKind, Status, Tracer};
use opentelemetry::{Array, KeyValue, StringValue, Value};
use opentelemetry_sdk::trace::SdkTracer;

use super::Telemetry;
use super::export::Export;
use crate::backend::endpoint::Endpoint;
use crate::backend::error::BackendError;
use crate::backend::{Ask, Backend, Delta, Deltas, Facts, FinishReason, Usage};
use crate::config::settings::Provider;

/// A backend whose streams are observed.
pub(super) struct Watched {
    telemetry: Telemetry,
    endpoint: Arc<Endpoint>,
    inner: Arc<dyn Backend>,
}

impl Watched {
    pub(super) fn new(
        telemetry: Telemetry,
        endpoint: Arc<Endpoint>,
        inner: Arc<dyn Backend>,
    ) -> Self {
        Self { telemetry, endpoint, inner }
    }
}

impl Backend for Watched {
    fn stream(&self, ask: Ask) -> Deltas {
        let Some(export) = self.telemetry.export() else { return self.inner.stream(ask) };
        let mut seen = Seen::begin(export, &self.endpoint, &ask);
        let deltas = self.inner.stream(ask);
        deltas.inspect(move |delta| seen.note(delta)).boxed()
    }

    fn probe(&self) -> BoxFuture<'static, Result<Facts, BackendError>> {
        self.inner.probe()
    }
}

/// What is known of one request; its end is told when it is dropped.
struct Seen {
    export: Arc<Export>,
    span: <SdkTracer as Tracer>::Span,
    /// What all that is measured of it has in common.
    common: Vec<KeyValue>,
    began: Instant,
    first: Option<Duration>,
    usage: Usage,
    reasons: Vec<&'static str>,
    error: Option<String>,
}

impl Seen {
    fn begin(export: Arc<Export>, endpoint: &Endpoint, ask: &Ask) -> Self {
        let model = &endpoint.model;
        let (operation, most, wanted) = match ask {
            Ask::Fim(ask) => ("text_completion", ask.prompt.max_output_tokens(), ask.candidates),
            Ask::Chat(ask) => ("chat", ask.prompt.max_output_tokens(), 1),
        };
        let mut common = vec![
            KeyValue::new("gen_ai.operation.name", operation),
            KeyValue::new("gen_ai.provider.name", provider(model.provider)),
            KeyValue::new("gen_ai.request.model", model.model.clone()),
        ];
        if let Ok(url) = reqwest::Url::parse(&model.url) {
            common.extend(url.host_str().map(|h| KeyValue::new("server.address", h.to_owned())));
            let port = url.port_or_known_default().map(i64::from);
            common.extend(port.map(|port| KeyValue::new("server.port", port)));
        }
        let mut attributes = common.clone();
        attributes.push(KeyValue::new("gen_ai.request.max_tokens", i64::from(most)));
        attributes.push(KeyValue::new("foretype.purpose", ask.purpose().as_str()));
        if wanted > 1 {
            attributes.push(KeyValue::new("gen_ai.request.choice.count", i64::from(wanted)));
        }
        let builder = SpanBuilder::from_name(format!("{operation} {}", model.model))
            .with_kind(SpanKind::Client)
            .with_attributes(attributes);
        let span = export.tracer.build(builder);
        Self {
            export,
            span,
            common,
            began: Instant::now(),
            first: None,
            usage: Usage::default(),
            reasons: Vec::new(),
            error: None,
        }
    }

    fn note(&mut self, delta: &Result<Delta, BackendError>) {
        match delta {
            Ok(Delta::Text { .. }) => {
                self.first.get_or_insert_with(|| self.began.elapsed());
            }
            Ok(Delta::Finished { reason, .. }) => self.reasons.push(word(*reason)),
            Ok(Delta::Usage(usage)) => self.usage = self.usage.merge(*usage),
            Err(error) => {
                // The variant's name; what is in it names the user's own server.
                let name = format!("{error:?}");
                self.error = name.split('(').next().map(str::to_owned);
            }
        }
    }
}

impl Drop for Seen {
    fn drop(&mut self) {
        let seconds = self.began.elapsed().as_secs_f64();
        let mut common = std::mem::take(&mut self.common);
        if let Some(first) = self.first {
            self.export.first_token.record(first.as_secs_f64(), &common);
        }
        let counts = [("input", self.usage.prompt_tokens), ("output", self.usage.output_tokens)];
        for (kind, count) in counts {
            let Some(count) = count else { continue };
            let mut attributes = common.clone();
            attributes.push(KeyValue::new("gen_ai.token.type", kind));
            self.export.tokens.record(count, &attributes);
            let name = format!("gen_ai.usage.{kind}_tokens");
            self.span.set_attribute(KeyValue::new(name, whole(count)));
        }
        if let Some(cached) = self.usage.cached_tokens {
            let name = "gen_ai.usage.cache_read.input_tokens";
            self.span.set_attribute(KeyValue::new(name, whole(cached)));
        }
        if !self.reasons.is_empty() {
            let reasons: Vec<StringValue> = self.reasons.iter().map(|r| (*r).into()).collect();
            let reasons = Value::Array(Array::String(reasons));
            self.span.set_attribute(KeyValue::new("gen_ai.response.finish_reasons", reasons));
        }
        match self.error.take() {
            Some(error) => {
                let kind = KeyValue::new("error.type", error);
                self.span.set_attribute(kind.clone());
                self.span.set_status(Status::error(""));
                common.push(kind);
            }
            // Let go of before its end: not wanted any more, or complete as it stood.
            None if self.reasons.is_empty() => {
                self.span.set_attribute(KeyValue::new("foretype.left", true));
            }
            None => {}
        }
        self.export.duration.record(seconds, &common);
        self.span.end();
    }
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn word(reason: FinishReason) -> &'static str {
    match reason {
        FinishReason::Stop => "stop",
        FinishReason::Length => "length",
        FinishReason::Filtered => "content_filter",
        FinishReason::Declined => "refusal",
        FinishReason::Tool => "tool_call",
        FinishReason::Other => "other",
    }
}

/// The conventions' names, where they have one.
fn provider(provider: Provider) -> String {
    match provider {
        Provider::AzureOpenAi => "azure.ai.openai".to_owned(),
        Provider::Gemini => "gcp.gemini".to_owned(),
        Provider::Mistral => "mistral_ai".to_owned(),
        other => other.to_string(),
    }
}
