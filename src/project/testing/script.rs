//! JavaScript and TypeScript: `x.test.ts` or `x.spec.ts`, beside the code, in `__tests__` beside it, or
//! in a folder of tests: as the project has most of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Code, Place, in_test_folders, mirrored, relative};
use crate::project::framework::Kind;
use crate::project::{Project, node, reading};

const FOLDERS: [&str; 4] = ["test", "tests", "__tests__", "spec"];
const ENDINGS: [&str; 8] = ["ts", "tsx", "js", "jsx", "mjs", "cjs", "mts", "cts"];

/// Where tests are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Where {
    Beside,
    Below(&'static str),
    Top(PathBuf),
}

pub(super) fn place(project: &Project, code: &Code<'_>) -> Place {
    let own = code.file.parent().unwrap_or(code.file);
    let (stem, ending) = (reading::stem(code.file), ending(code.file));
    let endings = std::iter::once(ending.as_str()).chain(ENDINGS);
    let mut names: Vec<String> = endings
        .flat_map(|ending| [format!("{stem}.test.{ending}"), format!("{stem}.spec.{ending}")])
        .collect();
    let import = |file: &Path| import(project, code, file.parent().unwrap_or(own));
    let beside = names.iter().map(|name| own.join(name)).find(|file| (code.exists)(file));
    names.push(format!("{stem}.{ending}"));
    let folder = own.join("__tests__");
    let below = names.iter().map(|name| folder.join(name)).find(|file| (code.exists)(file));
    let known = beside.or(below).or_else(|| in_test_folders(project, code, &FOLDERS, &names));
    if let Some(file) = known.filter(|file| file != code.file) {
        let import = import(&file);
        return Place::known(file, import);
    }
    let home = project.home(code.file);
    let (place, kind) = custom(project, home);
    let folder = match place {
        Where::Beside => own.to_path_buf(),
        Where::Below(name) => own.join(name),
        Where::Top(tests) => mirrored(project, home, &tests, own),
    };
    let file = folder.join(format!("{stem}.{kind}.{ending}"));
    let import = import(&file);
    Place::new(file, import)
}

/// As the project has most of them.
fn custom(project: &Project, home: &Path) -> (Where, &'static str) {
    let mut counts: BTreeMap<(Where, &'static str), usize> = BTreeMap::new();
    let files = if project.folder.is_some() { reading::below(home) } else { Vec::new() };
    for file in files.iter().filter(|file| ENDINGS.contains(&ending(file).as_str())) {
        let stem = reading::stem(file);
        let kind = if stem.ends_with(".spec") { "spec" } else { "test" };
        let folder = file.parent().unwrap_or(home);
        let inside = folder.strip_prefix(home).unwrap_or(folder);
        let top = inside.iter().next().map(|top| top.to_string_lossy().into_owned());
        let top = top.filter(|top| FOLDERS.contains(&top.as_str()));
        let marked = stem.ends_with(".test") || stem.ends_with(".spec");
        let place = match top {
            Some(top) => Where::Top(home.join(top)),
            None if folder.ends_with("__tests__") => Where::Below("__tests__"),
            None if marked => Where::Beside,
            None => continue,
        };
        *counts.entry((place, kind)).or_default() += 1;
    }
    let most = counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(found, _)| found);
    most.unwrap_or_else(|| match project.framework.kind {
        Kind::Mocha => (Where::Top(home.join("test")), "test"),
        _ => (Where::Beside, "test"),
    })
}

/// How tests get at the code.
fn import(project: &Project, code: &Code<'_>, tests: &Path) -> String {
    let ending = ending(code.file);
    let typed = code.language.id().starts_with("typescript");
    let requires = !typed
        && ending != "mjs"
        && (code.text.contains("module.exports") || code.text.contains("require("));
    let path = relative(tests, code.file);
    let bare = path.strip_suffix(&format!(".{ending}")).unwrap_or(&path).to_owned();
    let modules = ending == "mjs" || node::is_module(&project.above(code.file));
    let whole = if typed { project.uses(Kind::NodeTest) } else { !requires && modules };
    let path = if whole { path } else { bare };
    if requires {
        format!("const {{ … }} = require(\"{path}\");")
    } else {
        format!("import {{ … }} from \"{path}\";")
    }
}

fn ending(file: &Path) -> String {
    file.extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default()
}
