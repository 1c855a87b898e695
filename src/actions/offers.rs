//! What is offered at a place, from the tree alone: an editor asks with every move of the cursor, so
//! nothing here looks at another file, and no model is asked.

mod boilerplate;
pub mod instruct;

use std::sync::Arc;

use super::cannot::cannot;
use super::edits::changes::whole_lines;
use super::here::{Here, Item};
use super::subject::{LARGEST, SubjectError};
use super::task::{Intent, Task};
use crate::config::ActionSettings;
use crate::document::DocumentSnapshot;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::words::words;

/// A function with more lines than this may be split.
const LONG: usize = 40;
/// Most diagnostics that are offered a fix at one place.
const FIXES: usize = 4;
/// Characters of a diagnostic's message in a title.
const TITLE: usize = 60;
/// Bytes of a function, or of a comment, that are looked through for what they say.
const LOOK: usize = 16 * 1024;

/// Words by which tools say that code is there for nothing, or twice.
const UNUSED: [&str; 16] = [
    "unused",
    "never used",
    "not used",
    "never called",
    "never read",
    "never constructed",
    "never instantiated",
    "not accessed",
    "unreachable",
    "dead code",
    "redefin",
    "redeclar",
    "already defined",
    "already declared",
    "multiple times",
    "duplicate",
];

/// What another server says is wrong, as the client hands it on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub range: ByteRange,
    /// What.
    pub message: String,
    /// Its rule, as `E0308` or `no-unused-vars`.
    pub code: Option<String>,
    /// Who says so.
    pub source: Option<String>,
}

impl Finding {
    /// Whether it says that code is there for nothing, or twice: such code may go.
    #[must_use]
    pub fn says_unused(&self) -> bool {
        let code = self.code.as_deref().unwrap_or("").to_lowercase();
        let message = self.message.to_lowercase();
        UNUSED.iter().any(|words| message.contains(words))
            || ["unused", "dead", "duplicate", "redefin", "redeclar", "unreachable"]
                .iter()
                .any(|word| code.contains(word))
    }
}

/// An action as it is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What it does.
    pub task: Task,
    /// For people.
    pub title: String,
    /// The code that it is about, in bytes of the snapshot.
    pub target: ByteRange,
    /// It is what one would choose here.
    pub preferred: bool,
    /// The finding that it mends, by its place in the list.
    pub finding: Option<usize>,
    /// What the user said themselves; empty mostly.
    pub words: String,
    /// Why it cannot be chosen.
    pub disabled: Option<String>,
}

impl Offer {
    /// One that can be chosen.
    #[must_use]
    pub const fn new(task: Task, title: String, target: ByteRange) -> Self {
        let (preferred, finding, disabled) = (false, None, None);
        Self { task, title, target, preferred, finding, words: String::new(), disabled }
    }
}

/// What is wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// The kinds asked for; each stands for those below it as well. Empty: all.
    pub only: &'a [String],
    /// What is wrong there.
    pub findings: &'a [Finding],
    /// The user's own actions.
    pub customs: &'a [Arc<ActionSettings>],
    /// Why nothing can be done at all: no model, a file that is never sent.
    pub unavailable: Option<&'a str>,
}

/// The actions at a range, those one would choose first standing first.
#[must_use]
pub fn offers(document: &DocumentSnapshot, range: ByteRange, wanted: &Wanted<'_>) -> Vec<Offer> {
    let here = Here::new(document, range);
    let mut list = List { document, here: &here, offers: Vec::new() };
    if here.blank {
        list.boilerplate();
    } else {
        list.fixes(wanted.findings);
        list.writes();
        list.boilerplate();
        list.rewrites();
        list.customs(wanted.customs);
        list.reads();
    }
    let mut offers = list.offers;
    offers.retain(|offer| is_wanted(offer.task.kind(), wanted.only));
    offers.extend(cannot(&offers, wanted.only, range));
    for offer in &mut offers {
        let lines = whole_lines(&document.text, offer.target);
        if offer.task.answer().edits() && lines.len() > LARGEST {
            offer.disabled = Some(format!("foretype: {}", SubjectError::TooLarge));
        }
        if let Some(why) = wanted.unavailable {
            offer.disabled = Some(why.to_owned());
        }
    }
    offers
}

/// Kinds are a hierarchy (LSP 3.17, "CodeActionKind").
#[must_use]
pub fn is_wanted(kind: &str, only: &[String]) -> bool {
    only.is_empty()
        || only.iter().any(|wanted| {
            wanted.is_empty()
                || kind
                    .strip_prefix(wanted.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
}

struct List<'a> {
    document: &'a DocumentSnapshot,
    here: &'a Here,
    offers: Vec<Offer>,
}

impl List<'_> {
    fn add(
        &mut self,
        task: Task,
        title: impl Into<String>,
        target: ByteRange,
    ) -> Option<&mut Offer> {
        self.offers.push(Offer::new(task, title.into(), target));
        self.offers.last_mut()
    }

    fn fixes(&mut self, findings: &[Finding]) {
        for (index, finding) in findings.iter().enumerate().take(FIXES) {
            let first = finding.message.lines().next().unwrap_or("").trim();
            let mut title: String = first.chars().take(TITLE).collect();
            if title.len() < first.len() {
                title.push('…');
            }
            if let Some(code) = finding.code.as_ref().filter(|code| !title.contains(*code)) {
                title = format!("{title} ({code})");
            }
            let at = Here::new(self.document, finding.range);
            // A function gives the model enough to mend most things; at the file's top the lines do.
            let target = at.function.map_or(finding.range, |function| function.range);
            if let Some(offer) = self.add(Task::Fix, format!("Fix: {title}"), target) {
                offer.finding = Some(index);
            }
        }
    }

    /// What is not there yet.
    fn writes(&mut self) {
        let here = self.here;
        if let Some(function) = here.function.as_ref().filter(|_| here.stub) {
            let title = format!("Implement {}", named(function, "this function"));
            if let Some(offer) = self.add(Task::Implement, title, function.range) {
                offer.preferred = true;
            }
        }
        if !self.instruction()
            && let Some(comment) = here.comment
        {
            let text = self.document.text.slice(beginning(comment));
            let todo = ["TODO", "FIXME", "XXX"].iter().any(|mark| text.contains(mark));
            let doc = ["///", "//!", "/**"].iter().any(|doc| text.starts_with(doc));
            if todo && !here.stub {
                self.add(Task::Implement, "Implement this TODO", self.place_of(comment));
            } else if !doc {
                self.add(Task::Translate, "Write the code this comment describes", comment);
            }
        }
        let Some(item) = here.declaration.as_ref() else { return };
        let what = named(item, "this declaration");
        let title = if item.documented { "Update the documentation of" } else { "Document" };
        self.add(Task::Document, format!("{title} {what}"), item.whole);
        if let Some(function) = here.function.as_ref().or(here.class.as_ref())
            && !here.in_test
        {
            let title = format!("Generate tests for {}", named(function, "this function"));
            self.add(Task::Tests, title, function.range);
        }
    }

    /// The function around a place, or the lines there.
    fn place_of(&self, range: ByteRange) -> ByteRange {
        self.here.function.as_ref().map_or(range, |function| function.range)
    }

    fn rewrites(&mut self) {
        let here = self.here;
        let Some(target) = place_of(here) else { return };
        if here.comment.is_some() && here.function.is_none() {
            return;
        }
        let what = match (&here.function, here.is_selected()) {
            (_, true) => "the selection".to_owned(),
            (Some(function), _) => named(function, "this function"),
            (None, _) => "this statement".to_owned(),
        };
        let code = self.document.text.slice(beginning(target));
        let text = &self.document.text;
        let count = text.line_of(target.end) - text.line_of(target.start) + 1;
        if let Some(function) = here.function.as_ref().filter(|_| here.is_in_a_body()) {
            // The new function comes to stand beside the one that the selection is in.
            self.add(Task::Refactor(Intent::Extract), "Extract the selection", function.whole);
        }
        if here.in_branch || branches(&code) >= 2 {
            self.add(Task::Refactor(Intent::Simplify), format!("Simplify {what}"), target);
        }
        if count > LONG && !here.is_selected() && here.function.is_some() {
            // New functions come to stand above its doc comment as well as below.
            let whole = here.function.as_ref().map_or(target, |function| function.whole);
            self.add(Task::Refactor(Intent::Split), format!("Split {what}"), whole);
        }
        if drops_errors(&code) {
            self.add(Task::Refactor(Intent::Errors), format!("Handle errors in {what}"), target);
        }
        let title = format!("Make {what} more idiomatic");
        self.add(Task::Refactor(Intent::Idiomatic), title, target);
        if here.function.is_some() {
            let title = format!("Rename for clarity in {what}");
            self.add(Task::Refactor(Intent::Rename), title, target);
            self.add(Task::Optimise, format!("Optimise {what}"), target);
        }
    }

    /// What changes nothing.
    fn reads(&mut self) {
        let here = self.here;
        let whole = ByteRange::new(ByteOffset(0), self.document.text.end());
        let item = here.function.as_ref().or(here.declaration.as_ref());
        let (what, target) = match item {
            _ if here.is_selected() => ("the selection".to_owned(), here.selection),
            Some(item) => (named(item, "this code"), item.whole),
            None => match here.statement.or(here.comment) {
                Some(range) => ("this code".to_owned(), range),
                None => ("this file".to_owned(), whole),
            },
        };
        self.add(Task::Explain, format!("Explain {what}"), target);
        self.add(Task::Review, format!("Review {what}"), target);
    }
}

/// As much of a range as is looked through: a comment that has no end yet takes in the rest of the file.
fn beginning(range: ByteRange) -> ByteRange {
    ByteRange::new(range.start, ByteOffset(range.end.0.min(range.start.0 + LOOK)))
}

/// What a rewriting at a place is about: what is selected, the function around, the statement.
#[must_use]
pub fn place_of(here: &Here) -> Option<ByteRange> {
    let lines = here.statement.filter(|_| here.is_selected());
    lines.or(here.function.as_ref().map(|function| function.range)).or(here.statement)
}

fn named(item: &Item, otherwise: &str) -> String {
    let short = |name: &&String| name.len() <= TITLE && !name.contains('\n');
    let quoted = |name: &String| format!("`{name}`");
    item.name.as_ref().filter(short).map_or(otherwise.to_owned(), quoted)
}

fn branches(code: &str) -> usize {
    const FORKS: [&str; 14] = [
        "if", "for", "while", "match", "switch", "case", "elif", "elsif", "elseif", "loop",
        "unless", "until", "when", "foreach",
    ];
    words(code).filter(|word| FORKS.contains(word)).count()
}

/// What passes over an error, in the languages that have it.
fn drops_errors(code: &str) -> bool {
    let marks = [
        ".unwrap()",
        ".expect(",
        "panic!(",
        "except:",
        "except Exception",
        "catch (Exception",
        "catch {",
        "_ = err",
        ", _ := ",
        ", _ = ",
        "abort()",
    ];
    marks.iter().any(|mark| code.contains(mark))
}
