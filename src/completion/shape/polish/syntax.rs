//! The document must not parse worse with the text in it than without.

use tree_sitter::{InputEdit, Node, Parser, Point, Tree};

use super::Draft;
use crate::completion::shape::around::{Around, Closed, Parsed};
use crate::completion::shape::lines;
use crate::completion::shape::scan::Inside;
use crate::document::language::Grammar;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::parse_queue;
use crate::document::text::Text;

/// So many shorter beginnings are tried.
const TRIES: usize = 8;
/// Errors are looked for this deep.
const DEPTH: usize = 200;

/// Cuts the text to its longest beginning of whole lines with which the document parses no worse
/// than without it; to nothing where there is none.
pub(in crate::completion) fn cut(draft: &mut Draft, around: &Around) {
    let Some(parsed) = around.parsed.as_ref() else { return };
    // Directives may stand where the grammar has no place for them.
    let directives = matches!(parsed.grammar, Grammar::C | Grammar::Cpp)
        && draft.text.lines().any(|line| line.trim_start().starts_with('#'));
    if draft.cut_off || directives || around.in_text() || draft.text.trim().is_empty() {
        return;
    }
    let mut parser = Parser::new();
    if parser.set_language(&parse_queue::language(parsed.grammar)).is_err() {
        return;
    }
    let before = parsed.errors;
    // How a parser counts in text that is broken anyway is half chance.
    let most = before + usize::from(before > 0);
    let fits = |parser: &mut Parser, text: &str, over: usize| {
        let Some(whole) = finished(text, around) else { return true };
        parsed.with(parser, &whole, over).is_none_or(|errors| errors <= most)
    };
    let text = draft.text.trim_end();
    // A semicolon that only is not there yet is the user's to type.
    if fits(&mut parser, text, draft.over) || fits(&mut parser, &format!("{text};"), draft.over) {
        return;
    }
    let ends = draft.text.match_indices('\n').map(|(at, _)| at).rev();
    let ends: Vec<usize> = ends
        .filter(|at| {
            let head = draft.text.get(..*at).unwrap_or("");
            !head.trim().is_empty() && !head.ends_with('\n')
        })
        .take(TRIES)
        .collect();
    let shorter = ends
        .into_iter()
        .find(|end| fits(&mut parser, draft.text.get(..*end).unwrap_or("").trim_end(), 0));
    match shorter {
        Some(end) => {
            draft.text.truncate(end);
            draft.over = 0;
        }
        None => draft.text.clear(),
    }
}

/// The text with what it leaves open closed, as its block goes on behind it; `None` where nothing can
/// be said of it.
fn finished(text: &str, around: &Around) -> Option<String> {
    let mut scan = around.scan.clone();
    let base = scan.open().len();
    scan.feed(text, |_, _| {});
    let last = text.rsplit('\n').next().unwrap_or("");
    let line =
        if text.contains('\n') { last.to_owned() } else { format!("{}{last}", around.before) };
    if scan.inside() != Inside::Code {
        return None;
    }
    let open = scan.open();
    let own = around.closed.get(around.floor..open.len().min(base)).unwrap_or_default();
    let left = open.get(base.min(open.len())..).unwrap_or_default();
    if own.contains(&Closed::Nowhere) || (left.is_empty() && waits(&line, around)) {
        return None;
    }
    // What follows closes them.
    let strays = around.strays.len();
    if left.is_empty() || left.len() == strays {
        return Some(text.to_owned());
    }
    if waits(&line, around) && !line.trim_end().ends_with('{') {
        return None;
    }
    let closers: String = left.iter().rev().map(|open| open.closer()).collect();
    Some(format!("{text}\n{closers}"))
}

/// Whether a line asks for another.
fn waits(line: &str, around: &Around) -> bool {
    lines::opens_body(line, around.language)
        || lines::goes_on(line, around.language)
        || (around.at_end() && lines::is_header(line) && !line.ends_with([';', '}', ')']))
}

impl Parsed {
    /// Errors with a text in it, in place of `over` bytes behind the cursor.
    fn with(&self, parser: &mut Parser, inserted: &str, over: usize) -> Option<usize> {
        let mut text = self.text.clone();
        let end = ByteOffset(self.at.0 + over);
        let point = |text: &Text, at: ByteOffset| {
            let (row, column) = text.row_by_lf(at);
            Point { row, column }
        };
        let (start_position, old_end_position) = (point(&text, self.at), point(&text, end));
        text.replace(ByteRange::new(self.at, end), inserted);
        let new_end = ByteOffset(self.at.0 + inserted.len());
        let mut tree = self.tree.clone();
        tree.edit(&InputEdit {
            start_byte: self.at.0,
            old_end_byte: end.0,
            new_end_byte: new_end.0,
            start_position,
            old_end_position,
            new_end_position: point(&text, new_end),
        });
        Some(count(parse(parser, &text, &tree)?.root_node()))
    }
}

/// Parses a text from an older tree of it.
pub(in crate::completion) fn parse(parser: &mut Parser, text: &Text, old: &Tree) -> Option<Tree> {
    parser.parse_with_options(&mut |at, _| text.chunk_at(at), Some(old), None)
}

/// How many errors there are. A semicolon that is only missing is none: it may be a matter of style.
pub(in crate::completion) fn count(root: Node<'_>) -> usize {
    let mut cursor = root.walk();
    let mut errors = 0;
    let mut depth = 0_usize;
    loop {
        let node = cursor.node();
        if node.is_error() || (node.is_missing() && node.kind() != ";") {
            errors += 1;
        }
        if node.has_error() && !node.is_error() && depth < DEPTH && cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return errors;
            }
            depth = depth.saturating_sub(1);
        }
    }
}
