//! Taking a suggestion: all of it, a word, a line; another one; none.

use super::nvim::Neovim;
use super::setting::{Place, Setting, each};

/// One suggestion taken as a whole.
struct Whole {
    file: &'static str,
    /// `$0` is the cursor, here and below.
    text: &'static str,
    typed: &'static str,
    answer: &'static str,
    ghost: &'static str,
    after: &'static str,
}

const WHOLE: [Whole; 5] = [
    Whole {
        file: "line.py",
        text: "def add(a, b):\n    return$0\n",
        typed: " ",
        answer: "a + b",
        ghost: "a + b",
        after: "def add(a, b):\n    return a + b$0",
    },
    Whole {
        file: "block.py",
        text: "def total(items):\n    $0\n\nprint(total([]))\n",
        typed: "",
        answer: "result = 0\n    for item in items:\n        result += item\n    return result\n\n",
        ghost: "result = 0\n    for item in items:\n        result += item\n    return result",
        after: "def total(items):\n    result = 0\n    for item in items:\n        \
                result += item\n    return result$0\n\nprint(total([]))",
    },
    Whole {
        file: "inside.py",
        text: "value = 3\nprint($0)\n",
        typed: "",
        answer: "value + 1",
        ghost: "value + 1",
        after: "value = 3\nprint(value + 1$0)",
    },
    Whole {
        file: "closed.py",
        text: "value = max(3, $0) # the larger\n",
        typed: "",
        answer: "4) # the larger\n",
        ghost: "4",
        after: "value = max(3, 4$0) # the larger",
    },
    Whole {
        file: "tabs.go",
        text: "func add(a int, b int) int {\n\tsum := $0\n\treturn sum\n}\n",
        typed: "",
        answer: "a + b\n\treturn",
        ghost: "a + b",
        after: "func add(a int, b int) int {\n\tsum := a + b$0\n\treturn sum\n}",
    },
];

#[test]
fn all_of_it_on_the_screen() {
    each(|setting| all_of_it(&setting, Place::Screen));
}

#[test]
fn all_of_it_embedded() {
    each(|setting| all_of_it(&setting, Place::Embedded));
}

fn all_of_it(setting: &Setting, place: Place) {
    let nvim = setting.start(place);
    for case in WHOLE {
        setting.backend.answer(case.answer);
        nvim.open(case.file, case.text);
        nvim.type_seen(case.typed);
        nvim.until_ghost(case.ghost);
        nvim.press("<Tab>");
        nvim.until_text(case.after);
        // The model would go on at once.
        nvim.escape();
        nvim.until_no_ghost();
        let written = case.after.replace("$0", "") + "\n";
        assert_eq!(String::from_utf8(nvim.bytes(case.file)).unwrap(), written);
    }
    quiet(&nvim);
}

#[test]
fn by_words_and_lines() {
    each(|setting| {
        setting.backend.answer("price = total + tax\n    print(price)\n\n");
        let nvim = setting.start(Place::Screen);
        nvim.open("price.py", "def show(total, tax):\n    $0\n");
        nvim.until_ghost("price = total + tax\n    print(price)");
        for (key, text, ghost) in [
            ("<M-Right>", "price$0", " = total + tax\n    print(price)"),
            ("<M-Right>", "price =$0", " total + tax\n    print(price)"),
            ("<M-Down>", "price = total + tax$0", "\n    print(price)"),
            ("<M-Right>", "price = total + tax\n    print$0", "(price)"),
            ("<M-Down>", "price = total + tax\n    print(price)$0", ""),
        ] {
            nvim.press(key);
            nvim.until_text(&format!("def show(total, tax):\n    {text}"));
            if !ghost.is_empty() {
                nvim.until_ghost(ghost);
            }
        }
        assert_eq!(
            setting.backend.requests()[0].outcome,
            crate::support::fake_backend::Outcome::Finished
        );
        quiet(&nvim);
    });
}

#[test]
fn another_one() {
    each(|setting| {
        use crate::support::fake_backend::Reply;
        setting.backend.answer(Reply::candidates(["alpha", "beta", "gamma"]));
        let nvim = setting.start(Place::Screen);
        nvim.open("name.py", "name = $0\n");
        nvim.until_ghost("alpha");
        for (key, ghost) in [
            ("<M-]>", "beta (2/3)"),
            ("<M-]>", "gamma (3/3)"),
            ("<M-]>", "alpha (1/3)"),
            ("<M-[>", "gamma (3/3)"),
            ("<M-[>", "beta (2/3)"),
        ] {
            nvim.press(key);
            nvim.until_ghost(ghost);
        }
        nvim.press("<Tab>");
        nvim.until_text("name = beta$0");
        quiet(&nvim);
    });
}

#[test]
fn none_of_it() {
    each(|setting| {
        setting.backend.answer("alpha");
        let nvim = setting.start(Place::Screen);
        nvim.open("name.py", "name = $0\n");
        nvim.until_ghost("alpha");
        nvim.press("<C-]>");
        nvim.until_no_ghost();
        nvim.until_text("name = $0");
        // Without a suggestion the keys are what they were.
        nvim.press("<Tab>");
        nvim.until_true("a tab or blanks", || nvim.lines()[0].len() > "name = ".len());
        nvim.escape();
        nvim.command("undo");
        nvim.press("A");
        nvim.until_ghost("alpha");
        nvim.escape();
        nvim.until_no_ghost();
        quiet(&nvim);
    });
}

/// Nothing was said that the user would have to read.
#[track_caller]
pub fn quiet(nvim: &Neovim) {
    let said = nvim.command("messages");
    let said: Vec<&str> = said.lines().filter(|line| !is_usual(line)).collect();
    assert!(said.is_empty(), "{said:?}");
}

/// Neovim's own words on writing, undoing, a slow terminal and the like.
fn is_usual(line: &str) -> bool {
    let line = line.trim();
    let parts =
        ["written", "line less", "lines --", "line --", "; before", "; after", "change;", "E1568"];
    line.is_empty() || line.ends_with('B') || parts.iter().any(|part| line.contains(part))
}
