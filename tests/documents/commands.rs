//! What an editor asks by name: where things are, which models there are, whether all is well.

use foretype::backend::discovery::Ports;
use serde_json::{Value, json};

use crate::support::editor::Editor;
use crate::support::fake_backend::{FakeBackend, Server};

async fn run(editor: &Editor, command: &str) -> Value {
    let pending = editor.request("workspace/executeCommand", json!({ "command": command }));
    pending.reply().await["result"].clone()
}

#[tokio::test]
async fn info_names_the_models_and_never_a_key() {
    let backend = FakeBackend::start().await;
    let secret = "sk-test-0123456789abcdef";
    let options = json!({ "completion": { "model": "fake" }, "models": {
        "far": { "provider": "openai-compatible", "url": "https://gateway.example/v1",
            "model": "m", "apiKey": secret, "headers": { "X-Other": secret } },
        "broken": { "provider": "openai-compatible" },
    } });
    let editor = Editor::builder().with(&backend).options(options).open().await;
    let info = run(&editor, "foretype.info").await;
    assert_eq!(info["version"], env!("CARGO_PKG_VERSION"));
    assert!(info["paths"]["config"].as_str().unwrap().ends_with("config.toml"), "{info}");
    let model = |name: &str| {
        let models = info["models"].as_array().unwrap();
        models.iter().find(|model| model["name"] == name).cloned().expect(name)
    };
    let used = info["completion"]["using"].as_str().unwrap();
    assert_eq!(info["completion"]["model"], used);
    assert_eq!(model(used)["local"], true);
    assert_eq!(model(used)["url"], backend.url());
    assert_eq!(model("far")["local"], false);
    assert_eq!(model("far")["provider"], "openai-compatible");
    assert_eq!(model("broken")["usable"], false);
    assert!(model("broken")["reason"].as_str().is_some_and(|why| !why.is_empty()));
    assert!(!info.to_string().contains(secret));
    editor.log();
    editor.finish().await;
}

#[tokio::test]
async fn discover_lists_what_runs_whatever_is_configured() {
    let (configured, llama, ollama) =
        (FakeBackend::start().await, FakeBackend::start().await, FakeBackend::start().await);
    llama.model(|model| model.server = Server::LlamaCpp);
    ollama.model(|model| model.server = Server::Ollama);
    let none = FakeBackend::start().await;
    none.model(|model| model.server = Server::OpenAi);
    let ports = Ports {
        llama_cpp: vec![none.port(), llama.port()],
        ollama: vec![none.port(), ollama.port()],
    };
    let editor = Editor::builder().with(&configured).ports(ports).open().await;
    let found = run(&editor, "foretype.discover").await;
    assert_eq!(
        found,
        json!([
            { "provider": "llama-cpp", "url": llama.url(), "models": ["qwen2.5-coder-1.5b-q8_0.gguf"] },
            { "provider": "ollama", "url": ollama.url(), "models": ["qwen2.5-coder:1.5b"] },
        ])
    );
    editor.finish().await;
}

#[tokio::test]
async fn the_doctor_examines_the_running_servers_settings() {
    let backend = FakeBackend::start().await;
    let options = json!({ "models": { "fake": { "model": "qwen2.5-coder:1.5b" } } });
    let editor = Editor::builder().with(&backend).options(options).open().await;
    let report = run(&editor, "foretype.doctor").await;
    let text = report["text"].as_str().unwrap();
    assert_eq!(report["ok"], true, "{text}");
    assert!(text.ends_with("all is well\n") && text.contains("the server answers"), "{text}");
    let settings = json!({ "completion": { "model": "nobody" } });
    editor.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
    editor.logged(&["nobody"]).await;
    let report = run(&editor, "foretype.doctor").await;
    assert_eq!(report["ok"], false, "{report}");
    assert!(report["text"].as_str().unwrap().contains("1 thing to mend"), "{report}");
    editor.finish().await;
}
