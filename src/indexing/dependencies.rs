//! Where the sources of what a workspace depends on are: in its own folders, and in Cargo's.

use std::path::{Path, PathBuf};

use crate::code;

/// Folders in a workspace that hold other people's packages.
const FOLDERS: [&str; 2] = ["node_modules", "vendor"];
/// Folders that may be virtual environments of Python's.
const ENVIRONMENTS: [&str; 3] = [".venv", "venv", "env"];

/// The folders of a workspace folder's dependencies that are there. Reads the file system.
#[must_use]
pub fn folders(root: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = FOLDERS.iter().map(|name| root.join(name)).collect();
    for name in ENVIRONMENTS {
        // What else is called so is the user's own.
        if root.join(name).join("pyvenv.cfg").is_file() {
            folders.push(root.join(name));
        }
    }
    folders.extend(crates(root, cargo_home().as_deref()));
    folders.retain(|folder| folder.is_dir());
    folders
}

/// The unpacked sources of the packages that a `Cargo.lock` names.
fn crates(root: &Path, home: Option<&Path>) -> Vec<PathBuf> {
    let Some(home) = home else { return Vec::new() };
    let lock = code::text(&root.join("Cargo.lock")).ok().flatten();
    let lock = lock.and_then(|text| text.parse::<toml::Table>().ok()).unwrap_or_default();
    let packages = lock.get("package").and_then(toml::Value::as_array);
    let names: Vec<String> = packages
        .into_iter()
        .flatten()
        .filter(|package| package.get("source").is_some())
        .filter_map(|package| {
            let word = |key| package.get(key).and_then(toml::Value::as_str);
            let (name, version) = (word("name")?, word("version")?);
            // A name is no way out of the folder.
            let plain = |text: &str| !text.contains(['/', '\\']) && !text.starts_with('.');
            (plain(name) && plain(version)).then(|| format!("{name}-{version}"))
        })
        .collect();
    let registries = std::fs::read_dir(home.join("registry").join("src"));
    let registries = registries.into_iter().flatten().flatten().map(|entry| entry.path());
    registries.flat_map(|registry| names.iter().map(move |name| registry.join(name))).collect()
}

fn cargo_home() -> Option<PathBuf> {
    let set = std::env::var_os("CARGO_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    set.or_else(|| Some(etcetera::home_dir().ok()?.join(".cargo")))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_there_and_named() {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("work");
        for folder in
            ["work/node_modules", "work/venv", "work/.venv", "cargo/registry/src/x/a-1.0.0"]
        {
            std::fs::create_dir_all(home.path().join(folder)).unwrap();
        }
        std::fs::create_dir_all(home.path().join("cargo/registry/src/x/other-1.0.0")).unwrap();
        std::fs::write(root.join(".venv/pyvenv.cfg"), "").unwrap();
        let lock = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"r\"\n\
                    [[package]]\nname = \"own\"\nversion = \"1.0.0\"\n\
                    [[package]]\nname = \"../..\"\nversion = \"1.0.0\"\nsource = \"r\"\n";
        std::fs::write(root.join("Cargo.lock"), lock).unwrap();
        let crates = crates(&root, Some(&home.path().join("cargo")));
        assert_eq!(crates, [home.path().join("cargo/registry/src/x/a-1.0.0")]);
        let own = folders(&root);
        assert!(own.starts_with(&[root.join("node_modules"), root.join(".venv")]), "{own:?}");
    }
}
