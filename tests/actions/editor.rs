//! Actions as an editor runs them: offered, chosen, applied.

use serde_json::{Value, json};

use crate::support::editor::{Builder, Doc, Editor};
use crate::support::fake_backend::FakeBackend;

/// What an editor like VS Code says that it can do.
pub fn capabilities() -> Value {
    json!({
        "textDocument": { "codeAction": {
            "codeActionLiteralSupport": { "codeActionKind": { "valueSet": [""] } },
            "dataSupport": true, "disabledSupport": true, "isPreferredSupport": true,
            "resolveSupport": { "properties": ["edit"] },
        }, "publishDiagnostics": { "versionSupport": true } },
        "workspace": { "applyEdit": true, "workspaceEdit": {
            "documentChanges": true, "resourceOperations": ["create", "rename"],
            "changeAnnotationSupport": { "groupsOnLabel": true },
        } },
        "window": { "showDocument": { "support": true }, "workDoneProgress": true },
    })
}

pub fn builder(backend: &FakeBackend) -> Builder {
    Editor::builder().with(backend).capabilities(capabilities())
}

pub async fn start(backend: &FakeBackend) -> Editor {
    builder(backend).open().await
}

/// The code actions at a range of bytes.
pub async fn actions(
    editor: &Editor,
    doc: &Doc,
    range: (usize, usize),
    context: Value,
) -> Vec<Value> {
    let position = |at| editor.encoding.position(doc.text(), at);
    let params = json!({
        "textDocument": doc.identifier(),
        "range": { "start": position(range.0), "end": position(range.1) },
        "context": context,
    });
    let reply = editor.request("textDocument/codeAction", params).reply().await;
    reply["result"].as_array().unwrap_or_else(|| panic!("no list: {reply}")).clone()
}

/// The code action whose data or command is of that task, once the tree is there.
pub async fn offered(
    editor: &Editor,
    doc: &Doc,
    range: (usize, usize),
    context: &Value,
    task: &str,
) -> Value {
    let began = std::time::Instant::now();
    loop {
        let all = actions(editor, doc, range, context.clone()).await;
        let found = all.iter().find(|item| {
            let data = item.get("data").unwrap_or(&item["command"]["arguments"][0]);
            data["task"] == task
        });
        if let Some(found) = found {
            return found.clone();
        }
        let titles: Vec<_> = all.iter().map(|item| item["title"].to_string()).collect();
        assert!(began.elapsed().as_secs() < 5, "no {task} among {titles:?}");
    }
}

/// A text with the edits of a workspace edit made, if it is of that version.
pub fn edited(editor: &Editor, doc: &Doc, edit: &Value) -> String {
    let change = &edit["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({ "uri": doc.uri, "version": doc.version }));
    with_edits(editor, doc.text(), &change["edits"])
}

pub fn with_edits(editor: &Editor, text: &str, edits: &Value) -> String {
    let mut edits: Vec<(usize, usize, &str)> = edits
        .as_array()
        .expect("edits")
        .iter()
        .map(|edit| {
            let byte = |key: &str| editor.encoding.byte(text, &edit["range"][key]);
            (byte("start"), byte("end"), edit["newText"].as_str().unwrap())
        })
        .collect();
    edits.sort_unstable();
    assert!(edits.windows(2).all(|pair| pair[0].1 <= pair[1].0), "edits overlap");
    let mut text = text.to_owned();
    for (start, end, with) in edits.iter().rev() {
        text.replace_range(*start..*end, with);
    }
    text
}

/// The messages in front of the user so far.
pub fn messages(editor: &Editor) -> Vec<String> {
    let text = |params: &Value| params["message"].as_str().unwrap_or("").to_owned();
    editor.notifications("window/showMessage").iter().map(text).collect()
}

/// The system's text and the user's turn that the model was told last.
pub fn turns(backend: &FakeBackend) -> (String, String) {
    let request = backend.requests().pop().expect("a request");
    let messages = request.body["messages"].as_array().expect("a conversation").clone();
    let of = |role: &str| {
        let message = messages.iter().rfind(|message| message["role"] == role);
        message.map_or("", |message| message["content"].as_str().unwrap()).to_owned()
    };
    (of("system"), of("user"))
}

/// What the model was told last: all messages of the conversation.
pub fn told(backend: &FakeBackend) -> String {
    let request = backend.requests().pop().expect("a request");
    let messages = request.body["messages"].as_array().expect("a conversation").clone();
    let text = |message: &Value| message["content"].as_str().unwrap_or("").to_owned();
    messages.iter().map(text).collect::<Vec<_>>().join("\n\n")
}
