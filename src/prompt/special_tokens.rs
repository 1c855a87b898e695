//! Special tokens of every model family: taken out of source text before it goes into a prompt, and
//! found in answers that leak them.
//!
//! Three shapes: `<|name|>` and `<｜name｜>` by pattern, so that a new family's tokens are covered too,
//! and the others by an exact list. A token contains no second `<`, and `[` only as the second byte of
//! `<[…]>`; both directions of the search rest on that.

use std::borrow::Cow;

/// Longest name in `<|name|>`, in bytes.
const MAX_BAR_NAME: usize = 48;
/// Longest name in `<｜name｜>`, in bytes.
const MAX_WIDE_NAME: usize = 64;
/// Bytes before the end of a stream in which an unfinished token may begin.
const MAX_TOKEN: usize = 80;
/// Longest entry of `EXACT`, in bytes.
const MAX_EXACT: usize = 32;
/// The fullwidth vertical bar `｜` in UTF-8.
const WIDE_BAR: [u8; 3] = [0xEF, 0xBD, 0x9C];

/// When a token in a model's answer counts as a leak.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leak {
    /// Nothing but a leak looks like this, unless a string begins with it.
    Always,
    /// Also looks like a type argument, or stands in string literals of tokenizer code.
    Bare,
    /// `</s>`, which also closes HTML's `<s>`.
    CloseS,
    /// Usual in code and usage texts (`<filename>`, `[PREFIX]`, `<PRE>`); models that leak it leak
    /// another token as well.
    Never,
}

/// Sorted by bytes.
const EXACT: &[(&str, Leak)] = &[
    ("</s>", Leak::CloseS),
    ("<EOT>", Leak::Bare),
    ("<MID>", Leak::Bare),
    ("<PRE>", Leak::Never),
    ("<SUF>", Leak::Bare),
    ("<[PAD▁TOKEN]>", Leak::Always),
    ("<[SEP▁TOKEN]>", Leak::Always),
    ("<[begin▁of▁sentence]>", Leak::Always),
    ("<[end▁of▁sentence]>", Leak::Always),
    ("<[fim-middle]>", Leak::Always),
    ("<[fim-prefix]>", Leak::Always),
    ("<[fim-suffix]>", Leak::Always),
    ("<bos>", Leak::Bare),
    ("<commit_after>", Leak::Never),
    ("<commit_before>", Leak::Never),
    ("<commit_msg>", Leak::Never),
    ("<empty_output>", Leak::Never),
    ("<end_of_turn>", Leak::Always),
    ("<end_of_utterance>", Leak::Always),
    ("<eop>", Leak::Never),
    ("<eos>", Leak::Bare),
    ("<file_sep>", Leak::Bare),
    ("<filename>", Leak::Never),
    ("<fim-middle>", Leak::Always),
    ("<fim-pad>", Leak::Always),
    ("<fim-prefix>", Leak::Always),
    ("<fim-suffix>", Leak::Always),
    ("<fim_middle>", Leak::Always),
    ("<fim_pad>", Leak::Always),
    ("<fim_prefix>", Leak::Always),
    ("<fim_suffix>", Leak::Always),
    ("<gh_stars>", Leak::Never),
    ("<issue_closed>", Leak::Never),
    ("<issue_comment>", Leak::Never),
    ("<issue_start>", Leak::Never),
    ("<jupyter_code>", Leak::Never),
    ("<jupyter_output>", Leak::Never),
    ("<jupyter_script>", Leak::Never),
    ("<jupyter_start>", Leak::Never),
    ("<jupyter_text>", Leak::Never),
    ("<repo_name>", Leak::Never),
    ("<reponame>", Leak::Never),
    ("<s>", Leak::Never),
    ("<sop>", Leak::Never),
    ("<start_of_turn>", Leak::Always),
    ("[/AVAILABLE_TOOLS]", Leak::Always),
    ("[/INST]", Leak::Always),
    ("[/SYSTEM_PROMPT]", Leak::Always),
    ("[/TOOL_RESULTS]", Leak::Always),
    ("[AVAILABLE_TOOLS]", Leak::Never),
    ("[INST]", Leak::Bare),
    ("[MIDDLE]", Leak::Never),
    ("[PREFIX]", Leak::Never),
    ("[SUFFIX]", Leak::Never),
    ("[SYSTEM_PROMPT]", Leak::Never),
    ("[TOOL_CALLS]", Leak::Never),
    ("[TOOL_RESULTS]", Leak::Never),
    ("[gMASK]", Leak::Always),
    ("[sMASK]", Leak::Always),
];

/// Takes every special token out of source text, also those that only removal brings together.
/// Borrows where there is none.
#[must_use]
pub fn strip(text: &str) -> Cow<'_, str> {
    let Some((start, len, _)) = tokens(text).next() else {
        return Cow::Borrowed(text);
    };
    let (Some(clean), Some(rest)) = (text.get(..start), text.get(start + len..)) else {
        return Cow::Borrowed(text);
    };
    // What is kept never contains a token: one can only be completed by the byte just added.
    let mut kept = String::with_capacity(text.len());
    kept.push_str(clean);
    for piece in rest.split_inclusive(['>', ']']) {
        kept.push_str(piece);
        let opener = if kept.ends_with('>') { '<' } else { '[' };
        let Some(at) = rfind_near(&kept, opener) else {
            continue;
        };
        let tail = kept.as_bytes().get(at..).unwrap_or_default();
        if token_at(tail).is_some_and(|(len, _)| len == tail.len()) {
            kept.truncate(at);
        }
    }
    Cow::Owned(kept)
}

/// The byte index of the first special token or end-of-text marker in a model's answer.
///
/// Judged by what stands before it, so the index never changes while the answer grows.
/// `Vec<eos>`, `"</s>"`, `<s>old</s>`, `a <| b`, `<filename>`, `[PREFIX]` and `<PRE>` are code.
#[must_use]
pub fn first_leak(text: &str) -> Option<usize> {
    tokens(text).find(|(at, _, leak)| leaks(text, *at, *leak)).map(|(at, _, _)| at)
}

/// Where a text that is over should end for its special tokens: besides leaks, markers that are usual
/// in code but not right before a leak, beside each other, or last of all.
#[must_use]
pub fn first_leak_of_whole(text: &str) -> Option<usize> {
    let all: Vec<_> = tokens(text).collect();
    let leak = all.iter().position(|(at, _, leak)| leaks(text, *at, *leak));
    let last = |(at, len, kind): &(usize, usize, Leak)| {
        *kind != Leak::Never && text.get(at + len..).is_some_and(|left| left.trim().is_empty())
    };
    let twins = all.windows(2).position(|pair| match pair {
        [(at, len, Leak::Never), (next, ..)] => at + len == *next,
        _ => false,
    });
    let end = all.iter().position(last);
    let mut index = [leak, twins, end].into_iter().flatten().min()?;
    // `x; <PRE> other code <SUF>`: what leads up to the leak on its line belongs to it.
    while let Some((at, _, Leak::Never)) = index.checked_sub(1).and_then(|before| all.get(before))
        && text.get(*at..).is_some_and(|left| {
            let leak = all.get(index).map_or(0, |(leak, ..)| leak - at);
            left.get(..leak).is_some_and(|between| !between.contains('\n'))
        })
    {
        index -= 1;
    }
    all.get(index).map(|(at, ..)| *at)
}

/// The length in bytes of the special tokens that a text begins with and that only say where it begins:
/// the middle's token again, padding.
#[must_use]
pub fn leading(text: &str) -> usize {
    let mut at = 0;
    loop {
        let left = text.get(at..).unwrap_or("");
        let body = left.trim_start();
        match token_at(body.as_bytes()) {
            Some((len, Leak::Always)) if body.get(..len).is_some_and(begins_middle) => {
                at += left.len() - body.len() + len;
            }
            _ => return at,
        }
    }
}

fn begins_middle(token: &str) -> bool {
    ["middle", "pad", "▁end｜"].iter().any(|part| token.contains(part))
        && !token.contains("sentence")
}

/// How many bytes at the end of a stream so far may be the beginning of a token that
/// [`first_leak`] would report: hold them back until the next delta. Zero after a whole token, and
/// always at a character's boundary.
#[must_use]
pub fn possible_leak_tail(text: &str) -> usize {
    let opener = |c| rfind_near(text, c).filter(|at| could_become_leak(text, *at));
    match (opener('<'), opener('[')) {
        (Some(one), Some(other)) => text.len() - one.min(other),
        (Some(at), None) | (None, Some(at)) => text.len() - at,
        (None, None) => 0,
    }
}

/// All special tokens of `text` in order: (byte index, bytes, kind).
fn tokens(text: &str) -> impl Iterator<Item = (usize, usize, Leak)> + '_ {
    // Two searches for one byte each, which the standard library does word by word.
    let mut angles = beginning_with(text, '<').peekable();
    let mut squares = beginning_with(text, '[').peekable();
    std::iter::from_fn(move || match (angles.peek(), squares.peek()) {
        (Some(angle), Some(square)) if angle.0 < square.0 => angles.next(),
        (Some(_), None) => angles.next(),
        _ => squares.next(),
    })
}

fn beginning_with(text: &str, opener: char) -> impl Iterator<Item = (usize, usize, Leak)> + '_ {
    text.match_indices(opener).filter_map(|(at, _)| {
        let (len, leak) = token_at(text.as_bytes().get(at..)?)?;
        Some((at, len, leak))
    })
}

/// The special token at the beginning of `rest`: its length in bytes and kind.
fn token_at(rest: &[u8]) -> Option<(usize, Leak)> {
    match rest {
        [b'<', b'|', name @ ..] => {
            let len = bar_name(name);
            let closed = name.get(len..)?.starts_with(b"|>");
            (closed && (2..=MAX_BAR_NAME).contains(&len)).then_some((len + 4, Leak::Always))
        }
        [b'<', 0xEF, 0xBD, 0x9C, name @ ..] => {
            let len = wide_name(name);
            let closed = name.get(len..)?.strip_prefix(&WIDE_BAR)?.starts_with(b">");
            (closed && (1..=MAX_WIDE_NAME).contains(&len)).then_some((len + 8, Leak::Always))
        }
        [b'<', ..] if may_be_exact(rest) => exact(rest, b'>'),
        [b'[', ..] if may_be_exact(rest) => exact(rest, b']'),
        _ => None,
    }
}

/// Whether an entry of `EXACT` begins with these three bytes: settles nearly every tag, comparison and
/// index without a look at the list.
fn may_be_exact(rest: &[u8]) -> bool {
    let (Some(first), Some(second), Some(third)) = (rest.first(), rest.get(1), rest.get(2)) else {
        return false;
    };
    match (first, second) {
        (b'<', b'/') => *third == b's',
        (b'<', b'E' | b'b' | b'c') => matches!(third, b'O' | b'o'),
        (b'<', b'M' | b'f') => matches!(third, b'I' | b'i'),
        (b'<', b'P') => *third == b'R',
        (b'<', b'S') => *third == b'U',
        (b'<', b'[') => matches!(third, b'P' | b'S' | b'b' | b'e' | b'f'),
        (b'<', b'e') => matches!(third, b'm' | b'n' | b'o'),
        (b'<', b'g') => *third == b'h',
        (b'<', b'i') => *third == b's',
        (b'<', b'j') => *third == b'u',
        (b'<', b'r') => *third == b'e',
        (b'<', b's') => matches!(third, b'>' | b'o' | b't'),
        (b'[', b'/') => matches!(third, b'A' | b'I' | b'S' | b'T'),
        (b'[', b'A') => *third == b'V',
        (b'[', b'I') => *third == b'N',
        (b'[', b'M') => *third == b'I',
        (b'[', b'P') => *third == b'R',
        (b'[', b'S') => matches!(third, b'U' | b'Y'),
        (b'[', b'T') => *third == b'O',
        (b'[', b'g' | b's') => *third == b'M',
        _ => false,
    }
}

fn exact(rest: &[u8], close: u8) -> Option<(usize, Leak)> {
    let window = rest.get(..MAX_EXACT).unwrap_or(rest);
    let end = window.iter().position(|b| *b == close || *b <= b' ')?;
    let token = window.get(..=end)?;
    let at = EXACT.binary_search_by(|(known, _)| known.as_bytes().cmp(token)).ok()?;
    EXACT.get(at).map(|(_, leak)| (token.len(), *leak))
}

/// Bytes of a `<|name|>` name at the beginning of `rest`, at most one more than allowed.
fn bar_name(rest: &[u8]) -> usize {
    let part_of =
        |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.') || *b >= 0x80;
    rest.iter().take(MAX_BAR_NAME + 1).take_while(|b| part_of(b)).count()
}

/// Bytes of a `<｜name｜>` name at the beginning of `rest`, at most one more than allowed.
fn wide_name(rest: &[u8]) -> usize {
    rest.iter()
        .enumerate()
        .take(MAX_WIDE_NAME + 1)
        .take_while(|(at, b)| {
            let bar = rest.get(*at..).is_some_and(|rest| rest.starts_with(&WIDE_BAR));
            !bar && !matches!(b, b'<' | b'>' | b'[' | b'\n')
        })
        .count()
}

/// Whether the unfinished text from `at` to the end is the beginning of a token that would leak.
fn could_become_leak(text: &str, at: usize) -> bool {
    let tail = text.as_bytes().get(at..).unwrap_or_default();
    let pattern = match tail {
        [b'<'] => true,
        [b'<', b'|', name @ ..] => {
            let len = bar_name(name);
            len <= MAX_BAR_NAME && matches!(name.get(len..), Some([] | [b'|']))
        }
        [b'<', 0xEF, 0xBD, 0x9C, name @ ..] => {
            let len = wide_name(name);
            let after = name.get(len..).unwrap_or_default();
            len <= MAX_WIDE_NAME && (after.is_empty() || after == WIDE_BAR)
        }
        _ => false,
    };
    pattern
        || EXACT.iter().any(|(token, leak)| {
            tail.len() < token.len() && token.as_bytes().starts_with(tail) && leaks(text, at, *leak)
        })
}

/// Whether a token of this kind at byte `at` is a leak, by what stands before it.
fn leaks(text: &str, at: usize, leak: Leak) -> bool {
    let before = text.get(..at).unwrap_or_default();
    match leak {
        Leak::Always => !opens_string(before),
        Leak::Never => false,
        Leak::Bare => {
            // `Vec<eos>`, `parse::<eos>`, `List.<eos>of`, `<<EOT>file`, `map[INST]`, `f()[INST]`.
            let glued = |c: char| c.is_alphanumeric() || "_:.<)]&".contains(c);
            !before.ends_with(glued) && !opens_string(before)
        }
        Leak::CloseS => {
            let since = before.rsplit("</s>").next().unwrap_or_default();
            !since.contains("<s>") && !since.contains("<s ") && !opens_string(before)
        }
    }
}

/// Whether `before` ends in a quote that opens a string on its line, as in `eos = "</s>"`.
fn opens_string(before: &str) -> bool {
    let Some(quote) = before.chars().next_back().filter(|c| matches!(c, '"' | '\'' | '`')) else {
        return false;
    };
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.matches(quote).count() % 2 == 1
}

/// The last `opener` within `MAX_TOKEN` bytes of the end, where a token that ends there begins.
fn rfind_near(text: &str, opener: char) -> Option<usize> {
    let earliest = text.len().saturating_sub(MAX_TOKEN);
    let from = (earliest..=text.len()).find(|at| text.is_char_boundary(*at))?;
    text.get(from..)?.rfind(opener).map(|at| from + at)
}

#[cfg(test)]
mod tests;
