//! `workspace/didChangeConfiguration`, by push and by pull; problems are reported once.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use crate::config::Problem;
use crate::server::Server;
use crate::server::client::ClientHandle;
use crate::workspace::session::Session;

/// The client's settings changed.
pub async fn did_change(server: &Server, params: Value) {
    match params.get("settings") {
        // The client says only that something changed: ask for it.
        None | Some(Value::Null) => pull(server),
        Some(settings) => apply(&server.session, &server.client, settings),
    }
}

/// Asks the client for its settings, where it answers such questions.
pub fn pull(server: &Server) {
    if !server.features().configuration {
        return;
    }
    let (session, client) = (Arc::clone(&server.session), server.client.clone());
    let turn = server.pulls.fetch_add(1, Ordering::Relaxed) + 1;
    let pulls = Arc::clone(&server.pulls);
    server.tasks.spawn(async move {
        let items = serde_json::from_value(json!([{ "section": "foretype" }])).unwrap_or_default();
        if let Ok(answer) = client.requests().configuration(items).await
            && let Some(settings) = answer.first().filter(|settings| !settings.is_null())
            // Answers may overtake each other: the last question's counts.
            && pulls.load(Ordering::Relaxed) == turn
        {
            apply(&session, &client, settings);
        }
    });
}

fn apply(session: &Arc<Session>, client: &ClientHandle, settings: &Value) {
    let problems = session.configure(|layers| layers.set_client(Some(settings)));
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
