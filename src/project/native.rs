//! C and C++: CMake, Meson, Make, Conan and vcpkg, read by the names in them.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use super::framework::{Framework, Kind};
use super::{Found, reading};

static PACKAGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?:find_package\s*\(\s*|dependency\s*\(\s*')([A-Za-z0-9_.+-]+)(?:'\s*,\s*version\s*:\s*')?\s*([0-9><=.]*)"#).ok()
});
static STANDARD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:CMAKE_(C|CXX)_STANDARD\s+|(c|cxx)_std_|-std=(?:gnu|c)(\+\+)?|(cpp|c)_std=(?:gnu|c)(?:\+\+)?)([0-9]{2})").ok()
});

/// Names in a build file that tell what tests are written with.
const TESTS: [(&str, Kind); 10] = [
    ("GTest", Kind::GoogleTest),
    ("gtest", Kind::GoogleTest),
    ("googletest", Kind::GoogleTest),
    ("Catch2", Kind::Catch2),
    ("catch2", Kind::Catch2),
    ("doctest", Kind::Doctest),
    ("Unity", Kind::Unity),
    ("unity.c", Kind::Unity),
    ("cmocka", Kind::Cmocka),
    ("Criterion", Kind::Unknown),
];

pub(super) fn read(folders: &[&Path], cpp: bool) -> Found {
    let mut found = Found::default();
    let mut framework = None;
    let names = ["CMakeLists.txt", "meson.build", "Makefile", "conanfile.txt", "vcpkg.json"];
    let tests =
        ["tests/CMakeLists.txt", "test/CMakeLists.txt", "tests/meson.build", "test/meson.build"];
    for folder in folders {
        for name in names.iter().chain(&tests) {
            let file = folder.join(name);
            let Some(text) = reading::manifest(&file) else { continue };
            if names.contains(name) {
                found.manifest(&file);
            }
            standard(&text, cpp, &mut found);
            let testing = |name: &str| TESTS.iter().any(|(test, _)| *test == name);
            if let Some(package) = PACKAGE.as_ref() {
                for one in package.captures_iter(&text).take(100) {
                    let part = |at| one.get(at).map_or("", |part| part.as_str());
                    if !testing(part(1)) && part(1) != "Threads" {
                        found.stack.add(part(1), part(2));
                    }
                }
            }
            let code = text.lines().filter(|line| !line.trim_start().starts_with('#'));
            let code: String = code.collect::<Vec<_>>().join("\n");
            let named = TESTS.iter().find(|(test, _)| code.contains(test)).map(|(_, kind)| *kind);
            framework = framework.or(named);
        }
    }
    found.framework = framework.filter(|kind| *kind != Kind::Unknown).map(Framework::new);
    found
}

/// The language's standard, the first that is said.
fn standard(text: &str, cpp: bool, found: &mut Found) {
    let Some(standard) = STANDARD.as_ref() else { return };
    for one in standard.captures_iter(text).take(20) {
        let word = |at| one.get(at).map_or("", |part: regex::Match<'_>| part.as_str());
        let plus = word(1) == "CXX" || word(2) == "cxx" || !word(3).is_empty() || word(4) == "cpp";
        if plus == cpp {
            let name = if cpp { "C++ standard" } else { "C standard" };
            return found.stack.language(name, word(5));
        }
    }
}
