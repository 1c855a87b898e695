//! A document in the editor: its own copy of the text, a cursor, and every edit sent to the server.

use std::sync::Arc;

use serde_json::{Value, json};

use super::suggestion::Suggestion;
use super::wire::Wire;

/// The unit of columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    #[default]
    Utf16,
    Utf32,
}

impl Encoding {
    pub const ALL: [Self; 3] = [Self::Utf8, Self::Utf16, Self::Utf32];

    /// The protocol's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Utf32 => "utf-32",
        }
    }

    /// Length of a text.
    pub fn units(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.encode_utf16().count(),
            Self::Utf32 => text.chars().count(),
        }
    }

    /// Line and column of a byte.
    pub fn position(self, text: &str, at: usize) -> Value {
        let start = line_starts(text).into_iter().rfind(|start| *start <= at).unwrap_or(0);
        let line = line_starts(text).iter().filter(|start| **start <= at).count() - 1;
        json!({ "line": line, "character": self.units(&text[start..at]) })
    }

    /// The byte at a line and column.
    pub fn byte(self, text: &str, position: &Value) -> usize {
        let number = |key: &str| position[key].as_u64().expect("a number") as usize;
        let start = line_starts(text)[number("line")];
        let mut column = 0;
        let mut at = start;
        for c in text[start..].chars() {
            if column >= number("character") {
                break;
            }
            column += self.units(c.encode_utf8(&mut [0; 4]));
            at += c.len_utf8();
        }
        assert_eq!(
            column,
            number("character"),
            "the column is inside a character, or past the end"
        );
        at
    }
}

/// Where lines begin: after LF, CRLF and CR.
fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends = (0..bytes.len()).filter(|at| match bytes[*at] {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    std::iter::once(0).chain(ends.map(|at| at + 1)).collect()
}

/// An open document.
pub struct Doc {
    pub(super) wire: Arc<Wire>,
    pub(super) encoding: Encoding,
    pub uri: String,
    pub version: i32,
    text: String,
    cursor: usize,
}

/// Splits a source at its `$0`; without one the cursor is at the end.
pub fn at_cursor(source: &str) -> (String, usize) {
    let at = source.find("$0").unwrap_or(source.len());
    (source.replacen("$0", "", 1), at)
}

impl Doc {
    pub(super) fn new(wire: &Arc<Wire>, encoding: Encoding, uri: &str, source: &str) -> Self {
        let (text, cursor) = at_cursor(source);
        Self { wire: Arc::clone(wire), encoding, uri: uri.to_owned(), version: 1, text, cursor }
    }

    /// The same document with another text, where the server was told of it in another way.
    pub fn clone_at(other: &Self, source: &str) -> Self {
        let (wire, encoding) = (&other.wire, other.encoding);
        Self { version: other.version, ..Self::new(wire, encoding, &other.uri, source) }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text with `$0` at the cursor.
    pub fn source(&self) -> String {
        format!("{}$0{}", self.before(), self.after())
    }

    pub fn before(&self) -> &str {
        &self.text[..self.cursor]
    }

    pub fn after(&self) -> &str {
        &self.text[self.cursor..]
    }

    /// The cursor as the server is told it.
    pub fn position(&self) -> Value {
        self.encoding.position(&self.text, self.cursor)
    }

    /// As in a request's params.
    pub fn identifier(&self) -> Value {
        json!({ "uri": self.uri })
    }

    /// Moves the cursor behind the first place where this stands.
    pub fn move_after(&mut self, needle: &str) {
        self.cursor = self.text.find(needle).expect("it is in the text") + needle.len();
    }

    /// Moves the cursor to the end.
    pub fn move_to_end(&mut self) {
        self.cursor = self.text.len();
    }

    /// Types, a change for each character.
    pub fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            self.replace(self.cursor, self.cursor, c.encode_utf8(&mut [0; 4]));
        }
    }

    /// Inserts all at once, as by pasting.
    pub fn paste(&mut self, text: &str) {
        self.replace(self.cursor, self.cursor, text);
    }

    /// Deletes the character before the cursor.
    pub fn backspace(&mut self) {
        let last = self.before().chars().next_back().expect("something before the cursor");
        self.replace(self.cursor - last.len_utf8(), self.cursor, "");
    }

    /// Replaces bytes; the cursor goes behind the new text.
    pub fn replace(&mut self, start: usize, end: usize, with: &str) {
        let change = self.change(start, end, with);
        self.apply(start, end, with);
        self.send_changes(json!([change]));
    }

    /// Several replacements in one `didChange`, each against the text after those before it.
    pub fn replace_all(&mut self, edits: &[(usize, usize, &str)]) {
        let mut changes = Vec::new();
        for (start, end, with) in edits {
            changes.push(self.change(*start, *end, with));
            self.apply(*start, *end, with);
        }
        self.send_changes(Value::Array(changes));
    }

    /// Sends the whole text anew.
    pub fn set_text(&mut self, source: &str) {
        (self.text, self.cursor) = at_cursor(source);
        self.send_changes(json!([{ "text": self.text }]));
    }

    /// A change as it goes over the wire.
    pub fn change(&self, start: usize, end: usize, with: &str) -> Value {
        let position = |at| self.encoding.position(&self.text, at);
        json!({ "range": { "start": position(start), "end": position(end) }, "text": with })
    }

    /// Sends changes under the next version; the editor's copy is left alone.
    pub fn send_changes(&mut self, changes: Value) {
        self.version += 1;
        self.send_changes_as(self.version, changes);
    }

    /// Sends changes under any version.
    pub fn send_changes_as(&self, version: i32, changes: Value) {
        let document = json!({ "uri": self.uri, "version": version });
        let params = json!({ "textDocument": document, "contentChanges": changes });
        self.wire.notify("textDocument/didChange", params);
    }

    /// The text as it would be with a suggestion accepted, `$0` behind it.
    pub fn with(&self, suggestion: &Suggestion) -> String {
        let (start, end) = self.bytes_of(suggestion);
        let (before, after) = (&self.text[..start], &self.text[end..]);
        format!("{before}{}$0{after}", suggestion.insert_text)
    }

    /// Accepts a suggestion: the edit, then its command.
    pub async fn accept(&mut self, suggestion: &Suggestion) {
        let (start, end) = self.bytes_of(suggestion);
        self.replace(start, end, &suggestion.insert_text);
        let id = self.wire.request("workspace/executeCommand", suggestion.command.clone());
        let reply = self.wire.reply(&id).await;
        assert_eq!(reply["result"], Value::Null, "{reply}");
        assert!(reply.get("error").is_none(), "{reply}");
    }

    pub fn save(&self) {
        self.wire.notify("textDocument/didSave", json!({ "textDocument": self.identifier() }));
    }

    /// Closes it; its text stays with the test.
    pub fn close(self) -> String {
        self.wire.notify("textDocument/didClose", json!({ "textDocument": self.identifier() }));
        self.text
    }

    fn bytes_of(&self, suggestion: &Suggestion) -> (usize, usize) {
        let byte = |key: &str| self.encoding.byte(&self.text, &suggestion.range[key]);
        (byte("start"), byte("end"))
    }

    fn apply(&mut self, start: usize, end: usize, with: &str) {
        self.text.replace_range(start..end, with);
        self.cursor = start + with.len();
    }
}
