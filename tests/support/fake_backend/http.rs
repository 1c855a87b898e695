//! HTTP/1.1 by hand (RFC 9112): a request out of bytes, and the pieces of an answer.

use super::record::Headers;

/// Bytes of request line and headers beyond which a request is malformed.
const MAX_HEAD: usize = 64 * 1024;

/// One request, whole.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    /// The path with its query, as sent.
    pub target: String,
    pub headers: Headers,
    pub body: Vec<u8>,
}

impl Request {
    /// The path without its query and without a slash at the end. A first part that begins with
    /// `~` is left out: the same server under many addresses.
    pub fn path(&self) -> &str {
        let path = self.target.split('?').next().unwrap_or_default();
        let rest = path.strip_prefix("/~").and_then(|rest| rest.find('/').map(|at| &rest[at..]));
        let path = rest.unwrap_or(path);
        let trimmed = path.trim_end_matches('/');
        if trimmed.is_empty() { "/" } else { trimmed }
    }

    /// What stands after `?`; empty without.
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// Whether the client means to use the connection again.
    pub fn keep_alive(&self) -> bool {
        header(&self.headers, "connection").is_none_or(|v| !v.eq_ignore_ascii_case("close"))
    }
}

/// What the bytes received so far amount to.
pub enum Parsed {
    /// More bytes are needed; `waits` if the client waits for "100 Continue" before it sends them.
    Incomplete { waits: bool },
    /// A request, and how many bytes it took.
    Whole(Request, usize),
    /// No request can come of these bytes.
    Malformed(String),
}

/// The value of the header `name` (any case).
pub fn header<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    let found = headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str())
}

/// Reads one request from the beginning of `bytes`.
pub fn parse(bytes: &[u8]) -> Parsed {
    if bytes.first().is_some_and(|b| !b.is_ascii_uppercase()) {
        return malformed("no method", bytes);
    }
    let Some(end) = find(bytes, b"\r\n\r\n") else {
        if bytes.len() > MAX_HEAD {
            return malformed("headers without end", bytes);
        }
        return Parsed::Incomplete { waits: false };
    };
    let Ok(head) = std::str::from_utf8(&bytes[..end]) else {
        return malformed("headers are not UTF-8", bytes);
    };
    let mut lines = head.split("\r\n");
    let start: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
    let [method, target, "HTTP/1.1" | "HTTP/1.0"] = start[..] else {
        return malformed("bad request line", bytes);
    };
    let mut headers = Headers::new();
    for line in lines {
        let Some((name, value)) = line.split_once(':') else {
            return malformed("a header without a colon", bytes);
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let waits = header(&headers, "expect").is_some();
    let rest = &bytes[end + 4..];
    let body = match body(&headers, rest) {
        Ok(Some(body)) => body,
        Ok(None) => {
            return Parsed::Incomplete { waits: waits && rest.is_empty() };
        }
        Err(why) => return malformed(why, bytes),
    };
    let request =
        Request { method: method.to_owned(), target: target.to_owned(), headers, body: body.0 };
    Parsed::Whole(request, end + 4 + body.1)
}

/// An answer's status line and headers; `length` is the body's in bytes, or chunked without.
pub fn head(status: u16, headers: &Headers, length: Option<usize>, keep: bool) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} {}\r\n", reason(status));
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    match length {
        Some(length) => head.push_str(&format!("content-length: {length}\r\n")),
        None => head.push_str("transfer-encoding: chunked\r\n"),
    }
    head.push_str(if keep {
        "connection: keep-alive\r\n\r\n"
    } else {
        "connection: close\r\n\r\n"
    });
    head.into_bytes()
}

/// The bytes of one chunk; none for no data, as an empty chunk would end the body.
pub fn chunk(data: &[u8]) -> Vec<u8> {
    if data.is_empty() {
        return Vec::new();
    }
    let mut chunk = format!("{:x}\r\n", data.len()).into_bytes();
    chunk.extend_from_slice(data);
    chunk.extend_from_slice(b"\r\n");
    chunk
}

/// What ends a chunked body.
pub const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

/// The body and the bytes it took, `None` while it is not whole.
fn body(headers: &Headers, rest: &[u8]) -> Result<Option<(Vec<u8>, usize)>, &'static str> {
    if header(headers, "transfer-encoding").is_some() {
        return chunked(rest);
    }
    let length = match header(headers, "content-length") {
        Some(length) => length.parse().map_err(|_| "bad content-length")?,
        None => 0_usize,
    };
    Ok(rest.get(..length).map(|body| (body.to_vec(), length)))
}

fn chunked(rest: &[u8]) -> Result<Option<(Vec<u8>, usize)>, &'static str> {
    let (mut body, mut at) = (Vec::new(), 0);
    loop {
        let Some(line) = find(&rest[at..], b"\r\n") else {
            return Ok(None);
        };
        let size = std::str::from_utf8(&rest[at..at + line]).map_err(|_| "bad chunk size")?;
        let size = size.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).map_err(|_| "bad chunk size")?;
        at += line + 2;
        let Some(data) = size.checked_add(at).and_then(|end| rest.get(at..end)) else {
            return Ok(None);
        };
        body.extend_from_slice(data);
        at += size;
        match rest.get(at..at + 2) {
            None => return Ok(None),
            Some(b"\r\n") => at += 2,
            Some(_) => return Err("bad end of a chunk"),
        }
        if size == 0 {
            return Ok(Some((body, at)));
        }
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn malformed(why: &str, bytes: &[u8]) -> Parsed {
    let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(80)]).into_owned();
    Parsed::Malformed(format!("{why}: {shown:?}"))
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        _ => "Other",
    }
}
