//! A hover as text: Markdown, or plain for a client that shows nothing else.

use super::symbol::Symbol;
use crate::document::language::Language;
use crate::markdown::{closed, left_off, safe, visible};

/// A longer explanation (bytes) is cut, and the rest is on its page.
const LONG: usize = 2_400;
/// Where there is nothing to read yet.
const WRITTEN: &str = "It is being written; look again in a moment.";

/// What a model says of a symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum More {
    /// Nothing.
    Nothing,
    /// All of it; its page, where it is too long.
    Whole {
        /// The text.
        text: String,
        /// The page's URI.
        page: Option<String>,
    },
    /// It is being written.
    Part {
        /// The text so far.
        text: String,
        /// The URI of the page that it is written to.
        page: Option<String>,
    },
    /// As much as came of it, and why there is no more.
    Broken {
        /// The text that came.
        text: String,
        /// Why.
        why: String,
    },
}

/// Whether an explanation is too long for a hover.
#[must_use]
pub const fn is_long(text: &str) -> bool {
    text.len() > LONG
}

/// The hover; nothing where there is nothing to say.
#[must_use]
pub fn shown(symbol: &Symbol, language: Language, more: &More, markdown: bool) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    if let Some(signature) = &symbol.signature {
        parts.push(if markdown { fenced(signature, language.id()) } else { signature.clone() });
    }
    let documentation = shown_as(&symbol.documentation, markdown);
    parts.extend(Some(documentation).filter(|text| !text.is_empty()));
    let said = explanation(more, markdown);
    if !said.is_empty() && !parts.is_empty() && markdown {
        parts.push("---".to_owned());
    }
    parts.extend(said);
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

fn explanation(more: &More, markdown: bool) -> Vec<String> {
    let (text, page, part) = match more {
        More::Nothing => return Vec::new(),
        More::Whole { text, page } => (text, page, false),
        More::Part { text, page } => (text, page, true),
        More::Broken { text, .. } => (text, &None, true),
    };
    let mut said = Vec::new();
    let cut = cut(text.trim());
    if !cut.is_empty() {
        let shown = shown_as(cut, markdown);
        let whole = !part && cut.len() == text.trim().len();
        said.push(match (whole, markdown) {
            (true, _) => shown,
            (false, true) => left_off(&shown),
            (false, false) => format!("{shown} …"),
        });
    }
    if let More::Broken { why, .. } = more {
        said.push(if markdown { format!("*{why}*") } else { why.clone() });
    } else if part && page.is_none() {
        said.push(if markdown { format!("*{WRITTEN}*") } else { WRITTEN.to_owned() });
    }
    if let Some(page) = page {
        let name = if part { "It is still being written" } else { "The whole explanation" };
        said.push(if markdown { format!("[{name}]({page})") } else { format!("{name}: {page}") });
    }
    said
}

/// As much as a hover holds, up to the end of a paragraph or a line.
fn cut(text: &str) -> &str {
    if !is_long(text) {
        return text;
    }
    let mut end = LONG;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text.get(..end).unwrap_or(text);
    let at = head.rfind("\n\n").or_else(|| head.rfind('\n')).filter(|at| *at > LONG / 2);
    head.get(..at.unwrap_or(end)).unwrap_or(head).trim_end()
}

/// What others have written: nothing that an editor would fetch or follow, and nothing left open that
/// would take in what stands below it.
fn shown_as(text: &str, markdown: bool) -> String {
    if markdown { closed(&safe(text)) } else { visible(text) }
}

/// Code in a fence that it cannot close.
fn fenced(code: &str, language: &str) -> String {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{code}\n{fence}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::document::offset::ByteRange;

    fn symbol(signature: Option<&str>, documentation: &str) -> Symbol {
        Symbol {
            name: "len".into(),
            range: ByteRange::default(),
            signature: signature.map(Into::into),
            documentation: documentation.into(),
            code: String::new(),
            around: Vec::new(),
            elsewhere: None,
        }
    }

    #[test]
    fn markdown_and_plain() {
        let rust = Language::from_id("rust").unwrap();
        let both = symbol(Some("fn len()"), "Counts.");
        let whole = More::Whole { text: "It counts.\n".into(), page: None };
        let part = More::Part { text: "It".into(), page: Some("file:///p.md".into()) };
        let begun = More::Part { text: String::new(), page: None };
        let broken = More::Broken { text: "It `co".into(), why: "It broke off.".into() };
        let bare = symbol(None, "");
        for (symbol, more, markdown, want) in [
            (&both, &More::Nothing, true, Some("```rust\nfn len()\n```\n\nCounts.")),
            (&both, &More::Nothing, false, Some("fn len()\n\nCounts.")),
            (&both, &whole, true, Some("```rust\nfn len()\n```\n\nCounts.\n\n---\n\nIt counts.")),
            (&both, &whole, false, Some("fn len()\n\nCounts.\n\nIt counts.")),
            (
                &both,
                &part,
                true,
                Some(
                    "```rust\nfn len()\n```\n\nCounts.\n\n---\n\nIt …\n\n[It is still being written](file:///p.md)",
                ),
            ),
            (&bare, &part, false, Some("It …\n\nIt is still being written: file:///p.md")),
            (&bare, &begun, true, Some("*It is being written; look again in a moment.*")),
            (&bare, &begun, false, Some("It is being written; look again in a moment.")),
            (&bare, &broken, true, Some("It `co …\n\n*It broke off.*")),
            (&bare, &broken, false, Some("It `co …\n\nIt broke off.")),
            (&bare, &whole, true, Some("It counts.")),
            (&bare, &More::Nothing, true, None),
        ] {
            assert_eq!(shown(symbol, rust, more, markdown).as_deref(), want);
        }
    }

    #[test]
    fn fences_are_closed_and_not_closed_by_code() {
        let rust = Language::from_id("rust").unwrap();
        let evil = symbol(Some("const A: &str = \"```\";"), "");
        let text = shown(&evil, rust, &More::Nothing, true).unwrap();
        assert_eq!(text, "````rust\nconst A: &str = \"```\";\n````");
        let open = More::Part { text: "```rust\nlet a".into(), page: None };
        let text = shown(&symbol(None, ""), rust, &open, true).unwrap();
        let end = "```rust\nlet a\n```\n\n…\n\n*It is being written; look again in a moment.*";
        assert_eq!(text, end);
        let long = format!("{}\n\n{}", "a".repeat(LONG - 10), "é".repeat(40));
        let whole = More::Whole { text: long, page: Some("file:///p.md".into()) };
        let text = shown(&symbol(None, ""), rust, &whole, true).unwrap();
        assert!(text.ends_with("aaa …\n\n[The whole explanation](file:///p.md)"));
    }

    /// Neither what a comment says nor what a model says takes in the rest, or leads anywhere.
    #[test]
    fn nothing_breaks_out() {
        let rust = Language::from_id("rust").unwrap();
        for (documentation, said, want) in [
            ("Counts.\n```\nlet a", "It counts.", "Counts.\n```\nlet a\n```\n\n---\n\nIt counts."),
            ("~~~~text\na", "```\nb", "~~~~text\na\n~~~~\n\n---\n\n```\nb\n```"),
            ("<!-- a", "b", "\\<!-- a\n\n---\n\nb"),
            ("![a](http://b) [c](command:d)", "<script>e", "a c\n\n---\n\n\\<script>e"),
            ("[`Vec`](crate::Vec) \u{202e}x", "![](http://e)", "`Vec` x\n\n---\n\n`http://e`"),
        ] {
            let more = More::Whole { text: said.into(), page: None };
            let text = shown(&symbol(None, documentation), rust, &more, true).unwrap();
            assert_eq!(text, want, "{documentation:?}");
        }
    }
}
