//! An answer as edits of the document that it is for.

use super::changes::{Edge, LineEdit, of_region, top};
use super::check::Made;
use super::merge;
use super::once::{once, without_instruction};
use super::part;
use super::scrap;
use crate::actions::answer::{self, AnswerError, Given, Place, Written};
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
    let mut before = part(top(text), start);
    if inserts {
        before.push('\n');
    }
    let (lines, after) = (part(start, end), part(end, text.end()));
    let file = then.file.as_ref().map(|file| file.to_string_lossy().replace('\\', "/"));
    let place = Place {
        may_vanish: *task == Task::Fix
            && scrap::may_vanish(text, region, &order.findings, language),
        columns: inserts.then(|| depth_below(&part(region.start, region.end), text, language)),
        file: file.as_deref(),
        keeps_words: task.keeps_words(),
        keeps_names: task.keeps_words() && *task != Task::Refactor(Intent::Rename),
        fixes: *task == Task::Fix,
        imports_stay: merge::imports_inside(text, region, language),
        ..Place::new(language, &before, &lines, &after)
    };
    if inserts {
        let mut written = answer::written(given, &place)?;
        if *task == Task::Translate {
            let above = part(top(text), region.start);
            let around = (above.as_str(), &*part(region.start, region.end), after.as_str());
            written.code = once(written.code, around, language, place.columns.unwrap_or(0));
            if written.code.trim().is_empty() {
                return Err(AnswerError::Unchanged);
            }
        }
        let blanks = match task {
            Task::Custom(_) => {
                apart(&part(region.start, region.end), &after, &written.code, language)
            }
            _ => (0, 0),
        };
        let edits = vec![below(text, region.end, &written.code, blanks)];
        let mut made = finished(text, region, edits, written, language)?;
        made.line += text.line_of(region.end) + 1 - text.line_of(region.start) + blanks.0;
        return Ok(made);
    }
    let whole = answer::rewritten(given, &place);
    if let Some(own) = scrap_of(whole.as_ref(), order, text, region, &lines, language) {
        return of_scrap(given, text, own, &place);
    }
    let mut written = whole?;
    if let Some((whole, imports)) = part::merged(&lines, &written.code, language) {
        written.code = whole;
        written.imports.extend(imports);
    }
    if keeps_attributes(task, &order.words)
        && let Some(whole) =
            part::with_attributes(&lines, &written.code, language, keeps_comments(task))
    {
        written.code = whole;
    }
    if *task == Task::Refactor(Intent::Words) {
        written.code = without_instruction(written.code, &lines, &order.words, language);
    }
    let edits = of_region(text, region, &written.code);
    finished(text, region, edits, written, language)
}

/// The lines that a fix is for, where it is none for the region.
fn scrap_of(
    written: Result<&Written, &AnswerError>,
    order: &Order,
    text: &Text,
    region: ByteRange,
    lines: &str,
    language: Language,
) -> Option<ByteRange> {
    let own = scrap::lines(text, region, &order.findings).filter(|_| order.task == Task::Fix)?;
    let bad = normalise(&text.slice(own));
    let below = normalise(&text.slice(ByteRange::new(own.end, region.end.max(own.end))));
    let code = &written.ok()?.code;
    scrap::is_one(code, lines, (&bad, &below), language).then_some(own)
}

/// A fix of those lines.
fn of_scrap(
    given: Given<'_>,
    text: &Text,
    own: ByteRange,
    place: &Place<'_>,
) -> Result<Made, AnswerError> {
    let part = |from, to| normalise(&text.slice(ByteRange::new(from, to)));
    let (before, lines) = (part(top(text), own.start), part(own.start, own.end));
    let after = part(own.end, text.end());
    let (before, region, after) = (before.as_str(), lines.as_str(), after.as_str());
    let place = Place { before, region, after, may_vanish: false, columns: None, ..*place };
    let written = answer::rewritten(given, &place)?;
    let edits = of_region(text, own, &written.code);
    finished(text, own, edits, written, place.language)
}

/// The edits with those of what is imported besides.
fn finished(
    text: &Text,
    region: ByteRange,
    mut edits: Vec<LineEdit>,
    written: Written,
    language: Language,
) -> Result<Made, AnswerError> {
    let imports = merge::imports(text, &written.imports, language, region);
    if edits.is_empty() && imports.is_empty() {
        return Err(AnswerError::Unchanged);
    }
    let above = imports.iter().filter(|import| import.range.start <= region.start);
    let above: usize = above.map(|import| normalise(&import.text).matches('\n').count()).sum();
    edits.splice(0..0, imports);
    let line = text.line_of(region.start) + above;
    Ok(Made { edits: in_order(edits), code: written.code, line })
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

/// Whether what a declaration's comments say is none of a task's business.
fn keeps_comments(task: &Task) -> bool {
    // What the user says may be about them, or stand in one.
    match task {
        Task::Refactor(intent) => *intent != Intent::Words,
        task => *task == Task::Optimise,
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

/// Blank lines above and below new code that declares something, where none are there: functions stand
/// apart from what is around them. Parses the code.
fn apart(above: &str, after: &str, code: &str, language: Language) -> (usize, usize) {
    let none = |names: &Vec<String>| names.is_empty();
    if part::declares(code, language).as_ref().is_none_or(none) {
        return (0, 0);
    }
    let top = code.lines().next().is_some_and(|line| answer::depth(line) == 0);
    let wanted: usize = if top && language.id() == "python" { 2 } else { 1 };
    let blank = |line: &&str| line.trim().is_empty();
    let opens = above.trim_end().ends_with(['{', '(', '[', ':']);
    let there = above.lines().rev().take_while(blank).count();
    let closes = |line: &str| line.trim_start().starts_with(['}', ')', ']']);
    let next = after.strip_prefix('\n').and_then(|after| after.lines().next());
    let tight = next.is_some_and(|line| !blank(&line) && !closes(line));
    let above = if opens { 0 } else { wanted.saturating_sub(there) };
    (above, if tight { wanted } else { 0 })
}

/// New lines below the one that ends at `at`, with so many blank ones around.
fn below(text: &Text, at: ByteOffset, code: &str, blanks: (usize, usize)) -> LineEdit {
    let ending = LineEnding::at_line(text, text.line_of(at), LineEnding::of(text));
    let blank = |count: usize| ending.as_str().repeat(count);
    let code = ending.apply(code);
    let text = format!("{}{code}{}", blank(blanks.0 + 1), blank(blanks.1));
    LineEdit { range: ByteRange::empty(at), text, edges: (Edge::End, Edge::End) }
}
