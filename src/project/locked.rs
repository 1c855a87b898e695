//! Versions from lock files, for dependencies whose manifest names none: `Cargo.lock`, `uv.lock`,
//! `poetry.lock`, `Pipfile.lock`, `package-lock.json`, `yarn.lock`, `pnpm-lock.yaml`.

mod node;

use std::path::Path;

use serde_json::Value as Json;
use toml::{Table, Value};

use super::reading;
use super::stack::Stack;

/// The lock files that are read, here and where the sources of dependencies are looked for.
pub(super) const LOCKS: &[&str] = &[
    "Cargo.lock",
    "uv.lock",
    "poetry.lock",
    "Pipfile.lock",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
];
/// A larger lock file (bytes) is none.
const LARGEST: u64 = 8 * 1024 * 1024;

/// Adds what the lock file says of the package in a folder, the nearest one with a manifest; it is read only
/// where something is missing.
pub(super) fn complete(
    stack: &mut Stack,
    folders: &[&Path],
    package: Option<&Path>,
    language: &str,
) {
    if !stack.lacks_version() {
        return;
    }
    let read =
        |name: &str| folders.iter().find_map(|folder| reading::whole(&folder.join(name), LARGEST));
    match language {
        "rust" => packages(stack, read("Cargo.lock")),
        "python" => {
            packages(stack, read("uv.lock"));
            packages(stack, read("poetry.lock"));
            pipfile(stack, read("Pipfile.lock"));
        }
        "javascript" | "javascriptreact" | "typescript" | "typescriptreact" => {
            add(stack, read("package-lock.json").map(|text| node::npm(&text)));
            add(stack, read("yarn.lock").map(|text| node::yarn(&text)));
            let pnpm = folders.iter().find_map(|folder| {
                let text = reading::whole(&folder.join("pnpm-lock.yaml"), LARGEST)?;
                Some(node::pnpm(&text, package?.strip_prefix(folder).ok()?))
            });
            add(stack, pnpm);
        }
        _ => {}
    }
}

/// `[[package]]` with a `name` and a `version`.
fn packages(stack: &mut Stack, text: Option<String>) {
    let lock: Option<Table> = text.and_then(|text| text.parse().ok());
    let packages = lock.as_ref().and_then(|lock| lock.get("package")).and_then(Value::as_array);
    let plain = |name: &str| name.to_ascii_lowercase().replace(['_', '.'], "-");
    stack.complete(|wanted| {
        let named = |entry: &&Value| {
            entry.get("name").and_then(Value::as_str).is_some_and(|it| plain(it) == plain(wanted))
        };
        let entry = packages?.iter().find(named)?;
        entry.get("version")?.as_str().map(str::to_owned)
    });
}

/// pipenv's: `{"default": {"name": {"version": "==1.2"}}}`.
fn pipfile(stack: &mut Stack, text: Option<String>) {
    let lock: Option<Json> = text.and_then(|text| serde_json::from_str(&text).ok());
    stack.complete(|wanted| {
        let entry = lock.as_ref()?.get("default")?.get(wanted.to_ascii_lowercase())?;
        entry.get("version")?.as_str().map(str::to_owned)
    });
}

fn add(stack: &mut Stack, versions: Option<node::Versions>) {
    stack.complete(|wanted| versions.as_ref()?.get(wanted).cloned());
}
