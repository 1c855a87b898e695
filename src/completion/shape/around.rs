//! What stands around a cursor, read once for each request: its line, the lines above and below, what
//! is open before it and closed after it, and how the document indents. All rules about a
//! suggestion's text look at this and at nothing else of the document.

use std::sync::OnceLock;

use super::items::heads;
use super::lines;
use super::parsed::Parsed;
use super::scan::{Event, Inside, Scan};
use super::unit::unit;
pub(in crate::completion) use super::unit::{Unit, width};
use crate::completion::scope::Scope;
use crate::document::DocumentSnapshot;
use crate::document::language::Language;
use crate::document::line_ending::normalise;
use crate::document::offset::{ByteOffset, ByteRange};

/// How far above and below the cursor (bytes) is looked.
const REACH: usize = 12 * 1024;
/// How many lines above and below are kept.
const LINES: usize = 120;

/// A cursor, whose surroundings are read when they are first asked for: not while a request waits to
/// be sent.
pub struct Cursor {
    document: DocumentSnapshot,
    at: ByteOffset,
    language: Language,
    around: OnceLock<Around>,
}

impl Cursor {
    /// A cursor in a document, with the language there.
    #[must_use]
    pub const fn new(document: DocumentSnapshot, at: ByteOffset, language: Language) -> Self {
        Self { document, at, language, around: OnceLock::new() }
    }

    /// What stands around it.
    pub(in crate::completion) fn around(&self) -> &Around {
        self.around.get_or_init(|| Around::new(&self.document, self.at, self.language))
    }

    /// Where it is.
    pub(in crate::completion) const fn at(&self) -> ByteOffset {
        self.at
    }
}

/// A cursor's surroundings. Line breaks are LF.
pub(in crate::completion) struct Around {
    /// The language at the cursor.
    pub(in crate::completion) language: Language,
    /// The cursor's line before it.
    pub(in crate::completion) before: String,
    /// The cursor's line after it.
    pub(in crate::completion) rest: String,
    /// The lines above, nearest first.
    pub(in crate::completion) above: Vec<String>,
    /// The lines below, nearest first.
    pub(in crate::completion) below: Vec<String>,
    /// All that was read before the cursor, with that many brackets open on lines above its own.
    pub(in crate::completion) scan: Scan,
    /// How many of them were opened above the cursor's line.
    pub(in crate::completion) floor: usize,
    /// For each open bracket, where it is closed.
    pub(in crate::completion) closed: Vec<Closed>,
    /// Closers after the cursor of nothing that is open before it: brackets that a suggestion may
    /// leave open.
    pub(in crate::completion) strays: Vec<char>,
    /// The string around the cursor ends on its line.
    pub(in crate::completion) unquoted: bool,
    /// The lines that open what is open: the text before each bracket.
    pub(in crate::completion) heads: Vec<String>,
    /// Indentation (columns) of the line on which what the cursor's line goes on with begins.
    pub(in crate::completion) indent: usize,
    /// How it indents.
    pub(in crate::completion) unit: Unit,
    /// Indentation (columns) of the line that opens the block around the cursor, where the syntax
    /// tree tells: what stands no deeper is not part of it.
    pub(in crate::completion) block: Option<usize>,
    /// What stands around as a tree, where there is one of the language at the cursor.
    pub(in crate::completion) parsed: Option<Parsed>,
}

/// Where a bracket that is open before the cursor is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::completion) enum Closed {
    /// On the cursor's line.
    Here,
    /// Further below, or further than we look.
    Below,
    /// Nowhere.
    Nowhere,
}

impl Around {
    /// Reads the surroundings.
    pub(in crate::completion) fn new(
        document: &DocumentSnapshot,
        at: ByteOffset,
        language: Language,
    ) -> Self {
        let text = &document.text;
        let line = text.line_of(at);
        let (start, end) = (text.line_start(line), text.line_end(line));
        let top = text.line_start(text.line_of(ByteOffset(start.0.saturating_sub(REACH))));
        let top = outside_text(document, top, language);
        let bottom = ByteOffset(end.0.saturating_add(REACH));
        let whole = bottom.0 >= text.len();
        let part = |from, to| normalise(&text.slice(ByteRange::new(from, to)));
        let (head, tail) = (part(top, start), part(end, bottom));
        let (before, rest) = (part(start, at), part(at, end));
        let owned = |line: &str| line.to_owned();
        let above: Vec<String> =
            head.strip_suffix('\n').unwrap_or(&head).rsplit('\n').take(LINES).map(owned).collect();
        let tail = tail.strip_prefix('\n').unwrap_or(&tail);
        let mut below: Vec<String> = tail.split('\n').take(LINES).map(owned).collect();
        if !whole && below.len() < LINES {
            below.pop();
        }
        let mut scan = Scan::new(language);
        scan.feed(&head, |_, _| {});
        let opened = scan.open().to_vec();
        let mut floor = opened.len();
        scan.feed(&before, |_, event| {
            if let Event::Closes(to) = event {
                floor = floor.min(to);
            }
        });
        let begins = opened.get(floor).map(|open| open.indent);
        let indent = begins.map_or(width(&before), |begins| begins.min(width(&before)));
        let heads = heads(&head, &before, scan.open(), floor);
        let previous = above.iter().map(String::as_str).find(|line| !line.trim().is_empty());
        let unit =
            unit(above.iter().rev().chain([&before]).chain(&below), language, &before, previous);
        let mut around = Self {
            language,
            before,
            rest,
            above,
            below,
            scan,
            floor,
            closed: Vec::new(),
            strays: Vec::new(),
            unquoted: false,
            heads,
            indent,
            unit,
            // In embedded code the tree is the host's.
            block: (document.language == language).then(|| Scope::at(document, at).block).flatten(),
            parsed: Parsed::of(document, at, language),
        };
        around.read_after(whole);
        around
    }

    /// What is open after the cursor and a text there.
    pub(in crate::completion) fn after(&self, text: &str) -> Scan {
        let mut scan = self.scan.clone();
        scan.feed(text, |_, _| {});
        scan
    }

    /// Whether nothing follows the cursor on its line.
    pub(in crate::completion) fn at_end(&self) -> bool {
        self.rest.trim().is_empty()
    }

    /// Whether there is nothing but blanks before the cursor on its line.
    pub(in crate::completion) fn is_blank(&self) -> bool {
        self.before.trim().is_empty()
    }

    /// The first line below that has anything on it.
    pub(in crate::completion) fn next(&self) -> Option<&str> {
        self.below.iter().map(String::as_str).find(|line| !line.trim().is_empty())
    }

    /// The first line above that has anything on it.
    pub(in crate::completion) fn previous(&self) -> Option<&str> {
        self.above.iter().map(String::as_str).find(|line| !line.trim().is_empty())
    }

    /// The line that opens the block around the cursor, going by indentation: the nearest above that
    /// stands less deep than `indent`.
    pub(in crate::completion) fn opener(&self, indent: usize) -> Option<&str> {
        let lines = self.above.iter().map(String::as_str);
        lines.filter(|line| !line.trim().is_empty()).find(|line| width(line) < indent)
    }

    /// The nearest line above that stands no deeper than the cursor.
    pub(in crate::completion) fn level(&self) -> Option<&str> {
        self.opener(width(&self.before) + 1)
    }

    /// Whether the cursor's line is the only one of its block's body.
    pub(in crate::completion) fn body_is_empty(&self) -> bool {
        let Some(above) = self.previous().filter(|_| self.is_blank() && self.at_end()) else {
            return false;
        };
        let opens = lines::opens_body(above, self.language)
            || lines::code_of(above, self.language).ends_with('{');
        let below = self.next().is_some_and(|next| width(next) > width(above));
        opens && !below
    }

    /// Whether the word that closes the block opened by such a line is missing below.
    pub(in crate::completion) fn end_is_lacking(&self, opener: &str) -> bool {
        let indent = width(opener);
        let mut below = self.below.iter().filter(|line| !line.trim().is_empty());
        let next = below.find(|line| width(line) <= indent);
        lines::opens_body(opener, self.language)
            && !next.is_some_and(|line| width(line) == indent && lines::is_end_word(line))
    }

    /// Whether the cursor is in a string or a comment.
    pub(in crate::completion) fn in_text(&self) -> bool {
        self.scan.inside() != Inside::Code
    }
}

/// The place itself, or where the string or comment begins that it stands in, going by the tree.
fn outside_text(document: &DocumentSnapshot, at: ByteOffset, language: Language) -> ByteOffset {
    let tree = document.tree.as_ref().filter(|_| document.language == language);
    let root = tree.and_then(|tree| tree.tree()).map(tree_sitter::Tree::root_node);
    let mut node = root.and_then(|root| root.descendant_for_byte_range(at.0, at.0));
    let mut found = at;
    while let Some(inner) = node {
        let text = inner.kind().contains("string") || inner.kind().contains("comment");
        if text && inner.start_byte() < at.0 && at.0 < inner.end_byte() {
            let line = document.text.line_of(ByteOffset(inner.start_byte()));
            found = document.text.line_start(line);
        }
        node = inner.parent();
    }
    found
}
