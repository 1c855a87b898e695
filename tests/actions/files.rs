//! Cases with several files: those that lie in the project, those that are open, and what becomes of
//! them by an edit.

use std::collections::BTreeMap;

use serde_json::Value;

use super::editor::with_edits;
use crate::support::editor::{Doc, Editor};

/// The sections of a kind: `file src/a.rs` under `src/a.rs`.
fn named<'a>(
    sections: &'a [(String, String)],
    kind: &'a str,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let of = move |name: &'a str| name.strip_prefix(kind)?.strip_prefix(' ');
    sections.iter().filter_map(move |(name, text)| Some((of(name)?, text.as_str())))
}

/// Writes what is to lie in a case's folder, and opens what is to be open.
pub fn set_up(editor: &Editor, folder: &str, sections: &[(String, String)]) -> Vec<Doc> {
    for (path, text) in named(sections, "file") {
        editor.write(&format!("{folder}/{path}"), text);
    }
    let open = |(path, text): (&str, &str)| editor.open(&format!("{folder}/{path}"), "", text);
    named(sections, "open").map(open).collect()
}

/// The files that an edit changes, as `=== after PATH` and `=== new PATH`, the document's own text first.
pub fn changed(editor: &Editor, doc: &Doc, open: &[Doc], folder: &str, edit: &Value) -> String {
    let base = format!("{}/", editor.uri(folder));
    let mut own = doc.text().to_owned();
    let mut others = BTreeMap::new();
    let notes = &edit["changeAnnotations"];
    for change in edit["documentChanges"].as_array().expect("documentChanges") {
        let confirmed = |value: &Value| {
            value["annotationId"].as_str().is_some_and(|id| notes[id]["needsConfirmation"] == true)
        };
        if change["kind"] == "create" {
            let uri = change["uri"].as_str().unwrap();
            assert!(confirmed(change) && change["options"]["overwrite"] == false);
            others.insert(uri.to_owned(), ("new", String::new()));
            continue;
        }
        let identifier = &change["textDocument"];
        let uri = identifier["uri"].as_str().unwrap();
        let edits = &change["edits"];
        if uri == doc.uri {
            assert_eq!(identifier["version"], doc.version);
            own = with_edits(editor, doc.text(), edits);
            continue;
        }
        assert!(edits.as_array().unwrap().iter().all(confirmed), "others are asked about");
        let known = open.iter().find(|other| other.uri == uri);
        assert_eq!(identifier["version"], known.map_or(Value::Null, |other| other.version.into()));
        let (kind, text) = match (others.remove(uri), known) {
            (Some((kind, text)), _) => (kind, text),
            (None, Some(other)) => ("after", other.text().to_owned()),
            (None, None) => {
                let path = foretype::document::uri::DocumentUri::new(uri).to_path().unwrap();
                ("after", std::fs::read_to_string(path).unwrap())
            }
        };
        others.insert(uri.to_owned(), (kind, with_edits(editor, &text, edits)));
    }
    let shown = others.iter().map(|(uri, (kind, text))| {
        let path = uri.strip_prefix(&base).unwrap_or(uri);
        format!("=== {kind} {path}\n{text}")
    });
    own + &shown.collect::<String>()
}

/// The same of what a case wants; its own text is unchanged where nothing is said of it.
pub fn wanted(before: &str, sections: &[(String, String)]) -> Option<String> {
    let own = sections.iter().find(|(name, _)| name == "after").map(|(_, text)| text.clone());
    let mut others: Vec<(&str, &str, &str)> = ["after", "new"]
        .into_iter()
        .flat_map(|kind| named(sections, kind).map(move |(path, text)| (path, kind, text)))
        .collect();
    others.sort_unstable();
    let shown = others.iter().map(|(path, kind, text)| format!("=== {kind} {path}\n{text}"));
    let shown: String = shown.collect();
    match own {
        None if shown.is_empty() => None,
        own => Some(own.unwrap_or(before.to_owned()) + &shown),
    }
}
