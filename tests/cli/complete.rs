//! `foretype complete FILE:LINE:COLUMN`.

use serde_json::Value;

use crate::support::fake_backend::{FakeBackend, Reply};
use crate::support::process::{Home, KEY, Ran, backend, model, wait};

const CODE: &str = "fn main() {\n    let a = ;\n}\n";

fn home() -> (FakeBackend, Home) {
    let backend = backend();
    backend.answer("alpha(beta)");
    let home = Home::with_backend(&backend);
    home.file("main.rs", CODE);
    (backend, home)
}

fn no_server() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[test]
fn prints_the_suggestion() {
    let (backend, home) = home();
    let ran = home.run(&["complete", "main.rs:2:13"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "alpha(beta)\n", ""));
    let prompt = wait(backend.next_call()).prompt();
    assert_eq!(prompt.prefix, "fn main() {\n    let a = ");
    assert_eq!(prompt.suffix, ";\n}\n");
}

#[test]
fn the_next_model_is_asked_unless_one_was_named() {
    let (backend, home) = home();
    let other = crate::support::process::backend();
    other.answer("gamma()");
    backend.answer(Reply::status(500));
    let table = |name: &str, backend: &FakeBackend| {
        let url = backend.url();
        format!(
            "[models.{name}]\nprovider = \"openai-compatible\"\nurl = \"{url}\"\nmodel = \"qwen\"\n"
        )
    };
    let chosen = "[completion]\nmodel = \"fake\"\nfallback = [\"other\"]\n";
    home.configure(&[table("fake", &backend), table("other", &other), chosen.into()].concat());
    let ran = home.run(&["complete", "main.rs:2:13", "--json"]);
    let answer: Value = serde_json::from_str(&ran.stdout).expect(&ran.stderr);
    assert_eq!((&answer["text"], &answer["model"]), (&"gamma()".into(), &"other".into()));
    let ran = home.run(&["complete", "main.rs:2:13", "--model", "fake"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
}

#[test]
fn several_lines_are_printed_once() {
    let (backend, home) = home();
    backend.answer("if a {\n        b();\n    }");
    home.file("main.rs", "fn main() {\n    \n}\n");
    let ran = home.run(&["complete", "main.rs:2:5"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "if a {\n        b();\n    }\n"));
}

#[test]
fn rules_are_explained_beside_the_suggestion() {
    let (backend, home) = home();
    for (answer, rules) in [
        ("alpha(beta)", "rules: the model's text fits as it is\n"),
        ("alpha(beta);", "rules: overlap\n"),
        ("alpha(beta)<|endoftext|>junk", "rules: special-tokens\n"),
    ] {
        backend.answer(answer);
        let ran = home.run(&["complete", "main.rs:2:13", "--explain"]);
        assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("alpha(beta)\n", rules));
    }
}

#[test]
fn figures_as_json() {
    let (_backend, home) = home();
    let ran = home.run(&["complete", "main.rs:2:13", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let value: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(value["text"], "alpha(beta)");
    assert_eq!(value["reason"], Value::Null);
    assert_eq!(value["model"], "fake");
    assert_eq!(value["prompt_bytes"], CODE.len());
    assert!(value["prompt_tokens_estimate"].as_u64().unwrap() > 0);
    assert!(value["first_token_ms"].as_f64().unwrap() <= value["total_ms"].as_f64().unwrap());
    assert!(value["usage"]["output_tokens"].as_u64().unwrap() > 0);
}

#[test]
fn nothing_to_say_is_exit_code_1() {
    let (backend, home) = home();
    home.file(".env", "A=\n");
    home.file(".foretypeignore", "private.rs\n");
    home.file("private.rs", CODE);
    home.file("long.rs", "x".repeat(3_000));
    for (answer, place, reason) in [
        ("", "main.rs:2:13", "the model has nothing to add here"),
        ("alpha", ".env:1:3", "environment"),
        ("alpha", "private.rs:2:13", ".foretypeignore"),
        ("alpha", "long.rs:1:3001", "2,000 characters"),
    ] {
        backend.answer(answer);
        let ran = home.run(&["complete", place]);
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{place}: {}", ran.stderr);
        assert!(ran.stderr.starts_with("foretype: no suggestion: "), "{place}: {}", ran.stderr);
        assert!(ran.stderr.contains(reason), "{place}: {}", ran.stderr);
        let ran = home.run(&["complete", place, "--json"]);
        let value: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!((ran.code, &value["text"]), (1, &Value::Null), "{place}");
        assert!(value["reason"].as_str().unwrap().contains(reason), "{place}: {}", ran.stdout);
    }
    assert_eq!(backend.requests().len(), 2, "the blocked ones are never sent");
}

#[test]
fn columns_are_characters_after_any_byte_order_mark() {
    let (backend, home) = home();
    for (text, place, prefix) in [
        ("\u{feff}let a = ", "1:9", "let a = "),
        ("\u{feff}let a = ", "1:1", ""),
        ("let é = 😀😀", "1:11", "let é = 😀😀"),
        ("let é = 😀😀", "1:10", "let é = 😀"),
        ("a\r\nlet b = \r\n", "2:9", "a\nlet b = "),
        ("a\n", "2:1", "a\n"),
        ("", "1:1", ""),
    ] {
        let name = format!("columns{}.rs", backend.requests().len());
        home.file(&name, text);
        let ran = home.run(&["complete", &format!("{name}:{place}")]);
        assert_eq!(ran.code, 0, "{text:?} {place}: {}", ran.stderr);
        let prompt = wait(backend.next_call()).prompt();
        assert_eq!(prompt.prefix.trim_start_matches('\u{feff}'), prefix, "{text:?} {place}");
    }
}

#[test]
fn what_is_wrong_is_exit_code_2_with_thing_and_cause() {
    let (backend, home) = home();
    home.file("binary.rs", [0_u8, 159, 146, 150]);
    home.file("zero.rs", "a\0b");
    home.file("empty.rs", "");
    let huge = home.file("huge.rs", "");
    std::fs::File::options().write(true).open(huge).unwrap().set_len(500 << 20).unwrap();
    std::fs::create_dir(home.project().join("folder")).unwrap();
    for (arguments, wanted) in [
        (&["main.rs"][..], &["FILE:LINE:COLUMN", "src/main.rs:12:5"][..]),
        (&["main.rs:2"], &["FILE:LINE:COLUMN"]),
        (&["main.rs:0:1"], &["count from 1"]),
        (&["main.rs:1:0"], &["count from 1"]),
        (&["main.rs:-1:1"], &["count from 1"]),
        (&["main.rs:99:1"], &["main.rs:99:1", "the file has 4 lines"]),
        (&["main.rs:1:99"], &["main.rs:1:99", "line 1 has 11 characters"]),
        (&["empty.rs:1:2"], &["line 1 has 0 characters"]),
        (&["main.rs:99999999999999999999:1"], &["count from 1"]),
        (&["nowhere.rs:1:1"], &["nowhere.rs", "cannot be read"]),
        (&["folder:1:1"], &["folder", "cannot be read"]),
        (&["binary.rs:1:1"], &["binary.rs", "no UTF-8 text"]),
        (&["zero.rs:1:1"], &["zero.rs", "binary"]),
        (&["huge.rs:1:1"], &["huge.rs", "over 10 MB"]),
        (&["main.rs:2:13", "--model", "fakes"], &["--model fakes", "did you mean `fake`"]),
        (&["main.rs:2:13", "--model", "x"], &["--model x", "there is no model `x`"]),
    ] {
        let ran = home.run(&[&["complete"], arguments].concat());
        refused(&ran, arguments, wanted);
    }
    assert!(backend.requests().is_empty());
}

fn refused(ran: &Ran, arguments: &[&str], wanted: &[&str]) {
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}: {}", ran.stderr);
    for part in wanted {
        assert!(ran.stderr.contains(part), "{arguments:?}: {part}: {}", ran.stderr);
    }
    assert!(!ran.stderr.contains("panicked"), "{arguments:?}: {}", ran.stderr);
}

#[test]
fn a_backend_that_fails_is_exit_code_2_with_a_remedy() {
    for (reply, wanted) in [
        (Reply::status(401), "set or renew `api_key`"),
        (Reply::status(404), "check `model`"),
        (Reply::status(400), "check `template`"),
        (Reply::status(429).retry_after(7), "asks for a pause of 7s"),
        (Reply::status(500), "see the server's own log"),
        (Reply::garbage(), "cannot reach fake at 127.0.0.1"),
        (Reply::text("a").malformed_after(0), "is `provider` right?"),
    ] {
        let (backend, home) = home();
        backend.answer(reply);
        refused(&home.run(&["complete", "main.rs:2:13"]), &["main.rs:2:13"], &["fake", wanted]);
    }
    let (_backend, home) = home();
    home.configure(&model(&no_server()));
    let ran = home.run(&["complete", "main.rs:2:13"]);
    refused(&ran, &["main.rs:2:13"], &["cannot reach fake at 127.0.0.1", "is the server running"]);
}

#[test]
fn a_slow_server_is_bounded_by_its_time_out() {
    let (backend, home) = home();
    backend.answer(Reply::hang());
    home.configure(&model(&backend.url()).replace("\n\n", "\nfirst_token_timeout_ms = 200\n\n"));
    let ran = home.run(&["complete", "main.rs:2:13"]);
    refused(&ran, &["main.rs:2:13"], &["did not answer within 200ms", "first_token_timeout_ms"]);
}

#[test]
fn the_model_may_be_named() {
    let (first, home) = home();
    let second = backend();
    second.answer("from the second");
    let more = model(&second.url()).replace("models.fake", "models.other");
    let more = more.split("\n[completion]").next().unwrap().to_owned();
    home.configure(&format!("{more}\n{}model = \"fake\"\n", model(&first.url())));
    let ran = home.run(&["complete", "main.rs:2:13"]);
    assert_eq!(ran.stdout, "alpha(beta)\n", "{}", ran.stderr);
    let ran = home.run(&["complete", "main.rs:2:13", "--model", "other"]);
    assert_eq!(ran.stdout, "from the second\n", "{}", ran.stderr);
}

#[test]
fn a_server_that_loads_is_waited_for() {
    let (backend, home) = home();
    backend.loading();
    home.configure(&model(&backend.url()).replace("openai-compatible", "llama-cpp"));
    let command = home.command(&["complete", "main.rs:2:13"]);
    let ran = std::thread::spawn(move || crate::support::process::run(command));
    let polled = |backend: &FakeBackend| backend.gets().iter().any(|get| get.path == "/health");
    wait(backend.until("a look at the loading server", polled));
    backend.loaded();
    let ran = ran.join().unwrap();
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "alpha(beta)\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("is loading the model; waiting"), "{}", ran.stderr);
}

#[test]
fn problems_of_the_configuration_are_told_and_no_key() {
    let (backend, home) = home();
    let text = model(&backend.url()).replace("\n\n", &format!("\napi_key = \"{KEY}\"\n\n"));
    home.configure(&format!("{text}nonsense = 1\n"));
    let ran = home.run(&["complete", "main.rs:2:13"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "alpha(beta)\n"));
    assert!(ran.stderr.contains(&format!("{}:9:1: ", home.config().display())), "{}", ran.stderr);
    assert!(!ran.stderr.contains(KEY));
}

/// The first command of the README: nothing is set up, and nobody is asked.
#[test]
fn without_any_configuration_the_workspace_answers() {
    let home = Home::new();
    let place = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/shop/src/invoices.ts:8:17");
    for _ in 0..2 {
        // The second time from the index that was kept.
        let ran = home.run(&["complete", place]);
        let said = "invoices.find((one) => one.id === id);\n";
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, said, ""));
        let kept = std::fs::read_dir(home.path().join("cache").join("workspace")).unwrap();
        let kept: Vec<_> = kept.map(|file| file.unwrap().path()).collect();
        let is = |ending: &str| kept.iter().any(|it| it.extension().is_some_and(|it| it == ending));
        assert!(is("index") && !is("part"), "{kept:?}");
    }
    let ran = home.run(&["complete", place, "--json", "--model", "workspace"]);
    let answer: Value = serde_json::from_str(&ran.stdout).expect(&ran.stderr);
    assert_eq!(answer["model"], "workspace");
    home.file("a.py", "def unheard():\n    return \n");
    let ran = home.run(&["complete", "a.py:2:12"]);
    assert!(ran.stderr.contains("not sure enough"), "{ran:?}");
    // Under a name of the user's.
    home.configure("[models.mine]\nprovider = 'workspace'\n[completion]\nfallback = []\n");
    for more in [&[][..], &["--model", "mine"]] {
        let ran = home.run(&[&["complete", place, "--json"], more].concat());
        let answer: Value = serde_json::from_str(&ran.stdout).expect(&ran.stderr);
        assert_eq!((&answer["model"], ran.stderr.as_str()), (&"mine".into(), ""));
        assert_eq!(answer["text"], "invoices.find((one) => one.id === id);");
    }
}
