//! Rust (The Cargo Book, "Tests"): unit tests in the file, unless the project has them in a file of
//! their own already.

use std::path::{Component, Path, PathBuf};

use super::{Code, Place};
use crate::project::{Project, reading, rust};

pub(super) fn place(project: &Project, code: &Code<'_>) -> Place {
    let own = code.file.parent().unwrap_or(code.file);
    let stem = reading::stem(code.file);
    let unit = "use super::*;";
    if let Some((name, path)) = in_a_file(code.text) {
        let folder = match stem.as_str() {
            "lib" | "main" | "mod" => own.to_path_buf(),
            stem => own.join(stem),
        };
        let named = [folder.join(format!("{name}.rs")), folder.join(name).join("mod.rs")];
        let files = match path {
            Some(path) => vec![joined(own, path)],
            None => named.to_vec(),
        };
        let unit = unit.to_owned();
        return match files.iter().find(|file| (code.exists)(file)) {
            Some(file) => Place::known(file.clone(), unit),
            None => Place::new(files.into_iter().next().unwrap_or_default(), unit),
        };
    }
    let inside = code.text.lines().map(declaration).any(|line| {
        let body = line.strip_prefix("mod tests").or_else(|| line.strip_prefix("mod test"));
        body.is_some_and(|body| body.trim_start().starts_with('{'))
    });
    let home = project.home(code.file);
    let integration = home.join("tests").join(format!("{stem}.rs"));
    if !inside && code.file.starts_with(home.join("src")) && (code.exists)(&integration) {
        let import = module(home, code.file, &project.above(code.file));
        return Place::known(integration, format!("use {import}::…;"));
    }
    Place::here(unit)
}

/// The name of the module of tests that a file has in a file of its own, and the path that it says
/// (The Rust Reference, "The path attribute").
pub(super) fn in_a_file(text: &str) -> Option<(&str, Option<&str>)> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let is = |line: &&str| matches!(declaration(line), "mod tests;" | "mod test;");
    let at = lines.iter().position(is)?;
    let name = if declaration(lines.get(at)?) == "mod tests;" { "tests" } else { "test" };
    let above = lines.get(..at)?.iter().rev().take_while(|line| line.starts_with("#["));
    let path = lines.get(at).into_iter().chain(above).find_map(|line| {
        let value = line.split_once("#[path")?.1.trim_start().strip_prefix('=')?;
        value.split('"').nth(1)
    });
    Some((name, path))
}

/// A line without the attributes, the visibility and the comment around its declaration.
fn declaration(line: &str) -> &str {
    let mut line = line.split("//").next().unwrap_or("").trim();
    while let Some((_, rest)) = line.strip_prefix("#[").and_then(|rest| rest.split_once(']')) {
        line = rest.trim_start();
    }
    line.trim_start_matches("pub(crate) ")
        .trim_start_matches("pub(super) ")
        .trim_start_matches("pub ")
}

/// A path from a folder, without `.` and `..`.
fn joined(folder: &Path, path: &str) -> PathBuf {
    let mut made = folder.to_path_buf();
    for part in Path::new(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                made.pop();
            }
            part => made.push(part),
        }
    }
    made
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
