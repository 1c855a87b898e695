//! Go: packages in the module cache (Go Modules Reference, "Module cache").

use std::path::Path;

use super::{Installed, is_plain};
use crate::project::reading;
use crate::retrieval::source::Family;

/// The standard library has no dot in its first part.
pub(super) fn key(path: &str) -> Option<String> {
    let first = path.split('/').next()?;
    let plain = path.split('/').all(is_plain);
    (first.contains('.') && plain).then(|| path.to_owned())
}

pub(super) fn find(key: &str, folders: &[&Path], cache: &Path) -> Option<Installed> {
    let (_, manifest) = reading::nearest(folders, "go.mod")?;
    let words = manifest.lines().map(|line| line.split("//").next().unwrap_or(""));
    let mut best: Option<(&str, &str)> = None;
    for line in words {
        let line = line.trim().trim_start_matches("require").trim();
        let Some((module, version)) = line.split_once(char::is_whitespace) else { continue };
        let inside =
            key.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if inside && best.is_none_or(|(known, _)| module.len() > known.len()) {
            best = Some((module, version.trim()));
        }
    }
    let (module, version) = best.filter(|(_, version)| is_plain(version))?;
    let below = key.strip_prefix(module)?.trim_start_matches('/');
    let folder = cache.join(format!("{}@{}", escaped(module), escaped(version)));
    folder.join(below).is_dir().then(|| Installed {
        key: key.to_owned(),
        name: module.to_owned(),
        version: version.trim_start_matches('v').to_owned(),
        folder,
        below: below.to_owned(),
        // A package is one folder.
        deep: false,
        family: Family::Go,
        import: module.to_owned(),
        entry: String::new(),
    })
}

/// Capitals are written with a mark, as not every file system tells them apart.
fn escaped(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        if c.is_ascii_uppercase() {
            out.push('!');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}
