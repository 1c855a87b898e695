//! `workspace/didChangeConfiguration`, by push and by pull; problems are reported once.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};

use crate::config::{Layers, Problem};
use crate::document::uri::DocumentUri;
use crate::server::Server;
use crate::server::client::ClientHandle;
use crate::workspace::session::Session;

/// The name of our settings in the client's.
const SECTION: &str = "foretype";
/// How long completion waits for the client to answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// The client's settings changed.
pub async fn did_change(server: &Server, params: Value) {
    match params.get("settings") {
        // The client says only that something changed: ask for it.
        None | Some(Value::Null) => pull(server),
        Some(settings) => apply(&server.session, &server.client, |layers| {
            layers.set_client(Some(settings));
        }),
    }
}

/// Asks the client for its settings, where it answers such questions: for those of its own, and
/// for each folder's. What is asked meanwhile waits for them a moment, since they may forbid it.
pub fn pull(server: &Server) {
    if !server.features().configuration {
        return;
    }
    let (session, client) = (Arc::clone(&server.session), server.client.clone());
    let turn = server.pulls.fetch_add(1, Ordering::Relaxed) + 1;
    let pulls = Arc::clone(&server.pulls);
    let reading = session.readings.begin();
    server.tasks.spawn(async move {
        let roots = session.workspace(|workspace| workspace.roots().to_vec());
        let scopes = roots.iter().map(
            |root| json!({ "scopeUri": DocumentUri::from_path(root).as_str(), "section": SECTION }),
        );
        let items = std::iter::once(json!({ "section": SECTION })).chain(scopes).collect();
        let items = serde_json::from_value(Value::Array(items)).unwrap_or_default();
        let asked = client.requests().configuration(items);
        tokio::pin!(asked);
        let answer = match tokio::time::timeout(PATIENCE, &mut asked).await {
            Ok(answer) => answer,
            Err(_) => {
                drop(reading);
                asked.await
            }
        };
        // Answers may overtake each other: the last question's counts.
        if let Ok(answer) = answer
            && pulls.load(Ordering::Relaxed) == turn
        {
            let (own, folders) = answer.split_first().unwrap_or((&Value::Null, &[]));
            // A client that knows no scopes answers the same for each.
            let folders = roots.into_iter().zip(folders).filter(|(_, settings)| *settings != own);
            let own = Some(own).filter(|settings| !settings.is_null());
            apply(&session, &client, |layers| {
                if own.is_some() {
                    layers.set_client(own);
                }
                layers.set_folders(folders);
            });
        }
    });
}

fn apply(session: &Arc<Session>, client: &ClientHandle, change: impl FnOnce(&mut Layers)) {
    let problems = session.configure(change);
    tell(client, &problems);
    session.configured();
}

/// Tells of everything in the configuration that could not be used.
pub fn report(server: &Server, problems: &[Problem]) {
    tell(&server.client, problems);
}

fn tell(client: &ClientHandle, problems: &[Problem]) {
    for problem in problems {
        let message = problem.to_string();
        client.warn_once(&message, message.clone());
    }
}
