//! Once with llama.cpp's own server and a small real model. What it says is not looked at.

use std::cell::OnceCell;
use std::io::Write;

use crate::support::real_model::RealModel;

use super::setting::{Place, each};

/// A text that a model goes on with.
const COUNT: &str = "numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,";

#[test]
fn a_real_model() {
    // Not before there is an editor for it.
    let started = OnceCell::new();
    each(|setting| {
        let real = match started.get_or_init(|| RealModel::start(false)) {
            Ok(real) => real,
            Err(why) => {
                let line = format!("\nskipped: no real model here: {why}\n");
                return std::io::stderr().write_all(line.as_bytes()).unwrap();
            }
        };
        let url = real.url();
        setting.home.configure(&format!(
            "[models.real]\nprovider = \"llama-cpp\"\nurl = \"{url}\"\nmax_output_tokens = 8\n"
        ));
        let nvim = setting.start(Place::Screen);
        nvim.until_true("the model to be loaded", || {
            setting.home.run(&["doctor"]).stdout.contains("first token after")
        });
        nvim.open("count.py", "$0\n");
        nvim.type_seen(COUNT);
        nvim.until_true("ghost text", || !nvim.ghost_text().is_empty());
        // It may still be growing.
        let mut ghost = nvim.ghost_text();
        nvim.until("an answer", "return next(vim.lsp.get_clients()[1].requests) == nil");
        ghost = if nvim.ghost_text().is_empty() { ghost } else { nvim.ghost_text() };
        nvim.until_ghost(&ghost);
        nvim.press("<Tab>");
        nvim.until_text(&format!("{COUNT}{ghost}$0"));
    });
}
