//! Workspace folders, renamed files, and files that steer us.

use std::path::PathBuf;
use std::sync::Arc;

use serde::Deserialize;
use tower_lsp::gen_lsp_types as lsp;

use crate::code;
use crate::document::uri::DocumentUri;
use crate::project;
use crate::server::{Server, Wire, remarks};
use crate::workspace::session::WORKSPACE_FILE;

#[derive(Deserialize)]
pub(crate) struct Folders {
    event: Event,
}

#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    added: Vec<Folder>,
    #[serde(default)]
    removed: Vec<Folder>,
}

#[derive(Deserialize)]
struct Folder {
    uri: String,
}

#[derive(Deserialize)]
pub(crate) struct Watched {
    changes: Vec<Folder>,
}

/// What the user made or deleted in the editor.
#[derive(Deserialize)]
pub(crate) struct ByHand {
    files: Vec<Folder>,
}

/// Folders came and went.
pub(crate) async fn folders(server: &Server, params: Wire<Folders>) {
    let Some(Folders { event }) = params.noted(server, "workspace/didChangeWorkspaceFolders")
    else {
        return;
    };
    let paths = |folders: &[Folder]| -> Vec<PathBuf> {
        folders.iter().filter_map(|folder| DocumentUri::new(&folder.uri).to_path()).collect()
    };
    let uris = |folders: &[Folder]| -> Vec<DocumentUri> {
        folders.iter().map(|folder| DocumentUri::new(&folder.uri)).collect()
    };
    server.session.change_elsewhere(&uris(&event.added), &uris(&event.removed));
    let (added, removed) = (paths(&event.added), paths(&event.removed));
    server.session.workspace(|workspace| workspace.change_roots(added, &removed));
    reread(server);
    super::configuration::pull(server);
}

/// Files or folders were renamed.
pub(crate) async fn renamed(server: &Server, params: Wire<lsp::RenameFilesParams>) {
    let renamed: Option<lsp::RenameFilesParams> = params.noted(server, "workspace/didRenameFiles");
    let files = renamed.map(|params| params.files).unwrap_or_default();
    let path = |uri: &str| DocumentUri::new(uri).to_path();
    let both = files.iter().flat_map(|file| [file.old_uri.as_ref(), file.new_uri.as_ref()]);
    server.session.indexing.changed(both.filter_map(path).collect());
    for file in files {
        remarks::clear(server, &DocumentUri::new(file.old_uri.as_ref()));
        server.session.rename(file.old_uri.as_ref(), file.new_uri.as_ref());
    }
}

/// Files or folders were made or deleted in the editor, which tells of a folder once.
pub(crate) async fn came_or_went(server: &Server, params: Wire<ByHand>) {
    let told: Option<ByHand> = params.noted(server, "workspace/didCreateFiles or didDeleteFiles");
    let files = told.map(|params| params.files).unwrap_or_default();
    let path = |file: &Folder| DocumentUri::new(&file.uri).to_path();
    server.session.indexing.changed(files.iter().filter_map(path).collect());
}

/// Files changed on disk.
pub(crate) async fn watched(server: &Server, params: Wire<Watched>) {
    let watched: Option<Watched> = params.noted(server, "workspace/didChangeWatchedFiles");
    let changes = watched.map(|params| params.changes).unwrap_or_default();
    for change in &changes {
        file_changed(server, &change.uri);
    }
    let path = |change: &Folder| DocumentUri::new(&change.uri).to_path();
    server.session.indexing.changed(changes.iter().filter_map(path).collect());
}

/// A document was saved: the text of code is known, what else steers us may be watched by nobody.
pub(super) fn saved(server: &Server, uri: &str) {
    file_changed(server, uri);
    let path = DocumentUri::new(uri).to_path();
    let other = path.filter(|path| code::language(path).is_none());
    server.session.indexing.changed(other.into_iter().collect());
}

/// A file was saved or changed: if it steers us, it is read again.
fn file_changed(server: &Server, uri: &str) {
    let Some(path) = DocumentUri::new(uri).to_path() else { return };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let own = server.session.services.paths.config_file.as_ref() == Some(&path);
    if own || name == WORKSPACE_FILE {
        reread(server);
    } else if name.ends_with("ignore") {
        server.session.recheck_files();
    } else if project::is_manifest(&name) {
        server.session.surroundings.forget_projects();
    }
}

fn reread(server: &Server) {
    let (session, client) = (Arc::clone(&server.session), server.client.clone());
    // From now on requests wait for what the files say.
    let reading = session.readings.begin();
    server.tasks.spawn(async move {
        let problems = session.reread_files().await;
        drop(reading);
        for problem in problems {
            let message = problem.to_string();
            client.warn_once(&message, message.clone());
        }
    });
}
