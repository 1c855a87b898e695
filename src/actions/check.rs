//! What an answer comes to, looked at before anyone gets to see it.

use std::path::{Path, PathBuf};

use super::changes::{LineEdit, applied};
use super::outcome::ActionError;
use super::parse::{faults, parses_worse};
use super::prompts::FaultValue;
use crate::document::language::Language;
use crate::document::line_ending::normalise;
use crate::document::offset::ByteRange;
use crate::document::text::Text;

/// Larger files (bytes) are not read to see their encoding.
const LARGEST: u64 = 10 * 1024 * 1024;

/// What an answer comes to in a snapshot.
#[derive(Debug)]
pub(super) struct Made {
    /// The edits.
    pub(super) edits: Vec<LineEdit>,
    /// The lines that it wrote, with LF.
    pub(super) code: String,
    /// Where they begin once the edits are made: a line, from 0.
    pub(super) line: usize,
}

impl Made {
    /// Of code that joins a file.
    pub(super) fn joined(text: &Text, code: String, edits: Vec<LineEdit>) -> Self {
        match edits.split_last() {
            Some((last, before)) if !text.is_empty() => {
                let breaks = |edit: &LineEdit| normalise(&edit.text).matches('\n').count();
                let above: usize = before.iter().map(breaks).sum();
                let line = text.line_of(last.range.start) + above + 1;
                let code = normalise(&last.text).trim_start_matches('\n').to_owned();
                Self { edits, code, line }
            }
            _ => Self { edits, code, line: 0 },
        }
    }
}

/// The lines that do not parse, and what the parser finds in them.
pub(super) type Broken = (String, Vec<FaultValue>);

/// What does not parse with the edits of a text, if that is more than without them.
pub(super) async fn broken(
    language: Language,
    text: &Text,
    made: &Made,
) -> Option<Vec<FaultValue>> {
    let grammar = language.grammar()?;
    let (text, after) = (text.clone(), applied(text, &made.edits));
    let (first, count) = (made.line, made.code.lines().count());
    let written = made.edits.iter().map(|edit| normalise(&edit.text));
    let written: Vec<String> = written.chain([made.code.clone()]).collect();
    let looking = tokio::task::spawn_blocking(move || {
        if !parses_worse(grammar, &text, &after) {
            return None;
        }
        let near = ByteRange::new(
            after.line_start(first),
            after.line_end((first + count).saturating_sub(1)),
        );
        let inside = |line: usize| {
            let line = line.checked_sub(first).map(|line| line + 1);
            line.filter(|line| *line <= count).unwrap_or(0)
        };
        let value = |fault: super::parse::SyntaxFault| FaultValue {
            line: inside(fault.line),
            what: fault.what,
        };
        // The file may be one that the model is not shown.
        let own = |quoted: &str| written.iter().any(|text| text.contains(quoted));
        Some(faults(grammar, &after, near, own).into_iter().map(value).collect())
    });
    // A parser that fails says nothing good of the text.
    looking.await.unwrap_or(Some(Vec::new()))
}

/// The file of a document that is to be changed, if there is one.
pub(super) struct OnDisk(Option<PathBuf>);

impl OnDisk {
    /// Looks before anyone is asked: what cannot be saved is no use.
    ///
    /// # Errors
    /// [`ActionError::ReadOnly`], [`ActionError::NotUtf8`].
    pub(super) async fn look(file: Option<&Path>) -> Result<Self, ActionError> {
        let Some(file) = file else { return Ok(Self(None)) };
        // A document that was never saved has none.
        let Ok(known) = tokio::fs::metadata(file).await else { return Ok(Self(None)) };
        let path = file.to_owned();
        let refused = tokio::task::spawn_blocking(move || is_refused(&path)).await;
        if known.permissions().readonly() || refused.unwrap_or(false) {
            return Err(ActionError::ReadOnly(name(file)));
        }
        if !is_utf8(file.to_owned(), known.len()).await {
            return Err(ActionError::NotUtf8(name(file)));
        }
        Ok(Self(Some(file.to_owned())))
    }

    /// # Errors
    /// [`ActionError::Deleted`].
    pub(super) async fn is_still_there(&self) -> Result<(), ActionError> {
        match &self.0 {
            Some(file) if !tokio::fs::try_exists(file).await.unwrap_or(true) => {
                Err(ActionError::Deleted(name(file)))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a file is text as foretype and most tools read it. Of a huge one, or of one that is no file,
/// nothing is said.
async fn is_utf8(file: PathBuf, size: u64) -> bool {
    let read = move || {
        let whole = std::fs::metadata(&file).is_ok_and(|found| found.is_file()) && size <= LARGEST;
        !whole || std::fs::read(&file).map_or(true, |bytes| std::str::from_utf8(&bytes).is_ok())
    };
    tokio::task::spawn_blocking(read).await.unwrap_or(true)
}

/// Whether the system would not let us write a file: neither the mode nor the folder tells of access
/// lists and of disks that are read-only. The file is not opened, which would rouse those who watch it.
#[cfg(unix)]
fn is_refused(file: &Path) -> bool {
    use rustix::io::Errno;

    let asked = rustix::fs::access(file, rustix::fs::Access::WRITE_OK);
    matches!(asked, Err(Errno::ACCESS | Errno::PERM | Errno::ROFS))
}

#[cfg(not(unix))]
fn is_refused(_: &Path) -> bool {
    false
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned()
}
