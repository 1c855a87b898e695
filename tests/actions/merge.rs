//! Tests brought into a file that is there: what comes where, and what is there already.

use foretype::actions::edits::changes::applied;
use foretype::actions::edits::merge::{At, edits};
use foretype::document::language::Language;
use foretype::document::offset::{ByteOffset, ByteRange};
use foretype::document::text::Text;

fn merged(id: &str, target: &str, code: &str, at: At) -> String {
    let text = Text::from(target);
    let made = edits(&text, code, Language::from_id(id).unwrap(), at);
    assert!(made.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
    let after = applied(&text, &made);
    after.slice(ByteRange::new(ByteOffset(0), after.end())).into_owned()
}

const BESIDE: At = At::Tests { beside_code: true };
const APART: At = At::Tests { beside_code: false };

#[test]
fn tests_join_those_that_are_there() {
    let mut wrong = String::new();
    for (id, at, target, code, want) in [
        // A module of tests comes into being, or grows.
        (
            "rust",
            BESIDE,
            "fn f() {}\n",
            "#[test]\nfn a() {\n    f();\n}",
            "fn f() {}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn a() {\n        f();\n    }\n}\n",
        ),
        (
            "rust",
            BESIDE,
            "fn f() {}\n",
            "use super::f;\nuse std::fmt;\n\nfn f() {}\n\n#[test]\nfn a() {}",
            "fn f() {}\n\n#[cfg(test)]\nmod tests {\n    use super::f;\n    use std::fmt;\n\n    #[test]\n    fn a() {}\n}\n",
        ),
        (
            "rust",
            BESIDE,
            "fn f() {}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn a() {}\n}\n",
            "#[cfg(test)]\nmod tests {\n    use super::*;\n    use std::{fmt, io};\n\n    #[test]\n    fn a() { f(); }\n\n    /// Why.\n    #[test]\n    fn b() {}\n}",
            "fn f() {}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n    use std::{fmt, io};\n\n    #[test]\n    fn a() {}\n\n    #[test]\n    fn a_2() { f(); }\n\n    /// Why.\n    #[test]\n    fn b() {}\n}\n",
        ),
        (
            "rust",
            BESIDE,
            "#[cfg(test)]\nmod tests {\n}\n",
            "use super::*;\n#[test]\nfn a() {}",
            "#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn a() {}\n}\n",
        ),
        (
            "rust",
            APART,
            "//! Tests.\n\nuse a::{b, c};\n\n#[test]\nfn x() {}\n",
            "use a::c;\nuse a::d;\n\n#[test]\nfn y() {}\n",
            "//! Tests.\n\nuse a::{b, c};\nuse a::d;\n\n#[test]\nfn x() {}\n\n#[test]\nfn y() {}\n",
        ),
        // Another helper of a name that is taken, for the tests that came with it; what nothing calls
        // is left out.
        (
            "rust",
            APART,
            "fn make() -> u8 {\n    1\n}\n\n#[test]\nfn a() {\n    make();\n}\n",
            "fn make() -> u8 {\n    2\n}\n\nfn idle() {}\n\n#[test]\nfn b() {\n    make();\n    x.make();\n    remake();\n}\n",
            "fn make() -> u8 {\n    1\n}\n\n#[test]\nfn a() {\n    make();\n}\n\nfn make_2() -> u8 {\n    2\n}\n\nfn idle() {}\n\n#[test]\nfn b() {\n    make_2();\n    x.make();\n    remake();\n}\n",
        ),
        (
            "python",
            APART,
            "def make():\n    return 1\n\n\ndef setup_module():\n    pass\n",
            "def setup_module():\n    make()\n\n\ndef make():\n    return 2\n\n\ndef test_b():\n    assert make() == 2\n",
            "def make():\n    return 1\n\n\ndef setup_module():\n    pass\n\n\ndef make_2():\n    return 2\n\n\ndef test_b():\n    assert make_2() == 2\n",
        ),
        // Python: functions, classes, what runs the file.
        (
            "python",
            APART,
            "\"\"\"Tests.\"\"\"\nimport os\nfrom a import b\n\n\ndef test_x():\n    pass\n\n\nif __name__ == \"__main__\":\n    main()\n",
            "import os\nfrom a import b, c\n\n\n@mark\ndef test_y():\n    assert c\n\n\ndef test_x():\n    pass\n",
            "\"\"\"Tests.\"\"\"\nimport os\nfrom a import b\nfrom a import c\n\n\ndef test_x():\n    pass\n\n\n@mark\ndef test_y():\n    assert c\n\n\nif __name__ == \"__main__\":\n    main()\n",
        ),
        (
            "python",
            APART,
            "import unittest\n\n\nclass TestF(unittest.TestCase):\n  def setUp(self):\n    self.x = 1\n\n  def test_a(self):\n    pass\n",
            "import unittest\n\nclass TestF(unittest.TestCase):\n    def setUp(self):\n        self.y = 2\n\n    def test_b(self):\n        for x in y:\n            pass\n\nif __name__ == '__main__':\n    unittest.main()\n",
            "import unittest\n\n\nclass TestF(unittest.TestCase):\n  def setUp(self):\n    self.x = 1\n\n  def test_a(self):\n    pass\n\n  def test_b(self):\n    for x in y:\n      pass\n\n\nif __name__ == '__main__':\n  unittest.main()\n",
        ),
        (
            "python",
            APART,
            "# Tests.\n\ndef test_x():\n    pass",
            "import os\n\ndef test_y():\n    pass",
            "# Tests.\n\nimport os\n\ndef test_x():\n    pass\n\n\ndef test_y():\n    pass",
        ),
        ("python", APART, "\n\n", "def test_y():\n    pass", "def test_y():\n    pass\n"),
        // JavaScript: into the `describe` of the same title.
        (
            "typescript",
            APART,
            "import { describe, it } from \"vitest\";\n\ndescribe(\"f\", () => {\n  it(\"a\", () => {});\n});\n",
            "import { describe, expect, it } from 'vitest';\nimport { f } from './f';\n\ndescribe('f', () => {\n    it('b', () => {\n        expect(f()).toBe(1);\n    });\n});\n\ndescribe('g', () => {});\n",
            "import { describe, it } from \"vitest\";\nimport { expect } from 'vitest';\nimport { f } from './f';\n\ndescribe(\"f\", () => {\n  it(\"a\", () => {});\n\n  it('b', () => {\n    expect(f()).toBe(1);\n  });\n});\n\ndescribe('g', () => {});\n",
        ),
        (
            "javascript",
            APART,
            "const assert = require(\"assert\");\n\ntest(\"a\", () => {});\n",
            "const assert = require(\"assert\");\nconst { f } = require(\"./f\");\n\ntest(\"b\", () => {\n  assert(f());\n});",
            "const assert = require(\"assert\");\nconst { f } = require(\"./f\");\n\ntest(\"a\", () => {});\n\ntest(\"b\", () => {\n  assert(f());\n});\n",
        ),
        // Go: into the block of imports.
        (
            "go",
            APART,
            "package p\n\nimport (\n\t\"testing\"\n)\n\nfunc TestA(t *testing.T) {}\n",
            "package p\n\nimport (\n\t\"errors\"\n\t\"testing\"\n)\n\nfunc TestA(t *testing.T) {\n\terrors.New(\"\")\n}\n",
            "package p\n\nimport (\n\t\"testing\"\n\t\"errors\"\n)\n\nfunc TestA(t *testing.T) {}\n\nfunc TestA2(t *testing.T) {\n\terrors.New(\"\")\n}\n",
        ),
        (
            "go",
            APART,
            "package p\n\nimport \"testing\"\n",
            "import (\n    \"testing\"\n    \"os\"\n)\n\nfunc TestA(t *testing.T) {\n    os.Exit(1)\n}\n",
            "package p\n\nimport \"testing\"\nimport \"os\"\n\nfunc TestA(t *testing.T) {\n\tos.Exit(1)\n}\n",
        ),
        (
            "go",
            APART,
            "package p\n",
            "import \"testing\"\n\nfunc TestA(t *testing.T) {}\n",
            "package p\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) {}\n",
        ),
        // Java: into the class, from a class or bare.
        (
            "java",
            APART,
            "package p;\n\nimport a.B;\n\nclass FTest {\n\n    @Test\n    void a() {}\n}\n",
            "package p;\n\nimport a.B;\nimport a.C;\n\nclass OtherTest {\n  @Test\n  void b() {\n    C.c();\n  }\n}\n",
            "package p;\n\nimport a.B;\nimport a.C;\n\nclass FTest {\n\n    @Test\n    void a() {}\n\n    @Test\n    void b() {\n        C.c();\n    }\n}\n",
        ),
        (
            "java",
            APART,
            "package p;\n\nclass FTest {\n\t@Test\n\tvoid a() {}\n}\n",
            "import a.C;\n\n@Test\nvoid a() {\n    C.c();\n}\n",
            "package p;\n\nimport a.C;\n\nclass FTest {\n\t@Test\n\tvoid a() {}\n\n\t@Test\n\tvoid a2() {\n\t\tC.c();\n\t}\n}\n",
        ),
        // C: `main` calls them.
        (
            "c",
            APART,
            "#include <assert.h>\n\nstatic void test_a(void) {\n    assert(1);\n}\n\nint main(void) {\n    test_a();\n    return 0;\n}\n",
            "#include <assert.h>\n#include \"f.h\"\n\nstatic void test_b(void) {\n    assert(f());\n}\n\nint main(void) {\n    test_b();\n}\n",
            "#include <assert.h>\n#include \"f.h\"\n\nstatic void test_a(void) {\n    assert(1);\n}\n\nstatic void test_b(void) {\n    assert(f());\n}\n\nint main(void) {\n    test_a();\n    test_b();\n    return 0;\n}\n",
        ),
        (
            "cpp",
            APART,
            "#include <gtest/gtest.h>\n\nTEST(F, A) {\n  EXPECT_TRUE(f());\n}\n",
            "#include <gtest/gtest.h>\n\nTEST(F, A) {\n  EXPECT_FALSE(f(1));\n}\n\nTEST(F, B) {\n  EXPECT_TRUE(true);\n}\n",
            "#include <gtest/gtest.h>\n\nTEST(F, A) {\n  EXPECT_TRUE(f());\n}\n\nTEST(F, A2) {\n  EXPECT_FALSE(f(1));\n}\n\nTEST(F, B) {\n  EXPECT_TRUE(true);\n}\n",
        ),
        // In its line endings; the whole file again with one more.
        (
            "python",
            APART,
            "import a\r\n\r\n\r\ndef test_x():\r\n\tpass\r\n",
            "import a\n\n\ndef test_x():\n    pass\n\n\ndef test_ü():\n    assert a\n",
            "import a\r\n\r\n\r\ndef test_x():\r\n\tpass\r\n\r\n\r\ndef test_ü():\r\n\tassert a\r\n",
        ),
        ("ruby", APART, "a\n", "b\n", "a\n\nb\n"),
    ] {
        let got = merged(id, target, code, at);
        if got != want {
            wrong.push_str(&format!("--- {id} {at:?}\n{got}\n--- instead of\n{want}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_is_there_is_not_written_again() {
    let target = "import a\n\n\ndef test_x():\n    assert a\n";
    assert_eq!(merged("python", target, target, APART), target);
}

#[test]
fn at_a_line() {
    let target = "import a\n\nx = 1\n\n\n\ny = 2\n";
    let code = "import b\n\nclass C:\n    pass";
    let at = At::Below(ByteOffset(target.find("\n\n\ny").unwrap() + 1));
    let want = "import a\nimport b\n\nx = 1\n\n\nclass C:\n    pass\n\n\ny = 2\n";
    assert_eq!(merged("python", target, code, at), want);
    let at = At::Below(ByteOffset(target.find("x").unwrap()));
    assert!(
        merged("python", "x = 1\ny = 2\n", "z = 3", At::Below(ByteOffset(0)))
            .starts_with("x = 1\n\nz = 3\n\ny")
    );
    assert!(merged("python", target, "z = 3", at).contains("x = 1\n\nz = 3\n\n\n\ny"));
    assert_eq!(merged("python", "\n", "z = 3", At::Below(ByteOffset(0))), "z = 3\n");
    assert_eq!(merged("python", "", "z = 3", At::Below(ByteOffset(0))), "z = 3\n");
}
