//! The whole workspace, read once: from what was saved and what has changed since, or all of it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::{REBUILD, Stop, Worker, lower_priority};
use crate::code;
use crate::indexing::world::{LeftOut, Stage};
use crate::indexing::{dependencies, saved, walk};
use crate::local::{Builder, Index, stamp_of};

/// How often progress is told and what came meanwhile is looked at, files.
const OFTEN: usize = 64;

impl Worker {
    pub(super) fn build(&mut self) -> Result<(), Stop> {
        self.tell(0, 0);
        let mut reach = self.shared.reach.lock().clone();
        // Symbols are the workspace's own.
        reach.dependencies &= self.is_model();
        self.foreign = match reach.dependencies {
            true => reach.roots.iter().flat_map(|root| dependencies::folders(root)).collect(),
            false => Vec::new(),
        };
        let roots = &reach.roots;
        let model = self.is_model();
        let folder = self.shared.folder.as_ref().filter(|_| model && !roots.is_empty());
        let file = folder.map(|folder| saved::file(folder, &reach));
        let mut is_saved = false;
        if self.index().tokens() == 0 {
            match file.as_deref().and_then(saved::read) {
                Some(index) => {
                    self.publish(index);
                    is_saved = true;
                }
                None => self.first(),
            }
        }
        lower_priority();
        let mut walked = walk::walk(&reach, || self.go_on())?;
        let mut left_out = std::mem::take(&mut walked.left_out);
        let open: Vec<PathBuf> = self.shared.open.lock().keys().cloned().collect();
        self.manifests = std::mem::take(&mut walked.manifests);
        self.read_manifests();
        let files = walked.in_order(&open);
        if is_saved && let Some(changed) = self.changed(&files)? {
            // The overlay takes them up.
            self.queue.dirty.extend(changed);
            self.refresh();
            left_out.no_room += self.index().left_out();
            self.ready(left_out);
            return Ok(());
        }
        self.queue.stale.clear();
        let (index, unread) = self.read_all(&files)?;
        left_out.no_room += index.left_out();
        left_out.unreadable += unread;
        self.partial = false;
        self.publish(index);
        self.ready(left_out);
        if let Some(file) = &file {
            saved::write(&self.index(), file);
        }
        Ok(())
    }

    fn tell(&self, files: usize, of: usize) {
        if !self.is_model() {
            return;
        }
        self.shared.stage.send_replace(Stage::Reading { files, of });
    }

    fn ready(&self, left_out: LeftOut) {
        let symbols = self.shared.symbols.files();
        tracing::info!(files = symbols, "the workspace's symbols are read");
        if !self.is_model() {
            return;
        }
        let index = self.index();
        let (files, tokens, bytes) = (index.files().len(), index.tokens(), index.bytes());
        self.shared.stage.send_replace(Stage::Ready { files, tokens, left_out });
        tracing::info!(files, tokens, bytes, "the workspace is indexed; {left_out}");
    }

    /// The files that are others than those of the index; `None` where there are too many.
    fn changed(&mut self, files: &[PathBuf]) -> Result<Option<Vec<PathBuf>>, Stop> {
        let index = self.index();
        let mut known: HashMap<&str, u64> =
            index.files().iter().map(|file| (file.path.as_str(), file.stamp)).collect();
        let mut changed = Vec::new();
        for (number, file) in files.iter().enumerate() {
            self.often(number, files.len())?;
            let stamp = known.remove(&*file.to_string_lossy());
            let text = self.text_of(file).ok().flatten();
            self.take_symbols(file, text.as_deref());
            // Of an index that is full what is not in it had no room.
            if stamp.is_none() && index.left_out() > 0 {
                continue;
            }
            let now = text.map(|text| stamp_of(text.as_bytes()));
            if now != stamp {
                changed.push(file.clone());
            }
        }
        changed.extend(known.into_keys().map(PathBuf::from));
        self.feeder.keep(&files.iter().cloned().collect());
        Ok((changed.len() <= REBUILD).then_some(changed))
    }

    /// Reads files into an index until it is full; how many could not be read.
    fn read_all(&mut self, files: &[PathBuf]) -> Result<(Index, usize), Stop> {
        let mut builder = Builder::new(self.shared.reach.lock().limits);
        let mut unread = 0;
        for (number, file) in files.iter().enumerate() {
            self.often(number, files.len())?;
            let text = self.text_of(file);
            self.take_symbols(file, text.as_ref().ok().and_then(Option::as_deref));
            match text {
                Ok(Some(_)) if builder.is_full() => builder.leave_out(1),
                Ok(Some(text)) if self.is_model() => builder.add(file.to_string_lossy(), &text),
                Ok(_) => {}
                Err(_) => unread += 1,
            }
        }
        self.feeder.keep(&files.iter().cloned().collect());
        Ok((builder.finish(), unread))
    }

    /// The symbols of what is open are those of the editor's text.
    fn take_symbols(&mut self, file: &Path, text: Option<&str>) {
        let foreign = self.foreign.iter().any(|folder| file.starts_with(folder));
        if !foreign && !self.shared.open.lock().contains_key(file) {
            self.feed(file, text);
        }
    }

    /// The text of a file that a walk has found: the ignore rules have had their say, but for the
    /// user's own.
    fn text_of(&self, file: &Path) -> std::io::Result<Option<String>> {
        let verdicts = &self.shared.verdicts;
        if verdicts.has_own_rules() && verdicts.judge(file, None).blocked.is_some() {
            return Ok(None);
        }
        code::read(file)
    }

    fn often(&mut self, number: usize, of: usize) -> Result<(), Stop> {
        if number.is_multiple_of(OFTEN) {
            self.tell(number, of);
            self.go_on()?;
        }
        Ok(())
    }
}
