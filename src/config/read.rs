//! Reads one table key by key. What cannot be used becomes a [`Problem`]; what is
//! left over at the end was not known.

use std::collections::BTreeMap;

use super::narrow;
use super::problem::{Fault, Layer, Place, Problem, Severity, join_key, nearest};
use super::renamed;
use super::tree::{Entry, Node, Position, Value};

/// What reading one layer yields besides the options themselves.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    /// The layer, and its file.
    pub(crate) base: Place,
    pub(crate) problems: Vec<Problem>,
    /// Where each key that has an effect stands, and each model's table.
    pub(crate) origins: BTreeMap<String, Place>,
}

impl Report {
    pub(crate) fn new(base: Place) -> Self {
        Self { base, problems: Vec::new(), origins: BTreeMap::new() }
    }

    pub(crate) fn place(&self, position: Option<Position>) -> Place {
        Place { position, ..self.base.clone() }
    }

    pub(crate) fn add(&mut self, severity: Severity, key: &str, place: Place, fault: Fault) {
        self.problems.push(Problem {
            place,
            key: key.to_owned(),
            severity,
            message: fault.message,
            remedy: fault.remedy,
        });
    }
}

/// A table that is being read.
pub(crate) struct Reader<'a> {
    /// The full key of the table, `models.qwen`; empty at the top.
    section: String,
    /// The same with names left out, `models.*`.
    pattern: &'static str,
    /// Each entry under today's spelling of its key.
    entries: Vec<(String, Entry)>,
    report: &'a mut Report,
    asked: Vec<&'static str>,
}

impl<'a> Reader<'a> {
    /// Begins to read; spellings of JSON clients and old names become today's.
    pub(crate) fn new(
        section: String,
        pattern: &'static str,
        entries: Vec<Entry>,
        report: &'a mut Report,
    ) -> Self {
        let mut reader = Self {
            section,
            pattern,
            entries: Vec::with_capacity(entries.len()),
            report,
            asked: Vec::new(),
        };
        let (exact, other): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| {
            snake_case(&entry.key) == entry.key && renamed::find(pattern, &entry.key).is_none()
        });
        for entry in exact.into_iter().chain(other) {
            reader.admit(entry);
        }
        reader
    }

    fn admit(&mut self, entry: Entry) {
        let snake = snake_case(&entry.key);
        let new = renamed::find(self.pattern, &snake);
        let key = new.map_or(snake, str::to_owned);
        let taken = self.entries.iter().any(|(known, _)| *known == key);
        if taken || new.is_some() {
            let written = join_key(&self.section, &entry.key);
            let now = join_key(&self.section, &key);
            let fault = if taken {
                Fault::new(format!("`{now}` is given too, and counts"), "remove this one")
            } else {
                Fault::new(format!("is now called `{now}`"), "rename it")
            };
            let place = self.report.place(entry.at);
            self.report.add(Severity::Warning, &written, place, fault);
        }
        if !taken {
            self.entries.push((key, entry));
        }
    }

    /// Reads a key on which trust rests: `None` if it is not there, the fault's
    /// message if it is bad, which then counts instead of an earlier layer's value.
    pub(crate) fn read<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&Value) -> Result<T, Fault>,
    ) -> Option<Result<T, String>> {
        let (place, parsed) = self.parse(key, parse)?;
        self.report.origins.insert(join_key(&self.section, key), place);
        Some(parsed)
    }

    /// Reads any other key; a bad value is as if it were not there.
    pub(crate) fn take<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&Value) -> Result<T, Fault>,
    ) -> Option<T> {
        let (place, parsed) = self.parse(key, parse)?;
        let value = parsed.ok()?;
        self.report.origins.insert(join_key(&self.section, key), place);
        Some(value)
    }

    fn parse<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&Value) -> Result<T, Fault>,
    ) -> Option<(Place, Result<T, String>)> {
        let node = self.remove(key)?;
        let place = self.report.place(node.at);
        let parsed = parse(&node.value).map_err(|fault| {
            let message = fault.message.clone();
            let full = join_key(&self.section, key);
            self.report.add(Severity::Error, &full, place.clone(), fault);
            message
        });
        Some((place, parsed))
    }

    /// Reads a switch; a bad value switches off.
    pub(crate) fn switch(&mut self, key: &'static str) -> Option<bool> {
        self.read(key, super::parse::flag).map(|read| read.unwrap_or(false))
    }

    /// Warns about a key that has been read.
    pub(crate) fn warn(&mut self, key: &str, fault: Fault) {
        let full = join_key(&self.section, key);
        let place = self.report.origins.get(&full).cloned();
        let place = place.unwrap_or_else(|| self.report.base.clone());
        self.report.add(Severity::Warning, &full, place, fault);
    }

    /// Refuses the whole table.
    pub(crate) fn refuse(&mut self, fault: Fault) {
        let place = self.report.origins.remove(&self.section);
        let place = place.unwrap_or_else(|| self.report.base.clone());
        self.report.add(Severity::Error, &self.section, place, fault);
    }

    /// The table under `key`.
    pub(crate) fn table(&mut self, key: &'static str) -> Option<Reader<'_>> {
        let entries = self.names(key)?;
        let section = join_key(&self.section, key);
        Some(Reader::new(section, key, entries, self.report))
    }

    /// The tables under `key` by their names, each with its place.
    pub(crate) fn tables(
        &mut self,
        key: &'static str,
        pattern: &'static str,
        mut each: impl FnMut(String, Reader<'_>),
    ) {
        for entry in self.names(key).unwrap_or_default() {
            let section = join_key(&join_key(&self.section, key), &entry.key);
            let place = self.report.place(entry.at);
            let Some(entries) = self.entries_of(&section, entry.node) else {
                continue;
            };
            self.report.origins.insert(section.clone(), place);
            each(entry.key, Reader::new(section, pattern, entries, self.report));
        }
    }

    /// The entries of the table under `key`.
    fn names(&mut self, key: &'static str) -> Option<Vec<Entry>> {
        let node = self.remove(key)?;
        let full = join_key(&self.section, key);
        self.entries_of(&full, node)
    }

    fn entries_of(&mut self, full: &str, node: Node) -> Option<Vec<Entry>> {
        match node.value {
            Value::Table(entries) => Some(entries),
            // Lua cannot tell an empty table from an empty list.
            Value::List(items) if items.is_empty() => Some(Vec::new()),
            other => {
                let place = self.report.place(node.at);
                let fault = expected("a table", &other);
                self.report.add(Severity::Error, full, place, fault);
                None
            }
        }
    }

    fn remove(&mut self, key: &'static str) -> Option<Node> {
        self.asked.push(key);
        let at = self.entries.iter().position(|(known, _)| known == key)?;
        let (_, entry) = self.entries.remove(at);
        let layer = self.report.base.layer;
        let narrows = matches!(layer, Layer::Workspace | Layer::Folder);
        if narrows && !narrow::allows(self.pattern, key) {
            // An editor answers for a folder with all that holds there, and what it answers for
            // itself has been read.
            if layer == Layer::Folder {
                return None;
            }
            let full = join_key(&self.section, key);
            let place = self.report.place(entry.at);
            let fault = narrow::forbidden(&full);
            self.report.add(Severity::Error, &full, place, fault);
            return None;
        }
        Some(entry.node)
    }

    /// Reports what nobody asked for.
    pub(crate) fn finish(self) {
        for (key, entry) in self.entries {
            let full = join_key(&self.section, &entry.key);
            let remedy = match nearest(&key, self.asked.iter().copied()) {
                Some(near) => format!("did you mean `{}`?", join_key(&self.section, near)),
                None => "remove it; `foretype config schema` lists every key".to_owned(),
            };
            let place = self.report.place(entry.at);
            let fault = Fault::new("is not a known key", remedy);
            self.report.add(Severity::Error, &full, place, fault);
        }
    }
}

/// The fault of a value of the wrong kind.
pub(crate) fn expected(wanted: &str, found: &Value) -> Fault {
    Fault::new(format!("is {}", found.kind()), format!("write {wanted}"))
}

/// `debounceMs` as `debounce_ms`.
pub(crate) fn snake_case(key: &str) -> String {
    let mut out = String::with_capacity(key.len() + 2);
    for (at, c) in key.char_indices() {
        if c.is_ascii_uppercase() {
            if at > 0 {
                out.push('_');
            }
            out.push(c.to_ascii_lowercase());
        } else {
            out.push(c);
        }
    }
    out
}
