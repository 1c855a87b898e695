//! Source text as the tokens the model counts: words, numbers, short strings, marks and line ends.
//!
//! It is no language's real lexer. It has to be fast, to agree with itself, and never to fail: what
//! it does not know becomes a mark of one character. Comments and text over several lines are left
//! out, for they break the matches of the code around them and are seldom said twice.

use super::dialect::Dialect;

/// What a token is, as far as the model tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A name or a keyword.
    Word,
    /// A number literal.
    Number,
    /// A short string with its quotes, or a piece of a longer one.
    Text,
    /// Punctuation.
    Mark,
    /// The end of a line and the step of the next one's indentation, see [`SAME`].
    Line,
}

/// One token and whether white space stood before it on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// As it is written; of a line's end one of [`SAME`], [`DEEPER`], [`SHALLOWER`].
    pub text: &'a str,
    /// What it is.
    pub kind: Kind,
    /// White space stands before it; never true of a line's end or its first token.
    pub space: bool,
}

/// A line follows that begins in the same column.
pub const SAME: &str = "\n";
/// A line follows that begins further right.
pub const DEEPER: &str = "\n>";
/// A line follows that begins further left.
pub const SHALLOWER: &str = "\n<";

/// Where the text ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// In code.
    Code,
    /// In a string of one line that is not closed.
    Open,
    /// In a comment or in text over several lines: nothing to complete there.
    Silent,
}

/// Strings up to here, in bytes and with no blank in them, are one token.
const WHOLE_STRING: usize = 40;
/// A longer word or piece is cut here, at a character's boundary.
const LONGEST: usize = 96;

/// The tokens of a whole file.
pub fn lex<'a>(text: &'a str, dialect: Dialect, each: impl FnMut(Token<'a>)) -> End {
    Lexer { text, at: 0, dialect, indent: 0, first: true, each }.run(false)
}

/// The tokens of the text before a cursor: a last line of blanks alone counts as begun.
pub fn lex_prefix<'a>(text: &'a str, dialect: Dialect, each: impl FnMut(Token<'a>)) -> End {
    Lexer { text, at: 0, dialect, indent: 0, first: true, each }.run(true)
}

struct Lexer<'a, F> {
    text: &'a str,
    at: usize,
    dialect: Dialect,
    /// Of the last line with code in it, in columns.
    indent: usize,
    first: bool,
    each: F,
}

impl<'a, F: FnMut(Token<'a>)> Lexer<'a, F> {
    fn run(mut self, prefix: bool) -> End {
        let mut starts_line = true;
        let mut space = false;
        let mut column = 0;
        while let Some(byte) = self.byte(0) {
            match byte {
                b'\n' => {
                    self.at += 1;
                    (starts_line, space, column) = (true, false, 0);
                    continue;
                }
                b' ' | b'\t' | b'\r' | 0x0c => {
                    self.at += 1;
                    column += if byte == b'\t' { 4 } else { 1 };
                    space = true;
                    continue;
                }
                _ => {}
            }
            match self.comment(byte, starts_line) {
                Some(true) => continue,
                Some(false) => return End::Silent,
                None => {}
            }
            if starts_line {
                self.line(column);
            }
            let space_before = space && !starts_line;
            (starts_line, space) = (false, false);
            if let Some(end) = self.token(byte, space_before) {
                return end;
            }
        }
        if prefix && starts_line {
            self.line(column);
        }
        End::Code
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn emit(&mut self, len: usize, kind: Kind, space: bool) {
        let mut cut = len.min(LONGEST);
        while !self.text.is_char_boundary(self.at + cut) {
            cut -= 1;
        }
        let text = self.text.get(self.at..self.at + cut).unwrap_or_default();
        self.at += len;
        (self.each)(Token { text, kind, space });
    }

    fn line(&mut self, column: usize) {
        let text = match column.cmp(&self.indent) {
            std::cmp::Ordering::Equal => SAME,
            std::cmp::Ordering::Greater => DEEPER,
            std::cmp::Ordering::Less => SHALLOWER,
        };
        if !self.first {
            (self.each)(Token { text, kind: Kind::Line, space: false });
        }
        self.first = false;
        self.indent = column;
    }

    /// Passes a comment: whether it ended before the text did.
    fn comment(&mut self, byte: u8, starts_line: bool) -> Option<bool> {
        let dialect = self.dialect;
        let next = self.byte(1);
        let to_line_end = (byte == b'#' && dialect.hash_comments)
            || (byte == b'/' && next == Some(b'/') && dialect.slash_comments);
        if to_line_end {
            return Some(self.pass_to("\n", 0));
        }
        if byte == b'/' && next == Some(b'*') && dialect.slash_comments {
            let ended = self.pass_to("*/", 2);
            self.at = (self.at + 2).min(self.text.len());
            return Some(ended);
        }
        let triple = starts_line.then(|| self.triple_quote()).flatten()?;
        let ended = self.pass_to(triple, 3);
        self.at = (self.at + 3).min(self.text.len());
        Some(ended)
    }

    /// Moves to the next `end`, looking from `skip` bytes on; false where there is none.
    fn pass_to(&mut self, end: &str, skip: usize) -> bool {
        let found = self.text.get(self.at + skip..).and_then(|rest| rest.find(end));
        self.at = found.map_or(self.text.len(), |n| self.at + skip + n);
        found.is_some()
    }

    fn triple_quote(&self) -> Option<&'static str> {
        if !self.dialect.triple_quotes {
            return None;
        }
        ["\"\"\"", "'''"].into_iter().find(|quote| self.rest().starts_with(quote))
    }

    /// One token of code; where the text ended in it, how.
    fn token(&mut self, byte: u8, space: bool) -> Option<End> {
        if byte.is_ascii_digit() {
            let len = self.number();
            self.emit(len, Kind::Number, space);
            return None;
        }
        if is_word_start(byte) {
            let len = word_len(self.rest());
            let prefixes = self.dialect.string_prefixes && len <= 2;
            match self.byte(len) {
                Some(b'"' | b'\'') if prefixes => return self.string(len, space),
                Some(b'#') if prefixes && self.dialect.raw_hashes && self.raw(len) => {
                    return self.raw_string(len, space);
                }
                _ => self.emit(len, Kind::Word, space),
            }
            return None;
        }
        match byte {
            b'"' => self.string(0, space),
            b'`' if self.dialect.backticks => self.string(0, space),
            b'\'' if self.dialect.lifetimes => {
                self.quote_or_lifetime(space);
                None
            }
            b'\'' => self.string(0, space),
            _ => {
                let len = self.mark();
                self.emit(len, Kind::Mark, space);
                None
            }
        }
    }

    fn number(&self) -> usize {
        let bytes = self.rest().as_bytes();
        let mut len = 0;
        while let Some(&byte) = bytes.get(len) {
            let point = byte == b'.' && bytes.get(len + 1).is_some_and(u8::is_ascii_digit);
            if !(byte.is_ascii_alphanumeric() || byte == b'_' || point) {
                break;
            }
            len += 1;
        }
        len
    }

    /// The longest mark of the table, else one character.
    fn mark(&self) -> usize {
        let bytes = self.rest().as_bytes();
        for len in [3, 2] {
            if bytes.get(..len).is_some_and(|mark| MARKS.contains(&mark)) {
                return len;
            }
        }
        self.rest().chars().next().map_or(1, char::len_utf8)
    }

    fn quote_or_lifetime(&mut self, space: bool) {
        let mut ahead = self.rest().char_indices().skip(1);
        let (Some((_, first)), second) = (ahead.next(), ahead.next()) else {
            return self.emit(1, Kind::Mark, space);
        };
        if first == '\\' {
            let line = self.rest().lines().next().unwrap_or_default();
            let close = line.get(3..).and_then(|rest| rest.find('\''));
            return self.emit(close.map_or(1, |n| n + 4), Kind::Text, space);
        }
        match second {
            Some((at, '\'')) => self.emit(at + 1, Kind::Text, space),
            _ if first.is_alphabetic() || first == '_' => {
                let len = 1 + word_len(self.rest().get(1..).unwrap_or_default());
                self.emit(len, Kind::Word, space);
            }
            _ => self.emit(1, Kind::Mark, space),
        }
    }

    fn raw(&self, prefix: usize) -> bool {
        let after = self.rest().get(prefix..).unwrap_or_default();
        after.trim_start_matches('#').starts_with('"')
    }

    fn raw_string(&mut self, prefix: usize, space: bool) -> Option<End> {
        let after = self.rest().get(prefix..).unwrap_or_default();
        let hashes = after.len() - after.trim_start_matches('#').len();
        let close: String = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
        let open = prefix + hashes + 1;
        let content = self.rest().get(open..).unwrap_or_default();
        let Some(len) = content.find(&close) else {
            self.at = self.text.len();
            return Some(End::Silent);
        };
        self.string_of(open, len, close.len(), space);
        None
    }

    /// A string with `prefix` bytes before its quote.
    fn string(&mut self, prefix: usize, space: bool) -> Option<End> {
        let rest = self.rest();
        let inner = rest.get(prefix..).unwrap_or_default();
        let quote = inner.as_bytes().first().copied().unwrap_or(b'"');
        let triple = ["\"\"\"", "'''"].into_iter().find(|q| inner.starts_with(q));
        if let (Some(triple), true) = (triple, self.dialect.triple_quotes) {
            let content = inner.get(3..).unwrap_or_default();
            let Some(len) = content.find(triple) else {
                self.at = self.text.len();
                return Some(End::Silent);
            };
            self.string_of(prefix + 3, len, 3, space);
            return None;
        }
        let several_lines = quote == b'`' || (quote == b'"' && self.dialect.lifetimes);
        let content = inner.as_bytes().get(1..).unwrap_or_default();
        let mut len = 0;
        loop {
            match content.get(len) {
                None if several_lines && content.contains(&b'\n') => {
                    self.at = self.text.len();
                    return Some(End::Silent);
                }
                None => {
                    self.pieces(prefix + 1, len, 0, space);
                    return Some(End::Open);
                }
                Some(b'\\') => len += 2,
                Some(b'\n') if !several_lines => {
                    self.string_of(prefix + 1, len, 0, space);
                    return None;
                }
                Some(&byte) if byte == quote => break,
                Some(_) => len += 1,
            }
        }
        self.string_of(prefix + 1, len, 1, space);
        None
    }

    fn string_of(&mut self, open: usize, len: usize, close: usize, space: bool) {
        let content = self.rest().get(open..open + len).unwrap_or_default();
        if content.contains('\n') {
            self.emit(open, Kind::Text, space);
            self.at += len;
            self.emit(close, Kind::Text, false);
        } else {
            self.pieces(open, len, close, space);
        }
    }

    /// The string as one token, or, where it has blanks or is long, quote by quote and word by word.
    fn pieces(&mut self, open: usize, len: usize, close: usize, space: bool) {
        let end = (self.at + open + len).min(self.text.len());
        let content = self.text.get(self.at + open..end).unwrap_or_default();
        if content.len() <= WHOLE_STRING && !content.contains([' ', '\t']) {
            return self.emit(open + content.len() + close, Kind::Text, space);
        }
        self.emit(open, Kind::Text, space);
        let start = self.at;
        for piece in content.split_inclusive([' ', '\t']) {
            let word = piece.trim_end_matches([' ', '\t']);
            let blank_before = self.at > start;
            if !word.is_empty() {
                let at = self.at;
                self.emit(word.len(), Kind::Text, blank_before);
                self.at = at;
            }
            self.at += piece.len();
        }
        if close > 0 {
            self.emit(close, Kind::Text, content.ends_with([' ', '\t']));
        }
    }
}

fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// Bytes of the word `text` begins with; at least one character.
pub fn word_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == b'$';
    let len = bytes.iter().position(|byte| !plain(byte)).unwrap_or(bytes.len());
    if bytes.get(len).is_none_or(u8::is_ascii) {
        return len.max(1);
    }
    let stop = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
    let one = text.chars().next().map_or(1, char::len_utf8);
    stop.unwrap_or(text.len()).max(one)
}

/// Marks of more than one character, over all languages.
const MARKS: [&[u8]; 35] = [
    b"...", b"===", b"!==", b"**=", b"//=", b"<<=", b">>=", b"..=", b"::", b"->", b"=>", b"==",
    b"!=", b"<=", b">=", b"&&", b"||", b"+=", b"-=", b"*=", b"/=", b"%=", b"|=", b"&=", b"^=",
    b"..", b"**", b"<<", b"++", b"--", b":=", b"?.", b"??", b"<-", b"//",
];
