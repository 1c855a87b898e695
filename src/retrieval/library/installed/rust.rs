//! Cargo: versions from `Cargo.lock`, sources from the registry's folder.

use std::path::Path;

use toml::{Table, Value};

use super::{Installed, is_plain};
use crate::project::reading;
use crate::retrieval::source::Family;

/// A larger lock file (bytes) is none.
const LOCK: u64 = 2 * 1024 * 1024;
/// Names that are no crates of others.
const OWN: [&str; 9] =
    ["std", "core", "alloc", "proc_macro", "test", "crate", "self", "super", "$crate"];

pub(super) fn key(path: &str) -> Option<String> {
    let first = path.split("::").find(|part| !part.is_empty())?;
    (!OWN.contains(&first) && is_plain(first)).then(|| first.to_owned())
}

pub(super) fn find(key: &str, folders: &[&Path], cargo: &Path) -> Option<Installed> {
    let lock =
        folders.iter().find_map(|folder| reading::whole(&folder.join("Cargo.lock"), LOCK))?;
    let lock: Table = lock.parse().ok()?;
    let manifest = reading::nearest(folders, "Cargo.toml");
    let manifest: Table = manifest.and_then(|(_, text)| text.parse().ok()).unwrap_or_default();
    let (package, requirement) = dependency(&manifest, key);
    let mut versions: Vec<(&str, &str)> = Vec::new();
    for entry in lock.get("package")?.as_array()? {
        let text = |key: &str| entry.get(key).and_then(Value::as_str);
        let Some((name, version)) = text("name").zip(text("version")) else { continue };
        // What has no source is the workspace's own.
        if name.replace('-', "_") == package.replace('-', "_") && text("source").is_some() {
            versions.push((name, version));
        }
    }
    let wanted = requirement.trim_start_matches(['^', '=', '~', ' ']);
    let numbers = |version: &str| -> Vec<u64> {
        version.split(['.', '-', '+']).map(|part| part.parse().unwrap_or(0)).collect()
    };
    let fits = |version: &str| {
        version.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    versions.sort_by_key(|(_, version)| (fits(version), numbers(version)));
    let (name, version) = versions.last()?;
    let below = format!("{name}-{version}");
    if !is_plain(&below) {
        return None;
    }
    let registries = std::fs::read_dir(cargo.join("registry").join("src")).ok()?.flatten();
    let mut registries: Vec<_> = registries.map(|entry| entry.path()).collect();
    registries.sort();
    let folder = registries.iter().map(|it| it.join(&below)).find(|it| it.join("src").is_dir())?;
    Some(Installed {
        key: key.to_owned(),
        name: (*name).to_owned(),
        version: (*version).to_owned(),
        folder,
        below: "src".to_owned(),
        deep: true,
        family: Family::Rust,
        import: key.to_owned(),
        entry: String::new(),
    })
}

/// The package that a crate is, and the version that is asked for: it may have another name here.
fn dependency(manifest: &Table, key: &str) -> (String, String) {
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let entries = manifest.get(section).and_then(Value::as_table);
        for (name, value) in entries.into_iter().flatten() {
            if name.replace('-', "_") == key {
                let text = |key: &str| value.get(key).and_then(Value::as_str);
                let version = value.as_str().or_else(|| text("version")).unwrap_or("");
                return (text("package").unwrap_or(name).to_owned(), version.to_owned());
            }
        }
    }
    (key.to_owned(), String::new())
}
