//! Random JSON of any shape.

use serde_json::{Map, Value, json};

use crate::random::Random;

const KEYS: [&str; 44] = [
    "a",
    "uri",
    "textDocument",
    "position",
    "line",
    "character",
    "range",
    "start",
    "end",
    "text",
    "contentChanges",
    "version",
    "languageId",
    "context",
    "triggerKind",
    "id",
    "kind",
    "settings",
    "foretype",
    "models",
    "completion",
    "event",
    "added",
    "removed",
    "files",
    "oldUri",
    "newUri",
    "notebookDocument",
    "cells",
    "changes",
    "processId",
    "rootUri",
    "capabilities",
    "command",
    "arguments",
    "structure",
    "array",
    "deleteCount",
    "data",
    "workspaceFolders",
    "",
    "name",
    "é",
    "selectedCompletionInfo",
];
const TEXTS: [&str; 14] = [
    "",
    "a",
    "file:///a.rs",
    "untitled:b",
    "file:///%zz",
    "rust",
    "fn a() {\n\r\n😀}",
    "\u{0}",
    "auto",
    "shown",
    "foretype.accepted",
    "http://127.0.0.1:9",
    "vscode-notebook-cell:/n#1",
    "utf-8",
];

/// Anything at all, at most `depth` deep.
pub fn anything(random: &mut Random, depth: usize) -> Value {
    match random.below(if depth == 0 { 6 } else { 9 }) {
        0 => Value::Null,
        1 => json!(random.one_in(2)),
        2 => json!(random.below(4)),
        3 => number(random),
        4 | 5 => json!(random.pick(&TEXTS)),
        6 => (0..random.below(4)).map(|_| anything(random, depth - 1)).collect(),
        _ => {
            let entry =
                |random: &mut Random| (random.pick(&KEYS).to_owned(), anything(random, depth - 1));
            Value::Object((0..random.below(5)).map(|_| entry(random)).collect::<Map<_, _>>())
        }
    }
}

fn number(random: &mut Random) -> Value {
    match random.below(6) {
        0 => json!(-1),
        1 => json!(u32::MAX),
        2 => json!(i64::MIN),
        3 => json!(u64::MAX),
        4 => json!(1e300),
        _ => json!(0.5),
    }
}

/// Takes a value somewhere inside and puts anything in its place, or takes it out.
pub fn damage(value: &mut Value, random: &mut Random) {
    let inside = match value {
        Value::Array(items) if !items.is_empty() => items.len(),
        Value::Object(entries) if !entries.is_empty() => entries.len(),
        _ => 0,
    };
    if inside == 0 || random.one_in(5) {
        *value = anything(random, 2);
        return;
    }
    let at = random.below(inside);
    match value {
        Value::Array(items) if random.one_in(6) => {
            items.remove(at);
        }
        Value::Array(items) => damage(&mut items[at], random),
        Value::Object(entries) => {
            let key = entries.keys().nth(at).unwrap().clone();
            if random.one_in(6) {
                entries.remove(&key);
            } else {
                damage(entries.get_mut(&key).unwrap(), random);
            }
        }
        _ => {}
    }
}
