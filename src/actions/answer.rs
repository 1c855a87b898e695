//! What a model's answer to "rewrite this" or "write this" really is: code in fences or without,
//! with prose around, a diff, the whole file, a refusal, half of it.

mod around;
mod blocks;
mod error;
mod fences;
mod heads;
mod hidden;
mod imports;
mod indent;
mod patch;
mod piece;
mod prose;
mod replacements;
mod sense;
mod shape;
mod strings;
mod tags;
mod whole;

use std::ops::Range;

pub use self::error::AnswerError;
use self::piece::{Piece, piece};
use crate::backend::FinishReason;
use crate::document::language::Language;
use crate::document::line_ending::normalise;
use crate::prompt::special_tokens;

/// What a model said.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// Its text, as it came.
    pub text: &'a str,
    /// Why it ended, where the server says.
    pub finish: Option<FinishReason>,
}

/// Where the code stands that was to be rewritten. Lines end in LF here.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The language there.
    pub language: Language,
    /// The lines above, the last one with its line feed.
    pub before: &'a str,
    /// The lines to rewrite, without the last line feed.
    pub region: &'a str,
    /// The rest, from that line feed on.
    pub after: &'a str,
    /// Whether it may come to nothing: a fix may be to delete it.
    pub may_vanish: bool,
    /// Columns of what is new; else as deep as the line above.
    pub columns: Option<usize>,
    /// The file's path, with `/`; a diff of another one is none of it.
    pub file: Option<&'a str>,
    /// Functions of the file import for themselves, and this is in one.
    pub imports_stay: bool,
    /// What is asked for leaves most of the code's words as they are.
    pub keeps_words: bool,
    /// And all names that it declares.
    pub keeps_names: bool,
    /// What is wrong with it is to be mended.
    pub fixes: bool,
}

impl<'a> Place<'a> {
    /// The lines between two others.
    #[must_use]
    pub const fn new(language: Language, before: &'a str, region: &'a str, after: &'a str) -> Self {
        let (may_vanish, imports_stay) = (false, false);
        let (keeps_words, keeps_names, fixes) = (false, false, false);
        let (columns, file) = (None, None);
        Self {
            language,
            before,
            region,
            after,
            may_vanish,
            columns,
            file,
            imports_stay,
            keeps_words,
            keeps_names,
            fixes,
        }
    }
}

/// What an answer comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The lines, with LF and without the last line feed.
    pub code: String,
    /// Import statements that it has besides: they go to the others of the file.
    pub imports: Vec<String>,
}

impl Place<'_> {
    /// Columns of the blanks that the region's first line has before it, or the line above.
    fn indent(&self) -> usize {
        let above = self.before.lines().rev().find(|line| !line.trim().is_empty());
        indent::width(above.unwrap_or(""))
    }
}

/// The code that is to stand in the region's place, as whole lines in its indentation. Empty where the
/// lines are to go.
///
/// # Errors
/// Why the answer cannot be used.
pub fn rewritten(given: Given<'_>, place: &Place<'_>) -> Result<Written, AnswerError> {
    let text = clean(given)?;
    let text = tags::of_file(&text, place.region, place.file)?;
    let blocks = replacements::read(text, place.region, place.file)?;
    let mut written = if blocks.is_empty() {
        let piece = piece(text, given.finish, place.language, place.region, place.may_vanish)?;
        match patch::read(&piece.code, piece.diff) {
            Some(hunks) => patched(hunks, &piece.code, place)?,
            None => replaced(&piece.code, place),
        }
    } else {
        let (file, part) = lines_of(place);
        patched(replacements::hunks(&blocks, &file, part)?, "", place)?
    };
    put_back(&mut written, place)?;
    let Written { code, imports } = &written;
    if let Some(error) = sense::nonsense(code, place) {
        return Err(error);
    }
    if code.is_empty() && !place.may_vanish {
        return Err(AnswerError::Empty);
    }
    if code == place.region && imports.is_empty() {
        return Err(AnswerError::Unchanged);
    }
    Ok(written)
}

/// Code for a place where nothing stands yet.
///
/// # Errors
/// Why the answer cannot be used.
pub fn written(given: Given<'_>, place: &Place<'_>) -> Result<Written, AnswerError> {
    let text = clean(given)?;
    let text = tags::of_file(&text, "", place.file)?;
    let blocks = replacements::read(text, "", place.file)?;
    let piece = match blocks.as_slice() {
        [] => piece(text, given.finish, place.language, "", false)?,
        blocks => Piece { code: replacements::added(blocks)?, diff: false },
    };
    let mut written = match patch::read(&piece.code, piece.diff) {
        Some(hunks) => {
            patch::of_file(&piece.code, place.file)?;
            let code = patch::apply(&hunks, &[], (0, 0), indent::unit_of(place));
            Written { code: code.ok_or(AnswerError::Nowhere)?, imports: Vec::new() }
        }
        None => {
            let lines: Vec<&str> = piece.code.lines().collect();
            let (kept, imports) = imports::parted(&lines, &imports::elsewhere(&lines, place));
            // What does nothing but import was asked for at this place.
            if kept.iter().all(|line| line.trim().is_empty()) {
                let code = indent::fit(trim_lines(&piece.code), place);
                Written { code, imports: Vec::new() }
            } else {
                let code = indent::fit(trim_lines(&kept.join("\n")), place);
                Written { code, imports }
            }
        }
    };
    if sense::is_remark(&written.code, place) {
        return Err(AnswerError::ProseOnly);
    }
    put_back(&mut written, place)?;
    Ok(written)
}

/// With the secrets that the model did not see.
fn put_back(written: &mut Written, place: &Place<'_>) -> Result<(), AnswerError> {
    let with = |code: &str| hidden::put_back(code, place.region).ok_or(AnswerError::Secret);
    written.code = with(&written.code)?;
    for import in &mut written.imports {
        *import = with(import)?;
    }
    Ok(())
}

/// The code of an answer by itself, at the left edge, with LF and without the last line feed.
///
/// # Errors
/// Why the answer cannot be used.
pub fn alone(given: Given<'_>, language: Language) -> Result<String, AnswerError> {
    let text = clean(given)?;
    let piece = match replacements::read(&text, "", None)?.as_slice() {
        [] => piece(&text, given.finish, language, "", false)?,
        blocks => Piece { code: replacements::added(blocks)?, diff: false },
    };
    by_itself(&piece, language)
}

/// As [`alone`], each block of code by itself where there are several in the language.
///
/// # Errors
/// Why the answer cannot be used.
pub fn blocks(given: Given<'_>, language: Language) -> Result<Vec<String>, AnswerError> {
    let text = clean(given)?;
    if !replacements::read(&text, "", None)?.is_empty() {
        return Ok(vec![alone(given, language)?]);
    }
    let pieces = piece::every(&text, given.finish, language)?;
    pieces.iter().map(|piece| by_itself(piece, language)).collect()
}

fn by_itself(piece: &Piece, language: Language) -> Result<String, AnswerError> {
    let code = match patch::read(&piece.code, piece.diff) {
        Some(hunks) => {
            let place = Place::new(language, "", "", "");
            patch::apply(&hunks, &[], (0, 0), indent::unit_of(&place))
                .ok_or(AnswerError::Nowhere)?
        }
        None => trim_lines(&piece.code).to_owned(),
    };
    if code.trim().is_empty() {
        return Err(AnswerError::Empty);
    }
    if sense::is_remark(&code, &Place::new(language, "", "", "")) {
        return Err(AnswerError::ProseOnly);
    }
    hidden::put_back(&code, "").ok_or(AnswerError::Secret)
}

/// Code moved so that its first line stands so many columns deep, in the style of the text around.
pub(super) fn laid(code: &str, around: &str, language: Language, columns: usize) -> String {
    indent::moved(code, columns, unit_in(around, language), around, language)
}

/// Columns of one step of a text's indentation.
pub(super) fn step(around: &str, language: Language) -> usize {
    unit_in(around, language).columns
}

/// Lines without the blanks that all of them begin with.
pub(super) fn dedented<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    indent::dedented(lines)
}

/// Whether a line says something: brackets and single letters stand everywhere.
pub(super) fn says_something(line: &str) -> bool {
    indent::says_something(line)
}

/// Whether code may be the mending of some lines, as far as its names tell.
pub(super) fn mends(code: &str, lines: &str) -> bool {
    sense::mends(code, lines)
}

/// Columns of a line's indentation.
pub(super) fn depth(line: &str) -> usize {
    indent::width(line)
}

fn unit_in(around: &str, language: Language) -> indent::Unit {
    indent::unit_of(&Place::new(language, "", "", around))
}

/// Words for a person to read.
///
/// # Errors
/// [`AnswerError::Empty`].
pub fn words(given: Given<'_>) -> Result<String, AnswerError> {
    let text = normalise(given.text);
    let text = text.get(..special_tokens::first_leak_of_whole(&text).unwrap_or(text.len()));
    let text = without_thoughts(text.unwrap_or("")).trim();
    if text.is_empty() { Err(AnswerError::Empty) } else { Ok(text.to_owned()) }
}

/// Whether words are a refusal.
pub(super) fn refused(words: &str) -> Option<AnswerError> {
    prose::is_refusal(words).then_some(AnswerError::Refused)
}

/// Words that are worth keeping: no refusal, and with their end.
///
/// # Errors
/// Why they are not.
pub fn explained(given: Given<'_>) -> Result<String, AnswerError> {
    let text = words(given)?;
    if given.finish == Some(FinishReason::Length) {
        return Err(AnswerError::CutOff);
    }
    if prose::is_refusal(&text) { Err(AnswerError::Refused) } else { Ok(text) }
}

/// The text without what was never meant to be seen.
fn clean(given: Given<'_>) -> Result<String, AnswerError> {
    // A byte order mark is none of the code: it stays where it is in the file.
    let text = normalise(given.text).replace("\n\u{feff}", "\n");
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let text = text.get(special_tokens::leading(text)..).unwrap_or("");
    let end = special_tokens::first_leak_of_whole(text).unwrap_or(text.len());
    let end = end.min(leak_behind_fence(text).unwrap_or(end));
    let text = without_thoughts(text.get(..end).unwrap_or(""));
    if text.trim().is_empty() {
        return Err(AnswerError::Empty);
    }
    Ok(text.to_owned())
}

/// A mark right behind a fence that closes: behind a backtick it could be quoted code elsewhere.
fn leak_behind_fence(text: &str) -> Option<usize> {
    text.match_indices("```<").map(|(at, _)| at + 3).find(|at| {
        let starts_line = text.get(..at - 3).is_some_and(|head| {
            head.rsplit('\n').next().is_some_and(|line| line.trim().is_empty())
        });
        starts_line && text.get(*at..).and_then(special_tokens::first_leak) == Some(0)
    })
}

/// Some models think aloud before they answer.
fn without_thoughts(text: &str) -> &str {
    let begun = text.trim_start();
    for (open, close) in [("<think>", "</think>"), ("<thinking>", "</thinking>")] {
        if begun.starts_with(open) {
            return begun.split_once(close).map_or("", |(_, answer)| answer);
        }
    }
    text
}

fn patched(
    mut hunks: Vec<patch::Hunk>,
    diff: &str,
    place: &Place<'_>,
) -> Result<Written, AnswerError> {
    patch::of_file(diff, place.file)?;
    if patch::is_cut(&hunks) {
        return Err(AnswerError::CutOff);
    }
    let region: Vec<&str> = place.region.lines().collect();
    let imports = if imports::stay(&region, place) {
        Vec::new()
    } else {
        let taken = patch::take(&mut hunks, |line| imports::is_one(line, place.language));
        taken.ok_or(AnswerError::Nowhere)?
    };
    if hunks.is_empty() {
        return Ok(Written { code: place.region.to_owned(), imports });
    }
    let (file, part) = lines_of(place);
    let code = patch::apply(&hunks, &file, part, indent::unit_of(place));
    Ok(Written { code: code.ok_or(AnswerError::Nowhere)?, imports })
}

/// All lines of the file, and which of them are the region's.
fn lines_of<'a>(place: &Place<'a>) -> (Vec<&'a str>, (usize, usize)) {
    let (before, region) = (place.before.lines(), place.region.lines());
    let start = before.clone().count();
    let part = (start, start + region.clone().count());
    (before.chain(region).chain(below(place)).collect(), part)
}

fn replaced(code: &str, place: &Place<'_>) -> Written {
    let answer: Vec<&str> = code.lines().collect();
    let before: Vec<&str> = place.before.lines().collect();
    let region: Vec<&str> = place.region.lines().collect();
    let answer = around::once(&answer, &region);
    let found =
        if region.is_empty() { None } else { whole::part(answer, &before, &region, &below(place)) };
    let statements = imports::elsewhere(answer, place);
    let (_, imports) = imports::parted(answer, &statements);
    let found = found.unwrap_or_else(|| around::own(answer, &before, &region, &below(place)));
    let inside = |rows: &&Range<usize>| found.start <= rows.start && rows.end <= found.end;
    let own = |rows: &Range<usize>| rows.start - found.start..rows.end - found.start;
    let statements: Vec<_> = statements.iter().filter(inside).map(own).collect();
    let (lines, _) = imports::parted(answer.get(found).unwrap_or(answer), &statements);
    if !statements.is_empty() && lines.iter().all(|line| line.trim().is_empty()) {
        // Nothing but what was missing above.
        return Written { code: place.region.to_owned(), imports };
    }
    let lines = lines.get(heads::repeated(&lines, &before, &region)..).unwrap_or(&lines);
    Written { code: indent::fit(trim_lines(&lines.join("\n")), place), imports }
}

/// The lines below the region.
fn below<'a>(place: &Place<'a>) -> Vec<&'a str> {
    let after = place.after;
    after.strip_prefix('\n').unwrap_or(after).lines().collect()
}

/// Without the blank lines at both ends.
fn trim_lines(text: &str) -> &str {
    let text = text.trim_end();
    let body = text.trim_start();
    let lead = text.get(..text.len() - body.len()).unwrap_or("");
    let start = lead.rfind('\n').map_or(0, |at| at + 1);
    text.get(start..).unwrap_or(body)
}
