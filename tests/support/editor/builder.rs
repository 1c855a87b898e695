//! How an editor is set up: what it can do, what it asks for, and what lies on its disk.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use foretype::backend::discovery::Ports;
use foretype::config::Paths;
use foretype::server::framing::Framing;
use foretype::services::Services;
use serde_json::{Value, json};

use super::document::Encoding;
use super::wire::{self, Wire};
use super::{Editor, Pending};
use crate::support::fake_backend::FakeBackend;

/// An editor that has not started its server yet.
pub struct Builder {
    capabilities: Value,
    options: Value,
    encodings: Vec<&'static str>,
    settings: Value,
    framing: Framing,
    params: Value,
    folders: Option<Vec<String>>,
    ports: Ports,
    files: Vec<(String, String)>,
    user_config: Option<String>,
    state: Option<PathBuf>,
    at_once: bool,
}

/// The options that make one model of the backend.
pub fn options_for(backend: &FakeBackend) -> Value {
    json!({
        "models": { "fake": {
            "provider": "openai-compatible",
            "url": backend.url(),
            "model": "qwen2.5-coder",
            "template": "qwen2.5-coder",
        } },
        "completion": { "debounce_ms": 0 },
    })
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            capabilities: json!({
                "textDocument": { "inlineCompletion": {} },
                "experimental": { "foretypeStatus": true },
            }),
            options: Value::Null,
            encodings: vec![Encoding::Utf16.name()],
            settings: Value::Null,
            framing: Framing::Resynchronise,
            params: json!({}),
            folders: None,
            ports: Ports { llama_cpp: Vec::new(), ollama: Vec::new() },
            files: Vec::new(),
            user_config: None,
            state: None,
            at_once: false,
        }
    }
}

impl Builder {
    /// With one model, the backend's.
    pub fn with(mut self, backend: &FakeBackend) -> Self {
        self.options = options_for(backend);
        self
    }

    /// Adds to the initialization options.
    pub fn options(mut self, more: Value) -> Self {
        merge(&mut self.options, more);
        self
    }

    /// Adds to the client's capabilities.
    pub fn capabilities(mut self, more: Value) -> Self {
        merge(&mut self.capabilities, more);
        self
    }

    /// The client can do nothing but what is added from now on.
    pub fn no_capabilities(mut self) -> Self {
        self.capabilities = json!({});
        self
    }

    pub fn encoding(self, encoding: Encoding) -> Self {
        self.encodings(&[encoding.name()])
    }

    /// The encodings the client offers, the one it likes best first.
    pub fn encodings(mut self, encodings: &[&'static str]) -> Self {
        self.encodings = encodings.to_vec();
        self
    }

    /// What the client answers `workspace/configuration`; it announces that it does.
    pub fn settings(mut self, settings: Value) -> Self {
        self.settings = settings;
        self.capabilities(json!({ "workspace": { "configuration": true } }))
    }

    /// As on a socket.
    pub fn strict(mut self) -> Self {
        self.framing = Framing::Strict;
        self
    }

    /// Adds to the params of `initialize`.
    pub fn params(mut self, more: Value) -> Self {
        merge(&mut self.params, more);
        self
    }

    /// The workspace folders, relative to the editor's own; without this that one alone.
    pub fn folders(mut self, folders: &[&str]) -> Self {
        self.folders = Some(folders.iter().map(|folder| (*folder).to_owned()).collect());
        self
    }

    /// Where a local server is looked for.
    pub fn ports(mut self, ports: Ports) -> Self {
        self.ports = ports;
        self
    }

    /// A file in the workspace.
    pub fn file(mut self, path: &str, text: &str) -> Self {
        self.files.push((path.to_owned(), text.to_owned()));
        self
    }

    /// The user's own `config.toml`.
    pub fn user_config(mut self, text: &str) -> Self {
        self.user_config = Some(text.to_owned());
        self
    }

    /// The state folder, for a server that comes back; else each has its own.
    pub fn state(mut self, folder: &std::path::Path) -> Self {
        self.state = Some(folder.to_owned());
        self
    }

    /// However soon it is over, the reading of the workspace is told of.
    pub fn tell_of_reading_at_once(mut self) -> Self {
        self.at_once = true;
        self
    }

    /// Starts the server without a word to it.
    pub fn connect(self) -> Editor {
        let home = tempfile::tempdir().expect("a folder");
        let inside = |name: &str| -> PathBuf { home.path().join(name) };
        std::fs::create_dir_all(inside("work")).unwrap();
        std::fs::create_dir_all(inside("config")).unwrap();
        if let Some(text) = &self.user_config {
            std::fs::write(inside("config/config.toml"), text).unwrap();
        }
        let paths = Paths {
            config_file: Some(inside("config/config.toml")),
            log_dir: None,
            state_dir: Some(self.state.clone().unwrap_or_else(|| inside("state"))),
            cache_dir: Some(inside("cache")),
            reason: None,
        };
        let mut services = Services::new(paths, true);
        services.ports = self.ports.clone();
        services.embedding_rest = Duration::from_millis(10);
        services.hurries = true;
        if self.at_once {
            services.reading_noticed = Duration::ZERO;
        }
        let (wire, serving) = wire::connect(Arc::new(services), self.framing);
        wire.set_settings(self.settings.clone());
        let encodings = &self.encodings;
        let encoding = [Encoding::Utf8, Encoding::Utf32]
            .into_iter()
            .find(|encoding| encodings.contains(&encoding.name()))
            .unwrap_or_default();
        let mut editor = Editor {
            wire,
            serving: Some(serving),
            home,
            encoding,
            initialize: Value::Null,
            initialized: Value::Null,
        };
        for (path, text) in &self.files {
            editor.write(path, text);
        }
        editor.initialize = self.initialize_params(&editor);
        editor
    }

    /// Starts the server and sends `initialize` and `initialized`.
    pub async fn open(self) -> Editor {
        let mut editor = self.connect();
        let id = editor.wire.request("initialize", editor.initialize.clone());
        let pending = Pending { wire: Arc::clone(&editor.wire), id };
        let reply = pending.reply().await;
        editor.initialized = reply.get("result").expect("initialize succeeds").clone();
        let offered = editor.initialized["capabilities"]["positionEncoding"].clone();
        assert_eq!(offered, editor.encoding.name());
        editor.wire.notify("initialized", json!({}));
        editor
    }

    fn initialize_params(&self, editor: &Editor) -> Value {
        let names = self.folders.clone().unwrap_or_else(|| vec![String::new()]);
        let folders: Vec<Value> = names.iter().map(|name| editor.folder(name)).collect();
        let mut capabilities = self.capabilities.clone();
        merge(&mut capabilities, json!({ "general": { "positionEncodings": self.encodings } }));
        let mut params = json!({
            "processId": null,
            "clientInfo": { "name": "test editor" },
            "rootUri": null,
            "capabilities": capabilities,
            "workspaceFolders": folders,
            "initializationOptions": self.options,
        });
        merge(&mut params, self.params.clone());
        params
    }
}

/// Puts `more` into `value`, table by table.
fn merge(value: &mut Value, more: Value) {
    match (value, more) {
        (Value::Object(value), Value::Object(more)) => {
            for (key, more) in more {
                merge(value.entry(key).or_insert(Value::Null), more);
            }
        }
        (value, more) => *value = more,
    }
}
