//! Ignore files as read from disk: parsed once per version, what is wrong with them told once.

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// Largest ignore file that is read, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// Most files kept parsed; beyond it all are forgotten.
const MAX_FILES: usize = 4096;

/// Whether names are compared without case, as the platform's usual file systems do.
const IGNORE_CASE: bool = cfg!(any(windows, target_os = "macos"));

/// Which lines of a file count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Lines {
    /// Every line.
    All,
    /// Those that begin with a slash.
    Rooted,
}

/// One ignore file and the folder its patterns start from.
#[derive(Debug)]
pub(super) struct Level {
    pub(super) file: PathBuf,
    /// How many folders below the root it stands.
    pub(super) depth: usize,
    rules: Rules,
}

#[derive(Debug, Clone)]
enum Rules {
    Patterns(Arc<Gitignore>),
    /// It could not be read, and what it would block is not known.
    Everything,
}

#[derive(Debug, Default)]
pub(super) struct Files {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    parsed: HashMap<(PathBuf, Lines), Parsed>,
    told: HashSet<String>,
    warnings: Vec<String>,
}

#[derive(Debug)]
struct Parsed {
    modified: Option<SystemTime>,
    /// In bytes.
    len: u64,
    rules: Rules,
}

impl Level {
    /// Whether it excludes the file at `relative` (to its folder): no, yes, or nothing said.
    pub(super) fn excludes(&self, relative: &Path, is_folder: bool) -> Option<bool> {
        match &self.rules {
            Rules::Everything => Some(true),
            Rules::Patterns(patterns) => match patterns.matched(relative, is_folder) {
                Match::Ignore(_) => Some(true),
                Match::Whitelist(_) => Some(false),
                Match::None => None,
            },
        }
    }
}

impl Files {
    /// The ignore file at `file`, if there is one. One that cannot be read excludes everything
    /// if it is there to block, and nothing otherwise.
    pub(super) fn level(
        &self,
        file: &Path,
        depth: usize,
        lines: Lines,
        blocking: bool,
    ) -> Option<Level> {
        let level = |rules| Level { file: file.to_owned(), depth, rules };
        let (modified, len) = match fs::metadata(file) {
            Ok(it) if it.is_file() => (it.modified().ok(), it.len()),
            Ok(_) => return None,
            Err(error) if is_absent(&error) => return None,
            Err(error) => {
                self.tell([unreadable(file, &error)]);
                return blocking.then(|| level(Rules::Everything));
            }
        };
        let key = (file.to_owned(), lines);
        let fresh = |it: &&Parsed| it.modified == modified && it.len == len;
        if let Some(known) = self.state().parsed.get(&key).filter(fresh) {
            return Some(level(known.rules.clone()));
        }
        let rules = match read(file).and_then(|text| parse(file, &text, lines)) {
            Ok((patterns, warnings)) => {
                self.tell(warnings);
                Rules::Patterns(Arc::new(patterns))
            }
            Err(error) => {
                self.tell([unreadable(file, &error)]);
                return blocking.then(|| level(Rules::Everything));
            }
        };
        let mut state = self.state();
        if state.parsed.len() >= MAX_FILES {
            state.parsed.clear();
        }
        let parsed = Parsed { modified, len, rules: rules.clone() };
        state.parsed.insert(key, parsed);
        drop(state);
        Some(level(rules))
    }

    pub(super) fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut self.state().warnings)
    }

    fn tell(&self, warnings: impl IntoIterator<Item = String>) {
        let mut state = self.state();
        for warning in warnings {
            if state.told.insert(warning.clone()) {
                state.warnings.push(warning);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_absent(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidFilename, NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory | InvalidFilename)
}

fn unreadable(file: &Path, error: &io::Error) -> String {
    format!("{}: cannot be read: {error}; make it readable or remove it", file.display())
}

/// The file's text. Windows tools write UTF-16 as well; other bytes are replaced.
fn read(file: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(file)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    let utf16 = |unit: fn([u8; 2]) -> u16| {
        let units = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
        char::decode_utf16(units.skip(1))
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    };
    Ok(match bytes.as_slice() {
        [0xff, 0xfe, ..] => utf16(u16::from_le_bytes),
        [0xfe, 0xff, ..] => utf16(u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        rest => String::from_utf8_lossy(rest).into_owned(),
    })
}

/// The patterns in `text`, and what was wrong with those left out.
fn parse(file: &Path, text: &str, lines: Lines) -> io::Result<(Gitignore, Vec<String>)> {
    let mut builder = GitignoreBuilder::new("");
    builder.allow_unclosed_class(false).case_insensitive(IGNORE_CASE).map_err(io::Error::other)?;
    let mut warnings = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let rooted = line.strip_prefix('!').unwrap_or(line).starts_with('/');
        if lines == Lines::Rooted && !rooted {
            continue;
        }
        if let Err(error) = builder.add_line(None, line) {
            let place = format!("{}:{number}", file.display());
            warnings.push(format!("{place}: the pattern is left out: {error}; correct it"));
        }
    }
    Ok((builder.build().map_err(io::Error::other)?, warnings))
}
