//! One suggestion without an editor: the same prompt, stop rule, polish and review, with figures.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::candidate::{Candidate, Reviewed, review};
use super::completer::{Completer, Query};
use super::engine::Request;
use super::generation::{End, Generation, Progress};
use super::lane::Lane;
use super::shape::around::Cursor;
use super::shape::polish::polish;
use super::shape::stop::StopRule;
use super::sight::{gather, share};
use super::silence::Silence;
use super::trigger::{self, Extent};
use crate::backend::error::BackendError;
use crate::backend::health::Readiness;
use crate::backend::{Priority, Usage};
use crate::context::gather::Gathered;
use crate::document::language::Language;
use crate::prompt::ContextFile;

/// How often a model that loads is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// A suggestion and its figures.
pub struct Once {
    /// The suggestion.
    pub item: Option<Reviewed>,
    /// Why there is none.
    pub silence: Option<Silence>,
    /// The rules that changed the model's text, in their order.
    pub rules: Vec<&'static str>,
    /// The configured name of the model.
    pub model: String,
    /// From the request to the first text.
    pub first_token: Option<Duration>,
    /// From the request to the whole text.
    pub total: Duration,
    /// Bytes of text in the prompt.
    pub prompt_bytes: usize,
    /// An upper estimate of its tokens.
    pub prompt_tokens: usize,
    /// As the server counted.
    pub usage: Option<Usage>,
}

impl Once {
    /// No suggestion, and no model was asked.
    #[must_use]
    pub const fn silent(silence: Silence) -> Self {
        Self {
            item: None,
            silence: Some(silence),
            rules: Vec::new(),
            model: String::new(),
            first_token: None,
            total: Duration::ZERO,
            prompt_bytes: 0,
            prompt_tokens: 0,
            usage: None,
        }
    }
}

/// Asks the request's models in their order until one gives text; `on_text` sees it grow.
///
/// # Errors
/// [`BackendError`] if the model gave no text at all.
pub async fn once(
    request: &Request,
    language: Language,
    on_text: impl FnMut(&str),
) -> Result<Once, BackendError> {
    once_as(Priority::Invoked, request, language, on_text).await
}

/// The same for one that goes before others or behind them.
///
/// # Errors
/// As [`once`].
pub async fn once_as(
    priority: Priority,
    request: &Request,
    language: Language,
    mut on_text: impl FnMut(&str),
) -> Result<Once, BackendError> {
    let document = &request.snapshot.document;
    let Some(completer) = request.chain.first() else { return Ok(Once::silent(Silence::NoModel)) };
    let extent = match trigger::check(document, request.at, request.trigger) {
        Ok(extent) => extent,
        Err(silence) => return Ok(Once::silent(silence)),
    };
    let (query, _) = seen(request, language).await;
    let query = Query { priority, ..query };
    let prompt = crate::context::fim_prompt(&query);
    let sizes = [&prompt.prefix, &prompt.middle, &prompt.suffix];
    let files = prompt.files.iter();
    let prompt_bytes = sizes.iter().map(|part| part.len()).sum::<usize>()
        + files.clone().map(|file| file.text.len()).sum::<usize>();
    let prompt_tokens = sizes
        .iter()
        .map(|part| crate::prompt::budget::estimate(part.as_str()))
        .chain(files.map(ContextFile::tokens))
        .sum();
    let cursor = Arc::new(Cursor::new(document.clone(), request.at, language));
    let rule = StopRule::new(extent, Arc::clone(&cursor), request.settings.max_lines as usize);

    let began = Instant::now();
    let (sender, usage) = tokio::sync::oneshot::channel();
    let on_end = Box::new(move |_: &Progress, usage, by: Option<Arc<str>>| {
        let _ = sender.send((usage, by));
    });
    let generation = Generation::begin(request.chain.to_vec(), query, rule, on_end);
    let mut progress = generation.watch();
    let mut first_token = None;
    let (best, end, mut rules) = loop {
        let (best, end, rules) = {
            let now = progress.borrow_and_update();
            let best = now.texts.first().cloned().unwrap_or_default();
            (best, now.end.clone(), now.rules.clone())
        };
        if !best.is_empty() {
            first_token.get_or_insert_with(|| began.elapsed());
            on_text(&best);
        }
        if let Some(end) = end {
            break (best, end, rules);
        }
        if progress.changed().await.is_err() {
            break (best, End::CutOff, rules);
        }
    };
    let total = began.elapsed();
    if let End::Failed(error) = end {
        return Err(error);
    }
    let candidate = Candidate { at: request.at, text: best };
    let polished = polish(candidate, cursor.around(), end == End::CutOff, false);
    rules.extend(polished.rules);
    let item = polished.result.and_then(|polished| review(polished, document, 1));
    let (item, silence) = match item {
        Ok(item) => (Some(item), None),
        Err(Silence::Nothing) => (None, Some(completer.silence())),
        Err(silence) => (None, Some(silence)),
    };
    let (usage, by) = usage.await.unwrap_or_default();
    let answered = |known: &&Arc<dyn Completer>| by.as_ref() == Some(&known.key());
    let model = request.chain.iter().find(answered).unwrap_or(completer).name().to_owned();
    Ok(Once { item, silence, rules, model, first_token, total, prompt_bytes, prompt_tokens, usage })
}

/// What the first model is asked, and what it is shown of other files.
pub async fn seen(request: &Request, language: Language) -> (Query, Arc<Gathered>) {
    let document = &request.snapshot.document;
    let (_, windows) = share(request, &request.chain);
    let parts = Lane::default().parts(document, request.at, windows);
    let gathered = gather(request, &request.chain, language, || parts.clone()).await;
    let extent = trigger::check(document, request.at, request.trigger).unwrap_or(Extent::Line);
    let query = Query {
        snapshot: request.snapshot.clone(),
        at: request.at,
        parts,
        files: Arc::clone(&gathered.files),
        language,
        extent,
        candidates: 1,
        priority: Priority::Invoked,
    };
    (query, gathered)
}

/// Waits until a model is loaded; false where that takes longer than `patience`.
pub async fn loaded(completer: &dyn Completer, patience: Duration) -> bool {
    let waiting = async {
        while completer.readiness(Instant::now()) == Readiness::Loading {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    };
    tokio::time::timeout(patience, waiting).await.is_ok()
}
