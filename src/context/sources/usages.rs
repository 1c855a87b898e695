//! How the symbols near the cursor are used elsewhere: a few lines around a call, from the files that
//! the index says mention them.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::context::need::Need;
use crate::context::snippet::{Origin, Shorten, Snippet};
use crate::document::comments::Comments;
use crate::document::language::Language;
use crate::document::line_ending::normalise;
use crate::prompt::budget::estimate;
use crate::retrieval::index::FileId;
use crate::retrieval::names::Name;
use crate::retrieval::symbol::{FileSymbols, Kind};

/// Symbols that are looked for, and files that are read for one.
const NAMES: usize = 3;
const FILES: usize = 4;
/// Places that are shown in all.
const MOST: usize = 4;
/// Lines before the cursor's that tell what is being used.
const LINES: usize = 4;
/// A symbol that more files mention is known to everybody.
const COMMON: usize = 60;
/// Lines shown above and below a use.
const ABOVE: usize = 1;
const BELOW: usize = 2;
/// Longer lines (bytes) are data.
const LONGEST_LINE: usize = 240;

/// Places where the symbols near the cursor are used, those of the call that is being written first,
/// then of nearer files. Reads files; without them it finds what is open.
#[must_use]
pub fn usages(need: &Need<'_>, budget: usize) -> Vec<Snippet> {
    let mut snippets: Vec<Snippet> = Vec::new();
    let mut left = budget;
    for (name, word) in wanted(need) {
        for id in files(need, name) {
            if snippets.len() == MOST {
                return snippets;
            }
            let Some(file) = need.index.file(id) else { continue };
            let Some(text) = text(need, &file.path) else { continue };
            let Some(rows) = place(file, name, word, &text) else { continue };
            let shown: String =
                text.split_inclusive('\n').skip(rows.start).take(rows.len()).collect();
            let size = estimate(&shown) + estimate(&file.path) + 2;
            let lines =
                u32::try_from(rows.start).unwrap_or(0)..u32::try_from(rows.end).unwrap_or(0);
            let again = |known: &Snippet| {
                let rows = known.lines.as_ref().map_or(0..0, Clone::clone);
                known.path == file.path && rows.start < lines.end && lines.start < rows.end
            };
            if size > left || snippets.iter().any(again) {
                continue;
            }
            left -= size;
            snippets.push(Snippet {
                origin: Origin::Usages,
                path: Arc::clone(&file.path),
                text: shown,
                lines: Some(lines),
                score: 1.0 / f32::from(u8::try_from(snippets.len()).unwrap_or(u8::MAX) + 1),
                shorten: Shorten::Never,
                why: format!("uses `{word}`").into(),
            });
        }
    }
    snippets
}

/// The functions and types that are being used at the cursor: the call whose arguments are being
/// written, then those on the lines before it, the nearest first. A word that ends at the cursor is
/// being written itself.
fn wanted<'a>(need: &Need<'a>) -> Vec<(Name, &'a str)> {
    let view = need.index.names().view();
    let mut found: Vec<(Name, &str)> = Vec::new();
    let mut add = |word: &'a str| {
        let Some(name) = view.get(word) else { return };
        let mentions = need.index.mention_count(name);
        let known = found.iter().any(|(known, _)| *known == name);
        let defined = need.index.definitions(name).iter().any(|at| {
            need.index.symbol(*at).is_some_and(|(_, symbol)| {
                !matches!(symbol.kind, Kind::Field | Kind::Variant | Kind::Module)
            })
        });
        if word.len() > 2 && !known && defined && (1..=COMMON).contains(&mentions) {
            found.push((name, word));
        }
    };
    meant(need.before).into_iter().for_each(&mut add);
    found.truncate(NAMES);
    found
}

/// The words before a cursor that may be called or be types: of the call that is open, then of the lines
/// before, the nearest first. They change where others begin to be used, not with every key.
#[must_use]
pub fn meant(before: &str) -> Vec<&str> {
    let mut found: Vec<&str> = open_call(before).into_iter().collect();
    let finished = before.trim_end_matches(is_word);
    for line in finished.rsplit('\n').take(LINES + 1) {
        // A variable may be called like a function elsewhere: what is neither called nor a type is not
        // looked for.
        let told =
            |word: &&str| word.starts_with(char::is_uppercase) || used(line, word) == Some(true);
        found.extend(words(line).filter(told).collect::<Vec<_>>().into_iter().rev());
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|c| !is_word(c));
    words.filter(|word| !word.is_empty() && !word.starts_with(|c: char| c.is_ascii_digit()))
}

/// What stands before the bracket that is still open at the cursor.
fn open_call(before: &str) -> Option<&str> {
    let from = before.len().saturating_sub(400);
    let from = (from..=before.len()).find(|at| before.is_char_boundary(*at))?;
    let near = before.get(from..)?;
    let mut closed = 0_usize;
    let open = near.char_indices().rev().find(|(_, c)| match c {
        ')' | ']' | '}' => {
            closed += 1;
            false
        }
        '(' | '[' | '{' if closed > 0 => {
            closed -= 1;
            false
        }
        '(' | '[' | '{' | ';' => true,
        _ => false,
    });
    let (at, '(') = open? else { return None };
    let callee = near.get(..at)?.trim_end_matches('!');
    words(callee.rsplit('\n').next()?).last().filter(|word| callee.ends_with(word))
}

/// The files that mention a symbol, the nearer ones first; never the cursor's own.
fn files(need: &Need<'_>, name: Name) -> Vec<FileId> {
    let folder = |path: &str| path.rsplit_once('/').map_or(0, |(folder, _)| folder.len());
    let shared = |path: &str| {
        let parts = path.split('/').zip(need.path.split('/'));
        parts.take_while(|(one, other)| one == other).count()
    };
    let mut files: Vec<(FileId, &Arc<FileSymbols>)> = need
        .index
        .mentions(name)
        .iter()
        .filter_map(|id| Some((*id, need.index.file(*id)?)))
        .filter(|(_, file)| &*file.path != need.path)
        .collect();
    files.sort_by(|(_, one), (_, other)| {
        let key = |file: &FileSymbols| {
            // Who defines it uses it seldom as others do.
            let defines = file.symbols.iter().any(|symbol| symbol.name == name);
            (defines, usize::MAX - shared(&file.path), folder(&file.path))
        };
        key(one).cmp(&key(other)).then_with(|| one.path.cmp(&other.path))
    });
    files.into_iter().take(FILES).map(|(id, _)| id).collect()
}

/// A file's text with LF breaks, as it stands in the editor if it is open.
fn text(need: &Need<'_>, path: &str) -> Option<String> {
    let open = need.open.iter().find(|open| &*open.path == path);
    open.map(|open| normalise(&open.text.whole())).or_else(|| need.files.text(path))
}

/// The lines around the best use of a symbol in a file: a call before a mention; no definition, import
/// or comment.
fn place(file: &FileSymbols, name: Name, word: &str, text: &str) -> Option<Range<usize>> {
    let lines: Vec<&str> = text.split('\n').collect();
    let defined = |row: usize| {
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        file.symbols.iter().any(|symbol| symbol.name == name && symbol.line == row)
    };
    // What a language does not know has no comments that are known.
    let mut comments = Language::from_path(&file.path).map(Comments::new);
    let mut is_comment = |line: &&str| comments.as_mut().is_some_and(|it| it.line(line));
    let comments: Vec<bool> = lines.iter().map(&mut is_comment).collect();
    let aside = |row: usize, line: &str| {
        let says = ["#", "use ", "import ", "from ", "export ", "package ", "mod ", "pub "];
        comments.get(row).is_some_and(|is| *is)
            || says.iter().any(|start| line.trim_start().starts_with(start))
    };
    let mut best: Option<(bool, usize)> = None;
    for (row, line) in lines.iter().enumerate() {
        let Some(called) = used(line, word) else { continue };
        let shows = called || word.starts_with(char::is_uppercase);
        if shows
            && !aside(row, line)
            && !defined(row)
            && best.is_none_or(|(known, _)| called && !known)
        {
            best = Some((called, row));
        }
    }
    let (_, row) = best?;
    let mut rows = row.saturating_sub(ABOVE)..(row + BELOW + 1).min(lines.len());
    let blank = |row: usize| lines.get(row).is_none_or(|line| line.trim().is_empty());
    // Nothing of the next paragraph.
    let after = (row + 1..rows.end).find(|row| blank(*row));
    rows.end = after.unwrap_or(rows.end);
    if lines.get(rows.start).is_none_or(|line| line.trim().is_empty() || aside(rows.start, line)) {
        rows.start = row;
    }
    let long = lines.get(rows.clone())?.iter().any(|line| line.len() > LONGEST_LINE);
    (!long).then_some(rows)
}

/// Whether a word stands in a line, and whether it is called there.
fn used(line: &str, word: &str) -> Option<bool> {
    let mut found = None;
    for (at, _) in line.match_indices(word) {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        let rest: Cow<'_, str> = line.get(at + word.len()..).unwrap_or("").into();
        if before.is_some_and(is_word) || rest.starts_with(is_word) {
            continue;
        }
        let called = rest.starts_with(['(', '!', '<']) || rest.starts_with("::");
        found = Some(found.unwrap_or(false) || called);
    }
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::context::need::fixture::World;

    fn shown(world: &World, budget: usize) -> String {
        let found = usages(&world.need(), budget);
        assert_eq!(found, usages(&world.need(), budget));
        assert!(found.iter().map(|it| estimate(&it.text)).sum::<usize>() <= budget);
        found.iter().map(|it| format!("== {} ({})\n{}", it.path, it.why, it.text)).collect()
    }

    const STORE: &str =
        "/// Opens it.\npub fn open_store(path: &str, mode: Mode) -> Store {\n    todo!()\n}\n";

    #[test]
    fn a_call_that_is_being_written_is_shown_as_it_is_used_elsewhere() {
        let world = World::new("src/a/here.rs", "fn go() {\n    let x = open_store(\"p\", f(1), $0)\n}\n")
            .file("src/store.rs", STORE)
            .file("src/z/far.rs", "use crate::open_store;\n// open_store(x)\nfn far() {\n    let far = open_store(p, Mode::Read);\n}\n")
            .file("src/a/near.rs", "use crate::open_store;\n\nfn near() {\n    open_store(\n        p,\n        Mode::Write,\n    );\n}\n");
        assert_eq!(
            shown(&world, 500),
            "== src/a/near.rs (uses `open_store`)\nfn near() {\n    open_store(\n        p,\n        Mode::Write,\n== src/z/far.rs (uses `open_store`)\nfn far() {\n    let far = open_store(p, Mode::Read);\n}\n"
        );
        // Of a small budget the nearest has it.
        assert!(shown(&world, 40).starts_with("== src/a/near.rs"));
        assert_eq!(shown(&world, 5), "");
    }

    #[test]
    fn a_use_is_no_comment_wherever_that_begins() {
        let world = World::new("src/here.rs", "fn go() {\n    let x = open_store($0)\n}\n")
            .file("src/store.rs", STORE)
            .file("src/a.rs", "fn told() {}\n/* Not like\n   open_store(of, old)\n*/\n")
            .file(
                "src/b.rs",
                "fn set(at: &mut Store) {\n    *at = open_store(p, Mode::Read);\n}\n",
            );
        assert_eq!(
            shown(&world, 500),
            "== src/b.rs (uses `open_store`)\nfn set(at: &mut Store) {\n    *at = open_store(p, Mode::Read);\n}\n"
        );
    }

    #[test]
    fn what_stands_just_above_counts_too_and_the_open_text_is_taken() {
        let world = World::new("b.py", "from a import make_cart\n\ncart = make_cart(1)\n$0")
            .file("a.py", "def make_cart(n):\n    pass\n")
            .file("c.py", "from a import make_cart\nx = make_cart(2)\n")
            .open("c.py", "from a import make_cart\nx = make_cart(3)\n");
        assert_eq!(shown(&world, 200), "== c.py (uses `make_cart`)\nx = make_cart(3)\n");
    }

    #[test]
    fn nothing_is_shown_of_what_is_being_typed_and_of_what_nobody_uses() {
        for cursor in ["x = make_ca$0", "x = make_cart$0", "x = other($0)", ")($0"] {
            let world = World::new("b.py", cursor)
                .file("a.py", "def make_cart(n):\n    pass\n")
                .file("c.py", "make_cart(1)\n");
            assert_eq!(shown(&world, 200), "", "{cursor}");
        }
        // A variable of that name, and where it is one elsewhere.
        for (cursor, elsewhere) in [
            ("x = make_cart.total\ny = $0", "make_cart(1)\n"),
            ("x = make_cart($0", "make_cart = 1\n"),
        ] {
            let world = World::new("b.py", cursor)
                .file("a.py", "def make_cart(n):\n    pass\n")
                .file("c.py", elsewhere);
            assert_eq!(shown(&world, 200), "", "{cursor}");
        }
        let alone =
            World::new("b.py", "make_cart($0").file("a.py", "def make_cart(n):\n    pass\n");
        assert_eq!(shown(&alone, 200), "");
    }

    #[test]
    fn the_call_around_the_cursor() {
        for (before, want) in [
            ("a.go(x, ", Some("go")),
            ("go(f(1), [2, 3], ", Some("go")),
            ("println!(", Some("println")),
            ("f(x); ", None),
            ("if x { ", None),
            ("[", None),
            ("", None),
            ("ü(", Some("ü")),
        ] {
            assert_eq!(open_call(before), want, "{before}");
        }
    }
}
