//! Where each part of new code settles in a file.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::imports::{Import, names};
use super::rename::{renamed, says};
use super::scope::{Item, Kind, Scope};
use super::{Insertion, is_test, laid};
use crate::actions::answer::{depth, step};
use crate::document::language::Language;

/// Where lines come to stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    /// The line above; none at the top of the file.
    pub(super) below: Option<usize>,
    /// Columns of their indentation.
    pub(super) columns: usize,
    /// The line above opens what they are in.
    opens: bool,
    /// The line below says something.
    pub(super) tight: bool,
}

impl Spot {
    /// At the top level, below the last line up to `line` that says something.
    pub(super) fn below(line: usize, old: &str) -> Self {
        let lines: Vec<&str> = old.split('\n').collect();
        let above = lines.iter().take(line + 1).rposition(|line| !line.trim().is_empty());
        let next = above.map_or(0, |above| above + 1);
        let tight = lines.get(next).is_some_and(|line| !line.trim().is_empty());
        Self { below: above, columns: 0, opens: false, tight }
    }
}

/// The lines that are to come in.
pub(super) struct Settling<'a> {
    old: Vec<&'a str>,
    whole: &'a str,
    new: Vec<&'a str>,
    pub(super) language: Language,
    /// By the line above.
    insertions: BTreeMap<Option<usize>, String>,
}

impl<'a> Settling<'a> {
    pub(super) fn new(old: &'a str, new: &'a str, language: Language) -> Self {
        Self {
            old: old.split('\n').collect(),
            whole: old,
            new: new.split('\n').collect(),
            language,
            insertions: BTreeMap::new(),
        }
    }

    pub(super) fn finish(self) -> Vec<Insertion> {
        let one = |(below, lines)| Insertion { below, lines };
        self.insertions.into_iter().map(one).collect()
    }

    /// Whether an item of the file is there for tests alone.
    pub(super) fn is_for_tests(&self, item: &Item) -> bool {
        self.lines(&self.old, item).contains("#[cfg(test)]")
    }

    /// All of it: imports to imports, classes to those of their names, the rest to the end.
    pub(super) fn merge(&mut self, new: &Scope, target: &Scope) {
        if new.package.is_some() || !new.imports.is_empty() {
            self.imports(new, target, None);
        }
        let (mut rest, mut others) = (Vec::new(), Vec::new());
        let mut taken: HashSet<String> = target.items.iter().filter_map(name_of).collect();
        for item in &new.items {
            if let Some((key, inner)) = &item.group
                && let Some(known) = target.items.iter().find_map(|item| group(item, key))
            {
                self.merge(inner, known);
                continue;
            }
            if item.kind == Kind::Main && target.items.iter().any(|item| item.kind == Kind::Main) {
                continue;
            }
            let text = self.text(item);
            let same = |known: &Item| plain(&self.lines(&self.old, known)) == plain(&text);
            if target.items.iter().any(same) {
                continue;
            }
            let Some((name, at)) = &item.name else {
                rest.push((item, text));
                continue;
            };
            if taken.insert(name.clone()) {
                rest.push((item, text));
            } else if is_test(item, &text, self.language) {
                let other = self.other_name(name, &taken);
                let mut text = text;
                text.replace_range(at.clone(), &other);
                taken.insert(other);
                rest.push((item, text));
            } else {
                others.push((item, name, text));
            }
        }
        // Of what has a taken name, the new code gets what it uses under another one.
        let used = |rest: &[(&Item, String)], name: &str| rest.iter().any(|it| says(&it.1, name));
        while let Some(at) = others.iter().position(|(_, name, _)| used(&rest, name)) {
            let (item, name, text) = others.remove(at);
            let other = self.other_name(name, &taken);
            rest.push((item, text));
            rest.iter_mut().for_each(|(_, text)| *text = renamed(text, name, &other));
            taken.insert(other);
        }
        rest.sort_by_key(|(item, _)| item.lines.start);
        let main = target.items.iter().find(|item| item.kind == Kind::Main);
        if let Some(main) = main.filter(|_| matches!(self.language.id(), "c" | "cpp")) {
            self.calls(&rest, main);
        }
        let spot = self.end_of(target, main);
        self.lay(&rest, spot);
    }

    /// The items of new code, at a place of the top level.
    pub(super) fn items(&mut self, new: &Scope, spot: Spot) {
        let all: Vec<_> = new.items.iter().map(|item| (item, self.text(item))).collect();
        self.lay(&all, spot);
    }

    /// A module of tests of its own at the end.
    pub(super) fn module(&mut self, new: &Scope, target: &Scope) {
        let step = step(self.whole, self.language);
        let imports = new.imports.iter().map(|lines| self.range(&self.new, lines.clone()));
        let mut imports: Vec<String> = imports.collect();
        if !imports.iter().any(|import| import.contains("super::")) {
            imports.insert(0, "use super::*;".to_owned());
        }
        let known: HashSet<String> = target.items.iter().filter_map(name_of).collect();
        let own = |item: &&Item| {
            let text = self.text(item);
            is_test(item, &text, self.language)
                || name_of(item).is_none_or(|name| !known.contains(&name))
        };
        let items: Vec<_> =
            new.items.iter().filter(own).map(|item| (item, self.text(item))).collect();
        if items.is_empty() {
            return;
        }
        let (head, body) = (imports.join("\n"), self.joined(&items, step));
        let inside = format!("{}\n\n{body}", laid(&head, self.whole, self.language, step));
        let module = format!("\n#[cfg(test)]\nmod tests {{\n{inside}\n}}");
        let spot = self.end_of(target, None);
        self.insert(spot.below, module);
    }

    /// Whether a scope's imports say something.
    pub(super) fn says(&self, scope: &Scope, what: &str) -> bool {
        scope.imports.iter().any(|rows| self.range(&self.old, rows.clone()).contains(what))
    }

    /// Those imports that are not there yet, above a line.
    pub(super) fn imports(&mut self, new: &Scope, target: &Scope, above: Option<usize>) {
        self.missing(new, target, &[], above);
    }

    /// As [`imports`](Self::imports), where other scopes are seen as well.
    pub(super) fn missing(
        &mut self,
        new: &Scope,
        target: &Scope,
        seen: &[&Scope],
        above: Option<usize>,
    ) {
        let names_of = |lines: &[&str], scope: &Scope| -> Vec<Vec<Import>> {
            let statements = scope.imports.iter().map(|rows| self.range(lines, rows.clone()));
            statements.map(|statement| names(&statement, self.language)).collect()
        };
        let known =
            seen.iter().copied().chain([target]).flat_map(|scope| names_of(&self.old, scope));
        let known: Vec<Import> = known.flatten().collect();
        let mut known: HashSet<String> = known.into_iter().map(|import| import.key).collect();
        let mut missing = Vec::new();
        for (rows, all) in new.imports.iter().zip(names_of(&self.new, new)) {
            let count = all.len();
            let left: Vec<Import> =
                all.into_iter().filter(|one| known.insert(one.key.clone())).collect();
            if left.len() == count && self.language.id() != "go" {
                missing.push(self.range(&self.new, rows.clone()));
            } else {
                missing.extend(left.into_iter().map(|import| import.alone));
            }
        }
        let columns = self.columns(target);
        // What changes the language stands before all other code (PEP 236).
        let future = |import: &String| import.trim_start().starts_with("from __future__ ");
        let (first, mut missing): (Vec<String>, Vec<String>) = missing
            .into_iter()
            .partition(|import| self.language.id() == "python" && future(import));
        if let Some(known) = target.imports.first().filter(|_| !first.is_empty()) {
            let lines = laid(&first.join("\n"), self.whole, self.language, columns);
            self.insert(known.start.checked_sub(1), lines);
        } else {
            missing = first.into_iter().chain(missing).collect();
        }
        if missing.is_empty() {
            return;
        }
        let go = self.language.id() == "go";
        let before = |rows: &&Range<usize>| above.is_none_or(|above| rows.end <= above);
        let last = target.imports.iter().rfind(before).or(target.imports.last());
        let block = last.filter(|rows| go && rows.len() > 1);
        if let Some(rows) = block {
            let lines: Vec<String> = missing.iter().map(|spec| format!("\t{spec}")).collect();
            return self.insert(rows.end.checked_sub(2), lines.join("\n"));
        }
        if go {
            missing.iter_mut().for_each(|spec| *spec = format!("import {spec}"));
        }
        let lines = laid(&missing.join("\n"), self.whole, self.language, columns);
        match last {
            Some(rows) => self.insert(rows.end.checked_sub(1), lines),
            None => {
                let above = target.head.checked_sub(1);
                let opens = above.is_some() && target.head == target.lines.start;
                let next = self.old.get(target.head).is_none_or(|line| line.trim().is_empty());
                let before = if above.is_some() && !opens { "\n" } else { "" };
                self.insert(above, format!("{before}{lines}{}", if next { "" } else { "\n" }));
            }
        }
    }

    /// `main` calls the tests, where nothing else does (plain `assert`, Unity).
    fn calls(&mut self, items: &[(&Item, String)], main: &Item) {
        let inside = self.lines(&self.old, main);
        let unity = inside.contains("RUN_TEST(");
        if inside.contains("RUN_ALL_TESTS")
            || inside.contains("cmocka_")
            || inside.contains("session")
        {
            return;
        }
        let names = items.iter().filter_map(|(item, text)| {
            let end = text.find('{')?;
            let head = text.get(..end)?;
            name_of(item).filter(|name| name.starts_with("test") && head.contains("void"))
        });
        let calls = names
            .map(|name| if unity { format!("RUN_TEST({name});") } else { format!("{name}();") });
        let calls: Vec<String> = calls.collect();
        let rows: Vec<usize> = main.lines.clone().collect();
        let says = |row: &&usize| self.old.get(**row).is_some_and(|line| !line.trim().is_empty());
        let closing = rows.iter().rev().find(says).copied().unwrap_or(main.lines.start);
        let ends = |row: &&usize| {
            self.old.get(**row).is_some_and(|line| line.trim_start().starts_with("return"))
        };
        let before = rows.iter().rev().find(ends).copied().unwrap_or(closing);
        let above = rows.iter().rev().filter(|row| **row < before).find(says).copied();
        if let Some(above) = above.filter(|_| !calls.is_empty()) {
            let step = step(self.whole, self.language);
            let calls = laid(&calls.join("\n"), self.whole, self.language, step);
            self.insert(Some(above), calls);
        }
    }

    fn lay(&mut self, items: &[(&Item, String)], spot: Spot) {
        if items.is_empty() {
            return;
        }
        let body = self.joined(items, spot.columns);
        let blank = items.first().map_or(1, |(item, _)| self.gap(item, spot.columns));
        let before = if spot.opens || spot.below.is_none() { 0 } else { blank };
        let after = if spot.tight { blank } else { 0 };
        self.insert(spot.below, format!("{}{body}{}", "\n".repeat(before), "\n".repeat(after)));
    }

    fn joined(&self, items: &[(&Item, String)], columns: usize) -> String {
        let mut out = String::new();
        let mut last: Option<&Item> = None;
        for (item, text) in items {
            if let Some(last) = last {
                let own = item.lines.start.saturating_sub(last.lines.end);
                let declared = item.kind != Kind::Other || last.kind != Kind::Other;
                let least =
                    if declared { self.gap(item, columns).max(self.gap(last, columns)) } else { 0 };
                out.push_str(&"\n".repeat(1 + own.min(2).max(least)));
            }
            out.push_str(&laid(text, self.whole, self.language, columns));
            last = Some(item);
        }
        out
    }

    /// Blank lines around an item (PEP 8, "Blank Lines").
    fn gap(&self, item: &Item, columns: usize) -> usize {
        let wide = self.language.id() == "python" && columns == 0 && item.kind != Kind::Other;
        if wide { 2 } else { 1 }
    }

    /// The end of a scope; above what runs the file by itself.
    fn end_of(&self, scope: &Scope, main: Option<&Item>) -> Spot {
        let end = main.map_or(scope.lines.end, |main| main.lines.start);
        let says = |row: &usize| self.old.get(*row).is_some_and(|line| !line.trim().is_empty());
        let last = (scope.lines.start..end).rev().find(says);
        let tight = main.is_some() && last.is_some_and(|last| last + 1 == end);
        let columns = self.columns(scope);
        match last {
            Some(row) => Spot { below: Some(row), columns, opens: false, tight },
            None => Spot { below: scope.lines.start.checked_sub(1), columns, opens: true, tight },
        }
    }

    /// How deep the lines of a scope stand.
    fn columns(&self, scope: &Scope) -> usize {
        let firsts = scope.imports.iter().chain(scope.items.iter().map(|item| &item.lines));
        let known =
            firsts.filter_map(|rows| self.old.get(rows.start)).map(|line| depth(line)).min();
        known.unwrap_or_else(|| match scope.lines.start.checked_sub(1) {
            Some(header) if scope.lines.end < self.old.len() => {
                self.old.get(header).map_or(0, |line| depth(line)) + step(self.whole, self.language)
            }
            _ => 0,
        })
    }

    fn other_name(&self, name: &str, taken: &HashSet<String>) -> String {
        let parted = matches!(self.language.id(), "rust" | "python" | "c");
        let other = |count: usize| {
            if parted { format!("{name}_{count}") } else { format!("{name}{count}") }
        };
        (2..100).map(other).find(|other| !taken.contains(other)).unwrap_or_else(|| other(100))
    }

    fn text(&self, item: &Item) -> String {
        self.lines(&self.new, item)
    }

    fn lines(&self, lines: &[&str], item: &Item) -> String {
        self.range(lines, item.lines.clone())
    }

    fn range(&self, lines: &[&str], rows: Range<usize>) -> String {
        lines.get(rows).unwrap_or_default().join("\n")
    }

    fn insert(&mut self, below: Option<usize>, lines: String) {
        let there = self.insertions.entry(below).or_default();
        if !there.is_empty() {
            there.push('\n');
            // An empty module gets its imports and its tests at the same line.
            if !there.ends_with("\n\n") && !lines.starts_with('\n') {
                there.push('\n');
            }
        }
        there.push_str(&lines);
    }
}

fn name_of(item: &Item) -> Option<String> {
    item.name.as_ref().map(|(name, _)| name.clone())
}

fn group<'a>(item: &'a Item, key: &str) -> Option<&'a Scope> {
    item.group.as_ref().filter(|(known, _)| known == key).map(|(_, inner)| inner.as_ref())
}

/// Two texts that differ in blanks alone are the same.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
