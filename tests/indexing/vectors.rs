//! Code by what it means: embedded in the background, once, of what may be told, and counted; and what
//! becomes of it where the embedder is down, slow or another one.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use foretype::config::Paths;
use foretype::embedding::Stage;
use foretype::guard::{redact, walk};
use foretype::retrieval::folders::Feeder;
use foretype::services::Services;
use foretype::workspace::session::Session;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::fake_backend::{FakeBackend, Reply};

/// The fake's vectors are of words and numbers.
const CART: &str = "def put(cart, item):\n    return cart.with_item(item)\n";
const MAIL: &str = "def send(letter):\n    return letter.stamped().posted()\n";

fn home() -> TempDir {
    let home = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("work/cart.py", CART),
        ("work/mail.py", MAIL),
        ("work/again/cart.py", CART),
        (
            "work/keys.py",
            "KEY = \"ghp_abcdefghijklmnopqrstuvwxyz0123456789\"\n\ndef key():\n    return KEY\n",
        ),
        ("work/private/own.py", "def nobody_reads_this():\n    pass\n"),
        ("work/kept/own.py", "def nor_this():\n    pass\n"),
        ("work/.foretypeignore", "private/\n"),
    ] {
        write(home.path(), path, text);
    }
    home
}

fn write(home: &Path, path: &str, text: &str) {
    let file = home.join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

fn models(backend: &FakeBackend, name: &str) -> Value {
    json!({
        "models": { "e": {
            "provider": "openai-compatible", "url": backend.url(), "model": name,
        } },
        "completion": { "ignore": ["kept/**"] },
    })
}

/// A session in that home, whose code is embedded where a model is chosen for it.
fn session(home: &TempDir, options: &Value) -> Arc<Session> {
    let paths = Paths {
        cache_dir: Some(home.path().join("cache")),
        state_dir: Some(home.path().join("state")),
        ..Paths::default()
    };
    let mut services = Services::new(paths, true);
    services.embedding_rest = Duration::from_millis(10);
    let session = Session::new(Arc::new(services));
    session.configure(|layers| {
        layers.set_initialization(Some(options));
    });
    let root = home.path().join("work");
    session.workspace(|workspace| workspace.set_roots(vec![root]));
    read(&session, home);
    session
}

/// The index reads the folder.
fn read(session: &Session, home: &TempDir) {
    let root = home.path().join("work");
    let folders = &session.surroundings.folders;
    folders.set_roots(std::slice::from_ref(&root));
    let mut feeder = Feeder::new(Arc::clone(folders));
    let files = walk(&root, u64::MAX).flatten().map(ignore::DirEntry::into_path);
    for file in files.filter(|file| file.is_file()) {
        feeder.take(&file, Some(&std::fs::read_to_string(&file).unwrap()));
    }
    feeder.keep(Path::exists);
}

fn embedding(backend: &FakeBackend, home: &TempDir) -> Arc<Session> {
    let mut options = models(backend, "e-1");
    options["index"] = json!({ "model": "e" });
    let session = session(home, &options);
    session.embed_workspace();
    session
}

/// Waits for a stage.
async fn until(session: &Session, is: impl Fn(&Stage) -> bool) -> Stage {
    let mut watch = session.embedding.watch();
    let waited = tokio::time::timeout(Duration::from_secs(20), watch.wait_for(is)).await;
    let stage = watch_value(waited);
    stage.unwrap_or_else(|| panic!("it stays {:?}", session.embedding.watch().borrow()))
}

fn watch_value<E, F>(
    waited: Result<Result<tokio::sync::watch::Ref<'_, Stage>, E>, F>,
) -> Option<Stage> {
    Some(waited.ok()?.ok()?.clone())
}

async fn ready(session: &Session) -> (usize, usize) {
    match until(session, |stage| matches!(stage, Stage::Ready { .. })).await {
        Stage::Ready { chunks, vectors, full: false } => (chunks, vectors),
        other => panic!("{other:?}"),
    }
}

/// The paths of what is near a text, and the name of what is wrong.
async fn near(session: &Session, home: &TempDir, text: &str) -> Vec<String> {
    let found = session.embedding.near(&home.path().join("work"), redact(text)).await;
    found.iter().map(|hit| hit.chunk.path.to_string()).collect()
}

/// All texts that were sent to be embedded.
fn sent(backend: &FakeBackend) -> Vec<String> {
    let texts = |body: Value| body["input"].as_array().unwrap().clone();
    let requests = backend.requests().into_iter().flat_map(|request| texts(request.body));
    requests.map(|text| text.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_content_is_embedded_once_and_found() {
    let (backend, home) = (FakeBackend::start().await, home());
    backend.answer("64");
    let session = embedding(&backend, &home);
    // Both carts are one content.
    assert_eq!(ready(&session).await, (4, 3));
    let texts = sent(&backend);
    let once: BTreeSet<&String> = texts.iter().collect();
    assert_eq!((texts.len(), once.len()), (3, 3), "{texts:?}");
    let all = texts.concat();
    assert!(all.contains("with_item") && all.contains("def key()"), "{all}");
    for not in ["ghp_abc", "nobody_reads_this", "nor_this"] {
        assert!(!all.contains(not), "{not}");
    }
    assert_eq!(near(&session, &home, "a letter is posted").await[0], "mail.py");
    assert_eq!(near(&session, &home, "cart item").await[..2], ["again/cart.py", "cart.py"]);
    // What is asked is counted, and only that.
    let usage = session.services.store.usage(1).await;
    let [row] = usage.as_slice() else { panic!("{usage:?}") };
    assert_eq!((row.name.as_str(), row.purpose.as_str()), ("e", "index"));
    assert_eq!(row.requests, backend.requests().len() as u64);
    assert!(row.prompt_tokens > 10 && row.output_tokens == 0 && row.estimated == 0, "{row:?}");
}

#[tokio::test]
async fn what_changes_is_embedded_and_the_rest_is_not_again() {
    let (backend, home) = (FakeBackend::start().await, home());
    backend.answer("64");
    let first = embedding(&backend, &home);
    ready(&first).await;
    let before = sent(&backend).len();
    write(home.path(), "work/mail.py", "def weigh(parcel):\n    return parcel.grams\n");
    read(&first, &home);
    backend.until("the change", |backend| sent(backend).len() > before).await;
    until(&first, |stage| matches!(stage, Stage::Ready { .. })).await;
    assert_eq!(sent(&backend)[before..], ["def weigh(parcel):\n    return parcel.grams\n"]);
    assert_eq!(near(&first, &home, "grams of a parcel").await[0], "mail.py");
    drop(first);
    // Another process, later.
    let asked = sent(&backend).len();
    let second = embedding(&backend, &home);
    assert_eq!(ready(&second).await.0, 4);
    assert_eq!(sent(&backend).len(), asked);
    assert_eq!(near(&second, &home, "grams of a parcel").await[0], "mail.py");
}

#[tokio::test]
async fn nothing_is_sent_where_no_model_is_chosen_for_it() {
    let (backend, home) = (FakeBackend::start().await, home());
    for off in [json!({}), json!({ "index": { "model": "e" }, "enabled": false })] {
        let mut options = models(&backend, "e-1");
        options.as_object_mut().unwrap().extend(off.as_object().unwrap().clone());
        let session = session(&home, &options);
        session.embed_workspace();
        assert_eq!(*session.embedding.watch().borrow(), Stage::Off);
        assert!(near(&session, &home, "a letter").await.is_empty());
    }
    assert_eq!(sent(&backend), [""; 0]);
}

#[tokio::test]
async fn an_embedder_that_is_down_is_tried_again_and_said() {
    let (backend, home) = (FakeBackend::start().await, home());
    backend.answer(Reply::status(500));
    let session = embedding(&backend, &home);
    let waits = until(&session, |stage| matches!(stage, Stage::Waiting(_))).await;
    assert!(format!("{waits:?}").contains("500"), "{waits:?}");
    assert!(near(&session, &home, "a letter").await.is_empty());
    backend.answer("64");
    ready(&session).await;
    backend.answer(Reply::status(500));
    assert!(near(&session, &home, "a letter").await.is_empty());
    assert!(session.embedding.trouble().unwrap().contains("(500)"));
    // It is looked for again when it has rested.
    backend.answer("64");
    let wait = async {
        while near(&session, &home, "a letter").await.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait).await.unwrap();
    assert_eq!(session.embedding.trouble(), None);
}

#[tokio::test]
async fn a_slow_one_is_not_waited_for() {
    let (backend, home) = (FakeBackend::start().await, home());
    backend.answer("64");
    let session = embedding(&backend, &home);
    ready(&session).await;
    backend.answer(Reply::hang());
    assert!(near(&session, &home, "a letter").await.is_empty());
    let trouble = session.embedding.trouble().unwrap();
    assert!(trouble.contains("did not answer within 1500 ms"), "{trouble}");
}

#[tokio::test]
async fn one_that_makes_other_vectors_begins_anew() {
    let (backend, home) = (FakeBackend::start().await, home());
    backend.answer("64");
    let session = embedding(&backend, &home);
    ready(&session).await;
    let before = sent(&backend).len();
    backend.answer("24");
    assert!(near(&session, &home, "a letter").await.is_empty());
    let trouble = session.embedding.trouble().unwrap();
    assert!(trouble.contains("24 numbers"), "{trouble}");
    // All of it, and the question.
    backend.until("all of it once more", |backend| sent(backend).len() >= before + 4).await;
    ready(&session).await;
    assert_eq!(near(&session, &home, "a letter is posted").await[0], "mail.py");
    drop(session);
    // Another model's are thrown away.
    let asked = sent(&backend).len();
    let mut options = models(&backend, "e-2");
    options["index"] = json!({ "model": "e" });
    let session = crate::vectors::session(&home, &options);
    session.embed_workspace();
    ready(&session).await;
    assert_eq!(sent(&backend).len(), asked + 3);
}

#[tokio::test]
async fn the_user_ends_it() {
    let (backend, home) = (FakeBackend::start().await, home());
    backend.answer(Reply::hang());
    let session = embedding(&backend, &home);
    backend.until("a request", |backend| !backend.requests().is_empty()).await;
    session.embedding.cancel();
    until(&session, |stage| *stage == Stage::Cancelled).await;
    // Asked for the same again it stays ended; the connection is closed.
    session.embed_workspace();
    assert_eq!(*session.embedding.watch().borrow(), Stage::Cancelled);
    backend.until("it to be left", |backend| backend.open_connections() == 0).await;
}
