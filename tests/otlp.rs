//! Traces and metrics as a collector receives them, from the program as a process. Needs the feature
//! `otlp`.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

#[path = "support"]
mod support {
    pub mod fake_backend;
    pub mod lsp;
    pub mod process;
}

#[path = "otlp"]
mod otlp {
    pub mod collector;
}

use otlp::collector::Collector;
use serde_json::{Value, json};
use support::fake_backend::{FakeBackend, Reply};
use support::process::{Home, KEY, Server, backend, wait};

const URI: &str = "file:///project/a.rs";
/// Neither what is asked nor what is answered may be told.
const MARK: &str = "marker_of_the_text";

fn home(backend: &FakeBackend, telemetry: &str) -> Home {
    let home = Home::new();
    let url = backend.url();
    home.configure(&format!(
        "{telemetry}\n[models.coder]\nprovider = \"openai-compatible\"\nurl = \"{url}\"\n\
         model = \"qwen2.5-coder:1.5b\"\n\n[models.speaker]\nprovider = \"anthropic\"\n\
         url = \"{url}\"\nmodel = \"claude-sonnet-4-5\"\n\
         api_key = {{ command = [\"echo\", \"{KEY}\"] }}\n\n\
         [completion]\nmodel = \"coder\"\nspeculate = false\n\n[chat]\nmodel = \"speaker\"\n"
    ));
    home
}

/// A completion, an answer, and one that fails; then the end.
fn session(home: &Home, backend: &FakeBackend) {
    backend.answer(Reply::text(&format!("{MARK}(beta)")));
    let mut server = Server::start(home);
    server.lsp.open(URI, &format!("// {MARK}\nlet a = \n"));
    assert_eq!(server.lsp.complete(URI, 1, 8).len(), 1);
    assert_eq!(ask(&mut server)["result"]["text"], format!("{MARK}(beta)"));
    backend.answer(Reply::status(401).says(MARK));
    assert_eq!(ask(&mut server)["error"]["code"], -32803);
    server.lsp.shutdown();
    server.lsp.exit();
    assert_eq!(server.exit_code(), 0);
}

fn ask(server: &mut Server) -> Value {
    let turn = json!({ "role": "user", "text": MARK });
    let params = json!({ "command": "foretype.ask", "arguments": [{ "messages": [turn] }] });
    let id = server.lsp.request("workspace/executeCommand", params);
    server.lsp.reply(id)
}

#[test]
fn spans_and_metrics_follow_the_conventions_and_hold_no_text() {
    let (backend, collector) = (backend(), Collector::start());
    let home = home(&backend, &format!("[telemetry]\notlp_endpoint = \"{}\"\n", collector.url()));
    session(&home, &backend);

    let spans = collector.spans();
    assert_eq!(spans.len(), 3, "{spans:?}");
    let port = json!(backend.port());
    let completion = &spans[0];
    assert_eq!(completion["name"], "text_completion qwen2.5-coder:1.5b");
    for (key, value) in [
        ("gen_ai.operation.name", json!("text_completion")),
        ("gen_ai.provider.name", json!("openai-compatible")),
        ("gen_ai.request.model", json!("qwen2.5-coder:1.5b")),
        ("server.address", json!("127.0.0.1")),
        ("server.port", port.clone()),
        ("foretype.purpose", json!("completion")),
    ] {
        assert_eq!(completion[key], value, "{key}: {completion}");
    }
    let chat = &spans[1];
    for (key, value) in [
        ("name", json!("chat claude-sonnet-4-5")),
        ("kind", json!(3)),
        ("gen_ai.operation.name", json!("chat")),
        ("gen_ai.provider.name", json!("anthropic")),
        ("gen_ai.usage.input_tokens", json!(100)),
        ("gen_ai.usage.output_tokens", json!(4)),
        ("gen_ai.response.finish_reasons", json!(["stop"])),
        ("foretype.purpose", json!("chat")),
    ] {
        assert_eq!(chat[key], value, "{key}: {chat}");
    }
    assert_eq!(spans[2]["error.type"], "Unauthorized", "{}", spans[2]);
    assert_eq!(spans[2]["status"], 2);

    let metrics = collector.metrics();
    let count = |name: &str, wanted: &[(&str, &str)]| -> u64 {
        let points = metrics.iter().filter(|point| point["metric"] == name);
        let fitting =
            points.filter(|point| wanted.iter().all(|(key, value)| point[*key] == *value));
        fitting.map(|point| point["count"].as_u64().unwrap()).sum()
    };
    let duration = "gen_ai.client.operation.duration";
    assert_eq!(count(duration, &[("gen_ai.operation.name", "text_completion")]), 1, "{metrics:?}");
    assert_eq!(count(duration, &[("gen_ai.operation.name", "chat")]), 2);
    assert_eq!(count(duration, &[("error.type", "Unauthorized")]), 1);
    let tokens = "gen_ai.client.token.usage";
    let of = |kind| [("gen_ai.token.type", kind), ("gen_ai.operation.name", "chat")];
    assert_eq!(count(tokens, &of("input")), 1);
    assert_eq!(count(tokens, &of("output")), 1);
    assert_eq!(count("gen_ai.client.operation.time_to_first_chunk", &of("")[1..]), 1);

    for body in collector.bodies() {
        let text = String::from_utf8_lossy(&body);
        assert!(!text.contains(MARK) && !text.contains(KEY));
        assert!(text.contains("foretype"), "the service's name");
    }
}

#[test]
fn nothing_is_sent_unless_it_is_configured() {
    let (backend, collector) = (backend(), Collector::start());
    let home = home(&backend, "");
    backend.answer(Reply::text("beta"));
    let mut command = home.command(&[]);
    // What other programs are steered by is no word of this one's user.
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url());
    let mut server = Server::spawn_as(command);
    server.lsp.initialize(json!({}));
    // Nor is what a repository may have written into its editor's settings.
    let settings = json!({ "foretype": { "telemetry": { "otlp_endpoint": collector.url() } } });
    server.lsp.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
    server.lsp.logged("telemetry.otlp_endpoint");
    assert_eq!(ask(&mut server)["result"]["text"], "beta");
    server.lsp.shutdown();
    server.lsp.exit();
    assert_eq!(server.exit_code(), 0);
    assert_eq!(collector.bodies().len(), 0);
}

/// It is not there, or it does not answer: nobody waits for it for long.
#[test]
fn a_collector_that_fails_stops_nothing() {
    let backend = backend();
    let hanging = wait(FakeBackend::start());
    hanging.answer(Reply::hang());
    for endpoint in ["http://127.0.0.1:9".to_owned(), hanging.url()] {
        let home = home(&backend, &format!("[telemetry]\notlp_endpoint = \"{endpoint}\"\n"));
        let began = std::time::Instant::now();
        session(&home, &backend);
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    }
}
