//! Fenced code blocks (<https://spec.commonmark.org/0.31.2/#fenced-code-blocks>), also in list
//! items and quotes, with the info strings of Pandoc, knitr, Quarto and MyST.

use super::Region;
use crate::document::language::Language;

pub(super) struct Markdown {
    host: Language,
    fence: Option<Fence>,
    /// The open fence's info string; looked up only when it is asked for.
    info: String,
    /// Whether the last line opened the fence, so that its code begins on the next.
    on_fence: bool,
    /// The columns where the open list items' text begins.
    items: Vec<usize>,
    comment: bool,
}

#[derive(Clone, Copy)]
struct Fence {
    mark: char,
    length: usize,
    /// The column of the list item that it stands in, and the number of quote marks.
    column: usize,
    quotes: usize,
    start_line: usize,
}

impl Markdown {
    pub(super) fn new(host: Language) -> Self {
        Self {
            host,
            fence: None,
            info: String::new(),
            on_fence: false,
            items: Vec::new(),
            comment: false,
        }
    }

    pub(super) fn region(&self) -> Region {
        match self.fence {
            Some(fence) if !self.on_fence => {
                Region { language: info_language(&self.info), start_line: fence.start_line }
            }
            _ => Region::whole(self.host),
        }
    }

    pub(super) fn line(&mut self, number: usize, line: &str) {
        self.on_fence = false;
        if let Some(fence) = self.fence {
            let (quotes, rest) = unquote(line, fence.quotes);
            let (column, text) = indentation(rest, 0);
            let left = !text.is_empty() && column < fence.column;
            if quotes == fence.quotes && !left {
                if column < fence.column + 4 && fence.is_closed_by(text) {
                    self.fence = None;
                }
                return;
            }
            // The quote or the list item has ended, and the fence with it.
            self.fence = None;
        }
        self.outside(number, line);
    }

    fn outside(&mut self, number: usize, line: &str) {
        let (quotes, rest) = unquote(line, usize::MAX);
        let (mut column, mut text) = indentation(rest, 0);
        if self.comment || text.is_empty() {
            self.comment &= !text.contains("-->");
            return;
        }
        while self.items.last().is_some_and(|item| column < *item) {
            self.items.pop();
        }
        loop {
            let base = self.items.last().copied().unwrap_or(0);
            // Indented code, or the paragraph going on.
            if column >= base + 4 {
                return;
            }
            let Some((width, rest)) = list_marker(text, column) else {
                break;
            };
            self.items.push(column + width);
            column += width;
            text = rest;
        }
        if text.starts_with("<!--") && !text.contains("-->") {
            self.comment = true;
        } else if let Some((mark, length, info)) = opening(text) {
            self.info.clear();
            self.info.push_str(info);
            self.on_fence = true;
            self.fence = Some(Fence {
                mark,
                length,
                column: self.items.last().copied().unwrap_or(0),
                quotes,
                start_line: number + 1,
            });
        }
    }
}

impl Fence {
    fn is_closed_by(&self, text: &str) -> bool {
        let rest = text.trim_start_matches(self.mark);
        text.len() - rest.len() >= self.length && rest.trim().is_empty()
    }
}

/// The mark, the length and the info string of an opening fence.
fn opening(text: &str) -> Option<(char, usize, &str)> {
    let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let rest = text.trim_start_matches(mark);
    let length = text.len() - rest.len();
    let is_code_span = mark == '`' && rest.contains('`');
    (length >= 3 && !is_code_span).then(|| (mark, length, rest.trim()))
}

/// Takes at most `most` quote marks off; their number and what follows.
fn unquote(line: &str, most: usize) -> (usize, &str) {
    let (mut count, mut rest) = (0, line);
    while count < most {
        let Some(after) = rest.trim_start_matches(' ').strip_prefix('>') else {
            break;
        };
        if rest.starts_with("    ") {
            break;
        }
        rest = after.strip_prefix(' ').unwrap_or(after);
        count += 1;
    }
    (count, rest)
}

/// The column of the first character that is not blank, and the text from there. A tab goes to
/// the next multiple of four.
fn indentation(line: &str, from: usize) -> (usize, &str) {
    let mut column = from;
    for c in line.chars() {
        match c {
            ' ' => column += 1,
            '\t' => column += 4 - column % 4,
            _ => break,
        }
    }
    (column, line.trim_start_matches([' ', '\t']))
}

/// The width of a list marker with the blanks after it (columns), and the item's text.
fn list_marker(text: &str, column: usize) -> Option<(usize, &str)> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let marks: &[char] = if digits == 0 { &['-', '+', '*'] } else { &['.', ')'] };
    let rest = text.get(digits..)?.strip_prefix(marks)?;
    if digits > 9 {
        return None;
    }
    let width = digits + 1;
    let (end, body) = indentation(rest, column + width);
    let blanks = end - column - width;
    match blanks {
        _ if body.is_empty() => Some((width + 1, body)),
        0 => None,
        1..=4 => Some((width + blanks, body)),
        // The item begins with indented code, which no fence can be.
        _ => Some((width + 1, "")),
    }
}

/// The language that an info string names: `rust,ignore`, `js {1,3}`, `{r echo=false}`,
/// `{.python}`, `{=html}`, `{code-block} python`, `ts:src/a.ts`.
fn info_language(info: &str) -> Language {
    let inner = info.trim_start_matches('{');
    if inner.len() == info.len() {
        return word_language(info);
    }
    let (attributes, after) = inner.split_once('}').unwrap_or((inner, ""));
    let first = first_word(attributes);
    if matches!(first, "code-block" | "code-cell" | "code" | "sourcecode") {
        return word_language(after.trim_start_matches('}'));
    }
    let class = attributes.split_ascii_whitespace().find(|word| !word.starts_with('#'));
    word_language(class.unwrap_or("").trim_start_matches(['.', '=']))
}

fn word_language(text: &str) -> Language {
    let word = first_word(text.trim());
    Language::from_word(word).unwrap_or(Language::PLAIN_TEXT)
}

fn first_word(text: &str) -> &str {
    let end = |c: char| c.is_whitespace() || matches!(c, ',' | '{' | '}' | ':' | ';');
    text.split(end).next().unwrap_or("")
}
