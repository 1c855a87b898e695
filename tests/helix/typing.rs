//! A model that is slow or fails: the document stays what was typed, and nothing pops up.

use crate::support::fake_backend::{FakeBackend, Reply};
use crate::support::process::wait;

use super::setting::{has_item, setting};

const TYPED: &str =
    "let total_of_everything_there_is = values.iter().map(length).sum::<u64>() + tot";

#[test]
fn fast_typing_against_a_slow_model_leaves_what_was_typed() {
    let Some(setting) = setting() else { return };
    let backend = &setting.backend;
    backend.answer(Reply::text("al_of(values);").gated());
    let helix = setting.open("main.rs", "fn main() {\n    $0\n}\n");
    // Key by key, each as fast as tmux takes it; the menu is open for most of them.
    for key in TYPED.chars() {
        helix.type_text(&key.to_string());
    }
    helix.until_line(TYPED);
    helix.says_nothing();
    // The model answers everything it was asked, the oldest question first; only what belongs to
    // the cursor may be seen.
    helix.ask_until("foretype's item", |shown| {
        release(backend);
        has_item(shown, "total_of(values);")
    });
    let shown = helix.screen.shown();
    assert!(!shown.has("_isal_of"), "an item of another place:\n{shown}");
    helix.accept("total_of(values);");
    helix.says_nothing();
    let line = format!("{TYPED}al_of(values);");
    assert_eq!(helix.saved(), format!("fn main() {{\n    {line}\n}}\n"));
}

#[test]
fn a_slow_model_is_asked_again_while_the_menu_is_open() {
    let Some(setting) = setting() else { return };
    let backend = &setting.backend;
    backend.answer(Reply::text("al_of(values);").gated());
    let helix = setting.open("main.rs", "fn main() {\n    $0\n}\n");
    helix.type_by_hand("let ");
    // The other server's items are there, ours is not.
    helix.until("total_gamma");
    helix.type_by_hand("tot");
    helix.screen.until("foretype's item", |shown| {
        release(backend);
        has_item(shown, "total_of(values);")
    });
    helix.says_nothing();
}

/// Lets the model answer what it has been asked.
fn release(backend: &FakeBackend) {
    while backend.calls_waiting() > 0 {
        let call = wait(backend.next_call());
        wait(call.release());
    }
}

#[test]
fn a_slow_model_is_not_waited_for() {
    let Some(setting) = setting() else { return };
    setting.backend.answer(Reply::hang());
    let helix = setting.open("main.rs", "fn main() {\n    $0\n}\n");
    helix.type_text("let tot");
    let shown = helix.ask_until("the menu", |shown| shown.has("total_gamma"));
    assert!(!shown.has(" text"), "{shown}");
    helix.press("Tab");
    helix.until_line("let total_alpha");
    helix.press("Enter");
    helix.screen.until("the menu to close", |shown| !shown.has("total_gamma"));
    helix.type_text(";");
    helix.until_line("let total_alpha;");
    helix.says_nothing();
    assert_eq!(helix.saved(), "fn main() {\n    let total_alpha;\n}\n");
}

#[test]
fn a_failing_model_pops_up_nothing() {
    let Some(setting) = setting() else { return };
    let backend = &setting.backend;
    backend.answer(Reply::status(500));
    let helix = setting.open("main.rs", "fn main() {\n    $0\n}\n");
    helix.type_text("let tot");
    // The log tells it, and then Helix has had its empty answer.
    helix.ask_until("the failure in the log", |shown| {
        shown.has("total_gamma") && setting.home.log().contains("500")
    });
    helix.says_nothing();
    assert_eq!(helix.saved(), "fn main() {\n    let tot\n}\n");
}
