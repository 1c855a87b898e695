//! The picture of the README and the pages, of the real screen.
//!
//! `scripts/test-neovim --ignored picture` writes `target/ghost-text.svg`.

use super::setting::{PLUGIN, Place, bare};

const LOOK: &str = "vim.api.nvim_set_hl(0, 'ForetypeSuggestion', { fg = '#6f747d' })\n";
const TEXT: &str = "/// One reading of a weather station.
struct Reading {
    station: String,
    celsius: f64,
}

/// The arithmetic mean of all readings, or `None` if there are none.
fn mean(readings: &[Reading]) -> Option<f64> {
    $0
}

fn main() {
    let readings = parse(std::io::stdin().lines());
    match mean(&readings) {
        Some(celsius) => println!(\"{celsius:.1} °C\"),
        None => println!(\"no readings\"),
    }
}
";
const ANSWER: &str = "let sum: f64 = readings.iter().map(|reading| reading.celsius).sum();
    match readings.len() {
        0 => None,
        count => Some(sum / count as f64),
    }
}
";

#[test]
#[ignore = "makes a picture"]
fn picture() {
    bare("neovim-0.12", |setting| {
        setting.install("editors/neovim", "");
        setting.init(&format!("{PLUGIN}{LOOK}"));
        setting.backend.answer(ANSWER);
        let nvim = setting.start(Place::Screen);
        nvim.open("mean.rs", TEXT);
        nvim.until_true("the block", || nvim.ghost_text().ends_with("    }"));
        nvim.type_seen("let sum");
        let screen = nvim.screen.as_ref().unwrap();
        screen.until("the rest of it", |shown| {
            shown.has("let sum: f64 = readings") && shown.row(12) == "    }"
        });
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/target/ghost-text.svg");
        std::fs::write(path, screen.picture("mean.rs – nvim", ":")).unwrap();
    });
}
