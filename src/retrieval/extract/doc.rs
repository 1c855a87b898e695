//! The first sentence of a definition's documentation, found in the text around it.

use crate::retrieval::source::{Family, Source};

/// Longer sentences (bytes) are cut at a word.
const LONGEST: usize = 120;

/// From the comment that ends right above the definition. Attributes and decorators between are
/// passed over.
pub(super) fn before(text: &str, start: usize, source: Source) -> Option<String> {
    let above = text.get(..start)?;
    let (above, line) = above.rsplit_once('\n')?;
    // What stands behind something else on its line is not what the comment is about.
    if line.contains(['{', ';', ',', '(']) {
        return None;
    }
    let mut block: Option<usize> = None;
    let mut first = above.len();
    let mut end = None;
    for (seen, line) in above.rsplit('\n').enumerate() {
        let from = first - line.len();
        let trimmed = line.trim();
        if seen > 80 {
            return None;
        }
        if block.is_some() {
            if trimmed.starts_with("/*") {
                return sentence(above.get(from..end.unwrap_or(above.len()))?);
            }
        } else if trimmed.ends_with("*/") {
            end.get_or_insert(first);
            block = Some(first);
            if trimmed.starts_with("/*") {
                return sentence(trimmed);
            }
        } else if is_line_comment(trimmed, source) {
            end.get_or_insert(first);
        } else if !(end.is_none() && (trimmed.starts_with("#[") || trimmed.starts_with('@'))) {
            return end.and_then(|end| sentence(above.get(first + 1..end)?));
        }
        first = from.saturating_sub(1);
        if from == 0 {
            return end.and_then(|end| sentence(above.get(..end)?));
        }
    }
    None
}

fn is_line_comment(line: &str, source: Source) -> bool {
    match source.family() {
        Family::Python => line.starts_with('#') && !line.starts_with("#!"),
        Family::Rust => line.starts_with("///"),
        _ => line.starts_with("//"),
    }
}

/// The first sentence of a comment or a string, its marks taken off.
pub(super) fn sentence(comment: &str) -> Option<String> {
    let mut found = String::new();
    for line in comment.lines().take(8) {
        let line = line.trim().trim_start_matches(['/', '*', '!', '#', '"', '\'', 'r']).trim();
        let line = line.trim_end_matches(['*', '/', '"', '\'']).trim_end();
        if line.is_empty() || line.starts_with('@') {
            if found.is_empty() {
                continue;
            }
            break;
        }
        if !found.is_empty() {
            found.push(' ');
        }
        found.push_str(line);
        if let Some(stop) = found.find(". ") {
            found.truncate(stop);
            break;
        }
        if found.ends_with('.') || found.len() > LONGEST {
            break;
        }
    }
    if found.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|at| found.is_char_boundary(*at)).unwrap_or(0);
        found.truncate(end);
        let word = found.rfind(' ').unwrap_or(end);
        found.truncate(word);
        found.push('…');
    }
    let length = found.trim_end_matches('.').len();
    found.truncate(length);
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_comment_above_is_the_documentation() {
        for (text, source, doc) in [
            ("/// Reads. More.\n#[inline]\nfn", Source::Rust, Some("Reads")),
            (
                "x;\n/**\n * Reads a line\n * of text.\n */\nfn",
                Source::JavaScript,
                Some("Reads a line of text"),
            ),
            ("/// Of s.\nstruct S { fn", Source::Rust, None),
            ("let a;\n\nfn", Source::Rust, None),
            ("// Reads it.\n@cached\nfn", Source::Java, Some("Reads it")),
            ("fn", Source::Rust, None),
        ] {
            assert_eq!(before(text, text.len() - 2, source).as_deref(), doc, "{text}");
        }
    }
}
