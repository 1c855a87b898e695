#![allow(clippy::unwrap_used)]

use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Instant;

use super::*;
use crate::completion::lane::Lane;
use crate::config::Paths;
use crate::document::offset::{ByteOffset, Encoding, Position};
use crate::document::{Change, Document};
use crate::prompt::budget::Budget;
use crate::retrieval::extract::Extractor;
use crate::retrieval::index::Index;
use crate::retrieval::source::Source;
use crate::services::Services;
use crate::workspace::session::Session;

const CART: &str = "class Cart:\n    def add_item(self, item):\n        return self\n";
const MAIN: &str = "from cart import Cart\n\ndef buy(cart: Cart):\n    ";

mod ahead;

/// Somebody who types at the end of a document.
struct Typing {
    session: Arc<Session>,
    root: tempfile::TempDir,
    uri: DocumentUri,
    lane: Lane,
    keys: i32,
    now: Instant,
}

impl Typing {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let session = Session::new(Arc::new(Services::new(Paths::default(), true)));
        session.workspace(|workspace| {
            workspace.set_encoding(Encoding::Utf8);
            workspace.set_roots(vec![root.path().to_path_buf()]);
        });
        let uri = DocumentUri::from_path(&root.path().join("main.py"));
        session.open(Document::open(uri.as_str(), "python", 1, MAIN));
        Self { session, root, uri, lane: Lane::default(), keys: 0, now: Instant::now() }
    }

    /// The workspace has been read.
    fn read(&self) {
        let (mut index, mut extractor) = (Index::default(), Extractor::default());
        let source = Source::from_path("cart.py").unwrap();
        index.replace(extractor.read("cart.py", source, CART, index.names()).unwrap());
        self.session.surroundings.folders.put(self.root.path().to_path_buf(), index);
    }

    /// A key, so long after the last one.
    fn key(&mut self, after: Duration) {
        if after >= REST {
            // However slow the machine is, it is a rest since the last request too.
            self.now = self.now.max(Instant::now());
        }
        self.now += after;
        self.keys += 1;
        let at = Position::new(3, 3 + u32::try_from(self.keys).unwrap());
        let change = Change { range: Some((at, at)), text: "c".to_owned() };
        let changed = self
            .session
            .workspace(|workspace| workspace.change(&self.uri, 1 + self.keys, &[change], self.now));
        assert!(changed.nonsense.is_empty());
    }

    /// How much a request for what stands there now may show, and what it shows.
    async fn request(&mut self) -> (u32, Vec<String>) {
        let snapshot = self.session.workspace(|workspace| workspace.snapshot(&self.uri)).unwrap();
        let config = self.session.settings(snapshot.root.as_deref());
        let context = self.session.surroundings.under(&config);
        let tokens = context.tokens(&snapshot);
        let at = ByteOffset(snapshot.document.text.len());
        let windows = Budget { context_tokens: 8_192, max_output_tokens: 256 }.windows();
        let parts = self.lane.parts(&snapshot.document, at, windows);
        let language = snapshot.document.language;
        let gathered = context.gather(Place { snapshot, at, language, parts, tokens }).await;
        (tokens, gathered.files.iter().map(|file| file.text.as_str().to_owned()).collect())
    }

    /// A request that is shown nothing; what is gathered for it is there only afterwards.
    async fn request_too_early(&mut self) {
        let remembered = self.session.surroundings.remembered(&self.uri);
        let slow = Slow::gathering(&remembered);
        assert_eq!(self.request().await.1, [""; 0]);
        drop(slow);
        while remembered.now.lock().past.last().files.is_empty() {
            tokio::task::yield_now().await;
        }
    }
}

const KEY: Duration = Duration::from_millis(100);

/// Somebody works on something for as long as this lives.
struct Slow {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Slow {
    /// Gathers for a document.
    fn gathering(remembered: &Arc<Remembered>) -> Self {
        let remembered = Arc::clone(remembered);
        Self::holding(move |meanwhile| {
            let _turn = remembered.busy.lock();
            meanwhile();
        })
    }

    /// Has what it needs when it calls what it is given, which returns at the end.
    fn holding(work: impl FnOnce(&dyn Fn()) + Send + 'static) -> Self {
        let (begun, begins) = channel();
        let (end, ended) = channel::<()>();
        let thread = std::thread::spawn(move || {
            work(&|| {
                begun.send(()).unwrap();
                let _ = ended.recv();
            });
        });
        begins.recv().unwrap();
        Self { end: Some(end), thread: Some(thread) }
    }
}

impl Drop for Slow {
    fn drop(&mut self) {
        drop(self.end.take());
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

#[tokio::test]
async fn what_comes_too_late_for_a_bursts_first_prompt_is_shown_from_the_next_burst_on() {
    let mut typing = Typing::new();
    typing.read();
    typing.key(KEY);
    typing.request_too_early().await;
    for _ in 0..20 {
        typing.key(KEY);
        assert_eq!(typing.request().await.1, [""; 0]);
    }
    for after in [REST, KEY, KEY] {
        typing.key(after);
        let (_, shown) = typing.request().await;
        assert!(shown.concat().contains("def add_item(self, item)"), "{shown:?}");
    }
}

#[tokio::test]
async fn a_burst_that_begins_right_after_a_request_keeps_what_that_was_shown() {
    let mut typing = Typing::new();
    typing.read();
    typing.request_too_early().await;
    for _ in 0..3 {
        typing.key(KEY);
        assert_eq!(typing.request().await.1, [""; 0]);
    }
    typing.key(REST);
    assert!(!typing.request().await.1.is_empty());
}

#[tokio::test]
async fn a_burst_that_began_before_the_workspace_was_read_keeps_its_view_of_the_document() {
    let mut typing = Typing::new();
    typing.key(KEY);
    assert_eq!(typing.request().await.0, 0);
    typing.read();
    for _ in 0..5 {
        typing.key(KEY);
        assert_eq!(typing.request().await.0, 0);
    }
    typing.key(REST);
    assert!(typing.request().await.0 > 0);
    typing.key(KEY);
    assert!(typing.request().await.0 > 0);
}

#[tokio::test]
async fn what_was_gathered_for_a_request_that_was_given_up_is_the_next_ones() {
    let mut typing = Typing::new();
    typing.read();
    typing.key(KEY);
    drop(futures::future::poll_immediate(Box::pin(typing.request())).await);
    let remembered = typing.session.surroundings.remembered(&typing.uri);
    while remembered.now.lock().past.last().files.is_empty() {
        tokio::task::yield_now().await;
    }
    typing.key(KEY);
    // It is not gathered for again.
    let _slow = Slow::gathering(&remembered);
    let (_, shown) = typing.request().await;
    assert!(shown.concat().contains("def add_item(self, item)"), "{shown:?}");
}
