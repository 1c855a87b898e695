//! What the tests share: a server, a home that names it, and steps that hold for every way to ask.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::process::{Home, PATIENCE, Server};
use crate::support::real_model::{RealModel, Skip};

/// A text that a model goes on with for long, on one line.
pub const COUNT: &str = "numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,";
const URI: &str = "file:///project/count.py";
/// A slot is idle this long after its client left; the answer itself would take far longer.
const SOON: Duration = Duration::from_secs(5);

/// A server; `None`, and a loud line, where there is none to be had.
pub fn real(fim: bool, slots: usize) -> Option<RealModel> {
    or_say_why(RealModel::with_slots(fim, slots))
}

/// A server that was started.
pub fn or_say_why(started: Result<RealModel, Skip>) -> Option<RealModel> {
    match started {
        Ok(model) => Some(model),
        Err(why) => {
            // Past the capture of the test's output.
            let line = format!("\nskipped: no real model here: {why}\n");
            std::io::stderr().write_all(line.as_bytes()).unwrap();
            None
        }
    }
}

/// The answer to a GET, as JSON; `None` while the model is loaded.
pub fn get(real: &RealModel, path: &str) -> Option<Value> {
    let address = real.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    head.contains(" 200 ").then(|| serde_json::from_str(body).unwrap())
}

/// Looks again until something holds.
#[track_caller]
pub fn until<T>(what: &str, within: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < within, "waited in vain for {what}");
        std::thread::yield_now();
    }
}

#[track_caller]
pub fn loaded(real: &RealModel) {
    until("the model to be loaded", PATIENCE, || get(real, "/props"));
}

pub fn busy_slots(real: &RealModel) -> usize {
    let slots = get(real, "/slots").unwrap();
    slots.as_array().unwrap().iter().filter(|slot| slot["is_processing"] == true).count()
}

/// How the model is asked.
#[derive(Clone, Copy, Debug)]
pub enum Way {
    /// `/v1/completions`. The model knows no fill-in-the-middle tokens: a template of our own.
    OpenAi,
    /// `/infill`; `/completion` where the model has no tokens for it.
    LlamaCpp,
}

/// A home that names the server, with answers of at most so many tokens.
pub fn home(real: &RealModel, way: Way, tokens: u32) -> Home {
    let home = Home::new();
    let how = match way {
        Way::LlamaCpp => "provider = \"llama-cpp\"\n".to_owned(),
        Way::OpenAi => {
            let models = get(real, "/v1/models").unwrap();
            let model = models["data"][0]["id"].clone();
            format!(
                "provider = \"openai-compatible\"\nmodel = {model}\n\
                 template = \"{{suffix}}\\n{{prefix}}{{middle}}\"\n"
            )
        }
    };
    let url = real.url();
    home.configure(&format!(
        "[models.real]\n{how}url = \"{url}\"\nmax_output_tokens = {tokens}\n\n\
         [completion]\nspeculate = false\n"
    ));
    home
}

/// What `foretype complete --json` says at the end of a text.
#[track_caller]
pub fn complete(home: &Home, text: &str) -> Value {
    home.file("count.py", text);
    let (line, column) = (text.lines().count(), text.lines().last().unwrap().chars().count() + 1);
    let ran = home.run(&["complete", &format!("count.py:{line}:{column}"), "--json"]);
    // A tiny model may have nothing to say.
    assert!(ran.code < 2, "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

/// The first text comes before the last.
#[track_caller]
pub fn streams(figures: &Value) {
    let first = figures["first_token_ms"].as_f64().expect("some text");
    let total = figures["total_ms"].as_f64().unwrap();
    assert!(first < total, "{first} ms, {total} ms");
}

/// Five characters more: the server has read most of the prompt before.
#[track_caller]
pub fn reuses_the_cache(home: &Home) {
    let code: String = (0..30).map(|n| format!("value_{n} = compute({n})\n")).collect();
    let first = complete(home, &format!("{code}{COUNT}"));
    let again = complete(home, &format!("{code}{COUNT} 13, "));
    let count = |figures: &Value, key: &str| figures["usage"][key].as_u64();
    let prompt = count(&again, "prompt_tokens").expect("the stream ended by itself");
    let cached = count(&again, "cached_tokens").unwrap();
    assert!(cached * 10 > prompt * 8, "{cached} of {prompt} tokens");
    assert!(count(&first, "cached_tokens").unwrap() < cached);
}

/// An answer that would take long is cancelled, once by the editor's word, once by its end.
#[track_caller]
pub fn cancels(real: &RealModel, way: Way) {
    let home = home(real, way, 2_000);
    let mut server = Server::start(&home);
    server.lsp.open(URI, COUNT);
    let began = || until("a slot to be busy", PATIENCE, || (busy_slots(real) > 0).then_some(()));
    let idle = |why| until(why, SOON, || (busy_slots(real) == 0).then_some(()));
    let id = server.lsp.ask(URI, 0, COUNT.len());
    began();
    server.lsp.notify("$/cancelRequest", json!({ "id": id }));
    assert_eq!(server.lsp.reply(id)["error"]["code"], -32800);
    idle("the slot of a cancelled request to be idle");

    server.lsp.open("file:///project/other.py", COUNT);
    server.lsp.ask("file:///project/other.py", 0, COUNT.len());
    began();
    server.lsp.hang_up();
    idle("the slot of an editor that is gone to be idle");
    assert_eq!(server.exit_code(), 0);
}

/// The doctor's findings.
#[track_caller]
pub fn doctor(home: &Home, code: i32, parts: &[&str]) {
    let ran = home.run(&["doctor"]);
    assert_eq!(ran.code, code, "{}", ran.stdout);
    for part in parts {
        assert!(ran.stdout.contains(part), "{part} in {}", ran.stdout);
    }
}
