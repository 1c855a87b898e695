//! The picture of the documentation, of the real screen.
//!
//! `scripts/test-helix --ignored picture` writes `target/helix-menu.svg`.

use super::setting::{has_item, setting};

const BEFORE: &str = "\
fn mean(values: &[f64]) -> f64 {
    let total: f64 = values.iter().sum();
    $0
}
";

#[test]
#[ignore = "makes a picture"]
fn picture() {
    let Some(setting) = setting() else { return };
    // The terminal's own background.
    let config = setting.config_folder().join("config.toml");
    std::fs::write(config, "theme = \"base16_transparent\"\n").unwrap();
    setting.backend.answer("al / values.len() as f64");
    let helix = setting.open("mean.rs", BEFORE);
    helix.type_by_hand("to");
    helix.until("total_gamma");
    helix.type_by_hand("t");
    helix.ask_until("the item", |shown| has_item(shown, "total / values.len() as f64"));
    helix.press("BTab");
    helix.until("foretype");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/target/helix-menu.svg");
    std::fs::write(path, helix.screen.picture("mean.rs – hx", "0:8")).unwrap();
}
