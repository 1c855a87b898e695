//! `foretype index`, as a process.

use std::process::{Child, Stdio};

use crate::support::fake_backend::{FakeBackend, Reply};
use crate::support::postgres::{Database, PASSWORD, Postgres};
use crate::support::process::{Home, Ran};

/// A home whose project is a clone with some code, configured for this role.
fn home(backend: &FakeBackend, database: &Database, role: &str) -> Home {
    let home = Home::new();
    configure(&home, backend, database, role);
    let git = home.project().join(".git");
    std::fs::create_dir(&git).unwrap();
    std::fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
    let config = "[remote \"origin\"]\n\turl = https://u:not-a-real-one@git.example/o/n.git\n";
    std::fs::write(git.join("config"), config).unwrap();
    for number in 0..30 {
        home.file(&format!("f{number}.rs"), format!("/// Says {number}.\nfn f{number}() {{}}\n"));
    }
    home.file(".gitignore", "ignored.rs\n");
    home.file("ignored.rs", "fn marker_ignored() {}\n");
    home.file("private.rs", "fn marker_private() {}\n");
    home.file(".env", "marker_secret=1\n");
    home
}

pub fn configure(home: &Home, backend: &FakeBackend, database: &Database, role: &str) {
    home.configure(&format!(
        "[models.e]\nprovider = \"openai-compatible\"\nurl = \"{}\"\nmodel = \"e-1\"\n\
         [completion]\nignore = [\"private.rs\"]\n[index]\nmodel = \"e\"\n\
         [index.shared]\nurl = \"{}\"\npassword = {{ command = [\"echo\", \"{PASSWORD}\"] }}\n",
        backend.url(),
        database.bare_url(role),
    ));
}

/// The arguments' outcome, which never has the password in it.
pub fn run(home: &Home, arguments: &[&str]) -> Ran {
    let ran = home.run(&[&["index"], arguments].concat());
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(!said.contains(PASSWORD) && !said.contains("not-a-real-one"), "{said}");
    assert!(!home.log().contains(PASSWORD));
    ran
}

fn start(home: &Home) -> Child {
    let mut command = home.command(&["index", "push", "--json"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Every text that was embedded, but for those that ask how long a vector is.
fn embedded(backend: &FakeBackend) -> Vec<String> {
    let texts = |body: &serde_json::Value| {
        let texts: Vec<String> = serde_json::from_value(body["input"].clone()).unwrap();
        texts
    };
    let mut all: Vec<String> =
        backend.requests().iter().flat_map(|record| texts(&record.body)).collect();
    all.retain(|text| text != "fn main() {}");
    all
}

pub async fn setting(role: &str) -> Option<(FakeBackend, Database, Home)> {
    let database = Postgres::shared()?.database().await;
    let backend = FakeBackend::start().await;
    backend.answer(Reply::text(""));
    let home = home(&backend, &database, role);
    Some((backend, database, home))
}

#[tokio::test]
async fn push_status_and_gc() {
    let Some((backend, database, home)) = setting("foretype_owner").await else { return };
    let ran = run(&home, &["status"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("foretype index migrate"), "{}", ran.stderr);
    let ran = run(&home, &["migrate"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.contains(&database.name) && ran.stdout.contains("made"), "{}", ran.stdout);
    assert!(run(&home, &["migrate"]).stdout.contains("up to date"));
    database.tighten().await;

    configure(&home, &backend, &database, "foretype_writer");
    let ran = run(&home, &["push"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let said = "git.example/o/n main: 30 files, 30 chunks of 30 contents; 30 embedded now";
    assert!(ran.stdout.starts_with(said), "{}", ran.stdout);
    let texts = embedded(&backend);
    assert_eq!(texts.len(), 30);
    assert!(texts.iter().all(|text| !text.contains("marker")), "{texts:?}");
    let ran = run(&home, &["push", "src/..", "--branch", "other"]);
    assert_eq!(ran.code, 2, "no such folder");
    let ran = run(&home, &["push", "--branch", "other"]);
    assert!(ran.stdout.contains(" 0 embedded now"), "{}", ran.stdout);

    configure(&home, &backend, &database, "foretype_reader");
    let ran = run(&home, &["status"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    for said in [
        "this user may search",
        "model  e-1: 16 numbers",
        "git.example/o/n main: 30 chunks, pushed ",
        "git.example/o/n other: 30 chunks",
    ] {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
    }
    let ran = run(&home, &["status", "--json"]);
    let status: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(status["rights"], "reader");
    assert_eq!(status["branches"][0]["chunks"], 30);
    for arguments in [&["push"][..], &["gc"]] {
        let ran = run(&home, arguments);
        assert_eq!(ran.code, 2);
        if arguments == ["gc"] {
            assert!(ran.stderr.contains("may only be read"), "{}", ran.stderr);
        }
    }

    configure(&home, &backend, &database, "foretype_writer");
    let ran = run(&home, &["gc", "--forget", "other", "--forget", "main"]);
    assert_eq!(ran.stdout, "forgot main\nforgot other\ndeleted 60 chunks and 30 vectors\n");
}

#[tokio::test]
async fn two_processes_at_once_embed_nothing_twice() {
    let Some((backend, _, home)) = setting("foretype_owner").await else { return };
    assert_eq!(run(&home, &["migrate"]).code, 0);
    for number in 0..200 {
        home.file(&format!("g{number}.rs"), format!("fn g{number}() -> u8 {{ {number} }}\n"));
    }
    let children = [start(&home), start(&home)];
    let ends = children.map(|child| child.wait_with_output().unwrap());
    let mut sum = 0;
    for end in &ends {
        assert!(end.status.success(), "{}", String::from_utf8_lossy(&end.stderr));
        let pushed: serde_json::Value = serde_json::from_slice(&end.stdout).unwrap();
        assert_eq!(pushed["contents"], 230);
        sum += pushed["embedded"].as_u64().unwrap();
    }
    let mut texts = embedded(&backend);
    assert_eq!((sum, texts.len()), (230, 230));
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), 230);
}

/// Pushes until the second batch is under way, ends the process, and pushes again.
async fn ended_in_the_middle(end: impl FnOnce(&Child)) -> Option<(i32, String)> {
    let (backend, _, home) = setting("foretype_owner").await?;
    assert_eq!(run(&home, &["migrate"]).code, 0);
    for number in 0..70 {
        home.file(&format!("g{number}.rs"), format!("fn g{number}() -> u8 {{ {number} }}\n"));
    }
    while backend.calls_waiting() > 0 {
        backend.next_call().await;
    }
    // What asks how long a vector is; a batch; and one that is not answered.
    backend.script([Reply::text(""), Reply::text(""), Reply::text("").gated()]);
    let child = start(&home);
    for _ in 0..3 {
        backend.next_call().await;
    }
    end(&child);
    let ended = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&ended.stderr).into_owned();
    let ran = run(&home, &["push", "--json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let pushed: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&pushed["embedded"], &pushed["contents"]), (&68.into(), &100.into()));
    let ran = run(&home, &["status", "--json"]);
    let status: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&status["claims"], &status["branches"][0]["chunks"]), (&0.into(), &100.into()));
    Some((ended.status.code().unwrap_or(-1), stderr))
}

#[tokio::test]
async fn killed_in_the_middle_the_next_push_completes_it() {
    let kill = |child: &Child| signal(child, "KILL");
    let Some((code, _)) = ended_in_the_middle(kill).await else { return };
    assert_eq!(code, -1, "by a signal");
}

#[tokio::test]
async fn ctrl_c_ends_it_with_a_word() {
    let interrupt = |child: &Child| signal(child, "INT");
    let Some((code, said)) = ended_in_the_middle(interrupt).await else { return };
    assert_eq!(code, 130);
    assert!(said.contains("the next push goes on"), "{said}");
}

fn signal(child: &Child, name: &str) {
    let pid = child.id().to_string();
    let done = std::process::Command::new("kill").args(["-s", name, &pid]).status().unwrap();
    assert!(done.success());
}

/// The first request asks how long a vector is, the others are of code.
#[tokio::test]
async fn a_rate_limit_is_waited_for() {
    let Some((backend, _database, home)) = setting("foretype_owner").await else { return };
    let busy = || Reply::status(429).retry_after(1);
    backend.script([busy(), Reply::text(""), busy()]);
    let ran = run(&home, &["push"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stderr.matches("it goes on in 1 s (Ctrl-C ends)").count(), 2, "{}", ran.stderr);
    assert!(ran.stdout.contains("30 embedded now"), "{}", ran.stdout);
    backend.answer(Reply::status(429).retry_after(3_600));
    home.file("new.rs", "fn new() {}\n");
    let ran = run(&home, &["push"]);
    assert!(ran.code == 2 && ran.stderr.contains("asks for a pause"), "{}", ran.stderr);
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let Some((backend, database, home)) = setting("foretype_owner").await else { return };
    assert_eq!(run(&home, &["migrate"]).code, 0);
    // The model makes other vectors now.
    backend.answer(Reply::text("24"));
    let ran = run(&home, &["push"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("holds vectors of 16 numbers"), "{}", ran.stderr);
    backend.answer(Reply::text(""));

    std::fs::write(home.project().join(".git/HEAD"), "0123456789abcdef\n").unwrap();
    assert!(run(&home, &["push"]).stderr.contains("--branch"));
    std::fs::write(home.project().join(".git/config"), "").unwrap();
    assert!(run(&home, &["status"]).stderr.contains("--repository"));
    assert_eq!(run(&home, &["push", "--repository", "r", "--branch", "b"]).code, 0);

    // A repository names no database.
    let url = database.url("foretype_owner");
    home.file(".foretype.toml", format!("[index.shared]\nurl = \"{url}\"\n"));
    let shown = home.run(&["config", "show"]);
    let said = format!("{}{}", shown.stdout, shown.stderr);
    assert!(said.contains("a workspace cannot set `index.shared`"), "{said}");
    assert!(said.contains("url = \"***\"") && !said.contains(PASSWORD), "{said}");
    assert!(said.contains("password = { command = [\"echo\", \"***\"] }"), "{said}");
    home.configure("");
    assert!(run(&home, &["status", "--repository", "r"]).stderr.contains("no index is shared"));
}
