//! Tests of code: the file that they go into, what a model is told of it, and what becomes of it.

mod find;
mod joining;
mod masked;
mod written;

use std::path::PathBuf;
use std::sync::Arc;

use self::masked::masked;
use self::written::{has_tests, joined, without_source};
use super::answer::{self, AnswerError, Given};
use super::edits::check::{Broken, Made, wrong};
use super::edits::files::{Changes, FileChange, FileEdit};
use super::outcome::ActionError;
use super::prompts::TestsValue;
use crate::document::language::Language;
use crate::document::line_ending::LineEnding;
use crate::document::text::Text;
use crate::document::uri::DocumentUri;
use crate::project::reading;
use crate::project::testing::{Place, lies_in};
use crate::workspace::Snapshot;
use crate::workspace::session::Session;

/// Largest file of tests, bytes.
const LARGEST: u64 = 1024 * 1024;
/// How a module of tests gets at the code around it.
const SUPER: &str = "use super::*;";
/// Why nothing is written behind a link.
const LEADS_OUT: &str =
    "it leads out of the project, by its path or by a link; save tests there yourself";

/// Where tests go.
pub(super) struct Tests {
    place: Place,
    language: Language,
    /// The code that is tested, with LF, and its language.
    source: (String, Language),
    /// What is tested, by the name that its module exports.
    name: String,
    /// It is what its module exports by default.
    default: bool,
    package: String,
    endings: LineEnding,
    /// The folder outside of which nothing is made.
    top: PathBuf,
    shown: TestsValue,
    framework: Option<String>,
}

/// What a file is now.
enum Target {
    Open(Box<Snapshot>),
    Disk(DocumentUri, Text),
    New,
}

impl Tests {
    /// What a model is told.
    pub(super) fn tell(&self, values: &mut super::prompts::Values) {
        values.tests = self.shown.clone();
        if let Some(framework) = &self.framework {
            values.framework.clone_from(framework);
        }
    }

    /// What becomes of the files by an answer; or what does not parse with it.
    ///
    /// # Errors
    /// Why nothing becomes of it.
    pub(super) async fn settle(
        self: &Arc<Self>,
        session: &Session,
        now: &DocumentUri,
        given: Given<'_>,
    ) -> Result<Result<Changes, (Broken, &'static str)>, ActionError> {
        let (source, of) = &self.source;
        let blocks = answer::blocks(given, self.language)?;
        let own = blocks.iter().map(|code| without_source(code, self.language, source, *of));
        let own: Vec<String> = own.filter(|code| !code.trim().is_empty()).collect();
        let code = joined(&own, self.language);
        if !has_tests(&code, self.language) {
            return Err(AnswerError::NoTests.into());
        }
        let target = self.target(session, now).await?;
        let (text, old) = match &target {
            Target::Open(snapshot) => (snapshot.document.text.clone(), true),
            Target::Disk(_, text) => (text.clone(), true),
            Target::New => (Text::from(""), false),
        };
        let tests = Arc::clone(self);
        let made = tokio::task::spawn_blocking(move || tests.made(&text, &code, old));
        let made = made.await.map_err(|_| ActionError::Changed)?;
        if made.edits.is_empty() {
            return Err(AnswerError::Unchanged.into());
        }
        let text = match &target {
            Target::Open(snapshot) => snapshot.document.text.clone(),
            Target::Disk(_, text) => text.clone(),
            Target::New => Text::from(""),
        };
        let (plain, edits) = masked(self.language, &text, &made.edits);
        let shown = Made { edits, code: made.code.clone(), line: made.line };
        if let Some((faults, why)) = wrong(self.language, &plain, &shown, None).await {
            return Ok(Err(((made.code, faults), why)));
        }
        let change = match target {
            Target::Open(snapshot) => FileChange::Edit(FileEdit::open(&snapshot, made.edits)),
            Target::Disk(uri, text) => {
                let edit =
                    FileEdit { uri: uri.as_str().into(), version: None, text, edits: made.edits };
                FileChange::Edit(edit)
            }
            Target::New => FileChange::Create {
                path: self.place.file.clone().unwrap_or_default(),
                text: self.endings.apply(&format!("{}\n", made.code.trim_end())),
            },
        };
        let encoding = session.workspace(|workspace| workspace.encoding());
        Ok(Ok(Changes { from: now.clone(), encoding, files: vec![change] }))
    }

    /// The file as it is now: it may have been made, changed or deleted since.
    async fn target(&self, session: &Session, now: &DocumentUri) -> Result<Target, ActionError> {
        let uri = self.place.file.as_deref().map_or_else(|| now.clone(), DocumentUri::from_path);
        if let Some(snapshot) = session.workspace(|workspace| workspace.snapshot(&uri)) {
            return Ok(Target::Open(Box::new(snapshot)));
        }
        let Some(file) = self.place.file.clone() else { return Err(ActionError::Closed) };
        let (top, expected, name) = (self.top.clone(), self.place.exists, self.shown.file.clone());
        let wrong = move |why| ActionError::File { file: name.clone(), why };
        let read = tokio::task::spawn_blocking(move || {
            if !lies_in(&file, &top) {
                return Err(wrong(LEADS_OUT));
            }
            let Ok(found) = std::fs::metadata(&file) else {
                let gone = "it was deleted meanwhile, so nothing was done; ask again";
                return if expected { Err(wrong(gone)) } else { Ok(Target::New) };
            };
            if found.permissions().readonly() {
                return Err(wrong(
                    "it is read-only, so nothing was done; make it writable and ask again",
                ));
            }
            let text = reading::whole(&file, LARGEST);
            let text = text.ok_or_else(|| {
                wrong("it is no UTF-8 text of at most 1 MiB, so nothing was done")
            })?;
            Ok(Target::Disk(uri, Text::from(text.as_str())))
        });
        read.await.map_err(|_| ActionError::Changed)?
    }
}
