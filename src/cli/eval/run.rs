//! One run: the places, the models that are asked there in turn, and what is known of it already.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use anyhow::{Result, bail};

use super::models::Model;
use super::progress::{bar, tell};
use crate::backend::waits::{Failure, Waiting};
use crate::cli::stopped;
use crate::completion::silence::Silence;
use crate::eval::files::{Found, Source};
use crate::eval::hide::Place;
use crate::eval::measure::Measured;
use crate::eval::record::{Record, Records};

/// So many places in a row that fail for a reason of the moment are a reason to give a model up.
const IN_A_ROW: usize = 3;

pub(super) struct Run<'a> {
    found: &'a Found,
    cases: Arc<[Case<'a>]>,
    models: &'a [Model],
    known: Vec<Record>,
    /// The models that are known, by the case.
    done: HashMap<String, HashSet<String>>,
    /// Places in files that are never sent.
    unsent: usize,
    /// What is known of the models that fail.
    failing: HashMap<String, Failing>,
}

/// A model that fails.
#[derive(Default)]
struct Failing {
    /// Places in a row.
    times: usize,
    /// Why it is not asked any more.
    given_up: Option<String>,
    /// Places where it was not asked.
    unasked: usize,
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
        let (done, failing) = (HashMap::new(), HashMap::new());
        let mut run = Self { found, cases, models, known: Vec::new(), done, unsent: 0, failing };
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

    fn is_known(&self, case: &Case<'_>, model: &str) -> bool {
        self.done.get(&case.name).is_some_and(|models| models.contains(model))
    }

    /// The places where a model is still to be asked.
    pub(super) fn open(&self, model: &Model) -> Vec<Place> {
        let open = self.cases.iter().filter(|case| !self.is_known(case, &model.candidate.name));
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
            for Model { candidate, settings, .. } in order.filter_map(|at| self.models.get(at)) {
                bar.set_message(candidate.name.clone());
                bar.inc(1);
                if self.is_known(case, &candidate.name) || self.is_given_up(&candidate.name) {
                    continue;
                }
                let hopeful = self.failing.get(&candidate.name).is_none_or(|it| it.times == 0);
                let told = |waiting: Option<Waiting<'_>>| tell(&bar, &candidate.name, waiting);
                let measured = tokio::select! {
                    biased;
                    _ = &mut stopped => {
                        bar.finish_and_clear();
                        return Ok(false);
                    }
                    measured = candidate.measure(case.source, case.place, &case.name, hopeful, &told) => measured,
                };
                match measured {
                    Ok(Measured { mut record, failure }) => {
                        record.settings.clone_from(settings);
                        if let Err(error) = kept.add(&record) {
                            bar.suspend(|| {
                                eprintln!(
                                    "{}: {error}; --resume will not have all",
                                    kept.file().display()
                                );
                            });
                        }
                        self.note_failure(&record, failure);
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

    /// Whether a model was given up; counts the place.
    fn is_given_up(&mut self, model: &str) -> bool {
        let failing = self.failing.get_mut(model).filter(|failing| failing.given_up.is_some());
        failing.map(|failing| failing.unasked += 1).is_some()
    }

    fn note_failure(&mut self, record: &Record, failure: Option<Failure>) {
        let failing = self.failing.entry(record.model.clone()).or_default();
        failing.times = if failure == Some(Failure::Passing) { failing.times + 1 } else { 0 };
        if failure == Some(Failure::Lasting) || failing.times >= IN_A_ROW {
            failing.given_up.clone_from(&record.failed);
        }
    }

    /// Whether a model was given up, or failed wherever it was asked.
    pub(super) fn has_failed(&self) -> bool {
        let records = self.records();
        self.models.iter().any(|model| {
            let name = &model.candidate.name;
            let mut of = records.iter().filter(|record| record.model == *name).peekable();
            let failed = of.peek().is_some() && of.all(|record| record.failed.is_some());
            failed || self.failing.get(name).is_some_and(|it| it.given_up.is_some())
        })
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
        if self.found.copies > 0 {
            notes.push(format!(
                "{} files are copies of others, or nearly: of such, one alone is seen.",
                self.found.copies
            ));
        }
        let mut told = HashSet::new();
        for model in self.models {
            let name = &model.candidate.name;
            let Some(Failing { given_up: Some(why), unasked, .. }) = self.failing.get(name) else {
                continue;
            };
            told.insert(why.clone());
            notes.push(format!(
                "{name} was given up, and not asked at {unasked} places; go on with --resume once this is \
                 mended: {why}"
            ));
        }
        // Of what was asked again, the last word counts.
        let records = self.records();
        let failed = records.iter().filter_map(|record| record.failed.as_ref());
        let mut errors: Vec<&String> = failed.filter(|error| !told.contains(*error)).collect();
        errors.sort_unstable();
        errors.dedup();
        notes.extend(errors.iter().take(3).map(|error| format!("An error: {error}")));
        tracing::debug!(file = %kept.file().display(), "measured");
        notes
    }
}
