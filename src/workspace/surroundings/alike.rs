//! Code of a workspace folder that is like a piece of code, by the words in it: for chat.
//!
//! The chunks are read when they are first asked for, and brought up to date by what the symbols' index
//! has read anew since, so that nobody who never asks pays for them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use super::Surroundings;
use super::disk::Disk;
use crate::context::need::OpenDocument;
use crate::context::reading::Files;
use crate::document::line_ending::normalise;
use crate::document::uri::DocumentUri;
use crate::retrieval::chunks::rows;
use crate::retrieval::hybrid::DEEP;
use crate::retrieval::index::Index;
use crate::retrieval::symbol::FileSymbols;
use crate::retrieval::vectors::chunks::lines;
use crate::retrieval::words::{Found, Words};
use crate::workspace::root_config::RootConfig;

/// So many files are read while somebody waits; more are read on a thread of their own.
const AT_ONCE: usize = 200;

/// The chunks of each workspace folder.
#[derive(Default)]
pub(super) struct Alike {
    folders: Mutex<HashMap<PathBuf, Arc<Mutex<Folder>>>>,
}

#[derive(Default)]
struct Folder {
    words: Words,
    /// What each file was when it was read.
    known: HashMap<Arc<str>, Arc<FileSymbols>>,
}

impl Folder {
    /// The files that the index has read anew, and those that are gone.
    fn stale(&self, index: &Index) -> (Vec<Arc<FileSymbols>>, Vec<Arc<str>>) {
        let new = |file: &&Arc<FileSymbols>| {
            !self.known.get(&file.path).is_some_and(|known| Arc::ptr_eq(known, file))
        };
        let mut read: Vec<_> = index.files().map(|(_, file)| file).filter(new).cloned().collect();
        read.sort_by(|a, b| a.path.cmp(&b.path));
        let gone = self.known.keys().filter(|path| index.id(path).is_none()).cloned().collect();
        (read, gone)
    }

    fn take(&mut self, file: Arc<FileSymbols>, text: Option<&str>) {
        let text = text.unwrap_or("");
        let (lines, rows) = (lines(text), rows(&file, text));
        let chunks = rows.into_iter().map(|rows| {
            let start = lines.get(rows.start).map_or(0, |line| line.start);
            let end = rows.end.checked_sub(1).and_then(|last| lines.get(last));
            let row = |row: usize| u32::try_from(row).unwrap_or(u32::MAX);
            let code = text.get(start..end.map_or(start, |line| line.end)).unwrap_or("");
            (row(rows.start)..row(rows.end), code)
        });
        self.words.replace(&file.path, chunks);
        self.known.insert(Arc::clone(&file.path), file);
    }

    fn forget(&mut self, path: &str) {
        self.words.remove(path);
        self.known.remove(path);
    }
}

impl Surroundings {
    /// The chunks that are most like a piece of code, the best first. Where much is to be read first, it
    /// answers of what has been read. It blocks.
    pub(super) fn alike(
        self: &Arc<Self>,
        root: &Path,
        config: &Arc<RootConfig>,
        index: &Index,
        open: &[OpenDocument],
        code: &str,
    ) -> Vec<Found> {
        let folder = Arc::clone(self.alike.folders.lock().entry(root.to_path_buf()).or_default());
        // Somebody is reading it.
        let Some(mut now) = folder.try_lock() else { return Vec::new() };
        let (read, gone) = now.stale(index);
        gone.iter().for_each(|path| now.forget(path));
        if read.len() <= AT_ONCE {
            let disk = self.disk(root, config);
            for file in read {
                let text = text(&disk, open, &file.path);
                now.take(file, text.as_deref());
            }
            return now.words.search(code, DEEP);
        }
        let found = now.words.search(code, DEEP);
        drop(now);
        let (disk, open) = (self.disk(root, config), open.to_vec());
        let work = move || {
            for files in read.chunks(AT_ONCE) {
                // Who asks meanwhile gets nothing of it, but is not kept waiting for all of it either.
                let texts: Vec<_> =
                    files.iter().map(|file| text(&disk, &open, &file.path)).collect();
                let mut now = folder.lock();
                for (file, text) in files.iter().zip(texts) {
                    now.take(Arc::clone(file), text.as_deref());
                }
            }
        };
        let thread = std::thread::Builder::new().name("foretype-chunks".to_owned());
        if let Err(error) = thread.spawn(work) {
            tracing::warn!("the workspace's code cannot be searched: {error}");
        }
        found
    }
}

impl Surroundings {
    /// A file's text, as it stands in the editor if it is open; nothing of what must not be told. It
    /// blocks.
    pub fn text_now(&self, disk: &Disk, root: &Path, path: &str) -> Option<String> {
        let uri = DocumentUri::from_path(&root.join(path));
        let open = {
            let workspace = self.workspace.lock();
            workspace.document(&uri).map(|document| document.text().clone())
        };
        match open {
            Some(text) => disk.may_show(path).then(|| normalise(&text.whole())),
            None => disk.text(path),
        }
    }
}

/// A file's text, as it stands in the editor if it is open.
fn text(disk: &Disk, open: &[OpenDocument], path: &str) -> Option<String> {
    let open = open.iter().find(|open| &*open.path == path);
    open.map(|open| normalise(&open.text.whole())).or_else(|| disk.text(path))
}
