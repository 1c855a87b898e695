//! One case with one model: the document without the hidden code is opened as an editor would, and
//! completed there.

use std::sync::Arc;
use std::time::Duration;

use super::files::Source;
use super::hide::Place;
use super::record::Record;
use super::score::score;
use crate::actions::edits::parse::errors;
use crate::backend::Priority;
use crate::backend::account::cost;
use crate::backend::error::BackendError;
use crate::backend::waits::{Failure, Patience, Waiting};
use crate::completion::once::{Once, loaded, once_as};
use crate::completion::silence::Silence;
use crate::config::settings::Price;
use crate::document::Document;
use crate::document::offset::{ByteOffset, Encoding};
use crate::document::syntax::Syntax;
use crate::document::text::Text;
use crate::document::uri::DocumentUri;
use crate::indexing::World;
use crate::local::{Index, Overlay};
use crate::prompt::budget::estimate;
use crate::store::Tokens;
use crate::workspace::session::Session;

/// How long the first tree of a document is waited for: a user has it before they type.
const PARSING: Duration = Duration::from_secs(2);
/// How long a model may load.
const LOAD: Duration = Duration::from_secs(300);

/// What was measured at a place.
pub struct Measured {
    /// The figures.
    pub record: Record,
    /// Where it failed: what that says of other places.
    pub failure: Option<Failure>,
}

/// A model under measurement: a session of its own, in which it is the one that completes.
pub struct Candidate {
    /// Its configured name.
    pub name: String,
    /// What it costs.
    pub price: Option<Price>,
    /// The index of the embedded model, where it is that.
    pub index: Option<Arc<Index>>,
    /// The session.
    pub session: Arc<Session>,
}

impl Candidate {
    /// Asks it for what is hidden at a place, as soon as it may be asked: limits and pauses are waited for,
    /// and `told` hears of that. `hopeful`: it did not fail at the last place for a reason of the moment.
    ///
    /// # Errors
    /// Why nothing at all can be measured: the model or the file may not be used.
    pub async fn measure(
        &self,
        source: &Source,
        place: &Place,
        case: &str,
        hopeful: bool,
        told: &(dyn Fn(Option<Waiting<'_>>) + Sync),
    ) -> Result<Measured, Silence> {
        let text = place.without(source);
        let uri = DocumentUri::from_path(&source.path);
        let document = Document::open(uri.as_str(), source.language.id(), 1, &text);
        let fresh = document.syntax().map(Syntax::when_fresh);
        if let Some(index) = &self.index {
            let mut overlay = Overlay::default();
            // The file as it is on disk has what is hidden.
            overlay.forget(index, &source.path.to_string_lossy());
            let index = Arc::clone(index);
            self.session.indexing.set_world(World { number: 0, index, overlay });
        }
        self.session.open(document);
        if let Some(fresh) = fresh {
            let _ = tokio::time::timeout(PARSING, fresh).await;
        }
        let at =
            Text::from(text.as_str()).position_of(ByteOffset(place.hidden.start), Encoding::Utf32);
        let answer = self.ask(&uri, at, Patience::new(hopeful), told).await;
        self.session.close(&uri);
        let answer = match answer? {
            Ok(answer) => answer,
            Err(error) => {
                let mut record = self.record(source, place, case, &Once::silent(Silence::Nothing));
                record.failed = Some(error.to_string());
                return Ok(Measured { record, failure: Some(Failure::of(&error)) });
            }
        };
        Ok(Measured { record: self.record(source, place, case, &answer), failure: None })
    }

    async fn ask(
        &self,
        uri: &DocumentUri,
        at: crate::document::offset::Position,
        mut patience: Patience,
        told: &(dyn Fn(Option<Waiting<'_>>) + Sync),
    ) -> Result<Result<Once, BackendError>, Silence> {
        loop {
            let (mut request, gate) = self.session.once(uri, at)?;
            // It alone: what another says in its place is no figure of its.
            request.chain = request.chain.iter().take(1).cloned().collect();
            let language = gate.await?;
            // As typing asks: what a limit makes it wait is said, and is no part of the times.
            let answer = once_as(Priority::Fresh, &request, language, |_| {}).await;
            let (Some(completer), Err(error)) = (request.chain.first(), &answer) else {
                return Ok(answer);
            };
            let again = match error {
                BackendError::Loading(_) => loaded(completer.as_ref(), LOAD).await,
                error => patience.wait(error, told).await,
            };
            if !again {
                return Ok(answer);
            }
        }
    }

    fn record(&self, source: &Source, place: &Place, case: &str, answer: &Once) -> Record {
        let wanted = place.wanted(source);
        let text = answer.item.as_ref().map_or("", |item| item.edit.text.as_str());
        let score = score(text, wanted);
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let usage = answer.usage.unwrap_or_default();
        let asked = answer.total > Duration::ZERO;
        let prompt_tokens = usage.prompt_tokens.unwrap_or(answer.prompt_tokens as u64);
        let output_tokens = usage.output_tokens.unwrap_or(estimate(text) as u64);
        let tokens = Tokens {
            prompt: prompt_tokens,
            cached: usage.cached_tokens.unwrap_or(0),
            output: output_tokens,
        };
        Record {
            case: case.to_owned(),
            model: self.name.clone(),
            settings: String::new(),
            language: source.language.id().to_owned(),
            answered: !text.trim().is_empty(),
            exact: score.exact,
            similarity: score.similarity,
            leading: score.leading,
            saved: score.saved,
            hidden: score.hidden,
            errors: change_of_errors(source, place, text),
            first_token_ms: answer.first_token.map(ms),
            total_ms: ms(answer.total),
            prompt_tokens,
            cached_tokens: usage.cached_tokens,
            output_tokens,
            cost: self.price.filter(|_| asked).map(|price| cost(price, tokens)),
            failed: None,
        }
    }
}

/// Syntax errors with a suggestion in the hidden code's place, less those of the original.
fn change_of_errors(source: &Source, place: &Place, suggestion: &str) -> Option<i64> {
    let grammar = source.language.grammar().filter(|_| !suggestion.trim().is_empty())?;
    let mut with = source.text.clone();
    with.replace_range(place.hidden.clone(), suggestion);
    let before = errors(grammar, &Text::from(source.text.as_str()))?;
    let after = errors(grammar, &Text::from(with.as_str()))?;
    Some(i64::try_from(after).ok()? - i64::try_from(before).ok()?)
}
