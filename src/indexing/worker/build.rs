//! The whole workspace, read once: from what was saved and what has changed since, or all of it.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Ignored, REBUILD, Stop, Worker, lower_priority, read};
use crate::code;
use crate::indexing::saved::Kept;
use crate::indexing::seen::{NONE, Seen, digest};
use crate::indexing::walk::Found;
use crate::indexing::world::{LeftOut, Stage};
use crate::indexing::{dependencies, walk};
use crate::local::{Builder, Index};

/// How often progress is told and what came meanwhile is looked at, files.
const OFTEN: usize = 64;

/// What is known of a file's text.
enum Known {
    /// There is none, or nobody wrote it.
    Nothing,
    /// Its stamp; it looks as it did when it was read.
    Stamp(u64),
    Text(String, u64),
}

impl Known {
    fn stamp(&self) -> Option<u64> {
        match self {
            Self::Nothing => None,
            Self::Stamp(stamp) | Self::Text(_, stamp) => Some(*stamp),
        }
    }
}

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
        self.ignored = Ignored::of(&reach);
        let folder = self.shared.folder.as_ref().filter(|_| !reach.roots.is_empty());
        let kept = folder.map(|folder| Kept::new(folder, &reach));
        if self.is_shown()
            && let Some(kept) = &kept
        {
            self.read_symbols(kept, &reach.roots);
        }
        // As it was saved, or as it was when folders came or went.
        let mut is_saved = std::mem::take(&mut self.compare) && self.index().tokens() > 0;
        if self.index().tokens() == 0 {
            match kept.as_ref().filter(|_| self.is_model()).and_then(Kept::index) {
                Some(index) => {
                    self.publish(index);
                    is_saved = true;
                }
                None => self.first(),
            }
        }
        lower_priority(&self.shared);
        let mut walked = walk::walk(&reach, || self.go_on())?;
        let left_out = std::mem::take(&mut walked.left_out);
        let open: Vec<PathBuf> = self.shared.open.lock().keys().cloned().collect();
        self.manifests = std::mem::take(&mut walked.manifests);
        self.read_manifests();
        let files = walked.in_order(&open);
        let mut seen = kept.as_ref().map(Kept::seen).unwrap_or_default();
        let mut out = left_out;
        let changed = match is_saved {
            true => self.changed(&files, &mut seen, &mut out)?,
            false => None,
        };
        let built = changed.is_none();
        if let Some(changed) = changed {
            // The overlay takes them up.
            self.queue.dirty.extend(changed);
            self.refresh();
        } else {
            self.queue.stale.retain(|file| walk::is_manifest(file) || walk::is_lock(file));
            out = left_out;
            let index = self.read_all(&files, &mut seen, &mut out)?;
            self.partial = false;
            self.publish(index);
        }
        // Of what came while it was read.
        self.follow_manifests(&reach.roots);
        self.queue.all |= self.compare;
        // Who waits until all is read may end the process then.
        if let Some(kept) = kept {
            if built && self.is_model() {
                kept.keep_index(&self.index());
            }
            if self.is_shown() {
                self.keep_symbols(&kept, reach.roots);
            }
            if seen.is_worth_keeping(REBUILD) {
                kept.keep_seen(&seen);
            }
        }
        self.ready(out);
        Ok(())
    }

    /// Reads the symbols that were kept, so that definitions are there at once.
    fn read_symbols(&mut self, kept: &Kept, roots: &[PathBuf]) {
        if kept.read_symbols(&self.shared.symbols) {
            self.kept = Some((roots.to_vec(), self.feeder.changes()));
        }
    }

    /// Keeps the symbols, where they are others than those that are kept.
    fn keep_symbols(&mut self, kept: &Kept, roots: Vec<PathBuf>) {
        let changes = self.feeder.changes();
        let known = self.kept.as_ref().filter(|(of, _)| *of == roots);
        if known.is_none_or(|(_, at)| changes - at > REBUILD) {
            kept.keep_symbols(&self.shared.symbols);
            self.kept = Some((roots, changes));
        }
    }

    fn tell(&self, files: usize, of: usize) {
        self.tell_of(Stage::Reading { files, of });
    }

    fn ready(&mut self, mut left_out: LeftOut) {
        let files = self.shared.symbols.files();
        let of_symbols = LeftOut { no_room: self.feeder.no_room(), ..left_out };
        if self.is_shown() {
            let stage = Stage::Ready { files, tokens: 0, left_out: of_symbols };
            self.shared.symbol_stage.send_replace(stage);
            let bytes = self.shared.symbols.bytes();
            tracing::info!(files, bytes, "the workspace's symbols are read; {of_symbols}");
        }
        if !self.is_model() {
            return;
        }
        let index = self.index();
        left_out.no_room += index.left_out();
        let (files, tokens, bytes) = (index.files().len(), index.tokens(), index.bytes());
        self.shared.stage.send_replace(Stage::Ready { files, tokens, left_out });
        tracing::info!(files, tokens, bytes, "the workspace is indexed; {left_out}");
    }

    /// The files that are others than those of the index; `None` where there are too many.
    fn changed(
        &mut self,
        files: &[Found],
        seen: &mut Seen,
        left_out: &mut LeftOut,
    ) -> Result<Option<Vec<PathBuf>>, Stop> {
        let index = self.index();
        let mut known: HashMap<&str, u64> =
            index.files().iter().map(|file| (file.path.as_str(), file.stamp)).collect();
        let mut changed = Vec::new();
        for (number, file) in files.iter().enumerate() {
            self.often(number, files.len())?;
            let stamp = known.remove(&*file.path.to_string_lossy());
            let now = self.known(file, seen, left_out, false);
            self.take_symbols(&file.path, &now);
            // Of an index that is full what is not in it had no room.
            if now.stamp() != stamp && (stamp.is_some() || index.left_out() == 0) {
                changed.push(file.path.clone());
            }
        }
        changed.extend(known.into_keys().map(PathBuf::from));
        let there: HashSet<&Path> = files.iter().map(|file| file.path.as_path()).collect();
        let world = Arc::clone(&self.shared.world.lock());
        let open = self.shared.open.lock().clone();
        let newer = world.overlay.paths().map(Path::new);
        let gone = newer.filter(|path| !there.contains(path) && !open.contains_key(*path));
        changed.extend(gone.map(Path::to_path_buf));
        self.forget_others(files);
        Ok((changed.len() <= REBUILD).then_some(changed))
    }

    /// Reads files into an index until it is full; where no index is wanted, only those of which there
    /// are symbols to be taken up.
    fn read_all(
        &mut self,
        files: &[Found],
        seen: &mut Seen,
        left_out: &mut LeftOut,
    ) -> Result<Index, Stop> {
        let mut builder = Builder::new(self.shared.reach.lock().limits);
        for (number, file) in files.iter().enumerate() {
            self.often(number, files.len())?;
            let model = self.is_model();
            let now = self.known(file, seen, left_out, model && !builder.is_full());
            self.take_symbols(&file.path, &now);
            match now {
                Known::Nothing => {}
                _ if !model => {}
                Known::Text(text, _) if !builder.is_full() => {
                    builder.add(file.path.to_string_lossy(), &text);
                }
                Known::Text(..) | Known::Stamp(_) => builder.leave_out(1),
            }
        }
        self.forget_others(files);
        Ok(builder.finish())
    }

    fn take_symbols(&mut self, file: &Path, now: &Known) {
        match now {
            // It has what there is of it.
            Known::Stamp(_) => {}
            Known::Text(text, _) if self.has_symbols(file) => self.feed(file, Some(text)),
            Known::Nothing if self.has_symbols(file) => self.feed(file, None),
            _ => {}
        }
    }

    /// The symbols of what is open are those of the editor's text, and dependencies have none.
    fn has_symbols(&self, file: &Path) -> bool {
        let foreign = self.foreign.iter().any(|folder| file.starts_with(folder));
        self.is_shown() && !foreign && !self.shared.open.lock().contains_key(file)
    }

    /// All files were looked at: the symbols of others are gone.
    fn forget_others(&mut self, files: &[Found]) {
        if self.is_shown() {
            let there: HashSet<u64> = files.iter().map(|file| digest(&file.path)).collect();
            let open = self.shared.open.lock().clone();
            self.feeder.keep(|file| there.contains(&digest(file)) || open.contains_key(file));
        }
    }

    /// What is known of a file that a walk has found: the ignore rules have had their say, but for the
    /// user's own. It is read where its text is wanted, and where it does not look as it did.
    fn known(&self, file: &Found, seen: &mut Seen, left_out: &mut LeftOut, wanted: bool) -> Known {
        let Found { path, look, .. } = file;
        let verdicts = &self.shared.verdicts;
        if verdicts.has_own_rules() && verdicts.judge(path, None).blocked.is_some() {
            return Known::Nothing;
        }
        match seen.stamp(path, *look) {
            Some(NONE) => {
                left_out.not_written += 1;
                return Known::Nothing;
            }
            Some(stamp) if !wanted && (!self.has_symbols(path) || self.feeder.has(path, stamp)) => {
                return Known::Stamp(stamp);
            }
            _ => {}
        }
        self.shared.read.fetch_add(1, Ordering::Relaxed);
        match read(path) {
            Ok(Some(text)) => {
                let stamp = code::stamp_of(&text);
                seen.note(path, *look, stamp);
                Known::Text(text, stamp)
            }
            Ok(None) => {
                seen.note(path, *look, NONE);
                left_out.not_written += 1;
                Known::Nothing
            }
            Err(_) => {
                left_out.unreadable += 1;
                Known::Nothing
            }
        }
    }

    fn often(&mut self, number: usize, of: usize) -> Result<(), Stop> {
        if number.is_multiple_of(OFTEN) {
            self.tell(number, of);
            self.go_on()?;
        }
        Ok(())
    }
}
