//! Document URIs: one key for each document however a client spells it, and path ↔ URI
//! (RFC 8089; LSP 3.17, "URI"). Windows drives and UNC shares are understood on every platform.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

/// What stays as it is in the path of a `file:` URI.
const KEEP: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A document's identity: its URI, brought into one spelling for `file:` URIs (percent-encoding,
/// drive letter), as sent otherwise. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentUri(Arc<str>);

impl fmt::Debug for DocumentUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for DocumentUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl DocumentUri {
    /// From what a client sent. Never fails: anything that is no `file:` URI is its own key.
    #[must_use]
    pub fn new(uri: &str) -> Self {
        match decode_file(uri) {
            Some(path) => Self(encode_file(&path).into()),
            None => Self(uri.into()),
        }
    }

    /// The URI of a path.
    #[must_use]
    pub fn from_path(path: &Path) -> Self {
        Self(encode_file(&path_bytes(path)).into())
    }

    /// In its one spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The scheme, `file`, `untitled`, `vscode-notebook-cell`, …; empty where there is none.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.0.split_once(':').map_or("", |(scheme, _)| scheme)
    }

    /// The file's path, for `file:` URIs.
    #[must_use]
    pub fn to_path(&self) -> Option<PathBuf> {
        decode_file(&self.0).map(path_from_bytes)
    }

    /// Something with a file name in it, for the language table: the path, or the decoded URI
    /// without scheme, query and fragment.
    #[must_use]
    pub fn path_like(&self) -> String {
        if let Some(bytes) = decode_file(&self.0) {
            return String::from_utf8_lossy(&bytes).into_owned();
        }
        let rest = self.0.split_once(':').map_or(&*self.0, |(_, rest)| rest);
        let rest = rest.split(['?', '#']).next().unwrap_or(rest);
        percent_decode_str(rest).decode_utf8_lossy().into_owned()
    }
}

/// The bytes of a `file:` URI's path: `/home/a b`, `c:\x`, `\\server\share\x`.
fn decode_file(uri: &str) -> Option<Vec<u8>> {
    let (scheme, rest) = uri.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (host, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        None => ("", rest),
    };
    let mut bytes: Vec<u8> = percent_decode_str(path).collect();
    if !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
        let host = percent_decode_str(host).decode_utf8_lossy();
        // A host with a separator in it would be read as another one.
        if host.contains(['/', '\\']) {
            return None;
        }
        let mut unc = format!("\\\\{host}").into_bytes();
        unc.extend(bytes.iter().map(|&b| if b == b'/' { b'\\' } else { b }));
        return Some(unc);
    }
    // `file:c:/x` (RFC 8089, E.2); there are no relative file URIs.
    if !bytes.starts_with(b"/") {
        bytes.insert(0, b'/');
    }
    match bytes.as_slice() {
        [b'/', drive, b':', rest @ ..]
            if drive.is_ascii_alphabetic() && matches!(rest.first(), None | Some(b'/' | b'\\')) =>
        {
            let mut windows = vec![drive.to_ascii_lowercase(), b':'];
            windows.extend(rest.iter().map(|&b| if b == b'/' { b'\\' } else { b }));
            Some(windows)
        }
        _ => Some(bytes),
    }
}

/// The `file:` URI of a path's bytes.
fn encode_file(path: &[u8]) -> String {
    let encode = |bytes: &[u8]| percent_encode(bytes, KEEP).to_string();
    let slashes =
        |bytes: &[u8]| bytes.iter().map(|&b| if b == b'\\' { b'/' } else { b }).collect::<Vec<_>>();
    match path {
        [b'\\', b'\\', unc @ ..] => format!("file://{}", encode(&slashes(unc))),
        [drive, b':', rest @ ..]
            if drive.is_ascii_alphabetic() && matches!(rest.first(), None | Some(b'/' | b'\\')) =>
        {
            format!("file:///{}%3A{}", drive.to_ascii_lowercase() as char, encode(&slashes(rest)))
        }
        _ => format!("file://{}", encode(path)),
    }
}

#[cfg(unix)]
fn path_bytes(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(not(unix))]
fn path_bytes(path: &Path) -> Vec<u8> {
    path.to_string_lossy().into_owned().into_bytes()
}

#[cfg(unix)]
fn path_from_bytes(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
fn path_from_bytes(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_document_are_one_key() {
        for (a, b) in [
            ("file:///home/u/a.rs", "file://localhost/home/u/a.rs"),
            ("file:///home/u/a%20b.rs", "file:///home/u/a b.rs"),
            ("file:///c%3A/x/a.rs", "file:///C:/x/a.rs"),
            ("file:///C:/x/a.rs", "file:///c:/x/a.rs"),
            ("file:///home/u/%5Bid%5D.ts", "file:///home/u/[id].ts"),
            ("file:///home/u/ä.rs", "file:///home/u/%C3%A4.rs"),
            ("FILE:///a", "file:///a"),
            ("file:/a", "file:///a"),
            ("file:c:/x", "file:///c%3A/x"),
        ] {
            assert_eq!(DocumentUri::new(a), DocumentUri::new(b), "{a} {b}");
        }
        for (a, b) in [
            ("file:///a.rs", "file:///A.rs"),
            ("untitled:Untitled-1", "untitled:Untitled-2"),
            ("vscode-notebook-cell:/a.ipynb#X1", "vscode-notebook-cell:/a.ipynb#X2"),
        ] {
            assert_ne!(DocumentUri::new(a), DocumentUri::new(b), "{a} {b}");
        }
    }

    #[test]
    fn paths_come_out() {
        for (uri, path) in [
            ("file:///home/u/a%20b.rs", Some("/home/u/a b.rs")),
            ("file:///c%3A/Users/x.rs", Some("c:\\Users\\x.rs")),
            ("file://server/share/x.rs", Some("\\\\server\\share\\x.rs")),
            ("file:///a%23b%3Fc", Some("/a#b?c")),
            ("untitled:Untitled-1", None),
            ("git:/a/b.rs?x", None),
            ("file://a%2Fb/c", None),
            ("", None),
        ] {
            let got = DocumentUri::new(uri).to_path();
            assert_eq!(got, path.map(PathBuf::from), "{uri}");
        }
    }

    #[test]
    fn every_path_round_trips() {
        for path in ["/a/b c/ü#?%.rs", "c:\\dir\\f.rs", "\\\\srv\\share\\f.rs", "/a:b", "/x/[y]"] {
            let uri = DocumentUri::from_path(Path::new(path));
            assert_eq!(uri.to_path().unwrap(), PathBuf::from(path), "{uri}");
            assert_eq!(DocumentUri::new(uri.as_str()), uri);
        }
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_utf_8_survive() {
        let uri = DocumentUri::new("file:///a%FFb");
        assert_eq!(DocumentUri::from_path(&uri.to_path().unwrap()), uri);
    }

    #[test]
    fn other_schemes_still_name_a_file() {
        assert_eq!(DocumentUri::new("untitled:/x/My%20File.py?q#f").path_like(), "/x/My File.py");
        assert_eq!(DocumentUri::new("vscode-remote://host/x/a.rs").path_like(), "//host/x/a.rs");
        assert_eq!(DocumentUri::new("untitled:Untitled-1").scheme(), "untitled");
    }
}
