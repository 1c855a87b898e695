//! `foretype eval`, from real files through the real pipeline to figures.

use std::collections::HashSet;
use std::fmt::Write;

use serde_json::Value;

use crate::support::fake_backend::{FakeBackend, Reply};
use crate::support::process::{Home, Ran, backend, model, wait};

/// Lines of which no two are alike.
fn code(lines: usize) -> String {
    let mut text = String::from("fn main() {\n");
    for line in 0..lines {
        let _ = writeln!(text, "    let value_{line} = source_{line}.compute({line}, other);");
    }
    text + "}\n"
}

/// The files that a text may stand in once more: as it is, and nearly.
fn copies(home: &Home, name: &str, mark: &str, text: &str) {
    std::fs::create_dir_all(home.project().join("deep")).unwrap();
    let edited: String =
        text.lines()
            .enumerate()
            .map(|(at, line)| {
                if at % 4 == 3 {
                    format!("other_{at} = edited({at})\n")
                } else {
                    format!("{line}\n")
                }
            })
            .collect();
    for (before, text) in [
        ("copy", text.to_owned()),
        ("deep/again", text.to_owned()),
        ("breaks", text.replace('\n', "\r\n")),
        ("deep/comment", format!("{mark} Once more.\n{text}")),
        ("indented", text.replace("    ", "\t\t").replace('\n', " \n")),
        ("edited", edited),
    ] {
        home.file(&format!("{before}{name}"), text);
    }
}

fn home(backend: &FakeBackend) -> Home {
    let home = Home::with_backend(backend);
    home.file("a.rs", code(40));
    home
}

fn eval(home: &Home, arguments: &[&str]) -> Ran {
    home.run(&[&["eval"], arguments].concat())
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
}

#[test]
fn what_is_hidden_is_never_sent() {
    let backend = backend();
    let home = home(&backend);
    // The file again, under another name and in a folder below.
    home.file("copy.rs", code(40));
    std::fs::create_dir(home.project().join("deep")).unwrap();
    home.file("deep/again.rs", code(40));
    backend.answer("x");
    for kind in ["line", "rest-of-line", "api"] {
        let from = backend.requests().len();
        let ran = eval(&home, &["--kind", kind, "-n", "30"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{kind}");
        let asked: Vec<_> = backend.requests().split_off(from);
        assert!(asked.len() >= 30, "{kind}: {} asked", asked.len());
        let mut places = HashSet::new();
        for request in asked {
            let sent = request.prompt().whole;
            let whole = code(40);
            let missing: Vec<&str> =
                whole.lines().filter(|line| line.len() > 2 && !sent.contains(*line)).collect();
            assert_eq!(missing.len(), 1, "{kind}: {missing:?}");
            // No end of it is there either.
            let end = missing[0].split('.').next_back().unwrap();
            assert!(!sent.contains(end), "{kind}: {end}");
            places.insert(missing[0].to_owned());
        }
        assert_eq!(places.len(), 30, "{kind}: a place was asked for twice");
    }
}

/// The model that is built in has read the very file, and other copies of it.
#[test]
fn what_is_hidden_is_not_known_to_the_workspace_model() {
    let home = Home::new();
    home.configure("discovery.enabled = false\n");
    home.file("a.rs", code(40));
    copies(&home, ".rs", "//", &code(40));
    for kind in ["line", "rest-of-line"] {
        let ran = eval(&home, &["--model", "workspace", "-n", "30", "--kind", kind, "--json"]);
        let figures = json(&ran)["models"][0].clone();
        // Every line has names of its own: whoever says one to its end has seen it.
        let all = &figures["all"];
        assert_eq!((&all["cases"], &all["exact"]["value"]), (&30.into(), &0.0.into()), "{kind}");
        assert!(all["answered"]["value"].as_f64() > Some(0.0), "{kind}: it is never asked");
    }
}

#[test]
fn a_table_gives_the_workspace_model_another_name() {
    let home = Home::new();
    home.configure("[models.mine]\nprovider = 'workspace'\n");
    home.file("a.py", "result = compute(42, other)\n\n\n# Once more.\n".repeat(30));
    let ran = eval(&home, &["--model", "mine", "--model", "workspace", "-n", "10", "--json"]);
    let models = json(&ran)["models"].clone();
    assert_eq!((&models[0]["model"], &models[1]["model"]), (&"mine".into(), &"workspace".into()));
    // It is one and the same, with the same index behind it.
    for figure in ["cases", "answered", "exact"] {
        assert_eq!(models[0]["all"][figure], models[1]["all"][figure], "{figure}");
    }
}

#[test]
fn a_right_answer_counts_and_a_wrong_one() {
    let backend = backend();
    let home = Home::with_backend(&backend);
    home.file("a.py", "result = compute(42, other)\n\n\n# Once more.\n".repeat(30));
    backend.answer("result = compute(42, other)");
    let right = json(&eval(&home, &["-n", "10", "--json"]));
    let figures = &right["models"][0]["all"];
    assert_eq!(figures["cases"], 10);
    assert_eq!(
        (&figures["exact"]["value"], &figures["saved"]["value"]),
        (&100.0.into(), &100.0.into())
    );
    assert_eq!(figures["wrong"]["value"], 0.0);
    assert!(figures["first_token"]["p50"].as_f64() <= figures["total"]["p50"].as_f64());
    backend.answer("result = compute(7)");
    let wrong = json(&eval(&home, &["-n", "10", "--json", "--seed", "2"]));
    let figures = &wrong["models"][0]["all"];
    assert_eq!(figures["exact"]["value"], 0.0);
    // `result = compute(` is right: 17 of 27.
    let saved = figures["saved"]["value"].as_f64().unwrap();
    assert!((saved - 100.0 * 17.0 / 27.0).abs() < 1e-6, "{saved}");
}

#[test]
fn two_models_side_by_side() {
    let (backend, other) = (backend(), backend());
    let home = home(&backend);
    let second = format!(
        "[models.other]\nprovider = \"llama-cpp\"\nurl = \"{}\"\n\n[completion]\nmodel = \"fake\"\n",
        other.url()
    );
    let first = model(&backend.url());
    home.configure(&format!("{}\n{second}", first.split("[completion]").next().unwrap()));
    backend.answer("let wrong = 1;");
    other.answer("let wrong_too = 2;");
    let page = home.path().join("page.html");
    let file = page.to_str().unwrap();
    let ran = eval(&home, &["-n", "8", "--model", "fake", "--model", "other", "--html", file]);
    assert_eq!(ran.code, 0, "{ran:?}");
    for part in ["8 places (line, seed 1)", "fake", "other", "fake → other", "saved per 100"] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    let page = std::fs::read_to_string(page).unwrap();
    assert_eq!(page.matches("<svg").count(), 2);
    // Nothing is fetched, nothing runs, and no code is in it.
    for part in ["<script", "http", "src=", "value_", "wrong_too"] {
        assert!(!page.contains(part), "{part}");
    }
    assert_eq!((backend.requests().len(), other.requests().len()), (8, 8));
}

#[test]
fn money_is_spent_only_when_it_was_said() {
    let backend = backend();
    let home = home(&backend);
    let priced = model(&backend.url())
        .replace("[completion]", "price = { input = 3.0, output = 15.0 }\n\n[completion]");
    home.configure(&priced);
    backend.answer("x");
    let ran = eval(&home, &["-n", "5"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("5 requests") && ran.stderr.contains("--yes"), "{}", ran.stderr);
    assert!(backend.requests().is_empty());
    let figures = json(&eval(&home, &["-n", "5", "--yes", "--json"]));
    assert!(figures["models"][0]["all"]["cost"].as_f64().unwrap() > 0.0);
}

#[test]
fn goes_on_where_it_was_ended() {
    let backend = backend();
    let home = home(&backend);
    backend.answer("x");
    assert_eq!(eval(&home, &["-n", "5"]).code, 0);
    let ran = eval(&home, &["-n", "8", "--resume", "--json"]);
    assert_eq!(json(&ran)["models"][0]["all"]["cases"], 8);
    assert_eq!(backend.requests().len(), 8);
    // Another file, another text: the old figures are not of it.
    home.file("a.rs", code(41));
    assert_eq!(eval(&home, &["-n", "8", "--resume"]).code, 0);
    assert_eq!(backend.requests().len(), 16);
}

#[cfg(unix)]
#[test]
fn an_interrupt_keeps_what_was_measured() {
    use std::process::{Command, Stdio};
    let backend = backend();
    let home = home(&backend);
    backend.script([Reply::text("x"), Reply::text("x"), Reply::text("never").gated()]);
    let mut command = home.command(&["eval", "-n", "10", "--json"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    for _ in 0..3 {
        wait(backend.next_call());
    }
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let figures: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(figures["models"][0]["all"]["cases"], 2);
    assert!(figures["notes"][0].as_str().unwrap().contains("--resume"));
}

#[test]
fn what_cannot_be_measured_is_said() {
    let backend = backend();
    let home = home(&backend);
    for (arguments, wanted) in [
        (&["nowhere"][..], "nowhere: is no folder"),
        (&["--model", "fakes"], "did you mean `fake`"),
        (&["--kind", "word"], "line, rest-of-line, block, api"),
        (&["--kind", "block"], "no code to hide"),
        (&["--model", "fake", "--model", "fake"], "named twice"),
        (&["-n", "0"], "0"),
    ] {
        let ran = eval(&home, arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.stderr.contains(wanted), "{arguments:?}: {}", ran.stderr);
    }
    // A failing server is a figure, too, but no success.
    backend.answer(Reply::status(400));
    let ran = eval(&home, &["-n", "3", "--json"]);
    assert_eq!((ran.code, &json(&ran)["models"][0]["all"]["failed"]), (1, &3.into()));
    assert!(ran.stdout.contains("An error: "));
    // Asked again, the last word counts.
    backend.answer("x");
    let ran = eval(&home, &["-n", "3", "--resume"]);
    assert_eq!((ran.code, ran.stdout.contains("An error: ")), (0, false), "{}", ran.stdout);
    // A place that fails among others is no failure of the run.
    backend.script([Reply::text("x"), Reply::status(413)]);
    let ran = eval(&home, &["-n", "3", "--json"]);
    assert_eq!((ran.code, &json(&ran)["models"][0]["all"]["failed"]), (0, &1.into()));
}

#[test]
fn a_pause_that_the_server_asks_for_is_waited_for() {
    let backend = backend();
    let home = home(&backend);
    backend.answer("x");
    backend.script([Reply::text("x"), Reply::status(429).retry_after(1), Reply::text("x")]);
    let ran = eval(&home, &["-n", "4", "--json"]);
    let report = json(&ran);
    let figures = &report["models"][0]["all"];
    assert_eq!((ran.code, &figures["cases"], &figures["failed"]), (0, &4.into(), &0.into()));
    assert_eq!((backend.requests().len(), &report["notes"]), (5, &serde_json::json!([])));
    // There is no bar to say it.
    let wanted = "foretype: fake: waits 1 s: the server asks for a pause (429)\n";
    assert_eq!(ran.stderr, wanted);
}

#[test]
fn a_model_that_refuses_the_key_is_asked_once() {
    let (backend, other) = (backend(), backend());
    let home = home(&backend);
    let second = format!(
        "[models.other]\nprovider = \"llama-cpp\"\nurl = \"{}\"\n\n[completion]\nmodel = \"fake\"\n",
        other.url()
    );
    let first = model(&backend.url());
    home.configure(&format!("{}\n{second}", first.split("[completion]").next().unwrap()));
    backend.answer(Reply::status(401));
    other.answer("x");
    let ran = eval(&home, &["-n", "6", "--model", "fake", "--model", "other", "--json"]);
    let report = json(&ran);
    let asked = (backend.requests().len(), other.requests().len());
    assert_eq!((ran.code, asked), (1, (1, 6)), "{ran:?}");
    let note = report["notes"][0].as_str().unwrap();
    for part in ["fake was given up", "api_key", "not asked at 5 places", "--resume"] {
        assert!(note.contains(part), "{part}: {note}");
    }
    assert_eq!(report["notes"].as_array().unwrap().len(), 1, "{}", report["notes"]);
    // The key is mended: the other is not asked again.
    backend.answer("x");
    let ran =
        eval(&home, &["-n", "6", "--model", "fake", "--model", "other", "--json", "--resume"]);
    let report = json(&ran);
    assert_eq!((ran.code, &report["notes"]), (0, &serde_json::json!([])));
    assert_eq!((backend.requests().len(), other.requests().len()), (7, 6));
}

#[test]
fn what_was_paid_for_is_kept_where_the_next_run_is_not_agreed_to() {
    let backend = backend();
    let home = home(&backend);
    let priced = model(&backend.url())
        .replace("[completion]", "price = { input = 3.0, output = 15.0 }\n\n[completion]");
    home.configure(&priced);
    backend.answer("x");
    assert_eq!(eval(&home, &["-n", "5", "--yes"]).code, 0);
    assert_eq!(eval(&home, &["-n", "5"]).code, 2);
    assert_eq!(eval(&home, &["-n", "5", "--resume"]).code, 0);
    assert_eq!(backend.requests().len(), 5);
}

#[test]
fn a_state_folder_that_cannot_be_written_ends_no_run() {
    let backend = backend();
    let home = home(&backend);
    std::fs::create_dir_all(home.path().join("state")).unwrap();
    std::fs::write(home.path().join("state/eval"), "a file").unwrap();
    backend.answer("x");
    let ran = eval(&home, &["-n", "3", "--json"]);
    assert_eq!((ran.code, &json(&ran)["models"][0]["all"]["cases"]), (0, &3.into()));
    assert!(ran.stderr.contains("--resume will not have this run"), "{}", ran.stderr);
    // What could not be kept cannot be gone on with, and is not paid for again.
    assert_eq!((eval(&home, &["-n", "3", "--resume"]).code, backend.requests().len()), (2, 3));
}

#[test]
fn a_page_that_cannot_be_written_is_said_before_anything_is_asked() {
    let backend = backend();
    let home = home(&backend);
    let ran = eval(&home, &["-n", "3", "--html", "nowhere/page.html"]);
    assert_eq!((ran.code, backend.requests().len()), (2, 0));
    assert!(ran.stderr.contains("nowhere/page.html: cannot be written"), "{}", ran.stderr);
    // One that can be is not begun before there is something in it.
    assert_eq!(eval(&home, &["nowhere", "--html", "page.html"]).code, 2);
    assert!(!home.project().join("page.html").exists());
}

#[test]
fn a_page_that_cannot_be_written_any_more_costs_no_figures() {
    use std::process::Stdio;
    let backend = backend();
    let home = home(&backend);
    let folder = home.path().join("pages");
    std::fs::create_dir(&folder).unwrap();
    backend.script([Reply::text("x").gated()]);
    let file = folder.join("page.html");
    let mut command = home.command(&["eval", "-n", "1", "--html", file.to_str().unwrap()]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let call = wait(backend.next_call());
    std::fs::remove_dir(&folder).unwrap();
    wait(call.release());
    let output = child.wait_with_output().unwrap();
    let (table, errors) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(2));
    assert!(table.contains("saved per 100"), "{table}");
    assert!(errors.contains("page.html: cannot be written"), "{errors}");
}

#[test]
fn files_that_are_never_sent_are_not_drawn_from() {
    let backend = backend();
    let home = home(&backend);
    backend.answer("x");
    home.file("hidden.rs", code(40).replace("value", "hidden"));
    home.file(".foretypeignore", "hidden.rs\n");
    home.file("made.rs", format!("// @generated\n{}", code(40).replace("value", "made")));
    home.file("broken.rs", [0xff; 200]);
    let ran = eval(&home, &["-n", "40"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("in 1 files"), "{}", ran.stdout);
    let all = backend.requests().iter().all(|request| request.prompt().whole.contains("value_"));
    assert!(all && backend.requests().len() == 40);
}

/// A project in which each place needs what another file defines.
fn shop(backend: &FakeBackend) -> Home {
    let home = Home::with_backend(backend);
    home.file(
        "cart.py",
        "class Cart:\n    def add_item(self, item, count=1):\n        return self\n",
    );
    let calls: String = (0..30).map(|n| format!("first_{n} = cart.add_item({n}, {n})\n")).collect();
    let main = format!("from cart import Cart\n\ncart = Cart()\n{calls}");
    home.file("main.py", &main);
    copies(&home, ".py", "#", &main);
    backend.answer("x");
    home
}

#[test]
fn each_source_is_measured_by_itself_at_the_same_places() {
    let backend = backend();
    let home = shop(&backend);
    let arguments =
        ["-n", "12", "--json", "--without", "definitions", "--without", "all", "--with"];
    let ran = eval(&home, &[&arguments[..], &["similar"]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    let report = json(&ran);
    let names: Vec<_> =
        report["models"].as_array().unwrap().iter().map(|it| &it["model"]).collect();
    let wanted = ["fake", "fake without definitions", "fake without context", "fake with similar"];
    assert_eq!(names, wanted);
    let requests = backend.requests();
    assert_eq!(requests.len(), 48);
    let shown = |request: &&crate::support::fake_backend::Record| {
        request.prompt().whole.contains("def add_item(self, item, count=1)\n")
    };
    // Two of the four are shown the other file, but for places in that file itself.
    let with = requests.iter().filter(shown).count();
    assert!((12..=24).contains(&with), "{with}");
    for (arguments, wanted) in [
        (["--without", "nothing"], "there are: all, definitions, stack"),
        (["--with", "conventions"], "there is no such source"),
    ] {
        let ran = eval(&home, &arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        assert!(ran.stderr.contains(wanted), "{}", ran.stderr);
    }
}

#[test]
fn what_is_hidden_is_in_no_other_file_that_is_shown() {
    let backend = backend();
    let home = shop(&backend);
    let ran = eval(&home, &["-n", "25", "--with", "all"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let whole = std::fs::read_to_string(home.project().join("main.py")).unwrap();
    let mut seen = 0;
    for request in backend.requests() {
        let sent = request.prompt().whole;
        let missing: Vec<&str> = whole
            .lines()
            .filter(|line| line.starts_with("first_") && !sent.contains(*line))
            .collect();
        let own = sent.contains("from cart import Cart\n\ncart = Cart()\n");
        seen += usize::from(own);
        assert!(!own || missing.len() <= 1, "{missing:?}");
        let hidden = missing.iter().all(|line| {
            let call = line.split(" = ").nth(1).unwrap();
            !sent.contains(call)
        });
        assert!(hidden, "{missing:?}");
    }
    assert!(seen >= 30, "{seen}");
}
