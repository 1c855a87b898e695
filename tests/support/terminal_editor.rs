//! The real editors that tests drive, where they are to be had: on the PATH, or installed by
//! `scripts/terminal-editors`. A test installs nothing by itself.

#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;

use super::screen::Tmux;

/// What a test on a real screen needs.
pub struct TerminalEditor {
    pub program: PathBuf,
    pub tmux: Tmux,
}

impl TerminalEditor {
    /// A program that stands beside the editor, as a language server; where it is missing, as there.
    pub fn beside(name: &str, hint: &str) -> Option<PathBuf> {
        program(name).map_err(|why| skip(&format!("{why}; run {hint}"))).ok()
    }

    /// `neovim-0.12`, `neovim-0.11` or `helix`. `None`, and a loud line that tells to run `hint`,
    /// where it or tmux is missing; with `FORETYPE_REQUIRE_EDITORS=1` the test fails then.
    pub fn found(name: &str, hint: &str) -> Option<Self> {
        let found = program(name).and_then(|program| {
            let tmux = Tmux::found().ok_or("there is no tmux 3.2 or newer here")?;
            Ok(Self { program, tmux })
        });
        found.map_err(|why| skip(&format!("{why}; run {hint}"))).ok()
    }
}

fn program(name: &str) -> Result<PathBuf, String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/terminal-editors");
    let output = Command::new("python3").args([script, "find", name]).output();
    let output = output.map_err(|error| format!("python3: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    match output.status.code() {
        Some(0) => Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())),
        Some(75) => Err(said.rsplit_once("skipped: ").map_or(said.clone(), |(_, why)| why.into())),
        _ => panic!("{said}"),
    }
}

fn skip(why: &str) {
    let required = std::env::var("FORETYPE_REQUIRE_EDITORS").is_ok_and(|value| value == "1");
    assert!(!required, "a real editor is required: {why}");
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    if !SAID.lock().unwrap().insert(why.to_owned()) {
        return;
    }
    // Past the capture of the test's output; once, whatever the number of tests.
    std::io::stderr().write_all(format!("\nskipped: {why}\n").as_bytes()).unwrap();
}
