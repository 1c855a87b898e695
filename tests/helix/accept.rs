//! An accepted suggestion: the bytes of the saved file, and what undo takes back.

use super::setting::{has_item, setting};

/// What stands in the file, what is typed at `$0`, what the model says, the item, and the file
/// after it was accepted.
struct Case {
    name: &'static str,
    before: &'static str,
    typed: &'static str,
    answer: &'static str,
    item: &'static str,
    after: &'static str,
}

const CASES: &[Case] = &[
    Case {
        name: "end of a line",
        before: "fn main() {\n    $0\n}\n",
        typed: "let tot",
        answer: "al_of(values);",
        item: "total_of(values);",
        after: "fn main() {\n    let total_of(values);\n}\n",
    },
    Case {
        name: "middle of a line",
        before: "fn main() {\n    say($0, 2);\n}\n",
        typed: "1, tot",
        answer: "al_of(values)",
        item: "total_of(values)",
        after: "fn main() {\n    say(1, total_of(values), 2);\n}\n",
    },
    Case {
        name: "before a bracket that Helix has closed",
        before: "fn main() {\n    $0\n}\n",
        typed: "say(tot",
        answer: "al_of(values)",
        item: "total_of(values)",
        after: "fn main() {\n    say(total_of(values))\n}\n",
    },
    Case {
        name: "after text of many bytes, with more of it",
        before: "fn main() {\n    let größe = \"日本🎉e\u{301}\"; say($0); // 終\n}\n",
        typed: "\"🎉\", tot",
        answer: "al_of(größe, \"é🎉\")",
        item: "total_of(größe, \"é🎉\")",
        after: "fn main() {\n    let größe = \"日本🎉e\u{301}\"; say(\"🎉\", total_of(größe, \"é🎉\")); // 終\n}\n",
    },
    Case {
        name: "several lines in a file with CRLF",
        before: "fn main() {\r\n    $0\r\n}\r\n",
        typed: "",
        answer: "if ready {\n        go();\n    }\n",
        item: "if ready {…",
        after: "fn main() {\r\n    if ready {\r\n        go();\r\n    }\r\n}\r\n",
    },
];

#[test]
fn is_in_the_file_byte_for_byte() {
    for case in CASES {
        let Some(setting) = setting() else { return };
        setting.backend.answer(case.answer);
        let helix = setting.open("main.rs", case.before);
        helix.type_text(case.typed);
        helix.accept(case.item);
        assert_eq!(helix.saved(), case.after, "{}", case.name);
    }
}

#[test]
fn is_taken_back_in_one_step() {
    let Some(setting) = setting() else { return };
    setting.backend.answer("al_of(values);");
    let helix = setting.open("main.rs", "fn main() {\n    $0\n}\n");
    helix.type_text("let tot");
    helix.accept("total_of(values);");
    helix.normal_mode();
    helix.press("u");
    helix.until_line("let tot");
    assert_eq!(helix.saved(), "fn main() {\n    let tot\n}\n");
}

#[test]
fn is_kept_by_typing_on() {
    let Some(setting) = setting() else { return };
    setting.backend.answer("al_of(values)");
    let helix = setting.open("main.rs", "fn main() {\n    $0\n}\n");
    helix.type_text("let tot");
    helix.ask_until("the item", |shown| has_item(shown, "total_of(values)"));
    helix.press("BTab");
    helix.until_line("let total_of(values)");
    helix.type_text(" + 1;");
    helix.until_line("let total_of(values) + 1;");
    assert_eq!(helix.saved(), "fn main() {\n    let total_of(values) + 1;\n}\n");
}
