//! A page: a Markdown file in the state folder that the editor shows while a model writes it.

mod growth;
mod name;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use self::growth::Growth;
pub(super) use self::name::{file_name, for_hover};
use super::Server;
use super::client::ClientHandle;
use crate::document::uri::DocumentUri;

/// A page grows at most this often.
const WRITE_EVERY: std::time::Duration = std::time::Duration::from_millis(300);
/// Most pages in their folder; the oldest go first.
const MOST: usize = 200;

/// A page that is being written.
pub(super) struct Page {
    text: watch::Sender<String>,
    /// Bytes that it began with.
    before: usize,
    /// What is left to write once it is over, and whether the editor shows it.
    writing: tokio::task::JoinHandle<(Growth, bool)>,
    over: CancellationToken,
    file: PathBuf,
    client: ClientHandle,
}

impl Page {
    /// In a file, beginning with a text; nothing is written before more comes. Where `shows`, the
    /// editor is asked to show it.
    /// `kept`: bytes of the text that the page has already; none makes it anew.
    pub(super) fn begin(
        server: &Server,
        file: PathBuf,
        text: String,
        kept: usize,
        shows: bool,
    ) -> Self {
        let client = server.client.clone();
        let before = text.len();
        let (text, mut read) = watch::channel(text);
        let over = CancellationToken::new();
        let mut growth = Growth::new(server, &file, kept);
        let writing = tokio::spawn({
            let (client, over, file) = (client.clone(), over.clone(), file.clone());
            async move {
                let mut shown = !shows;
                loop {
                    tokio::select! {
                        changed = read.changed() => if changed.is_err() { return (growth, shown) },
                        () = over.cancelled() => return (growth, shown),
                    }
                    let text = read.borrow_and_update().clone();
                    if !growth.grow(&text).await {
                        return (growth, shown);
                    }
                    if !shown {
                        shown = show(&client, &file).await;
                    }
                    tokio::select! {
                        () = tokio::time::sleep(WRITE_EVERY) => {}
                        () = over.cancelled() => return (growth, shown),
                    }
                }
            }
        });
        Self { text, before, writing, over, file, client }
    }

    /// What it comes to.
    pub(super) fn watch(&self) -> watch::Receiver<String> {
        self.text.subscribe()
    }

    /// More of the text.
    pub(super) fn add(&self, more: &str) {
        self.text.send_if_modified(|text| {
            // Blanks alone are no beginning.
            let more = if text.len() == self.before { more.trim_start() } else { more };
            text.push_str(more);
            !more.is_empty()
        });
    }

    /// The whole of it; false where it could not be written or shown.
    pub(super) async fn finish(self, whole: &str) -> bool {
        self.over.cancel();
        let Self { writing, file, client, .. } = self;
        // What it is writing comes before the whole.
        let Ok((mut growth, shown)) = writing.await else { return false };
        growth.finish(whole).await && (shown || show(&client, &file).await)
    }
}

/// The folder of the pages.
#[must_use]
pub(super) fn folder(server: &Server) -> Option<PathBuf> {
    server.session.services.paths.pages()
}

/// Keeps a page in step with an explanation until that is over. Ends with the connection.
pub(super) fn follow(
    server: &Server,
    file: PathBuf,
    title: String,
    mut said: watch::Receiver<crate::hover::explanations::Said>,
    held: Arc<crate::hover::explanations::Flight>,
) {
    let mut growth = Growth::new(server, &file, 0);
    server.tasks.spawn(async move {
        let _held = held;
        loop {
            let (text, over) = {
                let said = said.borrow_and_update();
                (format!("{title}{}\n", said.text.trim_end()), said.end.is_some())
            };
            if over {
                growth.finish(&text).await;
                return;
            }
            growth.grow(&text).await;
            tokio::time::sleep(WRITE_EVERY).await;
            if said.changed().await.is_err() {
                return;
            }
        }
    });
}

/// Writes a page for its owner alone; false where it cannot be written.
pub(super) async fn write(file: &Path, text: String) -> bool {
    let file = file.to_owned();
    let written = tokio::task::spawn_blocking(move || {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
            if !file.exists() {
                forget_oldest(folder);
            }
        }
        let mut options = std::fs::OpenOptions::new();
        // Not emptied before: an editor that looks at this moment would show nothing.
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let mut file = options.open(&file)?;
        file.write_all(text.as_bytes())?;
        file.set_len(u64::try_from(text.len()).unwrap_or(u64::MAX))
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

/// Makes room for a page.
fn forget_oldest(folder: &Path) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let page = |entry: std::fs::DirEntry| {
        let file = entry.path();
        let at = entry.metadata().and_then(|of| of.modified()).ok()?;
        file.extension().is_some_and(|ending| ending == "md").then_some((at, file))
    };
    let mut pages: Vec<_> = entries.filter_map(page).collect();
    pages.sort();
    let surplus = (pages.len() + 1).saturating_sub(MOST);
    for (_, file) in pages.into_iter().take(surplus) {
        let _ = std::fs::remove_file(file);
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
