//! A comment that says what is to be done: one that begins with `foretype:`, at the cursor or above the
//! selection.

use super::{List, beginning};
use crate::actions::here::{Here, Item, is_comment};
use crate::actions::task::{Intent, Task};
use crate::document::DocumentSnapshot;
use crate::document::offset::{ByteOffset, ByteRange};

/// Characters of what the user says.
pub const WORDS: usize = 4_000;
/// How such a comment begins.
pub const MARK: &str = "foretype:";

impl List<'_> {
    /// Whether there is one; then nothing else is made of the comment.
    pub(super) fn instruction(&mut self) -> bool {
        let (here, document) = (self.here, self.document);
        let Some(comment) = comment(here, document) else { return false };
        let text = document.text.slice(beginning(comment));
        let Some(words) = said(&text) else { return false };
        let target = target(here, document, comment);
        let title = "Do what this comment says";
        if let Some(offer) = self.add(Task::Refactor(Intent::Words), title, target) {
            offer.preferred = true;
            offer.words = words;
        }
        true
    }
}

/// The comment at the cursor, at the selection's beginning, or right above it.
fn comment(here: &Here, document: &DocumentSnapshot) -> Option<ByteRange> {
    if here.comment.is_some() {
        return here.comment;
    }
    let text = &document.text;
    let first = text.line_of(here.selection.start);
    let says = |line: &usize| {
        let code = text.line(*line);
        is_comment(&code, document) && code.to_ascii_lowercase().contains(MARK)
    };
    let line = [Some(first), first.checked_sub(1)].into_iter().flatten().find(says)?;
    let at = ByteRange::empty(text.line_start(line));
    here.is_selected().then(|| Here::new(document, at).comment).flatten()
}

/// With the comment goes what is selected, the function around, or what stands right below.
fn target(here: &Here, document: &DocumentSnapshot, comment: ByteRange) -> ByteRange {
    let text = &document.text;
    let with = |range: ByteRange| {
        ByteRange::new(comment.start.min(range.start), comment.end.max(range.end))
    };
    if here.is_selected() {
        return with(here.selection);
    }
    let inside = |item: &&Item| item.range.start <= comment.start && comment.end <= item.range.end;
    if let Some(function) = here.function.as_ref().filter(inside) {
        return function.range;
    }
    let next = text.line_of(comment.end) + 1;
    if next >= text.line_count() || text.line(next).trim().is_empty() {
        return comment;
    }
    let below = text.line(next);
    let lead = below.len() - below.trim_start().len();
    let at = ByteOffset(text.line_start(next).0 + lead);
    let below = Here::new(document, ByteRange::empty(at));
    let item = below.function.or(below.class).or(below.declaration);
    let item = item.map(|item| item.range).or(below.statement);
    with(item.unwrap_or(ByteRange::new(at, text.line_end(next))))
}

/// What a comment says behind its mark.
fn said(comment: &str) -> Option<String> {
    let signs = ['/', '*', '#', '-', ';', '%', '<', '!', '"', '\'', ' ', '\t'];
    let line = |line: &str| {
        let line = line.trim().trim_start_matches(signs);
        let line = line.trim_end_matches("*/").trim_end_matches("-->");
        line.trim().to_owned()
    };
    let unmarked = |line: &str| {
        let head = line.get(..MARK.len()).filter(|head| head.eq_ignore_ascii_case(MARK))?;
        Some(line.get(head.len()..)?.trim().to_owned())
    };
    // A note may stand above it, and each line may begin with the mark.
    let mut lines = comment.lines().map(line);
    let first = lines.find_map(|line| unmarked(&line))?;
    let rest = lines.map(|line| unmarked(&line).unwrap_or(line));
    let lines: Vec<String> = std::iter::once(first).chain(rest).collect();
    let said: String = lines.join("\n").trim().chars().take(WORDS).collect();
    (!said.is_empty()).then_some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_behind_the_mark() {
        for (comment, want) in [
            ("// foretype: sort it", Some("sort it")),
            ("# Foretype:   sort\n#   and keep ü", Some("sort\nand keep ü")),
            ("# foretype: sort it\n# foretype: and name it", Some("sort it\nand name it")),
            ("//\n// foretype: sort\n// Foretype:", Some("sort")),
            ("/* foretype: sort\n * it\n */", Some("sort\nit")),
            ("<!-- foretype: sort -->", Some("sort")),
            ("// a note\n// foretype: sort", Some("sort")),
            ("// foretype:", None),
            ("// sort, foretype: yes", None),
            ("// företype: yes", None),
            ("//", None),
        ] {
            assert_eq!(said(comment).as_deref(), want, "{comment}");
        }
    }
}
