//! What a process has once, shared by every session: HTTP, endpoints, the suggestion cache.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use crate::backend::Priority;
use crate::backend::discovery::Ports;
use crate::backend::embed::metered::Metered as MeteredEmbedder;
use crate::backend::embed::{EmbedError, Embedder};
use crate::backend::endpoint::Endpoint;
use crate::backend::http::{Http, SharedHttp};
use crate::backend::metered::Metered;
use crate::completion::cache::SuggestionCache;
use crate::completion::completer::LlmCompleter;
use crate::config::paths::Paths;
use crate::config::settings::ModelSettings;
use crate::hover::explanations::Explanations;
use crate::store::Store;

/// Models with a completer, over all sessions; the one longest unused goes first.
const MAX_COMPLETERS: usize = 32;

/// The process's shared parts.
pub struct Services {
    /// Where files of the user's are.
    pub paths: Paths,
    /// Suggestions by what they were made from.
    pub cache: Arc<SuggestionCache>,
    /// Keys may come from commands: false in a listening server, whose clients could name any.
    pub allow_commands: bool,
    /// Where a local server is looked for.
    pub ports: Ports,
    /// Reading the workspace is told of where it takes longer.
    pub reading_noticed: Duration,
    /// The workspace is read at the usual priority, not at the lowest: for tests, which do not wait until a
    /// machine has nothing better to do.
    pub hurries: bool,
    /// Changed code rests so long before it is embedded.
    pub embedding_rest: Duration,
    /// What is told to a collector of the user's.
    #[cfg(feature = "otlp")]
    pub telemetry: crate::telemetry::Telemetry,
    /// What models have said of names.
    pub explanations: Arc<Explanations>,
    /// What was asked and what it cost; limits that editors share.
    pub store: Arc<Store>,
    http: SharedHttp,
    /// The one used last stands last.
    completers: Mutex<Vec<Arc<LlmCompleter>>>,
}

impl Services {
    /// Makes nothing that costs anything.
    #[must_use]
    pub fn new(paths: Paths, allow_commands: bool) -> Self {
        let store = Arc::new(Store::new(paths.state_dir.clone()));
        Self {
            explanations: Arc::new(Explanations::new(Arc::clone(&store))),
            store,
            paths,
            cache: Arc::default(),
            allow_commands,
            ports: Ports::default(),
            reading_noticed: Duration::from_secs(1),
            hurries: false,
            embedding_rest: Duration::from_secs(5),
            #[cfg(feature = "otlp")]
            telemetry: crate::telemetry::Telemetry::default(),
            http: Arc::new(Http::default()),
            completers: Mutex::default(),
        }
    }

    /// The completer of a model; the same one for the same settings, so that connections, health
    /// and rates are shared.
    #[must_use]
    pub fn completer(&self, model: &Arc<ModelSettings>) -> Arc<LlmCompleter> {
        let mut completers = self.completers.lock();
        let known = completers.iter().position(|known| known.endpoint().model == *model);
        if let Some(at) = known {
            let known = completers.remove(at);
            completers.push(Arc::clone(&known));
            return known;
        }
        let http = Arc::clone(&self.http);
        let endpoint = Arc::new(Endpoint::new(Arc::clone(model), http, self.allow_commands));
        let wires = crate::backend::connect(Arc::clone(&endpoint));
        // Every try is a request of its own, to who pays for it and to who looks on.
        #[cfg(feature = "otlp")]
        let wires = self.telemetry.watch(&endpoint, wires);
        let metered = Metered::new(Arc::clone(&endpoint), wires, Arc::clone(&self.store));
        let completer = Arc::new(LlmCompleter::new(endpoint, Arc::new(metered)));
        if completers.len() >= MAX_COMPLETERS {
            completers.remove(0);
        }
        completers.push(Arc::clone(&completer));
        completer
    }

    /// What makes vectors by a model, in the background unless it is asked for; its requests are counted
    /// like all others.
    ///
    /// # Errors
    /// [`EmbedError::NoEmbeddings`] where the model's provider has none.
    pub fn embedder(
        &self,
        model: &Arc<ModelSettings>,
        passages: Priority,
    ) -> Result<Arc<dyn Embedder>, EmbedError> {
        let http = Arc::clone(&self.http);
        let endpoint = Arc::new(Endpoint::new(Arc::clone(model), http, self.allow_commands));
        let store = Arc::clone(&self.store);
        Ok(Arc::new(MeteredEmbedder::connect(endpoint, store, passages)?))
    }

    /// Sends what is still to be told, as the process ends.
    #[allow(clippy::unused_async)]
    pub async fn finish(&self) {
        #[cfg(feature = "otlp")]
        self.telemetry.finish().await;
    }

    /// Whether the process is one editor's. On a socket several share it, and the end of one of
    /// them is not its end.
    #[must_use]
    pub const fn is_one_editors(&self) -> bool {
        self.allow_commands
    }

    /// The HTTP clients.
    #[must_use]
    pub const fn http(&self) -> &SharedHttp {
        &self.http
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::config::Layers;

    fn model(url: &str) -> Arc<ModelSettings> {
        let written = serde_json::json!({
            "models": { "m": { "provider": "llama-cpp", "url": url, "model": "x" } }
        });
        let mut layers = Layers::default();
        layers.set_initialization(Some(&written));
        layers.resolve().settings.models.get("m").cloned().unwrap()
    }

    #[test]
    fn sessions_that_call_two_models_the_same_keep_both() {
        let services = Services::new(Paths::default(), true);
        let (one, other) = (model("http://127.0.0.1:1"), model("http://127.0.0.1:2"));
        let (first, second) = (services.completer(&one), services.completer(&other));
        assert!(Arc::ptr_eq(&first, &services.completer(&one)));
        assert!(Arc::ptr_eq(&second, &services.completer(&model("http://127.0.0.1:2"))));
        for port in 0..2 * MAX_COMPLETERS {
            let _ = services.completer(&model(&format!("http://127.0.0.1:{}", 1_000 + port)));
        }
        assert_eq!(services.completers.lock().len(), MAX_COMPLETERS);
    }
}
