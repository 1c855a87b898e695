//! What is offered where, in every language with a tree and without one.

use foretype::actions::offers::{Finding, Offer, Wanted, offers};
use foretype::actions::task::Task;
use foretype::document::Document;
use foretype::document::offset::{ByteOffset, ByteRange};

/// A document whose tree is ready, and the range between `⟦` and `⟧`, or the cursor at `$0`.
pub fn open(language: &str, source: &str) -> (Document, ByteRange) {
    let (start, end, text) = match source.split_once('⟦') {
        Some((before, rest)) => {
            let (inside, after) = rest.split_once('⟧').expect("an end");
            let text = format!("{before}{inside}{after}");
            (before.len(), before.len() + inside.len(), text)
        }
        None => {
            let at = source.find("$0").expect("a cursor");
            (at, at, source.replacen("$0", "", 1))
        }
    };
    let document = Document::open("untitled:case", language, 1, &text);
    if let Some(syntax) = document.syntax() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(syntax.when_fresh()).unwrap();
    }
    (document, ByteRange::new(ByteOffset(start), ByteOffset(end)))
}

fn offered(language: &str, source: &str, wanted: &Wanted<'_>) -> (Document, Vec<Offer>) {
    let (document, range) = open(language, source);
    let offers = offers(&document.snapshot(), range, wanted);
    (document, offers)
}

/// Each as `task: first line of its target … last line`, a preferred one with a star.
fn shown(language: &str, source: &str) -> Vec<String> {
    let (document, offers) = offered(language, source, &Wanted::default());
    let line = |offer: &Offer| {
        let target = document.text().slice(offer.target).into_owned();
        let lines: Vec<&str> = target.lines().map(str::trim).collect();
        let star = if offer.preferred { "*" } else { "" };
        match lines.as_slice() {
            [only] => format!("{}{star}: {only}", offer.task),
            [first, .., last] => format!("{}{star}: {first} … {last}", offer.task),
            [] => offer.task.to_string(),
        }
    };
    offers.iter().map(line).collect()
}

#[test]
fn in_a_function() {
    for (language, source, whole, function) in [
        (
            "rust",
            "struct A;\nimpl A {\n    /// Doc.\n    #[must_use]\n    pub fn f(&self) -> u8 {\n        let x = $01;\n        x\n    }\n}\n",
            "/// Doc. … }",
            "pub fn f(&self) -> u8 { … }",
        ),
        (
            "python",
            "import os\n\n@cache\ndef f(a):\n    b = $0a\n    return b\n",
            "@cache … return b",
            "@cache … return b",
        ),
        (
            "javascript",
            "/**\n * Doc.\n */\nexport const f = (a) => {\n  return $0a;\n};\n",
            "/** … };",
            "export const f = (a) => { … };",
        ),
        (
            "typescript",
            "class A {\n  // Why.\n  f(a: number): number {\n    return $0a;\n  }\n}\n",
            "// Why. … }",
            "f(a: number): number { … }",
        ),
        (
            "typescriptreact",
            "export function F(p: P) {\n  return <b>$0{p.x}</b>;\n}\n",
            "export function F(p: P) { … }",
            "export function F(p: P) { … }",
        ),
        (
            "go",
            "package a\n\n// F does.\nfunc (t *T) F(a int) int {\n\treturn $0a\n}\n",
            "// F does. … }",
            "func (t *T) F(a int) int { … }",
        ),
        (
            "java",
            "class A {\n    /** Doc. */\n    @Override\n    public int f(int a) {\n        return $0a;\n    }\n}\n",
            "/** Doc. */ … }",
            "@Override … }",
        ),
        (
            "c",
            "/* Doc. */\nstatic int *f(int a) {\n    return $0a;\n}\n",
            "/* Doc. */ … }",
            "static int *f(int a) { … }",
        ),
        (
            "cpp",
            "namespace n {\n/// Doc.\ntemplate <class T>\nT A::f(T a) {\n    return $0a;\n}\n}\n",
            "/// Doc. … }",
            "template <class T> … }",
        ),
    ] {
        let got = shown(language, source);
        let want = [
            format!("document: {whole}"),
            format!("tests: {function}"),
            format!("refactor.idiomatic: {function}"),
            format!("refactor.rename: {function}"),
            format!("optimise: {function}"),
            format!("explain: {whole}"),
            format!("review: {whole}"),
        ];
        assert_eq!(got, want, "{language}");
        let (_, offers) = offered(language, source, &Wanted::default());
        let titles: Vec<&str> = offers.iter().map(|offer| offer.title.as_str()).collect();
        let name = match language {
            "cpp" => "`A::f`",
            "typescriptreact" | "go" => "`F`",
            _ => "`f`",
        };
        assert!(titles[1] == format!("Generate tests for {name}"), "{language}: {titles:?}");
        let documented = !matches!(language, "python" | "typescriptreact");
        assert_eq!(titles[0].starts_with("Update"), documented, "{language}: {titles:?}");
    }
}

#[test]
fn what_is_not_written_yet() {
    for (language, source) in [
        ("rust", "fn f(a: u8) -> u8 {\n    todo!()$0\n}\n"),
        ("rust", "fn f(a: u8) -> u8 {$0}\n"),
        ("python", "def f(a):\n    \"\"\"Twice a.\"\"\"\n    raise NotImplementedError$0\n"),
        ("python", "def $0f(a):\n    pass\n"),
        ("python", "def f(a):$0\n    ...\n"),
        ("javascript", "function f(a) {\n  throw new Error(\"not implemented\");$0\n}\n"),
        ("typescript", "class A {\n  f(a: string): string {\n    // TODO: greet\n$0  }\n}\n"),
        ("go", "package a\n\nfunc F() int {\n\tpanic(\"not implemented\")$0\n}\n"),
        (
            "java",
            "class A {\n    int f() {\n        throw new UnsupportedOperationException();$0\n    }\n}\n",
        ),
        ("c", "int f(void) {\n    $0\n}\n"),
        ("cpp", "int A::f() {$0\n}\n"),
    ] {
        let got = shown(language, source);
        assert!(got[0].starts_with("implement*: "), "{language} {source:?}: {got:?}");
    }
    let written = shown("rust", "fn f() -> u8 {\n    $01\n}\n");
    assert!(!written.iter().any(|offer| offer.starts_with("implement")), "{written:?}");
}

#[test]
fn by_what_stands_there() {
    let has = |language: &str, source: &str, want: &str| {
        let got = shown(language, source);
        assert!(got.iter().any(|offer| offer == want), "{want}: {got:#?}");
    };
    let hasnt = |language: &str, source: &str, task: &str| {
        let got = shown(language, source);
        assert!(!got.iter().any(|offer| offer.starts_with(task)), "{task}: {got:#?}");
    };
    has(
        "rust",
        "fn f() {\n    a();\n    ⟦b();\n    c();\n⟧    d();\n}\n",
        "refactor.extract: fn f() { … }",
    );
    // In the midst of words.
    has(
        "rust",
        "/// Doc.\nfn f() {\n    let total = al⟦pha + be⟧ta;\n}\n",
        "refactor.extract: /// Doc. … }",
    );
    // The function itself, and what is no part of its body.
    hasnt("rust", "⟦fn f() {\n    a();\n}⟧\n", "refactor.extract");
    hasnt("rust", "fn f(⟦a: u8⟧) {\n    a();\n}\n", "refactor.extract");
    has(
        "python",
        "def f(a):\n    if a:\n        for b in a:\n            $0print(b)\n",
        "refactor.simplify: def f(a): … print(b)",
    );
    has("rust", "fn f() {\n    let a = b().unwrap()$0;\n}\n", "refactor.errors: fn f() { … }");
    has("go", "package a\n\nfunc f() {\n\ta, _ := b()$0\n}\n", "refactor.errors: func f() { … }");
    let long = format!("fn f() {{\n{}$0}}\n", "    a();\n".repeat(41));
    has("rust", &long, "refactor.split: fn f() { … }");
    has(
        "python",
        "# Sum the$0 list.\n# Skip None.\n\nx = 1\n",
        "translate: # Sum the list. … # Skip None.",
    );
    has("rust", "fn f() {\n    a();\n    // TODO: also b$0\n}\n", "implement: fn f() { … }");
    has(
        "javascript",
        "function f() {\n  a();\n  b();\n  c(); // FIXME$0 late\n}\n",
        "implement: function f() { … }",
    );
    has("rust", "/// Doc.\nstruct A {\n    x: u8,$0\n}\n", "document: x: u8");
    has("rust", "struct $0A {\n    x: u8,\n}\n", "document: struct A { … }");
    has("java", "record P(int x) {$0}\n", "document: record P(int x) {}");
    has("go", "package a\n\ntype T struct {$0\n}\n", "document: type T struct { … }");
    has("python", "class A:$0\n    x = 1\n", "document: class A: … x = 1");
    has("c", "int f(int a);$0\n", "document: int f(int a);");
    // What is written on a method is about the method.
    let method = "class A:\n    @$0cache\n    def f(self):\n        return 1\n";
    has("python", method, "document: @cache … return 1");
    has("python", method, "optimise: @cache … return 1");
    has(
        "cpp",
        "namespace n {\ntemplate <class$0 T>\nT f(T a) {\n  return a;\n}\n}\n",
        "optimise: template <class T> … }",
    );
    has(
        "typescript",
        "namespace n {\n  ex$0port class A {\n    x = 1;\n  }\n}\n",
        "document: export class A { … }",
    );
    // A nested function is its own.
    has(
        "javascript",
        "function outer() {\n  function inner() {\n    return $01;\n  }\n}\n",
        "explain: function inner() { … }",
    );
    has(
        "python",
        "def outer():\n    def inner():\n        return 1\n    return inner$0\n",
        "explain: def outer(): … return inner",
    );
    hasnt("rust", "/// Doc comments$0 describe code that is there.\nfn f() {}\n", "translate");
    for (language, source) in [
        ("rust", "#[cfg(test)]\nmod tests {\n    fn helper() { $0a() }\n}\n"),
        ("rust", "#[test]\nfn f() {\n    $0a();\n}\n"),
        ("python", "def test_f():\n    assert $0f()\n"),
        ("go", "package a\n\nfunc TestF(t *testing.T) {\n\t$0f()\n}\n"),
        ("java", "class A {\n    @Test\n    void f() {\n        $0a();\n    }\n}\n"),
        (
            "typescript",
            "describe(\"a\", () => {\n  it(\"b\", () => {\n    const f = () => {\n      $0g();\n    };\n  });\n});\n",
        ),
    ] {
        hasnt(language, source, "tests");
    }
    // At the top there is no function to rename in.
    hasnt("python", "x = 1$0\n", "refactor.rename");
}

/// A comment that has no end yet takes in the rest of the file: only its beginning is looked through.
#[test]
fn a_huge_comment() {
    let tasks = |blanks: usize| {
        let source = format!("/* $0one\n{}TODO: two\n*/\n", "word\n".repeat(blanks));
        shown("rust", &source)
            .iter()
            .map(|line| line.split(':').next().unwrap().to_owned())
            .collect()
    };
    let (short, long): (Vec<String>, Vec<String>) = (tasks(10), tasks(10_000));
    assert!(short.contains(&"implement".to_owned()), "{short:?}");
    assert!(long.contains(&"translate".to_owned()), "{long:?}");
}

#[test]
fn without_a_tree() {
    let got = shown("ruby", "# Adds.\ndef f(a)\n  a +$0 1\nend\n\nputs f(1)\n");
    assert_eq!(
        got,
        ["refactor.idiomatic: # Adds. … end", "explain: # Adds. … end", "review: # Adds. … end",]
    );
    let got = shown("shellscript", "# delete all$0 logs\n# older than a week\n\nls\n");
    assert_eq!(got[0], "translate: # delete all logs … # older than a week");
    assert!(shown("plaintext", "$0").is_empty());
    assert_eq!(shown("plaintext", "a\n\n$0\n\nb\n").len(), 2);
}

#[test]
fn fixes_name_what_they_mend() {
    let source = "fn f() -> u8 {\n    \"a\"$0\n}\n";
    let finding = |message: &str, code: Option<&str>| Finding {
        range: ByteRange::new(ByteOffset(19), ByteOffset(22)),
        message: message.into(),
        code: code.map(Into::into),
        source: Some("rustc".into()),
    };
    let findings = [
        finding("mismatched types\nexpected `u8`", Some("E0308")),
        finding(&"long ".repeat(40), None),
    ];
    let only = ["quickfix".to_owned()];
    let wanted = Wanted { only: &only, findings: &findings, ..Wanted::default() };
    let (document, got) = offered("rust", source, &wanted);
    assert_eq!(got[0].title, "Fix: mismatched types (E0308)");
    assert!(got[1].title.ends_with('…') && got[1].title.chars().count() < 70);
    assert_eq!((got.len(), got[0].finding, got[1].finding), (2, Some(0), Some(1)));
    assert!(document.text().slice(got[0].target).starts_with("fn f()"));
    assert!(got.iter().all(|offer| !offer.preferred));
}

#[test]
fn kinds_are_a_hierarchy_and_nothing_works_without_a_model() {
    let source = "fn f() {\n    ⟦a();⟧\n}\n";
    let names = |only: &[&str]| -> Vec<String> {
        let only: Vec<String> = only.iter().map(|kind| (*kind).to_owned()).collect();
        let wanted = Wanted { only: &only, ..Wanted::default() };
        offered("rust", source, &wanted).1.iter().map(|offer| offer.task.to_string()).collect()
    };
    assert_eq!(names(&["refactor.extract"]), ["refactor.extract"]);
    assert_eq!(names(&["refactor.rewrite.document"]), ["document"]);
    assert_eq!(names(&["refactor"]).len(), 6);
    assert_eq!(names(&["source", "refactor.inline", "refactor.rew"]), [""; 0]);
    assert_eq!(names(&["foretype"]), ["explain", "review"]);
    // Asked for by its very kind an action says why it cannot be done; no list of several does.
    let plain = "fn f() {\n    $0a();\n}\n";
    let why = |only: &[&str], source: &str| -> Vec<(String, Option<String>)> {
        let only: Vec<String> = only.iter().map(|kind| (*kind).to_owned()).collect();
        let wanted = Wanted { only: &only, ..Wanted::default() };
        let (_, offers) = offered("rust", source, &wanted);
        offers.into_iter().map(|offer| (offer.task.to_string(), offer.disabled)).collect()
    };
    for (kind, task, reason) in [
        ("refactor.extract", "refactor.extract", "select code"),
        ("refactor.rewrite.split", "refactor.split", "40 lines"),
        ("refactor.rewrite.simplify", "refactor.simplify", "no branches"),
        ("refactor.rewrite.errors", "refactor.errors", "passes over"),
        ("refactor.rewrite.implement", "implement", "TODO"),
        ("refactor.rewrite.translate", "translate", "no comment"),
        ("quickfix", "fix", "no problem"),
    ] {
        let got = why(&[kind], plain);
        assert_eq!((got.len(), got[0].0.as_str()), (1, task), "{kind}");
        assert!(got[0].1.as_ref().is_some_and(|why| why.contains(reason)), "{kind}: {got:?}");
    }
    for only in [&[][..], &["refactor"], &["refactor.rewrite"], &["refactor.rewrite.document"]] {
        assert!(why(only, plain).iter().all(|(_, reason)| reason.is_none()), "{only:?}");
    }
    let got = why(&["refactor.rewrite.rename", "refactor.rewrite.optimise"], "$0use std::fs;\n");
    assert!(got.len() == 2 && got.iter().all(|(_, why)| why.is_some()), "{got:?}");
    // What is too long for an answer that repeats it is known before it is chosen.
    let long = format!("fn f() {{\n{}$0}}\n", "    a(1234567890);\n".repeat(4_000));
    let got = why(&[], &long);
    let refused = |task: &str| got.iter().any(|(known, why)| known == task && why.is_some());
    assert!(refused("refactor.idiomatic") && refused("document"), "{got:?}");
    assert!(!refused("explain") && !refused("review"), "{got:?}");
    let wanted = Wanted { unavailable: Some("no model"), ..Wanted::default() };
    let (_, got) = offered("rust", source, &wanted);
    assert!(got.len() > 5 && got.iter().all(|offer| offer.disabled.as_deref() == Some("no model")));
}

/// Whatever the range, nothing panics and every target lies in the text, at characters' edges.
#[test]
fn every_place() {
    for (name, id) in [
        ("rust.rs", "rust"),
        ("python.py", "python"),
        ("go.go", "go"),
        ("cpp.cpp", "cpp"),
        ("tsx.tsx", "typescriptreact"),
        ("rust.rs", "plaintext"),
    ] {
        let file =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/sources").join(name);
        let source = std::fs::read_to_string(file).unwrap();
        let source: String = source.chars().take(6_000).collect();
        let (document, _) = open(id, &format!("$0{source}"));
        let snapshot = document.snapshot();
        for start in (0..source.len()).step_by(7) {
            for len in [0, 1, 40, 900] {
                let range = ByteRange::new(ByteOffset(start), ByteOffset(start + len));
                for offer in offers(&snapshot, range, &Wanted::default()) {
                    let target = offer.target.as_range();
                    let new = matches!(offer.task, Task::Boilerplate(_));
                    assert!(
                        source.get(target).is_some_and(|code| new || !code.is_empty()),
                        "{name} {start}+{len} {}",
                        offer.task
                    );
                }
            }
        }
    }
}
