//! Brackets, strings and comments in any language's text: what is open where. No parser: it reads
//! half-written text, a line at a time if need be, and a mistake in one line hardly reaches the next.

mod literals;
mod syntax;

use self::literals::{char_literal, here_document, is_value_expected, regex};
use self::syntax::Syntax;
use crate::document::language::Language;

/// What a scan is inside of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::completion) enum Inside {
    /// Code, or plain text.
    Code,
    /// A comment that ends with its line.
    LineComment,
    /// A comment up to this.
    BlockComment(&'static str),
    /// A string up to this.
    Text(Quote),
    /// A here-document, up to a line that is its word.
    HereDocument,
}

/// A string's delimiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::completion) struct Quote {
    /// What ends it.
    pub(in crate::completion) end: &'static str,
    /// It may go over lines.
    pub(in crate::completion) lines: bool,
    /// A backslash takes the next character along.
    escapes: bool,
    /// `${` begins code in it.
    holes: bool,
}

/// A bracket that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::completion) struct Open {
    /// The bracket; `$` for a hole in a template string.
    pub(in crate::completion) bracket: char,
    /// Columns of indentation of the line it stands on.
    pub(in crate::completion) indent: usize,
    /// Its place in bytes, in what was fed when it was met.
    pub(in crate::completion) at: usize,
}

impl Open {
    /// What closes it.
    pub(in crate::completion) const fn closer(self) -> char {
        match self.bracket {
            '(' => ')',
            '[' => ']',
            _ => '}',
        }
    }
}

/// What is met on the way, with its place in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::completion) enum Event {
    /// A bracket opens.
    Opens,
    /// A bracket closes the one opened last of its kind; so many are open then. Those that stood
    /// between are given up.
    Closes(usize),
    /// A closer of nothing that the scan has seen.
    Strays,
    /// A string begins.
    Quotes,
    /// A string ends.
    Unquotes,
}

/// Reads a text and knows what is open.
#[derive(Clone)]
pub(in crate::completion) struct Scan {
    syntax: Syntax,
    inside: Inside,
    open: Vec<Open>,
    indent: usize,
    line_is_blank: bool,
    /// The last character that is no blank, and whether a blank came after it.
    last: char,
    after_blank: bool,
    /// The word of the here-document that is open, or begins on the next line.
    word: String,
    /// The line under way in a here-document.
    line: String,
}

/// Tab width where columns are compared.
pub(in crate::completion) const TAB: usize = 4;

impl Scan {
    /// At the beginning of a line of code.
    pub(in crate::completion) fn new(language: Language) -> Self {
        Self {
            syntax: Syntax::of(language),
            inside: Inside::Code,
            open: Vec::new(),
            indent: 0,
            line_is_blank: true,
            last: '\n',
            after_blank: true,
            word: String::new(),
            line: String::new(),
        }
    }

    /// What is open.
    pub(in crate::completion) fn open(&self) -> &[Open] {
        &self.open
    }

    /// What it is inside of.
    pub(in crate::completion) const fn inside(&self) -> Inside {
        self.inside
    }

    /// Gives up all that was opened after the first `depth` brackets.
    pub(in crate::completion) fn forget_above(&mut self, depth: usize) {
        self.open.truncate(depth);
    }

    /// Reads on.
    pub(in crate::completion) fn feed(&mut self, text: &str, mut met: impl FnMut(usize, Event)) {
        let mut at = 0;
        while let Some(left) = text.get(at..).filter(|left| !left.is_empty()) {
            at += match self.plain(left.as_bytes()) {
                0 => self.step(left, at, &mut met),
                plain => plain,
            };
        }
    }

    /// Length in bytes of what is only to be passed over: words and blanks of code, most of a comment
    /// or string.
    fn plain(&mut self, left: &[u8]) -> usize {
        if self.line_is_blank {
            return 0;
        }
        let len = match self.inside {
            Inside::Code => {
                let word = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b' ');
                let len = left.iter().take_while(|b| word(b)).count();
                // A raw string begins with a letter.
                if self.syntax.chars && left.get(..len).is_some_and(|run| run.ends_with(b"r")) {
                    len - 1
                } else {
                    len
                }
            }
            Inside::LineComment => left.iter().take_while(|b| **b != b'\n').count(),
            Inside::BlockComment(end) | Inside::Text(Quote { end, .. }) => {
                let first = end.as_bytes().first().copied().unwrap_or(b'\n');
                let special = |b: &u8| *b == first || matches!(b, b'\n' | b'\\' | b'$');
                left.iter().take_while(|b| !special(b)).count()
            }
            Inside::HereDocument => 0,
        };
        let Some(run) = left.get(..len).filter(|run| !run.is_empty()) else { return 0 };
        if self.inside == Inside::Code {
            if let Some(last) = run.iter().rev().find(|b| **b != b' ') {
                self.last = char::from(*last);
            }
            self.after_blank = run.ends_with(b" ");
        }
        len
    }

    /// Reads one character or one delimiter; answers its length in bytes.
    fn step(&mut self, left: &str, at: usize, met: &mut impl FnMut(usize, Event)) -> usize {
        let Some(c) = left.chars().next() else { return 1 };
        if c == '\n' {
            self.end_line(at, met);
            return 1;
        }
        if self.line_is_blank && matches!(c, ' ' | '\t') && self.inside == Inside::Code {
            self.indent += if c == '\t' { TAB } else { 1 };
            return 1;
        }
        self.line_is_blank = false;
        let len = match self.inside {
            Inside::HereDocument => {
                self.line.push(c);
                c.len_utf8()
            }
            Inside::LineComment => c.len_utf8(),
            Inside::BlockComment(end) => {
                if left.starts_with(end) {
                    self.inside = Inside::Code;
                    end.len()
                } else {
                    c.len_utf8()
                }
            }
            Inside::Text(quote) => self.text(quote, c, left, at, met),
            Inside::Code => self.code(c, left, at, met),
        };
        self.after_blank = c.is_whitespace();
        if !c.is_whitespace() && matches!(self.inside, Inside::Code) {
            self.last = left.get(..len).and_then(|read| read.chars().last()).unwrap_or(c);
        }
        len
    }

    fn end_line(&mut self, at: usize, met: &mut impl FnMut(usize, Event)) {
        match self.inside {
            Inside::LineComment => self.inside = Inside::Code,
            Inside::HereDocument => {
                if self.line.trim().trim_end_matches(';') == self.word {
                    self.inside = Inside::Code;
                    self.word.clear();
                }
                self.line.clear();
            }
            Inside::Text(quote) if !quote.lines => {
                self.inside = Inside::Code;
                met(at, Event::Unquotes);
            }
            _ => {}
        }
        if self.inside == Inside::Code && !self.word.is_empty() {
            self.inside = Inside::HereDocument;
        }
        self.line_is_blank = true;
        self.after_blank = true;
        self.indent = 0;
    }

    fn text(
        &mut self,
        quote: Quote,
        c: char,
        left: &str,
        at: usize,
        met: &mut impl FnMut(usize, Event),
    ) -> usize {
        if c == '\\' && quote.escapes {
            // A backslash at a line's end takes the line break along.
            let next = left.get(1..).and_then(|next| next.chars().next());
            return 1 + next.map_or(0, char::len_utf8);
        }
        if left.starts_with(quote.end) {
            self.inside = Inside::Code;
            self.last = c;
            met(at, Event::Unquotes);
            return quote.end.len();
        }
        if quote.holes && left.starts_with("${") {
            self.inside = Inside::Code;
            self.open.push(Open { bracket: '$', indent: self.indent, at });
            met(at, Event::Opens);
            return 2;
        }
        c.len_utf8()
    }

    fn code(
        &mut self,
        c: char,
        left: &str,
        at: usize,
        met: &mut impl FnMut(usize, Event),
    ) -> usize {
        if let Some(len) = self.comment(c, left) {
            return len;
        }
        if self.syntax.here
            && c == '<'
            && let Some((len, word)) = here_document(left)
        {
            word.clone_into(&mut self.word);
            return len;
        }
        if let Some((len, quote)) = self.quote(c, left) {
            self.inside = Inside::Text(quote);
            met(at, Event::Quotes);
            return len;
        }
        if self.syntax.chars && c == '\'' {
            return char_literal(left);
        }
        if self.syntax.regex
            && c == '/'
            && is_value_expected(self.last)
            && let Some(len) = regex(left)
        {
            return len;
        }
        match c {
            _ if !self.syntax.brackets => {}
            '(' | '[' | '{' => {
                self.open.push(Open { bracket: c, indent: self.indent, at });
                met(at, Event::Opens);
            }
            ')' | ']' | '}' => self.close(c, at, met),
            _ => {}
        }
        c.len_utf8()
    }

    fn close(&mut self, c: char, at: usize, met: &mut impl FnMut(usize, Event)) {
        match self.open.iter().rposition(|open| open.closer() == c) {
            Some(depth) => {
                let template = self.open.get(depth).is_some_and(|open| open.bracket == '$');
                self.open.truncate(depth);
                if template {
                    self.inside = Inside::Text(TEMPLATE);
                }
                met(at, Event::Closes(depth));
            }
            None if c == ')' && self.syntax.patterns => {}
            None => met(at, Event::Strays),
        }
    }

    fn comment(&mut self, c: char, left: &str) -> Option<usize> {
        if let Some((begin, end)) = self.syntax.block
            && left.starts_with(begin)
        {
            self.inside = Inside::BlockComment(end);
            return Some(begin.len());
        }
        let begin = self.syntax.comment.filter(|begin| left.starts_with(begin))?;
        let apart = self.last == '\n' || !self.syntax.comment_apart || self.after_blank;
        apart.then(|| {
            self.inside = Inside::LineComment;
            begin.len().max(c.len_utf8())
        })
    }

    fn quote(&self, c: char, left: &str) -> Option<(usize, Quote)> {
        let syntax = self.syntax;
        if syntax.triple {
            for end in ["\"\"\"", "'''"] {
                if left.starts_with(end) {
                    return Some((3, Quote { end, lines: true, escapes: true, holes: false }));
                }
            }
        }
        if syntax.chars {
            // Raw strings: r"…", r#"…"#.
            for (begin, end) in RAW {
                if left.starts_with(begin) && !self.last.is_alphanumeric() {
                    let quote = Quote { end, lines: true, escapes: false, holes: false };
                    return Some((begin.len(), quote));
                }
            }
        }
        if !syntax.quotes.contains(&c) {
            return None;
        }
        let (end, lines) = match c {
            '"' => ("\"", syntax.long_quotes),
            '\'' => ("'", syntax.long_quotes),
            '`' if syntax.holes => return Some((1, TEMPLATE)),
            '`' => ("`", true),
            _ => return None,
        };
        // An apostrophe in a word opens nothing.
        if c == '\'' && self.last.is_alphanumeric() && !self.after_blank && !left.starts_with("''")
        {
            let prefix = matches!(self.last, 'f' | 'r' | 'b' | 'u' | 'L' | 'F' | 'R' | 'B' | 'U');
            if !prefix {
                return None;
            }
        }
        Some((1, Quote { end, lines, escapes: true, holes: false }))
    }
}

/// A string with holes.
const TEMPLATE: Quote = Quote { end: "`", lines: true, escapes: true, holes: true };
const RAW: [(&str, &str); 4] =
    [("r\"", "\""), ("r#\"", "\"#"), ("r##\"", "\"##"), ("r###\"", "\"###")];
