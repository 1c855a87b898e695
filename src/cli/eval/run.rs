//! One run: the places, the models that are asked there in turn, and what is known of it already.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::models::Model;
use crate::cli::stopped;
use crate::completion::silence::Silence;
use crate::eval::files::{Found, Source};
use crate::eval::hide::Place;
use crate::eval::record::{Record, Records};

pub(super) struct Run<'a> {
    found: &'a Found,
    cases: Arc<[Case<'a>]>,
    models: &'a [Model],
    known: Vec<Record>,
    /// The models that are known, by the case.
    done: HashMap<String, HashSet<String>>,
    /// Places in files that are never sent.
    unsent: usize,
}

/// A place with its file, and its name.
pub(super) struct Case<'a> {
    name: String,
    place: &'a Place,
    source: &'a Source,
}

impl<'a> Case<'a> {
    /// Its name is one for people, and a digest of what is hidden there.
    fn new(found: &'a Found, place: &'a Place) -> Option<Self> {
        let source = found.sources.get(place.source)?;
        let line = source.text.get(..place.hidden.start)?.rsplit('\n').next()?;
        let mut hasher = DefaultHasher::new();
        (place.wanted(source), &source.text).hash(&mut hasher);
        let column = line.chars().count() + 1;
        let (name, digest) = (&source.name, hasher.finish());
        let name = format!("{name}:{}:{column} {digest:016x}", place.line + 1);
        Some(Self { name, place, source })
    }
}

impl<'a> Run<'a> {
    pub(super) fn new(
        found: &'a Found,
        places: &'a [Place],
        models: &'a [Model],
        known: Vec<Record>,
    ) -> Self {
        let cases = places.iter().filter_map(|place| Case::new(found, place)).collect();
        let mut run =
            Self { found, cases, models, known: Vec::new(), done: HashMap::new(), unsent: 0 };
        known.into_iter().for_each(|record| run.note(record));
        run
    }

    fn note(&mut self, record: Record) {
        let of = |model: &Model| {
            record.model == model.candidate.name && record.settings == model.settings
        };
        if record.failed.is_none() && self.models.iter().any(of) {
            self.done.entry(record.case.clone()).or_default().insert(record.model.clone());
        }
        self.known.push(record);
    }

    fn is_known(&self, case: &Case<'_>, model: &Model) -> bool {
        self.done.get(&case.name).is_some_and(|models| models.contains(&model.candidate.name))
    }

    /// The places where a model is still to be asked.
    pub(super) fn open(&self, model: &Model) -> Vec<Place> {
        let open = self.cases.iter().filter(|case| !self.is_known(case, model));
        open.map(|case| case.place.clone()).collect()
    }

    /// What is measured of these places with these models, the last word of each counting.
    pub(super) fn records(&self) -> Vec<Record> {
        let mut last: HashMap<(&str, &str), &Record> = HashMap::new();
        for record in &self.known {
            let of = self.models.iter().any(|model| {
                model.candidate.name == record.model && model.settings == record.settings
            });
            if of {
                last.insert((&record.case, &record.model), record);
            }
        }
        let mut records = Vec::new();
        for case in self.cases.iter() {
            for model in self.models {
                let key = (case.name.as_str(), model.candidate.name.as_str());
                records.extend(last.get(&key).map(|record| (*record).clone()));
            }
        }
        records
    }

    /// Asks; false where the user ended it before its end. What is measured is kept at once.
    pub(super) async fn measure(&mut self, kept: &mut Records) -> Result<bool> {
        let bar = bar(self.cases.len() * self.models.len());
        let stopped = stopped::stopped();
        tokio::pin!(stopped);
        let cases = Arc::clone(&self.cases);
        for (number, case) in cases.iter().enumerate() {
            let mut unsent = false;
            // Each begins as often as any other: what is warm by then is the same for all.
            let order = (0..self.models.len()).map(|at| (at + number) % self.models.len());
            for model in order.filter_map(|at| self.models.get(at)) {
                bar.set_message(model.candidate.name.clone());
                bar.inc(1);
                if self.is_known(case, model) {
                    continue;
                }
                let measured = tokio::select! {
                    biased;
                    _ = &mut stopped => return Ok(false),
                    measured = model.candidate.measure(case.source, case.place, &case.name) => measured,
                };
                match measured {
                    Ok(mut record) => {
                        record.settings.clone_from(&model.settings);
                        if let Err(error) = kept.add(&record) {
                            bar.suspend(|| {
                                eprintln!(
                                    "{}: {error}; --resume will not have all",
                                    kept.file().display()
                                );
                            });
                        }
                        self.note(record);
                    }
                    Err(why @ (Silence::NoModel | Silence::Model(_))) => bail!("{why}"),
                    Err(_) => unsent = true,
                }
            }
            self.unsent += usize::from(unsent);
        }
        bar.finish_and_clear();
        Ok(true)
    }

    pub(super) fn notes(&self, whole: bool, kept: &Records) -> Vec<String> {
        let mut notes = Vec::new();
        if !whole {
            notes.push("This is a part: it was ended. Go on with --resume.".to_owned());
        }
        if self.unsent > 0 {
            notes.push(format!("{} places are in files that are never sent.", self.unsent));
        }
        if self.found.unreadable > 0 {
            notes.push(format!("{} files could not be read.", self.found.unreadable));
        }
        if self.found.more {
            notes.push(
                "There is more code than was looked at: the seed chose the files.".to_owned(),
            );
        }
        let mut errors: Vec<&String> =
            self.known.iter().filter_map(|record| record.failed.as_ref()).collect();
        errors.sort_unstable();
        errors.dedup();
        notes.extend(errors.iter().take(3).map(|error| format!("An error: {error}")));
        tracing::debug!(file = %kept.file().display(), "measured");
        notes
    }
}

fn bar(length: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(length as u64), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len}  {eta} left  {msg}");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
