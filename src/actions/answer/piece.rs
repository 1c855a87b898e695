//! The piece of an answer that is its code: without fences, tags and the words around.

use std::collections::HashSet;

use super::fences::{self, Fence};
use super::{AnswerError, blocks, indent, prose, tags};
use crate::actions::edits::part;
use crate::backend::FinishReason;
use crate::document::language::Language;

/// Lines of the code that another block may have besides: it quotes them.
const FEW: usize = 2;

/// The code of an answer.
pub(super) struct Piece {
    pub(super) code: String,
    /// It says that it is a diff.
    pub(super) diff: bool,
}

/// The code of an answer that is to stand for a region. `may_vanish`: it may be empty.
///
/// # Errors
/// Why there is none.
pub(super) fn piece(
    text: &str,
    finish: Option<FinishReason>,
    language: Language,
    region: &str,
    may_vanish: bool,
) -> Result<Piece, AnswerError> {
    let text = tags::unwrapped(text, region);
    let mut fences = fences::fences(text, language.id() == "markdown");
    // A fence that is closed and was never opened.
    let closing = matches!(fences.as_slice(), [one] if !one.closed && one.code.trim().is_empty());
    let text = text.trim_end();
    let text = match text.strip_suffix("```").filter(|_| closing && text.ends_with("\n```")) {
        Some(code) => {
            fences.clear();
            code
        }
        None => text,
    };
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
    let ended = finish == Some(FinishReason::Stop);
    if !fence.closed && (!ended || breaks_off(&fence.code, region)) {
        return Err(AnswerError::CutOff);
    }
    if let Some(other) = fence.language().filter(|_| !fence.is_diff())
        && !is_kin(other, language)
    {
        return Err(AnswerError::OtherLanguage { got: other.name(), wanted: language.name() });
    }
    let in_parts = |one: &&Fence| {
        let kin = one.language().is_none_or(|other| is_kin(other, language));
        kin && !one.is_diff() && !one.code.trim().is_empty() && one.code.trim() != region.trim()
    };
    let parts: Vec<&Fence> = fences.iter().filter(in_parts).collect();
    let joined = blocks::joined(&parts, fence, language, region).filter(|_| !fence.is_diff());
    let chosen = joined.as_ref().unwrap_or(&fence.code);
    if !fence.is_diff()
        && parts.iter().any(|other| has_the_rest(&other.code, chosen, region, language))
    {
        return Err(AnswerError::Blocks);
    }
    let code = match joined {
        Some(joined) => joined,
        None => without_marks(tags::unwrapped(&fence.code, region), region),
    };
    Ok(Piece { code, diff: fence.is_diff() })
}

/// All blocks of an answer that say that they are in the language, where there are several; else its code.
///
/// # Errors
/// Why there is none.
pub(super) fn every(
    text: &str,
    finish: Option<FinishReason>,
    language: Language,
) -> Result<Vec<Piece>, AnswerError> {
    let one = piece(text, finish, language, "", false)?;
    let fences = fences::fences(tags::unwrapped(text, ""), language.id() == "markdown");
    let own = |fence: &Fence| {
        fence.closed && fence.language() == Some(language) && !fence.code.trim().is_empty()
    };
    let all = fences.into_iter().filter(own);
    let all: Vec<Piece> = all.map(|fence| Piece { code: fence.code, diff: false }).collect();
    Ok(if all.len() > 1 && !one.diff { all } else { vec![one] })
}

/// Whether another block of an answer has lines of the code that the chosen one leaves out, and more than a
/// few: nobody knows how they belong together.
fn has_the_rest(other: &str, chosen: &str, region: &str, language: Language) -> bool {
    let lines = |code: &str| -> HashSet<String> {
        let says = code.lines().map(str::trim).filter(|line| indent::says_something(line));
        says.map(ToOwned::to_owned).collect()
    };
    let head = region.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
    let begins = |code: &str| code.lines().any(|line| line.trim() == head);
    let names = part::outermost(other, language);
    let same = !names.is_empty() && names == part::outermost(chosen, language);
    // Two that begin as it does, or declare the same, are two versions of it.
    if same || begins(chosen) && begins(other) {
        return false;
    }
    let (own, chosen, other) = (lines(region), lines(chosen), lines(other));
    let missing = own.iter().filter(|line| other.contains(*line) && !chosen.contains(*line));
    missing.count() > FEW.max(own.len() / 4)
}

/// Lines of code without the marks of a diff that only adds, where all of them have one; and with the
/// brackets that were written as HTML has them, where the code has such and nothing of it was written so.
fn without_marks(code: &str, region: &str) -> String {
    let written = |text: &str| ["&lt;", "&gt;", "&amp;"].iter().any(|mark| text.contains(mark));
    if written(code) && !written(region) && region.contains('<') && !code.contains('<') {
        let plain = code.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
        return without_marks(&plain.replace("&amp;", "&"), region);
    }
    let mut says = code.lines().filter(|line| !line.trim().is_empty());
    let marked = says.clone().count() > 1 && says.all(|line| line.starts_with('+'));
    if !marked || region.lines().any(|line| line.starts_with('+')) {
        return code.to_owned();
    }
    code.lines().map(|line| line.strip_prefix('+').unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// Whether code opens more than it closes, and what it stands for does not.
fn breaks_off(code: &str, region: &str) -> bool {
    let open = |text: &str| {
        let count = |mark: &[char]| text.matches(mark).count();
        count(&['(', '[', '{']) > count(&[')', ']', '}'])
    };
    open(code) && !open(region)
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

/// Whether code that says that it is in one language can stand in a file of another.
fn is_kin(one: Language, file: Language) -> bool {
    const KIN: [&[&str]; 6] = [
        &["javascript", "javascriptreact", "typescript", "typescriptreact"],
        &["c", "cpp", "objective-c", "objective-cpp", "cuda-cpp"],
        &["html", "vue", "svelte", "astro", "php"],
        &["json", "jsonc", "json5"],
        &["commonlisp", "elisp", "scheme", "racket", "clojure"],
        &["php", "javascript", "typescript"],
    ];
    /// Those without a syntax tree that nobody takes for data, a shell's lines or words.
    const PROGRAMS: [&str; 24] = [
        "ruby",
        "php",
        "perl",
        "raku",
        "lua",
        "swift",
        "kotlin",
        "scala",
        "groovy",
        "csharp",
        "fsharp",
        "dart",
        "elixir",
        "erlang",
        "haskell",
        "ocaml",
        "clojure",
        "julia",
        "r",
        "zig",
        "nim",
        "crystal",
        "powershell",
        "shellscript",
    ];
    if one == file || KIN.iter().any(|kin| kin.contains(&one.id()) && kin.contains(&file.id())) {
        return true;
    }
    let program =
        |language: Language| language.grammar().is_some() || PROGRAMS.contains(&language.id());
    let holds_others = file.embeds() && file.id() != "php";
    file.grammar().is_none() && (holds_others || !program(one) || !program(file))
}
