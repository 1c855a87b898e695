//! A document as a plain `String`, with the protocol's rules written out by counting characters:
//! slow, and too simple to be wrong.

use foretype::document::offset::{Encoding, Position};

/// The text and nothing else.
#[derive(Clone)]
pub struct Reference {
    pub text: String,
}

/// One line: where it begins, where its text ends, where the next begins.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    pub start: usize,
    pub end: usize,
    pub next: usize,
}

/// Length of a char in an encoding's units.
pub fn width(c: char, encoding: Encoding) -> usize {
    match encoding {
        Encoding::Utf8 => c.len_utf8(),
        Encoding::Utf16 => c.len_utf16(),
        Encoding::Utf32 => 1,
    }
}

impl Reference {
    /// Every line; there is always a last one, often empty.
    pub fn lines(&self) -> Vec<Line> {
        let bytes = self.text.as_bytes();
        let (mut lines, mut start, mut at) = (Vec::new(), 0, 0);
        while at < bytes.len() {
            let length = match (bytes[at], bytes.get(at + 1)) {
                (b'\r', Some(b'\n')) => 2,
                (b'\r' | b'\n', _) => 1,
                _ => {
                    at += 1;
                    continue;
                }
            };
            lines.push(Line { start, end: at, next: at + length });
            at += length;
            start = at;
        }
        lines.push(Line { start, end: bytes.len(), next: bytes.len() });
        lines
    }

    /// Position → byte, as the protocol clamps it.
    pub fn byte(&self, position: Position, encoding: Encoding) -> usize {
        let lines = self.lines();
        let Some(line) = lines.get(position.line as usize) else { return self.text.len() };
        let (mut at, mut column) = (line.start, 0);
        for c in self.text[line.start..line.end].chars() {
            column += width(c, encoding);
            if column > position.column as usize {
                break;
            }
            at += c.len_utf8();
        }
        at
    }

    /// Byte → position.
    pub fn position(&self, at: usize, encoding: Encoding) -> Position {
        let lines = self.lines();
        let number = lines.iter().rposition(|line| line.start <= at).unwrap();
        let column: usize =
            self.text[lines[number].start..at].chars().map(|c| width(c, encoding)).sum();
        Position::new(number as u32, column as u32)
    }

    /// What a change does, or false where it makes no sense.
    pub fn change(&mut self, start: Position, end: Position, text: &str, e: Encoding) -> bool {
        if end < start || start.line as usize > self.lines().len() {
            return false;
        }
        let (start, end) = (self.byte(start, e), self.byte(end, e));
        self.text.replace_range(start..end, text);
        true
    }
}
