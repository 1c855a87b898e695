//! A cut: from a token to the end of its line, its statement or its block.

use tree_sitter::Node;

use super::corpus::File;
use super::random::Random;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Line,
    Statement,
    Block,
}

pub struct Cut {
    pub start: usize,
    pub end: usize,
    pub text: String,
    /// The lines that follow it.
    pub following: String,
}

/// Longest cut, in bytes and lines.
const BYTES: usize = 1_500;
const LINES: usize = 40;

impl Cut {
    pub fn before<'a>(&self, file: &'a File) -> &'a str {
        &file.text[..self.start]
    }

    pub fn after<'a>(&self, file: &'a File) -> &'a str {
        &file.text[self.end..]
    }

    /// At a random token of code; `None` where that is nothing to cut. A block is cut from a token of
    /// what opens it: half a statement before it asks for that statement alone.
    pub fn random(file: &File, end: End, random: &mut Random) -> Option<Self> {
        let root = file.tree.root_node();
        let place = random.below(file.text.len());
        let mut leaf = root.descendant_for_byte_range(place, place)?;
        if root.has_error() {
            return None;
        }
        let end = match end {
            End::Line => {
                let start = leaf.start_byte();
                file.text[start..].find('\n').map_or(file.text.len(), |at| start + at)
            }
            End::Statement => ancestor(leaf, |kind| is_statement(kind) || is_body(kind))
                .filter(|found| is_statement(found.kind()))?
                .end_byte(),
            End::Block => {
                let block = ancestor(leaf, is_block)?;
                let opener = block.parent().filter(|opener| !is_block(opener.kind()))?;
                let place = opener.start_byte()
                    + random.below(block.start_byte() - opener.start_byte() + 1);
                leaf = root.descendant_for_byte_range(place, place)?;
                block.end_byte()
            }
        };
        if leaf.child_count() > 0 || in_text(leaf) {
            return None;
        }
        let start = leaf.start_byte();
        // The rest of a line belongs to it.
        let rest =
            &file.text[end..file.text[end..].find('\n').map_or(file.text.len(), |at| end + at)];
        let end = if rest.trim().is_empty() || rest.trim() == ";" {
            end + rest.trim_end().len()
        } else {
            end
        };
        let text = file.text.get(start..end)?.trim_end();
        // In the middle of a line only its rest is completed.
        let left = file.text[start + text.len()..].split('\n').next().unwrap_or("");
        if !left.trim().chars().all(|c| ")]};,".contains(c)) {
            return None;
        }
        let fits = !text.is_empty() && text.len() <= BYTES && text.lines().count() <= LINES;
        let following: Vec<&str> = file.text[start + text.len()..].split('\n').take(6).collect();
        fits.then(|| Self {
            start,
            end: start + text.len(),
            text: text.to_owned(),
            following: following.join("\n"),
        })
    }
}

fn ancestor<'a>(leaf: Node<'a>, is: impl Fn(&str) -> bool) -> Option<Node<'a>> {
    let mut node = leaf;
    loop {
        node = node.parent()?;
        if is(node.kind()) {
            return Some(node);
        }
    }
}

fn is_statement(kind: &str) -> bool {
    (kind.ends_with("_statement") && kind != "export_statement")
        || kind.ends_with("let_declaration")
        || matches!(kind, "lexical_declaration" | "variable_declaration" | "declaration")
}

/// What holds statements, members or entries: half of one of those asks for that one alone.
fn is_body(kind: &str) -> bool {
    is_block(kind)
        || kind.ends_with("_body")
        || kind.ends_with("_list")
        || matches!(kind, "array" | "object" | "dictionary" | "parameters" | "formal_parameters")
}

fn is_block(kind: &str) -> bool {
    kind == "block" || kind.ends_with("_block") || kind == "compound_statement"
}

fn in_text(leaf: Node<'_>) -> bool {
    let mut node = Some(leaf);
    while let Some(at) = node {
        let kind = at.kind();
        if kind.contains("comment") || kind.contains("string") || kind.contains("char") {
            return true;
        }
        node = at.parent();
    }
    false
}
