//! What the cases have in common: stores of a test's database, an embedder that counts, code.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use foretype::backend::Usage;
use foretype::backend::embed::{EmbedError, EmbedKind, Embedded, Embedder};
use foretype::config::{ApiKey, KeySource, SharedSettings, Tls};
use foretype::guard::{Redacted, redact};
use foretype::retrieval::shared::{Shared, SharedError, Wish};
use foretype::retrieval::vectors::push::{PushError, Pushed, Read, push};
use foretype::retrieval::vectors::{Chunk, ContentHash, Hit, Piece, Scope, VectorStore};
use futures::future::{BoxFuture, FutureExt};
use tokio::sync::{Notify, mpsc};

use crate::support::fake_backend::vector;
use crate::support::postgres::Database;

pub const DIMENSION: usize = 16;
pub const MODEL: &str = "e-1";

pub fn settings(url: &str) -> SharedSettings {
    SharedSettings {
        url: KeySource::Literal(ApiKey::new(url)),
        password: KeySource::None,
        tls: Tls::default(),
        timeout: Duration::from_secs(20),
    }
}

pub fn scope(branch: &str) -> Arc<Scope> {
    Arc::new(Scope { repository: "example.org/r".into(), branch: branch.into() })
}

/// The store as this role finds it.
pub async fn open(
    database: &Database,
    role: &str,
    wish: Wish,
    branch: &str,
) -> Result<Shared, SharedError> {
    let settings = settings(&database.url(role));
    Shared::connect(&settings, false, wish, scope(branch), MODEL).await
}

/// Makes the tables, and the model's.
pub async fn migrate(database: &Database) {
    let settings = settings(&database.url("foretype_owner"));
    let mut owner =
        Shared::open(&settings, false, Wish::Write, scope("main"), MODEL).await.unwrap();
    owner.migrate().await.unwrap();
    owner.welcome(DIMENSION).await.unwrap();
    database.tighten().await;
}

/// A store that may push.
pub async fn writer(database: &Database, branch: &str) -> Shared {
    let mut store = open(database, "foretype_writer", Wish::Write, branch).await.unwrap();
    store.welcome(DIMENSION).await.unwrap();
    store.begin().await.unwrap();
    store
}

/// Counts how often each text is embedded; holds those back that a test says.
#[derive(Default)]
pub struct Counting {
    times: Mutex<BTreeMap<String, usize>>,
    asked: AtomicUsize,
    /// From this request on nothing is answered.
    pub held_from: AtomicUsize,
    pub holding: Arc<Notify>,
}

impl Counting {
    pub fn new() -> Arc<Self> {
        let held_from = AtomicUsize::new(usize::MAX);
        Arc::new(Self { held_from, ..Self::default() })
    }

    pub fn held_from(request: usize) -> Arc<Self> {
        let counting = Self::new();
        counting.held_from.store(request, Ordering::SeqCst);
        counting
    }

    /// How many texts were embedded, and the most often that one was.
    pub fn counted(&self) -> (usize, usize) {
        let times = self.times.lock().unwrap();
        (times.values().sum(), times.values().copied().max().unwrap_or(0))
    }
}

impl Embedder for Counting {
    fn embed(
        &self,
        texts: Vec<Redacted>,
        _: EmbedKind,
    ) -> BoxFuture<'static, Result<Embedded, EmbedError>> {
        let number = self.asked.fetch_add(1, Ordering::SeqCst);
        let held = number >= self.held_from.load(Ordering::SeqCst);
        if !held {
            let mut times = self.times.lock().unwrap();
            for text in &texts {
                *times.entry(text.as_str().to_owned()).or_default() += 1;
            }
        }
        let holding = Arc::clone(&self.holding);
        async move {
            if held {
                holding.notify_one();
                std::future::pending::<()>().await;
            }
            // Others come to their turn.
            tokio::task::yield_now().await;
            let vectors = texts.iter().map(|text| vector(text.as_str(), DIMENSION)).collect();
            Ok(Embedded { vectors, usage: Usage::default() })
        }
        .boxed()
    }

    fn dimension(&self) -> Option<usize> {
        Some(DIMENSION)
    }

    fn max_batch(&self) -> usize {
        8
    }
}

/// A file for each text, in a channel that ends well.
pub fn files(branch: &str, texts: &[String]) -> mpsc::Receiver<Read> {
    let (send, receive) = mpsc::channel(texts.len() + 1);
    for (number, text) in texts.iter().enumerate() {
        send.try_send(Read::File(vec![piece(branch, number, text)])).unwrap();
    }
    send.try_send(Read::End).unwrap();
    receive
}

pub fn piece(branch: &str, number: usize, text: &str) -> Piece {
    let text = redact(text);
    let chunk = Chunk {
        scope: scope(branch),
        path: format!("src/{number}.rs").into(),
        first_line: 1,
        last_line: 9,
        hash: ContentHash::of(&text),
    };
    Piece { chunk, text }
}

/// Different texts with words in common.
pub fn texts(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|n| format!("fn f{n}() {{ word{} word{} }}", n % 7, n % 11)).collect()
}

pub async fn push_texts(
    store: &Shared,
    embedder: &Counting,
    branch: &str,
    texts: &[String],
) -> Result<Pushed, PushError> {
    push(store, embedder, files(branch, texts), |_| {}).await
}

pub async fn search(store: &dyn VectorStore, text: &str, most: usize) -> Vec<Hit> {
    store.nearest(&vector(text, DIMENSION), most).await.unwrap()
}
