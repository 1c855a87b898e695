//! What a model's answer really is, case by case: `fixtures/answers`, one file each.

use std::path::{Path, PathBuf};

use foretype::actions::answer::{Given, Place, Written, rewritten, written};
use foretype::backend::FinishReason;
use foretype::document::language::Language;

use crate::random::Random;

/// The sections of a case's file, each under `=== name`; what comes before the first is the head.
pub fn sections(file: &Path) -> (String, Vec<(String, String)>) {
    let text = std::fs::read_to_string(file).unwrap().replace("\r\n", "\n");
    let (mut head, mut sections) = (String::new(), Vec::<(String, String)>::new());
    for line in text.split_inclusive('\n') {
        match (line.strip_prefix("=== "), sections.last_mut()) {
            (Some(name), _) => sections.push((name.trim().to_owned(), String::new())),
            (None, Some((_, body))) => body.push_str(line),
            (None, None) => head.push_str(line),
        }
    }
    for (_, body) in &mut sections {
        let text = body.strip_suffix('\n').unwrap_or(body);
        *body = text.replace('␍', "\r").replace('␠', " ").replace('→', "\t");
    }
    (head, sections)
}

/// The value of a key in a case's head.
pub fn key<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/answers");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|kind| kind == "txt"));
    files.sort();
    files
}

#[test]
fn every_answer() {
    let mut wrong = Vec::new();
    let files = files();
    for file in &files {
        let (head, sections) = sections(file);
        let find = |name: &str| {
            sections.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
        };
        let source = find("file").expect("a file");
        let (before, rest) = source.split_once('⟦').expect("a region");
        let (region, after) = rest.split_once('⟧').expect("a region's end");
        let language = key(&head, "language").expect("a language");
        let language = Language::from_id(language).expect("a known language");
        let place = Place {
            may_vanish: key(&head, "may vanish").is_some(),
            file: key(&head, "path"),
            columns: key(&head, "columns").map(|columns| columns.parse().unwrap()),
            imports_stay: key(&head, "imports stay").is_some(),
            ..Place::new(language, before, region, after)
        };
        let finish = match key(&head, "finish") {
            Some("length") => Some(FinishReason::Length),
            Some("unknown") => None,
            _ => Some(FinishReason::Stop),
        };
        let given = Given { text: find("answer").expect("an answer"), finish };
        let made = if key(&head, "insert").is_some() {
            written(given, &place)
        } else {
            rewritten(given, &place)
        };
        let got = match &made {
            Ok(Written { code, imports }) => {
                let text = format!("{before}{code}{after}");
                let imported: String =
                    imports.iter().map(|import| format!("\nimports: {import}")).collect();
                text + &imported
            }
            Err(error) => format!("error: {error:?}"),
        };
        let imported = |(name, text): &(String, String)| {
            (name == "imports").then(|| format!("\nimports: {text}"))
        };
        let want = match (find("want"), find("error")) {
            (Some(text), _) => {
                text.to_owned() + &sections.iter().filter_map(imported).collect::<String>()
            }
            (None, error) => format!("error: {}", error.expect("a want or an error")),
        };
        if got != want {
            let name = file.file_stem().unwrap().to_string_lossy();
            wrong.push(format!("--- {name}\n{got}\n--- instead of\n{want}\n"));
        }
    }
    assert!(files.len() >= 40, "only {} cases", files.len());
    assert!(wrong.is_empty(), "{}{} of {} wrong", wrong.join("\n"), wrong.len(), files.len());
}

/// Answers that are broken in every way never end in a panic, and never in half a text.
#[test]
fn broken_answers() {
    let mut random = Random::new(6);
    for file in files() {
        let (head, sections) = sections(&file);
        let find = |name: &str| sections.iter().find(|(known, _)| known == name);
        let (source, answer) = (&find("file").unwrap().1, &find("answer").unwrap().1);
        let (before, rest) = source.split_once('⟦').unwrap();
        let (region, after) = rest.split_once('⟧').unwrap();
        let language = Language::from_id(key(&head, "language").unwrap()).unwrap();
        let may_vanish = random.one_in(2);
        let place = Place { may_vanish, ..Place::new(language, before, region, after) };
        for _ in 0..40 {
            let mut text = answer.clone();
            for _ in 0..=random.below(4) {
                let (one, other) = (random.boundary(&text), random.boundary(&text));
                let (start, end) = (one.min(other), one.max(other).min(one + 60));
                let end = (start..=end.max(start)).rev().find(|at| text.is_char_boundary(*at));
                let with = random.pick(&["", "\n", "```", "\t", "@@ -1 +1 @@\n", "-", "+ü", "  "]);
                text.replace_range(start..end.unwrap(), with);
            }
            for finish in [None, Some(FinishReason::Stop), Some(FinishReason::Length)] {
                let given = Given { text: &text, finish };
                let both = [rewritten(given, &place), written(given, &place)];
                for Written { code, .. } in both.into_iter().flatten() {
                    assert!(!code.ends_with('\n') && !code.contains('\r'), "{text:?}");
                }
            }
        }
    }
}

/// Lines of the whole file in any order: the longest way to the shortest difference took ten seconds.
#[test]
fn a_shuffled_answer_is_read_soon() {
    let mut random = Random::new(7);
    let line = |_| format!("    let v{} = 1;", random.below(300));
    let lines: Vec<String> = (0..10_000).map(line).collect();
    let pick: Vec<&str> = (0..10_000).map(|_| lines[random.below(10_000)].as_str()).collect();
    let answer = format!("```rust\n{}\n```", pick.join("\n"));
    let before = format!("{}\n", lines[..5_000].join("\n"));
    let (region, after) = (lines[5_000..5_060].join("\n"), lines[5_060..].join("\n"));
    let after = format!("\n{after}");
    let place = Place::new(Language::from_id("rust").unwrap(), &before, &region, &after);
    // And what looks like imports, without an end.
    let imports = format!("```rust\n{}```", "use v;;\nuse v\n".repeat(5_000));
    for answer in [answer, imports] {
        let began = std::time::Instant::now();
        let _ = rewritten(Given { text: &answer, finish: Some(FinishReason::Stop) }, &place);
        let took = began.elapsed();
        assert!(took.as_secs() < 6, "{took:?}");
    }
}
