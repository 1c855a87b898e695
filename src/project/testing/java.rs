//! Java (Maven, "Standard Directory Layout"): the same package below `src/test/java`.

use std::path::PathBuf;

use super::{Code, Place};
use crate::project::{Project, reading};

pub(super) fn place(project: &Project, code: &Code<'_>) -> Place {
    let name = reading::stem(code.file);
    let own = code.file.parent().unwrap_or(code.file);
    let folder = mirror(own).unwrap_or_else(|| {
        // `src` and `test` side by side.
        let home = project.home(code.file);
        let inside = own.strip_prefix(home.join("src"));
        let mut tests = ["test", "tests"].into_iter().map(|tests| home.join(tests));
        let tests = tests.find(|tests| project.has_folder(tests));
        match (inside, tests) {
            (Ok(inside), Some(tests)) => tests.join(inside),
            _ => own.to_path_buf(),
        }
    });
    let import = match package(code.text) {
        Some(package) => format!("the tests are in the same package: `package {package};`"),
        None => "the tests are in the same package".to_owned(),
    };
    let names = [format!("{name}Test"), format!("{name}Tests"), format!("Test{name}")];
    let mut files = names.iter().map(|name| folder.join(format!("{name}.java")));
    let known = files.clone().find(|file| (code.exists)(file));
    match (known, files.next()) {
        (Some(file), _) => Place::known(file, import),
        (None, Some(file)) => Place::new(file, import),
        (None, None) => Place::here(&import),
    }
}

/// `…/src/main/java/a/b` as `…/src/test/java/a/b`.
fn mirror(own: &std::path::Path) -> Option<PathBuf> {
    let parts: Vec<_> = own.iter().collect();
    let at = parts.windows(2).rposition(|pair| pair == ["src", "main"])?;
    let renamed = parts.iter().enumerate();
    Some(
        renamed
            .map(|(index, part)| if index == at + 1 { "test".as_ref() } else { *part })
            .collect(),
    )
}

fn package(text: &str) -> Option<&str> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix("package "))?;
    line.split(';').next().map(str::trim)
}
