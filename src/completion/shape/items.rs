//! What an open bracket holds: items that are alike (fields, arms, entries, arguments) or statements.

use super::around::Around;
use super::scan::Open;
use crate::document::language::Language;

/// The text before each open bracket on its line.
pub(super) fn heads(head: &str, before: &str, open: &[Open], floor: usize) -> Vec<String> {
    let of = |(index, open): (usize, &Open)| {
        let text = if index < floor { head } else { before };
        let before = text.get(..open.at).unwrap_or("");
        before.rsplit('\n').next().unwrap_or("").to_owned()
    };
    open.iter().enumerate().map(of).collect()
}

impl Around {
    /// Whether the innermost open bracket above the cursor's line holds items that are alike,
    /// rather than statements.
    pub(in crate::completion) fn holds_items(&self) -> bool {
        let Some(index) = self.floor.checked_sub(1) else {
            return matches!(self.language.id(), "json" | "jsonc" | "css" | "scss" | "less");
        };
        let Some(open) = self.scan.open().get(index) else { return false };
        let head = self.heads.get(index).map_or("", String::as_str);
        open.bracket != '{' || is_head_of_items(head, self.language)
    }
}

/// Whether `{` after this text opens a list of fields, arms, variants or entries.
pub(super) fn is_head_of_items(head: &str, language: Language) -> bool {
    if matches!(language.id(), "python" | "json" | "jsonc" | "css" | "scss" | "less" | "lua") {
        return true;
    }
    let text = head.trim();
    let word =
        |word: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == word);
    if ["struct", "enum", "union", "match", "switch", "interface"].iter().any(|w| word(w)) {
        return !text.starts_with("impl");
    }
    let Some(last) = text.chars().last() else { return false };
    if matches!(last, '=' | '(' | ',' | ':' | '[') || text.ends_with("return") {
        return !text.starts_with("case ") && !text.starts_with("default");
    }
    if ["type ", "export type ", "import", "use ", "export"].iter().any(|w| text.starts_with(w))
        && !word("function")
        && !word("class")
        && !word("const")
    {
        return true;
    }
    match language.id() {
        "go" => !head.ends_with(' '),
        "rust" => {
            let name = text.rsplit([' ', '(', ':']).next().unwrap_or("");
            let opens =
                ["impl", "trait", "fn", "if", "while", "for", "loop", "mod", "unsafe", "else"]
                    .iter()
                    .any(|w| word(w));
            name.chars().next().is_some_and(char::is_uppercase) && !opens
        }
        _ => false,
    }
}
