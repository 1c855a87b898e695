//! A hover as text: Markdown, or plain for a client that shows nothing else.

use super::symbol::Symbol;
use crate::document::language::Language;

/// A longer explanation (bytes) is cut, and the rest is on its page.
const LONG: usize = 2_400;

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
    parts.extend(Some(&symbol.documentation).filter(|text| !text.is_empty()).cloned());
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
    };
    let mut said = Vec::new();
    let cut = cut(text.trim());
    if !cut.is_empty() {
        let more = if part || cut.len() < text.trim().len() { " …" } else { "" };
        said.push(format!("{}{more}", closed(cut, markdown)));
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

/// With a fence that a cut left open closed, so that what follows is no code.
fn closed(text: &str, markdown: bool) -> String {
    let fences = text.lines().filter(|line| line.trim_start().starts_with("```")).count();
    if markdown && fences % 2 == 1 { format!("{text}\n```\n") } else { text.to_owned() }
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
        let begun = More::Part { text: String::new(), page: Some("file:///p.md".into()) };
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
            (&bare, &begun, true, Some("[It is still being written](file:///p.md)")),
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
        assert_eq!(text, "```rust\nlet a\n```\n …");
        let long = format!("{}\n\n{}", "a".repeat(LONG - 10), "é".repeat(40));
        let whole = More::Whole { text: long, page: Some("file:///p.md".into()) };
        let text = shown(&symbol(None, ""), rust, &whole, true).unwrap();
        assert!(text.ends_with("aaa …\n\n[The whole explanation](file:///p.md)"));
    }
}
