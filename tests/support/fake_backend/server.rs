//! What the backend pretends to be: which server, which model, and whether it is loaded.

use serde_json::{Value, json};

use super::dialect::{Dialect, llama_error};
use super::reply::Reply;

/// Which server's paths are answered; others give 404.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Server {
    /// All of them.
    #[default]
    Any,
    LlamaCpp,
    Ollama,
    OpenAi,
    /// Deployments in the path, `api-version` in the query.
    Azure,
    Anthropic,
    Gemini,
    Mistral,
    OpenRouter,
    LiteLlm,
    Vllm,
    HuggingFace,
    Tgi,
}

/// What the probes tell of server and model.
#[derive(Clone, Debug)]
pub struct Model {
    pub server: Server,
    /// Its name in the lists of models.
    pub name: String,
    /// llama.cpp's `model_path`.
    pub path: String,
    /// The context window, in tokens.
    pub n_ctx: usize,
    /// llama.cpp: without them `/infill` answers 501.
    pub fim_tokens: bool,
    /// Ollama: a template with `.Suffix`, and the capability "insert".
    pub insert: bool,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            server: Server::Any,
            name: "qwen2.5-coder:1.5b".to_owned(),
            path: "/models/qwen2.5-coder-1.5b-q8_0.gguf".to_owned(),
            n_ctx: 8192,
            fim_tokens: true,
            insert: true,
        }
    }
}

/// How far Ollama is with the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    Loaded,
    Unloaded,
    /// For the POST of this number; when its client leaves, the load is aborted.
    Loading(usize),
}

impl Model {
    /// Whether this kind of server has the path.
    pub fn serves(&self, path: &str) -> bool {
        let openai = path.ends_with("/completions")
            || path.ends_with("/responses")
            || path.ends_with("/models");
        let ollama = path == "/" || path.starts_with("/api/");
        match self.server {
            Server::Any => true,
            // llama.cpp answers two of Ollama's paths, for clients that ask for nothing else.
            Server::LlamaCpp => !ollama || matches!(path, "/" | "/api/tags" | "/api/show"),
            Server::Ollama => ollama || openai,
            Server::OpenAi
            | Server::OpenRouter
            | Server::LiteLlm
            | Server::Mistral
            | Server::HuggingFace => openai,
            Server::Vllm => openai || path == "/tokenize",
            Server::Azure => openai && path.starts_with("/openai/"),
            Server::Anthropic => path.starts_with("/v1/messages") || path.starts_with("/v1/models"),
            Server::Gemini => path.starts_with("/v1beta/models"),
            Server::Tgi => openai || path.starts_with("/generate") || path == "/info",
        }
    }

    /// Whether a POST to `path` answers 503 while llama.cpp loads.
    pub fn refuses_while_loading(&self, path: &str) -> bool {
        let open = matches!(path, "/" | "/v1/models") || path.starts_with("/api/");
        matches!(self.server, Server::Any | Server::LlamaCpp) && !open
    }

    /// Whether a POST to `path` loads the model.
    pub fn loads_for(&self, path: &str) -> bool {
        match self.server {
            Server::Any => path.starts_with("/api/"),
            Server::Ollama => Dialect::of(path).is_some(),
            _ => false,
        }
    }

    /// The refusal, if the model cannot do what is asked.
    pub fn refuses(&self, path: &str, body: &Value) -> Option<Reply> {
        let refusal =
            |status, message: &str| Some(Reply::status(status).body(llama_error(status, message)));
        match path {
            "/infill" if !self.fim_tokens => refusal(
                501,
                "Infill is not supported by this model: prefix token is missing. \
                 suffix token is missing. middle token is missing. ",
            ),
            "/infill" if body.get("input_prefix").is_none() => {
                refusal(400, "\"input_prefix\" is required")
            }
            "/infill" if body.get("input_suffix").is_none() => {
                refusal(400, "\"input_suffix\" is required")
            }
            "/api/generate"
                if !self.insert && body["suffix"].as_str().is_some_and(|s| !s.is_empty()) =>
            {
                let message =
                    format!("registry.ollama.ai/library/{} does not support insert", self.name);
                Some(Reply::status(400).body(json!({"error": message})))
            }
            _ => None,
        }
    }

    fn gemini(&self) -> Value {
        json!({"name": format!("models/{}", self.name), "inputTokenLimit": self.n_ctx,
            "outputTokenLimit": 8192, "supportedGenerationMethods": ["generateContent"]})
    }

    /// What a probe at `path` is answered; `busy` says whether a completion is under way.
    pub fn probe(&self, path: &str, load: Load, busy: bool) -> Option<Value> {
        let details = json!({"parent_model": "", "format": "gguf", "family": "qwen2", "families": ["qwen2"],
            "parameter_size": "1.5B", "quantization_level": "Q8_0"});
        let listed = json!({"name": self.name, "model": self.name, "size": 1_646_000_000_u64,
            "digest": "0".repeat(64), "details": details});
        Some(match path {
            "/" if self.server == Server::LlamaCpp => json!("llama.cpp"),
            "/" => json!("Ollama is running"),
            "/health" | "/v1/health" => json!({"status": "ok"}),
            "/props" => json!({
                "default_generation_settings": {"id": 0, "n_ctx": self.n_ctx, "params": {"n_predict": -1}},
                "total_slots": 1, "model_path": self.path, "chat_template": "", "build_info": "b7000-0000000",
            }),
            "/slots" => {
                json!([{"id": 0, "id_task": 0, "n_ctx": self.n_ctx, "is_processing": busy}])
            }
            "/v1/models" if self.server == Server::Anthropic => json!({
                "data": [{"type": "model", "id": self.name, "display_name": self.name,
                    "created_at": "2026-01-01T00:00:00Z"}],
                "has_more": false, "first_id": self.name, "last_id": self.name}),
            "/v1beta/models" => json!({"models": [self.gemini()]}),
            _ if path.starts_with("/v1beta/models/") => self.gemini(),
            "/info" => json!({"model_id": self.name, "max_input_tokens": self.n_ctx - 1,
                "max_total_tokens": self.n_ctx, "max_concurrent_requests": 128, "version": "3.0.0"}),
            _ if path.ends_with("/models") => {
                let owner = match self.server {
                    Server::LlamaCpp => "llamacpp",
                    Server::Vllm => "vllm",
                    _ => "library",
                };
                let id = if self.server == Server::LlamaCpp { &self.path } else { &self.name };
                json!({"object": "list", "data": [
                    {"id": id, "object": "model", "created": 1_700_000_000, "owned_by": owner}]})
            }
            "/api/version" => json!({"version": "0.13.0"}),
            "/api/tags" => json!({"models": [listed]}),
            "/api/ps" if load == Load::Loaded => json!({"models": [listed]}),
            "/api/ps" => json!({"models": []}),
            "/api/show" => {
                let template = if self.insert {
                    "{{- if .Suffix }}<|fim_prefix|>{{ .Prompt }}<|fim_suffix|>{{ .Suffix }}<|fim_middle|>\
                     {{- else }}{{ .Prompt }}{{- end }}"
                } else {
                    "{{ .Prompt }}"
                };
                let capabilities = if self.insert {
                    json!(["completion", "insert"])
                } else {
                    json!(["completion"])
                };
                json!({"modelfile": "", "parameters": "", "template": template, "details": details,
                    "model_info": {"general.architecture": "qwen2", "qwen2.context_length": self.n_ctx},
                    "capabilities": capabilities})
            }
            _ => return None,
        })
    }
}
