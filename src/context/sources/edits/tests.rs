#![allow(clippy::unwrap_used)]

use super::*;
use crate::context::need::fixture::World;

/// Documents that are typed into.
struct Desk {
    texts: Vec<(String, Text)>,
    edits: Vec<Edited>,
}

impl Desk {
    fn new(files: &[(&str, &str)]) -> Self {
        let texts = files.iter().map(|(name, text)| ((*name).to_owned(), Text::from(*text)));
        Self { texts: texts.collect(), edits: Vec::new() }
    }

    /// Replaces the first `old` of a file by `new`, so many seconds after the last change.
    fn change(&mut self, name: &str, old: &str, new: &str, seconds: u64) {
        let (_, text) = self.texts.iter_mut().find(|(known, _)| *known == name).unwrap();
        let start = text.whole().find(old).unwrap();
        let range = ByteRange::new(ByteOffset(start), ByteOffset(start + old.len()));
        let large = old.len() + new.len() > 16 * 1024;
        let kept = |text: &str| if large { String::new() } else { text.to_owned() };
        let edit = Edit { range, removed: kept(old), inserted: kept(new), len_before: text.len() };
        text.replace(range, new);
        let number = self.edits.len() as u64;
        self.edits.push(Edited { path: name.into(), edit, pause: seconds * 1_000, number });
    }

    /// Types text behind the first `mark` of a file, key by key.
    fn type_text(&mut self, name: &str, mark: &str, keys: &str) {
        for (at, key) in keys.char_indices() {
            let before = format!("{mark}{}", keys.get(..at).unwrap());
            self.change(name, &before, &format!("{before}{key}"), 1);
        }
    }

    /// What is shown, as a prompt shows it, with the cursor behind a mark of a file.
    fn shown(&self, name: &str, mark: &str, budget: usize) -> String {
        let text = |name: &str| {
            let (_, text) = self.texts.iter().find(|(known, _)| known == name).unwrap();
            text.whole().into_owned()
        };
        let mut world = World::new(name, &text(name).replacen(mark, &format!("{mark}$0"), 1));
        for (other, _) in self.texts.iter().filter(|(other, _)| other != name) {
            world = world.open(other, &text(other));
        }
        world.edits.clone_from(&self.edits);
        let mut edits = edits(&world.need(), budget);
        assert!(edits.iter().map(|it| estimate(&it.text)).sum::<usize>() <= budget);
        edits.reverse();
        edits.iter().map(|snippet| format!("== {}\n{}", snippet.path, snippet.text)).collect()
    }

    /// The same from a file where nothing happens.
    fn all(&mut self) -> String {
        if !self.texts.iter().any(|(name, _)| name == "else.rs") {
            self.texts.push(("else.rs".to_owned(), Text::from("END")));
        }
        self.shown("else.rs", "END", 2_000)
    }
}

const A: &str = "fn one() {\n    a();\n}\n\n\n\n\nfn two() {\n    b();\n}\n";

#[test]
fn what_was_typed_is_one_diff_and_the_newest_stands_last() {
    let mut desk = Desk::new(&[("a.rs", A), ("b.rs", "let x = 1;\n")]);
    desk.type_text("a.rs", "a(", "left, right");
    desk.change("b.rs", "x", "count", 1);
    assert_eq!(
        desk.all(),
        "== a.rs\n@@ line 2 @@\n fn one() {\n-    a();\n+    a(left, right);\n== b.rs\n@@ line 1 @@\n-let x = 1;\n+let count = 1;\n"
    );
}

#[test]
fn what_is_far_away_or_long_ago_is_a_diff_of_its_own() {
    for (place, seconds, diffs) in [("b();", 1, 2), ("a(9);", 1, 1), ("a(9);", 120, 2)] {
        let mut desk = Desk::new(&[("a.rs", A)]);
        desk.change("a.rs", "a();", "a(9);", 1);
        desk.change("a.rs", place, "c(7);", seconds);
        assert_eq!(desk.all().matches("@@ line").count(), diffs, "{place} {seconds}");
    }
    // Between others, and bringing lines in above.
    let mut desk = Desk::new(&[("a.rs", A)]);
    desk.change("a.rs", "b();", "b(1);", 1);
    desk.change("a.rs", "fn one", "use x;\n\nfn one", 1);
    desk.change("a.rs", "b(1);", "b(1, 2);", 1);
    assert_eq!(
        desk.all(),
        "== a.rs\n@@ line 9 @@\n fn two() {\n-    b();\n+    b(1);\n@@ line 1 @@\n+use x;\n+\n@@ line 11 @@\n fn two() {\n-    b(1);\n+    b(1, 2);\n"
    );
}

#[test]
fn what_is_being_typed_and_what_says_nothing_is_left_out() {
    let mut desk = Desk::new(&[("a.rs", A)]);
    desk.change("a.rs", "b();", "b(1);", 1);
    desk.type_text("a.rs", "a(", "x");
    let there = desk.shown("a.rs", "a(x", 500);
    assert!(there.contains("b(1)") && !there.contains("a(x)"), "{there}");
    // Elsewhere it is shown.
    assert!(desk.shown("a.rs", "b(1)", 500).contains("a(x)"));
    // Taken back, and only moved in.
    let mut desk = Desk::new(&[("a.rs", A)]);
    desk.change("a.rs", "a();", "c();", 1);
    desk.change("a.rs", "c();", "a();", 1);
    desk.change("a.rs", "    b();", "        b();", 200);
    assert_eq!(desk.all(), "");
}

#[test]
fn lines_that_go_and_come_are_shown() {
    let mut desk = Desk::new(&[("a.rs", "a\nb\nc\nd\n")]);
    desk.change("a.rs", "b\nc\n", "", 1);
    assert_eq!(desk.all(), "== a.rs\n@@ line 2 @@\n a\n-b\n-c\n");
    let mut desk = Desk::new(&[("a.rs", "a\r\nb\r\n")]);
    desk.change("a.rs", "b", "b\r\nnew", 1);
    assert_eq!(desk.all(), "== a.rs\n@@ line 3 @@\n b\n+new\n");
}

#[test]
fn a_large_change_hides_what_was_before_it_and_there_are_not_too_many() {
    let mut desk = Desk::new(&[("a.rs", A)]);
    desk.change("a.rs", "a();", "c();", 1);
    desk.change("a.rs", "fn two", &format!("{}fn two", "let pasted = 1;\n".repeat(2_000)), 1);
    desk.change("a.rs", "b();", "b(1);", 200);
    assert_eq!(desk.all().matches("@@ line").count(), 1);

    let text: String = (0..40).map(|n| format!("line{n:02};\n\n\n\n\n")).collect();
    let mut desk = Desk::new(&[("a.rs", &text)]);
    for n in 0..30 {
        desk.change("a.rs", &format!("line{n:02};"), &format!("changed{n:02};"), 1);
    }
    let shown = desk.all();
    assert_eq!(shown.matches("@@ line").count(), MOST);
    assert!(shown.trim_end().ends_with("+changed29;"), "{shown}");
    // Of a small budget the newest has it.
    let few = desk.shown("else.rs", "END", 40);
    assert!(few.matches("@@ line").count() < 4 && few.contains("+changed29;"), "{few}");
}
