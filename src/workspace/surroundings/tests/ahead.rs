//! What is done before anybody asks.

use serde_json::json;

use super::*;
use crate::context::snippet::Origin;

/// How long something in the background may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

impl Typing {
    fn snapshot(&self) -> Snapshot {
        self.session.workspace(|workspace| workspace.snapshot(&self.uri)).unwrap()
    }

    fn config(&self) -> Arc<RootConfig> {
        self.session.settings(Some(self.root.path()))
    }

    fn here(&self) -> Place {
        let snapshot = self.snapshot();
        let at = ByteOffset(snapshot.document.text.len());
        let language = snapshot.document.language;
        let parts = crate::completion::anchor::Parts::default();
        Place { snapshot, at, language, parts, tokens: 2_000 }
    }

    /// Types at the end of the document.
    fn text(&mut self, text: &str) {
        self.now += KEY;
        self.keys += 1;
        let version = 1 + self.keys;
        let document = self.snapshot().document.text;
        let at = document.position_of(ByteOffset(document.len()), Encoding::Utf8);
        let change = Change { range: Some((at, at)), text: text.to_owned() };
        let changed = self
            .session
            .workspace(|workspace| workspace.change(&self.uri, version, &[change], self.now));
        assert!(changed.nonsense.is_empty());
    }

    /// Puts a file's symbols in.
    fn read_file(&self, path: &str, text: &str) {
        let index = self.session.surroundings.folders.index(self.root.path()).unwrap();
        let source = Source::from_path(path).unwrap();
        let read = Extractor::default().read(path, source, text, &index.names());
        index.replace(read.unwrap());
    }

    /// Whether the slow sources are asked here.
    async fn asks(&self, rested: bool) -> bool {
        let surroundings = &self.session.surroundings;
        let remembered = surroundings.remembered(&self.uri);
        drop(surroundings.look_ahead(&self.config(), &self.here(), &remembered, rested));
        let asked = remembered.now.lock().looking;
        while remembered.now.lock().looking {
            tokio::task::yield_now().await;
        }
        asked
    }
}

#[tokio::test]
async fn the_slow_sources_are_asked_where_they_would_find_something_else() {
    let mut typing = Typing::new();
    let on = json!({ "context": { "usages": true, "stack": true } });
    let problems = typing.session.configure(|layers| layers.set_client(Some(&on)));
    assert!(problems.is_empty(), "{problems:?}");
    typing.read();
    typing.read_file("main.py", MAIN);
    assert!(typing.asks(false).await);
    assert!(!typing.asks(false).await);
    // A name that is being written, here and as it is read again.
    typing.text("car");
    typing.read_file("main.py", &format!("{MAIN}car"));
    assert!(!typing.asks(false).await);
    // A call.
    typing.text("t.add_item(");
    assert!(typing.asks(false).await);
    assert!(!typing.asks(false).await);
    // What the file imports.
    typing.read_file("main.py", &format!("import other\n{MAIN}"));
    assert!(typing.asks(false).await);
    // Another file, on disk and in the editor.
    typing.read_file("cart.py", "def other():\n    pass\n");
    assert!(typing.asks(false).await);
    assert!(!typing.asks(false).await);
    let other = DocumentUri::from_path(&typing.root.path().join("cart.py"));
    typing.session.open(Document::open(other.as_str(), "python", 1, CART));
    assert!(typing.asks(false).await);
    let start = Position::new(0, 0);
    let change = Change { range: Some((start, start)), text: "x".to_owned() };
    typing.session.workspace(|workspace| workspace.change(&other, 2, &[change], typing.now));
    assert!(typing.asks(false).await);
    assert!(!typing.asks(false).await);
    // A manifest.
    typing.session.surroundings.forget_projects();
    assert!(typing.asks(false).await);
    // A rest.
    assert!(typing.asks(true).await);
    assert!(!typing.asks(false).await);
    // Another place.
    typing.text(&"\n".repeat(30));
    assert!(typing.asks(false).await);
}

#[tokio::test]
async fn a_manifest_that_changed_is_read_again() {
    let typing = Typing::new();
    let on = json!({ "context": { "stack": true } });
    typing.session.configure(|layers| layers.set_client(Some(&on)));
    let stack = || {
        let remembered = typing.session.surroundings.remembered(&typing.uri);
        let now = remembered.now.lock();
        now.project.as_ref().map(|project| project.stack.join(" "))
    };
    let write = |name: &str| {
        let text = format!("[project]\nname = \"a\"\ndependencies = [\"{name}>=2\"]\n");
        std::fs::write(typing.root.path().join("pyproject.toml"), text).unwrap();
    };
    write("requests");
    typing.session.surroundings.forget_projects();
    typing.asks(true).await;
    assert!(stack().unwrap().contains("requests"), "{:?}", stack());
    write("httpx");
    typing.session.surroundings.forget_projects();
    assert!(typing.asks(false).await);
    assert!(stack().unwrap().contains("httpx"), "{:?}", stack());
}

#[tokio::test]
async fn what_was_prepared_is_shown_where_nothing_else_is_there_in_time() {
    let mut typing = Typing::new();
    typing.read();
    let surroundings = Arc::clone(&typing.session.surroundings);
    surroundings.prepare(&typing.config(), typing.snapshot()).unwrap().await.unwrap();
    typing.key(KEY);
    let remembered = surroundings.remembered(&typing.uri);
    let slow = Slow::gathering(&remembered);
    let (_, shown) = typing.request().await;
    assert!(shown.concat().contains("def add_item(self, item)"), "{shown:?}");
    // What may be shown has changed meanwhile.
    surroundings.recheck();
    assert_eq!(typing.request().await.1, [""; 0]);
    drop(slow);
}

#[tokio::test]
async fn a_document_is_prepared_for_when_the_workspace_has_been_read() {
    let typing = Typing::new();
    std::fs::write(typing.root.path().join("cart.py"), CART).unwrap();
    let remembered = typing.session.surroundings.remembered(&typing.uri);
    assert!(remembered.now.lock().prepared.is_none());
    typing.session.index_workspace();
    typing.session.indexing.wake_symbols();
    let prepared = async {
        while remembered.now.lock().prepared.is_none() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, prepared).await.unwrap();
    let shown = remembered.now.lock().prepared.clone().unwrap().1;
    let text: String = shown.files.iter().map(|file| file.text.as_str()).collect();
    assert!(text.contains("def add_item(self, item)"), "{text}");
}

#[tokio::test]
async fn who_has_patience_waits_though_somebody_is_looking_already() {
    let typing = Typing::new();
    let on = json!({ "context": { "usages": true } });
    typing.session.configure(|layers| layers.set_client(Some(&on)));
    typing.read();
    let surroundings = &typing.session.surroundings;
    let remembered = surroundings.remembered(&typing.uri);
    let (config, here) = (typing.config(), typing.here());
    let first = surroundings.look_ahead(&config, &here, &remembered, false);
    assert!(
        first.is_some() && surroundings.look_ahead(&config, &here, &remembered, true).is_none()
    );
    surroundings.be_patient(PATIENCE);
    assert!(surroundings.look_ahead(&config, &here, &remembered, false).is_some());
    assert!(surroundings.prepare(&config, typing.snapshot()).is_none());
}

#[tokio::test]
async fn who_has_patience_is_told_the_project_at_the_first_request() {
    let typing = Typing::new();
    let on = json!({ "context": { "stack": true } });
    typing.session.configure(|layers| layers.set_client(Some(&on)));
    let manifest = "[project]\nname = \"shop\"\ndependencies = [\"flask==3.1.0\"]\n";
    std::fs::write(typing.root.path().join("pyproject.toml"), manifest).unwrap();
    typing.read();
    typing.read_file("main.py", &format!("import flask\n{MAIN}"));
    let surroundings = &typing.session.surroundings;
    surroundings.be_patient(PATIENCE);
    let gathered = surroundings.under(&typing.config()).gather(typing.here()).await;
    let origins: Vec<Origin> = gathered.snippets.iter().map(|one| one.origin).collect();
    assert!(origins.contains(&Origin::Stack), "{origins:?}");
}

#[tokio::test]
async fn one_source_that_is_slow_does_not_hold_the_others_back() {
    let typing = Typing::new();
    let on = json!({ "context": { "dependencies": true, "similar": true } });
    typing.session.configure(|layers| layers.set_client(Some(&on)));
    typing.read();
    typing.read_file("main.py", &format!("import requests\n{MAIN}"));
    let other = DocumentUri::from_path(&typing.root.path().join("other.py"));
    let like = "def sell(cart: Cart):\n    cart.add_item(1)\n    return cart\n";
    typing.session.open(Document::open(other.as_str(), "python", 1, like));
    let surroundings = Arc::clone(&typing.session.surroundings);
    let remembered = surroundings.remembered(&typing.uri);
    let found = || remembered.now.lock().ahead.iter().any(|one| one.origin == Origin::Similar);
    // Somebody reads packages for as long as that.
    let reading = Slow::holding({
        let surroundings = Arc::clone(&surroundings);
        move |meanwhile| {
            let _turn = surroundings.learning.lock();
            meanwhile();
        }
    });
    let (config, here) = (typing.config(), typing.here());
    let ahead = surroundings.look_ahead(&config, &here, &remembered, true).unwrap();
    let others = async {
        while !found() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, others).await.unwrap();
    assert!(remembered.now.lock().looking);
    assert!(ahead.quick.recv_timeout(PATIENCE).is_ok());
    drop(reading);
    ahead.whole.await.unwrap();
    assert!(found() && !remembered.now.lock().looking);
}
