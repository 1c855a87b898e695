//! Where a line is cut, and what is then still to be seen of it and of its copies: nothing.

use foretype::document::language::Language;
use foretype::document::names::names;
use foretype::document::offset::ByteOffset;
use foretype::document::parse_queue::parse_now;
use foretype::document::text::Text;
use foretype::local::dialect::Dialect;
use foretype::local::{Cursor, Overlay};
use tree_sitter::Tree;

use super::corpus::{CodeLine, Repo};

/// Splitmix64: the same places in every run.
pub struct Rng(pub u64);

impl Rng {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// In [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Where the cursor stands in the line that is drawn.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Cut {
    /// Before its first character: all of the line is hidden.
    Line,
    /// Before one of its tokens, drawn uniformly.
    Token,
    /// Before any character, in words too.
    Character,
    /// After an opening bracket that the editor has closed already.
    Closed,
}

/// Fewest characters hidden; between brackets, where few lines have so many, three.
const LEAST: usize = 8;

pub struct Case<'r> {
    pub path: &'r str,
    pub prefix: String,
    pub suffix: String,
    pub hidden: String,
    pub overlay: Overlay,
    /// The text without what is hidden, and its tree, as an editor's document has them.
    pub document: (Text, Option<Tree>),
    pub scope: Vec<String>,
    pub line: &'r CodeLine,
    /// Where the hidden text begins and ends in the file.
    pub cut: usize,
    pub end: usize,
}

impl Case<'_> {
    pub fn cursor(&self) -> Cursor<'_> {
        Cursor { path: self.path, prefix: &self.prefix, suffix: &self.suffix, scope: &self.scope }
    }

    /// The names in scope, as the server reads them from the document's tree.
    pub fn names(&self) -> Vec<String> {
        let (text, tree) = &self.document;
        let Some(tree) = tree else { return Vec::new() };
        names(tree, text, ByteOffset(self.prefix.len()))
    }
}

/// A line drawn uniformly from those that can be cut so.
///
/// The index's own copy of the file is out of use; what is left of the file is seen as an open one.
/// With `hide`, every other copy of the line, here and in the index, is out of use as well.
pub fn draw<'r>(repo: &'r Repo, rng: &mut Rng, cut: Cut, hide: bool) -> Case<'r> {
    loop {
        let line = &repo.lines[rng.below(repo.lines.len())];
        let (path, text) = &repo.files[line.file];
        let places = places(text, line, cut);
        if places.is_empty() {
            continue;
        }
        let at = places[rng.below(places.len())];
        let closed = if cut == Cut::Closed { closing(text, line, at) } else { None };
        let end = closed.unwrap_or(line.end);
        let mut prefix = text[..at].to_owned();
        let mut suffix = text[line.end..].to_owned();
        let mut overlay = Overlay::default();
        overlay.forget(&repo.index, path);
        if hide {
            let whole = text[line.start..line.end].trim();
            prefix = without(&text[..line.start], whole) + &text[line.start..at];
            suffix = without(&suffix, whole);
            overlay.hide(repo.index.places_of_line(whole, Dialect::of(path)));
        }
        if closed.is_some() {
            suffix.insert_str(0, &text[end..=end]);
        }
        let hidden = text[at..end].to_owned();
        let text = Text::from(format!("{prefix}{suffix}").as_str());
        let grammar = Language::from_path(path).and_then(Language::grammar);
        let tree = grammar.and_then(|grammar| parse_now(grammar, &text));
        let (document, scope) = ((text, tree), Vec::new());
        let mut case =
            Case { path, prefix, suffix, hidden, overlay, document, scope, line, cut: at, end };
        case.scope = case.names();
        return case;
    }
}

fn places(text: &str, line: &CodeLine, cut: Cut) -> Vec<usize> {
    let first = line.tokens[0].start;
    let enough =
        |at: &usize| text.is_char_boundary(*at) && text[*at..line.end].chars().count() >= LEAST;
    let between =
        |at: &usize| closing(text, line, *at).is_some_and(|c| text[*at..c].trim().len() > 2);
    match cut {
        Cut::Line => [first].into_iter().filter(enough).collect(),
        Cut::Token => line.tokens.iter().map(|token| token.start).filter(enough).collect(),
        Cut::Character => (first..line.end).filter(enough).collect(),
        Cut::Closed => line.tokens.iter().map(|token| token.end).filter(between).collect(),
    }
}

/// Where the bracket that ends right before `at` is closed, on its line.
fn closing(text: &str, line: &CodeLine, at: usize) -> Option<usize> {
    let number = line.tokens.iter().position(|token| token.end == at)?;
    let mut depth = 0;
    for token in &line.tokens[number..] {
        match &text[token.start..token.end] {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return (token.start > at).then_some(token.start);
        }
    }
    None
}

/// The text without every line that says the same.
pub fn without(text: &str, line: &str) -> String {
    text.split_inclusive('\n').filter(|other| other.trim() != line).collect()
}
