//! Sources, places and a completer for the benches.

use std::sync::Arc;
use std::time::{Duration, Instant};

use foretype::backend::Priority;
use foretype::backend::error::BackendError;
use foretype::backend::health::Readiness;
use foretype::backend::{Delta, FinishReason};
use foretype::completion::anchor::{Parts, Windows};
use foretype::completion::cache::SuggestionCache;
use foretype::completion::completer::{Completer, Query};
use foretype::completion::engine::{Engine, Gate, Outcome, Request};
use foretype::completion::lane::Method;
use foretype::completion::trigger::{Extent, Trigger};
use foretype::config::Settings;
use foretype::document::language::Language;
use foretype::document::offset::{ByteOffset, Encoding};
use foretype::document::{Document, DocumentSnapshot};
use foretype::workspace::Snapshot;
use futures::stream::{BoxStream, StreamExt};
use futures::{FutureExt, stream};

/// Plausible Rust, with a name of two UTF-16 units a char here and there.
pub fn lines(count: usize) -> String {
    let mut out = String::new();
    let mut function = 0;
    while function * 7 < count {
        out.push_str(&format!(
            "fn handler_{function}(request: &Request, index: usize) -> Option<Value> {{\n    \
             let value = request.get(index + {function})?; // 😀\n    \
             if value.is_empty() {{\n        return None;\n    }}\n    \
             Some(value.scale({function}))\n}}\n"
        ));
        function += 1;
    }
    out
}

/// JavaScript as a minifier leaves it: one line.
pub fn long_line(bytes: usize) -> String {
    let mut out = String::new();
    while out.len() < bytes {
        out.push_str("function f(a,b){return a.map(function(c){return c+b})}var x=f([1,2],3);");
    }
    out
}

/// A body of that many lines and what follows it.
pub fn suggestion(count: usize) -> String {
    let body: String =
        (0..count).map(|n| format!("\n    total += compute(values[{n}], {n});")).collect();
    format!("{body}\n}}\n\nfn next() {{\n")
}

/// The end of the line in the middle.
pub fn middle(document: &DocumentSnapshot) -> ByteOffset {
    let text = &document.text;
    if text.line_count() < 3 {
        return text.floor(ByteOffset(text.len() / 2));
    }
    text.line_end(text.line_count() / 2)
}

/// Waits for the document's tree, where it has one.
pub async fn fresh(document: &Document) {
    if let Some(syntax) = document.syntax() {
        syntax.when_fresh().await.expect("a tree");
    }
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn snapshot(document: &DocumentSnapshot) -> Snapshot {
    Snapshot {
        document: document.clone(),
        earlier_cells: Vec::new(),
        file: None,
        root: None,
        encoding: Encoding::Utf16,
    }
}

pub fn query(document: &DocumentSnapshot, parts: Parts) -> Query {
    Query {
        snapshot: snapshot(document),
        at: document.text.end(),
        parts,
        files: Arc::default(),
        language: document.language,
        extent: Extent::Line,
        candidates: 1,
        priority: Priority::Fresh,
    }
}

/// Says the same at once, always.
struct Said;

impl Completer for Said {
    fn name(&self) -> &str {
        "said"
    }

    fn key(&self) -> Arc<str> {
        "said".into()
    }

    fn windows(&self) -> Windows {
        super::BUDGET.windows()
    }

    fn readiness(&self, _: Instant) -> Readiness {
        Readiness::Ready
    }

    fn first_token(&self) -> Option<Duration> {
        None
    }

    fn note_first_token(&self, _: Duration) {}

    fn note_error(&self, _: &BackendError) {}

    fn complete(&self, _: &Query) -> BoxStream<'static, Result<Delta, BackendError>> {
        let text = Delta::Text { index: 0, text: " // as it was".to_owned() };
        let end = Delta::Finished { index: 0, reason: FinishReason::Stop };
        stream::iter([Ok(text), Ok(end)]).boxed()
    }
}

/// A request by hand at the middle of a document, and a gate that stands open.
pub fn request(standing: &Standing, language: Language) -> (Request, Gate) {
    let request = Request {
        snapshot: snapshot(&standing.document),
        at: middle(&standing.document),
        method: Method::Inline,
        trigger: Trigger::Automatic,
        popup: None,
        chain: Arc::clone(&standing.chain),
        context: None,
        instant: None,
        settings: Arc::clone(&standing.settings),
    };
    (request, std::future::ready(Ok(language)).boxed())
}

/// A document with a suggestion in it.
pub struct Standing {
    document: DocumentSnapshot,
    chain: Arc<[Arc<dyn Completer>]>,
    settings: Arc<foretype::config::CompletionSettings>,
}

impl Standing {
    /// An engine whose suggestion stands at the middle of the document.
    pub async fn begin(document: DocumentSnapshot) -> (Engine, Self) {
        let language = document.language;
        let chain: Arc<[Arc<dyn Completer>]> = Arc::new([Arc::new(Said) as Arc<dyn Completer>]);
        let settings = Arc::new(Settings::default().completion);
        let standing = Self { document, chain, settings };
        let engine = Engine::new(Arc::new(SuggestionCache::default()));
        let (request, gate) = request(&standing, language);
        let outcome = engine.complete(request, gate).await;
        assert!(matches!(outcome, Outcome::Shown(..)), "{outcome:?}");
        (engine, standing)
    }
}
