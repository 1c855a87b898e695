//! Code actions by Helix's own keys.

use crate::support::fake_backend::{Call, Outcome, Reply};
use crate::support::process::wait;
use crate::support::screen::Shown;

use super::setting::{Helix, Setting, setting};

const SOURCE: &str = "import os

def total(values):
    result = 0
    for value in values:
        result = $0result + value
    return result

def last(values):
    return values[-1]
";
const ANSWER: &str = "```python\ndef total(values):\n    return sum(values)\n```\n";
const AFTER: &str = "import os

def total(values):
    return sum(values)

def last(values):
    return values[-1]
";
/// Only conversations have it in their bodies.
const CHAT: &str = "\"messages\"";
const IDIOMATIC: &str = "Make `total` more idiomatic";

/// A setting whose model says nothing while one types, and this in a conversation.
fn chats(reply: impl Into<Reply>) -> Option<Setting> {
    let setting = setting()?;
    setting.backend.answer("");
    setting.backend.when(CHAT, reply);
    Some(setting)
}

/// The next conversation; suggestions are answered by themselves.
fn next_chat(setting: &Setting) -> Call {
    loop {
        let call = wait(setting.backend.next_call());
        if call.body().get("messages").is_some() {
            return call;
        }
    }
}

fn told(setting: &Setting) -> String {
    let all = setting.backend.requests();
    let mut chats = all.iter().filter(|post| post.body.get("messages").is_some());
    chats.next_back().expect("a conversation").body["messages"].to_string()
}

/// The look of a text on the screen, where it stands there.
fn look(shown: &Shown, text: &str) -> Option<String> {
    shown.rows.iter().enumerate().find_map(|(at, cells)| {
        let row = shown.row(at);
        let column = row[..row.find(text)?].chars().count();
        Some(cells.get(column)?.look.clone())
    })
}

impl Helix {
    /// Opens the menu of code actions, goes down to this one, and takes it.
    fn code_action(&self, title: &str) {
        self.press("Space a");
        let mut shown = self.until(title);
        let plain = look(&shown, title);
        while look(&shown, title) == plain {
            let before = shown.clone();
            self.press("Tab");
            shown = self.screen.until("the next entry", |now| *now != before);
        }
        self.press("Enter");
        self.screen.until("the menu to close", |shown| !shown.has(title));
    }
}

#[test]
fn an_edit_is_taken_back_in_one_step() {
    let Some(setting) = chats(ANSWER) else { return };
    let helix = setting.open("total.py", SOURCE);
    helix.normal_mode();
    helix.code_action(IDIOMATIC);
    helix.until("return sum(values)");
    assert_eq!(helix.saved(), AFTER);
    helix.press("u");
    helix.until("result = result + value");
    assert_eq!(helix.saved(), SOURCE.replace("$0", ""));
}

#[test]
fn an_edit_joins_what_is_typed_meanwhile() {
    let Some(setting) = chats(Reply::text(ANSWER).gated()) else { return };
    let helix = setting.open("total.py", SOURCE);
    helix.normal_mode();
    helix.code_action(IDIOMATIC);
    let call = next_chat(&setting);
    wait(call.step());
    helix.type_text("ggA");
    helix.type_by_hand(", sys");
    helix.until_line("import os, sys");
    wait(call.release());
    helix.until("return sum(values)");
    assert_eq!(helix.saved(), AFTER.replace("import os", "import os, sys"));
}

#[test]
fn an_edit_is_not_made_over_lines_that_were_changed() {
    let Some(setting) = chats(Reply::text(ANSWER).gated()) else { return };
    let helix = setting.open("total.py", SOURCE);
    helix.normal_mode();
    helix.code_action(IDIOMATIC);
    let call = next_chat(&setting);
    wait(call.step());
    helix.type_text("A");
    helix.type_by_hand(" * 2");
    wait(call.release());
    helix.until("changed");
    assert_eq!(helix.saved(), SOURCE.replace("$0result + value", "result + value * 2"));
}

#[test]
fn crlf_and_text_that_is_not_saved() {
    let answer = ANSWER.replace("sum(values)", "sum(values)  # 😀");
    let Some(setting) = chats(answer.as_str()) else { return };
    let helix = setting.open("total.py", &SOURCE.replace('\n', "\r\n"));
    helix.type_by_hand("1 + ");
    helix.normal_mode();
    helix.code_action(IDIOMATIC);
    helix.until("return sum(values)  # 😀");
    assert!(told(&setting).contains("1 + result + value"));
    let after = AFTER.replace("sum(values)", "sum(values)  # 😀");
    assert_eq!(helix.saved(), after.replace('\n', "\r\n"));
}

#[test]
fn document_writes_the_docstring() {
    let answer =
        "```python\ndef last(values):\n    \"\"\"The last one.\"\"\"\n    return values[-1]\n```";
    let Some(setting) = chats(answer) else { return };
    let source = SOURCE.replace("$0", "").replace("values[-1]", "$0values[-1]");
    let helix = setting.open("total.py", &source);
    helix.normal_mode();
    helix.code_action("Document `last`");
    helix.until("The last one.");
    let wanted = "    \"\"\"The last one.\"\"\"\n    return values[-1]";
    assert_eq!(helix.saved(), SOURCE.replace("$0", "").replace("    return values[-1]", wanted));
}

#[test]
fn an_explanation_opens_in_a_split_and_grows() {
    let reply = Reply::tokens(["It adds `values` up.\n\n", "Nothing is 0.\n"]).gated();
    let Some(setting) = chats(reply) else { return };
    let helix = setting.open("total.py", SOURCE);
    helix.normal_mode();
    helix.code_action("Explain `total`");
    let call = next_chat(&setting);
    wait(call.step());
    helix.until("It adds `values` up.");
    wait(call.release());
    let shown = helix.until("Nothing is 0.");
    assert!(shown.has("About total.py") && shown.has("import os"), "{shown}");
}

#[test]
fn what_helix_ends_closes_the_connection() {
    let Some(setting) = chats(Reply::text(ANSWER).gated()) else { return };
    let helix = setting.open("total.py", SOURCE);
    helix.normal_mode();
    helix.code_action(IDIOMATIC);
    let call = next_chat(&setting);
    wait(call.step());
    helix.type_text(":lsp-restart foretype");
    helix.press("Enter");
    wait(call.closed());
    assert!(matches!(call.outcome(), Outcome::ClientLeft { .. }));
    assert_eq!(helix.saved(), SOURCE.replace("$0", ""));
}
