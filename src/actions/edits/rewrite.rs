//! An answer as edits of the document that it is for.

use super::changes::{Edge, LineEdit, of_region};
use super::check::Made;
use super::merge;
use super::once::{once, without_instruction};
use super::part;
use crate::actions::answer::{self, AnswerError, Given, Place};
use crate::actions::order::Order;
use crate::actions::outcome::ActionError;
use crate::actions::task::{Intent, Task, Use};
use crate::config::ActionPrompt;
use crate::document::language::Language;
use crate::document::line_ending::{LineEnding, normalise};
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::text::Text;
use crate::workspace::Snapshot;

/// What an answer comes to; away from the messages' way, as answers and files may be long.
pub(in crate::actions) async fn made(
    given: Given<'_>,
    order: &Order,
    then: &Snapshot,
    region: ByteRange,
) -> Result<Made, ActionError> {
    let (text, finish) = (given.text.to_owned(), given.finish);
    let (order, then) = (order.clone(), then.clone());
    let making = tokio::task::spawn_blocking(move || {
        read(Given { text: &text, finish }, &order, &then, region)
    });
    Ok(making.await.map_err(|_| AnswerError::Unreadable)??)
}

fn read(
    given: Given<'_>,
    order: &Order,
    then: &Snapshot,
    region: ByteRange,
) -> Result<Made, AnswerError> {
    let task = &order.task;
    let text = &then.document.text;
    let language = then.document.language;
    let part = |from, to| normalise(&text.slice(ByteRange::new(from, to)));
    let inserts = task.answer() == Use::Insert;
    let (start, end) = if inserts { (region.end, region.end) } else { (region.start, region.end) };
    let mut before = part(ByteOffset(0), start);
    if inserts {
        before.push('\n');
    }
    let (lines, after) = (part(start, end), part(end, text.end()));
    let file = then.file.as_ref().map(|file| file.to_string_lossy().replace('\\', "/"));
    let place = Place {
        may_vanish: *task == Task::Fix,
        columns: inserts.then(|| depth_below(&part(region.start, region.end), text, language)),
        file: file.as_deref(),
        keeps_words: task.keeps_words(),
        imports_stay: merge::imports_inside(text, region, language),
        ..Place::new(language, &before, &lines, &after)
    };
    let (written, mut edits, line) = if inserts {
        let mut written = answer::written(given, &place)?;
        if *task == Task::Translate {
            let above = part(ByteOffset(0), region.start);
            let around = (above.as_str(), &*part(region.start, region.end), after.as_str());
            written.code = once(written.code, around, language, place.columns.unwrap_or(0));
            if written.code.trim().is_empty() {
                return Err(AnswerError::Unchanged);
            }
        }
        let edits = vec![below(text, region.end, &written.code)];
        (written, edits, text.line_of(region.end) + 1)
    } else {
        let mut written = answer::rewritten(given, &place)?;
        if let Some((whole, imports)) = part::merged(&lines, &written.code, language) {
            written.code = whole;
            written.imports.extend(imports);
        }
        if keeps_attributes(task, &order.words)
            && let Some(whole) = part::with_attributes(&lines, &written.code, language)
        {
            written.code = whole;
        }
        if *task == Task::Refactor(Intent::Words) {
            written.code = without_instruction(written.code, &lines, &order.words, language);
        }
        let edits = of_region(text, region, &written.code);
        (written, edits, text.line_of(region.start))
    };
    let imports = merge::imports(text, &written.imports, language, region);
    if edits.is_empty() && imports.is_empty() {
        return Err(AnswerError::Unchanged);
    }
    let above = imports.iter().filter(|import| import.range.start <= region.start);
    let lines: usize = above.map(|import| normalise(&import.text).matches('\n').count()).sum();
    edits.splice(0..0, imports);
    Ok(Made { edits: in_order(edits), code: written.code, line: line + lines })
}

/// Whether what is written on a declaration is none of a task's business: a fix may be to take it away,
/// and so may what the user asks for.
fn keeps_attributes(task: &Task, words: &str) -> bool {
    let names = |words: &str| {
        let words = words.to_lowercase();
        let marks = ["decorator", "attribute", "annotation", "#[", "@"];
        marks.iter().any(|mark| words.contains(mark))
    };
    match task {
        Task::Fix => false,
        Task::Custom(own) => match &own.prompt {
            ActionPrompt::Text(prompt) => !names(prompt),
            ActionPrompt::Template(_) => true,
        },
        _ => !names(words),
    }
}

/// Edits in the order of the text; new lines that come to one place are one edit.
fn in_order(mut edits: Vec<LineEdit>) -> Vec<LineEdit> {
    edits.sort_by_key(|edit| edit.range.start);
    edits.dedup_by(|next, edit| {
        let same = edit.range.is_empty() && next.range == edit.range && next.edges == edit.edges;
        if same {
            edit.text.push_str(&next.text);
        }
        same
    });
    edits
}

/// How deep new code stands below some lines: as deep as they begin, or in what the last of them opens.
fn depth_below(lines: &str, text: &Text, language: Language) -> usize {
    let mut says = lines.lines().filter(|line| !line.trim().is_empty());
    let first = says.next().unwrap_or("");
    let last = says.next_back().unwrap_or(first);
    let opens = if language.by_indentation() { &[':'][..] } else { &['{', '(', '['] };
    if last.trim_end().ends_with(opens) {
        return answer::depth(last) + answer::step(&text.whole(), language);
    }
    answer::depth(first)
}

/// New lines below the one that ends at `at`.
fn below(text: &Text, at: ByteOffset, code: &str) -> LineEdit {
    let ending = LineEnding::at_line(text, text.line_of(at), LineEnding::of(text));
    let text = format!("{}{}", ending.as_str(), ending.apply(code));
    LineEdit { range: ByteRange::empty(at), text, edges: (Edge::End, Edge::End) }
}
