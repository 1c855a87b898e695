//! The way to the collector: the SDK's batches, sent by a client of our own on our runtime.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::metrics::{Histogram, MeterProvider};
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{
    MetricExporter, Protocol, SpanExporter, WithExportConfig, WithHttpConfig,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use tokio::runtime::Handle;
use tokio::sync::OnceCell;

use crate::backend::http::is_loopback;

/// How long a collector may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bucket boundaries of the conventions, seconds.
const SECONDS: [f64; 14] =
    [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
/// Bucket boundaries of the conventions, tokens.
const TOKENS: [f64; 14] = [
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];

/// One collector, and what is measured for it.
pub(super) struct Export {
    /// Its address, as configured.
    pub(super) endpoint: String,
    pub(super) tracer: SdkTracer,
    /// Seconds of a request.
    pub(super) duration: Histogram<f64>,
    /// Seconds to its first token.
    pub(super) first_token: Histogram<f64>,
    /// Its tokens, by `gen_ai.token.type`.
    pub(super) tokens: Histogram<u64>,
    traces: SdkTracerProvider,
    meters: SdkMeterProvider,
}

impl Export {
    /// To this collector.
    ///
    /// # Errors
    /// If the address is none, or there is no runtime to send on.
    pub(super) fn new(endpoint: &str) -> Result<Self, String> {
        let runtime = Handle::try_current().map_err(|error| error.to_string())?;
        let client: Arc<dyn HttpClient> = Arc::new(Client { runtime, client: Arc::default() });
        let spans = SpanExporter::builder()
            .with_http()
            .with_shared_http_client(Arc::clone(&client))
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{endpoint}/v1/traces"))
            .with_timeout(PATIENCE)
            .build()
            .map_err(|error| error.to_string())?;
        let metrics = MetricExporter::builder()
            .with_http()
            .with_shared_http_client(client)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{endpoint}/v1/metrics"))
            .with_timeout(PATIENCE)
            .build()
            .map_err(|error| error.to_string())?;
        let version = opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource =
            Resource::builder().with_service_name("foretype").with_attribute(version).build();
        let traces = SdkTracerProvider::builder()
            .with_resource(resource.clone())
            .with_batch_exporter(spans)
            .build();
        let meters = SdkMeterProvider::builder()
            .with_resource(resource)
            .with_periodic_exporter(metrics)
            .build();
        let meter = meters.meter("foretype");
        let seconds = |name: &'static str| {
            meter.f64_histogram(name).with_unit("s").with_boundaries(SECONDS.to_vec()).build()
        };
        Ok(Self {
            endpoint: endpoint.to_owned(),
            tracer: traces.tracer("foretype"),
            duration: seconds("gen_ai.client.operation.duration"),
            first_token: seconds("gen_ai.client.operation.time_to_first_chunk"),
            tokens: meter
                .u64_histogram("gen_ai.client.token.usage")
                .with_unit("{token}")
                .with_boundaries(TOKENS.to_vec())
                .build(),
            traces,
            meters,
        })
    }

    /// Sends what is left. It blocks.
    pub(super) fn end(&self) {
        for ended in [self.traces.shutdown(), self.meters.shutdown()] {
            if let Err(error) = ended {
                tracing::debug!("the last telemetry was not sent: {error}");
            }
        }
    }
}

/// Sends on our runtime, whatever thread asks.
struct Client {
    runtime: Handle,
    client: Arc<OnceCell<reqwest::Client>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}

type Sent<'a> = Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'a>>;

impl HttpClient for Client {
    fn send_bytes<'life0, 'async_trait>(&'life0 self, request: Request<Bytes>) -> Sent<'async_trait>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        let sending = self.runtime.spawn(send(Arc::clone(&self.client), request));
        Box::pin(async move { sending.await? })
    }
}

async fn send(
    client: Arc<OnceCell<reqwest::Client>>,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, HttpError> {
    let (head, body) = request.into_parts();
    let url: reqwest::Url = head.uri.to_string().parse()?;
    let local = is_loopback(&url);
    let build = || async {
        tokio::task::spawn_blocking(move || {
            let builder = reqwest::Client::builder()
                .user_agent(concat!("foretype/", env!("CARGO_PKG_VERSION")))
                .timeout(PATIENCE)
                .redirect(reqwest::redirect::Policy::none());
            if local { builder.no_proxy().build() } else { builder.build() }
        })
        .await
    };
    let client = client.get_or_try_init(|| async { Ok::<_, HttpError>(build().await??) }).await?;
    let answer = client.post(url).headers(head.headers).body(body).send().await?;
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    Ok(response.body(answer.bytes().await?)?)
}
