//! The sources that read files, asked in the background: what they have found by the next request is
//! shown then.

use std::path::Path;
use std::sync::Arc;

use super::reading::{Known, Reading, RootFiles, Seen};
use super::{Remembered, Surroundings};
use tokio::task::JoinHandle;

use crate::context::fit;
use crate::context::gather::Place;
use crate::context::snippet::{Origin, Snippet};
use crate::context::sources::{SOURCES, When};
use crate::document::offset::Encoding;
use crate::retrieval::extract::Extractor;
use crate::retrieval::library::{Homes, Library, find, wanted};
use crate::workspace::Snapshot;
use crate::workspace::root_config::RootConfig;

/// They are asked anew when the cursor is so many lines from where it was.
const FAR: u32 = 20;

impl Surroundings {
    /// A document was opened: what takes longest is read before anything is asked.
    pub fn opened(self: &Arc<Self>, config: &Arc<RootConfig>, snapshot: Snapshot) {
        let settings = &config.resolved.settings.context;
        let wanted = [Origin::Stack, Origin::Dependencies];
        let wanted = wanted.iter().any(|origin| settings.sources.contains(origin));
        let Some(file) = snapshot.file.clone().filter(|_| wanted && settings.enabled) else {
            return;
        };
        let (this, config) = (Arc::clone(self), Arc::clone(config));
        tokio::spawn(async move {
            let (root, language) = (snapshot.root.clone(), snapshot.document.language);
            let project = this.projects.of(&file, root.as_deref(), language).await;
            this.remembered(&snapshot.document.uri).now.lock().project = Some(project);
            let read = move || {
                let settings = &config.resolved.settings.context;
                let parts = crate::completion::anchor::Parts::default();
                let at = crate::document::offset::ByteOffset(0);
                let place = Place { snapshot, at, language, parts, tokens: 0 };
                let Some(root) = place.snapshot.root.as_deref() else { return };
                if settings.sources.contains(&Origin::Dependencies) {
                    this.library(&this.look(&place, settings), root, Some(&file));
                }
            };
            let _ = tokio::task::spawn_blocking(read).await;
        });
    }

    /// Asks the slow sources, where any is on and the cursor has come far since. Answers what is to be
    /// waited for: there is nothing yet, or nobody types.
    pub(super) fn look_ahead(
        self: &Arc<Self>,
        config: &Arc<RootConfig>,
        place: &Place,
        remembered: &Arc<Remembered>,
    ) -> Option<JoinHandle<()>> {
        let settings = &config.resolved.settings.context;
        let on = |origin: &Origin| settings.sources.contains(origin);
        let slow = SOURCES.iter().any(|(origin, when, _)| *when == When::Ahead && on(origin));
        if !(slow || on(&Origin::Stack)) {
            return None;
        }
        let line = place.snapshot.document.text.position_of(place.at, Encoding::Utf8).line;
        let first = {
            let mut now = remembered.now.lock();
            if now.looked.is_some_and(|looked| looked.abs_diff(line) < FAR) {
                return None;
            }
            now.looked.replace(line).is_none()
        };
        let (this, config) = (Arc::clone(self), Arc::clone(config));
        let (place, remembered) = (place.clone(), Arc::clone(remembered));
        let looking = tokio::spawn(async move {
            let Some(file) = place.snapshot.file.clone() else { return };
            let root = place.snapshot.root.clone();
            let project = this.projects.of(&file, root.as_deref(), place.language).await;
            remembered.now.lock().project = Some(project);
            let look = move || this.look_now(&config, &place, &remembered);
            let _ = tokio::task::spawn_blocking(look).await;
        });
        (first || self.patience.lock().is_some()).then_some(looking)
    }

    /// Reads files and asks the slow sources, on this thread.
    fn look_now(&self, config: &Arc<RootConfig>, place: &Place, remembered: &Remembered) {
        let settings = &config.resolved.settings.context;
        let Some(root) = place.snapshot.root.as_deref() else { return };
        let reading = Reading { verdicts: &self.verdicts, config };
        let seen = self.look(place, settings);
        let library = settings
            .sources
            .contains(&Origin::Dependencies)
            .then(|| self.library(&seen, root, place.snapshot.file.as_deref()));
        let project = remembered.now.lock().project.clone();
        let patient = self.patience.lock().is_some();
        let only = patient.then(|| (seen.index(), seen.path()));
        let known = Known {
            diagnostics: &[],
            project: project.as_deref(),
            library: library.as_ref(),
            files: &RootFiles { root, reading: &reading, only },
        };
        let found: Vec<Snippet> = seen.with_need(&reading, &known, |need| {
            let on = |(origin, when, _): &&(Origin, When, _)| {
                *when == When::Ahead && settings.sources.contains(origin)
            };
            let ask = |(origin, _, source): &(Origin, When, crate::context::sources::Source)| {
                source(need, fit::most(*origin, place.tokens as usize))
            };
            SOURCES.iter().filter(on).flat_map(ask).collect()
        });
        remembered.now.lock().ahead = found.into();
    }

    /// What the packages offer that the document imports, read where they are new.
    fn library(&self, seen: &Seen<'_>, root: &Path, file: Option<&Path>) -> Library {
        let names = seen.index().names();
        let mut library = self
            .libraries
            .lock()
            .get(root)
            .filter(|known| Arc::ptr_eq(known.index().names(), names))
            .cloned()
            .unwrap_or_else(|| Library::new(Arc::clone(names)));
        let (Some(symbols), Some(file)) = (seen.symbols(), file) else { return library };
        let folders: Vec<&Path> =
            file.ancestors().skip(1).take_while(|folder| folder.starts_with(root)).collect();
        let (homes, mut extractor) = (Homes::of_environment(), Extractor::default());
        for key in wanted(symbols) {
            if library.knows(&key) {
                continue;
            }
            match find(&key, symbols.source.family(), &folders, &homes) {
                Some(package) => library.add(&mut extractor, &package),
                None => library.add_missing(&key),
            }
        }
        self.libraries.lock().insert(root.to_path_buf(), library.clone());
        library
    }
}
