use foretype::local::dialect::Dialect;
use foretype::local::lexer::{DEEPER, End, SAME, SHALLOWER, lex, lex_prefix};

/// Tokens joined by `|`, `_` before those that white space stands before.
fn tokens(path: &str, text: &str) -> String {
    let mut all: Vec<String> = Vec::new();
    lex(text, Dialect::of(path), |token| {
        let text = match token.text {
            SAME => "¶",
            DEEPER => "¶>",
            SHALLOWER => "¶<",
            text => text,
        };
        all.push(format!("{}{text}", if token.space { "_" } else { "" }));
    });
    all.join("|")
}

#[test]
fn text_becomes_tokens() {
    for (path, text, wanted) in [
        ("a.rs", "let x = a.b()?;", "let|_x|_=|_a|.|b|(|)|?|;"),
        ("a.rs", "fn f<'a>(x: &'a str) {}", "fn|_f|<|'a|>|(|x|:|_&|'a|_str|)|_{|}"),
        ("a.rs", r"let c = 'x'; let n = '\n';", r"let|_c|_=|_'x'|;|_let|_n|_=|_'\n'|;"),
        ("a.rs", "x::y != z..=9", "x|::|y|_!=|_z|..=|9"),
        ("a.rs", "r#\"a \"b\"\"# + b\"c\"", "r#\"|a|_\"b\"|\"#|_+|_b\"c\""),
        ("a.rs", "r#type", "r|#|type"),
        ("a.rs", "a // b\n/* c\n d */ e", "a|¶>|e"),
        ("a.rs", "1_000u64 + 0x1f - 1.5", "1_000u64|_+|_0x1f|_-|_1.5"),
        ("a.py", "def f():\n    \"\"\"Says.\n\n    more\"\"\"\n    return 1  # one\n\nx", {
            "def|_f|(|)|:|¶>|return|_1|¶<|x"
        }),
        ("a.py", "s = f'a' + rb\"b c\"", "s|_=|_f'a'|_+|_rb\"|b|_c|\""),
        ("a.py", "x = '''a\nb'''\ny", "x|_=|_'''|'''|¶|y"),
        ("a.py", "a //= b ** c", "a|_//=|_b|_**|_c"),
        ("a.js", "a?.b ?? `x ${y}`", "a|?.|b|_??|_`|x|_${y}|`"),
        ("a.ts", "$a === b", "$a|_===|_b"),
        ("a.go", "x := <-c", "x|_:=|_<-|c"),
        ("a.rs", "größe == 'ß'", "größe|_==|_'ß'"),
        ("a.rs", "a\r\n\tb\r\nc", "a|¶>|b|¶<|c"),
        ("a.js", "'it\nb", "'it|¶|b"),
        ("a.rs", "", ""),
    ] {
        assert_eq!(tokens(path, text), wanted, "{path}: {text}");
    }
}

#[test]
fn where_the_text_ends_is_known() {
    for (path, text, wanted) in [
        ("a.rs", "let x", End::Code),
        ("a.rs", "f(\"abc", End::Open),
        ("a.rs", "f(\"abc d", End::Open),
        ("a.rs", "// why", End::Silent),
        ("a.rs", "/* why\n", End::Silent),
        ("a.py", "x = 1  # why", End::Silent),
        ("a.py", "\"\"\"Says", End::Silent),
        ("a.py", "x = \"\"\"Says", End::Silent),
        ("a.js", "`a\nb", End::Silent),
        ("a.rs", "r#\"a", End::Silent),
    ] {
        assert_eq!(lex_prefix(text, Dialect::of(path), |_| {}), wanted, "{path}: {text}");
    }
}

#[test]
fn a_line_that_is_begun_is_a_line() {
    let mut last = "";
    lex_prefix("if x:\n    ", Dialect::of("a.py"), |token| last = token.text);
    assert_eq!(last, DEEPER);
    lex("if x:\n    ", Dialect::of("a.py"), |token| last = token.text);
    assert_eq!(last, ":");
}
