//! How the project wants its code to be, as its own files say: `.foretype/instructions.md`, `AGENTS.md`
//! (<https://agents.md>), `CONTRIBUTING.md`. For chat.
//!
//! Anybody can write such a file, so it is data: a prompt shows it between tags, and says that it may
//! narrow how code is written and nothing else.

use crate::context::need::Need;
use crate::context::reading::Files;
use crate::context::snippet::{Origin, Shorten, Snippet};
use crate::prompt::budget::estimate;

/// The project's own file for foretype, in the workspace folder.
const OWN: &str = ".foretype/instructions.md";
/// What is meant for tools as foretype; the nearest one counts before those above it.
const AGENTS: &str = "AGENTS.md";
/// What is meant for people: of it only what concerns how code is written.
const CONTRIBUTING: [&str; 3] =
    ["CONTRIBUTING.md", ".github/CONTRIBUTING.md", "docs/CONTRIBUTING.md"];
/// Words in the headings of such parts.
const CONCERNS: [&str; 12] = [
    "style",
    "convention",
    "format",
    "lint",
    "naming",
    "code",
    "coding",
    "test",
    "documentation",
    "comment",
    "guideline",
    "error",
];

/// The project's conventions, those for tools first.
#[must_use]
pub fn conventions(need: &Need<'_>, budget: usize) -> Vec<Snippet> {
    read(need.files, need.path, budget)
}

/// The same for a file of the workspace. It reads files.
#[must_use]
pub fn read(files: &dyn Files, path: &str, budget: usize) -> Vec<Snippet> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut add = |path: String, part: fn(&str) -> String| {
        let text = files.text(&path).map(|text| part(&text));
        found.extend(text.filter(|text| !text.trim().is_empty()).map(|text| (path, text)));
    };
    add(OWN.to_owned(), str::to_owned);
    let mut folder = path;
    while !folder.is_empty() {
        folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
        add(format!("{folder}/{AGENTS}").trim_start_matches('/').to_owned(), str::to_owned);
    }
    for name in CONTRIBUTING {
        add(name.to_owned(), concerned);
    }
    let mut left = budget;
    let mut snippets = Vec::new();
    for (rank, (path, text)) in (1_u8..).zip(found) {
        let text = shortened(&text, left.saturating_sub(estimate(&path) + 2));
        if text.is_empty() {
            continue;
        }
        left = left.saturating_sub(estimate(&text) + estimate(&path) + 2);
        snippets.push(Snippet {
            origin: Origin::Conventions,
            path: path.into(),
            text,
            lines: None,
            score: 1.0 / f32::from(rank),
            shorten: Shorten::End,
            why: "says how the project is written".into(),
        });
    }
    snippets
}

/// The first lines of a text, as many as fit.
fn shortened(text: &str, budget: usize) -> String {
    let mut out = String::new();
    for line in text.trim_end().lines() {
        let line = line.trim_end();
        if estimate(&out) + estimate(line) + 1 > budget {
            break;
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// The parts of a text for people that concern how code is written.
fn concerned(text: &str) -> String {
    let mut out = String::new();
    for section in super::documentation::sections(text) {
        let heading = section.heading.to_lowercase();
        let words: Vec<&str> = heading.split(|c: char| !c.is_alphanumeric()).collect();
        // `Conduct` is another matter, and so is who is thanked.
        let says = |word: &str| words.iter().any(|it| it.starts_with(word));
        if CONCERNS.iter().any(|word| says(word)) && !says("conduct") {
            out.push_str(section.text);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn said(files: &[(&str, &str)], path: &str, budget: usize) -> String {
        let files: BTreeMap<String, String> =
            files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let found = read(&files, path, budget);
        let all: usize = found.iter().map(|it| estimate(&it.text) + estimate(&it.path)).sum();
        assert!(all <= budget, "{all}");
        found.iter().map(|it| format!("== {}\n{}", it.path, it.text)).collect()
    }

    #[test]
    fn our_own_file_comes_first_then_the_nearest_and_of_people_s_only_what_concerns_code() {
        let contributing = "# Contributing\nWelcome!\n\n## Code of Conduct\nBe kind.\n\n## Coding style\nTabs.\n\n## Releases\nOn Fridays.\n";
        let files = [
            ("AGENTS.md", "Use spaces.\n"),
            ("a/AGENTS.md", "In a, use tabs.   \n\n"),
            ("b/AGENTS.md", "In b, nothing.\n"),
            (".foretype/instructions.md", "Write British English.\n"),
            ("CONTRIBUTING.md", contributing),
        ];
        assert_eq!(
            said(&files, "a/b/c.rs", 500),
            "== .foretype/instructions.md\nWrite British English.\n== a/AGENTS.md\nIn a, use tabs.\n== AGENTS.md\nUse spaces.\n== CONTRIBUTING.md\n## Coding style\nTabs.\n"
        );
        assert_eq!(said(&files, "c.rs", 40).matches("==").count(), 2);
        assert_eq!(said(&files, "c.rs", 5), "");
        assert_eq!(said(&[], "c.rs", 500), "");
    }

    #[test]
    fn a_long_one_is_shown_by_its_first_lines() {
        let long = "A rule.\n".repeat(10_000);
        let said = said(&[("AGENTS.md", &long)], "c.rs", 100);
        assert!(said.len() < 300 && said.ends_with("A rule.\n"), "{}", said.len());
    }
}
