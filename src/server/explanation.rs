//! An explanation as a Markdown file in the state folder, which the editor shows while it grows.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::Server;
use super::client::{ClientHandle, Level};
use crate::actions::act::Order;
use crate::actions::task::Use;
use crate::document::uri::DocumentUri;

/// The file is written anew at most this often.
const WRITE_EVERY: std::time::Duration = std::time::Duration::from_millis(300);
/// Characters of a message, where there is no better place for an explanation.
const MESSAGE: usize = 2_000;

/// A page that is being written.
pub(super) struct Page {
    text: watch::Sender<String>,
    /// Whether the editor shows it, once it is over.
    writing: Option<tokio::task::JoinHandle<bool>>,
    over: CancellationToken,
    file: Option<PathBuf>,
    title: String,
    client: ClientHandle,
}

impl Page {
    /// For an order whose answer is shown; nothing is written before the first text comes.
    pub(super) fn new(server: &Server, order: &Order) -> Self {
        let client = server.client.clone();
        let name = order.uri.path_like();
        let name = name.rsplit('/').next().unwrap_or("").to_owned();
        let title = format!(
            "# {} {name}\n\n",
            if order.task.prompt() == "review" { "Review of" } else { "About" }
        );
        let (text, mut read) = watch::channel(title.clone());
        let shows = order.task.answer() == Use::Show && server.features().show_document;
        let folder = server.session.services.paths.state_dir.clone().filter(|_| shows);
        let file = folder.map(|folder| folder.join("answers").join(file_name(order, &name)));
        let over = CancellationToken::new();
        let writing = file.clone().map(|file| {
            let (client, over) = (client.clone(), over.clone());
            tokio::spawn(async move {
                let mut shown = false;
                loop {
                    tokio::select! {
                        changed = read.changed() => if changed.is_err() { return shown },
                        () = over.cancelled() => return shown,
                    }
                    let text = read.borrow_and_update().clone();
                    if !write(&file, text).await {
                        return shown;
                    }
                    if !shown {
                        shown = show(&client, &file).await;
                    }
                    tokio::select! {
                        () = tokio::time::sleep(WRITE_EVERY) => {}
                        () = over.cancelled() => return shown,
                    }
                }
            })
        });
        Self { text, writing, over, file, title, client }
    }

    /// More of the text.
    pub(super) fn add(&self, more: &str) {
        if self.writing.is_some() {
            self.text.send_modify(|text| text.push_str(more));
        }
    }

    /// The whole of it: on the page, or in a message where there is no page.
    pub(super) async fn finish(mut self, words: &str) {
        if let (Some(writing), Some(file)) = (self.writing.take(), &self.file) {
            self.over.cancel();
            // What it is writing comes before the whole.
            let shown = writing.await.unwrap_or(false);
            let written = write(file, format!("{}{words}\n", self.title)).await;
            if written && (shown || show(&self.client, file).await) {
                return;
            }
        }
        let mut message: String = words.chars().take(MESSAGE).collect();
        if message.len() < words.len() {
            message.push('…');
        }
        self.client.show(Level::Info, &message);
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.over.cancel();
    }
}

/// One page for each task and file: an older one gives way.
fn file_name(order: &Order, name: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' };
    let name: String = name.chars().take(60).map(plain).collect();
    format!("{}-{name}.md", order.task.prompt().chars().map(plain).collect::<String>())
}

/// Writes a page for its owner alone; false where it cannot be written.
async fn write(file: &Path, text: String) -> bool {
    let file = file.to_owned();
    let written = tokio::task::spawn_blocking(move || {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        options.open(&file)?.write_all(text.as_bytes())
    });
    match written.await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::warn!("an answer cannot be written to the state folder: {error}");
            false
        }
        Err(_) => false,
    }
}

/// Has the editor show a page; false where it does not.
async fn show(client: &ClientHandle, file: &Path) -> bool {
    let uri = DocumentUri::from_path(file);
    let params = json!({ "uri": uri.as_str(), "external": false, "takeFocus": false });
    match serde_json::from_value(params) {
        Ok(params) => client.requests().show_document(params).await.unwrap_or(false),
        Err(_) => false,
    }
}
