//! Conversations with llama.cpp's own server, by its OpenAI-compatible API.

use std::time::Duration;

use serde_json::{Value, json};

use super::setting::{busy_slots, get, loaded, real, until};
use crate::support::process::{Home, PATIENCE, Server};
use crate::support::real_model::RealModel;

/// A slot is idle this long after its client left; the answer itself would take far longer.
const SOON: Duration = Duration::from_secs(5);

/// A home with one model for chat, with answers of at most so many tokens.
pub fn home(real: &RealModel, provider: &str, tokens: u32) -> Home {
    let home = Home::new();
    let model = get(real, "/v1/models").unwrap()["data"][0]["id"].clone();
    home.configure(&format!(
        "[models.real]\nprovider = \"{provider}\"\nurl = \"{}/v1\"\nmodel = {model}\n\
         temperature = 0.0\n\n[chat]\nmodel = \"real\"\nmax_output_tokens = {tokens}\n",
        real.url()
    ));
    home
}

#[test]
fn answers_and_streams() {
    let Some(real) = real(false, 1) else { return };
    loaded(&real);
    for provider in ["openai-compatible", "llama-cpp"] {
        let home = home(&real, provider, 12);
        let ran = home.run(&["ask", "Say hello.", "--json"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{provider}");
        let figures: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert!(!figures["text"].as_str().unwrap().is_empty(), "{provider}");
        assert!(figures["usage"]["prompt_tokens"].as_u64().unwrap() > 3, "{provider}");
        let output = figures["usage"]["output_tokens"].as_u64().unwrap();
        assert!((1..=12).contains(&output), "{provider}: {output}");
        let first = figures["first_token_ms"].as_f64().unwrap();
        assert!(first <= figures["total_ms"].as_f64().unwrap(), "{provider}");
    }
}

#[test]
fn leaves_when_it_is_cancelled() {
    let Some(real) = real(false, 1) else { return };
    loaded(&real);
    let home = home(&real, "openai-compatible", 2_000);
    let mut server = Server::start(&home);
    let turn = json!({ "role": "user", "text": "Count from one to a thousand, in words." });
    let params = json!({
        "command": "foretype.ask", "arguments": [{ "messages": [turn] }],
        "workDoneToken": "work", "partialResultToken": "part",
    });
    let id = server.lsp.request("workspace/executeCommand", params);
    until("a slot to be busy", PATIENCE, || (busy_slots(&real) > 0).then_some(()));
    while server.lsp.notification("$/progress")["token"] != "part" {}
    server.lsp.notify("window/workDoneProgress/cancel", json!({ "token": "work" }));
    assert_eq!(server.lsp.reply(id)["error"]["code"], -32800);
    until("its slot to be idle", SOON, || (busy_slots(&real) == 0).then_some(()));
    server.lsp.shutdown();
    server.lsp.exit();
    assert_eq!(server.exit_code(), 0);
}
