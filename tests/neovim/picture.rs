//! The pictures of the README and the pages, of the real screen.
//!
//! `scripts/test-neovim --ignored picture` writes `target/ghost-text.svg` and `target/neovim-*.svg`.

use super::nvim::Neovim;
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
        save(&nvim, "ghost-text", ":");
    });
}

const LOOP: &str = "/// The arithmetic mean of all values, or `None` if there are none.
fn mean(values: &[f64]) -> Option<f64> {
    let mut total = 0.0;
    for value in values.iter() {
        tot$0al += value;
    }
    if values.len() == 0 {
        return None;
    }
    Some(total / values.len() as f64)
}
";
const SHORTER: &str = "```rust
fn mean(values: &[f64]) -> Option<f64> {
    let total: f64 = values.iter().sum();
    (!values.is_empty()).then(|| total / values.len() as f64)
}
```
";
const SAYS: &str = "`mean` adds all `values` up and divides by their number.

- An empty slice gives `None`: there is no mean of nothing.
- `NaN` among the values makes the mean `NaN`.

```rust
assert_eq!(mean(&[1.0, 2.0]), Some(1.5));
```
";

#[test]
#[ignore = "makes pictures"]
fn pictures_of_actions() {
    bare("neovim-0.12", |setting| {
        setting.install("editors/neovim", "");
        setting.init(&format!("{PLUGIN}{LOOK}vim.o.winborder = 'rounded'\n"));
        setting.backend.answer("");
        setting.backend.when("the way experienced", SHORTER);
        setting.backend.when("\"messages\"", SAYS);
        let nvim = setting.start(Place::Screen);
        nvim.open("mean.rs", LOOP);
        nvim.escape();
        let screen = nvim.screen.as_ref().unwrap();
        nvim.ex("Foretype explain");
        screen.until("the page", |shown| shown.has("assert_eq!"));
        nvim.until("the work to be over", "return require('foretype').statusline() == 'fake'");
        save(&nvim, "neovim-explain", ":");
        nvim.ex("only");
        nvim.type_text("2G0wK");
        screen.until("the hover", |shown| shown.has("no mean of nothing") && shown.has("╭"));
        save(&nvim, "neovim-hover", "0:18");
        nvim.press("<Esc>");
        nvim.ex("4");
        nvim.code_action("Make `mean` more idiomatic");
        screen.until("the edit", |shown| shown.has("let total: f64 = values"));
        save(&nvim, "neovim-edit", "0:6");
    });
}

fn save(nvim: &Neovim, name: &str, rows: &str) {
    let screen = nvim.screen.as_ref().unwrap();
    // As it is at rest.
    screen.shown();
    let path = format!("{}/target/{name}.svg", env!("CARGO_MANIFEST_DIR"));
    std::fs::write(path, screen.picture("mean.rs – nvim", rows)).unwrap();
}
