//! Code actions with a real model, as an editor runs them. What it says is not looked at.

use std::time::Duration;

use serde_json::{Value, json};

use super::chat::home;
use super::setting::{busy_slots, loaded, real, until};
use crate::support::process::{PATIENCE, Server};

const URI: &str = "file:///project/total.rs";
const SOURCE: &str = "fn total(values: &[u32]) -> u32 {
    let mut result = 0;
    for value in values {
        result += value;
    }
    result
}
";
/// A slot is idle this long after its client left; the answer itself would take far longer.
const SOON: Duration = Duration::from_secs(5);

/// The argument of the action of that kind, at the loop.
#[track_caller]
fn offered(server: &mut Server, kind: &str) -> Value {
    let at = json!({ "line": 3, "character": 8 });
    let params = json!({
        "textDocument": { "uri": URI }, "range": { "start": at, "end": at },
        "context": { "diagnostics": [], "only": [kind], "triggerKind": 1 },
    });
    let id = server.lsp.request("textDocument/codeAction", params);
    let reply = server.lsp.reply(id);
    // A client without code actions gets commands alone.
    reply["result"][0]["arguments"][0].clone()
}

fn run(server: &mut Server, argument: &Value) -> i64 {
    let params = json!({
        "command": "foretype.action", "arguments": [argument], "workDoneToken": "work",
    });
    server.lsp.request("workspace/executeCommand", params)
}

#[test]
fn explanations_stream_and_edits_end() {
    let Some(real) = real(false, 1) else { return };
    loaded(&real);
    let home = home(&real, "llama-cpp", 24);
    let mut server = Server::spawn(&home);
    let edits = json!({ "applyEdit": true, "workspaceEdit": { "documentChanges": true } });
    server.lsp.initialize(json!({ "capabilities": { "workspace": edits } }));
    server.lsp.open(URI, SOURCE);
    let argument = offered(&mut server, "foretype.explain");
    assert_eq!(argument["task"], "explain", "{argument}");
    let id = run(&mut server, &argument);
    // It is told of before it is over: this client shows neither pages nor messages elsewhere.
    let mut told = Vec::new();
    loop {
        let value = server.lsp.notification("$/progress")["value"].clone();
        told.push(value["kind"].as_str().unwrap().to_owned());
        if value["kind"] == "end" {
            break;
        }
    }
    assert_eq!(told.first().unwrap(), "begin");
    assert!(told.iter().any(|kind| kind == "report"), "{told:?}");
    assert!(server.lsp.reply(id).get("error").is_none());
    // A tiny model hardly ever writes code that holds: an edit, or a message why there is none.
    let argument = offered(&mut server, "refactor.rewrite.simplify");
    let id = run(&mut server, &argument);
    let end = server.lsp.find("an edit or a message", |message| {
        ["workspace/applyEdit", "window/showMessage"].iter().any(|end| message["method"] == *end)
    });
    if end["method"] == "workspace/applyEdit" {
        let result = json!({ "applied": true });
        server.lsp.send(&json!({ "jsonrpc": "2.0", "id": end["id"], "result": result }));
    } else {
        assert!(!end["params"]["message"].as_str().unwrap().is_empty());
    }
    assert!(server.lsp.reply(id).get("error").is_none());
    server.lsp.shutdown();
    server.lsp.exit();
    assert_eq!(server.exit_code(), 0);
}

#[test]
fn a_cancelled_action_leaves_its_slot() {
    let Some(real) = real(false, 1) else { return };
    loaded(&real);
    let home = home(&real, "llama-cpp", 2_000);
    let mut server = Server::start(&home);
    server.lsp.open(URI, SOURCE);
    let argument = offered(&mut server, "foretype.explain");
    let id = run(&mut server, &argument);
    until("a slot to be busy", PATIENCE, || (busy_slots(&real) > 0).then_some(()));
    // Only once it writes: the server reads a prompt to its end, whoever has left.
    while server.lsp.notification("$/progress")["value"]["kind"] != "report" {}
    server.lsp.notify("window/workDoneProgress/cancel", json!({ "token": "work" }));
    assert_eq!(server.lsp.reply(id)["error"]["code"], -32800);
    until("its slot to be idle", SOON, || (busy_slots(&real) == 0).then_some(()));
    server.lsp.shutdown();
    server.lsp.exit();
    assert_eq!(server.exit_code(), 0);
}
