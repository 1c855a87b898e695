//! Progress that the client can follow and end (LSP 3.17, "Work Done Progress").

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::Server;
use super::Wire;
use super::client::ClientHandle;

/// The work under way, by its token as JSON text.
pub(crate) type Works = Arc<Mutex<HashMap<String, CancellationToken>>>;

/// A piece of work whose client is told how it goes. Its end is told when it is dropped.
pub(crate) struct Work {
    client: ClientHandle,
    works: Works,
    token: Option<Value>,
    /// The client has had enough of it.
    pub(crate) cancelled: CancellationToken,
}

impl Work {
    /// Begins to tell of it; without a token there is nobody to tell.
    pub(crate) fn begin(server: &Server, token: Option<Value>, title: &str) -> Self {
        let cancelled = CancellationToken::new();
        if let Some(token) = &token {
            server.works.lock().insert(token.to_string(), cancelled.clone());
            let begin = json!({ "kind": "begin", "title": title, "cancellable": true });
            server.client.progress(token, &begin);
        }
        let (client, works) = (server.client.clone(), Arc::clone(&server.works));
        Self { client, works, token, cancelled }
    }

    /// How far it is.
    pub(crate) fn report(&self, message: &str) {
        if let Some(token) = &self.token {
            self.client.progress(token, &json!({ "kind": "report", "message": message }));
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Some(token) = &self.token {
            self.works.lock().remove(&token.to_string());
            self.client.progress(token, &json!({ "kind": "end" }));
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Cancel {
    token: Value,
}

/// `window/workDoneProgress/cancel`.
pub(crate) async fn cancel(server: &Server, params: Wire<Cancel>) {
    let Some(Cancel { token }) = params.noted(server, "window/workDoneProgress/cancel") else {
        return;
    };
    if let Some(work) = server.works.lock().get(&token.to_string()) {
        work.cancel();
    }
}
