//! The pictures of the documentation, of the real screen.
//!
//! `scripts/test-helix --ignored picture` writes `target/helix-*.svg`.

use super::fix::{FIX, diagnosed, with_ruff};
use super::setting::{Helix, Setting, has_item, setting};

const BEFORE: &str = "\
fn mean(values: &[f64]) -> f64 {
    let total: f64 = values.iter().sum();
    $0
}
";

#[test]
#[ignore = "makes a picture"]
fn picture() {
    let Some(setting) = plain() else { return };
    setting.backend.answer("al / values.len() as f64");
    let helix = setting.open("mean.rs", BEFORE);
    helix.type_by_hand("to");
    helix.until("total_gamma");
    helix.type_by_hand("t");
    helix.ask_until("the item", |shown| has_item(shown, "total / values.len() as f64"));
    helix.press("BTab");
    helix.until("foretype");
    save(&helix, "helix-menu", "0:8");
}

const CODE: &str = "\
/// The arithmetic mean of all values, or `None` if there are none.
fn mean(values: &[f64]) -> Option<f64> {
    let mut total = 0.0;
    for value in values.iter() {
        total$0 += value;
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
- `NaN` in the values makes the mean `NaN`.
";

#[test]
#[ignore = "makes pictures"]
fn pictures_of_actions() {
    let Some(setting) = plain() else { return };
    setting.backend.answer("");
    setting.backend.when("the way experienced", SHORTER);
    setting.backend.when("\"messages\"", SAYS);
    let helix = setting.open("mean.rs", CODE);
    helix.normal_mode();
    helix.press("Space a");
    helix.until("Make `mean` more idiomatic");
    save(&helix, "helix-actions", "0:14");
    helix.press("Escape");
    helix.code_action("Make `mean` more idiomatic");
    helix.until("let total: f64 = values.iter().sum();");
    save(&helix, "helix-edit", "0:6");
    helix.type_text("ggwjl");
    helix.press("Space k");
    helix.until("there is no mean of nothing");
    save(&helix, "helix-hover", "0:14");
}

#[test]
#[ignore = "makes a picture"]
fn picture_of_a_fix() {
    let Some(setting) = plain().and_then(with_ruff) else { return };
    let helix = diagnosed(&setting);
    helix.press("Space a");
    helix.until(FIX);
    save_as(&helix, "helix-fix", "total.py", "0:13");
}

/// With the terminal's own background.
fn plain() -> Option<Setting> {
    let setting = setting()?;
    let config = setting.config_folder().join("config.toml");
    std::fs::write(config, "theme = \"base16_transparent\"\n").unwrap();
    Some(setting)
}

fn save(helix: &Helix, name: &str, rows: &str) {
    save_as(helix, name, "mean.rs", rows);
}

fn save_as(helix: &Helix, name: &str, file: &str, rows: &str) {
    // As it is at rest.
    helix.screen.shown();
    let path = format!("{}/target/{name}.svg", env!("CARGO_MANIFEST_DIR"));
    std::fs::write(path, helix.screen.picture(&format!("{file} – hx"), rows)).unwrap();
}
