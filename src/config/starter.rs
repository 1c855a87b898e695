//! The file that `foretype config init` writes.

/// A `config.toml` to begin with: it changes nothing until a line is uncommented.
pub fn init_toml() -> &'static str {
    STARTER
}

const STARTER: &str = r#"# foretype's configuration. Everything is optional: with nothing here, a llama.cpp
# or Ollama server that runs on this machine is found by itself, and where there is
# none the model that is built in completes from the workspace's own code.
# `foretype config show` prints what is in effect, `foretype doctor` tests it.

# A model under a name of your choice; take the example that fits.

# [models.qwen]
# provider = "llama-cpp"
# url = "http://127.0.0.1:8012"

# [models.ollama]
# provider = "ollama"
# model = "qwen2.5-coder:1.5b"
# keep_alive = "30m"

# [models.gateway]
# provider = "openai-compatible"
# url = "https://gateway.example/v1"
# model = "qwen2.5-coder-7b"
# api_key = { env = "GATEWAY_KEY" }  # or { command = ["pass", "show", "gateway"] }
# price = { input = 0.15, output = 0.60 }  # USD per million tokens

[completion]
# model = "qwen"          # not needed where there is only one model
# fallback = ["ollama", "workspace"]
# debounce_ms = "auto"    # or milliseconds
# disabled_languages = ["markdown"]
# ignore = ["**/generated/**"]

[log]
# level = "info"
"#;
