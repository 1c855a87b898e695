//! What the client can do, and what we offer it.

use serde_json::{Value, json};
use tower_lsp::gen_lsp_types as lsp;

use crate::config::Menu;
use crate::document::offset::Encoding;

/// The command of every item: the suggestion was accepted.
pub const ACCEPTED: &str = "foretype.accepted";
/// Does what a code action offered.
pub const ACTION: &str = "foretype.action";
/// Takes back what reviews of a document found.
pub const CLEAR: &str = "foretype.clearFindings";
/// Goes on with the conversation on a page.
pub const FOLLOW_UP: &str = "foretype.followUp";
/// Answers where our files are, which models there are, and which one completes.
pub const INFO: &str = "foretype.info";
/// Asks the model for chat.
pub const ASK: &str = "foretype.ask";
/// Answers the local servers that run now.
pub const DISCOVER: &str = "foretype.discover";
/// Examines the settings of this server and every model in them.
pub const DOCTOR: &str = "foretype.doctor";

/// The kind under which an editor can ask for [`CLEAR`] anywhere in a file.
pub const CLEAR_KIND: &str = "source.foretype.clearFindings";

/// What matters to us of a client's capabilities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// It asks for inline completion.
    pub inline_completion: bool,
    /// It takes `foretype/status`.
    pub status: bool,
    /// It asks again where `foretype/refresh` says so.
    pub refresh: bool,
    /// It answers `workspace/configuration`.
    pub configuration: bool,
    /// It can watch files for us.
    pub watch_files: bool,
    /// It knows `insertTextMode` asIs.
    pub insert_as_is: bool,
    /// It splits what it inserts at LF only, whatever the document's line endings: Neovim. A CR
    /// would end up in the text.
    pub inserts_lf: bool,
    /// It takes code actions, and not commands alone.
    pub action_literals: bool,
    /// It has the edit of a code action resolved when it is chosen, and does not stand still
    /// meanwhile.
    pub action_resolve: bool,
    /// Its cursor is a selection, and moving by words selects them: Helix.
    pub selects_by_moving: bool,
    /// It shows code actions that cannot be chosen, with the reason.
    pub action_disabled: bool,
    /// It reads Markdown in hovers.
    pub hover_markdown: bool,
    /// It looks again at a page that has changed on the disk: VS Code and what is made of it, and who
    /// announces it.
    pub reloads_files: bool,
    /// It makes edits that we ask for.
    pub apply_edit: bool,
    /// It takes edits of a version of a document.
    pub document_changes: bool,
    /// It creates files when an edit says so.
    pub create_files: bool,
    /// It renames files when an edit says so.
    pub rename_files: bool,
    /// It has the user confirm what an edit marks so.
    pub annotations: bool,
    /// It shows a document when asked to.
    pub show_document: bool,
    /// It answers what the user's other tools say of a document.
    pub tool_diagnostics: bool,
    /// It shows diagnostics.
    pub diagnostics: bool,
    /// It shows progress that it did not ask for.
    pub progress: bool,
    /// The negotiated unit of columns.
    pub encoding: Encoding,
}

impl Features {
    /// From the client's capabilities, read leniently.
    #[must_use]
    pub fn of(capabilities: &lsp::ClientCapabilities, client: Option<&str>) -> Self {
        let all = serde_json::to_value(capabilities).unwrap_or_default();
        let yes = |path: &str| all.pointer(path).and_then(Value::as_bool).unwrap_or(false);
        let offered: Vec<&str> = all
            .pointer("/general/positionEncodings")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let modes =
            all.pointer("/textDocument/completion/completionItem/insertTextModeSupport/valueSet");
        let operations = all.pointer("/workspace/workspaceEdit/resourceOperations");
        let resource = |kind: &str| {
            operations.and_then(Value::as_array).is_some_and(|kinds| kinds.contains(&json!(kind)))
        };
        let experimental = |key: &str| {
            all.pointer(&format!("/experimental/{key}"))
                .is_some_and(|value| !matches!(value, Value::Null | Value::Bool(false)))
        };
        let is = |name: &str| client.is_some_and(|client| client.eq_ignore_ascii_case(name));
        Self {
            inline_completion: all
                .pointer("/textDocument/inlineCompletion")
                .is_some_and(Value::is_object),
            status: ["foretypeStatus", "foretype~1status", "foretype"]
                .iter()
                .any(|key| experimental(key)),
            refresh: experimental("foretypeRefresh"),
            configuration: yes("/workspace/configuration"),
            watch_files: yes("/workspace/didChangeWatchedFiles/dynamicRegistration"),
            insert_as_is: modes
                .and_then(Value::as_array)
                .is_some_and(|modes| modes.contains(&json!(1))),
            inserts_lf: is("neovim"),
            action_literals: all
                .pointer("/textDocument/codeAction/codeActionLiteralSupport")
                .is_some_and(Value::is_object),
            // Helix waits for the answer, and takes neither keys nor messages until it is there.
            action_resolve: !is("helix")
                && yes("/textDocument/codeAction/dataSupport")
                && all
                    .pointer("/textDocument/codeAction/resolveSupport/properties")
                    .and_then(Value::as_array)
                    .is_some_and(|properties| properties.contains(&json!("edit"))),
            selects_by_moving: is("helix"),
            action_disabled: yes("/textDocument/codeAction/disabledSupport"),
            hover_markdown: all
                .pointer("/textDocument/hover/contentFormat")
                .and_then(Value::as_array)
                .is_some_and(|formats| formats.contains(&json!("markdown"))),
            reloads_files: experimental("foretypeReloads")
                || client.is_some_and(|name| {
                    let name = name.to_lowercase();
                    ["code", "codium", "cursor", "windsurf"].iter().any(|own| name.contains(own))
                }),
            apply_edit: yes("/workspace/applyEdit"),
            // Neovim looks at versions and does not say so.
            document_changes: is("neovim") || yes("/workspace/workspaceEdit/documentChanges"),
            create_files: resource("create"),
            rename_files: resource("rename"),
            annotations: all
                .pointer("/workspace/workspaceEdit/changeAnnotationSupport")
                .is_some_and(Value::is_object),
            show_document: yes("/window/showDocument/support"),
            tool_diagnostics: experimental("foretypeDiagnostics"),
            diagnostics: all
                .pointer("/textDocument/publishDiagnostics")
                .is_some_and(Value::is_object),
            progress: yes("/window/workDoneProgress"),
            encoding: Encoding::negotiate(offered),
        }
    }
}

/// What we offer. The inline completion provider is static: Neovim does not register it later.
#[must_use]
pub fn offered(features: &Features, menu: Menu) -> lsp::ServerCapabilities {
    let in_menu = match menu {
        Menu::Always => true,
        Menu::Auto => !features.inline_completion,
        Menu::Never => false,
    };
    let mut offered = json!({
        "positionEncoding": features.encoding.as_str(),
        "textDocumentSync": { "openClose": true, "change": 2, "save": { "includeText": false } },
        "notebookDocumentSync": { "notebookSelector": [{ "notebook": "*" }], "save": false },
        "inlineCompletionProvider": {},
        "codeActionProvider": {
            "codeActionKinds": [
                "quickfix", "refactor.extract", "refactor.rewrite", "foretype", CLEAR_KIND,
            ],
            "resolveProvider": true,
        },
        "hoverProvider": true,
        "executeCommandProvider": {
            "commands": [ACCEPTED, ACTION, ASK, CLEAR, DISCOVER, DOCTOR, FOLLOW_UP, INFO],
        },
        "workspace": {
            "workspaceFolders": { "supported": true, "changeNotifications": true },
            // Of a folder's files no watcher tells.
            "fileOperations": {
                "didCreate": { "filters": [{ "pattern": { "glob": "**/*", "matches": "folder" } }] },
                "didDelete": { "filters": [{ "pattern": { "glob": "**/*", "matches": "folder" } }] },
                "didRename": { "filters": [{ "pattern": { "glob": "**/*" } }] },
            },
        },
    });
    if in_menu && let Some(offered) = offered.as_object_mut() {
        let triggers = [" ", ".", "(", "[", "{", "=", ":", ",", ">", "\"", "'", "/", "-"];
        let provider = json!({ "triggerCharacters": triggers, "resolveProvider": false });
        offered.insert("completionProvider".into(), provider);
    }
    serde_json::from_value(offered).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(capabilities: Value) -> Features {
        Features::of(&serde_json::from_value(capabilities).unwrap_or_default(), None)
    }

    #[test]
    fn the_menu_is_for_editors_without_ghost_text() {
        let with = features(json!({ "textDocument": { "inlineCompletion": {} } }));
        let without = features(json!({ "textDocument": { "completion": {} } }));
        for (menu, has_inline, offered_menu) in [
            (Menu::Auto, true, false),
            (Menu::Auto, false, true),
            (Menu::Always, true, true),
            (Menu::Never, false, false),
        ] {
            let features = if has_inline { &with } else { &without };
            assert_eq!(offered(features, menu).completion_provider.is_some(), offered_menu);
            assert!(offered(features, menu).inline_completion_provider.is_some());
            assert!(offered(features, menu).notebook_document_sync.is_some());
        }
    }

    #[test]
    fn utf_8_is_preferred_and_utf_16_the_default() {
        for (encodings, want) in [
            (json!(["utf-16", "utf-8"]), Encoding::Utf8),
            (json!(["utf-16", "utf-32"]), Encoding::Utf32),
            (json!(["utf-16"]), Encoding::Utf16),
            (json!([]), Encoding::Utf16),
        ] {
            let features = features(json!({ "general": { "positionEncodings": encodings } }));
            assert_eq!(features.encoding, want);
        }
    }

    #[test]
    fn who_knows_versions_of_documents() {
        let edits = |changes: bool| {
            let can = json!({ "workspace": { "workspaceEdit": { "documentChanges": changes } } });
            serde_json::from_value(can).unwrap_or_default()
        };
        for (client, announced, want) in
            [("Neovim", false, true), ("other", false, false), ("other", true, true)]
        {
            let features = Features::of(&edits(announced), Some(client));
            assert_eq!(features.document_changes, want, "{client} {announced}");
        }
    }

    #[test]
    fn status_goes_to_those_who_announce_it() {
        assert!(features(json!({ "experimental": { "foretypeStatus": true } })).status);
        assert!(!features(json!({ "experimental": { "foretypeStatus": false } })).status);
        assert!(!features(json!({})).status);
    }
}
