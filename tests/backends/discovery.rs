//! With nothing configured, a local server that says what it is gets used; nothing else is.

use foretype::backend::discovery::Ports;

use super::*;

/// Nothing configured but what makes tests quick.
fn nothing() -> Value {
    json!({ "completion": { "debounce_ms": 0 } })
}

async fn editor(llama_cpp: &[&FakeBackend], ollama: &[&FakeBackend]) -> Editor {
    let ports = |backends: &[&FakeBackend]| backends.iter().map(|one| one.port()).collect();
    let ports = Ports { llama_cpp: ports(llama_cpp), ollama: ports(ollama) };
    Editor::with_ports(&nothing(), ports).await
}

async fn server(kind: Server) -> FakeBackend {
    let backend = FakeBackend::start().await;
    backend.model(|model| model.server = kind);
    backend
}

/// The announcements of servers found.
fn announcements(editor: &Editor) -> Vec<String> {
    let messages = editor.notifications("window/logMessage");
    let texts = messages.iter().filter_map(|message| message["message"].as_str());
    texts.filter(|text| text.contains("http://127.0.0.1")).map(str::to_owned).collect()
}

async fn announced(editor: &Editor, what: &str) -> String {
    let said = |message: &Value| message["message"].as_str().is_some_and(|m| m.contains(what));
    let message = editor.notified("window/logMessage", said).await;
    message["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn llama_cpp_and_ollama_are_found_and_announced_once() {
    for kind in [Server::LlamaCpp, Server::Ollama] {
        let backend = server(kind).await;
        let editor = match kind {
            Server::LlamaCpp => editor(&[&backend], &[]).await,
            _ => editor(&[], &[&backend]).await,
        };
        let said = announced(&editor, &backend.url()).await;
        assert!(said.contains("qwen2.5-coder") && said.contains("discovery.enabled"), "{said}");
        let doc = editor.open("untitled:a.rs", "rust", TEXT);
        assert_eq!(doc.automatic().texts().await, ["fake_answer"], "{kind:?}");
        // Looked at again, it is not announced again.
        for _ in 0..2 {
            let before = backend.gets().len();
            editor.configure(&nothing());
            backend.until("another look", |backend| backend.gets().len() > before + 1).await;
        }
        assert_eq!(doc.automatic().texts().await.len(), 1);
        assert_eq!(announcements(&editor).len(), 1, "{kind:?}");
        assert!(editor.notifications("window/showMessage").is_empty());
        assert_eq!(backend.loads_started(), 0);
    }
}

#[tokio::test]
async fn foreign_servers_are_not_used() {
    let mute = server(Server::OpenAi).await;
    let props = server(Server::OpenAi).await;
    props.get("/props", json!({ "default_generation_settings": {} }));
    props.get("/api/version", json!({ "name": "house", "release": 7 }));
    let ps = server(Server::OpenAi).await;
    ps.get("/api/version", json!({ "version": "1" }));
    ps.get("/api/ps", json!([1, 2]));
    ps.get("/props", json!("hello"));
    let all = [&mute, &props, &ps];
    let editor = editor(&all, &all).await;
    let looked = |backend: &FakeBackend| {
        backend.gets().iter().any(|get| get.path == "/api/version" && get.status.is_some())
    };
    for backend in all {
        backend.until("the look", looked).await;
    }
    let doc = editor.open("untitled:a.rs", "rust", TEXT);
    assert!(doc.invoked().texts().await.is_empty());
    assert!(announcements(&editor).is_empty());
    for backend in all {
        assert!(backend.requests().is_empty());
    }
}

#[tokio::test]
async fn a_server_that_never_answers_does_not_hide_the_next() {
    let (hung, good) = (server(Server::LlamaCpp).await, server(Server::LlamaCpp).await);
    hung.get_hang("/props");
    let editor = editor(&[&hung, &good], &[]).await;
    announced(&editor, &good.url()).await;
}

#[tokio::test]
async fn a_model_that_fills_in_goes_before_one_that_may_not() {
    let (chat, coder) = (server(Server::LlamaCpp).await, server(Server::Ollama).await);
    chat.model(|model| {
        model.name = "house-chat\n70b".to_owned();
        model.path = "/models/house-chat\n70b.gguf".to_owned();
    });
    let first = editor(&[&chat], &[&coder]).await;
    announced(&first, &coder.url()).await;
    // Alone, it is better than nothing; what it calls itself stays one line.
    let second = editor(&[&chat], &[]).await;
    let said = announced(&second, &chat.url()).await;
    assert!(said.contains("house-chat") && !said.contains('\n'), "{said}");
}

#[tokio::test]
async fn nothing_is_loaded_or_pulled_unasked() {
    let backend = server(Server::Ollama).await;
    backend.unload();
    let editor = editor(&[], &[&backend]).await;
    let said = announced(&editor, &backend.url()).await;
    assert!(said.contains("ollama run"), "{said}");
    let doc = editor.open("untitled:a.rs", "rust", TEXT);
    assert!(doc.invoked().texts().await.is_empty());
    assert_eq!((backend.loads_started(), backend.requests().len()), (0, 0));
}

#[tokio::test]
async fn a_loaded_model_that_cannot_fill_in_is_not_used() {
    let backend = server(Server::Ollama).await;
    backend.model(|model| model.name = "house-chat:70b".to_owned());
    let editor = editor(&[], &[&backend]).await;
    announced(&editor, &backend.url()).await;
    let doc = editor.open("untitled:a.rs", "rust", TEXT);
    assert!(doc.automatic().texts().await.is_empty());
    assert!(backend.requests().is_empty());
}

#[tokio::test]
async fn what_is_configured_or_forbidden_is_not_looked_for() {
    let backend = server(Server::LlamaCpp).await;
    let other = FakeBackend::start().await;
    let configured = options("openai-compatible", &other.url());
    for options in [json!({ "discovery": { "enabled": false } }), configured] {
        let ports = Ports { llama_cpp: vec![backend.port()], ollama: vec![backend.port()] };
        let editor = Editor::with_ports(&options, ports).await;
        let doc = editor.open("untitled:a.rs", "rust", TEXT);
        doc.automatic().result().await;
        assert_eq!(backend.connections(), 0);
    }
}

#[tokio::test]
async fn a_server_that_goes_is_given_up_and_one_that_comes_is_used() {
    let first = server(Server::LlamaCpp).await;
    let port = first.port();
    let editor = editor(&[&first], &[]).await;
    announced(&editor, &first.url()).await;
    let mut doc = editor.open("untitled:a.rs", "rust", TEXT);
    assert_eq!(doc.automatic().texts().await, ["fake_answer"]);
    drop(first);
    editor.configure(&nothing());
    doc.type_text("x");
    assert!(doc.invoked().texts().await.is_empty());
    let second = FakeBackend::start_on(port).await;
    second.model(|model| model.server = Server::LlamaCpp);
    second.answer("back()");
    editor.configure(&nothing());
    doc.comes_to_show("back()").await;
}
