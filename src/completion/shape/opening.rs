//! The beginning of a model's text, and its indentation: what it says before the code (a fence, a
//! header of the prompt, a greeting), what it repeats of the text before the cursor, and how it
//! indents. Works on a stream: what is made of a beginning of the text is the beginning of what is
//! made of the whole.

mod fence;
mod header;
mod seam;

use self::fence::{Fence, unfence};
use self::header::skip_headers;
use self::seam::left_seam;
use super::around::Around;
use super::lines;
use super::prose::is_prose;
use super::reindent::reindent;
use crate::document::words::is_word;

/// What became of a text, and by which rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::completion) struct Opened {
    /// The text; empty while nothing is sure.
    pub(in crate::completion) text: String,
    /// The rules that changed something.
    pub(in crate::completion) rules: Vec<&'static str>,
    /// Nothing of the text follows any more: a fence has been closed.
    pub(in crate::completion) over: bool,
}

/// Cleans the beginning of `raw`; `ended` says that no more will come.
pub(in crate::completion) fn open(raw: &str, around: &Around, ended: bool) -> Opened {
    let mut rules = Vec::new();
    let mut text = raw;
    let mut over = false;

    let clean = unwrap_tag(text.trim_start_matches(JUNK), &mut over);
    let symbol = |c: char| !c.is_ascii() && !c.is_alphanumeric() && !c.is_whitespace();
    let bare = clean.trim_start_matches(symbol);
    let clean = if bare.len() < clean.len() && !around.in_text() && !is_prose(around.language) {
        bare.trim_start_matches(' ')
    } else {
        clean
    };
    if clean.len() < text.len() {
        rules.push("junk");
        text = clean;
    }
    match mark(text, around, ended) {
        Some(left) if left.len() < text.len() => {
            rules.push("junk");
            text = left;
        }
        Some(_) => {}
        None => return Opened { rules, ..Opened::default() },
    }
    match unfence(text, around, ended) {
        Fence::None => {}
        Fence::Wait => return Opened { rules, ..Opened::default() },
        Fence::Inside(inside, closed) => {
            rules.push("fence");
            text = inside;
            over |= closed;
        }
    }
    match skip_headers(text, around, ended) {
        Some(left) if left.len() < text.len() => {
            rules.push("header");
            text = left;
        }
        Some(_) => {}
        None => return Opened { rules, ..Opened::default() },
    }
    let Some(seam) = left_seam(text, around, ended) else {
        return Opened { rules, ..Opened::default() };
    };
    if seam.len() < text.len() {
        rules.push("repeats-before");
        text = seam;
    }
    let Some((text, changed)) = lead(text, around, ended) else {
        return Opened { rules, ..Opened::default() };
    };
    if changed {
        rules.push("lead");
    }
    let (text, changed) = reindent(text, around, ended);
    if changed {
        rules.push("indentation");
    }
    Opened { text, rules, over }
}

/// Characters that nobody sees, and what is none.
const JUNK: [char; 6] = ['\u{feff}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{fffd}'];

/// A list's or a diff's mark before a statement. `None`: not sure yet.
fn mark<'a>(text: &'a str, around: &Around, ended: bool) -> Option<&'a str> {
    let above = around.previous().map_or("", |line| lines::code_of(line, around.language));
    let fresh = above.is_empty() || above.ends_with([';', '{', '}', ':']);
    let plain = is_prose(around.language) || matches!(around.language.id(), "yaml" | "sql");
    if plain || !fresh || !around.is_blank() || around.in_text() {
        return Some(text);
    }
    let body = text.trim_start_matches([' ', '\t']);
    let Some(left) = body.strip_prefix(['-', '+', '*', '.', '•']) else { return Some(text) };
    let said = left.trim_start_matches(' ');
    if said.is_empty() && !ended {
        return None;
    }
    let word = left.starts_with(' ') && said.starts_with(char::is_alphabetic);
    Some(if word { said } else { text })
}

/// Tags around the whole answer, as prompts for chat models ask for them.
fn unwrap_tag<'a>(text: &'a str, over: &mut bool) -> &'a str {
    let Some((name, inside)) =
        text.trim_start().strip_prefix('<').and_then(|tag| tag.split_once('>'))
    else {
        return text;
    };
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit());
    if !matches!(bare, "COMPLETION" | "completion" | "CODE") {
        return text;
    }
    let inside = inside.strip_prefix('\n').unwrap_or(inside);
    let closed = inside.find(&format!("</{name}>"));
    *over |= closed.is_some();
    closed.and_then(|at| inside.get(..at)).unwrap_or(inside)
}

/// The blanks and line breaks that the text begins with.
fn lead<'a>(text: &'a str, around: &Around, ended: bool) -> Option<(&'a str, bool)> {
    let body = text.trim_start_matches([' ', '\t', '\n']);
    let blanks = text.get(..text.len() - body.len()).unwrap_or("");
    if body.is_empty() {
        return if ended { Some((text, false)) } else { None };
    }
    if around.in_text() && !around.is_blank() {
        let twice = around.before.ends_with(' ') && blanks == " ";
        return Some(if twice { (body, true) } else { (text, false) });
    }
    let breaks = blanks.contains('\n');
    if around.is_blank() {
        // On an empty line there is nothing to break.
        if breaks {
            let last = blanks.rsplit('\n').next().unwrap_or("");
            let at = text.len() - body.len() - last.len();
            return Some((text.get(at..).unwrap_or(body), true));
        }
        return Some((text, false));
    }
    let line = around.before.trim_end();
    let spaced = around.before.len() > line.len();
    if !breaks {
        let twice = spaced && !blanks.is_empty();
        return Some(if twice { (body, true) } else { (text, false) });
    }
    if spaced && is_unfinished(line, around) {
        return Some((body, true));
    }
    Some((text, false))
}

/// Whether a line asks for a value on itself.
fn is_unfinished(line: &str, around: &Around) -> bool {
    let word = line.rsplit(|c: char| !is_word(c)).next().unwrap_or("");
    let operator = line.ends_with(['=', '+', '*', '/', '<', '&', '|', '?', '.'])
        && !line.ends_with("*/")
        && !line.ends_with("=>");
    let keyword =
        matches!(word, "return" | "import" | "from" | "new" | "await" | "throw" | "raise");
    (operator || keyword) && around.rest.trim().is_empty()
}
