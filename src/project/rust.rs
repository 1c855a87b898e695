//! Cargo (The Cargo Book, "The Manifest Format").

use std::path::Path;

use toml::{Table, Value};

use super::framework::{Framework, Kind};
use super::{Found, reading};

pub(super) fn read(folders: &[&Path]) -> Found {
    let mut found = Found::default();
    let Some((file, own)) = nearest_package(folders) else { return found };
    found.manifest(&file);
    // What a member inherits stands in the manifest of the workspace.
    let above = folders.iter().copied().filter(|folder| Some(*folder) != file.parent());
    let workspace = if own.contains_key("workspace") {
        own.get("workspace").cloned()
    } else {
        above
            .filter_map(|folder| table(&folder.join("Cargo.toml")))
            .find_map(|mut manifest| manifest.remove("workspace"))
    };
    let inherited = |path: [&str; 2]| {
        let part = workspace.as_ref()?.get(path[0])?;
        part.get(path[1]).cloned()
    };
    let package = own.get("package");
    for (key, name) in [("edition", "Rust edition"), ("rust-version", "rustc")] {
        let value = package.and_then(|package| package.get(key)).cloned();
        let value = value.filter(Value::is_str).or_else(|| inherited(["package", key]));
        if let Some(version) = value.as_ref().and_then(Value::as_str) {
            found.stack.language(name, version);
        }
    }
    let mut framework = Framework::new(Kind::CargoTest);
    for section in ["dependencies", "dev-dependencies"] {
        let entries = own.get(section).and_then(Value::as_table);
        for (name, value) in entries.into_iter().flatten() {
            let all = inherited(["dependencies", name.as_str()]);
            let version = version(value).or_else(|| all.as_ref().and_then(version)).unwrap_or("");
            let beside = match name.as_str() {
                "tokio" => Some("`#[tokio::test]` for async functions"),
                "rstest" => Some("rstest"),
                "proptest" => Some("proptest"),
                "insta" => Some("insta"),
                _ => None,
            };
            framework.with.extend(beside.filter(|beside| !framework.with.contains(beside)));
            if section == "dependencies" {
                found.stack.add(name, version);
            }
        }
    }
    found.framework = Some(framework);
    found
}

/// The nearest manifest of a package, not of a workspace alone.
fn nearest_package(folders: &[&Path]) -> Option<(std::path::PathBuf, Table)> {
    folders.iter().find_map(|folder| {
        let file = folder.join("Cargo.toml");
        let manifest = table(&file)?;
        manifest.contains_key("package").then_some((file, manifest))
    })
}

fn table(file: &Path) -> Option<Table> {
    reading::manifest(file)?.parse().ok()
}

fn version(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("version")?.as_str())
}

/// The name by which other crates use a package's library.
pub(super) fn library(folders: &[&Path]) -> Option<String> {
    let (_, manifest) = nearest_package(folders)?;
    let name = |section: &str| manifest.get(section)?.get("name")?.as_str();
    Some(name("lib").or_else(|| name("package"))?.replace('-', "_"))
}
