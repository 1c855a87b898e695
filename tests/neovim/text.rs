//! Text that is not plain ASCII with line feeds, and taking things back.

use super::accept::quiet;
use super::setting::{Place, each};

/// Before the cursor, as typed, and the answer.
const MULTIBYTE: [(&str, &str, &str); 5] = [
    ("emoji", "s = \"😀😀\" + ", "name"),
    ("family", "s = \"👩‍👩‍👧\" + ", "name"),
    ("combining", "s = \"e\u{301}a\u{308}\" + ", "name"),
    ("cjk", "s = \"漢字かな\" + ", "名前"),
    ("answer", "s = ", "\"漢😀e\u{301}\" + n"),
];

#[test]
fn multibyte() {
    each(|setting| {
        let nvim = setting.start(Place::Screen);
        for (name, text, answer) in MULTIBYTE {
            let file = format!("{name}.py");
            setting.backend.answer("");
            nvim.open(&file, "$0\n");
            setting.backend.answer(answer);
            nvim.type_seen(text);
            nvim.until_is("the ghost text", answer, || nvim.ghost_text());
            nvim.screen
                .as_ref()
                .unwrap()
                .until("the line on the screen", |shown| shown.row(0) == format!("{text}{answer}"));
            nvim.press("<Tab>");
            nvim.until_text(&format!("{text}{answer}$0"));
            nvim.escape();
            assert_eq!(nvim.bytes(&file), format!("{text}{answer}\n").as_bytes());
        }
        quiet(&nvim);
    });
}

#[test]
fn crlf() {
    each(|setting| {
        setting.backend.answer("a = 1\n    b = 2\n");
        let nvim = setting.start(Place::Screen);
        nvim.open("dos.py", "if x:\r\n    $0\r\ny = 3\r\n");
        assert_eq!(nvim.lua("return vim.bo.fileformat"), "dos");
        nvim.until_ghost("a = 1\n    b = 2");
        nvim.press("<Tab>");
        nvim.until_text("if x:\n    a = 1\n    b = 2$0\ny = 3");
        nvim.escape();
        assert_eq!(nvim.bytes("dos.py"), b"if x:\r\n    a = 1\r\n    b = 2\r\ny = 3\r\n");
        quiet(&nvim);
    });
}

#[test]
fn undo_is_one_step() {
    each(|setting| {
        setting.backend.answer("");
        let nvim = setting.start(Place::Screen);
        nvim.open("undo.py", "def start():\n$0\n");
        setting.backend.answer("one()\n    two()\n\n");
        nvim.type_seen("    ");
        nvim.until_ghost("one()\n    two()");
        nvim.press("<Tab>");
        nvim.until_text("def start():\n    one()\n    two()$0");
        nvim.type_seen("  # more");
        nvim.escape();
        // What was typed after it, the suggestion, what was typed before it: three steps.
        let text = || nvim.lines()[1..].join("\n");
        for left in ["    one()\n    two()", "    ", ""] {
            nvim.press("u");
            nvim.until_is("the text", left, text);
        }
        for right in ["    ", "    one()\n    two()"] {
            nvim.press("<C-r>");
            nvim.until_is("the text", right, text);
        }
    });
}
