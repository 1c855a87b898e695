//! What a model's answer to "rewrite this" or "write this" really is: code in fences or without,
//! with prose around, a diff, the whole file, a refusal, half of it.

mod fences;
mod heads;
mod hidden;
mod indent;
mod patch;
mod prose;
mod whole;

use std::collections::HashSet;

use self::fences::Fence;
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
}

/// Why an answer cannot be used. Nothing of its text is in here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// No text.
    #[error("the model answered nothing; ask again, or choose another model for `chat.model`")]
    Empty,
    /// It would not.
    #[error("the model refused; word it differently, or choose another model for `chat.model`")]
    Refused,
    /// Words and no code.
    #[error(
        "the model answered in words, without code; ask again, or choose another model for `chat.model`"
    )]
    ProseOnly,
    /// Its tokens ran out.
    #[error(
        "the answer was cut off at the model's longest answer; select less, or let the model answer more"
    )]
    CutOff,
    /// Another language than the file's.
    #[error("the answer is in {got}, and the file in {wanted}; ask again, or choose another model")]
    OtherLanguage {
        /// What it is in.
        got: &'static str,
        /// What the file is in.
        wanted: &'static str,
    },
    /// A diff of other lines.
    #[error("the answer is about lines that are not there, or not in the selection; ask again")]
    Nowhere,
    /// It holds what stands for a secret, and not where the secret stood.
    #[error(
        "the answer moves a secret that was kept from the model; change that line yourself, or select less"
    )]
    Secret,
    /// A review in no form that can be read.
    #[error(
        "the model's review cannot be read; ask again, or choose another model for `chat.model`"
    )]
    Unreadable,
    /// The same as before.
    #[error("the model has nothing to change here")]
    Unchanged,
}

impl Place<'_> {
    /// Columns of the blanks that the region's first line has before it, or the line above.
    fn indent(&self) -> usize {
        let above = self.before.lines().rev().find(|line| !line.trim().is_empty());
        indent::width(above.unwrap_or(""))
    }
}

/// The code that is to stand in the region's place, as whole lines in its indentation, with LF and
/// without the last line feed. Empty where the lines are to go.
///
/// # Errors
/// Why the answer cannot be used.
pub fn rewritten(given: Given<'_>, place: &Place<'_>) -> Result<String, AnswerError> {
    let text = clean(given)?;
    let piece = piece(&text, given.finish, place.language, place.region, place.may_vanish)?;
    let code = match patch::read(&piece.code, piece.diff) {
        Some(hunks) => patched(&hunks, place).ok_or(AnswerError::Nowhere)?,
        None => replaced(&piece.code, place),
    };
    let code = hidden::put_back(&code, place.region).ok_or(AnswerError::Secret)?;
    if code.is_empty() && !place.may_vanish {
        return Err(AnswerError::Empty);
    }
    if code == place.region { Err(AnswerError::Unchanged) } else { Ok(code) }
}

/// Code for a place where nothing stands yet, `indent` columns deep, with LF and without the last line
/// feed.
///
/// # Errors
/// Why the answer cannot be used.
pub fn written(given: Given<'_>, place: &Place<'_>) -> Result<String, AnswerError> {
    let text = clean(given)?;
    let piece = piece(&text, given.finish, place.language, "", false)?;
    let code = match patch::read(&piece.code, piece.diff) {
        Some(hunks) => {
            patch::apply(&hunks, &[], (0, 0), indent::unit_of(place)).ok_or(AnswerError::Nowhere)?
        }
        None => indent::fit(trim_lines(&piece.code), place),
    };
    hidden::put_back(&code, place.region).ok_or(AnswerError::Secret)
}

/// The code of an answer by itself, at the left edge, with LF and without the last line feed.
///
/// # Errors
/// Why the answer cannot be used.
pub fn alone(given: Given<'_>, language: Language) -> Result<String, AnswerError> {
    let text = clean(given)?;
    let piece = piece(&text, given.finish, language, "", false)?;
    let place = Place { language, before: "", region: "", after: "", may_vanish: false };
    let code = match patch::read(&piece.code, piece.diff) {
        Some(hunks) => patch::apply(&hunks, &[], (0, 0), indent::unit_of(&place))
            .ok_or(AnswerError::Nowhere)?,
        None => trim_lines(&piece.code).to_owned(),
    };
    if code.trim().is_empty() {
        return Err(AnswerError::Empty);
    }
    hidden::put_back(&code, "").ok_or(AnswerError::Secret)
}

/// Code moved so that its first line stands so many columns deep, in the style of the text around.
pub(super) fn laid(code: &str, around: &str, language: Language, columns: usize) -> String {
    indent::moved(code, columns, unit_in(around, language), language)
}

/// Columns of one step of a text's indentation.
pub(super) fn step(around: &str, language: Language) -> usize {
    unit_in(around, language).columns
}

/// Columns of a line's indentation.
pub(super) fn depth(line: &str) -> usize {
    indent::width(line)
}

fn unit_in(around: &str, language: Language) -> indent::Unit {
    indent::unit_of(&Place { language, before: "", region: "", after: around, may_vanish: false })
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
    let text = normalise(given.text);
    let text = text.get(special_tokens::leading(&text)..).unwrap_or("");
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

/// The code of an answer.
struct Piece {
    code: String,
    /// It says that it is a diff.
    diff: bool,
}

fn piece(
    text: &str,
    finish: Option<FinishReason>,
    language: Language,
    region: &str,
    may_vanish: bool,
) -> Result<Piece, AnswerError> {
    let fences = fences::fences(text, language.id() == "markdown");
    // Code in a fence that has an end is whole, whatever was to be said behind it.
    let whole = fences.last().is_some_and(|fence| fence.closed);
    if finish == Some(FinishReason::Length) && !whole {
        return Err(AnswerError::CutOff);
    }
    if fences.is_empty() {
        let begins = prose::is_refusal(text);
        let code = prose::strip(text, language).filter(|_| !begins);
        let none = if begins { AnswerError::Refused } else { AnswerError::ProseOnly };
        return Ok(Piece { code: code.ok_or(none)?, diff: false });
    }
    let fence = best(&fences, language, region, may_vanish).ok_or(AnswerError::Empty)?;
    // A model that ended by itself may forget the fence, one that was ended did not get to it.
    if !fence.closed && finish != Some(FinishReason::Stop) {
        return Err(AnswerError::CutOff);
    }
    if let Some(other) = fence.language().filter(|_| !fence.is_diff())
        && !is_kin(other, language)
    {
        return Err(AnswerError::OtherLanguage { got: other.name(), wanted: language.name() });
    }
    Ok(Piece { code: fence.code.clone(), diff: fence.is_diff() })
}

/// The block that is the answer: in the file's language, and with the most of the region's lines; of
/// several like that the longest.
fn best<'a>(
    fences: &'a [Fence],
    language: Language,
    region: &str,
    may_vanish: bool,
) -> Option<&'a Fence> {
    let lines: HashSet<&str> =
        region.lines().map(str::trim).filter(|line| indent::says_something(line)).collect();
    let shared = |fence: &Fence| {
        let code = fence.code.lines().filter(|line| lines.contains(line.trim())).count();
        // Lines that a diff keeps or removes count as well.
        let diff = |line: &&str| {
            line.get(1..).is_some_and(|line| !line.is_empty() && lines.contains(line.trim()))
        };
        if fence.is_diff() { fence.code.lines().filter(diff).count() } else { code }
    };
    let ours = |fence: &Fence| match fence.language() {
        _ if fence.is_diff() => 2,
        Some(other) if other == language => 2,
        Some(other) if is_kin(other, language) => 1,
        Some(_) => 0,
        None => 1,
    };
    let several = fences.len() > 1;
    let usable = fences.iter().filter(|fence| {
        let blank = fence.code.trim().is_empty();
        let quoted = several && fence.code.trim() == region.trim();
        !quoted && (!blank || (may_vanish && !several && fence.closed))
    });
    usable.max_by_key(|fence| (ours(fence), shared(fence), fence.code.len()))
}

/// Languages that are written for one another.
fn is_kin(one: Language, other: Language) -> bool {
    const KIN: [&[&str]; 4] = [
        &["javascript", "javascriptreact", "typescript", "typescriptreact"],
        &["c", "cpp", "objective-c", "objective-cpp", "cuda-cpp"],
        &["html", "vue", "svelte", "astro", "php"],
        &["json", "jsonc", "json5"],
    ];
    let plain = |language: Language| language.grammar().is_none() || language.embeds();
    one == other
        || plain(other)
        || KIN.iter().any(|kin| kin.contains(&one.id()) && kin.contains(&other.id()))
}

fn patched(hunks: &[patch::Hunk], place: &Place<'_>) -> Option<String> {
    let before: Vec<&str> = place.before.lines().collect();
    let region: Vec<&str> = place.region.lines().collect();
    let after: Vec<&str> = below(place);
    let (start, end) = (before.len(), before.len() + region.len());
    let file: Vec<&str> = before.into_iter().chain(region).chain(after).collect();
    patch::apply(hunks, &file, (start, end), indent::unit_of(place))
}

fn replaced(code: &str, place: &Place<'_>) -> String {
    let answer: Vec<&str> = code.lines().collect();
    let before: Vec<&str> = place.before.lines().collect();
    let region: Vec<&str> = place.region.lines().collect();
    let found = if region.is_empty() {
        None
    } else {
        whole::part(&answer, &before, &region, &below(place))
    };
    let lines = found.and_then(|range| answer.get(range)).unwrap_or(&answer);
    let lines = lines.get(heads::repeated(lines, &before, &region)..).unwrap_or(lines);
    indent::fit(trim_lines(&lines.join("\n")), place)
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
