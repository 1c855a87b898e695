//! Traces and metrics of every request to a model, for an OpenTelemetry collector of the user's:
//! OTLP over HTTP, after the GenAI semantic conventions
//! (<https://github.com/open-telemetry/semantic-conventions-genai>). Off unless the user's own file
//! names a collector; there is never any text in them.

mod export;
mod observe;

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use self::export::Export;
use self::observe::Watched;
use crate::backend::Backend;
use crate::backend::endpoint::Endpoint;

/// The end of the process waits for its last words so long.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Where it goes, if anywhere. Cloned handles are the same one.
#[derive(Clone, Default)]
pub struct Telemetry(Arc<Mutex<Option<Arc<Export>>>>);

impl Telemetry {
    /// Sends to this collector from now on, or nowhere. Outside of a runtime nothing is sent.
    pub fn aim(&self, endpoint: Option<&str>) {
        let mut current = self.0.lock();
        if current.as_ref().map(|export| export.endpoint.as_str()) == endpoint {
            return;
        }
        let before = current.take();
        *current = endpoint.and_then(|endpoint| match Export::new(endpoint) {
            Ok(export) => Some(Arc::new(export)),
            Err(error) => {
                tracing::warn!("no telemetry: {error}; see `telemetry.otlp_endpoint`");
                None
            }
        });
        drop(current);
        if let (Some(before), Ok(runtime)) = (before, tokio::runtime::Handle::try_current()) {
            runtime.spawn_blocking(move || before.end());
        }
    }

    /// The backend, with each of its streams observed.
    #[must_use]
    pub fn watch(&self, endpoint: &Arc<Endpoint>, inner: Arc<dyn Backend>) -> Arc<dyn Backend> {
        Arc::new(Watched::new(self.clone(), Arc::clone(endpoint), inner))
    }

    /// Sends what is left, and ends.
    pub async fn finish(&self) {
        let Some(export) = self.0.lock().take() else { return };
        let ended = tokio::task::spawn_blocking(move || export.end());
        // A collector that does not answer keeps nobody.
        let _ = tokio::time::timeout(LAST_WORDS, ended).await;
    }

    fn export(&self) -> Option<Arc<Export>> {
        self.0.lock().clone()
    }
}
