//! What was measured of one case with one model; and the file that keeps it, so that a run can go on
//! where it ended. No code is in it.

use std::io::{BufRead, BufReader, Write};
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
    out: std::fs::File,
}

impl Records {
    /// Opens a file, and reads what it has if `resume`; else it begins anew. A torn last line, of a
    /// run that was killed, is left out.
    ///
    /// # Errors
    /// If it cannot be read or made.
    pub fn open(file: &Path, resume: bool) -> std::io::Result<(Self, Vec<Record>)> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut known = Vec::new();
        if resume && let Ok(old) = std::fs::File::open(file) {
            for line in BufReader::new(old).lines() {
                known.extend(serde_json::from_str(&line?).ok());
            }
        }
        let out = std::fs::File::create(file)?;
        let mut records = Self { file: file.to_owned(), out };
        for record in &known {
            records.add(record)?;
        }
        Ok((records, known))
    }

    /// Keeps one.
    ///
    /// # Errors
    /// If it cannot be written, as on a full disk.
    pub fn add(&mut self, record: &Record) -> std::io::Result<()> {
        let mut line = serde_json::to_string(record)?;
        line.push('\n');
        self.out.write_all(line.as_bytes())
    }

    /// Where they are.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }
}
