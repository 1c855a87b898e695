//! Code actions by keyboard: the plugin's command, and Neovim's own key for them.

use crate::support::fake_backend::{Call, Outcome, Reply};
use crate::support::process::wait;

use super::accept::quiet;
use super::nvim::Neovim;
use super::setting::{Place, Setting, each};

const SOURCE: &str = "import os

def total(values):
    result = 0
    for value in values:
        result = result + value$0
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

impl Neovim {
    /// Opens a file and goes back to normal mode.
    fn open_to_read(&self, name: &str, text: &str) {
        self.open(name, text);
        self.escape();
    }

    /// Types an Ex command as a user does.
    fn ex(&self, command: &str) {
        self.type_text(":");
        self.type_text(command);
        self.press("<CR>");
    }

    /// Goes into insert mode by these keys, and types.
    fn append(&self, keys: &str, text: &str) {
        self.type_text(keys);
        self.until("insert mode", "return vim.api.nvim_get_mode().mode == 'i'");
        self.type_seen(text);
    }

    /// Presses Neovim's own key for code actions, and takes this one of its list.
    fn code_action(&self, title: &str) {
        self.type_text("gra");
        let screen = self.screen.as_ref().unwrap();
        let number = |row: &str| -> Option<String> {
            let (number, rest) = row.trim().split_once(": ")?;
            rest.starts_with(title).then(|| number.to_owned())
        };
        let shown = screen.until("the list", |shown| {
            shown.has("<Enter>") && (0..24).any(|at| number(&shown.row(at)).is_some())
        });
        let number = (0..24).find_map(|at| number(&shown.row(at))).unwrap();
        self.type_text(&number);
        self.press("<CR>");
    }

    fn until_lines(&self, wanted: &str) {
        self.until_is("the text", wanted, || self.lines().join("\n") + "\n");
    }

    /// Waits for a page on the screen that has this in it.
    #[track_caller]
    fn until_page(&self, wanted: &str) {
        self.until_true(&format!("a page with {wanted:?}"), || {
            let pages = self.lua(
                "local all = {}
                 for _, win in ipairs(vim.api.nvim_list_wins()) do
                   local buf = vim.api.nvim_win_get_buf(win)
                   if vim.api.nvim_buf_get_name(buf):find('/answers/', 1, true) then
                     all[#all + 1] = table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, true), '\\n')
                   end
                 end
                 return table.concat(all, '\\n\\n')",
            );
            pages.as_str().unwrap().contains(wanted)
        });
    }
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

/// A setting whose model says nothing while one types, and this in a conversation.
fn chats(setting: &Setting, reply: impl Into<Reply>) {
    setting.backend.answer("");
    setting.backend.when(CHAT, reply);
}

fn plain(source: &str) -> String {
    source.replace("$0", "")
}

#[test]
fn an_explanation_opens_in_a_split_and_grows() {
    each(|setting| {
        chats(&setting, Reply::tokens(["It adds `values` up.\n\n", "Nothing is 0.\n"]).gated());
        let nvim = setting.start(Place::Screen);
        nvim.open_to_read("total.py", SOURCE);
        nvim.ex("Foretype explain");
        let call = next_chat(&setting);
        wait(call.step());
        nvim.until_page("It adds `values` up.");
        nvim.screen.as_ref().unwrap().until("the page", |shown| shown.has("About total.py"));
        assert!(told(&setting).contains("def total(values):"));
        // The cursor is still in the code.
        nvim.append("A", " ");
        nvim.escape();
        nvim.until_lines(&SOURCE.replace("$0", " "));
        wait(call.release());
        nvim.until_page("Nothing is 0.");
        let shown = nvim.screen.as_ref().unwrap().until("the rest", |s| s.has("Nothing is 0."));
        assert!(!shown.has("Press ENTER"), "{shown}");
        nvim.until_true("the work to be over", || {
            !nvim
                .lua("return require('foretype').statusline()")
                .as_str()
                .unwrap()
                .contains("explain")
        });
        // The conversation goes on, on the same page, which is nobody's to save.
        nvim.ex("Foretype ask shorter");
        let asked =
            || setting.backend.requests().iter().filter(|post| post.path.contains("chat")).count();
        nvim.until_true("the question", || asked() == 2);
        let call = next_chat(&setting);
        wait(call.release());
        nvim.until_page("## shorter");
        assert!(told(&setting).contains("Nothing is 0."));
        let modified = "return #vim.fn.getbufinfo({ bufmodified = 1 })";
        nvim.until_true("the code alone to be unsaved", || nvim.lua(modified) == 1);
        quiet(&nvim);
    });
}

#[test]
fn hover_has_the_signature_and_what_the_model_says() {
    each(|setting| {
        chats(&setting, "It adds `values` up.");
        let nvim = setting.start(Place::Screen);
        nvim.open_to_read("total.py", &plain(SOURCE).replace("def total", "def t$0otal"));
        nvim.type_text("K");
        let screen = nvim.screen.as_ref().unwrap();
        screen.until("the hover", |shown| {
            shown.text().matches("def total(values)").count() == 2 && shown.has("adds values up")
        });
        assert!(told(&setting).contains("def total(values):"));
        quiet(&nvim);
    });
}

#[test]
fn an_edit_by_neovims_own_key_is_taken_back_in_one_step() {
    each(|setting| {
        chats(&setting, ANSWER);
        let nvim = setting.start(Place::Screen);
        nvim.open_to_read("total.py", SOURCE);
        nvim.code_action(IDIOMATIC);
        nvim.until_lines(AFTER);
        nvim.press("u");
        nvim.until_lines(&plain(SOURCE));
    });
}

#[test]
fn an_edit_joins_what_is_typed_meanwhile() {
    each(|setting| {
        chats(&setting, Reply::text(ANSWER).gated());
        let nvim = setting.start(Place::Screen);
        nvim.open_to_read("total.py", SOURCE);
        nvim.code_action(IDIOMATIC);
        let call = next_chat(&setting);
        wait(call.step());
        nvim.append("ggA", ", sys");
        wait(call.release());
        nvim.until_lines(&AFTER.replace("import os", "import os, sys"));
        nvim.escape();
        assert_eq!(
            String::from_utf8(nvim.bytes("total.py")).unwrap(),
            AFTER.replace("import os", "import os, sys")
        );
    });
}

#[test]
fn an_edit_is_not_made_over_lines_that_were_changed() {
    each(|setting| {
        chats(&setting, Reply::text(ANSWER).gated());
        let nvim = setting.start(Place::Screen);
        nvim.open_to_read("total.py", SOURCE);
        nvim.code_action(IDIOMATIC);
        let call = next_chat(&setting);
        wait(call.step());
        nvim.append("A", " * 2");
        wait(call.release());
        nvim.until_true("a word on it", || nvim.command("messages").contains("changed"));
        nvim.until_lines(&SOURCE.replace("$0", " * 2"));
        // Nothing waits for a key, and what the line had no room for is told elsewhere.
        assert_eq!(nvim.lua("return vim.api.nvim_get_mode().blocking"), false);
        assert!(nvim.command("Foretype status").contains("last message"));
    });
}

#[test]
fn crlf_and_text_that_is_not_saved() {
    each(|setting| {
        chats(&setting, ANSWER.replace("sum(values)", "sum(values)  # 😀").as_str());
        let nvim = setting.start(Place::Screen);
        nvim.open("total.py", &SOURCE.replace('\n', "\r\n"));
        nvim.type_seen(" + 0");
        nvim.escape();
        nvim.code_action(IDIOMATIC);
        let after = AFTER.replace("sum(values)", "sum(values)  # 😀");
        nvim.until_lines(&after);
        assert!(told(&setting).contains("result + value + 0"));
        assert_eq!(String::from_utf8(nvim.bytes("total.py")).unwrap(), after.replace('\n', "\r\n"));
    });
}

#[test]
fn what_is_cancelled_never_comes() {
    each(|setting| {
        chats(&setting, Reply::text(ANSWER).gated());
        let nvim = setting.start(Place::Screen);
        nvim.open_to_read("total.py", SOURCE);
        nvim.ex("Foretype document");
        let call = next_chat(&setting);
        wait(call.step());
        // How it goes is seen meanwhile.
        nvim.until_true("the work in the status line", || {
            nvim.lua("return require('foretype').statusline()")
                .as_str()
                .unwrap()
                .contains("document")
        });
        nvim.ex("Foretype cancel");
        wait(call.closed());
        assert!(matches!(call.outcome(), Outcome::ClientLeft { .. }));
        nvim.until_true("the work to be over", || {
            !nvim
                .lua("return require('foretype').statusline()")
                .as_str()
                .unwrap()
                .contains("document")
        });
        assert_eq!(nvim.lines().join("\n") + "\n", plain(SOURCE));
        quiet(&nvim);
    });
}

#[test]
fn document_by_the_command() {
    each(|setting| {
        let answer = "```python\ndef last(values):\n    \"\"\"The last one.\"\"\"\n    return values[-1]\n```";
        chats(&setting, answer);
        let nvim = setting.start(Place::Screen);
        let source = plain(SOURCE).replace("values[-1]", "values[-1]$0");
        nvim.open_to_read("total.py", &source);
        nvim.ex("Foretype document");
        nvim.until_lines(&plain(SOURCE).replace(
            "    return values[-1]",
            "    \"\"\"The last one.\"\"\"\n    return values[-1]",
        ));
        // What stands there already is not there a second time, also for lines without code.
        nvim.ex("1Foretype document");
        nvim.until_true("a word on it", || {
            nvim.command("messages").contains("nothing to document")
        });
    });
}

/// What a linter says, which is no language server of Neovim's.
const FINDING: &str = "vim.diagnostic.set(vim.api.nvim_create_namespace('linter'), 0, {
  { lnum = 9, col = 11, end_lnum = 9, end_col = 21, message = 'may be empty', code = 'E42',
    severity = 1, source = 'checker' },
})";

#[test]
fn fix_what_others_say_is_wrong() {
    each(|setting| {
        chats(
            &setting,
            "```python\ndef last(values):\n    return values[-1] if values else None\n```\n",
        );
        let nvim = setting.start(Place::Screen);
        nvim.open_to_read(
            "total.py",
            &plain(SOURCE).replace("    return values[-1]", "$0    return values[-1]"),
        );
        nvim.ex("Foretype fix");
        nvim.until_true("a word on it", || nvim.command("messages").contains("no problem"));
        nvim.lua(FINDING);
        let after = plain(SOURCE).replace("values[-1]", "values[-1] if values else None");
        nvim.ex("Foretype fix");
        nvim.until_lines(&after);
        assert!(told(&setting).contains("may be empty") && told(&setting).contains("E42"));
        nvim.press("u");
        nvim.until_lines(&plain(SOURCE));
        // Neovim's own list has it as well.
        nvim.lua(FINDING);
        nvim.code_action("Fix: may be empty (E42)");
        nvim.until_lines(&after);
    });
}

#[test]
fn a_selection_is_what_it_is_about() {
    each(|setting| {
        chats(&setting, "It adds one value.");
        let nvim = setting.start(Place::Screen);
        nvim.open_to_read("total.py", SOURCE);
        nvim.type_text("V");
        nvim.type_text(":");
        nvim.type_text("Foretype explain");
        nvim.press("<CR>");
        nvim.until_page("It adds one value.");
        assert!(
            told(&setting).contains("<code>\\n        result = result + value\\n</code>"),
            "{}",
            told(&setting)
        );
        quiet(&nvim);
    });
}

#[test]
fn without_a_model_the_reason_is_told() {
    each(|setting| {
        let nvim = {
            let url = setting.backend.url();
            let config = crate::support::process::model(&url);
            setting.home.configure(&format!("{config}\n[chat]\nmodel = \"none\"\n"));
            setting.backend.answer("");
            setting.start(Place::Screen)
        };
        nvim.open_to_read("total.py", SOURCE);
        nvim.ex("Foretype explain");
        nvim.until_true("the reason", || {
            nvim.command("messages").contains("there is no model `none`")
        });
        nvim.command("messages clear");
        nvim.type_text("gra");
        nvim.until_true("the reason by Neovim's own key", || {
            let said = nvim.command("messages");
            let shown = nvim.screen.as_ref().unwrap().shown();
            said.contains("there is no model `none`") || shown.has("Type number")
        });
    });
}
