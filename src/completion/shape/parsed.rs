//! What stands around a cursor as a syntax tree, to try texts in it. Of a long document it is the
//! skeleton around the cursor alone, so that trying one costs the same in a file of any length.

use std::ops::Range;

use tree_sitter::{InputEdit, Language as Table, Node, Parser, Point, Tree};

use super::skeleton::skeleton;
use crate::document::DocumentSnapshot;
use crate::document::language::{Grammar, Language};
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::parse_queue;

/// Larger documents (bytes) are not parsed whole where they have no skeleton.
const WHOLE: usize = 1024 * 1024;
/// Errors are looked for this deep.
const DEPTH: usize = 200;

/// The text around a cursor with its tree.
pub(in crate::completion) struct Parsed {
    /// The grammar.
    pub(in crate::completion) grammar: Grammar,
    /// How many errors there are without a suggestion.
    pub(in crate::completion) errors: usize,
    before: String,
    after: String,
    tree: Tree,
    /// The cursor.
    point: Point,
    offset: ByteOffset,
    /// The document of which this is the skeleton alone.
    document: Option<DocumentSnapshot>,
}

impl Parsed {
    /// Parses around `at`, where the language there is the document's and has a grammar.
    pub(in crate::completion) fn of(
        document: &DocumentSnapshot,
        at: ByteOffset,
        language: Language,
    ) -> Option<Self> {
        // In embedded code the tree is the host's.
        if document.language != language {
            return None;
        }
        let grammar = language.grammar()?;
        let tree = document.tree.as_ref()?.tree()?;
        match skeleton(tree, document.text.len(), at.0) {
            Some(kept) => {
                let mut parsed = Self::of_stretches(document, at, grammar, &kept)?;
                parsed.document = (kept.len() > 1).then(|| document.clone());
                Some(parsed)
            }
            None => Self::of_whole(document, at, grammar),
        }
    }

    /// The same in the whole document, where this is a skeleton that is broken without a suggestion
    /// and so may say little.
    pub(in crate::completion) fn surer(&self) -> Option<Self> {
        let document = self.document.as_ref().filter(|_| self.errors > 0)?;
        Self::of_whole(document, self.offset, self.grammar)
    }

    fn of_whole(document: &DocumentSnapshot, at: ByteOffset, grammar: Grammar) -> Option<Self> {
        let all = 0..document.text.len();
        let short = all.len() <= WHOLE;
        short.then(|| Self::of_stretches(document, at, grammar, &[all])).flatten()
    }

    fn of_stretches(
        document: &DocumentSnapshot,
        at: ByteOffset,
        grammar: Grammar,
        stretches: &[Range<usize>],
    ) -> Option<Self> {
        let (text, shared) = (&document.text, document.tree.as_ref()?);
        let (mut before, mut after) = (String::new(), String::new());
        for kept in stretches {
            let part = |from: usize, to: usize| {
                text.slice(ByteRange::new(ByteOffset(from), ByteOffset(to.max(from))))
            };
            before.push_str(&part(kept.start, kept.end.min(at.0)));
            after.push_str(&part(kept.start.max(at.0), kept.end));
        }
        let point = end_of(&before, Point::default());
        let tree = shared.tree()?.clone();
        let mut parsed =
            Self { grammar, errors: 0, before, after, tree, point, offset: at, document: None };
        let whole = stretches.len() == 1;
        if !whole || !shared.is_fresh() {
            let old = whole.then(|| parsed.tree.clone());
            parsed.tree = parsed.parse(&mut parsed.parser()?, "", 0, old.as_ref())?;
        }
        parsed.errors = count(parsed.tree.root_node());
        Some(parsed)
    }

    /// A parser for texts here.
    pub(in crate::completion) fn parser(&self) -> Option<Parser> {
        let table: Table = parse_queue::language(self.grammar);
        let mut parser = Parser::new();
        parser.set_language(&table).ok()?;
        Some(parser)
    }

    /// Errors with a text in it, in place of `over` bytes behind the cursor.
    pub(in crate::completion) fn with(
        &self,
        parser: &mut Parser,
        inserted: &str,
        over: usize,
    ) -> Option<usize> {
        let tree = self.tree_with(parser, inserted, over)?;
        Some(count(tree.root_node()))
    }

    /// The tree with a text in it, in place of `over` bytes behind the cursor.
    pub(in crate::completion) fn tree_with(
        &self,
        parser: &mut Parser,
        inserted: &str,
        over: usize,
    ) -> Option<Tree> {
        let (start, point) = (self.before.len(), self.point);
        let mut old = self.tree.clone();
        old.edit(&InputEdit {
            start_byte: start,
            old_end_byte: start + over,
            new_end_byte: start + inserted.len(),
            start_position: point,
            old_end_position: Point { row: point.row, column: point.column + over },
            new_end_position: end_of(inserted, point),
        });
        self.parse(parser, inserted, over, Some(&old))
    }

    /// Where the cursor is in the trees, in bytes.
    #[allow(dead_code)]
    pub(in crate::completion) const fn at(&self) -> usize {
        self.before.len()
    }

    fn parse(
        &self,
        parser: &mut Parser,
        inserted: &str,
        over: usize,
        old: Option<&Tree>,
    ) -> Option<Tree> {
        let middle = self.before.len();
        let behind = middle + inserted.len();
        let mut read = |at: usize, _| {
            let part = match at {
                at if at < middle => self.before.as_bytes().get(at..),
                at if at < behind => inserted.as_bytes().get(at - middle..),
                at => self.after.as_bytes().get(at - behind + over..),
            };
            part.unwrap_or_default()
        };
        parser.parse_with_options(&mut read, old, None)
    }
}

/// Where a text that begins at a point ends.
fn end_of(text: &str, from: Point) -> Point {
    match text.rfind('\n') {
        None => Point { row: from.row, column: from.column + text.len() },
        Some(last) => Point {
            row: from.row + text.bytes().filter(|byte| *byte == b'\n').count(),
            column: text.len() - last - 1,
        },
    }
}

/// How many errors there are. A semicolon that only is missing is none: it may be a matter of style.
fn count(root: Node<'_>) -> usize {
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
