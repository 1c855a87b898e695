//! The item in the menu, beside those of another language server.

use super::setting::{NEIGHBOURS, has_item, setting};

#[test]
fn stands_below_the_other_servers_items() {
    let Some(setting) = setting() else { return };
    setting.backend.answer("al_of(values);");
    let helix = setting.open("main.rs", "fn main() {\n    $0\n}\n");
    helix.type_by_hand("let to");
    helix.until("total_gamma");
    helix.type_by_hand("t");
    let shown = helix.screen.until("the item", |shown| has_item(shown, "total_of(values);"));
    let row = |text: &str| (0..20).find(|&row| shown.row(row).contains(text)).expect(text);
    let rows: Vec<_> = NEIGHBOURS.iter().map(|item| row(item)).collect();
    let ours = row("total_of(values);");
    assert!(rows.iter().all(|&theirs| theirs < ours), "not the last one:\n{shown}");
    // Nothing is chosen before the user does.
    assert!(shown.row(shown.cursor.1).ends_with("let tot"), "{shown}");
    // The first one is the other server's, the last one is ours, one key away.
    helix.press("Tab");
    helix.until_line("let total_alpha");
    helix.press("BTab");
    helix.until_line("let total_of(values);");
}

#[test]
fn the_other_servers_item_is_accepted_as_ever() {
    let Some(setting) = setting() else { return };
    setting.backend.answer("al_of(values);");
    let helix = setting.open("main.rs", "fn main() {\n    $0\n}\n");
    helix.type_text("let tot");
    helix.ask_until("the item", |shown| has_item(shown, "total_of(values);"));
    helix.press("Tab");
    helix.until_line("let total_alpha");
    helix.press("Enter");
    helix.type_text(" = 1;");
    helix.until_line("let total_alpha = 1;");
    assert_eq!(helix.saved(), "fn main() {\n    let total_alpha = 1;\n}\n");
}

#[test]
fn opens_by_hand_on_an_empty_line() {
    let Some(setting) = setting() else { return };
    setting.backend.answer("let x = 1;\n    let y = 2;\n");
    let helix = setting.open("main.rs", "fn main() {\n    $0\n}\n");
    let shown = helix.ask_until("the block", |shown| shown.has("let x = 1;…"));
    assert!(shown.has("total_alpha"), "{shown}");
}
