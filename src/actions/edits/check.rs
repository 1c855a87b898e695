//! What an answer comes to, looked at before anyone gets to see it.

use tree_sitter::Tree;

use super::changes::{LineEdit, applied};
use super::kept;
use super::parse::{SyntaxFault, count, faults};
use crate::actions::prompts::FaultValue;
use crate::actions::task::Task;
use crate::document::TREE_LIMIT;
use crate::document::language::{Grammar, Language};
use crate::document::line_ending::normalise;
use crate::document::offset::ByteRange;
use crate::document::parse_queue::parse_now;
use crate::document::text::Text;

/// What can be wrong with an answer.
const SYNTAX: &str = "the answer breaks the syntax";
pub(in crate::actions) const LOST: &str = "the answer loses or changes code that was to stay";

pub(in crate::actions) const NOTHING_NEW: &str = "the answer has no new function in it";

/// Whether code is data: an object, or a list of them, with something in it.
pub(in crate::actions) fn is_json(code: &str) -> bool {
    let code = code.trim();
    let says = code.starts_with(['{', '[']) && code.contains('"');
    says && serde_json::from_str::<serde::de::IgnoredAny>(code).is_ok()
}

/// What an answer comes to in a snapshot.
#[derive(Debug)]
pub(in crate::actions) struct Made {
    /// The edits.
    pub(in crate::actions) edits: Vec<LineEdit>,
    /// The lines that it wrote, with LF.
    pub(in crate::actions) code: String,
    /// Where they begin once the edits are made: a line, from 0.
    pub(in crate::actions) line: usize,
}

impl Made {
    /// Of code that joins a file.
    pub(in crate::actions) fn joined(text: &Text, code: String, edits: Vec<LineEdit>) -> Self {
        match edits.split_last() {
            Some((last, before)) if !text.is_empty() => {
                let breaks = |edit: &LineEdit| normalise(&edit.text).matches('\n').count();
                let above: usize = before.iter().map(breaks).sum();
                let line = text.line_of(last.range.start) + above + 1;
                let code = normalise(&last.text).trim_start_matches('\n').to_owned();
                Self { edits, code, line }
            }
            _ => Self { edits, code, line: 0 },
        }
    }
}

/// The lines that an answer came to, and what is wrong with them.
pub(in crate::actions) type Broken = (String, Vec<FaultValue>);

/// What is wrong, and for a person what kind of fault it is.
pub(in crate::actions) type Wrong = (Vec<FaultValue>, &'static str);

/// What an answer must have kept.
pub(in crate::actions) struct Asked {
    /// What was asked for.
    pub(in crate::actions) task: Task,
    /// The lines that it was about.
    pub(in crate::actions) region: ByteRange,
    /// Where what is to be mended was found, and whether it says that the code is of no use.
    pub(in crate::actions) found: Vec<(ByteRange, bool)>,
    /// The code of the answer as the model gave it.
    pub(in crate::actions) given: String,
}

/// A text before and after its edits, each parsed once.
pub(in crate::actions) struct Trees {
    pub(in crate::actions) grammar: Grammar,
    pub(in crate::actions) before: Tree,
    pub(in crate::actions) after: Tree,
}

impl Trees {
    /// Parses both; `None` where the language has no tree, or one of them is too long.
    pub(in crate::actions) fn new(language: Language, before: &Text, after: &Text) -> Option<Self> {
        let grammar = language.grammar()?;
        if before.len().max(after.len()) > TREE_LIMIT {
            return None;
        }
        let (before, after) = (parse_now(grammar, before)?, parse_now(grammar, after)?);
        Some(Self { grammar, before, after })
    }
}

/// What is wrong with the edits of a text: what does not parse that did, else what has been lost of the
/// code that was asked about.
pub(in crate::actions) async fn wrong(
    language: Language,
    text: &Text,
    made: &Made,
    asked: Option<Asked>,
) -> Option<Wrong> {
    let (before, after) = (text.clone(), applied(text, &made.edits));
    let (first, code) = (made.line, made.code.clone());
    let written = made.edits.iter().map(|edit| normalise(&edit.text));
    let written: Vec<String> = written.chain([code.clone()]).collect();
    let looking = tokio::task::spawn_blocking(move || {
        let trees = Trees::new(language, &before, &after);
        if let Some(trees) = &trees
            && count(trees.after.root_node()) > count(trees.before.root_node())
        {
            let lines = (first, code.lines().count());
            return Some((broken(&trees.after, &after, lines, &written), SYNTAX));
        }
        let Asked { task, region, found, given } = asked?;
        // Some languages take it for a statement.
        if is_json(&code) && !language.id().starts_with("json") && !is_json(&before.slice(region)) {
            let what = "that is JSON and no code".to_owned();
            return Some((vec![FaultValue { line: 1, what }], SYNTAX));
        }
        let outcome = kept::Outcome {
            task: &task,
            language,
            trees: trees.as_ref(),
            before: &before,
            region,
            found: &found,
            after: &after,
            code: &code,
            given: &given,
        };
        let lost = Some((kept::faults(&outcome), LOST)).filter(|(faults, _)| !faults.is_empty());
        lost.or_else(|| kept::nothing_new(&outcome).map(|fault| (vec![fault], NOTHING_NEW)))
    });
    // A parser that fails says nothing good of the text.
    looking.await.unwrap_or(Some((Vec::new(), SYNTAX)))
}

/// What does not parse, by the lines that were written: the first of them and how many they are.
fn broken(
    tree: &Tree,
    text: &Text,
    (first, count): (usize, usize),
    written: &[String],
) -> Vec<FaultValue> {
    let last = (first + count).saturating_sub(1);
    let near = ByteRange::new(text.line_start(first), text.line_end(last));
    let inside = |line: usize| {
        let line = line.checked_sub(first).map(|line| line + 1);
        line.filter(|line| *line <= count).unwrap_or(0)
    };
    let value = |fault: SyntaxFault| FaultValue { line: inside(fault.line), what: fault.what };
    // The file may be one that the model is not shown.
    let own = |quoted: &str| written.iter().any(|text| text.contains(quoted));
    faults(tree, text, near, own).into_iter().map(value).collect()
}
