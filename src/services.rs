//! What a process has once, shared by every session: HTTP, endpoints, the suggestion cache.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::backend::discovery::Ports;
use crate::backend::endpoint::Endpoint;
use crate::backend::http::{Http, SharedHttp};
use crate::completion::cache::SuggestionCache;
use crate::completion::completer::LlmCompleter;
use crate::config::paths::Paths;
use crate::config::settings::ModelSettings;

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
    http: SharedHttp,
    completers: Mutex<HashMap<String, Arc<LlmCompleter>>>,
}

impl Services {
    /// Makes nothing that costs anything.
    #[must_use]
    pub fn new(paths: Paths, allow_commands: bool) -> Self {
        Self {
            paths,
            cache: Arc::default(),
            allow_commands,
            ports: Ports::default(),
            http: Arc::new(Http::default()),
            completers: Mutex::default(),
        }
    }

    /// The completer of a model; the same one for the same settings, so that connections, health
    /// and rates are shared.
    #[must_use]
    pub fn completer(&self, model: &Arc<ModelSettings>) -> Arc<LlmCompleter> {
        let mut completers = self.completers.lock();
        if let Some(known) = completers.get(&model.name)
            && known.endpoint().model == *model
        {
            return Arc::clone(known);
        }
        let http = Arc::clone(&self.http);
        let endpoint = Arc::new(Endpoint::new(Arc::clone(model), http, self.allow_commands));
        let backend = crate::backend::connect(Arc::clone(&endpoint));
        let completer = Arc::new(LlmCompleter::new(endpoint, backend));
        completers.insert(model.name.clone(), Arc::clone(&completer));
        completer
    }

    /// The HTTP clients.
    #[must_use]
    pub const fn http(&self) -> &SharedHttp {
        &self.http
    }
}
