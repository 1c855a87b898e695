//! A page: a Markdown file in the state folder that the editor shows while a model writes it.

mod growth;
mod name;
mod private;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::json;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use self::growth::Growth;
pub(super) use self::name::{file_name, for_hover};
use super::Server;
use super::client::ClientHandle;
use crate::actions::answer::{self, Given};
use crate::document::uri::DocumentUri;
use crate::hover::explanations::Flight;
use crate::markdown::{left_off, safe_from, settled};

/// A page grows at most this often.
const WRITE_EVERY: std::time::Duration = std::time::Duration::from_millis(300);
/// Most pages in their folder; the oldest go first.
const MOST: usize = 200;

/// A page that is being written.
pub(super) struct Page {
    text: watch::Sender<String>,
    /// Bytes that it began with, and how many of them are kept as they are.
    before: usize,
    kept: usize,
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
                    let text = so_far(&read.borrow_and_update(), before, kept);
                    let Some(text) = text else { continue };
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
        Self { text, before, kept, writing, over, file, client }
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

    /// It ends before its time: what has come of it, if anything has, and why.
    pub(super) async fn leave(self, why: String) {
        self.over.cancel();
        let Self { text, before, kept, writing, .. } = self;
        let come = text.borrow().trim_end().to_owned();
        let Ok((mut growth, shown)) = writing.await else { return };
        // What nobody has seen is left out.
        if come.len() > before && shown {
            growth.finish(&ended(&come, before, kept, &why)).await;
        }
    }

    /// The whole of it; false where it could not be written or shown.
    pub(super) async fn finish(self, whole: &str) -> bool {
        self.over.cancel();
        let Self { writing, file, client, .. } = self;
        // What it is writing comes before the whole.
        let Ok((mut growth, shown)) = writing.await else { return false };
        let done = growth.finish(whole).await && (shown || show(&client, &file).await);
        tokio::spawn(growth.settle());
        done
    }
}

/// What can be shown of a page's text under way, which began with so many bytes; nothing where that is
/// no word yet. The bytes that are kept are its user's as well.
pub(super) fn so_far(text: &str, before: usize, kept: usize) -> Option<String> {
    let text = said(text, before);
    let end = settled(&text);
    let text = text.get(..end).filter(|_| end > before)?;
    Some(safe_from(text, kept))
}

/// A page whose text ends before its time, and why it does.
pub(super) fn ended(text: &str, before: usize, kept: usize, why: &str) -> String {
    format!("{}\n\n*{why}*\n", left_off(&safe_from(&said(text, before), kept)))
}

/// A page's text without what a model did not mean to be seen.
fn said(text: &str, before: usize) -> String {
    let (head, said) = text.split_at_checked(before).unwrap_or((text, ""));
    let said = answer::words(Given { text: said, finish: None }).unwrap_or_default();
    format!("{head}{said}")
}

/// The folder of the pages.
#[must_use]
pub(super) fn folder(server: &Server) -> Option<PathBuf> {
    server.session.services.paths.pages()
}

/// Pages that are being kept in step with an explanation.
#[derive(Clone, Default)]
pub(crate) struct Following(Arc<Mutex<HashSet<PathBuf>>>);

/// One of them, until this is dropped.
struct Followed(Following, PathBuf);

impl Following {
    /// Whether this page is one.
    pub(super) fn holds(&self, file: &Path) -> bool {
        self.0.lock().contains(file)
    }

    fn begin(&self, file: &Path) -> Option<Followed> {
        let new = self.0.lock().insert(file.to_owned());
        new.then(|| Followed(self.clone(), file.to_owned()))
    }
}

impl Drop for Followed {
    fn drop(&mut self) {
        self.0.0.lock().remove(&self.1);
    }
}

/// Keeps a page in step with an explanation until that is over or has broken off, and then has `end` know of the page's
/// text and the explanation. Ends with the connection.
pub(super) fn follow(
    server: &Server,
    file: PathBuf,
    title: String,
    flight: Arc<Flight>,
    end: impl FnOnce(String, String) + Send + 'static,
) {
    let followed = server.following.begin(&file);
    let mut growth = Growth::new(server, &file, 0);
    let mut said = flight.watch();
    server.tasks.spawn(async move {
        // It ends when nobody holds it.
        let _flight = flight;
        let Some(_followed) = followed else {
            // Another hover has begun the page.
            let _ = said.wait_for(|said| said.end.is_some()).await;
            return;
        };
        loop {
            let now = said.borrow_and_update().clone();
            let whole = format!("{title}{}", now.text.trim_end());
            match now.end {
                Some(Ok(())) => {
                    let text = format!("{}\n", safe_from(&whole, 0));
                    if growth.finish(&text).await {
                        end(text, now.text);
                    }
                    return;
                }
                Some(Err(nothing)) => {
                    // What was shown stays, and says that it is not all.
                    let text = match nothing.words() {
                        Some(why) => ended(&whole, title.len(), 0, &why),
                        None => format!("{}\n", safe_from(&whole, 0)),
                    };
                    growth.finish(&text).await;
                    return;
                }
                None => {
                    let text = so_far(&whole, title.len(), 0);
                    let text = text.map(|text| format!("{}\n", text.trim_end()));
                    match text {
                        Some(text) => growth.grow(&text).await,
                        None => true,
                    }
                }
            };
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
            private::folder(folder)?;
            if !file.exists() {
                forget_oldest(folder);
            }
        }
        private::write(&file, &text)
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
