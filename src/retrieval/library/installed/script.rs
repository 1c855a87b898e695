//! JavaScript and TypeScript: declarations of packages in `node_modules` (TypeScript, "Publishing";
//! Node.js, "Packages").

use std::path::Path;

use serde_json::Value;

use super::{Installed, is_plain};
use crate::project::reading;
use crate::retrieval::index::paths::join;
use crate::retrieval::source::Family;

pub(super) fn key(path: &str) -> Option<String> {
    // `#internal`, `@/alias` and `~/alias` are the project's own.
    let outside = !path.starts_with(['.', '/', '#', '~']) && !path.contains(':');
    let mut parts = path.split('/');
    let first = parts.next().filter(|first| outside && is_plain(first) && *first != "@")?;
    if !first.starts_with('@') {
        return Some(first.to_owned());
    }
    let second = parts.next().filter(|second| is_plain(second))?;
    Some(format!("{first}/{second}"))
}

pub(super) fn find(key: &str, folders: &[&Path]) -> Option<Installed> {
    // `@types/scope__name` has the declarations of `@scope/name`.
    let typed = format!("@types/{}", key.trim_start_matches('@').replace('/', "__"));
    let names = [key, &typed];
    let places = folders.iter().flat_map(|folder| {
        names.map(|name| (name.to_owned(), folder.join("node_modules").join(name)))
    });
    places.into_iter().find_map(|(name, folder)| {
        let manifest = reading::manifest(&folder.join("package.json"))?;
        let manifest: Value = serde_json::from_str(&manifest).ok()?;
        let entry = entry(&manifest, &folder)?;
        let version = manifest.get("version").and_then(Value::as_str).unwrap_or("");
        Some(Installed {
            key: key.to_owned(),
            name,
            version: if is_plain(version) { version.to_owned() } else { String::new() },
            folder,
            below: String::new(),
            deep: true,
            family: Family::Script,
            import: key.to_owned(),
            entry,
        })
    })
}

/// The package's declarations, in its folder.
fn entry(manifest: &Value, folder: &Path) -> Option<String> {
    let exported = ["/types", "/import/types", "/require/types"];
    let exported = exported.iter().filter_map(|at| manifest.get("exports")?.get(".")?.pointer(at));
    let named = ["types", "typings"].iter().filter_map(|key| manifest.get(key));
    let named = named.chain(exported).filter_map(Value::as_str).map(ToOwned::to_owned);
    named
        .chain(["index.d.ts".to_owned()])
        .filter_map(|entry| join("", &entry))
        .find(|entry| folder.join(entry).is_file())
}
