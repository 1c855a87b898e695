//! The base protocol's frames: headers, a blank line, a body of `Content-Length` bytes
//! (LSP 3.17, "Base Protocol").
//!
//! On stdio garbage is skipped up to the next `Content-Length`, so that no message after it is
//! lost. On a socket anything malformed ends the connection: a web page can post to a loopback
//! port, and its body must not be taken for a message.

use bytes::{Buf, BytesMut};
use memchr::memmem;

/// A header block longer than this (bytes) is garbage.
const MAX_HEADER: usize = 4 * 1024;
/// A body longer than this (bytes) is refused.
const MAX_BODY: usize = 256 * 1024 * 1024;
/// The headers there are. The second is understood and ignored.
const LENGTH: &[u8] = b"content-length:";
const TYPE: &[u8] = b"content-type:";
/// What every spelling of the header has in common, for a quick search.
const COMMON: &[u8] = b"ontent-";
const BLANK_LINE: &[u8] = b"\r\n\r\n";

/// What came next in the input.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame {
    /// A whole body.
    Body(Vec<u8>),
    /// That many bytes that are no frame.
    Garbage(usize),
}

/// How malformed input is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Skip to the next frame.
    Resynchronise,
    /// Malformed input is an error.
    Strict,
}

/// A malformed frame where none is forgiven.
#[derive(Debug, thiserror::Error)]
#[error("malformed frame; the connection was closed")]
pub struct Malformed;

/// Takes frames out of a growing buffer.
#[derive(Debug)]
pub struct Framer {
    framing: Framing,
    /// Bytes of the awaited body that have been searched for another header.
    searched: usize,
}

/// A header block.
struct Header {
    /// Length of the block with its blank line, bytes.
    len: usize,
    /// Length of the body, bytes.
    body: usize,
}

impl Framer {
    /// A framer at the beginning of a connection.
    #[must_use]
    pub const fn new(framing: Framing) -> Self {
        Self { framing, searched: 0 }
    }

    /// Takes the next frame out of `input`; `None` until more has come.
    ///
    /// # Errors
    /// [`Malformed`] in strict framing.
    pub fn next(&mut self, input: &mut BytesMut) -> Result<Option<Frame>, Malformed> {
        if input.is_empty() {
            return Ok(None);
        }
        if !may_be_header(input) {
            let next = next_header(input.get(1..).unwrap_or_default()).map(|at| at + 1);
            return self.garbage(input, next.unwrap_or(input.len().saturating_sub(LENGTH.len())));
        }
        let Some(end) = memmem::find(input, BLANK_LINE) else {
            return if input.len() > MAX_HEADER { self.garbage(input, 1) } else { Ok(None) };
        };
        let block = input.get(..end).unwrap_or_default();
        let Some(header) = parse(block).filter(|header| header.body <= MAX_BODY) else {
            return self.garbage(input, 1);
        };
        let whole = header.len + header.body;
        let seen = input.get(header.len..whole.min(input.len())).unwrap_or_default();
        if let Some(next) = self.cut_short(seen) {
            return self.garbage(input, header.len + next);
        }
        if input.len() < whole {
            return Ok(None);
        }
        self.searched = 0;
        input.advance(header.len);
        Ok(Some(Frame::Body(input.split_to(header.body).to_vec())))
    }

    /// A body proved to be no message. If its frame was cut short, it has swallowed the beginning
    /// of the next one, which goes back into the input.
    pub fn reject(&mut self, body: &[u8], input: &mut BytesMut) {
        if self.framing == Framing::Strict {
            return;
        }
        let whole = [body, input.as_ref()].concat();
        let tail = body.len().saturating_sub(MAX_HEADER);
        let cut = (tail..body.len()).find(|at| whole.get(*at..).is_some_and(may_become_header));
        if let Some(cut) = cut {
            *input = BytesMut::from(whole.get(cut..).unwrap_or_default());
        }
    }

    /// Where in a body another frame begins: then the one before it was cut short. JSON cannot
    /// hold a raw header block, in its strings line breaks are escaped.
    fn cut_short(&mut self, body: &[u8]) -> Option<usize> {
        if self.framing == Framing::Strict {
            return None;
        }
        // A header may straddle what was searched last.
        let mut from = self.searched.saturating_sub(MAX_HEADER);
        self.searched = body.len();
        while let Some(at) = next_header(body.get(from..)?) {
            let block = body.get(from + at..)?;
            let block = block.get(..MAX_HEADER + BLANK_LINE.len()).unwrap_or(block);
            if let Some(end) = memmem::find(block, BLANK_LINE)
                && parse(block.get(..end)?).is_some()
            {
                return Some(from + at);
            }
            from += at + LENGTH.len();
        }
        None
    }

    fn garbage(&mut self, input: &mut BytesMut, len: usize) -> Result<Option<Frame>, Malformed> {
        self.searched = 0;
        if self.framing == Framing::Strict {
            return Err(Malformed);
        }
        let len = len.min(input.len());
        input.advance(len);
        Ok((len > 0).then_some(Frame::Garbage(len)))
    }
}

/// Whether the input begins like a header block, as far as it goes.
fn may_be_header(input: &[u8]) -> bool {
    [LENGTH, TYPE].iter().any(|name| {
        let len = name.len().min(input.len());
        let (start, name) = (input.get(..len), name.get(..len));
        start.zip(name).is_some_and(|(start, name)| start.eq_ignore_ascii_case(name))
    })
}

/// Whether the input begins with a header block, as far as it goes.
fn may_become_header(input: &[u8]) -> bool {
    may_be_header(input)
        && match memmem::find(input, BLANK_LINE) {
            Some(end) => input.get(..end).is_some_and(|block| parse(block).is_some()),
            None => input.len() <= MAX_HEADER,
        }
}

/// Where the next header block may begin.
fn next_header(input: &[u8]) -> Option<usize> {
    memmem::find_iter(input, COMMON)
        .filter_map(|at| at.checked_sub(1))
        .find(|at| input.get(*at..).is_some_and(may_be_header))
}

/// A header block without its blank line: `Content-Length` once, `Content-Type` at will.
fn parse(block: &[u8]) -> Option<Header> {
    if block.len() > MAX_HEADER {
        return None;
    }
    let mut body = None;
    for line in std::str::from_utf8(block).ok()?.split("\r\n") {
        let (name, value) = line.split_once(':')?;
        if name.eq_ignore_ascii_case("content-length") {
            body = Some(value.trim().parse::<usize>().ok()?);
        } else if !name.eq_ignore_ascii_case("content-type") {
            return None;
        }
    }
    Some(Header { len: block.len() + BLANK_LINE.len(), body: body? })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn frame(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    fn all(framing: Framing, input: &[u8], chunk: usize) -> Result<Vec<String>, Malformed> {
        let (mut framer, mut buffer) = (Framer::new(framing), BytesMut::new());
        let mut bodies = Vec::new();
        for piece in input.chunks(chunk) {
            buffer.extend_from_slice(piece);
            while let Some(frame) = framer.next(&mut buffer)? {
                let Frame::Body(body) = frame else { continue };
                if serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_err() {
                    framer.reject(&body, &mut buffer);
                }
                bodies.push(String::from_utf8(body).unwrap());
            }
        }
        Ok(bodies)
    }

    #[test]
    fn nothing_after_garbage_is_lost() {
        let (a, b) = (frame("{\"a\":1}"), frame("{\"b\":\"ü\"}"));
        let typed = format!("Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n{a}");
        let lower = a.replace("Content-Length", "content-length");
        let cut = a.get(..a.len() - 3).unwrap();
        let too_long = a.replace("7", "70");
        let too_short = a.replace("7", "5");
        let both = ["{\"a\":1}", "{\"b\":\"ü\"}"];
        for (name, input, want) in [
            ("plain", format!("{a}{b}"), &both[..]),
            ("other headers", format!("{typed}{b}"), &both),
            ("lower case", format!("{lower}{b}"), &both),
            ("garbage between", format!("{a}hello\r\n{b}"), &both),
            ("garbage before", format!("\n\n some log line\n{a}{b}"), &both),
            ("a header without a number", format!("Content-Length: x\r\n\r\n{a}{b}"), &both),
            ("a negative length", format!("Content-Length: -5\r\n\r\n{a}{b}"), &both),
            ("a huge length", format!("Content-Length: 99999999999\r\n\r\n{a}{b}"), &both),
            ("half a header", format!("Content-Len{a}{b}"), &both),
            ("an unknown header", format!("Host: x\r\n{a}{b}"), &both),
            ("a frame cut short", format!("{cut}{b}"), &both[1..]),
            ("a length too long", format!("{too_long}{b}{b}{b}"), &both[1..]),
            ("a length into the next header", format!("{}{b}", a.replace("7", "30")), &both[1..]),
            ("a length too short", format!("{too_short}{b}"), &both[1..]),
            ("zero", format!("{}{a}{b}", frame("")), &["", "{\"a\":1}", "{\"b\":\"ü\"}"]),
        ] {
            for chunk in [1, 3, 7, 4_096] {
                let got = all(Framing::Resynchronise, input.as_bytes(), chunk).unwrap();
                let got: Vec<&str> = got.iter().map(String::as_str).collect();
                assert!(got.ends_with(want), "{name} in {chunk}: {got:?}");
            }
        }
    }

    #[test]
    fn a_text_that_speaks_of_headers_is_a_text() {
        let body = "{\"text\":\"Content-Length: 5\\r\\n\\r\\nhello\"}";
        let input = format!("{}{}", frame(body), frame("{}"));
        for chunk in [1, 10, 4_096] {
            assert_eq!(all(Framing::Resynchronise, input.as_bytes(), chunk).unwrap(), [body, "{}"]);
        }
    }

    #[test]
    fn a_socket_forgives_nothing() {
        let good = format!("{}{}", frame("{}"), frame("[]"));
        for chunk in [1, 4_096] {
            assert_eq!(all(Framing::Strict, good.as_bytes(), chunk).unwrap(), ["{}", "[]"]);
        }
        let post = format!("POST / HTTP/1.1\r\nHost: x\r\n\r\n{}", frame("{}"));
        for bad in ["x", "\r\n", "Content-Length: x\r\n\r\n{}", post.as_str()] {
            assert!(all(Framing::Strict, bad.as_bytes(), 1).is_err(), "{bad}");
        }
    }

    #[test]
    fn endless_garbage_is_not_kept() {
        let (mut framer, mut buffer) = (Framer::new(Framing::Resynchronise), BytesMut::new());
        for _ in 0..100 {
            buffer.extend_from_slice(&[b'x'; 1_000]);
            while framer.next(&mut buffer).unwrap().is_some() {}
            assert!(buffer.len() <= MAX_HEADER + 1_000);
        }
    }
}
