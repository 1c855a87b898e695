//! Rust (The Cargo Book, "Tests"): unit tests in the file, unless the project has them in a file of
//! their own already.

use std::path::{Path, PathBuf};

use super::{Code, Place};
use crate::project::{Project, reading, rust};

pub(super) fn place(project: &Project, code: &Code<'_>) -> Place {
    let own = code.file.parent().unwrap_or(code.file);
    let stem = reading::stem(code.file);
    let unit = "use super::*;";
    let lines = || code.text.lines().map(str::trim);
    if lines().any(|line| matches!(line, "mod tests;" | "mod test;")) {
        let name = if code.text.contains("mod tests;") { "tests" } else { "test" };
        let folder = match stem.as_str() {
            "lib" | "main" | "mod" => own.to_path_buf(),
            stem => own.join(stem),
        };
        let files = [folder.join(format!("{name}.rs")), folder.join(name).join("mod.rs")];
        if let Some(file) = files.into_iter().find(|file| (code.exists)(file)) {
            return Place::known(file, unit.to_owned());
        }
    }
    let inside =
        lines().any(|line| line.starts_with("mod tests {") || line.starts_with("mod test {"));
    let home = project.home(code.file);
    let integration = home.join("tests").join(format!("{stem}.rs"));
    if !inside && code.file.starts_with(home.join("src")) && (code.exists)(&integration) {
        let import = module(home, code.file, &project.above(code.file));
        return Place::known(integration, format!("use {import}::…;"));
    }
    Place::here(unit)
}

/// A file's module as another crate names it.
fn module(home: &Path, file: &Path, folders: &[&Path]) -> String {
    let library = rust::library(folders).unwrap_or_else(|| "crate".to_owned());
    let inside =
        file.strip_prefix(home.join("src")).map_or_else(|_| PathBuf::new(), Path::to_path_buf);
    let mut parts = vec![library];
    parts.extend(inside.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()));
    if matches!(parts.last().map(String::as_str), Some("lib" | "mod" | "main")) {
        parts.pop();
    }
    parts.join("::")
}
