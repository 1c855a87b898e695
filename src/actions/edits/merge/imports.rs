//! Imports, name by name, so that none is there twice.

use crate::document::language::Language;

/// One imported name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Import {
    /// What says whether two are the same.
    pub(super) key: String,
    /// A statement that imports this alone.
    pub(super) alone: String,
}

/// The names of an import statement. Where it is none of a known form it is one name by itself.
pub(super) fn names(statement: &str, language: Language) -> Vec<Import> {
    let statement = statement.trim();
    let names = match language.id() {
        "rust" => rust(statement),
        "python" => python(statement),
        "javascript" | "javascriptreact" | "typescript" | "typescriptreact" => script(statement),
        "go" => Some(go(statement)),
        _ => None,
    };
    names.filter(|names| !names.is_empty()).unwrap_or_else(|| vec![whole(statement)])
}

fn whole(statement: &str) -> Import {
    let key = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    Import { key, alone: statement.to_owned() }
}

fn rust(statement: &str) -> Option<Vec<Import>> {
    let at = statement.find("use ")?;
    let tree = statement.get(at + 4..)?.trim().strip_suffix(';')?;
    let mut paths = Vec::new();
    expand("", tree, &mut paths, 0);
    let import = |path: String| Import { alone: format!("use {path};"), key: path };
    Some(paths.into_iter().map(import).collect())
}

/// `a::{b, c::{self, d}}` as `a::b`, `a::c`, `a::c::d`.
fn expand(before: &str, tree: &str, paths: &mut Vec<String>, depth: usize) {
    let tree = tree.trim();
    let group = tree.find('{').filter(|_| depth < 8 && tree.ends_with('}'));
    let Some(at) = group else {
        let path = match (before.strip_suffix("::"), tree) {
            (_, "") => return,
            (Some(module), "self") => module.to_owned(),
            _ => format!("{before}{}", tree.split_whitespace().collect::<Vec<_>>().join(" ")),
        };
        return paths.push(path);
    };
    let (head, rest) = tree.split_at(at);
    let before = format!("{before}{}", head.trim());
    for part in parts(rest.get(1..rest.len() - 1).unwrap_or("")) {
        expand(&before, part, paths, depth + 1);
    }
}

/// What commas part that stand in no braces.
fn parts(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0_i32, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.extend(list.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.extend(list.get(start..));
    found
}

fn python(statement: &str) -> Option<Vec<Import>> {
    let line = statement.split('\n').map(|line| line.split('#').next().unwrap_or("").trim());
    let line = line.collect::<Vec<_>>().join(" ");
    let line = line.replace(['(', ')', '\\'], " ");
    let words = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ");
    let (before, list) = match line.strip_prefix("from ") {
        Some(rest) => {
            let (module, list) = rest.split_once(" import ")?;
            (format!("from {} import ", module.trim()), list.to_owned())
        }
        None => ("import ".to_owned(), line.strip_prefix("import ")?.to_owned()),
    };
    let import = |name: &str| {
        let alone = format!("{before}{}", words(name));
        Import { key: alone.clone(), alone }
    };
    Some(list.split(',').filter(|name| !name.trim().is_empty()).map(import).collect())
}

fn script(statement: &str) -> Option<Vec<Import>> {
    let end = if statement.ends_with(';') { ";" } else { "" };
    let (clause, from, requires) = match statement.rsplit_once(" from ") {
        Some((clause, from)) => (clause.strip_prefix("import")?.trim(), from, false),
        None => {
            let (head, call) = statement.split_once('=')?;
            let from = call.trim().strip_prefix("require(")?;
            let head = head.trim().split_once(' ')?.1;
            (head.trim(), from, true)
        }
    };
    let from = from.trim_end_matches(';').trim().trim_end_matches(')').trim();
    let module = from.trim_matches(['"', '\'', '`']);
    let (typed, clause) = match clause.strip_prefix("type ") {
        Some(rest) if !requires => ("type ", rest.trim()),
        _ => ("", clause),
    };
    let import = |name: &str, shown: String| {
        let key = format!("{} {module}", name.trim_start_matches("type ").trim());
        let alone = if requires {
            format!("const {shown} = require({from}){end}")
        } else {
            format!("import {typed}{shown} from {from}{end}")
        };
        Import { key, alone }
    };
    let mut all = Vec::new();
    let (head, braces) = match clause.split_once('{') {
        Some((head, rest)) => (head, rest.split('}').next().unwrap_or("")),
        None => (clause, ""),
    };
    for name in head.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        all.push(import(&format!("default {name}"), name.to_owned()));
    }
    for name in braces.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        all.push(import(&name, format!("{{ {name} }}")));
    }
    Some(all)
}

fn go(statement: &str) -> Vec<Import> {
    let list = statement.strip_prefix("import").unwrap_or(statement).trim();
    let list = list.strip_prefix('(').and_then(|list| list.strip_suffix(')')).unwrap_or(list);
    let specs = list.split(['\n', ';']).map(|line| line.split("//").next().unwrap_or("").trim());
    let import = |spec: &str| Import { key: spec.to_owned(), alone: spec.to_owned() };
    specs.filter(|spec| spec.contains('"')).map(import).collect()
}

/// The name by which a line of Go's imports is used; `None` where that cannot be told.
pub(super) fn go_name(line: &str) -> Option<&str> {
    let line = line.trim().trim_start_matches("import ").trim();
    let (alias, path) = line.split_once('"')?;
    let path = path.split('"').next()?;
    match alias.trim() {
        "" => {
            let last = path.rsplit('/').next()?;
            // `v2` at the end of a path is no name, and what has signs is another one.
            last.chars().all(|c| c.is_ascii_lowercase()).then_some(last)
        }
        "_" | "." => None,
        alias => Some(alias),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn each_name_stands_alone() {
        for (id, statement, want) in [
            (
                "rust",
                "use a::{b, c::{self, d as e}};",
                &["use a::b;", "use a::c;", "use a::c::d as e;"][..],
            ),
            ("rust", "pub(crate) use super::*;", &["use super::*;"]),
            ("python", "import os, a.b as c", &["import os", "import a.b as c"]),
            (
                "python",
                "from a import (  # why\n    b,\n    c as d,\n)",
                &["from a import b", "from a import c as d"],
            ),
            (
                "typescript",
                "import D, { a, type B } from \"x\";",
                &[
                    "import D from \"x\";",
                    "import { a } from \"x\";",
                    "import { type B } from \"x\";",
                ],
            ),
            ("typescript", "import type { B } from './x'", &["import type { B } from './x'"]),
            ("javascript", "import * as n from \"x\";", &["import * as n from \"x\";"]),
            ("javascript", "import \"x\";", &["import \"x\";"]),
            (
                "javascript",
                "const { a, b } = require(\"x\");",
                &["const { a } = require(\"x\");", "const { b } = require(\"x\");"],
            ),
            ("go", "import (\n\t\"a\" // why\n\n\tx \"b\"\n)", &["\"a\"", "x \"b\""]),
            ("go", "import \"a\"", &["\"a\""]),
            ("java", "import  a.b.C;", &["import  a.b.C;"]),
            ("c", "#include <a.h>", &["#include <a.h>"]),
        ] {
            let names = names(statement, Language::from_id(id).unwrap());
            let alone: Vec<&str> = names.iter().map(|name| name.alone.as_str()).collect();
            assert_eq!(alone, want, "{statement}");
        }
        let key =
            |statement| names(statement, Language::from_id("typescript").unwrap()).remove(0).key;
        assert_eq!(key("import type { A } from \"x\";"), key("import { type A } from 'x'"));
    }
}
