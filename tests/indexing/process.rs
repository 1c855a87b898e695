//! The real program, started as editors start it: first with nothing, then with what it kept.

use std::time::Instant;

use serde_json::{Value, json};

use crate::support::lsp::uri;
use crate::support::process::{Home, PATIENCE, Server};
use crate::{BEGUN, LINE, REST, file_with};

fn start(home: &Home) -> Server {
    let mut server = Server::spawn(home);
    let folder = json!({ "uri": uri(&home.project()), "name": "project" });
    server.lsp.initialize(json!({ "workspaceFolders": [folder] }));
    server
}

fn index(server: &mut Server) -> Value {
    let info = json!({ "command": "foretype.info" });
    server.lsp.call("workspace/executeCommand", info)["index"].clone()
}

/// Looks until it is there.
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::yield_now();
    }
}

#[test]
fn a_second_start_reads_what_the_first_one_kept() {
    let home = Home::new();
    home.configure("discovery.enabled = false\n");
    for name in ["first", "second", "third"] {
        home.file(&format!("{name}.rs"), file_with(LINE, name));
    }
    let begun = home.file("begun.rs", BEGUN.replace("$0", ""));
    let mut kept = Vec::new();
    for _ in 0..2 {
        let mut server = start(&home);
        server.lsp.open(&uri(&begun), &BEGUN.replace("$0", ""));
        let ready = until("the index", || {
            Some(index(&mut server)).filter(|index| index["state"] == "ready")
        });
        assert_eq!(ready["files"], 4);
        assert_eq!(server.lsp.complete(&uri(&begun), 1, 19), [REST]);
        let folder = home.path().join("cache").join("workspace");
        kept.push(until("the kept index", || {
            let mut files = std::fs::read_dir(&folder).ok()?.flatten();
            let index =
                files.find(|file| file.path().extension().is_some_and(|it| it == "index"))?;
            index.metadata().ok()?.modified().ok()
        }));
        server.lsp.shutdown();
        server.lsp.exit();
        assert_eq!(server.exit_code(), 0);
    }
    assert_eq!(kept[0], kept[1]);
    assert!(home.log().contains("the workspace is indexed"), "{}", home.log());
    assert!(!home.log().contains("from_environment"), "code is in the log");
}
