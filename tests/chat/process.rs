//! `foretype ask` as a process.

use std::io::{Read, Write};
use std::process::Stdio;

use serde_json::Value;

use crate::support::fake_backend::{FakeBackend, Reply};
use crate::support::process::{Home, KEY, Ran, Server, backend, run, wait};

fn toml(name: &str, backend: &FakeBackend) -> String {
    format!(
        "[models.{name}]\nprovider = \"anthropic\"\nurl = \"{}\"\nmodel = \"claude-sonnet-4-5\"\n\
         api_key = {{ command = [\"echo\", \"{KEY}\"] }}\n\n",
        backend.url()
    )
}

fn home() -> (FakeBackend, Home) {
    let (backend, home) = (backend(), Home::new());
    backend.answer("It adds one.");
    home.configure(&format!("{}[chat]\nmodel = \"first\"\n", toml("first", &backend)));
    (backend, home)
}

fn ask(home: &Home, arguments: &[&str]) -> Ran {
    home.run(&[&["ask"], arguments].concat())
}

/// Runs it with this on its standard input.
fn piped(home: &Home, arguments: &[&str], input: &[u8]) -> (i32, String, String) {
    let mut command = home.command(&[&["ask"], arguments].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // One that does not read it all is no failure of the test's.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn prints_the_answer() {
    let (backend, home) = home();
    let ran = ask(&home, &["what", "does", "f", "do?"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "It adds one.\n", ""));
    assert_eq!(backend.requests()[0].prompt().whole, "what does f do?");
    backend.answer("Two lines.\nThe second.\n");
    assert_eq!(ask(&home, &["well?"]).stdout, "Two lines.\nThe second.\n");
}

#[test]
fn a_pipe_stands_behind_the_question() {
    let (backend, home) = home();
    let (code, _, stderr) = piped(&home, &["what", "is", "this?"], b"let a = 1;");
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_eq!(backend.requests()[0].prompt().whole, "what is this?\n\nlet a = 1;");
    let (code, stdout, stderr) = piped(&home, &["well?"], &vec![b'x'; 1024 * 1024 + 1]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("longer than 1024 KiB"), "{stderr}");
}

#[test]
fn the_workspace_may_choose_among_the_users_models() {
    let (backend, home) = home();
    let other = crate::support::process::backend();
    other.answer("The other.");
    let models = [toml("first", &backend), toml("other", &other)].concat();
    home.configure(&format!("{models}[chat]\nmodel = \"first\"\n"));
    home.file(".foretype.toml", "[chat]\nmodel = \"other\"\n");
    assert_eq!(ask(&home, &["well?"]).stdout, "The other.\n");
    assert!(backend.requests().is_empty());
}

/// As an editor's question is.
#[test]
fn the_workspaces_code_is_told_where_it_is_embedded() {
    let (backend, home) = home();
    let embedder = crate::support::process::backend();
    embedder.answer("256");
    let base = std::fs::read_to_string(home.config()).unwrap();
    let embeds = format!(
        "{base}[completion]\nmodel = \"first\"\n[models.e]\nprovider = \"openai-compatible\"\nurl = \"{}\"\nmodel = \"e-1\"\n",
        embedder.url()
    );
    home.file("like.rs", "const Z: u8 = 7; // 8472913 5551234\n");
    home.file("words.rs", "fn open_one(store: &Store) {\n    store.open();\n}\n");
    let asked = |config: &str| {
        home.configure(config);
        let before = backend.requests().len();
        let ran = ask(&home, &["why", "8472913", "5551234?"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (0, "It adds one.\n"), "{}", ran.stderr);
        (backend.requests()[before].prompt().whole.clone(), ran.stderr)
    };
    // Whoever has chosen no model for it is not asked.
    let (prompt, stderr) = asked(&embeds);
    assert_eq!((prompt.as_str(), stderr.as_str()), ("why 8472913 5551234?", ""));
    assert!(embedder.requests().is_empty());
    let chosen = format!("{embeds}[index]\nmodel = \"e\"\n");
    let (prompt, stderr) = asked(&chosen);
    assert!(prompt.contains("like.rs:\nconst Z: u8 = 7"), "{prompt}");
    assert!(prompt.ends_with("why 8472913 5551234?") && stderr.is_empty(), "{stderr}");
    // Only the question is new to it the next time.
    let before = embedder.requests().len();
    assert!(asked(&chosen).0.contains("const Z: u8 = 7"));
    assert_eq!(embedder.requests().len(), before + 1);
    // It goes down: words go on, and it is said.
    embedder.answer(Reply::status(500));
    home.file("new.rs", "fn new() { open_another(8472913); }\n");
    let (_, stderr) = asked(&chosen);
    assert!(stderr.contains("by words") && stderr.contains("(500)"), "{stderr}");
    let off = chosen.replace("[chat]\n", "[chat]\ncontext = false\n");
    assert!(!asked(&off).0.contains("const Z"));
}

#[test]
fn reads_standard_input() {
    let (backend, home) = home();
    let (code, stdout, stderr) = piped(&home, &[], "what does `é` do?\nwell?".as_bytes());
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (0, "It adds one.\n", ""));
    assert_eq!(backend.requests()[0].prompt().whole, "what does `é` do?\nwell?");
    for (input, wanted) in [(&b""[..], "there is no question"), (b" \n", "there is no question")] {
        let (code, stdout, stderr) = piped(&home, &[], input);
        assert_eq!((code, stdout.as_str()), (2, ""));
        assert!(stderr.contains(wanted), "{stderr}");
    }
    let (code, _, stderr) = piped(&home, &[], &[0xff, 0xfe, b'a']);
    assert!(code == 2 && stderr.contains("no UTF-8 text"), "{stderr}");
    assert_eq!(backend.requests().len(), 1);
}

#[test]
fn figures_as_json() {
    let (_backend, home) = home();
    let ran = ask(&home, &["well?", "--json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let value: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&value["text"], &value["model"]), (&"It adds one.".into(), &"first".into()));
    assert_eq!(value["usage"]["output_tokens"], 4);
    assert!(value["first_token_ms"].as_f64().unwrap() <= value["total_ms"].as_f64().unwrap());
    assert_eq!(value["broken"], Value::Null);
}

#[test]
fn the_model_may_be_named() {
    let (first, home) = home();
    let second = backend();
    second.answer("from the second");
    home.configure(&format!(
        "{}{}[chat]\nmodel = \"first\"\n",
        toml("first", &first),
        toml("other", &second)
    ));
    assert_eq!(ask(&home, &["well?", "--model", "other"]).stdout, "from the second\n");
    assert_eq!(ask(&home, &["well?"]).stdout, "It adds one.\n");
    let ran = ask(&home, &["well?", "--model", "others"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("did you mean `other`"), "{}", ran.stderr);
}

#[test]
fn exit_codes_tell_a_part_from_nothing() {
    let (backend, home) = home();
    backend.answer(Reply::text("one two three").truncate_after(2));
    let ran = ask(&home, &["count"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, "one two\n"));
    assert!(ran.stderr.contains("the answer is not whole: first at 127.0.0.1"), "{}", ran.stderr);
    let value: Value = serde_json::from_str(&ask(&home, &["count", "--json"]).stdout).unwrap();
    assert!(value["broken"].as_str().unwrap().contains("first at 127.0.0.1"));

    backend.answer(Reply::status(401).says("a marker of the server's"));
    let ran = ask(&home, &["a marker of the user's"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("first at 127.0.0.1") && ran.stderr.contains("`api_key`"));
    assert!(!ran.stderr.contains("marker") && !ran.stderr.contains(KEY), "{}", ran.stderr);

    home.configure("");
    let ran = ask(&home, &["well?"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("`chat.model`"), "{}", ran.stderr);
}

/// Whoever reads the answer has enough of it: the rest is neither waited nor paid for.
#[cfg(unix)]
#[test]
fn a_reader_that_leaves_ends_it() {
    let (backend, home) = home();
    backend.answer(Reply::text("one two three").gated());
    let mut command = home.command(&["ask", "count"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let call = wait(backend.next_call());
    wait(call.send("one"));
    let mut stdout = child.stdout.take().unwrap();
    let mut first = [0; 3];
    stdout.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"one");
    drop(stdout);
    wait(call.send("two"));
    wait(call.closed());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.stderr, b"");
}

#[cfg(unix)]
#[test]
fn an_interrupt_closes_the_connection() {
    let (backend, home) = home();
    backend.answer(Reply::text("one two three").gated());
    let mut command = home.command(&["ask", "count"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let call = wait(backend.next_call());
    wait(call.send("one"));
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    wait(call.closed());
    child.wait().unwrap();
}

/// The server's own log on disk.
#[test]
fn nothing_of_a_conversation_is_in_the_log_file() {
    let (backend, home) = home();
    backend.answer("a marker of the model's");
    let mut server = Server::start(&home);
    let messages = serde_json::json!([{ "role": "user", "text": "a marker of the user's" }]);
    let params = serde_json::json!({
        "command": "foretype.ask", "arguments": [{ "messages": messages }],
    });
    let answer = server.lsp.call("workspace/executeCommand", params);
    assert_eq!(answer["text"], "a marker of the model's");
    backend.answer(Reply::status(400).says("a marker of the server's"));
    let messages = serde_json::json!([{ "role": "user", "text": "a marker again" }]);
    let params = serde_json::json!({
        "command": "foretype.ask", "arguments": [{ "messages": messages }],
    });
    let id = server.lsp.request("workspace/executeCommand", params);
    assert_eq!(server.lsp.reply(id)["error"]["code"], -32803);
    server.lsp.shutdown();
    server.lsp.exit();
    assert_eq!(server.exit_code(), 0);
    assert!(!home.log().is_empty());
    assert!(!home.log().contains("marker") && !home.log().contains(KEY));
}

#[test]
fn help_names_the_flags() {
    let home = Home::new();
    let ran = run(home.command(&["ask", "--help"]));
    for flag in ["--model", "--json"] {
        assert!(ran.stdout.contains(flag), "{}", ran.stdout);
    }
}
