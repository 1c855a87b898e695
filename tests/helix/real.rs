//! Once with a real model: llama.cpp's own server.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::support::real_model::RealModel;

use super::setting::setting;

const BEFORE: &str = "numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,$0\n";

#[test]
fn a_real_models_suggestion_is_accepted() {
    let Some(setting) = setting() else { return };
    let model = match RealModel::start(false) {
        Ok(model) => model,
        Err(why) => {
            std::io::stderr().write_all(format!("\nskipped: {why}\n").as_bytes()).unwrap();
            return;
        }
    };
    setting.home.configure(&format!(
        "[models.real]\nprovider = \"llama-cpp\"\nurl = \"{}\"\nmax_output_tokens = 8\n",
        model.url()
    ));
    let helix = setting.open("count.py", BEFORE);
    helix.screen.until("the model to be loaded", |_| is_loaded(&model));
    // As long as foretype takes the server for one that is loading, the answer is empty.
    helix.ask_until("the model's item", |shown| shown.has(" text"));
    helix.press("BTab");
    helix.until("foretype");
    helix.press("Enter");
    let saved = helix.saved();
    let before = BEFORE.replace("$0\n", "");
    let added = saved.strip_prefix(&before).expect("what stood there").trim_end();
    assert!(added.chars().any(|c| c.is_ascii_digit()), "the model goes on counting: {added:?}");
}

fn is_loaded(model: &RealModel) -> bool {
    let address = model.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /health HTTP/1.0\r\nHost: {address}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.contains(" 200 ")
}
