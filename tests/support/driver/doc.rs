//! A document as the editor shows it, its cursor with it; every change is sent as it is made.

use std::ops::Range;
use std::panic::Location;
use std::time::Instant;

use serde_json::{Value, json};

use super::{Editor, PATIENCE, Pending};

/// An open document. Offsets are bytes; positions go out in UTF-16.
pub struct Doc {
    pub editor: Editor,
    pub uri: String,
    pub text: String,
    pub cursor: usize,
    version: i32,
}

impl Doc {
    pub(super) fn open(editor: Editor, uri: &str, language: &str, text: &str) -> Self {
        let (text, cursor) = split(text);
        let item = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        editor.notify("textDocument/didOpen", json!({ "textDocument": item }));
        Self { editor, uri: uri.to_owned(), text, cursor, version: 1 }
    }

    /// Replaces a range; the cursor stays with the text after it.
    pub fn replace(&mut self, range: Range<usize>, with: &str) {
        self.replace_all(&[(range, with)]);
    }

    /// Makes several changes in one notification, each in the text left by the one before.
    pub fn replace_all(&mut self, changes: &[(Range<usize>, &str)]) {
        let mut list = Vec::new();
        for (range, with) in changes {
            let (start, end) = (self.position(range.start), self.position(range.end));
            list.push(json!({ "range": { "start": start, "end": end }, "text": with }));
            self.text.replace_range(range.clone(), with);
            if self.cursor >= range.end {
                self.cursor = self.cursor + with.len() - range.len();
            }
        }
        self.version += 1;
        let document = json!({ "uri": self.uri, "version": self.version });
        let params = json!({ "textDocument": document, "contentChanges": list });
        self.editor.notify("textDocument/didChange", params);
    }

    /// Inserts at the cursor in one change, which moves behind it.
    pub fn type_text(&mut self, text: &str) {
        self.replace(self.cursor..self.cursor, text);
    }

    /// Inserts behind the cursor, which stays: what editors close by themselves.
    pub fn close_with(&mut self, text: &str) {
        let at = self.cursor;
        self.replace(at..at, text);
        self.cursor = at;
    }

    /// Types over what stands behind the cursor: nothing changes but the cursor.
    pub fn type_over(&mut self, text: &str) {
        assert!(self.text[self.cursor..].starts_with(text), "it stands there");
        self.cursor += text.len();
    }

    /// Deletes that many bytes before the cursor.
    pub fn backspace(&mut self, bytes: usize) {
        self.replace(self.cursor - bytes..self.cursor, "");
    }

    /// Moves the cursor behind the first occurrence of `text`.
    pub fn after(&mut self, text: &str) {
        self.cursor = self.text.find(text).expect("it stands there") + text.len();
    }

    /// Asks for ghost text as the editor does by itself.
    #[track_caller]
    pub fn automatic(&self) -> Pending {
        self.inline(json!({ "triggerKind": 2 }))
    }

    /// Asks again and again until this one text is shown: for what is on its way from the backend.
    #[track_caller]
    pub fn comes_to_show<'a>(&'a self, want: &'a str) -> impl Future<Output = ()> + 'a {
        let from = Location::caller();
        async move {
            let began = Instant::now();
            loop {
                let texts = self.automatic().texts().await;
                if texts == [want] {
                    return;
                }
                assert!(began.elapsed() < PATIENCE, "{from}: {texts:?} and never {want:?}");
            }
        }
    }

    /// Asks for ghost text as the user does by hand.
    #[track_caller]
    pub fn invoked(&self) -> Pending {
        self.inline(json!({ "triggerKind": 1 }))
    }

    /// Asks for ghost text with this context.
    #[track_caller]
    pub fn inline(&self, context: Value) -> Pending {
        let mut params = self.place();
        params["context"] = context;
        self.editor.request("textDocument/inlineCompletion", params)
    }

    /// Asks for the menu.
    #[track_caller]
    pub fn menu(&self) -> Pending {
        let mut params = self.place();
        params["context"] = json!({ "triggerKind": 1 });
        self.editor.request("textDocument/completion", params)
    }

    /// The text as it would be with an item of ghost text accepted.
    pub fn accepted(&self, item: &Value) -> String {
        let (start, end) = (&item["range"]["start"], &item["range"]["end"]);
        let mut text = self.text.clone();
        text.replace_range(
            self.offset(start)..self.offset(end),
            item["insertText"].as_str().unwrap(),
        );
        text
    }

    /// Closes it.
    pub fn close(&self) {
        let params = json!({ "textDocument": { "uri": self.uri } });
        self.editor.notify("textDocument/didClose", params);
    }

    /// The protocol's position of a byte offset.
    pub fn position(&self, offset: usize) -> Value {
        let before = &self.text[..offset];
        let line = before.rfind('\n').map_or(before, |at| &before[at + 1..]);
        let lines = before.matches('\n').count();
        json!({ "line": lines, "character": line.encode_utf16().count() })
    }

    /// The protocol's range of byte offsets.
    pub fn range(&self, range: Range<usize>) -> Value {
        json!({ "start": self.position(range.start), "end": self.position(range.end) })
    }

    fn offset(&self, position: &Value) -> usize {
        let at = |offset: &usize| self.position(*offset) == *position;
        (0..=self.text.len()).filter(|at| self.text.is_char_boundary(*at)).find(at).unwrap()
    }

    fn place(&self) -> Value {
        json!({ "textDocument": { "uri": self.uri }, "position": self.position(self.cursor) })
    }
}

/// The text without its `$0`, and where that was.
fn split(text: &str) -> (String, usize) {
    match text.find("$0") {
        Some(at) => (text.replacen("$0", "", 1), at),
        None => (text.to_owned(), text.len()),
    }
}
