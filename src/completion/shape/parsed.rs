//! What stands around a cursor as a syntax tree, to try texts in it. Of a long document it is the
//! skeleton around the cursor alone, so that trying one costs the same in a file of any length.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::sync::OnceLock;

use parking_lot::Mutex;
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
    before: String,
    after: String,
    /// A tree to begin with: the document's own, where this is the whole of it.
    begun: Option<Tree>,
    /// The tree without a suggestion. Most suggestions need none: they parse without an error.
    bare: OnceLock<Option<Tree>>,
    /// What was found with the texts that have been tried: how many errors, or whether it was so.
    tried: Mutex<HashMap<u64, usize>>,
    hasher: RandomState,
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
        let document = self.document.as_ref().filter(|_| self.errors() > 0)?;
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
        let whole = stretches.len() == 1;
        let begun = if whole { Some(shared.tree()?.clone()) } else { None };
        let bare = OnceLock::new();
        if whole && shared.is_fresh() {
            bare.get_or_init(|| begun.clone());
        }
        Some(Self {
            grammar,
            before,
            after,
            begun,
            bare,
            tried: Mutex::default(),
            hasher: RandomState::new(),
            point,
            offset: at,
            document: None,
        })
    }

    /// How many errors there are without a suggestion.
    pub(in crate::completion) fn errors(&self) -> usize {
        let parse = || self.parse(&mut self.parser()?, "", 0, self.begun.as_ref());
        self.bare.get_or_init(parse).as_ref().map_or(0, |tree| count(tree.root_node()))
    }

    /// How many errors there are with a text in it, in place of `over` bytes behind the cursor.
    pub(in crate::completion) fn with(&self, inserted: &str, over: usize) -> Option<usize> {
        let key = self.hasher.hash_one((inserted, over));
        if let Some(errors) = self.tried.lock().get(&key) {
            return Some(*errors);
        }
        let errors = count(self.tree_with(inserted, over)?.root_node());
        self.tried.lock().insert(key, errors);
        Some(errors)
    }

    /// Whether a text ends in a node of that kind, in the block around the cursor.
    pub(in crate::completion) fn ends_in(&self, inserted: &str, kind: &str) -> bool {
        let key = self.hasher.hash_one((inserted, kind));
        if let Some(known) = self.tried.lock().get(&key) {
            return *known > 0;
        }
        let place = self.before.len() + inserted.len().saturating_sub(1);
        let found = self.tree_with(inserted, 0).is_some_and(|tree| {
            let mut node = tree.root_node().descendant_for_byte_range(place, place);
            while let Some(inner) = node.filter(|inner| inner.kind() != kind) {
                node = inner.parent();
            }
            let around = node.and_then(|found| found.parent());
            around
                .is_some_and(|around| around.start_byte() < self.before.len() && !around.is_error())
        });
        self.tried.lock().insert(key, usize::from(found));
        found
    }

    /// The tree with a text in it, in place of `over` bytes behind the cursor.
    fn tree_with(&self, inserted: &str, over: usize) -> Option<Tree> {
        let (start, point) = (self.before.len(), self.point);
        let bare = self.bare.get().and_then(Option::as_ref);
        let mut old = bare.or(self.begun.as_ref()).cloned();
        if let Some(old) = &mut old {
            old.edit(&InputEdit {
                start_byte: start,
                old_end_byte: start + over,
                new_end_byte: start + inserted.len(),
                start_position: point,
                old_end_position: Point { row: point.row, column: point.column + over },
                new_end_position: end_of(inserted, point),
            });
        }
        self.parse(&mut self.parser()?, inserted, over, old.as_ref())
    }

    /// A parser for texts here.
    fn parser(&self) -> Option<Parser> {
        let table: Table = parse_queue::language(self.grammar);
        let mut parser = Parser::new();
        parser.set_language(&table).ok()?;
        Some(parser)
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
