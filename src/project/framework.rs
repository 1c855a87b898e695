//! What a project's tests are written with.

use crate::document::language::Language;

/// Which one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    CargoTest,
    Pytest,
    Unittest,
    Jest,
    Vitest,
    Mocha,
    NodeTest,
    BunTest,
    GoTest,
    JUnit5,
    JUnit4,
    TestNg,
    GoogleTest,
    Catch2,
    Doctest,
    Unity,
    Cmocka,
    Assert,
    /// Nothing is known.
    #[default]
    Unknown,
}

/// A framework, and what is used beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Framework {
    /// Which one.
    pub kind: Kind,
    /// What is used beside it: `rstest`, `AssertJ`.
    pub with: Vec<&'static str>,
}

impl Framework {
    /// One alone.
    #[must_use]
    pub const fn new(kind: Kind) -> Self {
        Self { kind, with: Vec::new() }
    }

    /// What a project of that language has where nothing says so: what comes with the language.
    #[must_use]
    pub fn usual(language: Language) -> Self {
        Self::new(match language.id() {
            "rust" => Kind::CargoTest,
            "python" => Kind::Unittest,
            "javascript" | "javascriptreact" | "typescript" | "typescriptreact" => Kind::NodeTest,
            "go" => Kind::GoTest,
            "java" => Kind::JUnit5,
            "c" | "cpp" => Kind::Assert,
            _ => Kind::Unknown,
        })
    }

    /// The one that a file of tests uses already.
    #[must_use]
    pub fn of_text(language: Language, text: &str) -> Option<Kind> {
        let marks: &[(&str, Kind)] = match language.id() {
            "python" => &[
                ("import pytest", Kind::Pytest),
                ("from pytest", Kind::Pytest),
                ("import unittest", Kind::Unittest),
                ("from unittest import TestCase", Kind::Unittest),
                ("\ndef test_", Kind::Pytest),
            ],
            "javascript" | "javascriptreact" | "typescript" | "typescriptreact" => &[
                ("node:test", Kind::NodeTest),
                ("bun:test", Kind::BunTest),
                ("\"vitest\"", Kind::Vitest),
                ("'vitest'", Kind::Vitest),
                ("@jest/globals", Kind::Jest),
                ("jest.", Kind::Jest),
                ("\"mocha\"", Kind::Mocha),
                ("\"chai\"", Kind::Mocha),
                ("'chai'", Kind::Mocha),
            ],
            "java" => &[
                ("org.junit.jupiter", Kind::JUnit5),
                ("org.testng", Kind::TestNg),
                ("org.junit.", Kind::JUnit4),
            ],
            "c" | "cpp" => &[
                ("gtest/gtest.h", Kind::GoogleTest),
                ("catch2/", Kind::Catch2),
                ("catch.hpp", Kind::Catch2),
                ("doctest", Kind::Doctest),
                ("unity.h", Kind::Unity),
                ("cmocka.h", Kind::Cmocka),
                ("assert.h", Kind::Assert),
                ("<cassert>", Kind::Assert),
            ],
            _ => &[],
        };
        marks.iter().find(|(mark, _)| text.contains(mark)).map(|(_, kind)| *kind)
    }

    /// In words for a model; empty where nothing is known.
    #[must_use]
    pub fn words(&self) -> String {
        let name = match self.kind {
            Kind::CargoTest => "cargo test (`#[test]` functions)",
            Kind::Pytest => "pytest (functions and plain `assert`)",
            Kind::Unittest => "unittest (a `unittest.TestCase` class)",
            Kind::Jest => "jest (`describe`, `it`, `expect`)",
            Kind::Vitest => "vitest (`describe`, `it`, `expect`, imported from \"vitest\")",
            Kind::Mocha => "mocha (`describe`, `it`)",
            Kind::NodeTest => "node:test and node:assert/strict",
            Kind::BunTest => "bun:test",
            Kind::GoTest => "go test (`func TestName(t *testing.T)`, tables of cases)",
            Kind::JUnit5 => "JUnit 5 (org.junit.jupiter)",
            Kind::JUnit4 => "JUnit 4 (org.junit)",
            Kind::TestNg => "TestNG",
            Kind::GoogleTest => "GoogleTest (`TEST(Suite, Name)`)",
            Kind::Catch2 => "Catch2 (`TEST_CASE`, `REQUIRE`)",
            Kind::Doctest => "doctest (`TEST_CASE`, `CHECK`)",
            Kind::Unity => "Unity (`void test_name(void)`, `TEST_ASSERT_…`)",
            Kind::Cmocka => "cmocka",
            Kind::Assert => {
                "plain `assert`: one `static void test_name(void)` for each, called in `main`"
            }
            Kind::Unknown => return String::new(),
        };
        if self.with.is_empty() {
            return name.to_owned();
        }
        format!("{name}, with {}", self.with.join(", "))
    }
}
