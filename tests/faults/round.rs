//! One round: a question to a model that fails, with or without another behind it.

use serde_json::{Value, json};
use tokio::net::TcpSocket;

use super::cast::{Part, Purpose};
use super::fault::{Fault, Outcome, SERVER_SAYS};
use crate::support::editor::Editor;
use crate::support::fake_backend::{FakeBackend, Outcome as Ended};

/// A word of the user's that must not be repeated.
const USER_SAYS: &str = "marker_of_the_user";
/// What the second model says.
const SECOND: &str = "second()";

/// An editor and the servers of its two models.
pub struct Stage {
    editor: Editor,
    first: FakeBackend,
    second: FakeBackend,
    /// Bound, so that nobody else gets the port; nobody listens there.
    closed: TcpSocket,
}

/// What came of a round.
#[derive(Debug)]
enum Came {
    /// Text, and the reason why it is not whole.
    Text(String, Option<String>),
    /// Nothing, and the reason if there is one.
    Nothing(Option<String>),
}

impl Stage {
    pub async fn set() -> Self {
        let (first, second) = (FakeBackend::start().await, FakeBackend::start().await);
        second.answer(SECOND);
        let closed = TcpSocket::new_v4().unwrap();
        closed.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self { editor: Editor::builder().open().await, first, second, closed }
    }

    /// Ends it all; whoever got no reply, or two, is found here.
    pub async fn clear(self) {
        self.editor.finish().await;
    }

    /// Plays one round. An address of its own keeps it apart from the others: what a server has
    /// asked for, and what is known of it, ends with it.
    pub async fn round(&mut self, number: usize, part: Part, fault: &Fault) {
        let what = format!(
            "round {number}: {} ({}), {:?}, {}",
            part.provider, part.api, part.purpose, fault.name
        );
        let reply = (fault.reply)(part);
        let base = match &reply {
            Some(_) => self.first.url(),
            None => format!("http://{}", self.closed.local_addr().unwrap()),
        };
        self.first.model(|model| {
            model.server = part.server;
            part.model.clone_into(&mut model.name);
        });
        self.first.answer(reply.unwrap_or_else(crate::support::fake_backend::Reply::hang));
        // Every third round there is no other model.
        let alone = number % 3 == 2;
        let name = format!("first{number}");
        let model = part.settings(&format!("{base}/~{number}"), !fault.hangs());
        self.configure(&name, alone, &model);
        let before = self.second.requests().len();
        let came = match part.purpose {
            Purpose::Completion => self.complete(&name, &what, number).await,
            Purpose::Chat => self.chat().await,
        };
        let asked_second = self.second.requests().len() - before;
        judge(&what, fault.outcome(part), part.purpose, &name, alone, &came, asked_second);
        self.is_over(&what).await;
    }

    fn configure(&self, name: &str, alone: bool, model: &Value) {
        let second = json!({
            "provider": "openai-compatible", "url": self.second.url(),
            "model": "qwen2.5-coder:1.5b",
        });
        let speaks = json!({
            "provider": "anthropic", "url": self.second.url(), "model": "claude-sonnet-4-5",
        });
        let mut fallback = vec!["second"];
        let mut chat_fallback = vec!["speaks"];
        if alone {
            fallback.clear();
            chat_fallback.clear();
        }
        let settings = json!({
            "models": { name: model, "second": second, "speaks": speaks },
            "completion": {
                "model": name, "fallback": fallback, "debounce_ms": 0, "speculate": false,
            },
            "chat": { "model": name, "fallback": chat_fallback },
        });
        let params = json!({ "settings": { "foretype": settings } });
        self.editor.notify("workspace/didChangeConfiguration", params);
    }

    async fn complete(&self, name: &str, what: &str, number: usize) -> Came {
        let source = format!("// {USER_SAYS}\nfn a() {{\n    let b = $0\n}}\n");
        let doc = self.editor.open(&format!("untitled:{number}.rs"), "rust", &source);
        let suggestions = self.editor.suggest(&doc).await;
        let came = match suggestions.first() {
            Some(suggestion) => Came::Text(suggestion.insert_text.clone(), None),
            None => {
                self.editor.settle().await;
                let status = self.editor.status();
                let reason = status["reason"].as_str().unwrap_or_default();
                assert!(!reason.contains(USER_SAYS) && !reason.contains(SERVER_SAYS), "{what}");
                let failed = status["state"] == "error" && reason.contains(name);
                Came::Nothing(failed.then(|| reason.to_owned()))
            }
        };
        self.editor.notify("textDocument/didClose", json!({ "textDocument": { "uri": doc.uri } }));
        came
    }

    async fn chat(&self) -> Came {
        let question = json!({ "messages": [{ "role": "user", "text": USER_SAYS }] });
        let params = json!({ "command": "foretype.ask", "arguments": [question] });
        let reply = self.editor.request("workspace/executeCommand", params).reply().await;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        match text(&reply["result"]["text"]) {
            Some(said) => Came::Text(said, text(&reply["result"]["broken"])),
            None => {
                assert_eq!(reply["error"]["code"], -32803, "{reply}");
                Came::Nothing(text(&reply["error"]["message"]))
            }
        }
    }

    /// No request is left under way, and nobody has heard what was said.
    async fn is_over(&self, what: &str) {
        for backend in [&self.first, &self.second] {
            let over = |backend: &FakeBackend| {
                let mut all = backend.requests().into_iter().chain(backend.gets());
                all.all(|request| request.outcome != Ended::Running)
            };
            backend.until(&format!("{what}: its connections to be closed"), over).await;
            assert_eq!(backend.malformed(), Vec::<String>::new(), "{what}");
        }
        for heard in ["window/logMessage", "window/showMessage", "foretype/status"] {
            let heard = format!("{:?}", self.editor.notifications(heard));
            assert!(!heard.contains(USER_SAYS) && !heard.contains(SERVER_SAYS), "{what}: {heard}");
        }
    }
}

fn judge(
    what: &str,
    outcome: Outcome,
    purpose: Purpose,
    name: &str,
    alone: bool,
    came: &Came,
    asked_second: usize,
) {
    let chat = purpose == Purpose::Chat;
    let fails = |words: &str| match came {
        Came::Text(text, broken) => {
            assert!(!alone && text == SECOND && broken.is_none(), "{what}: {came:?}");
            assert_eq!(asked_second, 1, "{what}");
        }
        Came::Nothing(reason) => {
            assert!(alone, "{what}: no fallback: {came:?}");
            explains(what, name, words, reason.as_deref());
        }
    };
    match (outcome, came) {
        (Outcome::Fails(words), _) => fails(words),
        (Outcome::Silent(words), _) if chat => fails(words),
        (Outcome::Silent(_), _) => {
            assert!(matches!(came, Came::Nothing(None)), "{what}: {came:?}");
            assert_eq!(asked_second, 0, "{what}");
        }
        (Outcome::Breaks(words), Came::Text(text, broken)) if chat && broken.is_some() => {
            assert!("alpha".starts_with(text), "{what}: {came:?}");
            assert_eq!(asked_second, 0, "{what}");
            explains(what, name, words, broken.as_deref());
        }
        // A reset may overtake all that was sent before it; half a line is no suggestion.
        (Outcome::Breaks(words), _) => fails(words),
        (Outcome::Either, Came::Text(..)) => {}
        (Outcome::Either, Came::Nothing(reason)) => {
            assert!(alone || !chat, "{what}: {came:?}");
            if let Some(reason) = reason {
                explains(what, name, "", Some(reason));
            }
        }
    }
}

/// The words name the server and what to do, and repeat nothing.
fn explains(what: &str, name: &str, words: &str, reason: Option<&str>) {
    let reason = reason.unwrap_or_else(|| panic!("{what}: no reason"));
    assert!(reason.contains(&format!("{name} at 127.0.0.1:")), "{what}: {reason}");
    assert!(reason.contains(words), "{what}: no `{words}` in: {reason}");
    assert!(!reason.contains(USER_SAYS) && !reason.contains(SERVER_SAYS), "{what}: {reason}");
}
