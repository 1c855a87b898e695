use super::*;
use crate::document::Document;

/// (source with the cursor at `$0`, the model's text, the document afterwards; the same source where
/// nothing is shown)
#[test]
fn fits_the_text_around() {
    for (source, text, want) in [
        ("let a = $0", "1;", "let a = 1;"),
        ("let a = $0\n", "1;  \n", "let a = 1;\n"),
        // What follows on the line is not doubled.
        ("f($0)", "a, b)", "f(a, b)"),
        ("f($0);", "a, b);", "f(a, b);"),
        ("f($0);", "a, g(b));", "f(a, g(b));"),
        ("f($0);", "a, b)", "f(a, b);"),
        ("f($0)", "g(a)", "f(g(a))"),
        ("say(\"$0\")", "hi\")", "say(\"hi\")"),
        ("f($0)", "a)?.b()", "f(a)?.b()"),
        ("f($0, b)", "a", "f(a, b)"),
        ("x = [$0]", "1, 2]", "x = [1, 2]"),
        ("if a $0{", "&& b {", "if a && b {"),
        // Lines that stand below anyway.
        ("fn a() {$0\n}\n", "\n    b();\n}", "fn a() {\n    b();\n}\n"),
        ("{\n    $0\n    b();\n}\n", "a();\n    b();\n}", "{\n    a();\n    b();\n}\n"),
        ("{\n    $0\n}\n", "if x {\n        y\n    }", "{\n    if x {\n        y\n    }\n}\n"),
        // Special tokens end the text.
        ("a = $0", "1<|endoftext|>b", "a = 1"),
        ("a = $0", "1<|fim_prefix|>", "a = 1"),
        // Nothing rather than blanks or what is there.
        ("a$0", "  \n ", "a"),
        ("f($0)", ")", "f()"),
        ("a$0", "<|endoftext|>", "a"),
    ] {
        let at = ByteOffset(source.find("$0").unwrap_or(0));
        let plain = source.replacen("$0", "", 1);
        let document = Document::open("untitled:a", "rust", 1, &plain).snapshot();
        let around = Around::new(&document, at, document.language);
        let again = |text: &str| {
            let outcome = polish(Candidate { at, text: text.to_owned() }, &around, false, false);
            outcome.result.ok().and_then(|polished| polished.edits.into_iter().next())
        };
        let mut got = plain.clone();
        if let Some(edit) = again(text) {
            got.replace_range(edit.range.as_range(), &edit.text);
            // Polished text is not changed by polishing it.
            assert_eq!(again(&edit.text).map(|edit| edit.text), Some(edit.text), "{source:?}");
        }
        assert_eq!(got, want, "{source:?} {text:?}");
    }
}

#[test]
fn says_which_rules_changed_it() {
    let document = Document::open("untitled:a", "rust", 1, "f()").snapshot();
    let around = Around::new(&document, ByteOffset(2), document.language);
    let text = "a)<|endoftext|>".to_owned();
    let outcome = polish(Candidate { at: ByteOffset(2), text }, &around, false, false);
    assert_eq!(outcome.rules, ["special-tokens", "closers"]);
}
