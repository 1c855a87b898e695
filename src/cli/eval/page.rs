//! The page of a run: whether it can be written is known before anything is asked for money.

use std::fs::OpenOptions;
use std::path::Path;

use anyhow::{Context, Result};

/// Tries to open it, and leaves it as it was.
///
/// # Errors
/// If it cannot be written.
pub(super) fn check(file: &Path) -> Result<()> {
    let is_new = std::fs::symlink_metadata(file).is_err();
    let opened = OpenOptions::new().append(true).create(true).open(file);
    opened
        .with_context(|| format!("{}: cannot be written; name another --html", file.display()))?;
    if is_new {
        std::fs::remove_file(file).with_context(|| file.display().to_string())?;
    }
    Ok(())
}

/// Writes it.
///
/// # Errors
/// If it cannot be written after all.
pub(super) fn write(file: &Path, page: &str) -> Result<()> {
    std::fs::write(file, page).with_context(|| format!("{}: cannot be written", file.display()))?;
    eprintln!("{}", file.display());
    Ok(())
}
