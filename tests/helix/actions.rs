//! Code actions by Helix's own keys.

use crate::support::fake_backend::{Call, Outcome, Reply};
use crate::support::process::wait;
use crate::support::screen::{Cell, Shown};

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

/// Row and column of a text on the screen.
fn place(shown: &Shown, text: &str) -> Option<(usize, usize)> {
    (0..shown.rows.len()).find_map(|at| {
        let row = shown.row(at);
        Some((at, row[..row.find(text)?].chars().count()))
    })
}

/// The looks of a column, from the top.
fn looks(shown: &Shown, column: usize) -> Vec<String> {
    let look = |cells: &Vec<Cell>| cells.get(column).map(|cell| cell.look.clone());
    shown.rows.iter().map(|cells| look(cells).unwrap_or_default()).collect()
}

impl Helix {
    /// Opens the menu of code actions, goes through it to this one, and takes it. Helix has chosen
    /// the first one already.
    pub fn code_action(&self, title: &str) {
        self.press("Space a");
        let (_, column) = place(&self.until(title), title).unwrap();
        let mut now = self.screen.shown();
        let mut chosen = None;
        // A long menu scrolls: the entry goes to another row, and comes back.
        while place(&now, title)
            .is_none_or(|(row, _)| chosen.as_ref() != looks(&now, column).get(row))
        {
            self.press("Tab");
            let before = (looks(&now, column), now.text());
            let other = |shown: &Shown| (looks(shown, column), shown.text()) != before;
            now = self.screen.until("the next entry", other);
            let after = looks(&now, column);
            let left = before.0.iter().zip(&after).find(|(before, after)| before != after);
            chosen = chosen.or_else(|| left.map(|(look, _)| look.clone()));
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
fn an_explanation_opens_and_grows() {
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
    assert!(shown.has("About total.py"), "{shown}");
    // The conversation goes on by the actions on the page.
    helix.code_action("Shorter");
    let call = next_chat(&setting);
    wait(call.release());
    helix.until("## Shorter");
    assert!(told(&setting).contains("Nothing is 0."));
    // Back to the code, by the key of the documentation.
    helix.type_text("ga");
    helix.until("import os");
}

#[test]
fn a_comment_says_what_is_to_be_done() {
    let Some(setting) = chats(ANSWER) else { return };
    let source =
        SOURCE.replace("$0", "").replace("def total", "# foretype: use s$0um for it\ndef total");
    let helix = setting.open("total.py", &source);
    helix.normal_mode();
    helix.code_action("Do what this comment says");
    helix.until("return sum(values)");
    assert!(told(&setting).contains("use sum for it"));
}

#[test]
fn tests_in_a_new_file() {
    let test = "from total import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n";
    let Some(setting) = chats(format!("```python\n{test}```\n").as_str()) else { return };
    std::fs::create_dir(setting.home.project().join("tests")).unwrap();
    setting.home.file("tests/test_other.py", "def test_other():\n    assert True\n");
    let helix = setting.open("total.py", SOURCE);
    helix.normal_mode();
    helix.code_action("Generate tests for `total`");
    let shown = helix.until("assert total([1, 2]) == 3");
    assert!(shown.has("test_total.py"), "{shown}");
    assert!(told(&setting).contains("test_total.py"), "{}", told(&setting));
    helix.saved();
    let made = setting.home.project().join("tests/test_total.py");
    assert_eq!(std::fs::read_to_string(made).unwrap(), test);
}

#[test]
fn hover_has_the_signature_and_what_the_model_says() {
    let Some(setting) = chats("It adds `values` up.") else { return };
    let source = SOURCE.replace("$0", "").replace("def total", "def t$0otal");
    let helix = setting.open("total.py", &source);
    helix.normal_mode();
    helix.press("Space k");
    let shown = helix.until("adds values up");
    assert_eq!(shown.text().matches("def total(values)").count(), 2, "{shown}");
    assert!(told(&setting).contains("def total(values):"));
    helix.press("Escape");
    helix.screen.until("the hover to close", |shown| !shown.has("adds values up"));
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
