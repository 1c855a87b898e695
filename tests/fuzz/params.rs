//! The methods there are, each with good params to spoil.

use serde_json::{Value, json};

use crate::random::Random;

const URIS: [&str; 4] =
    ["file:///w/a.rs", "untitled:b", "file:///w/c.md", "vscode-notebook-cell:/n#1"];

/// Requests; all of them are answered.
pub const REQUESTS: [&str; 10] = [
    "textDocument/inlineCompletion",
    "textDocument/completion",
    "workspace/executeCommand",
    "textDocument/hover",
    "textDocument/codeAction",
    "codeAction/resolve",
    "initialize",
    "foretype/unknown",
    "$/unknown",
    "",
];

/// Notifications; `exit` would end the connection.
pub const NOTIFICATIONS: [&str; 18] = [
    "textDocument/didOpen",
    "textDocument/didChange",
    "textDocument/didChange",
    "textDocument/didChange",
    "textDocument/didClose",
    "textDocument/didSave",
    "notebookDocument/didOpen",
    "notebookDocument/didChange",
    "notebookDocument/didClose",
    "notebookDocument/didSave",
    "workspace/didChangeConfiguration",
    "workspace/didChangeWorkspaceFolders",
    "workspace/didRenameFiles",
    "workspace/didChangeWatchedFiles",
    "foretype/event",
    "$/cancelRequest",
    "$/setTrace",
    "initialized",
];

/// Params that fit the method.
pub fn good(method: &str, random: &mut Random) -> Value {
    let uri = random.pick(&URIS);
    let place = |random: &mut Random| {
        let columns = [0, 1, 5, 300, u32::MAX as usize];
        json!({ "line": random.below(6), "character": columns[random.below(5)] })
    };
    let id = random.pick(&["rust", "python", "markdown", "vue", "plaintext", "nonsense"]);
    let text = random.join(&["fn a() {\n", "}\r\n", "😀", "```rust\n", "x", "\r", "%%bash\n"], 12);
    let cell = json!({ "kind": 2, "document": URIS[3] });
    let cell_text = json!({ "uri": URIS[3], "languageId": "python", "version": 1, "text": text });
    match method {
        "textDocument/didOpen" => json!({ "textDocument":
            { "uri": uri, "languageId": id, "version": random.below(3), "text": text } }),
        "textDocument/didChange" => {
            let range = json!({ "start": place(random), "end": place(random) });
            let change = if random.one_in(5) {
                json!({ "text": text })
            } else {
                json!({ "range": range, "text": text })
            };
            json!({ "textDocument": { "uri": uri, "version": random.below(900) },
                "contentChanges": vec![change; random.below(4)] })
        }
        "textDocument/didClose" | "textDocument/didSave" => {
            json!({ "textDocument": { "uri": uri } })
        }
        "notebookDocument/didOpen" => json!({
            "notebookDocument":
                { "uri": "file:///w/n.ipynb", "notebookType": "j", "version": 1, "cells": [cell] },
            "cellTextDocuments": [cell_text],
        }),
        "notebookDocument/didChange" => {
            let array = json!({ "start": random.below(3), "deleteCount": random.below(3), "cells": [cell] });
            let structure =
                json!({ "array": array, "didOpen": [cell_text], "didClose": [{ "uri": URIS[3] }] });
            let content = json!({ "document": { "uri": URIS[3], "version": 2 },
                "changes": [{ "range": { "start": place(random), "end": place(random) }, "text": "y" }] });
            json!({ "notebookDocument": { "uri": "file:///w/n.ipynb", "version": 2 },
                "change": { "cells": { "structure": structure, "textContent": [content] } } })
        }
        "notebookDocument/didClose" => json!({
            "notebookDocument": { "uri": "file:///w/n.ipynb" },
            "cellTextDocuments": [{ "uri": URIS[3] }],
        }),
        "workspace/didChangeConfiguration" => json!({ "settings": { "foretype": {
            "completion": { "model": "m", "debounce_ms": 0, "menu": "always" },
            "models": { "m": { "provider": "openai-compatible", "url": "http://127.0.0.1:9", "model": "qwen" } },
            "discovery": { "enabled": false } } } }),
        "workspace/didChangeWorkspaceFolders" => json!({ "event":
            { "added": [{ "uri": "file:///w", "name": "w" }], "removed": [] } }),
        "workspace/didRenameFiles" => {
            json!({ "files": [{ "oldUri": uri, "newUri": random.pick(&URIS) }] })
        }
        "workspace/didChangeWatchedFiles" => json!({ "changes": [{ "uri": uri, "type": 2 }] }),
        "foretype/event" => json!({ "id": "1", "kind": "shown", "length": 3, "unit": "char" }),
        "$/cancelRequest" => json!({ "id": random.below(2_000) }),
        "$/setTrace" => json!({ "value": "off" }),
        "workspace/executeCommand" => json!({ "command": "foretype.accepted", "arguments": ["1"] }),
        "initialize" => json!({ "processId": null, "rootUri": null, "capabilities": {} }),
        _ => json!({ "textDocument": { "uri": uri }, "position": place(random),
            "context": { "triggerKind": random.below(4), "selectedCompletionInfo":
                { "range": { "start": place(random), "end": place(random) }, "text": "foo" } } }),
    }
}
