//! Words around code that has no fence, and words where there is no code at all.

use crate::document::language::Language;

/// How refusals begin, in the languages models refuse in most; others count as prose.
const REFUSALS: [&str; 12] = [
    "i'm sorry",
    "i’m sorry",
    "i am sorry",
    "sorry, ",
    "i can't",
    "i can’t",
    "i cannot",
    "i'm unable",
    "i am unable",
    "i won't",
    "as an ai",
    "unfortunately, i",
];

/// Whether a text begins as a refusal does.
pub(super) fn is_refusal(text: &str) -> bool {
    let head: String = text.trim_start().chars().take(24).collect::<String>().to_lowercase();
    REFUSALS.iter().any(|start| head.starts_with(start))
}

/// What is left of a text without the paragraphs of prose before and after its code; `None` if all
/// of it is prose.
pub(super) fn strip(text: &str, language: Language) -> Option<String> {
    if super::sense::is_text(language) {
        return Some(text.to_owned());
    }
    let lines: Vec<&str> = text.lines().collect();
    let is_prose = |line: &&str| is_prose(line, language);
    let blank = |line: &&str| line.trim().is_empty();
    let first = lines.iter().position(|line| !blank(line) && !is_prose(line))?;
    let last = lines.iter().rposition(|line| !blank(line) && !is_prose(line))?;
    // Only whole paragraphs go: a line of prose right above code may be its comment.
    let above = lines.get(..first)?;
    let parted = above.last().is_none_or(|line| blank(line) || line.trim_end().ends_with(':'));
    let first = if parted { first } else { lines.iter().position(|line| !blank(line))? };
    let below = lines.get(last + 1..)?;
    let end = if below.first().is_none_or(blank) { last + 1 } else { lines.len() };
    Some(lines.get(first..end)?.join("\n"))
}

/// Whether a line is a sentence and no code.
pub(super) fn is_prose(line: &str, language: Language) -> bool {
    let text = line.trim();
    if text.is_empty() {
        return false;
    }
    if line.starts_with([' ', '\t']) && !text.starts_with(['-', '*', '•']) {
        return false;
    }
    let comments = [language.line_comment(), language.block_comment().map(|(open, _)| open)];
    if comments.into_iter().flatten().any(|open| text.starts_with(open)) {
        return false;
    }
    let text = text.trim_start_matches(['-', '*', '•', '>', ' ']);
    let text = text.trim_matches(['*', '_']);
    let words: Vec<&str> = text.split_whitespace().collect();
    let plain = |word: &&&str| {
        let word = word.trim_matches(|c: char| {
            matches!(c, ',' | '.' | ':' | '!' | '?' | '`' | '"' | '\'' | '(' | ')' | '’' | '*')
        });
        word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '/'))
    };
    let letters = words.iter().filter(plain).count();
    let code = text.ends_with([';', '{', '}', '=', '(', ',', '[', ']', '\\'])
        || text.contains(" = ")
        || text.contains("==")
        || text.contains("->")
        || text.contains("=>");
    let begins = text.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_ascii());
    let numbered = words.first().is_some_and(|word| {
        word.strip_suffix(['.', ')']).is_some_and(|number| number.parse::<u8>().is_ok())
    });
    let ends = text.ends_with(['.', ':', '!', '?', '。', '：']);
    let many = words.len() >= 3 || (ends && words.len() >= 2);
    let cjk = text.chars().any(|c| ('\u{2e80}'..='\u{9fff}').contains(&c)) && ends;
    !code && (cjk || (many && (begins || numbered) && letters * 4 >= words.len() * 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_told_from_code() {
        let python = Language::from_id("python").unwrap_or(Language::PLAIN_TEXT);
        for (line, want) in [
            ("Here is the improved code:", true),
            ("I hope this helps!", true),
            ("This version uses a dictionary instead of a list.", true),
            ("- Renamed `x` to `count`.", true),
            ("1. The loop is gone.", true),
            ("这是代码。", true),
            ("def f(a, b):", false),
            ("# This is a comment in the code.", false),
            ("return value", false),
            ("    Words in a doc string, indented.", false),
            ("class Foo:", false),
            ("raise ValueError(x) from None", false),
            ("total = sum(values)", false),
            ("import os", false),
            ("else:", false),
        ] {
            assert_eq!(is_prose(line, python), want, "{line}");
        }
    }
}
