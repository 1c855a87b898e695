//! Python (pytest, "Good Integration Practices"): `test_x.py` or `x_test.py`, beside the code or in a
//! folder `tests`.

use std::path::{Path, PathBuf};

use super::{Code, Place, in_test_folders, mirrored, nearest_folder};
use crate::project::{Project, reading};

const FOLDERS: [&str; 2] = ["tests", "test"];

pub(super) fn place(project: &Project, code: &Code<'_>) -> Place {
    let own = code.file.parent().unwrap_or(code.file);
    let mut module = reading::stem(code.file);
    if module == "__init__" {
        module = reading::name(own);
    }
    let names = [format!("test_{module}.py"), format!("{module}_test.py")];
    let import = |tests: &Path| format!("from {} import …", dotted(project, code.file, tests));
    let beside = names.iter().map(|name| own.join(name)).find(|file| (code.exists)(file));
    let known = beside.or_else(|| in_test_folders(project, code, &FOLDERS, &names));
    if let Some(file) = known {
        let import = import(file.parent().unwrap_or(own));
        return Place::known(file, import);
    }
    let (folder, others) = {
        let near = reading::names(own);
        match nearest_folder(project, code.file, &FOLDERS) {
            _ if near.iter().any(|name| is_test(name)) => (own.to_path_buf(), near),
            Some((above, tests)) => {
                let others =
                    reading::below(&tests).iter().map(|file| reading::name(file)).collect();
                (mirrored(project, &above, &tests, own), others)
            }
            None if project.folder.is_some() => (project.home(code.file).join("tests"), near),
            None => (own.to_path_buf(), near),
        }
    };
    let behind = others.iter().filter(|name| name.ends_with("_test.py")).count();
    let before = others.iter().filter(|name| name.starts_with("test_")).count();
    let [first, second] = names;
    let name = if behind > before { second } else { first };
    let import = import(&folder);
    Place::new(folder.join(name), import)
}

fn is_test(name: &str) -> bool {
    name.ends_with(".py") && (name.starts_with("test_") || name.ends_with("_test.py"))
}

/// A file's module as tests import it.
fn dotted(project: &Project, file: &Path, tests: &Path) -> String {
    let own = file.parent().unwrap_or(file);
    let packages =
        file.ancestors().skip(1).take_while(|folder| folder.join("__init__.py").is_file());
    let base = match packages.last().and_then(Path::parent) {
        Some(base) => base,
        // Without packages, what is beside is found by its name alone.
        None if tests == own => own,
        None => {
            let home = project.home(file);
            let source = home.join("src");
            let base = if file.starts_with(&source) { source } else { home.to_path_buf() };
            return name(file, &base);
        }
    };
    name(file, base)
}

fn name(file: &Path, base: &Path) -> String {
    let inside = file
        .strip_prefix(base)
        .map_or_else(|_| PathBuf::from(reading::name(file)), Path::to_path_buf);
    let parts = inside.with_extension("");
    let parts: Vec<_> = parts.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let own = |part: &&String| *part != "__init__";
    parts.iter().filter(own).cloned().collect::<Vec<_>>().join(".")
}
