//! What was measured of one case with one model; and the file that keeps it, so that a run can go on
//! where it ended. No code is in it.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// One case with one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The place, `src/a.rs:12:5`, and a digest of what is hidden there.
    pub case: String,
    /// The configured name of the model.
    pub model: String,
    /// A digest of that model's settings.
    #[serde(default)]
    pub settings: String,
    /// The language's id.
    pub language: String,
    /// It said something.
    pub answered: bool,
    /// It said what stood there.
    pub exact: bool,
    /// See [`Score`](super::score::Score).
    pub similarity: f64,
    /// Right leading characters.
    pub leading: usize,
    /// Characters of right leading words.
    pub saved: usize,
    /// Characters that were hidden.
    pub hidden: usize,
    /// Syntax errors of the file with the suggestion, less those with the original.
    pub errors: Option<i64>,
    /// Time to the first text, ms.
    pub first_token_ms: Option<f64>,
    /// Time to the whole answer, ms.
    pub total_ms: f64,
    /// Tokens of the prompt: as the server counts, else estimated.
    pub prompt_tokens: u64,
    /// Of those, from the server's cache; where it says.
    pub cached_tokens: Option<u64>,
    /// Tokens of the answer: as the server counts, else estimated.
    pub output_tokens: u64,
    /// By the configured price, USD.
    pub cost: Option<f64>,
    /// Why there is no answer, where something went wrong.
    pub failed: Option<String>,
}

/// A file of records, one JSON object on each line.
#[derive(Debug)]
pub struct Records {
    file: PathBuf,
    /// None where it cannot be written.
    out: Option<File>,
}

impl Records {
    /// What a file has; nothing where there is none. A torn last line, of a run that was killed, is left out.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn known(file: &Path) -> io::Result<Vec<Record>> {
        let text = match std::fs::read(file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            text => text?,
        };
        let lines = text.split(|byte| *byte == b'\n');
        Ok(lines.filter_map(|line| serde_json::from_slice(line).ok()).collect())
    }

    /// Begins to write: behind what the file has if `resume`, else it loses that.
    ///
    /// # Errors
    /// If it cannot be made or written.
    pub fn begin(file: &Path, resume: bool) -> io::Result<Self> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut out = if resume {
            OpenOptions::new().append(true).create(true).open(file)?
        } else {
            File::create(file)?
        };
        if resume && std::fs::read(file)?.last().is_some_and(|byte| *byte != b'\n') {
            // Behind a torn line.
            out.write_all(b"\n")?;
        }
        Ok(Self { file: file.to_owned(), out: Some(out) })
    }

    /// Where they cannot be kept.
    #[must_use]
    pub fn nowhere(file: &Path) -> Self {
        Self { file: file.to_owned(), out: None }
    }

    /// Keeps one.
    ///
    /// # Errors
    /// If it cannot be written, as on a full disk.
    pub fn add(&mut self, record: &Record) -> io::Result<()> {
        let Some(out) = &mut self.out else { return Ok(()) };
        let mut line = serde_json::to_string(record)?;
        line.push('\n');
        out.write_all(line.as_bytes())
    }

    /// Where they are.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }
}
