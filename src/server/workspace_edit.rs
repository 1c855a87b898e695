//! What becomes of files, as the client takes it (LSP 3.17, "WorkspaceEdit").

use std::path::Path;

use serde_json::{Map, Value, json};

use super::capabilities::Features;
use super::convert;
use crate::actions::edits::files::{Changes, FileChange, FileEdit};
use crate::document::offset::Encoding;
use crate::document::uri::DocumentUri;

/// The name of the annotation that has the user asked.
const CONFIRM: &str = "foretype.confirm";

/// What the client cannot do. Nothing has been changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unable {
    /// No new files.
    #[error(
        "this editor lets no language server create files, so nothing was done; create {0} yourself and ask again"
    )]
    Create(String),
    /// No other names.
    #[error(
        "this editor lets no language server rename files, so nothing was done; rename {0} yourself and ask again"
    )]
    Rename(String),
}

/// The edit for the client: of the versions that it was made for, where the client can check that;
/// what is done to other files than the one at hand is confirmed by the user, where it asks.
///
/// # Errors
/// What the client cannot do.
pub fn workspace_edit(features: &Features, changes: &Changes) -> Result<Value, Unable> {
    let is_here = |edit: &FileEdit| DocumentUri::new(&edit.uri) == changes.from;
    let mut writing = Writing { features, encoding: changes.encoding, confirmed: false };
    let resources = changes.files.iter().any(|file| !matches!(file, FileChange::Edit(_)));
    if !features.document_changes && !resources {
        let mut all = Map::new();
        for file in &changes.files {
            if let FileChange::Edit(edit) = file {
                all.insert(edit.uri.to_string(), writing.edits(edit, false));
            }
        }
        return Ok(json!({ "changes": all }));
    }
    let mut all = Vec::new();
    for file in &changes.files {
        match file {
            FileChange::Edit(edit) => {
                let document = json!({ "uri": edit.uri.as_ref(), "version": edit.version });
                let edits = writing.edits(edit, !is_here(edit));
                all.push(json!({ "textDocument": document, "edits": edits }));
            }
            FileChange::Create { path, text } => all.extend(writing.create(path, text)?),
            FileChange::Rename { from, to } => all.push(writing.rename(from, to)?),
        }
    }
    let mut edit = json!({ "documentChanges": all });
    if writing.confirmed
        && let Some(fields) = edit.as_object_mut()
    {
        let label = json!({ "label": "foretype: other files", "needsConfirmation": true });
        fields.insert("changeAnnotations".into(), json!({ CONFIRM: label }));
    }
    Ok(edit)
}

struct Writing<'a> {
    features: &'a Features,
    encoding: Encoding,
    /// Something carries the annotation.
    confirmed: bool,
}

impl Writing<'_> {
    fn edits(&mut self, edit: &FileEdit, confirm: bool) -> Value {
        let edits = edit.edits.iter().map(|one| {
            let range = convert::range_to_lsp(&edit.text, one.range, self.encoding);
            let new = json!({ "range": range, "newText": self.text(&one.text) });
            (new, confirm)
        });
        let edits: Vec<_> = edits.collect();
        edits.into_iter().map(|(new, confirm)| self.annotated(new, confirm)).collect()
    }

    /// In the line endings that the client splits at.
    fn text(&self, text: &str) -> String {
        if self.features.inserts_lf { text.replace("\r\n", "\n") } else { text.to_owned() }
    }

    fn create(&mut self, path: &Path, text: &str) -> Result<[Value; 2], Unable> {
        if !self.features.create_files {
            return Err(Unable::Create(path.display().to_string()));
        }
        let uri = DocumentUri::from_path(path);
        let options = json!({ "overwrite": false, "ignoreIfExists": false });
        let create = json!({ "kind": "create", "uri": uri.as_str(), "options": options });
        let start = json!({ "line": 0, "character": 0 });
        let range = json!({ "start": start, "end": start });
        let text = self.text(text);
        // Neovim ends a file's last line itself.
        let whole = text.strip_suffix('\n').filter(|_| self.features.inserts_lf).unwrap_or(&text);
        let edit = json!({ "range": range, "newText": whole });
        let document = json!({ "uri": uri.as_str(), "version": null });
        let edit = self.annotated(edit, true);
        let fill = json!({ "textDocument": document, "edits": [edit] });
        Ok([self.annotated(create, true), fill])
    }

    fn rename(&mut self, from: &Path, to: &Path) -> Result<Value, Unable> {
        if !self.features.rename_files {
            return Err(Unable::Rename(from.display().to_string()));
        }
        let (from, to) = (DocumentUri::from_path(from), DocumentUri::from_path(to));
        let options = json!({ "overwrite": false, "ignoreIfExists": false });
        let rename = json!({
            "kind": "rename", "oldUri": from.as_str(), "newUri": to.as_str(), "options": options,
        });
        Ok(self.annotated(rename, true))
    }

    fn annotated(&mut self, mut change: Value, confirm: bool) -> Value {
        if confirm
            && self.features.annotations
            && let Some(fields) = change.as_object_mut()
        {
            fields.insert("annotationId".into(), json!(CONFIRM));
            self.confirmed = true;
        }
        change
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::actions::edits::changes::{Edge, LineEdit};
    use crate::document::offset::{ByteOffset, ByteRange};
    use crate::document::text::Text;

    fn edit(uri: &str, version: Option<i32>) -> FileChange {
        let new = LineEdit {
            range: ByteRange::empty(ByteOffset(5)),
            text: "\r\nx".into(),
            edges: (Edge::End, Edge::End),
        };
        let text = Text::from("ü🎉\n");
        let range = ByteRange::empty(text.end());
        let edits = vec![LineEdit { range, ..new }];
        FileChange::Edit(FileEdit { uri: uri.into(), version, text, edits })
    }

    fn changes(files: Vec<FileChange>) -> Changes {
        Changes { from: DocumentUri::new("file:///a.rs"), encoding: Encoding::Utf16, files }
    }

    fn able() -> Features {
        Features {
            document_changes: true,
            create_files: true,
            rename_files: true,
            annotations: true,
            ..Features::default()
        }
    }

    #[test]
    fn other_files_are_confirmed_and_this_one_is_not() {
        let create = FileChange::Create { path: "/t/b.rs".into(), text: "y\r\n".into() };
        let rename = FileChange::Rename { from: "/c".into(), to: "/d".into() };
        let files = vec![edit("file:///a.rs", Some(3)), create, edit("file:///e.rs", None), rename];
        let all = changes(files);
        assert_eq!(all.elsewhere().unwrap().as_str(), "file:///t/b.rs");
        let made = workspace_edit(&able(), &all).unwrap();
        let list = &made["documentChanges"];
        assert_eq!(list[0]["textDocument"], json!({ "uri": "file:///a.rs", "version": 3 }));
        assert_eq!(list[0]["edits"][0].get("annotationId"), None);
        let options = json!({ "overwrite": false, "ignoreIfExists": false });
        let create = json!({
            "kind": "create", "uri": "file:///t/b.rs", "options": options, "annotationId": CONFIRM,
        });
        assert_eq!(list[1], create);
        assert_eq!(list[2]["textDocument"], json!({ "uri": "file:///t/b.rs", "version": null }));
        assert_eq!(list[2]["edits"][0]["newText"], "y\r\n");
        assert_eq!(list[2]["edits"][0]["annotationId"], CONFIRM);
        assert_eq!(list[3]["edits"][0]["annotationId"], CONFIRM);
        assert_eq!(list[3]["edits"][0]["range"]["start"], json!({ "line": 1, "character": 0 }));
        assert_eq!(
            (&list[4]["oldUri"], &list[4]["newUri"]),
            (&json!("file:///c"), &json!("file:///d"))
        );
        assert_eq!(made["changeAnnotations"][CONFIRM]["needsConfirmation"], true);
        // Nothing to ask about.
        let own = workspace_edit(&able(), &changes(vec![edit("file:///a.rs", Some(3))])).unwrap();
        assert_eq!(own.get("changeAnnotations"), None);
    }

    #[test]
    fn clients_that_cannot_are_not_asked_to() {
        let create = FileChange::Create { path: "/t/b.rs".into(), text: "y".into() };
        let both = changes(vec![edit("file:///a.rs", None), create]);
        let features = Features { create_files: false, ..able() };
        assert_eq!(workspace_edit(&features, &both), Err(Unable::Create("/t/b.rs".into())));
        let rename = changes(vec![FileChange::Rename { from: "/c".into(), to: "/d".into() }]);
        let features = Features { rename_files: false, ..able() };
        assert_eq!(workspace_edit(&features, &rename), Err(Unable::Rename("/c".into())));
        for (inserts_lf, want) in [(true, "y"), (false, "y\n")] {
            let create = FileChange::Create { path: "/t/b.rs".into(), text: "y\n".into() };
            let features = Features { inserts_lf, ..able() };
            let made = workspace_edit(&features, &changes(vec![create])).unwrap();
            assert_eq!(made["documentChanges"][1]["edits"][0]["newText"], want);
        }
        // Without versions and annotations, in the client's line endings.
        let features = Features { inserts_lf: true, ..Features::default() };
        let own = changes(vec![edit("file:///a.rs", Some(1)), edit("file:///b.rs", None)]);
        let made = workspace_edit(&features, &own).unwrap();
        assert_eq!(made["changes"]["file:///a.rs"][0]["newText"], "\nx");
        assert!(made["changes"]["file:///b.rs"][0].get("annotationId").is_none());
        let features = Features { annotations: false, ..able() };
        let made = workspace_edit(&features, &both).unwrap();
        assert_eq!(made.get("changeAnnotations"), None);
        assert_eq!(made["documentChanges"][1].get("annotationId"), None);
    }
}
