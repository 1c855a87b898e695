//! What an action is about: the lines, what stands around them, and what a prompt says of them.

use super::conventions;
use super::edits::changes::{top, whole_lines};
use super::here::Here;
use super::knowledge::Knowledge;
use super::offers::Finding;
use super::prompts::{FindingValue, Values};
use super::task::Task;
use crate::document::DocumentSnapshot;
use crate::document::line_ending::normalise;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;
use crate::project::Project;
use crate::workspace::Snapshot;

/// Most bytes that an action can be about.
pub(super) const LARGEST: usize = 64 * 1024;
/// Bytes above and below that a model is shown.
pub(super) const ABOVE: usize = 6 * 1024;
pub(super) const BELOW: usize = 3 * 1024;
/// Bytes of the file that tell its conventions.
const SAMPLE: usize = 64 * 1024;

/// Why nothing can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubjectError {
    /// Too long for an answer that repeats it.
    #[error("that is over {} KiB; select less", LARGEST / 1024)]
    TooLarge,
    /// Blanks.
    #[error("there is nothing at that place; put the cursor into code")]
    Nothing,
}

/// The lines that an action is about.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Whole lines, in bytes of the snapshot, without the last break.
    pub region: ByteRange,
    /// What a prompt can say.
    pub values: Values,
}

impl Subject {
    /// For a task at a place of a document. `selection` is what the user selected.
    ///
    /// # Errors
    /// Why not.
    pub fn new(
        snapshot: &Snapshot,
        task: &Task,
        target: ByteRange,
        selection: ByteRange,
    ) -> Result<Self, SubjectError> {
        let document = &snapshot.document;
        let text = &document.text;
        let boilerplate = matches!(task, Task::Boilerplate(_));
        let mut region = whole_lines(text, target);
        if boilerplate && target.is_empty() {
            // What is above the place is no part of it.
            region = ByteRange::empty(region.end);
        }
        if region.len() > LARGEST && task.answer().edits() {
            return Err(SubjectError::TooLarge);
        }
        let cut = |range: ByteRange| {
            let end = range.end.0.min(range.start.0 + LARGEST);
            ByteRange::new(range.start, text.floor(ByteOffset(end)))
        };
        let lines = |range| normalise(&text.slice(range));
        // What is cut ends with a whole line.
        let bounded = |range: ByteRange| {
            let mut lines = lines(cut(range));
            if range.len() > LARGEST {
                lines.truncate(lines.rfind('\n').unwrap_or(lines.len()));
            }
            lines
        };
        let code = bounded(region);
        let count = match region.len() > LARGEST {
            true => text.line_of(region.end) - text.line_of(region.start) + 1,
            false => code.lines().count(),
        };
        if code.trim().is_empty() && !boilerplate {
            return Err(SubjectError::Nothing);
        }
        let head = ByteOffset(region.start.0.saturating_sub(ABOVE)).max(top(text));
        let mut above = lines(ByteRange::new(head, region.start));
        if head > top(text) {
            // From a line's beginning.
            above = above.split_once('\n').map_or(String::new(), |(_, whole)| whole.to_owned());
        }
        if above.trim().is_empty() {
            above.clear();
        }
        let below = ByteRange::new(region.end, ByteOffset((region.end.0 + BELOW).min(text.len())));
        let mut below_text = lines(below).trim_start_matches('\n').to_owned();
        if below.end < text.end() {
            below_text.truncate(below_text.rfind('\n').map_or(0, |at| at + 1));
        }
        let sample = text.slice(ByteRange::new(ByteOffset(0), ByteOffset(SAMPLE)));
        let selected = bounded(selection);
        let intent = match task {
            Task::Refactor(intent) => intent.name(),
            Task::Boilerplate(kind) => kind.name(),
            _ => "",
        };
        let values = Values {
            language: document.language.name().to_owned(),
            fence: document.language.id().to_owned(),
            path: path(snapshot),
            selection: selected,
            selection_lines: lines_in(text, region, selection),
            lines: count,
            code,
            above,
            below: below_text,
            around: around(text, region),
            function: function(document, target),
            intent: intent.to_owned(),
            convention: conventions::documentation(document.language, &sample, None).to_owned(),
            reply_language: "English".to_owned(),
            ..Values::default()
        };
        Ok(Self { region, values })
    }

    /// With what is known of its project.
    #[must_use]
    pub fn made_with(mut self, project: &Project, document: &DocumentSnapshot) -> Self {
        let sample = document.text.slice(ByteRange::new(ByteOffset(0), ByteOffset(SAMPLE)));
        let values = &mut self.values;
        values.stack.clone_from(&project.stack);
        values.framework = project.framework.words();
        values.convention =
            conventions::documentation(document.language, &sample, project.docstrings).to_owned();
        self
    }

    /// With what is known of the workspace around it.
    #[must_use]
    pub fn knowing(mut self, knowledge: Knowledge) -> Self {
        let values = &mut self.values;
        values.definitions = knowledge.definitions;
        values.documentation = knowledge.documentation;
        values.instructions = knowledge.instructions;
        values.similar = knowledge.similar;
        values.staged = knowledge.staged;
        self
    }

    /// With what is wrong in the lines.
    #[must_use]
    pub fn with(mut self, text: &Text, findings: &[Finding]) -> Self {
        let (first, last) = (text.line_of(self.region.start), text.line_of(self.region.end));
        let inside = |finding: &Finding| {
            let line = text.line_of(finding.range.start);
            if line > last { 0 } else { line.checked_sub(first).map_or(0, |line| line + 1) }
        };
        let value = |finding: &Finding| FindingValue {
            line: inside(finding),
            message: finding.message.clone(),
            code: finding.code.clone().unwrap_or_default(),
            source: finding.source.clone().unwrap_or_default(),
        };
        self.values.findings = findings.iter().map(value).collect();
        self
    }
}

/// Where a selection stands in a region, counted from its first line.
fn lines_in(text: &Text, region: ByteRange, selection: ByteRange) -> String {
    let inside = region.start <= selection.start && selection.end <= region.end;
    if selection.is_empty() || !inside {
        return String::new();
    }
    let lines = whole_lines(text, selection);
    let line = |at| text.line_of(at) - text.line_of(region.start) + 1;
    match (line(lines.start), line(lines.end)) {
        (first, last) if first == last => format!("line {first}"),
        (first, last) => format!("lines {first} to {last}"),
    }
}

/// A file's path as its project has it: never the user's folders.
fn path(snapshot: &Snapshot) -> String {
    let Some(file) = &snapshot.file else { return String::new() };
    let inside = snapshot.root.as_ref().and_then(|root| file.strip_prefix(root).ok());
    let shown = inside.or_else(|| file.file_name().map(std::path::Path::new));
    shown.map_or(String::new(), |path| path.to_string_lossy().replace('\\', "/"))
}

/// The text of the function around a place.
fn function(document: &DocumentSnapshot, target: ByteRange) -> String {
    let function = Here::new(document, target).function.map(|function| function.range);
    let function = function.filter(|range| range.len() <= LARGEST);
    function.map_or(String::new(), |range| normalise(&document.text.slice(range)))
}

/// The lines above that stand ever less deep.
pub(crate) fn around(text: &Text, region: ByteRange) -> Vec<String> {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let first = text.line_of(region.start);
    let mut deepest = depth(&text.line(first));
    let mut found = Vec::new();
    for line in (first.saturating_sub(2_000)..first).rev() {
        if deepest == 0 {
            break;
        }
        let code = text.line(line);
        let says = code.chars().filter(|c| c.is_alphanumeric()).count() >= 3;
        let comment = code.trim_start().starts_with(['#', '/', '*', '@']);
        if says && !comment && depth(&code) < deepest {
            deepest = depth(&code);
            found.push(code.trim().to_owned());
        }
    }
    found.reverse();
    found
}
