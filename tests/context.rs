//! What a model is shown of other files: the prompts that are sent, from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

#[path = "context/forms.rs"]
mod forms;
#[path = "context/refused.rs"]
mod refused;
#[path = "context/shown.rs"]
mod shown;
#[path = "context/typing.rs"]
mod typing;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::editor::{Builder, Doc, Editor};
use support::fake_backend::{FakeBackend, Prompt};

/// How long the index and what hangs on it may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// So often one document is asked about before another one is opened: what a busy machine does not find
/// in time is there at the next request.
const REQUESTS: usize = 20;

/// Documents that were opened so far.
static OPENED: AtomicUsize = AtomicUsize::new(0);

const CART: &str = "class Cart:\n    \"\"\"What is bought.\"\"\"\n\n    def add_item(self, item, count=1):\n        return self\n";
const MAIN: &str = "from shop.cart import Cart\n\n\ndef buy(cart: Cart):\n    $0\n";

/// An editor in a small shop, and these files.
fn shop(backend: &FakeBackend, files: &[(&str, &str)]) -> Builder {
    let mut builder = Editor::builder().with(backend).file("shop/cart.py", CART);
    builder = builder.options(window());
    for (path, text) in files {
        builder = builder.file(path, text);
    }
    backend.answer("");
    builder
}

/// Said here, so that it does not change when the server says it.
fn window() -> Value {
    json!({ "models": { "fake": { "context_tokens": 8_192 } } })
}

/// What the model is asked here.
async fn prompt(editor: &Editor, backend: &FakeBackend, doc: &Doc) -> Prompt {
    while backend.calls_waiting() > 0 {
        backend.next_call().await;
    }
    let pending = editor.invoke(doc);
    let call = backend.next_call().await;
    pending.suggestions().await;
    call.prompt()
}

/// Waits until the symbols of so many files are known.
async fn read(editor: &Editor, files: u64) {
    let began = Instant::now();
    loop {
        let order = json!({ "command": "foretype.info", "arguments": [] });
        let reply = editor.request("workspace/executeCommand", order).reply().await;
        if reply["result"]["symbols"]["files"].as_u64() == Some(files) {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{reply}");
        tokio::task::yield_now().await;
    }
}

/// Opens the text in one new document after the other and asks in each, with another comment at its end
/// every time, for what was asked once is not asked again; until what the model is asked is as it should
/// be. Answers the last one.
async fn until(
    editor: &Editor,
    backend: &FakeBackend,
    text: &str,
    is: impl Fn(&Prompt) -> bool,
) -> (Doc, Prompt) {
    let began = Instant::now();
    loop {
        let number = OPENED.fetch_add(1, Ordering::Relaxed);
        // The same text under another name would be a rename.
        let mut end = format!("# {number}\n");
        let mut doc = editor.open(&format!("main{number}.py"), "python", &format!("{text}\n{end}"));
        let mut last = String::new();
        for request in 0..REQUESTS {
            let prompt = prompt(editor, backend, &doc).await;
            if is(&prompt) {
                return (doc, prompt);
            }
            last = prompt.whole;
            let (from, to) = (doc.text().len() - end.len(), doc.text().len());
            end = format!("# {number}, {request}\n");
            doc.replace(from, to, &end);
        }
        assert!(began.elapsed() < PATIENCE, "the prompt stayed: {last}");
        doc.close();
    }
}

/// Whether other files are shown at all.
fn some(prompt: &Prompt) -> bool {
    prompt.whole.contains("add_item")
}
