//! `initialize` and `initialized`: what the client can do, its folders and options.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::broadcast::error::RecvError;
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::Result;

use crate::document::uri::DocumentUri;
use crate::project;
use crate::retrieval::index::manifests::Manifests;
use crate::server::capabilities::{Features, offered};
use crate::server::client::Level;
use crate::server::{Server, parent};
use crate::status::Status;
use crate::workspace::Snapshot;
use crate::workspace::background::{TellStatus, Telling};
use crate::workspace::session::WORKSPACE_FILE;
use crate::{server, workspace};

/// Answers `initialize`.
pub async fn handle(
    server: &Server,
    params: lsp::InitializeParams,
) -> Result<lsp::InitializeResult> {
    let features = {
        let client = params.client_info.as_ref().map(|info| info.name.as_str());
        server.dialect.client(client);
        Features::of(&params.capabilities, client)
    };
    let (roots, folders) = roots(&params);
    server.session.change_elsewhere(&folders, &[]);
    if let Some(process) = params.process_id
        && server.session.services.is_one_editors()
    {
        parent::watch(process);
    }
    server.session.workspace(|workspace| {
        workspace.set_encoding(features.encoding);
        workspace.set_roots(roots.clone());
    });
    let files = workspace::files::read(&server.session.services.paths, &roots).await;
    server.session.set_locale(params.locale.clone());
    let options = params.initialization_options;
    let problems = server.session.configure(|layers| {
        files.apply(layers);
        layers.set_initialization(options.as_ref());
    });
    server::notifications::configuration::report(server, &problems);
    let menu = server.session.settings(None).resolved.settings.completion.menu;
    let capabilities = offered(&features, menu);
    tracing::info!(
        client = params.client_info.map(|info| info.name),
        encoding = features.encoding.as_str(),
        inline = features.inline_completion,
        "initialize"
    );
    *server.features.lock() = features;
    let version = Some(env!("CARGO_PKG_VERSION").to_owned());
    let server_info = Some(lsp::ServerInfo { name: "foretype".into(), version });
    Ok(lsp::InitializeResult { capabilities, server_info })
}

/// The files whose changes change what is read or told of others.
fn watched() -> Vec<String> {
    let own = [WORKSPACE_FILE, ".foretypeignore", ".gitignore", ".ignore"];
    let names = own.into_iter().chain(Manifests::watched()).map(ToOwned::to_owned);
    let names: BTreeSet<String> = names.chain(project::watched()).collect();
    names.into_iter().map(|name| format!("**/{name}")).collect()
}

/// What follows `initialize`, all of it in the background: connections are opened, a local server
/// is looked for, the status begins to flow.
pub fn finish(server: &Server) {
    let features = server.features();
    if features.watch_files {
        let client = server.client.clone();
        server.tasks.spawn(async move {
            client.watch_files("foretype-files", &watched()).await;
        });
    }
    // On a socket the warnings of one editor are none of the others' business.
    if server.session.services.allow_commands {
        let (client, mut warnings) = (server.client.clone(), crate::log::warnings());
        server.tasks.spawn(async move {
            loop {
                match warnings.recv().await {
                    Ok(message) => client.log(Level::Warning, &message),
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                }
            }
        });
    }
    if features.refresh {
        let (client, session) = (server.client.clone(), Arc::clone(&server.session));
        let mut more = session.engine.more();
        server.tasks.spawn(async move {
            loop {
                match more.recv().await {
                    Ok(uri) => {
                        // Clients compare it with their own spelling.
                        let open = session.workspace(|workspace| workspace.snapshot(&uri));
                        if let Some(Snapshot { document, .. }) = open {
                            tracing::debug!(
                                "a slower model has answered: the client may ask again"
                            );
                            client.refresh(&document.client_uri);
                        }
                    }
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                }
            }
        });
    }
    server::indexing::follow(server);
    server::notifications::configuration::pull(server);
    server.tasks.spawn(crate::workspace::background::run(
        Arc::clone(&server.session),
        Telling {
            status: features.status.then(|| {
                let client = server.client.clone();
                Box::new(move |status: &Status| client.status(status)) as TellStatus
            }),
            message: {
                let (client, takes) = (server.client.clone(), features.status);
                Box::new(move |message: &str, notice: &str, act: bool| {
                    let level = if act { Level::Warning } else { Level::Info };
                    client.say_once(level, message, (!takes).then_some(notice));
                })
            },
        },
    ));
}

/// The client's workspace folders, else its root: those that are folders here, and all of them.
fn roots(params: &lsp::InitializeParams) -> (Vec<PathBuf>, Vec<DocumentUri>) {
    let all = serde_json::to_value(params).unwrap_or_default();
    let folders = all.get("workspaceFolders").and_then(Value::as_array).into_iter().flatten();
    let mut uris: Vec<&str> = folders.filter_map(|folder| folder.get("uri")?.as_str()).collect();
    if uris.is_empty() {
        uris.extend(all.get("rootUri").and_then(Value::as_str));
    }
    let folders: Vec<DocumentUri> = uris.into_iter().map(DocumentUri::new).collect();
    let mut roots: Vec<PathBuf> = folders.iter().filter_map(DocumentUri::to_path).collect();
    if roots.is_empty() {
        roots.extend(all.get("rootPath").and_then(Value::as_str).map(PathBuf::from));
    }
    (roots, folders)
}
