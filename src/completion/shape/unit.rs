//! How a document indents.

use super::scan::TAB;
use crate::document::language::Language;

/// One step of indentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::completion) struct Unit {
    /// Tabs.
    pub(in crate::completion) tabs: bool,
    /// Columns.
    pub(in crate::completion) columns: usize,
    /// The document tells; else it is what is usual.
    pub(in crate::completion) known: bool,
}

/// Columns of leading blanks.
pub(in crate::completion) fn width(line: &str) -> usize {
    let blank = line.chars().take_while(|c| matches!(c, ' ' | '\t'));
    blank.map(|c| if c == '\t' { TAB } else { 1 }).sum()
}

/// How the lines indent: by the commonest step from one line to a deeper one, else by where the
/// editor put the cursor, else as is usual.
pub(in crate::completion) fn unit<'a>(
    lines: impl Iterator<Item = &'a String>,
    language: Language,
    before: &str,
    above: Option<&str>,
) -> Unit {
    let (mut tabs, mut blanks) = (usize::from(before.starts_with('\t')), 0_usize);
    let mut steps = [0_usize; 9];
    let mut last: Option<(usize, bool)> = None;
    for line in lines.filter(|line| !line.trim().is_empty()) {
        match line.chars().next() {
            Some('\t') => tabs += 1,
            Some(' ') => blanks += 1,
            _ => {}
        }
        let indent = width(line);
        let body = line.trim();
        let step = last.and_then(|(above, opens)| match indent.checked_sub(above) {
            Some(deeper) => opens.then_some(deeper),
            None => body.starts_with(['}', ')', ']']).then_some(above - indent),
        });
        if let Some(count) = step.and_then(|step| steps.get_mut(step)) {
            *count += 1;
        }
        last = Some((indent, body.ends_with(['{', '(', '[', ':'])));
    }
    if tabs > blanks {
        return Unit { tabs: true, columns: TAB, known: true };
    }
    let step = |columns: usize| steps.get(columns).copied().unwrap_or(0);
    let found = [2, 4, 8, 3].into_iter().filter(|columns| step(*columns) > 0);
    // An aligned or doubly indented line is less common than a step.
    let found = found.max_by_key(|columns| (step(*columns), std::cmp::Reverse(*columns)));
    // What goes on from a line above is often indented twice.
    let found = found.map(|columns| if step(2) * 4 >= step(columns) { 2 } else { columns });
    let above =
        above.filter(|above| above.trim_end().ends_with(['{', '(', '[', ':'])).map_or(0, width);
    let here = width(before).checked_sub(above).filter(|columns| matches!(columns, 2..=4 | 8));
    if let Some(columns) = found.or(here) {
        // One step may be an aligned line.
        let known = found.is_none() || step(columns) > 1;
        return Unit { tabs: false, columns, known };
    }
    let (tabs, columns) = match language.id() {
        "go" | "makefile" => (true, TAB),
        "javascript" | "javascriptreact" | "typescript" | "typescriptreact" | "ruby" | "yaml"
        | "json" | "html" | "css" | "scss" | "lua" | "dart" | "scala" | "markdown" => (false, 2),
        _ => (false, 4),
    };
    Unit { tabs, columns, known: false }
}
