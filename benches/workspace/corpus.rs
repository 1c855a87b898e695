//! A repository's sources, its index, and its lines of code.

use std::path::{Path, PathBuf};

use foretype::local::dialect::Dialect;
use foretype::local::lexer::{Kind, lex};
use foretype::local::{Index, Limits};

/// Endings of the files that are read.
const ENDINGS: [&str; 10] = ["rs", "py", "js", "ts", "mjs", "cjs", "mts", "cts", "tsx", "jsx"];
const MAX_FILE_BYTES: u64 = 1_000_000;

/// A token's place in its file, in bytes.
pub struct Span {
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
}

/// A line with nothing but code from its first character on.
pub struct CodeLine {
    pub file: usize,
    pub start: usize,
    /// Without what is blank at its end.
    pub end: usize,
    pub tokens: Vec<Span>,
}

pub struct Repo {
    pub name: String,
    /// Path and text.
    pub files: Vec<(String, String)>,
    pub index: Index,
    pub lines: Vec<CodeLine>,
}

impl Repo {
    pub fn read(folder: &Path, limits: Limits) -> Repo {
        let files = files(folder);
        let index = Index::build(texts(&files), limits);
        let lines = files.iter().enumerate().flat_map(|(n, file)| code_lines(n, file)).collect();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        Repo { name, files, index, lines }
    }
}

pub fn texts(files: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
}

/// The repositories of a set, by name.
pub fn repositories(corpora: &Path, set: &str) -> Vec<PathBuf> {
    let folder = corpora.join(set);
    let entries =
        std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// All source files below a folder, in the order of their paths.
pub fn files(folder: &Path) -> Vec<(String, String)> {
    let mut paths = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| ENDINGS.iter().any(|own| e == *own)) {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let small = |path: &PathBuf| path.metadata().is_ok_and(|m| m.len() < MAX_FILE_BYTES);
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).ok()?;
        Some((path.strip_prefix(folder).ok()?.to_string_lossy().into_owned(), text))
    };
    paths.iter().filter(|path| small(path)).filter_map(read).collect()
}

fn code_lines(file: usize, (path, text): &(String, String)) -> Vec<CodeLine> {
    let base = text.as_ptr() as usize;
    let mut tokens = Vec::new();
    lex(text, Dialect::of(path), |token| {
        let start = (token.text.as_ptr() as usize).wrapping_sub(base);
        let end = start.wrapping_add(token.text.len());
        if token.kind != Kind::Line && end <= text.len() {
            tokens.push(Span { start, end, kind: token.kind });
        }
    });
    let mut tokens = tokens.into_iter().peekable();
    let mut lines = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (start, end) = (at, at + line.trim_end().len());
        at += line.len();
        let mut own = Vec::new();
        while let Some(token) = tokens.next_if(|token| token.start < at) {
            own.push(token);
        }
        let first = start + line.len() - line.trim_start().len();
        let from_the_first = own.first().is_some_and(|token| token.start == first);
        if from_the_first && own.iter().all(|token| token.end <= end) {
            lines.push(CodeLine { file, start, end, tokens: own });
        }
    }
    lines
}
