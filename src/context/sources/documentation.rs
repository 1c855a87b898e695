//! Parts of the project's README and documentation that speak of what the code at hand names. For chat.

use std::collections::{BTreeMap, BTreeSet};

use crate::context::need::Need;
use crate::context::reading::Files;
use crate::context::snippet::{Origin, Shorten, Snippet};
use crate::prompt::budget::estimate;
use crate::retrieval::names::for_each_part;

/// Files that are read, folders that are looked into, and bytes of them all.
const FILES: usize = 60;
const FOLDERS: usize = 30;
const BYTES: usize = 1024 * 1024;
/// Parts that are shown.
const MOST: usize = 3;
/// A longer part (bytes) is shown by its first lines.
const LONGEST: usize = 1_500;
/// Lines above and below the cursor whose names are looked for.
const AROUND: usize = 12;
/// Where documentation lies.
const PLACES: [&str; 3] = ["docs", "doc", "documentation"];

/// A part of a document below a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section<'a> {
    /// The heading, without its marks; empty before the first.
    pub heading: &'a str,
    /// The part with its heading, up to the next one.
    pub text: &'a str,
    /// Its first line, from 0.
    pub line: u32,
}

/// The parts of the documentation that speak of what stands around the cursor.
#[must_use]
pub fn documentation(need: &Need<'_>, budget: usize) -> Vec<Snippet> {
    let above: Vec<&str> = need.before.rsplit('\n').take(AROUND).collect();
    let below = need.after.split('\n').take(AROUND);
    let around: Vec<&str> = above.into_iter().rev().chain(below).collect();
    about(need.files, &around.join("\n"), need.path, budget)
}

/// The parts that speak of what a piece of code names. It reads files.
#[must_use]
pub fn about(files: &dyn Files, code: &str, path: &str, budget: usize) -> Vec<Snippet> {
    let wanted = names(code);
    if wanted.is_empty() {
        return Vec::new();
    }
    let documents = read(files, path);
    let sections: Vec<(&str, Section<'_>)> = documents
        .iter()
        .flat_map(|(path, text)| sections(text).into_iter().map(move |it| (path.as_str(), it)))
        .collect();
    let mut found = ranked(&sections, &wanted);
    found.truncate(MOST);
    let best = found.first().map_or(1.0, |(score, ..)| *score);
    let mut left = budget;
    let mut snippets = Vec::new();
    for (score, at, name) in found {
        let Some((path, section)) = sections.get(at) else { continue };
        let text = beginning(section.text);
        let size = estimate(text) + estimate(path) + 2;
        if size > left {
            continue;
        }
        left -= size;
        let count = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
        snippets.push(Snippet {
            origin: Origin::Documentation,
            path: (*path).into(),
            text: format!("{}\n", text.trim_end()),
            lines: Some(section.line..section.line.saturating_add(count)),
            score: score / best,
            shorten: Shorten::End,
            why: format!("speaks of `{name}`").into(),
        });
    }
    snippets
}

/// The names that are looked for: identifiers that are no common words.
fn names(code: &str) -> BTreeSet<String> {
    let words = code.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let telling = |word: &&str| {
        let mut parts = 0;
        for_each_part(word, |_| parts += 1);
        // `order` is in every text about a shop; `Order` and `place_order` are names.
        let named = parts > 1 || word.starts_with(char::is_uppercase);
        word.len() > 3 && named && !word.starts_with(|c: char| c.is_ascii_digit())
    };
    words.filter(telling).map(ToOwned::to_owned).take(400).collect()
}

/// The documents, by path.
fn read(files: &dyn Files, path: &str) -> BTreeMap<String, String> {
    let mut documents = BTreeMap::new();
    let mut bytes = 0;
    let is_text = |name: &str| {
        let lower = name.to_ascii_lowercase();
        [".md", ".markdown", ".mdx", ".rst", ".adoc"].iter().any(|ending| lower.ends_with(ending))
            && !lower.starts_with("change")
            && !lower.starts_with("license")
    };
    let mut add = |path: String, documents: &mut BTreeMap<String, String>| {
        if documents.len() < FILES
            && bytes < BYTES
            && !documents.contains_key(&path)
            && let Some(text) = files.text(&path)
        {
            bytes += text.len();
            documents.insert(path, text);
        }
    };
    // The READMEs of the folders above, the nearest first.
    let mut folder = path;
    while !folder.is_empty() {
        folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
        for name in files.names(folder) {
            if name.to_ascii_lowercase().starts_with("readme") && is_text(&name) {
                add(join(folder, &name), &mut documents);
            }
        }
    }
    let mut folders: Vec<String> = PLACES.map(str::to_owned).to_vec();
    let mut next = 0;
    while let Some(folder) = folders.get(next).cloned() {
        next += 1;
        for name in files.names(&folder) {
            match name.strip_suffix('/') {
                Some(below) if folders.len() < FOLDERS => folders.push(join(&folder, below)),
                None if is_text(&name) => add(join(&folder, &name), &mut documents),
                _ => {}
            }
        }
    }
    documents
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// A document's parts: Markdown (`# Heading`), AsciiDoc (`== Heading`), reStructuredText (a line below the
/// heading).
#[must_use]
pub fn sections(text: &str) -> Vec<Section<'_>> {
    let mut sections = vec![Section { heading: "", text: "", line: 0 }];
    let mut starts = vec![0];
    let (mut at, mut fenced) = (0, false);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for (row, line) in lines.iter().enumerate() {
        let plain = line.trim_end();
        if plain.trim_start().starts_with("```") || plain.trim_start().starts_with("~~~") {
            fenced = !fenced;
        }
        let mark = plain.len() - plain.trim_start_matches(['#', '=']).len();
        let marked = (1..=6).contains(&mark) && plain.as_bytes().get(mark) == Some(&b' ');
        let below = lines.get(row + 1).map_or("", |next| next.trim_end());
        let under = below.len() >= 3
            && below.len() >= plain.chars().count()
            && ["=", "-", "~", "^"].iter().any(|c| below.replace(c, "").is_empty());
        let heading =
            !plain.is_empty() && (marked || (under && plain.contains(char::is_alphabetic)));
        if heading && !fenced {
            let heading = plain.get(if marked { mark } else { 0 }..).unwrap_or("").trim();
            let line = u32::try_from(row).unwrap_or(u32::MAX);
            sections.push(Section { heading, text: "", line });
            starts.push(at);
        }
        at += line.len();
    }
    starts.push(text.len());
    for (section, range) in sections.iter_mut().zip(starts.windows(2)) {
        if let [from, to] = range {
            section.text = text.get(*from..*to).unwrap_or("");
        }
    }
    sections.retain(|section| !section.text.trim().is_empty());
    sections
}

/// The sections that have one of the names, the best first: the rarer a name is in the documentation the
/// more it counts, and in a heading three times as much. With the name that tells most.
#[allow(clippy::cast_precision_loss)]
fn ranked<'a>(
    sections: &[(&str, Section<'_>)],
    wanted: &'a BTreeSet<String>,
) -> Vec<(f32, usize, &'a str)> {
    let has = |text: &str| -> BTreeSet<&'a str> {
        let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        words.filter_map(|word| wanted.get(word).map(String::as_str)).collect()
    };
    let all: Vec<BTreeSet<&str>> = sections.iter().map(|(_, section)| has(section.text)).collect();
    let worth = |name: &str| {
        let count = all.iter().filter(|names| names.contains(name)).count() as f32;
        (1.0 + all.len() as f32 / (count + 0.5)).ln()
    };
    let mut found: Vec<(f32, usize, &str)> = Vec::new();
    for (at, ((_, section), names)) in sections.iter().zip(&all).enumerate() {
        let heading = has(section.heading);
        let value = |name: &str| worth(name) * if heading.contains(name) { 3.0 } else { 1.0 };
        let best = names.iter().max_by(|a, b| value(a).total_cmp(&value(b)).then_with(|| b.cmp(a)));
        if let Some(best) = best {
            found.push((names.iter().map(|name| value(name)).sum(), at, best));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    found
}

/// The beginning of a long part, whole lines.
fn beginning(text: &str) -> &str {
    if text.len() <= LONGEST {
        return text;
    }
    let end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let cut = text.get(..end).unwrap_or("");
    cut.rfind('\n').and_then(|at| cut.get(..=at)).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(files: &[(&str, &str)], code: &str, budget: usize) -> String {
        let files: BTreeMap<String, String> =
            files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let found = about(&files, code, "src/a.rs", budget);
        assert_eq!(found, about(&files, code, "src/a.rs", budget));
        assert!(found.iter().map(|it| estimate(&it.text)).sum::<usize>() <= budget);
        found.iter().map(|it| format!("== {} ({})\n{}", it.path, it.why, it.text)).collect()
    }

    const FILES: [(&str, &str); 5] = [
        (
            "README.md",
            "# Shop\nIt sells.\n\n## Orders\nCall `place_order` first.\n\n```sh\n# place_order is no heading\n```\n",
        ),
        ("docs/deep/orders.md", "Intro\n\n# place_order\nTakes a Cart.\n\n# Other\nNothing.\n"),
        ("docs/old.rst", "Carts\n=====\nA Cart is kept.\n\nMore\n----\nNothing.\n"),
        ("CHANGELOG.md", "# 1.0\nplace_order is new.\n"),
        ("src/notes.md", "# place_order\nNot documentation.\n"),
    ];

    #[test]
    fn parts_that_name_it_come_and_headings_count_most() {
        let text = said(&FILES, "let x = place_order(&cart, Cart::new());", 500);
        assert_eq!(
            text,
            "== docs/deep/orders.md (speaks of `place_order`)\n# place_order\nTakes a Cart.\n== README.md (speaks of `place_order`)\n## Orders\nCall `place_order` first.\n\n```sh\n# place_order is no heading\n```\n== docs/old.rst (speaks of `Cart`)\nCarts\n=====\nA Cart is kept.\n"
        );
        assert_eq!(said(&FILES, "place_order", 25).matches("==").count(), 1);
        assert_eq!(said(&FILES, "let orders = sells + it;", 500), "");
        assert_eq!(said(&[], "place_order", 500), "");
    }

    #[test]
    fn a_document_falls_into_the_parts_below_its_headings() {
        let headings = |text: &str| -> Vec<(String, u32)> {
            sections(text).iter().map(|it| (it.heading.to_owned(), it.line)).collect()
        };
        assert_eq!(
            headings("a\n# B\nc\n## D e\n"),
            [(String::new(), 0), ("B".into(), 1), ("D e".into(), 3)]
        );
        assert_eq!(
            headings("== A\nb\n\nTitle\n-----\nc\n"),
            [("A".into(), 0), ("Title".into(), 3)]
        );
        assert_eq!(headings("```\n# a\n```\n#not\n"), [(String::new(), 0)]);
        assert!(headings("").is_empty());
        for text in ["#", "# ", "---\n---\n", "ü\n=\n", "\n\n"] {
            let whole: String = sections(text).iter().map(|it| it.text).collect();
            assert!(text.contains(whole.trim()));
        }
    }

    #[test]
    fn a_long_part_is_shown_by_its_beginning() {
        let long = format!("# place_order\n{}", "It says ü.\n".repeat(2_000));
        let text = said(&[("README.md", &long)], "place_order", 2_000);
        assert!(text.len() < LONGEST + 100 && text.ends_with("It says ü.\n"));
    }
}
