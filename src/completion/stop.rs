//! The stop rule: where a streamed text is complete, so that the stream can be closed there.

use super::trigger::Extent;

/// Decides how far a generation goes. Pure; looks only at the text so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StopRule {
    /// A line or a block.
    pub extent: Extent,
    /// Indentation of the cursor's line, in columns.
    pub indent: usize,
    /// The cursor's line opens a block: its body is indented deeper.
    pub opens: bool,
    /// Indentation of the line that opens the block around the cursor, in columns, where the syntax
    /// tree tells: what stands no deeper is not part of it.
    pub block: Option<usize>,
    /// At most that many lines.
    pub max_lines: usize,
}

/// Tab width assumed where columns are compared; only differences matter.
const TAB: usize = 4;

impl StopRule {
    /// The rule for a cursor whose line has this text before it.
    #[must_use]
    pub fn new(extent: Extent, line_before: &str, max_lines: usize) -> Self {
        let opens = !line_before.trim().is_empty();
        let indent = width(line_before);
        Self { extent, indent, opens, block: None, max_lines: max_lines.max(1) }
    }

    /// With what the syntax tree says of the block around the cursor.
    #[must_use]
    pub fn within(mut self, block: Option<usize>) -> Self {
        self.block = block;
        self
    }

    /// Length in bytes of the complete text, once there is enough to tell; `None` while it may
    /// still go on. `text` has LF line breaks.
    #[must_use]
    pub fn complete(&self, text: &str) -> Option<usize> {
        match self.extent {
            Extent::Line => first_line(text),
            Extent::Block => self.block(text),
        }
    }

    /// Length in bytes of the whole lines so far that can stand by themselves; `None` before the
    /// first. What a block's answer shows while it is still being written.
    #[must_use]
    pub fn presentable(&self, text: &str) -> Option<usize> {
        if let Some(end) = self.complete(text) {
            return Some(end);
        }
        if self.extent == Extent::Line {
            return None;
        }
        let whole = text.get(..text.rfind('\n')?)?;
        let end = whole.trim_end().len();
        // A line that opens something stands better with what follows; show it only if alone.
        let mut best = None;
        let mut at = 0;
        for line in whole.get(..end)?.split('\n') {
            let line_end = at + line.len();
            let body = line.trim_end();
            if !body.is_empty() && !body.ends_with(['{', '(', '[', ',', ':', '\\']) {
                best = Some(at + body.len());
            }
            at = line_end + 1;
        }
        best.or_else(|| (end > 0).then_some(end))
    }

    fn block(&self, text: &str) -> Option<usize> {
        let mut at = 0;
        let mut lines = 0;
        let mut seen = 0;
        let mut depth = 0_i64;
        let mut content_end = 0;
        for line in text.split_inclusive('\n') {
            let start = at;
            at += line.len();
            let whole = line.ends_with('\n');
            let body = line.trim();
            let first = start == 0;
            if body.is_empty() {
                // A blank line after a whole paragraph ends a block that nothing holds open.
                if seen > 0 && whole && depth <= 0 && !self.opens {
                    return Some(content_end);
                }
                continue;
            }
            let indent = if first { usize::MAX } else { width(line) };
            let closes = body.starts_with(['}', ')', ']']) || body == "end";
            if !whole && "end".starts_with(body) {
                // Half a word may still close the block.
                return None;
            }
            if !first {
                let outside = if self.opens {
                    indent <= self.indent
                } else {
                    indent < self.indent || self.block.is_some_and(|block| indent <= block)
                };
                // Half a line can still turn out to be deeper, but its indentation is final.
                if outside && depth <= 0 && !(self.opens && closes && indent == self.indent) {
                    return Some(content_end);
                }
                if self.opens
                    && closes
                    && indent == self.indent
                    && whole
                    && depth + balance(body) <= 0
                {
                    let goes_on = body.ends_with('{') || body.ends_with('(');
                    if !goes_on {
                        return Some(start + line.trim_end().len());
                    }
                }
            }
            if depth + lowest(body) < 0 && !self.opens && !first {
                return Some(content_end);
            }
            depth += balance(body);
            seen += 1;
            content_end = start + line.trim_end().len();
            lines += usize::from(whole);
            if lines >= self.max_lines {
                return Some(content_end);
            }
        }
        None
    }
}

/// End of the first line that has anything in it, once its line break has come.
fn first_line(text: &str) -> Option<usize> {
    let lead = text.len() - text.trim_start().len();
    let end = lead + text.get(lead..)?.find('\n')?;
    Some(text.get(..end)?.trim_end().len())
}

/// Columns of leading blanks.
pub(super) fn width(line: &str) -> usize {
    let blank = line.chars().take_while(|c| matches!(c, ' ' | '\t'));
    blank.map(|c| if c == '\t' { TAB } else { 1 }).sum()
}

/// Brackets opened less brackets closed. Strings are not looked into: it only steers how long a
/// block is waited for.
fn balance(line: &str) -> i64 {
    line.chars().map(step).sum()
}

/// The lowest that the balance comes to on the way, at most 0: what a line closes of the brackets
/// before it. Unlike the balance it cannot rise again as the line grows.
fn lowest(line: &str) -> i64 {
    let mut depth = 0;
    let depths = line.chars().map(|c| {
        depth += step(c);
        depth
    });
    depths.fold(0, i64::min)
}

fn step(c: char) -> i64 {
    match c {
        '(' | '[' | '{' => 1,
        ')' | ']' | '}' => -1,
        _ => 0,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::string_slice)]
mod tests {
    use super::*;

    /// (extent, the line before the cursor, the model's text, what is complete of it)
    #[test]
    fn stops_where_the_text_is_complete() {
        use Extent::{Block, Line};
        for (extent, before, text, want) in [
            (Line, "let a = ", "1;\nlet b", Some("1;")),
            (Line, "let a = ", "1;", None),
            (Line, "let a = ", "1;  \n", Some("1;")),
            (Line, "foo();", "\n    bar();\n", Some("\n    bar();")),
            (Line, "foo();", "\n\n", None),
            // An opened body ends with its closer, or where the indentation falls back.
            (Block, "fn a() {", "\n    x();\n}\n", Some("\n    x();\n}")),
            (Block, "fn a() {", "\n    x();\n}", None),
            (
                Block,
                "fn a() {",
                "\n    if b {\n        c\n    } else {\n        d\n    }\n}\n\nfn",
                Some("\n    if b {\n        c\n    } else {\n        d\n    }\n}"),
            ),
            (
                Block,
                "    if a {",
                "\n        b\n    } else {\n        c\n    }\n    d",
                Some("\n        b\n    } else {\n        c\n    }"),
            ),
            (Block, "def a():", "\n    return 1\n\ndef b", Some("\n    return 1")),
            (
                Block,
                "def a():",
                "\n    x = 1\n\n    return x\n\nclass",
                Some("\n    x = 1\n\n    return x"),
            ),
            // On a blank line: to the paragraph's end or the enclosing block's.
            (Block, "    ", "let a = 1;\n    b(a)\n}\n", Some("let a = 1;\n    b(a)")),
            (Block, "    ", "a();\n\n    b();\n", Some("a();")),
            (
                Block,
                "    ",
                "if x {\n        y\n\n        z\n    }\n\n    w",
                Some("if x {\n        y\n\n        z\n    }"),
            ),
            (Block, "", "fn a() {\n    b\n}\n\nfn c", Some("fn a() {\n    b\n}")),
            (Block, "\t", "a()\n}", Some("a()")),
            (Block, "    ", "a()\n    b", None),
            // Half a line may still turn out to be a closing word.
            (Block, "def a", "\n  b\nen", None),
            (Block, "def a", "\n  b\nend\n", Some("\n  b\nend")),
            // The enclosing block's closer, whatever its line goes on with.
            (Block, "    ", "a()\n    }", Some("a()")),
            (Block, "    ", "a()\n    } else {\n", Some("a()")),
        ] {
            let rule = StopRule::new(extent, before, 40);
            let got = rule.complete(text).map(|end| &text[..end]);
            assert_eq!(got, want, "{extent:?} {before:?} {text:?}");
        }
    }

    /// A blank line at column 0 in the middle of a function: only the tree knows where it ends.
    #[test]
    fn the_tree_says_where_the_block_ends() {
        let text = "    let a = 1;\n    b(a)\n}\nfn c() {\n";
        let rule = StopRule::new(Extent::Block, "", 40);
        let end = rule.clone().within(Some(0)).complete(text);
        assert_eq!(end.map(|end| &text[..end]), Some("    let a = 1;\n    b(a)"));
        let text = "    let a = 1;\nfn c() {\n";
        assert_eq!(rule.clone().within(Some(0)).complete(text), Some(14));
        assert_eq!(rule.complete(text), None);
    }

    #[test]
    fn any_chunking_stops_at_the_same_place() {
        let rule = StopRule::new(Extent::Block, "fn a() {", 40);
        let text = "\n    if b {\n        c\n    } else {\n        d\n    }\n}\n\nfn e() {\n}\n";
        let whole = rule.complete(text).unwrap();
        let first = (0..=text.len()).find_map(|n| rule.complete(&text[..n])).unwrap();
        assert_eq!(first, whole);
    }

    #[test]
    fn shows_whole_lines_of_a_block_under_way() {
        let rule = StopRule::new(Extent::Block, "fn a() {", 40);
        for (text, want) in [
            ("\n    let x", None),
            ("\n    let x = 1;\n    let", Some("\n    let x = 1;")),
            ("\n    let x = 1;\n    if y {\n        z", Some("\n    let x = 1;")),
            ("\n    if y {\n    ", Some("\n    if y {")),
        ] {
            assert_eq!(rule.presentable(text).map(|end| &text[..end]), want, "{text:?}");
        }
    }

    #[test]
    fn a_block_has_a_bound() {
        let rule = StopRule::new(Extent::Block, "", 3);
        assert_eq!(rule.complete("a\nb\nc\nd\ne\n"), Some(5));
    }
}
