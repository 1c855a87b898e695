//! What stands around a cursor, read once for each request: its line, the lines above and below, what
//! is open before it and closed after it, and how the document indents. All rules about a
//! suggestion's text look at this and at nothing else of the document.

use std::sync::OnceLock;

use super::lines;
use super::parsed::Parsed;
use super::scan::{Event, Inside, Open, Scan};
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
        let floor = scan.open().len();
        scan.feed(&before, |_, _| {});
        let floor = floor.min(scan.open().len());
        let heads = heads(&head, &before, scan.open(), floor);
        let unit = unit(above.iter().rev().chain([&before]).chain(&below), language, &before);
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
            unit,
            // In embedded code the tree is the host's.
            block: (document.language == language).then(|| Scope::at(document, at).block).flatten(),
            parsed: Parsed::of(document, at, language),
        };
        around.read_after(whole);
        around
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

    /// Finds out what the text after the cursor closes.
    fn read_after(&mut self, whole: bool) {
        let depth = self.scan.open().len();
        let mut closed = vec![Closed::Nowhere; depth];
        let mut strays = Vec::new();
        let mut scan = self.scan.clone();
        let mut unquoted = false;
        // What is opened after the cursor has the numbers from here on.
        let mut base = depth;
        let mut outside = false;
        let lines = std::iter::once(&self.rest).chain(&self.below);
        for (index, line) in lines.enumerate() {
            if index > 0 {
                outdented(&mut scan, line, base, self.language);
                base = base.min(scan.open().len());
            }
            let place = if index == 0 { Closed::Here } else { Closed::Below };
            // A brace deeper than what opens the innermost block is for one that is not there yet.
            let line = if index > 0 && !outside && is_deeper(&scan, line, base) {
                strays.push('}');
                line.trim_start().get(1..).unwrap_or("")
            } else {
                line.as_str()
            };
            let mut note = |at: usize, event| match event {
                Event::Closes(to) if to < base => {
                    base = to;
                    outside = true;
                    if let Some(open) = closed.get_mut(to) {
                        *open = place;
                    }
                }
                // What a suggestion opens is closed before what is around it.
                Event::Strays if !outside => {
                    strays.extend(line.get(at..).and_then(|left| left.chars().next()));
                }
                Event::Unquotes if index == 0 && at < line.len() => unquoted = true,
                _ => {}
            };
            scan.feed(line, &mut note);
            scan.feed("\n", &mut note);
            if strays.len() > 64 {
                break;
            }
        }
        // What is still open where we stop looking is closed further below.
        if !whole {
            for closed in closed.iter_mut().take(scan.open().len().min(base)) {
                *closed = Closed::Below;
            }
        }
        // Of two that stand alike the inner one is being written.
        for inner in (0..depth).rev() {
            let open = self.scan.open();
            let alike = |outer: &usize| {
                let same = |at: usize| open.get(at).map(|open| (open.bracket, open.indent));
                // A closer on the cursor's line is for what was opened there.
                let near = closed.get(inner) == Some(&Closed::Below)
                    || (*outer < self.floor) == (inner < self.floor);
                near && same(*outer) == same(inner) && closed.get(*outer) == Some(&Closed::Nowhere)
            };
            if matches!(closed.get(inner), Some(Closed::Below | Closed::Here))
                && let Some(outer) = (0..inner).rev().find(alike)
            {
                closed.swap(inner, outer);
            }
        }
        self.unquoted = unquoted && matches!(self.scan.inside(), Inside::Text(_));
        self.closed = closed;
        self.strays = strays;
    }
}

/// Whether a line begins with a brace that stands deeper than the line of the innermost open one, which
/// was opened before the cursor.
fn is_deeper(scan: &Scan, line: &str, base: usize) -> bool {
    let open = scan.open();
    let innermost = open.last().filter(|open| open.bracket == '{');
    scan.inside() == Inside::Code
        && open.len() <= base
        && line.trim_start().starts_with('}')
        && innermost.is_some_and(|open| width(line) > open.indent)
}

/// A closer that begins a line closes what was opened by a line of the same indentation: what was
/// opened in between is still being written. So is what was opened on a line no less deep than one
/// that begins with something else.
fn outdented(scan: &mut Scan, line: &str, depth: usize, language: Language) {
    let body = line.trim_start();
    if scan.inside() != Inside::Code || body.is_empty() {
        return;
    }
    let indent = width(line);
    let Some(closer @ (')' | ']' | '}')) = body.chars().next() else {
        let apart = lines::is_comment(line, language)
            || body.starts_with([
                '#', '<', '{', '.', '+', '-', '?', ':', '&', '|', '"', '\'', '`', '@',
            ])
            || body.trim_end().ends_with(':');
        let open = scan.open();
        let most = open.len().min(depth);
        let kept = open.get(..most).unwrap_or_default().iter().position(|open| {
            // What a namespace holds may stand as deep as itself.
            open.indent > indent || (open.indent == indent && matches!(open.bracket, '(' | '['))
        });
        if let Some(kept) = kept.filter(|_| !apart && open.len() <= depth) {
            scan.forget_above(kept);
        }
        return;
    };
    let open = scan.open();
    let Some(top) = open.iter().rposition(|open| open.closer() == closer) else { return };
    if top >= depth || open.get(top).is_some_and(|open| open.indent <= indent) {
        return;
    }
    let same = |open: &Open| open.closer() == closer && open.indent == indent;
    if let Some(to) = open.get(..top).unwrap_or_default().iter().rposition(same) {
        scan.forget_above(to + 1);
    }
}

/// The text before each open bracket on its line.
fn heads(head: &str, before: &str, open: &[Open], floor: usize) -> Vec<String> {
    let of = |(index, open): (usize, &Open)| {
        let text = if index < floor { head } else { before };
        let before = text.get(..open.at).unwrap_or("");
        before.rsplit('\n').next().unwrap_or("").to_owned()
    };
    open.iter().enumerate().map(of).collect()
}

impl Around {
    /// Whether the innermost open bracket above the cursor's line holds items that are alike,
    /// rather than statements.
    pub(in crate::completion) fn holds_items(&self) -> bool {
        let Some(index) = self.floor.checked_sub(1) else {
            return matches!(self.language.id(), "json" | "jsonc" | "css" | "scss" | "less");
        };
        let Some(open) = self.scan.open().get(index) else { return false };
        let head = self.heads.get(index).map_or("", String::as_str);
        open.bracket != '{' || is_head_of_items(head, self.language)
    }
}

/// Whether `{` after this text opens a list of fields, arms, variants or entries.
pub(in crate::completion) fn is_head_of_items(head: &str, language: Language) -> bool {
    if matches!(language.id(), "python" | "json" | "jsonc" | "css" | "scss" | "less" | "lua") {
        return true;
    }
    let text = head.trim();
    let word =
        |word: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == word);
    if ["struct", "enum", "union", "match", "switch", "interface"].iter().any(|w| word(w)) {
        return !text.starts_with("impl");
    }
    let Some(last) = text.chars().last() else { return false };
    if matches!(last, '=' | '(' | ',' | ':' | '[') || text.ends_with("return") {
        return !text.starts_with("case ") && !text.starts_with("default");
    }
    if ["type ", "export type ", "import", "use ", "export"].iter().any(|w| text.starts_with(w))
        && !word("function")
        && !word("class")
        && !word("const")
    {
        return true;
    }
    match language.id() {
        "go" => !head.ends_with(' '),
        "rust" => {
            let name = text.rsplit([' ', '(', ':']).next().unwrap_or("");
            let opens =
                ["impl", "trait", "fn", "if", "while", "for", "loop", "mod", "unsafe", "else"]
                    .iter()
                    .any(|w| word(w));
            name.chars().next().is_some_and(char::is_uppercase) && !opens
        }
        _ => false,
    }
}
