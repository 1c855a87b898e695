//! Go (`go help test`): `x_test.go` beside `x.go`, in its package.

use super::{Code, Place};
use crate::project::reading;

pub(super) fn place(code: &Code<'_>) -> Place {
    let file = code.file.with_file_name(format!("{}_test.go", reading::stem(code.file)));
    let import = match package(code.text) {
        Some(name) => format!("the tests are in the same package: `package {name}`"),
        None => "the tests are in the same package".to_owned(),
    };
    let exists = (code.exists)(&file);
    Place { file: Some(file), exists, import }
}

fn package(text: &str) -> Option<&str> {
    let name = text.lines().find_map(|line| line.strip_prefix("package "))?;
    name.split(|c: char| !(c.is_alphanumeric() || c == '_')).next()
}
