//! Whether an answer is about the code at all: no parser tells nonsense from code in a language that has
//! no syntax tree here, and none reads comments.

use std::collections::HashSet;

use super::{AnswerError, Place, prose, shape};
use crate::actions::edits::part;
use crate::document::language::Language;
use crate::document::words;

/// Distinct words that code must have for an answer to be held to them.
const WORDS: usize = 5;
/// Of so many words of the code the answer must have one; of a lot of them, of so many.
const SHARED: usize = 6;
const LOT: usize = 12;
const SHARED_OF_A_LOT: usize = 3;
/// Names that statements must have for that in a language with a syntax tree, how many are few, and of so
/// many few the answer must have one.
const LEAST: usize = 3;
const FEW: usize = 8;
const SHARED_OF_FEW: usize = 3;

/// What is wrong with code that is to stand in the region's place, as far as its words tell.
pub(super) fn nonsense(code: &str, place: &Place<'_>) -> Option<AnswerError> {
    if code.trim().is_empty() || is_text(place.language) {
        return None;
    }
    if refuses(code, place.language) && !refuses(place.region, place.language) {
        return Some(AnswerError::Refused);
    }
    if place.region.trim().is_empty() {
        return None;
    }
    if place.fixes && is_scrap(code, place.region) {
        return Some(AnswerError::Unrelated);
    }
    let lines = place.region.lines().filter(|line| !line.trim().is_empty()).count();
    if lines > 1 && is_remark(code, place) && !names(place.region).contains(code.trim()) {
        return Some(AnswerError::ProseOnly);
    }
    if place.keeps_words
        && is_comment(code, place.language)
        && !is_comment(place.region, place.language)
    {
        return Some(AnswerError::Unrelated);
    }
    if place.language.grammar().is_some() {
        let foreign = place.keeps_names && is_foreign(code, place);
        return foreign.then_some(AnswerError::Unrelated);
    }
    if is_mostly_prose(code, place.language) && !is_mostly_prose(place.region, place.language) {
        return Some(AnswerError::ProseOnly);
    }
    let (own, answer) = (words(place.region), words(code));
    let shared = own.intersection(&answer).count();
    let part = if own.len() < LOT { SHARED } else { SHARED_OF_A_LOT };
    let unlike = own.len() >= WORDS && shared * part < own.len();
    if place.keeps_words && unlike {
        return Some(AnswerError::Unrelated);
    }
    let torn = (place.keeps_names && !place.may_vanish)
        && shape::loses(place.region, code, place.language)
        || place.keeps_words && shape::foreign(place.region, code, place.language)
        || shape::unbalanced(place, code);
    torn.then_some(AnswerError::Torn)
}

/// Whether code is comments and nothing else.
fn is_comment(code: &str, language: Language) -> bool {
    let mark = language.line_comment().unwrap_or("\u{0}");
    code.lines().map(str::trim).filter(|line| !line.is_empty()).all(|line| line.starts_with(mark))
}

/// Whether code has next to nothing of statements that declare nothing: what is declared is looked for in
/// what comes of it. Parses: not for the message path.
fn is_foreign(code: &str, place: &Place<'_>) -> bool {
    let mark = place.language.line_comment().unwrap_or("\u{0}");
    let lines = place.region.lines().filter(|line| !line.trim().starts_with(mark));
    let own = lines.collect::<Vec<_>>().join("\n");
    let (own, answer) = (names(&own), names(code));
    let like =
        |name: &str| answer.contains(name) || answer.iter().any(|other| is_misspelt(name, other));
    let shared = own.iter().filter(|name| like(name)).count();
    let part = if own.len() < FEW { SHARED_OF_FEW } else { SHARED };
    own.len() >= LEAST
        && shared * part < own.len()
        && part::loses(place.region, code, place.language).is_none()
}

/// Whether code is one line for another and no mending of it: of `x = c` neither `...` nor `b` mends
/// anything. What more lines declare is looked for in what comes of it.
fn is_scrap(code: &str, region: &str) -> bool {
    let is_line = |code: &str| code.lines().filter(|line| !line.trim().is_empty()).count() == 1;
    is_line(code) && is_line(region) && names(region).len() > 1 && !mends(code, region)
}

/// Whether code may be the mending of some lines: it has a name of theirs, be it misspelt in one of them.
pub(super) fn mends(code: &str, lines: &str) -> bool {
    let own = names(lines);
    let known = |name: &str| own.contains(name) || own.iter().any(|other| is_misspelt(name, other));
    names(code).into_iter().any(known)
}

/// Whether two words may be one, with some letters of it wrong.
fn is_misspelt(one: &str, other: &str) -> bool {
    let ends = |word: &str| (word.chars().next(), word.chars().next_back());
    let (a, b) = (one.chars().count(), other.chars().count());
    a.min(b) >= 3 && a.abs_diff(b) <= 2 && ends(one) == ends(other)
}

/// What some models say once they take something to be done.
const REMARKS: [&str; 14] = [
    "ok",
    "okay",
    "done",
    "sure",
    "yes",
    "no",
    "none",
    "nothing",
    "certainly",
    "understood",
    "alright",
    "great",
    "thanks",
    "n/a",
];
/// Words that are a whole statement by themselves.
const STATEMENTS: [&str; 22] = [
    "pass",
    "break",
    "continue",
    "return",
    "yield",
    "fallthrough",
    "debugger",
    "raise",
    "end",
    "next",
    "redo",
    "retry",
    "throw",
    "fi",
    "nil",
    "null",
    "true",
    "false",
    "self",
    "this",
    "else",
    "begin",
];

/// Whether code for a place where nothing stands yet is but a word or two that say that it is done, or a
/// single word that nothing of the file is called by.
pub(super) fn is_remark(code: &str, place: &Place<'_>) -> bool {
    let language = place.language;
    let program = language.grammar().is_some() || shape::programs(language);
    let mut lines = code.lines().map(str::trim).filter(|line| !line.is_empty());
    let (Some(line), None) = (lines.next(), lines.next()) else { return false };
    let said = line.trim_end_matches(['.', '!']);
    let spoken: Vec<&str> = said.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let letters = |word: &&str| word.chars().all(|c| c.is_alphabetic() || c == '/' || c == '\'');
    let [first, rest @ ..] = spoken.as_slice() else { return false };
    if !program || rest.len() > 2 || !spoken.iter().all(letters) {
        return false;
    }
    let lower = first.to_lowercase();
    let known =
        || [place.before, place.after].into_iter().flat_map(words::words).any(|w| w == *first);
    // In a language without a tree here a word may be a call.
    let alone = rest.is_empty()
        && !STATEMENTS.contains(&lower.as_str())
        && (language.grammar().is_some() || said.len() < line.len());
    REMARKS.contains(&lower.as_str()) && !known() || alone && !known()
}

/// Languages whose text is prose.
pub(super) fn is_text(language: Language) -> bool {
    let texts =
        ["markdown", "mdx", "plaintext", "latex", "tex", "restructuredtext", "asciidoc", "org"];
    language.grammar().is_none()
        && (texts.contains(&language.id()) || language.id().starts_with("git-"))
}

/// Whether code is but comments, and the first of them a refusal.
fn refuses(code: &str, language: Language) -> bool {
    let marks = [language.line_comment(), language.block_comment().map(|(open, _)| open)];
    let inside = |line: &str| {
        let line = line.trim();
        let mark = marks.into_iter().flatten().find(|mark| line.starts_with(mark));
        let bare = mark.and_then(|mark| line.strip_prefix(mark));
        bare.map(|line| line.trim_start_matches(['/', '*', '#', '-', ' ', '!']).to_owned())
    };
    let mut lines = code.lines().filter(|line| !line.trim().is_empty());
    lines.next().and_then(inside).is_some_and(|first| prose::is_refusal(&first))
        && lines.all(|line| inside(line).is_some() || line.trim().starts_with('*'))
}

fn is_mostly_prose(code: &str, language: Language) -> bool {
    let says = |line: &&str| !line.trim().is_empty();
    let (all, prose) = code.lines().filter(says).fold((0, 0), |(all, prose), line| {
        (all + 1, prose + usize::from(prose::is_prose(line, language)))
    });
    prose * 2 > all
}

/// The names in some code, but for single letters.
fn words(code: &str) -> HashSet<&str> {
    names(code).into_iter().filter(|word| word.chars().count() > 1).collect()
}

/// The names in some code.
fn names(code: &str) -> HashSet<&str> {
    words::words(code).filter(|word| !word.starts_with(|c: char| c.is_ascii_digit())).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_has_nothing_of_the_code_is_not_about_it() {
        let region = "def total(items)\n  items.select(&:valid).sum(&:price)\nend";
        for (id, code, keeps, want) in [
            ("ruby", "def total(items)\n  items.sum { |item| item.price }\nend", true, None),
            ("ruby", "print(\"hello\")\nfoo = [1, 2]", true, Some(AnswerError::Unrelated)),
            ("ruby", "print(\"hello\")\nfoo = [1, 2]", false, None),
            ("ruby", "# I'm sorry, but I can't do that.", false, Some(AnswerError::Refused)),
            ("ruby", "# The total price\n# of valid items.", true, Some(AnswerError::Unrelated)),
            (
                "rust",
                "// I cannot help with this.\n// It is unsafe.",
                true,
                Some(AnswerError::Refused),
            ),
            ("rust", "/*\n * I'm sorry, no.\n */", true, None),
            ("rust", "// I cannot be negative.\nfn f() {}", true, None),
            (
                "php",
                "This function sums the prices of all items.\nIt looks fine to me already.",
                false,
                Some(AnswerError::ProseOnly),
            ),
            ("markdown", "The items are summed here.", true, None),
        ] {
            let language = Language::from_id(id).unwrap();
            let place = Place { keeps_words: keeps, ..Place::new(language, "", region, "") };
            assert_eq!(nonsense(code, &place), want, "{id}: {code}");
        }
        for (code, want) in [
            ("[1]", true),
            ("x", true),
            ("def fib(n):\n    return n", true),
            ("x = os.getenv(\"A\")", false),
            ("A = os.environ", false),
        ] {
            let python = Language::from_id("python").unwrap();
            let region = "x = os.environ[\"A\"]";
            let place = Place { keeps_names: true, ..Place::new(python, "", region, "") };
            let want = want.then_some(AnswerError::Unrelated);
            assert_eq!(nonsense(code, &place), want, "{code}");
        }
        for (id, region, code, want) in [
            ("python", "x = c", "...", true),
            ("python", "x = c", "b", true),
            ("python", "x = c", "x = b", false),
            ("python", "import os", "import sys", false),
            ("python", "c", "b", false),
            ("go", "\ty := c", "\treturn x", true),
            ("kotlin", "val y = c", "Done", true),
            ("kotlin", "retrun y", "return 1", false),
        ] {
            let language = Language::from_id(id).unwrap();
            let place = Place { fixes: true, ..Place::new(language, "", region, "") };
            let want = want.then_some(AnswerError::Unrelated);
            assert_eq!(nonsense(code, &place), want, "{id}: {code}");
        }
        let go = Place::new(Language::from_id("go").unwrap(), "", "\tx := a\n\ty := b", "");
        assert_eq!(nonsense("ok", &go), Some(AnswerError::ProseOnly));
        assert_eq!(nonsense("return", &go), None);
        let place = Place {
            keeps_words: true,
            ..Place::new(Language::from_id("lua").unwrap(), "", "x = f(y)", "")
        };
        assert_eq!(nonsense("return nil", &place), None, "too short to tell");
    }
}
