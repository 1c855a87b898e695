//! An answer in blocks that name the lines which go and those that come in their place, as some tools
//! have their models write:
//!
//! ```text
//! path/of/the/file.py
//! <<<<<<< SEARCH
//! old lines
//! =======
//! new lines
//! >>>>>>> REPLACE
//! ```
//!
//! Each is read as a hunk of a diff. What is not whole, or fits in more than one place, changes nothing.

use super::AnswerError;
use super::patch::{self, Hunk};

/// What opens a block, parts and closes it; the words behind the marks.
const OPEN: [&str; 2] = ["SEARCH", "ORIGINAL"];
const CLOSE: [&str; 2] = ["REPLACE", "UPDATED"];

/// Lines that go and lines that come, each without line feeds, and the file that is named above them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Replacement<'a> {
    pub(super) old: Vec<&'a str>,
    pub(super) new: Vec<&'a str>,
    file: Option<&'a str>,
}

/// The blocks of an answer; none where it is in another form. `region`: what it is to stand for; conflicts
/// that stand there are code.
///
/// # Errors
/// [`AnswerError::Blocks`] where one of them has no end, [`AnswerError::OtherFile`] where one names another
/// file.
pub(super) fn read<'a>(
    text: &'a str,
    region: &str,
    file: Option<&str>,
) -> Result<Vec<Replacement<'a>>, AnswerError> {
    let mut found = Vec::new();
    if region.lines().any(opens) {
        return Ok(found);
    }
    let mut block: Option<(Replacement<'a>, bool)> = None;
    let mut above: Option<&str> = None;
    for line in text.lines() {
        let Some((replacement, parted)) = &mut block else {
            if opens(line) {
                let file = above.take().filter(|line| names_file(line));
                block = Some((Replacement { file, ..Replacement::default() }, false));
            } else if !line.trim().is_empty() && !line.trim_start().starts_with("```") {
                above = Some(line.trim());
            }
            continue;
        };
        match (*parted, line) {
            (false, line) if is_mark(line, '=', &[]) => *parted = true,
            (true, line) if closes(line) => found.extend(block.take().map(|(whole, _)| whole)),
            (_, line) if opens(line) => return Err(AnswerError::Blocks),
            (false, line) => replacement.old.push(line),
            (true, line) => replacement.new.push(line),
        }
    }
    if block.is_some() {
        return Err(AnswerError::Blocks);
    }
    let other = |one: &Replacement<'_>| {
        let named = one.file.zip(file);
        named.is_some_and(|(name, file)| !patch::is_own(name, file))
    };
    if found.iter().any(other) { Err(AnswerError::OtherFile) } else { Ok(found) }
}

/// Blocks as hunks of a diff of the lines of `file` from `start` to `end`.
///
/// # Errors
/// [`AnswerError::Blocks`] where one of them fits in more than one place, or only adds and does not say
/// where; [`AnswerError::Nowhere`] where it fits in none.
pub(super) fn hunks(
    blocks: &[Replacement<'_>],
    file: &[&str],
    (start, end): (usize, usize),
) -> Result<Vec<Hunk>, AnswerError> {
    let blank = |lines: &[&str]| lines.iter().all(|line| line.trim().is_empty());
    let empty = file.get(start..end).is_none_or(blank);
    let mut hunks = Vec::new();
    for block in blocks {
        let hunk = Hunk::between(&block.old, &block.new);
        match patch::places(&block.old, file, (start, end)) {
            _ if blank(&block.old) && empty => {}
            _ if blank(&block.old) => return Err(AnswerError::Blocks),
            0 => return Err(AnswerError::Nowhere),
            1 => {}
            _ => return Err(AnswerError::Blocks),
        }
        hunks.push(hunk);
    }
    // In the order of the file, in whatever order they are told.
    patch::sort(&mut hunks, file, (start, end));
    Ok(hunks)
}

/// What blocks add below the lines that they name: code for a place where nothing stands yet.
///
/// # Errors
/// [`AnswerError::Nowhere`] where one of them changes lines that are there.
pub(super) fn added(blocks: &[Replacement<'_>]) -> Result<String, AnswerError> {
    let mut lines: Vec<&str> = Vec::new();
    for block in blocks {
        let old = block.old.iter().map(|line| line.trim());
        let same = old.clone().eq(block.new.iter().take(block.old.len()).map(|line| line.trim()));
        if !same {
            return Err(AnswerError::Nowhere);
        }
        lines.extend(block.new.get(old.len()..).unwrap_or_default());
    }
    Ok(lines.join("\n"))
}

fn opens(line: &str) -> bool {
    is_mark(line, '<', &OPEN) || is_mark(line, '-', &OPEN)
}

fn closes(line: &str) -> bool {
    is_mark(line, '>', &CLOSE) || is_mark(line, '+', &CLOSE)
}

/// Whether a line is some marks, and one of the words where there are such.
fn is_mark(line: &str, mark: char, words: &[&str]) -> bool {
    let line = line.trim();
    let rest = line.trim_start_matches(mark);
    let count = line.len() - rest.len();
    (5..=9).contains(&count)
        && (words.is_empty() && rest.is_empty() || words.contains(&rest.trim()))
}

/// Whether a line is a path and nothing else.
fn names_file(line: &str) -> bool {
    let name = line.trim_matches(['`', '*', '#', ' ', ':']);
    !name.is_empty() && !name.contains(' ') && name.contains(['.', '/']) && !name.ends_with('.')
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read_with_their_marks() {
        let aider =
            "a.py\n```python\n<<<<<<< SEARCH\nx = 1\n=======\nx = 2\n>>>>>>> REPLACE\n```\n";
        let cline = "------- SEARCH\nx = 1\n=======\nx = 2\n+++++++ REPLACE\n";
        for (text, file) in [(aider, Some("a.py")), (cline, None)] {
            let blocks = read(text, "", Some("/p/a.py")).unwrap();
            assert_eq!(blocks, [Replacement { old: vec!["x = 1"], new: vec!["x = 2"], file }]);
        }
        assert_eq!(read(aider, "", Some("/p/b.py")), Err(AnswerError::OtherFile));
        // Neither is a table, nor a conflict that stands in the code.
        assert_eq!(read("x\n=======\ny\n", "", None), Ok(Vec::new()));
        assert_eq!(read(aider, "<<<<<<< SEARCH\n", None), Ok(Vec::new()));
        for torn in ["<<<<<<< SEARCH\nx\n", "<<<<<<< SEARCH\nx\n=======\ny\n"] {
            assert_eq!(read(torn, "", None), Err(AnswerError::Blocks), "{torn}");
        }
    }

    #[test]
    fn a_block_has_one_place() {
        let file = ["a", "  x", "b", "  x", "c"];
        let of = |old, all| {
            let block = Replacement { old, new: vec!["y"], file: None };
            hunks(&[block], &file, all).map(|hunks| hunks.len())
        };
        assert_eq!(of(vec!["b"], (0, 5)), Ok(1));
        assert_eq!(of(vec!["x"], (0, 5)), Err(AnswerError::Blocks));
        assert_eq!(of(vec!["x"], (0, 2)), Ok(1));
        assert_eq!(of(vec!["z"], (0, 5)), Err(AnswerError::Nowhere));
        assert_eq!(of(vec![""], (0, 5)), Err(AnswerError::Blocks));
        let old = vec!["# say it"];
        let block = |new| [Replacement { old: old.clone(), new, file: None }];
        assert_eq!(added(&block(vec!["# say it", "print(1)"])), Ok("print(1)".into()));
        assert_eq!(added(&block(vec!["print(1)"])), Err(AnswerError::Nowhere));
    }
}
