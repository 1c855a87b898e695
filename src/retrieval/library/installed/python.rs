//! Python: `site-packages` of the project's virtual environment (venv, "Creating virtual
//! environments").

use std::path::{Path, PathBuf};

use super::{Installed, is_plain};
use crate::retrieval::source::Family;

/// Where virtual environments usually lie.
const ENVIRONMENTS: [&str; 4] = [".venv", "venv", "env", ".env"];

pub(super) fn key(path: &str) -> Option<String> {
    let first = path.split('.').next()?;
    is_plain(first).then(|| first.to_owned())
}

pub(super) fn find(key: &str, folders: &[&Path], active: Option<&Path>) -> Option<Installed> {
    let own = folders.iter().flat_map(|folder| ENVIRONMENTS.map(|name| folder.join(name)));
    let environments = own.chain(active.map(Path::to_path_buf));
    environments.flat_map(|environment| packages(&environment)).find_map(|site| in_site(key, &site))
}

/// The folders of packages in an environment.
fn packages(environment: &Path) -> Vec<PathBuf> {
    let versions = std::fs::read_dir(environment.join("lib")).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("python3"))
        .map(|entry| entry.path().join("site-packages"))
        .collect();
    folders.sort();
    folders.push(environment.join("Lib").join("site-packages"));
    folders
}

fn in_site(key: &str, site: &Path) -> Option<Installed> {
    let package = site.join(key);
    let module = [format!("{key}.py"), format!("{key}.pyi")].map(|name| site.join(name));
    let module = module.into_iter().find(|file| file.is_file());
    let whole = package.is_dir();
    if !whole && module.is_none() {
        return None;
    }
    Some(Installed {
        key: key.to_owned(),
        name: key.to_owned(),
        version: version(key, site),
        // The folder around it, so that its modules have their full paths.
        folder: module.unwrap_or_else(|| site.to_path_buf()),
        below: if whole { key.to_owned() } else { String::new() },
        deep: true,
        family: Family::Python,
        import: String::new(),
        entry: String::new(),
    })
}

/// The version by the name of its `dist-info` folder (PyPA, "Recording installed projects").
fn version(key: &str, site: &Path) -> String {
    let plain = |name: &str| name.to_ascii_lowercase().replace(['-', '.'], "_");
    let entries = std::fs::read_dir(site).into_iter().flatten().flatten().take(8_192);
    let mut found: Vec<String> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let (name, version) = name.strip_suffix(".dist-info")?.rsplit_once('-')?;
            (plain(name) == plain(key) && is_plain(version)).then(|| version.to_owned())
        })
        .collect();
    found.sort();
    found.pop().unwrap_or_default()
}
