//! What it says in a workspace that a reader can know by heart.

use foretype::local::{Caution, Cursor, Index, Limits, Overlay, predict};

use super::workspace::{FILES, at, index, said, text};

#[test]
fn it_goes_on_as_the_workspace_does() {
    for (path, cursor, wanted) in [
        // The same line, from every kind of place in it.
        ("src/new.rs", "pub fn side(width: f64, height: f64) $0\n", "-> f64 {"),
        ("src/new.rs", "pub fn side(width: f64, hei$0\n", "ght: f64) -> f64 {"),
        (
            "tools/new.py",
            "import sys\n\nfor name in arguments:\n    pr$0\n",
            "int(name, file=sys.stderr)",
        ),
        // A name of this file in the place of the other one's.
        (
            "src/new.rs",
            "impl Store {\n    pub fn read_width(&self) -> Result<usize, Error> {\n        \
             let handle = self.open(\"width\")?;\n        Ok($0\n",
            "handle.read_number()?)",
        ),
        // Up to the bracket that the editor closed.
        ("tools/new.py", "import sys\nfor name in x:\n    print(name, $0)\n", "file=sys.stderr"),
    ] {
        assert_eq!(text(at(path, cursor)), wanted, "{cursor}");
    }
}

#[test]
fn it_says_nothing_where_there_is_nothing_to_say() {
    for (path, cursor) in [
        ("src/new.rs", "// pub fn area($0\n"),
        ("tools/new.py", "\"\"\"import $0\n"),
        // The line below says it already.
        ("tools/new.py", "def main(arguments):\n    $0\n    for name in arguments:\n"),
    ] {
        assert_eq!(at(path, cursor), None, "{cursor}");
    }
    let nothing = Index::build([("", ""); 0], Limits::default());
    for cursor in ["$0", "let a = $0\nlet c = \n"] {
        assert_eq!(said(&nothing, &Overlay::default(), "a.rs", cursor), None, "{cursor}");
    }
}

#[test]
fn a_hidden_line_is_not_said() {
    let index = index();
    let cursor = "for name in arguments:\n    pr$0\n";
    let mut overlay = Overlay::default();
    assert!(text(said(&index, &overlay, "tools/new.py", cursor)).contains("stderr"));
    let line = "print(name, file=sys.stderr)";
    overlay.hide(index.places_of_line(line, foretype::local::dialect::Dialect::of("a.py")));
    assert!(!text(said(&index, &overlay, "tools/new.py", cursor)).contains("stderr"));
}

#[test]
fn an_edited_file_is_known_as_it_is_now() {
    let index = index();
    let mut overlay = Overlay::default();
    let cursor = "for name in arguments:\n    pr$0\n";
    let newer = FILES[2].1.replace("print(name, file=sys.stderr)", "present(name, colour=brown)");
    overlay.edit(&index, "tools/report.py", &newer);
    assert_eq!(text(said(&index, &overlay, "tools/new.py", cursor)), "esent(name, colour=brown)");
    overlay.forget(&index, "tools/report.py");
    let forgotten = text(said(&index, &overlay, "tools/new.py", cursor));
    assert!(!forgotten.contains("stderr") && !forgotten.contains("colour"), "{forgotten}");
}

#[test]
fn names_in_scope_are_thought_of() {
    let index = index();
    let overlay = Overlay::default();
    let ask = |name: &str| {
        let scope = [name.to_owned()];
        let prefix = "let a = f(read_c";
        let cursor = Cursor { path: "src/new.rs", prefix, suffix: "", scope: &scope };
        text(predict(&index, &overlay, cursor, Caution::default()))
    };
    assert!(ask("read_count").starts_with("ount"));
}

#[test]
fn what_is_said_again_and_again_gets_the_names_of_this_place() {
    let copy = |n: usize| {
        let text = format!(
            "def save_{n}(document):\n    writer = open_writer(document)\n    writer.write(document)\n"
        );
        (format!("src/save_{n}.py"), text)
    };
    for copies in [2, 4, 12, 40] {
        let index = Index::build((0..copies).map(copy), Limits::default());
        for (cursor, wanted) in [
            ("def save_invoice(invoice):\n    writer = open_writer($0\n", "invoice)"),
            (
                "def save_invoice(invoice):\n    writer = open_writer(invoice)\n    writer.write($0\n",
                "invoice)",
            ),
        ] {
            let said = said(&index, &Overlay::default(), "src/invoice.py", cursor);
            assert!(text(said).starts_with(wanted), "{copies} copies");
        }
    }
}

#[test]
fn a_whole_block_is_said_where_it_is_next_to_certain() {
    let block = "        if self.closed {\n            self.log.push(Event::Closed);\n            \
                 return Err(Error::Closed);\n        }\n";
    let function = |n: usize| {
        format!(
            "    fn step_{n}(&mut self) -> Result<(), Error> {{\n{block}        self.go({n})\n    }}\n\n"
        )
    };
    let files: Vec<(String, String)> = (0..30)
        .map(|n| (format!("src/{n}.rs"), format!("impl Step{n} {{\n{}}}\n", function(n))))
        .collect();
    let index = Index::build(files, Limits::default());
    let cursor =
        "impl Step40 {\n    fn step_40(&mut self) -> Result<(), Error> {\n        if self.cl$0";
    let said = said(&index, &Overlay::default(), "src/40.rs", cursor).unwrap();
    let whole = &block[block.find("osed").unwrap()..];
    assert!(whole.starts_with(&said.text) && said.complete, "{}", said.text);
    assert_eq!(said.text, whole.trim_end(), "{said:?}");
}

#[test]
fn the_same_question_has_the_same_answer() {
    let ask = || at("src/new.rs", "impl Store {\n    pub fn write_size(&self) -> $0\n");
    let first = ask();
    assert!(first.is_some());
    for _ in 0..5 {
        assert_eq!(ask(), first);
    }
}

#[test]
fn a_probability_is_one() {
    let index = index();
    for (path, file) in FILES {
        for (cut, _) in file.char_indices() {
            let (prefix, suffix) = file.split_at(cut);
            let cursor = Cursor { path, prefix, suffix, scope: &[] };
            let Some(said) = predict(&index, &Overlay::default(), cursor, Caution::default())
            else {
                continue;
            };
            assert!((0.0..=1.0).contains(&said.probability), "{said:?}");
            assert!(said.whole <= said.probability || said.probability == 0.0, "{said:?}");
            assert!(said.gain <= said.text.chars().count() as f32, "{said:?}");
            assert!(!said.text.trim().is_empty(), "{said:?}");
        }
    }
}
