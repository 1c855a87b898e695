//! Markdown that is still coming.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::{READERS, parsed};

/// How much of a text under way can be shown: its bytes up to the first sign of the last paragraph that
/// more text may make something else of, a link or an image, code or HTML. So what is shown first stays
/// as it is when more comes.
#[must_use]
pub fn settled(text: &str) -> usize {
    let mut last = None;
    let (mut in_code, mut texts): (bool, Vec<Range<usize>>) = (false, Vec::new());
    for (event, range) in parsed(text, READERS[0]) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => (in_code, last) = (true, Some(range)),
            Event::Start(tag) if is_block(&tag) => {
                (in_code, last) = (false, Some(range));
                texts.clear();
            }
            // An item of a list may hold text without a paragraph around it.
            Event::Start(Tag::Item | Tag::TableCell) => texts.clear(),
            Event::Text(_) | Event::Html(_) | Event::InlineHtml(_) if !in_code => {
                texts.push(range);
            }
            _ => {}
        }
    }
    let goes_on = last.is_none_or(|block| block.end >= text.trim_end().len());
    if in_code || !goes_on {
        return text.len();
    }
    let open = texts.into_iter().find_map(|range| {
        let part = text.get(range.clone())?;
        let at = part.char_indices().find(|(at, c)| {
            let at = range.start + at;
            is_open(*c, text.get(at + c.len_utf8()..).unwrap_or(""))
        });
        at.map(|(at, _)| range.start + at)
    });
    let at = open.unwrap_or(text.len());
    // The sign of an image stands before its bracket.
    match text.get(..at).and_then(|head| head.strip_suffix('!')) {
        Some(head) => head.len(),
        None => at,
    }
}

const fn is_block(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Paragraph | Tag::Heading { .. } | Tag::HtmlBlock | Tag::Table(_))
}

/// Whether more text can give a sign a meaning.
fn is_open(sign: char, rest: &str) -> bool {
    match sign {
        '`' => true,
        // An address in angle brackets has no blanks.
        '<' => !rest.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>')),
        '[' => match rest.find(']') {
            Some(end) => {
                let behind = rest.get(end + 1..).and_then(|rest| rest.chars().next());
                behind.is_none_or(|c| matches!(c, '(' | '[' | ':'))
            }
            None => true,
        },
        '!' => rest.is_empty(),
        _ => false,
    }
}
