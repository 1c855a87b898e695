//! The team's index, searched by chat and actions in place of one of our own: read only, and without it
//! where it is gone.

use std::sync::Arc;

use foretype::config::Paths;
use foretype::embedding::Stage;
use foretype::guard::redact;
use foretype::services::Services;
use foretype::workspace::session::Session;

use super::cli::{configure, run, setting};
use crate::support::process::Home;

/// A session whose workspace is the home's project.
fn session(home: &Home) -> Arc<Session> {
    let paths = Paths { state_dir: Some(home.path().join("own")), ..Paths::default() };
    let session = Session::new(Arc::new(Services::new(paths, true)));
    let text = std::fs::read_to_string(home.config()).unwrap();
    session.configure(|layers| layers.set_user(Some((home.config(), text))));
    session.workspace(|workspace| workspace.set_roots(vec![home.project()]));
    session.embed_workspace();
    session
}

async fn near(session: &Session, home: &Home, text: &str) -> Vec<String> {
    let found = session.embedding.near(&home.project(), redact(text)).await;
    found.iter().map(|hit| hit.chunk.path.to_string()).collect()
}

#[tokio::test]
async fn what_was_pushed_is_found_where_it_still_stands() {
    let Some((backend, database, home)) = setting("foretype_owner").await else { return };
    assert_eq!(run(&home, &["migrate"]).code, 0);
    database.tighten().await;
    configure(&home, &backend, &database, "foretype_reader");
    let session = session(&home);
    let mut stage = session.embedding.watch();
    stage.wait_for(|stage| *stage == Stage::Shared).await.unwrap();
    // Nobody has pushed yet.
    assert!(near(&session, &home, "fn f7").await.is_empty());
    let trouble = session.embedding.trouble().unwrap();
    assert!(trouble.contains("nothing of git.example/o/n main"), "{trouble}");

    configure(&home, &backend, &database, "foretype_writer");
    assert_eq!(run(&home, &["push"]).code, 0);
    let asked = backend.requests().len();
    assert_eq!(near(&session, &home, "/// Says 7.\nfn f7() {}\n").await[0], "f7.rs");
    assert_eq!(session.embedding.trouble(), None);
    // One question; nothing of the workspace was embedded for it.
    assert_eq!(backend.requests().len(), asked + 1);
    // What stands elsewhere by now is told where it is, and what is another text not at all.
    home.file("f7.rs", "fn other() {}\n");
    let found = near(&session, &home, "/// Says 7.\nfn f7() {}\n").await;
    assert!(!found.is_empty() && !found.contains(&"f7.rs".to_owned()), "{found:?}");
    // Its doctor says that it is searched.
    configure(&home, &backend, &database, "foretype_reader");
    let ran = home.run(&["doctor"]);
    assert!(ran.stdout.contains("is searched"), "{}", ran.stdout);
    assert!(ran.stdout.contains("index: vectors of 16 numbers"), "{}", ran.stdout);

    let rename = "ALTER SCHEMA foretype RENAME TO gone";
    database.admin().await.batch_execute(rename).await.unwrap();
    assert!(near(&session, &home, "fn f8").await.is_empty());
    assert!(session.embedding.trouble().is_some());
}
