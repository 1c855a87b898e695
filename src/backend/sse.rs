//! Server-sent events (WHATWG HTML, 9.2.6): bytes in, one event's data out. Only `data` and
//! `event` matter to us; comments keep a connection alive and are dropped.

/// A parser fed with any pieces of the stream.
#[derive(Debug, Default)]
pub struct SseParser {
    buffer: Vec<u8>,
    /// Bytes of `buffer` already taken apart.
    read: usize,
    /// The last piece ended in CR: an LF at the beginning of the next belongs to it.
    after_cr: bool,
    begun: bool,
    data: Vec<u8>,
    has_data: bool,
    is_error: bool,
}

/// One event.
#[derive(Debug, PartialEq, Eq)]
pub struct Event {
    /// Its data, lines joined by LF.
    pub data: Vec<u8>,
    /// Its name is `error`.
    pub is_error: bool,
}

/// A longer event (bytes) is none of a model's.
const MAX_EVENT: usize = 4 * 1024 * 1024;

impl SseParser {
    /// Adds a piece. False once the stream is no sensible event stream.
    #[must_use]
    pub fn push(&mut self, piece: &[u8]) -> bool {
        self.buffer.drain(..self.read);
        self.read = 0;
        self.buffer.extend_from_slice(piece);
        self.buffer.len() + self.data.len() <= MAX_EVENT
    }

    /// Nothing but blanks and marks has been read.
    #[must_use]
    pub fn is_new(&self) -> bool {
        !self.begun && self.buffer.trim_ascii().is_empty()
    }

    /// The next whole event.
    pub fn next_event(&mut self) -> Option<Event> {
        loop {
            let rest = self.buffer.get(self.read..)?;
            let end = memchr::memchr2(b'\n', b'\r', rest)?;
            let line = rest.get(..end)?;
            let is_cr = rest.get(end) == Some(&b'\r');
            let joined = self.after_cr && end == 0 && !is_cr;
            self.read += end + 1;
            self.after_cr = is_cr;
            if joined {
                continue;
            }
            // A byte order mark may begin the stream.
            let mark = if self.begun { None } else { line.strip_prefix(b"\xef\xbb\xbf") };
            let line = mark.unwrap_or(line);
            self.begun = true;
            if line.is_empty() {
                if let Some(event) = self.dispatch() {
                    return Some(event);
                }
                continue;
            }
            let colon = memchr::memchr(b':', line).unwrap_or(line.len());
            let (name, value) = line.split_at(colon);
            let value = value.strip_prefix(b":").unwrap_or(value);
            let value = value.strip_prefix(b" ").unwrap_or(value);
            match name {
                b"data" => {
                    if self.has_data {
                        self.data.push(b'\n');
                    }
                    self.data.extend_from_slice(value);
                    self.has_data = true;
                }
                b"event" => self.is_error = value == b"error",
                _ => {}
            }
        }
    }

    /// The event that the end of the stream leaves unfinished: some servers forget the last blank
    /// line.
    pub fn finish(&mut self) -> Option<Event> {
        if self.buffer.len() > self.read && self.push(b"\n") {
            let event = self.next_event();
            if event.is_some() {
                return event;
            }
        }
        self.dispatch()
    }

    fn dispatch(&mut self) -> Option<Event> {
        let is_error = std::mem::take(&mut self.is_error);
        let data = std::mem::take(&mut self.data);
        std::mem::take(&mut self.has_data).then_some(Event { data, is_error })
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn events(stream: &[u8], at: usize) -> Vec<(String, bool)> {
        let mut parser = SseParser::default();
        let mut events = Vec::new();
        for piece in [&stream[..at], &stream[at..]] {
            assert!(parser.push(piece));
            while let Some(event) = parser.next_event() {
                events.push(event);
            }
        }
        events.extend(parser.finish());
        let text =
            |event: Event| (String::from_utf8_lossy(&event.data).into_owned(), event.is_error);
        events.into_iter().map(text).collect()
    }

    #[test]
    fn every_split_gives_the_same_events() {
        for (stream, want) in [
            ("data: a\n\ndata: b\n\n", &[("a", false), ("b", false)][..]),
            ("data: a\r\n\r\ndata: b\r\n\r\n", &[("a", false), ("b", false)]),
            ("data: a\r\rdata: b\r\r", &[("a", false), ("b", false)]),
            ("data:a\ndata:  b\n\n", &[("a\n b", false)]),
            (": ping\n\ndata: ü日\n\n:\n\n", &[("ü日", false)]),
            ("event: error\ndata: {}\n\ndata: x\n\n", &[("{}", true), ("x", false)]),
            ("id: 1\nretry: 5\ndata\n\n", &[("", false)]),
            ("\u{feff}data: a\n\n", &[("a", false)]),
            ("data: a\n\ndata: [DONE]", &[("a", false), ("[DONE]", false)]),
            ("data: a\n", &[("a", false)]),
            ("", &[]),
            ("event: x\n\n", &[]),
        ] {
            for at in 0..=stream.len() {
                let got = events(stream.as_bytes(), at);
                let got: Vec<(&str, bool)> =
                    got.iter().map(|(text, bad)| (text.as_str(), *bad)).collect();
                assert_eq!(got, want, "{stream:?} at {at}");
            }
        }
    }
}
