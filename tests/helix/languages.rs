//! The shipped `languages.toml`, and the script that makes and merges it, by Helix's own `--health`.

use std::path::Path;
use std::process::Command;

use crate::support::process::{Ran, run};

use super::setting::{SHIPPED, Setting, setting};

const GENERATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/editors/helix/generate");
/// With servers of their own, with several, with features left out, and with none.
const SAMPLE: [&str; 8] = ["rust", "python", "go", "c", "bash", "gts", "markdown", "diff"];

/// What Helix says of a language: the names of its servers.
fn servers(setting: &Setting, language: &str) -> Vec<String> {
    let mut command = setting.command(&setting.editor.program);
    let Ran { stdout, stderr, .. } = run({
        command.args(["--health", language]);
        command
    });
    assert!(!format!("{stdout}{stderr}").contains("rror"), "{stdout}{stderr}");
    let lines = stdout.lines().skip_while(|line| !line.contains("language servers"));
    let of_servers = lines.skip(1).take_while(|line| line.starts_with(' '));
    let name = |line: &str| line.split(':').next().unwrap().split_whitespace().last().map(plain);
    of_servers.filter_map(name).collect()
}

/// Without colours.
fn plain(text: &str) -> String {
    let mut parts = text.split('\x1b');
    let first = parts.next().unwrap().to_owned();
    let rest = parts.map(|part| part.split_once('m').map_or("", |(_, text)| text));
    first + &rest.collect::<String>()
}

#[test]
fn every_server_of_helix_keeps_its_place() {
    let Some(setting) = setting() else { return };
    setting.languages("");
    let own: Vec<_> = SAMPLE.iter().map(|language| servers(&setting, language)).collect();
    assert_eq!(own[0], ["rust-analyzer"]);
    assert!(own[7].is_empty());
    setting.languages(&std::fs::read_to_string(SHIPPED).unwrap());
    for (language, own) in SAMPLE.iter().zip(own) {
        let with = servers(&setting, language);
        assert_eq!(with.first().map(String::as_str), Some("foretype"), "{language}");
        // Lists differ where the Helix here is another than that of the file.
        let missing: Vec<_> = own.iter().filter(|server| !with.contains(server)).collect();
        assert!(missing.is_empty(), "{language}: {missing:?} of {own:?}");
    }
}

#[test]
fn helix_takes_all_of_it() {
    let Some(setting) = setting() else { return };
    let helix = setting.open("notes.md", "$0\n");
    helix.says_nothing();
    let shown = helix.screen.shown();
    assert!(!shown.has("config"), "{shown}");
}

#[test]
fn merging_keeps_what_the_user_wrote() {
    let Some(setting) = setting() else { return };
    let mine = "use-grammars = { only = [\"rust\"] }\n\n\
        [language-server.rust-analyzer.config]\ncheck = { command = \"clippy\" }\n\n\
        [[language]]\nname = \"python\"\nlanguage-servers = [\"ruff\"]\n";
    setting.languages(mine);
    let install = |arguments: &[&str]| {
        let mut command = setting.command(Path::new("python3"));
        command.arg(GENERATE).arg("--hx").arg(&setting.editor.program).arg("--install");
        command.args(arguments);
        let ran = run(command);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        std::fs::read_to_string(setting.config_folder().join("languages.toml")).unwrap()
    };
    if !python_311(&setting) {
        return;
    }
    let merged = install(&[]);
    assert!(merged.starts_with(mine), "{merged:.300}");
    assert_eq!(servers(&setting, "python"), ["foretype", "ruff"]);
    assert_eq!(servers(&setting, "rust"), ["foretype", "rust-analyzer"]);
    // Again is the same, and what it was before the first time is kept.
    assert_eq!(install(&[]), merged);
    let kept = setting.config_folder().join("languages.toml.before-foretype");
    assert_eq!(std::fs::read_to_string(kept).unwrap(), mine);
    // Helix's menu begins with the server that is listed last.
    install(&["--top"]);
    assert_eq!(servers(&setting, "python"), ["ruff", "foretype"]);
}

fn python_311(setting: &Setting) -> bool {
    let mut command: Command = setting.command(Path::new("python3"));
    command.args(["-c", "import tomllib"]);
    let found = run(command).code == 0;
    if !found {
        eprintln!("skipped: merging needs Python 3.11");
    }
    found
}
