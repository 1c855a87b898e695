//! A small world for tests of sources.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Diagnostic, Edited, Need, OpenDocument};
use crate::document::language::Language;
use crate::document::text::Text;
use crate::project::Project;
use crate::retrieval::extract::Extractor;
use crate::retrieval::index::Index;
use crate::retrieval::library::Library;
use crate::retrieval::source::Source;
use crate::retrieval::symbol::FileSymbols;

/// Files, what is open and what was done, and a cursor.
pub(crate) struct World {
    path: String,
    text: String,
    whole: Text,
    at: usize,
    pub shown: Range<u32>,
    /// The workspace's other files.
    pub files: BTreeMap<String, String>,
    /// Their symbols.
    pub index: Index,
    extractor: Extractor,
    symbols: Option<FileSymbols>,
    pub library: Option<Library>,
    pub open: Vec<OpenDocument>,
    pub edits: Vec<Edited>,
    pub diagnostics: Vec<Diagnostic>,
    pub project: Project,
}

impl World {
    /// A document with the cursor at `$0`. What the prefix and the suffix show is all of it.
    pub fn new(path: &str, marked: &str) -> Self {
        let (before, after) = marked.split_once("$0").unwrap();
        let text = format!("{before}{after}");
        let index = Index::default();
        let mut extractor = Extractor::default();
        let symbols = Source::from_path(path)
            .and_then(|source| extractor.read(path, source, &text, index.names()));
        let lines = u32::try_from(text.matches('\n').count()).unwrap() + 1;
        Self {
            path: path.to_owned(),
            at: before.len(),
            whole: Text::from(text.as_str()),
            text,
            shown: 0..lines,
            files: BTreeMap::new(),
            index,
            extractor,
            symbols,
            library: None,
            open: Vec::new(),
            edits: Vec::new(),
            diagnostics: Vec::new(),
            project: Project::default(),
        }
    }

    /// With the document's text and the cursor as they are now.
    pub fn now(&mut self, marked: &str) {
        let (before, after) = marked.split_once("$0").unwrap();
        (self.text, self.at) = (format!("{before}{after}"), before.len());
        self.whole = Text::from(self.text.as_str());
        self.symbols = Source::from_path(&self.path).and_then(|source| {
            self.extractor.read(&self.path, source, &self.text, self.index.names())
        });
    }

    /// With another file in the workspace.
    pub fn file(mut self, path: &str, text: &str) -> Self {
        if let Some(source) = Source::from_path(path) {
            let read = self.extractor.read(path, source, text, self.index.names());
            self.index.replace(read.unwrap());
        }
        self.files.insert(path.to_owned(), text.to_owned());
        self
    }

    /// With another open document; the last one told was used last.
    pub fn open(mut self, path: &str, text: &str) -> Self {
        let document = OpenDocument {
            path: path.into(),
            language: Language::detect(None, path, text.lines().next().unwrap_or("")),
            text: Text::from(text),
            line: None,
        };
        self.open.insert(0, document);
        self
    }

    /// What a source is given.
    pub fn need(&self) -> Need<'_> {
        let (before, after) = self.text.split_at(self.at);
        Need {
            path: &self.path,
            language: Language::detect(None, &self.path, self.text.lines().next().unwrap_or("")),
            before,
            after,
            text: &self.whole,
            at: self.at,
            line: u32::try_from(before.matches('\n').count()).unwrap(),
            shown: &self.shown,
            symbols: self.symbols.as_ref(),
            index: &self.index,
            library: self.library.as_ref(),
            open: &self.open,
            edits: &self.edits,
            diagnostics: &self.diagnostics,
            project: Some(&self.project),
            files: &self.files,
            root: None,
        }
    }
}
