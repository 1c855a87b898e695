//! What a model wrote as tests: all its blocks, without the code that is tested, and whether there is a
//! test in it at all.

use std::collections::HashSet;

use crate::actions::edits::changes::applied;
use crate::actions::edits::merge::{self, At};
use crate::document::language::Language;
use crate::document::text::Text;

/// Blocks of code as one: imports first, and what stands in two of them once.
pub(super) fn joined(blocks: &[String], language: Language) -> String {
    let mut all = blocks.first().cloned().unwrap_or_default();
    for block in blocks.iter().skip(1) {
        let text = Text::from(format!("{}\n", all.trim_end()).as_str());
        let edits = merge::edits(&text, block, language, At::Tests { beside_code: false });
        all = applied(&text, &edits).whole().into_owned();
    }
    all
}

/// The code without what the tested file declares as well; models repeat it above the tests.
pub(super) fn without_source(code: &str, language: Language, source: &str, of: Language) -> String {
    let known: HashSet<String> = merge::declared(source, of);
    merge::without(code, language, &known)
}

/// Whether some code has a test, as far as the frameworks of its language are known.
pub(super) fn has_tests(code: &str, language: Language) -> bool {
    let lines = || code.lines().map(str::trim);
    let any = |starts: &[&str]| lines().any(|line| starts.iter().any(|it| line.starts_with(it)));
    let says = |marks: &[&str]| marks.iter().any(|mark| code.contains(mark));
    match language.id() {
        "rust" => {
            says(&["test]", "test(", "[rstest", "[test_case", "[case", "proptest!", "quickcheck!"])
        }
        "python" => {
            any(&["def test", "async def test", ">>> "])
                || says(&["def runTest(", "@given(", "scenarios("])
        }
        "javascript" | "javascriptreact" | "typescript" | "typescriptreact" => {
            let calls = ["test(", "it(", "describe(", "suite(", "test.", "it.", "describe."];
            any(&calls) || says(&["Deno.test(", "t.test(", " test(", " it("])
        }
        "go" => {
            any(&["func Test", "func Benchmark", "func Fuzz", "func Example"])
                || says(&[") Test", "It(\"", "Describe("])
        }
        "java" => says(&[
            "@Test",
            "@ParameterizedTest",
            "@RepeatedTest",
            "@TestFactory",
            "@Property",
            "void test",
        ]),
        "c" | "cpp" => {
            says(&["TEST", "test", "assert", "CHECK(", "REQUIRE(", "SCENARIO(", "EXPECT_"])
        }
        _ => true,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn language(id: &str) -> Language {
        Language::from_id(id).unwrap()
    }

    #[test]
    fn tests_are_told_from_other_code() {
        for (id, code, want) in [
            ("rust", "#[test]\nfn a() {}", true),
            ("rust", "#[tokio::test]\nasync fn a() {}", true),
            ("rust", "fn f() -> u8 { 1 }", false),
            ("python", "def test_a():\n    pass", true),
            ("python", "class A(TestCase):\n    def test_b(self):\n        pass", true),
            ("python", "def f():\n    return 1", false),
            ("typescript", "it('a', () => {});", true),
            ("typescript", "export function f() {}", false),
            ("javascript", "describe('a', () => {});", true),
            ("go", "func TestA(t *testing.T) {}", true),
            ("go", "func A() {}", false),
            ("java", "@Test\nvoid a() {}", true),
            ("java", "int f() { return 1; }", false),
            ("c", "static void test_a(void) {}", true),
            ("c", "int f(void) { return 1; }", false),
            ("cpp", "TEST(A, B) {}", true),
            ("ruby", "anything", true),
        ] {
            assert_eq!(has_tests(code, language(id)), want, "{id}: {code}");
        }
    }

    #[test]
    fn several_blocks_are_one() {
        let blocks = [
            "import os\n\n\ndef test_a():\n    pass".to_owned(),
            "import os\nimport sys\n\n\ndef test_b():\n    pass".to_owned(),
        ];
        let want =
            "import os\nimport sys\n\n\ndef test_a():\n    pass\n\n\ndef test_b():\n    pass\n";
        assert_eq!(joined(&blocks, language("python")), want);
        assert_eq!(joined(&blocks[..1], language("python")), blocks[0]);
    }

    #[test]
    fn the_tested_code_is_not_repeated() {
        for (id, source, code, want) in [
            (
                "python",
                "import os\n\ndef f():\n    return 1\n\nclass A:\n    pass\n",
                "import os\n\n\n@cached\ndef f():\n    return 1\n\n\nclass A:\n    pass\n\n\ndef test_f():\n    assert f() == 1\n",
                "import os\n\n\ndef test_f():\n    assert f() == 1\n",
            ),
            (
                "go",
                "package a\n\nimport \"strings\"\n\nfunc F() string {\n\treturn strings.ToUpper(\"a\")\n}\n",
                "package a\n\nimport (\n\t\"strings\"\n\t\"testing\"\n)\n\nfunc F() string {\n\treturn strings.ToUpper(\"a\")\n}\n\nfunc TestF(t *testing.T) {\n\tF()\n}\n",
                "package a\n\nimport (\n\t\"testing\"\n)\n\nfunc TestF(t *testing.T) {\n\tF()\n}\n",
            ),
            (
                "java",
                "class A {\n    int f() { return 1; }\n}\n",
                "class A {\n    int f() { return 1; }\n}\n\nclass ATest {\n    @Test\n    void f() {}\n}\n",
                "class ATest {\n    @Test\n    void f() {}\n}\n",
            ),
            (
                "rust",
                "/// F.\nfn f() {}\nstruct S;\n#[cfg(test)]\nmod tests {}\n",
                "/// F.\nfn f() {}\nstruct S;\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn a() {}\n}\n",
                "#[cfg(test)]\nmod tests {\n    #[test]\n    fn a() {}\n}\n",
            ),
            // A prototype tells the compiler of it.
            (
                "c",
                "int f(void) { return 1; }\n",
                "int f(void);\n\nint main(void) {\n    assert(f());\n}\n",
                "int f(void);\n\nint main(void) {\n    assert(f());\n}\n",
            ),
            (
                "python",
                "def f():\n    pass\n",
                "def test_f():\n    f()\n",
                "def test_f():\n    f()\n",
            ),
        ] {
            let got = without_source(code, language(id), source, language(id));
            assert_eq!(got, want, "{id}");
        }
    }
}
