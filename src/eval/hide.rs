//! Places where code is hidden.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use super::draw::Draw;
use super::files::Source;
use super::prose::Prose;
use crate::document::comments::Comments;
use crate::document::words::is_word;
use crate::guard;

/// Fewer characters are not worth a suggestion.
const FEWEST: usize = 8;
/// Longer lines are rarely code, bytes.
const LONGEST: usize = 200;
/// Most lines of a block.
const BLOCK: usize = 12;

/// What is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A whole line behind its indentation.
    Line,
    /// A line from a word in it on.
    RestOfLine,
    /// The lines of a block.
    Block,
    /// A line from a member's name on: behind `.`, `::` or `->`.
    Api,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Line, Self::RestOfLine, Self::Block, Self::Api];

    /// As on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::RestOfLine => "rest-of-line",
            Self::Block => "block",
            Self::Api => "api",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|kind| kind.name() == text);
        known.ok_or_else(|| format!("there are {}", Self::ALL.map(Self::name).join(", ")))
    }
}

/// Hidden code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which of the sources.
    pub source: usize,
    /// Its bytes there.
    pub hidden: Range<usize>,
    /// The line, from 0.
    pub line: usize,
}

impl Place {
    /// What is hidden.
    #[must_use]
    pub fn wanted<'a>(&self, source: &'a Source) -> &'a str {
        source.text.get(self.hidden.clone()).unwrap_or("")
    }

    /// The text without it.
    #[must_use]
    pub fn without(&self, source: &Source) -> String {
        let text = &source.text;
        let head = text.get(..self.hidden.start).unwrap_or("");
        let tail = text.get(self.hidden.end..).unwrap_or("");
        format!("{head}{tail}")
    }
}

/// Draws up to `count` places of a kind, every line of code that has one being as likely as any
/// other.
#[must_use]
pub fn places(sources: &[Source], kind: Kind, count: usize, draw: &mut Draw) -> Vec<Place> {
    let mut lines: Vec<(usize, usize, Range<usize>)> = Vec::new();
    for (source, file) in sources.iter().enumerate() {
        let mut in_comment = Comments::new(file.language);
        for (line, range) in line_ranges(&file.text).enumerate() {
            let text = file.text.get(range.clone()).unwrap_or("");
            if !in_comment.line(text) && is_code_line(text) {
                lines.push((source, line, range));
            }
        }
    }
    draw.shuffle(&mut lines);
    let mut places = Vec::new();
    // Only the files that are drawn from are parsed.
    let mut parsed: HashMap<usize, Prose> = HashMap::new();
    for (source, line, range) in lines {
        if places.len() == count {
            break;
        }
        let Some(file) = sources.get(source) else { continue };
        let prose = parsed.entry(source).or_insert_with(|| Prose::of(file.language, &file.text));
        if whole(&file.text, range.clone()).is_none_or(|code| prose.has(code.start)) {
            continue;
        }
        let hidden = match kind {
            Kind::Line => whole(&file.text, range),
            Kind::RestOfLine => rest(&file.text, range, prose, draw),
            Kind::Api => member(&file.text, range, prose, draw),
            Kind::Block => block(&file.text, range),
        };
        let Some(hidden) = hidden.filter(|hidden| !prose.has(hidden.start)) else { continue };
        let place = Place { source, hidden, line };
        let wanted = place.wanted(file);
        if wanted.trim().chars().count() >= FEWEST && guard::hidden(wanted).is_empty() {
            places.push(place);
        }
    }
    places
}

/// The bytes of each line without its break.
fn line_ranges(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some(start..start + line.trim_end_matches(['\n', '\r']).len())
    })
}

/// Words, and not only brackets; not so long that nobody wrote it.
pub(super) fn is_code_line(line: &str) -> bool {
    line.len() <= LONGEST && line.chars().filter(|c| c.is_alphanumeric()).count() >= 3
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn whole(text: &str, line: Range<usize>) -> Option<Range<usize>> {
    let code = text.get(line.clone())?;
    Some(line.start + indent(code)..line.start + code.trim_end().len())
}

/// From the beginning of a word that is not the first.
fn rest(text: &str, line: Range<usize>, prose: &Prose, draw: &mut Draw) -> Option<Range<usize>> {
    let whole = whole(text, line)?;
    let code = text.get(whole.clone())?;
    let starts: Vec<usize> = word_starts(code)
        .filter(|at| !prose.has(whole.start + at))
        .filter(|at| *at > 0 && code.get(*at..).is_some_and(|rest| rest.chars().count() >= FEWEST))
        .collect();
    let at = *starts.get(draw.below(starts.len()))?;
    Some(whole.start + at..whole.end)
}

/// From a name behind `.`, `::` or `->`.
fn member(text: &str, line: Range<usize>, prose: &Prose, draw: &mut Draw) -> Option<Range<usize>> {
    let whole = whole(text, line)?;
    let code = text.get(whole.clone())?;
    let starts: Vec<usize> = word_starts(code)
        .filter(|at| !prose.has(whole.start + at))
        .filter(|at| {
            let before = code.get(..*at).unwrap_or("");
            let names = code.get(*at..).and_then(|rest| rest.chars().next());
            let called = names.is_some_and(|c| c.is_alphabetic() || c == '_');
            called && [".", "::", "->"].iter().any(|mark| before.ends_with(mark))
        })
        .filter(|at| code.get(*at..).is_some_and(|rest| rest.chars().count() >= FEWEST))
        .collect();
    let at = *starts.get(draw.below(starts.len()))?;
    Some(whole.start + at..whole.end)
}

fn word_starts(code: &str) -> impl Iterator<Item = usize> + '_ {
    code.char_indices()
        .scan(false, move |inside, (at, c)| {
            let starts = is_word(c) && !*inside;
            *inside = is_word(c);
            Some(starts.then_some(at))
        })
        .flatten()
}

/// The deeper lines below a line.
fn block(text: &str, line: Range<usize>) -> Option<Range<usize>> {
    let head = text.get(line.clone())?;
    let depth = indent(head);
    let below = text.get(line.end..)?;
    let mut end = None;
    let mut start = None;
    let mut lines = 0;
    for range in line_ranges(below).skip(1) {
        let code = below.get(range.clone())?;
        if code.trim().is_empty() {
            continue;
        }
        if indent(code) <= depth {
            break;
        }
        lines += 1;
        if lines > BLOCK {
            return None;
        }
        start.get_or_insert(range.start + indent(code));
        end = Some(range.start + code.trim_end().len());
    }
    (lines >= 2).then_some(())?;
    Some(line.end + start?..line.end + end?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::document::language::Language;

    fn source(name: &str, text: &str) -> Source {
        Source {
            path: name.into(),
            name: name.into(),
            language: Language::from_path(name).unwrap(),
            text: text.into(),
        }
    }

    const RUST: &str = "//! A module.\n/* one\n two words */\nfn total(items: &[u32]) -> u32 {\n    let mut sum = 0;\n    for item in items {\n        sum = sum.wrapping_add(*item);\n    }\n    sum\n}\n";

    fn all(kind: Kind) -> Vec<String> {
        let sources = [source("a.rs", RUST)];
        let mut got: Vec<String> = places(&sources, kind, 100, &mut Draw::new(7))
            .iter()
            .map(|place| place.wanted(&sources[0]).to_owned())
            .collect();
        got.sort();
        got
    }

    #[test]
    fn whole_lines_of_code_and_no_comment() {
        assert_eq!(
            all(Kind::Line),
            [
                "fn total(items: &[u32]) -> u32 {",
                "for item in items {",
                "let mut sum = 0;",
                "sum = sum.wrapping_add(*item);",
            ]
        );
    }

    #[test]
    fn a_rest_begins_with_a_word() {
        let got = all(Kind::RestOfLine);
        assert_eq!(got.len(), 4, "{got:?}");
        assert!(
            got.iter().all(|rest| RUST.contains(rest) && rest.starts_with(char::is_alphanumeric))
        );
    }

    #[test]
    fn members_and_blocks() {
        assert_eq!(all(Kind::Api), ["wrapping_add(*item);"]);
        assert_eq!(
            all(Kind::Block),
            [
                "let mut sum = 0;\n    for item in items {\n        sum = sum.wrapping_add(*item);\n    }\n    sum"
            ]
        );
    }

    #[test]
    fn nothing_is_drawn_from_docstrings_and_comments() {
        const PYTHON: &str = "'''The module:\nprose of several words\n'''\n\ndef total(items):\n    \"\"\"\n    The sum of some items.\n\n    Prose that is self.contained here.\n    \"\"\"\n    return items.summed_up(1)  # prose.behind the code\n";
        let sources = [source("a.py", PYTHON)];
        for (kind, wanted) in [
            (Kind::Line, 2),
            (Kind::RestOfLine, 2),
            (Kind::Api, 1),
            // Its first line is a docstring.
            (Kind::Block, 0),
        ] {
            for seed in 0..20 {
                let places = places(&sources, kind, 100, &mut Draw::new(seed));
                assert_eq!(places.len(), wanted, "{kind}");
                for place in places {
                    let hidden = place.wanted(&sources[0]);
                    assert!(!hidden.to_lowercase().starts_with("prose"), "{kind}: {hidden}");
                    assert!(!hidden.contains("Prose"), "{kind}: {hidden}");
                }
            }
        }
    }

    #[test]
    fn nothing_of_it_is_left() {
        let sources = [source("a.rs", RUST)];
        for kind in Kind::ALL {
            for place in places(&sources, kind, 100, &mut Draw::new(3)) {
                let (wanted, without) = (place.wanted(&sources[0]), place.without(&sources[0]));
                assert_eq!(without.len() + wanted.len(), RUST.len());
                assert!(!without.contains(wanted), "{kind}: {wanted}");
            }
        }
    }

    #[test]
    fn the_same_seed_draws_the_same() {
        let sources = [source("a.rs", &RUST.repeat(20))];
        let draw = |seed| places(&sources, Kind::RestOfLine, 10, &mut Draw::new(seed));
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }
}
