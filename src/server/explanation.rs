//! An explanation: on a page where the editor shows one, in the progress where it shows only that, in
//! a message where there is neither.

use serde_json::{Value, json};

use super::Server;
use super::client::{ClientHandle, Level};
use super::page::{self, Page};
use super::progress::Work;
use super::talk::{Talk, Talks};
use crate::actions::answer::{self, Given};
use crate::actions::order::Order;
use crate::actions::outcome::{ActionError, CUT_OFF, Words, broke_off};
use crate::actions::task::Use;
use crate::document::uri::DocumentUri;
use crate::markdown::safe;
use crate::prompt::budget::estimate;
use crate::workspace::session::sending::Source;

/// Characters of a message, or of a progress's end, where there is no better place.
const MESSAGE: usize = 2_000;
/// Characters of the last line that progress shows.
const LINE: usize = 120;

/// An explanation that is being written. Dropped before its end, as where the request is cancelled, its
/// page says so.
pub(super) struct Explanation {
    page: Option<(Page, std::path::PathBuf)>,
    /// What is said below it, should it not come to its end.
    end: String,
    running: tokio::runtime::Handle,
    /// The answer is for reading.
    shows: bool,
    title: String,
    talks: Talks,
    client: ClientHandle,
    source: Option<Source>,
}

impl Explanation {
    /// For an order whose answer is shown; nothing is written before the first text comes.
    pub(super) fn new(server: &Server, order: &Order) -> Self {
        let name = order.uri.path_like();
        let name = name.rsplit('/').next().unwrap_or("").to_owned();
        let what = if order.task.prompt() == "review" { "Review of" } else { "About" };
        let title = format!("# {what} {name}\n\n");
        let shows = order.task.answer() == Use::Show;
        let on_page = shows && server.features().show_document;
        let file = page::folder(server).filter(|_| on_page);
        let file = file.map(|folder| folder.join(page::file_name(order, &name)));
        if let Some(file) = &file {
            // A new one takes its place.
            server.talks.forget(&DocumentUri::from_path(file));
        }
        let page =
            file.map(|file| (Page::begin(server, file.clone(), title.clone(), 0, true), file));
        let open = server.session.workspace(|workspace| workspace.snapshot(&order.uri));
        Self {
            page,
            end: "It was cancelled before its end.".to_owned(),
            running: tokio::runtime::Handle::current(),
            shows,
            title,
            talks: server.talks.clone(),
            client: server.client.clone(),
            source: open.as_ref().map(Source::of),
        }
    }

    /// Whether there is one for it to be read on.
    pub(super) const fn has_page(&self) -> bool {
        self.page.is_some()
    }

    /// More of the text.
    pub(super) fn add(&self, more: &str) {
        if let Some((page, _)) = &self.page {
            page.add(more);
        }
    }

    /// It does not come to its end. Answers what came and why there is no more, where no page shows it.
    pub(super) fn broke_off(&mut self, why: &ActionError, come: &str) -> Option<String> {
        self.end = match why {
            ActionError::Closed => "The document was closed before its end.".to_owned(),
            why => broke_off(&why.to_string()),
        };
        let come = answer::words(Given { text: come, finish: None }).ok();
        let come = come.filter(|_| self.page.is_none() && self.shows)?;
        Some(format!("{} …\n\n{}", shortened(&come), self.end))
    }

    /// The whole of it, and the end of its progress. Answers the page, where there is one.
    pub(super) async fn finish(mut self, words: Words, work: Work) -> Value {
        let part =
            words.part.map(|part| format!("\n\n*It is about a part: {part}.*")).unwrap_or_default();
        let cut = if words.cut { format!("\n\n*{CUT_OFF}*") } else { String::new() };
        let cut = format!("{part}{cut}");
        let whole = safe(&format!("{}{}{cut}\n", self.title, words.text));
        let message = format!("{}{}", shortened(&words.text), cut.replace('*', ""));
        if let Some((page, file)) = self.page.take() {
            drop(work);
            if page.finish(&whole).await {
                let page = DocumentUri::from_path(&file);
                if let Some(source) = self.source.take() {
                    self.talks.begin(Talk::new(&page, file, whole, words, source));
                }
                return json!({ "page": page.as_str() });
            }
            self.client.show(Level::Info, &message);
        } else if work.is_told() {
            work.end(&message);
        } else {
            self.client.show(Level::Info, &message);
        }
        Value::Null
    }
}

impl Drop for Explanation {
    fn drop(&mut self) {
        if let Some((page, _)) = self.page.take() {
            // Not one of the connection's tasks: it ends by itself, and soon.
            self.running.spawn(page.leave(std::mem::take(&mut self.end)));
        }
    }
}

/// How far an answer is, for progress: its tokens, and where there is no page the line that it is at.
pub(super) struct Sofar {
    text: String,
    line: bool,
}

impl Sofar {
    /// `line`: progress is all that there is to read.
    pub(super) const fn new(line: bool) -> Self {
        Self { text: String::new(), line }
    }

    /// More of the text.
    pub(super) fn add(&mut self, more: &str) {
        self.text.push_str(more);
    }

    /// All that has come.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What to tell.
    pub(super) fn message(&self) -> String {
        let tokens = format!("{} tokens", estimate(&self.text));
        let last = self.text.lines().rev().find(|line| !line.trim().is_empty());
        match last.filter(|_| self.line) {
            Some(last) => {
                let skip = last.trim().chars().count().saturating_sub(LINE);
                let end: String = last.trim().chars().skip(skip).collect();
                format!("{tokens}: {}{end}", if skip > 0 { "…" } else { "" })
            }
            None => tokens,
        }
    }
}

fn shortened(words: &str) -> String {
    let mut message: String = words.chars().take(MESSAGE).collect();
    if message.len() < words.len() {
        message.push('…');
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_tells_the_line_it_is_at() {
        let mut sofar = Sofar::new(true);
        assert_eq!(sofar.message(), "0 tokens");
        sofar.add("First.\n\nSecond li");
        assert_eq!(sofar.message(), "6 tokens: Second li");
        sofar.add(&"x".repeat(200));
        assert!(sofar.message().ends_with(&format!(": …{}", "x".repeat(LINE))));
        let mut quiet = Sofar::new(false);
        quiet.add("One.");
        assert_eq!(quiet.message(), "2 tokens");
    }
}
