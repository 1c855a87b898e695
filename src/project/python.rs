//! Python: `pyproject.toml` (PEP 621, Poetry), `setup.cfg`, `requirements*.txt`, `Pipfile`.

use std::path::Path;

use toml::{Table, Value};

use super::framework::{Framework, Kind};
use super::{Found, reading};

/// Lines of a list of requirements that are read.
const LINES: usize = 400;

pub(super) fn read(folders: &[&Path]) -> Found {
    let mut found = Found::default();
    let mut tests = Vec::new();
    for folder in folders {
        let before = found.manifests.len();
        pyproject(&folder.join("pyproject.toml"), &mut found, &mut tests);
        setup(&folder.join("setup.cfg"), &mut found, &mut tests);
        let files = reading::names(folder);
        for name in
            files.iter().filter(|name| name.starts_with("requirements") && name.ends_with(".txt"))
        {
            let file = folder.join(name);
            let Some(text) = reading::manifest(&file) else { continue };
            found.manifest(&file);
            let dev = name != "requirements.txt";
            requirements(text.lines(), &mut found, &mut tests, dev);
        }
        let has = |name: &str| files.iter().any(|file| file == name);
        if let Some(pipfile) = reading::manifest(&folder.join("Pipfile")) {
            found.manifest(&folder.join("Pipfile"));
            let pipfile: Table = pipfile.parse().unwrap_or_default();
            named(pipfile.get("packages"), &mut found, &mut tests, false);
            named(pipfile.get("dev-packages"), &mut found, &mut tests, true);
        }
        if has("pytest.ini") {
            found.manifest(&folder.join("pytest.ini"));
        }
        if has("pytest.ini") || has("conftest.py") {
            tests.push("pytest".to_owned());
        }
        if has("setup.py") && found.manifests.len() == before {
            found.manifest(&folder.join("setup.py"));
        }
        if found.manifests.len() > before {
            break;
        }
    }
    let uses = |name: &str| tests.iter().any(|test| test == name);
    let kind = if uses("pytest") { Kind::Pytest } else { Kind::Unittest };
    let mut framework = Framework::new(kind);
    for (name, words) in [
        ("pytest-asyncio", "pytest-asyncio (`@pytest.mark.asyncio`)"),
        ("pytest-mock", "pytest-mock"),
        ("hypothesis", "hypothesis"),
    ] {
        framework.with.extend(uses(name).then_some(words));
    }
    found.framework = uses("pytest").then_some(framework);
    found
}

fn pyproject(file: &Path, found: &mut Found, tests: &mut Vec<String>) {
    let Some(manifest) = reading::manifest(file) else { return };
    let Ok(manifest) = manifest.parse::<Table>() else { return };
    found.manifest(file);
    let tool = manifest.get("tool");
    let project = manifest.get("project");
    if let Some(version) = project.and_then(|it| it.get("requires-python")).and_then(Value::as_str)
    {
        found.stack.language("Python", version);
    }
    let lines = |value: Option<&Value>| -> Vec<String> {
        let items = value.and_then(Value::as_array).into_iter().flatten();
        items.filter_map(Value::as_str).map(ToOwned::to_owned).collect()
    };
    let plain = lines(project.and_then(|it| it.get("dependencies")));
    requirements(plain.iter().map(String::as_str), found, tests, false);
    let poetry = tool.and_then(|tool| tool.get("poetry"));
    named(poetry.and_then(|it| it.get("dependencies")), found, tests, false);
    let groups =
        [project.and_then(|it| it.get("optional-dependencies")), manifest.get("dependency-groups")];
    for group in groups.into_iter().flatten().filter_map(Value::as_table) {
        for list in group.values() {
            let list = lines(Some(list));
            requirements(list.iter().map(String::as_str), found, tests, true);
        }
    }
    named(poetry.and_then(|it| it.get("dev-dependencies")), found, tests, true);
    let groups = poetry.and_then(|it| it.get("group")).and_then(Value::as_table);
    for group in groups.into_iter().flat_map(Table::values) {
        named(group.get("dependencies"), found, tests, true);
    }
    if tool.is_some_and(|tool| tool.get("pytest").is_some()) {
        tests.push("pytest".to_owned());
    }
}

fn setup(file: &Path, found: &mut Found, tests: &mut Vec<String>) {
    let Some(text) = reading::manifest(file) else { return };
    found.manifest(file);
    let (mut section, mut key) = (String::new(), String::new());
    for line in text.lines().take(LINES) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            section = name.to_owned();
            if section == "tool:pytest" {
                tests.push("pytest".to_owned());
            }
            continue;
        }
        let mut value = line;
        if !line.starts_with([' ', '\t']) {
            let Some((name, rest)) = line.split_once('=') else { continue };
            (key, value) = (name.trim().to_owned(), rest);
        }
        let dev = section == "options.extras_require";
        if dev || (section == "options" && key == "install_requires") {
            requirements(std::iter::once(value), found, tests, dev);
        }
    }
}

/// `name[extra]>=1.2; marker` (PEP 508), one to a line.
fn requirements<'a>(
    lines: impl Iterator<Item = &'a str>,
    found: &mut Found,
    tests: &mut Vec<String>,
    dev: bool,
) {
    for line in lines.take(LINES) {
        let line = line.split(['#', ';']).next().unwrap_or("").trim();
        let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || "_.-".contains(c)));
        let (name, rest) = line.split_at(end.unwrap_or(line.len()));
        if name.is_empty() || name.starts_with('-') || rest.starts_with(['/', ':', '+']) {
            continue;
        }
        let version = rest.rsplit(']').next().unwrap_or("");
        one(name, version, found, tests, dev);
    }
}

/// `name = "^1.2"`, or a table with a `version`.
fn named(entries: Option<&Value>, found: &mut Found, tests: &mut Vec<String>, dev: bool) {
    for (name, value) in entries.and_then(Value::as_table).into_iter().flatten() {
        let version = value.as_str().or_else(|| value.get("version")?.as_str()).unwrap_or("");
        if name == "python" {
            found.stack.language("Python", version);
        } else {
            one(name, version, found, tests, dev);
        }
    }
}

fn one(name: &str, version: &str, found: &mut Found, tests: &mut Vec<String>, dev: bool) {
    let lower = name.to_ascii_lowercase();
    let testing = ["pytest", "hypothesis"].iter().any(|test| lower.starts_with(test));
    if testing {
        tests.push(lower);
    } else if !dev {
        found.stack.add(name, version);
    }
}
