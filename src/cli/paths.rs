//! `foretype paths` and `foretype purge`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use super::args::Purge;
use super::print;
use crate::config::Paths;

/// Prints where everything is.
///
/// # Errors
/// If standard output is closed.
pub fn show(paths: &Paths) -> Result<ExitCode> {
    let mut text = String::new();
    for (name, path) in [
        ("configuration", paths.config_file.clone()),
        ("log", paths.log_dir.as_ref().map(|folder| folder.join(crate::log::FILE))),
        ("state", paths.state_dir.clone()),
        ("cache", paths.cache_dir.clone()),
    ] {
        let shown = path.map_or("unknown".to_owned(), |path| {
            let missing = if path.exists() { "" } else { " (not there yet)" };
            format!("{}{missing}", path.display())
        });
        let _ = writeln!(text, "{name:<14} {shown}");
    }
    if let Some(reason) = &paths.reason {
        let _ = writeln!(text, "{reason}");
    }
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Whether a file lies in a folder, by its path or in truth.
fn is_inside(file: &Path, folder: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    let in_truth = || Some(real(file)?.starts_with(real(folder)?));
    file.starts_with(folder) || in_truth().unwrap_or(false)
}

/// Deletes logs, state and caches.
///
/// # Errors
/// If something is there and cannot be deleted.
pub fn purge(paths: &Paths, purge: &Purge) -> Result<ExitCode> {
    let mut folders: Vec<PathBuf> = [&paths.log_dir, &paths.state_dir, &paths.cache_dir]
        .into_iter()
        .filter_map(Clone::clone)
        .filter(|folder| folder.exists())
        .collect();
    folders.sort();
    // The configuration may live inside one of them; then that one stays.
    let config = paths.config_file.as_deref();
    folders.retain(|folder| !config.is_some_and(|config| is_inside(config, folder)));
    folders.dedup_by(|inner, outer| inner.starts_with(outer));
    if folders.is_empty() {
        print("nothing to delete\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    for folder in &folders {
        if purge.yes {
            std::fs::remove_dir_all(folder)
                .with_context(|| format!("{}: cannot be deleted", folder.display()))?;
            print(&format!("deleted {}\n", folder.display()))?;
        } else {
            print(&format!("would delete {}\n", folder.display()))?;
        }
    }
    if !purge.yes {
        print("run `foretype purge --yes` to delete\n")?;
    }
    Ok(ExitCode::SUCCESS)
}
