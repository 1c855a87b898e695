//! A model without fill-in-the-middle tokens, from the moment its server starts.

use serde_json::json;

use super::setting::{
    COUNT, Way, cancels, complete, doctor, home, loaded, real, reuses_the_cache, streams,
};
use crate::support::process::Server;

const URI: &str = "file:///project/count.py";

#[test]
fn is_waited_for_while_it_loads_and_completes() {
    let Some(real) = real(false, 1) else { return };
    let home = home(&real, Way::LlamaCpp, 8);
    let mut server = Server::spawn(&home);
    server.lsp.initialize(json!({ "capabilities": {
        "textDocument": { "inlineCompletion": {} },
        "experimental": { "foretypeStatus": true },
    } }));
    server.lsp.open(URI, COUNT);
    let mut texts = server.lsp.complete(URI, 0, COUNT.len());
    if texts.is_empty() {
        // It answered 503: silence, a status, and no error.
        for state in ["loading", "idle"] {
            while server.lsp.notification("foretype/status")["state"] != state {}
        }
        texts = server.lsp.complete(URI, 0, COUNT.len());
    }
    assert!(!texts.is_empty());
    loaded(&real);
    // `/infill` answered 501, `/completion` took its place.
    streams(&complete(&home, COUNT));
    doctor(
        &home,
        1,
        &["no fill-in-the-middle tokens", "context window: 4096", "first token after"],
    );
}

#[test]
fn completes_by_v1_completions() {
    let Some(real) = real(false, 1) else { return };
    loaded(&real);
    let home = home(&real, Way::OpenAi, 8);
    let figures = complete(&home, COUNT);
    assert!(figures["text"].is_string());
    assert_eq!(figures["usage"]["output_tokens"], 8);
    streams(&figures);
    reuses_the_cache(&home);
    cancels(&real, Way::OpenAi);
    doctor(&home, 0, &["all is well", "context window: 4096", "by the configured `template`"]);
}
