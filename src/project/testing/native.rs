//! C and C++: in a folder of tests, named as the others there.

use std::path::{Path, PathBuf};

use super::{Code, Place, in_test_folders, mirrored, nearest_folder, relative};
use crate::project::{Project, reading};

const FOLDERS: [&str; 4] = ["tests", "test", "unittests", "t"];
const HEADERS: [&str; 4] = ["h", "hpp", "hh", "hxx"];
const SOURCES: [&str; 4] = ["c", "cc", "cpp", "cxx"];

pub(super) fn place(project: &Project, code: &Code<'_>) -> Place {
    let own = code.file.parent().unwrap_or(code.file);
    let stem = reading::stem(code.file);
    let ending = code.file.extension().map(|it| it.to_string_lossy().into_owned());
    let usual = if code.language.id() == "c" { "c" } else { "cpp" };
    let ending = ending.filter(|it| SOURCES.contains(&it.as_str())).unwrap_or(usual.to_owned());
    let forms: [fn(&str) -> String; 6] = [
        |stem| format!("test_{stem}"),
        |stem| format!("{stem}_test"),
        |stem| format!("{stem}_tests"),
        |stem| format!("{stem}_unittest"),
        |stem| format!("test-{stem}"),
        |stem| format!("{stem}Test"),
    ];
    let endings = std::iter::once(ending.as_str()).chain(SOURCES);
    let names: Vec<String> = endings
        .flat_map(|ending| forms.iter().map(move |form| (form, ending)))
        .map(|(form, ending)| format!("{}.{ending}", form(&stem)))
        .collect();
    let import = |file: &Path| include(project, code, file.parent().unwrap_or(own));
    let beside = names.iter().map(|name| own.join(name)).find(|file| (code.exists)(file));
    let known = beside.or_else(|| in_test_folders(project, code, &FOLDERS, &names));
    if let Some(file) = known {
        let import = import(&file);
        return Place::known(file, import);
    }
    let folder = match nearest_folder(project, code.file, &FOLDERS) {
        Some((above, tests)) => mirrored(project, &above, &tests, own),
        None if project.folder.is_some() => project.home(code.file).join("tests"),
        None => own.to_path_buf(),
    };
    // As most others there are named.
    let others = reading::names(&folder);
    let fits = |form: &fn(&str) -> String| {
        let shape = form("*");
        let (before, behind) = shape.split_once('*').unwrap_or(("", ""));
        let named = others.iter().filter_map(|name| name.rsplit_once('.'));
        let sources = named.filter(|(_, ending)| SOURCES.contains(ending));
        sources.filter(|(stem, _)| stem.starts_with(before) && stem.ends_with(behind)).count()
    };
    let form = forms.iter().rev().max_by_key(|form| fits(form));
    let name = form.map_or_else(|| format!("test_{stem}"), |form| form(&stem));
    let file = folder.join(format!("{name}.{ending}"));
    let import = import(&file);
    Place::new(file, import)
}

/// How tests get at the code: by its header, else by the file itself.
fn include(project: &Project, code: &Code<'_>, tests: &Path) -> String {
    let stem = reading::stem(code.file);
    let names: Vec<String> = HEADERS.iter().map(|ending| format!("{stem}.{ending}")).collect();
    let public = project.home(code.file).join("include");
    let header =
        reading::below(&public).into_iter().find(|file| names.contains(&reading::name(file)));
    if let Some(path) = header.and_then(|it| it.strip_prefix(&public).map(Path::to_path_buf).ok()) {
        return format!("#include \"{}\"", path.to_string_lossy().replace('\\', "/"));
    }
    let own = code.file.parent().unwrap_or(code.file);
    let beside = names.iter().map(|name| own.join(name)).find(|file| (code.exists)(file));
    let file: PathBuf = beside.unwrap_or_else(|| code.file.to_path_buf());
    let path = relative(tests, &file);
    format!("#include \"{}\"", path.strip_prefix("./").unwrap_or(&path))
}
