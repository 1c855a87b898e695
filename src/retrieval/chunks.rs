//! Files in chunks along what they define, by symbols that were read before: nothing is parsed again.

use std::collections::BTreeSet;
use std::ops::Range;

use super::symbol::{FileSymbols, Kind};
use super::vectors::chunks::{lines, packed};

/// The rows (from 0) of a file's chunks, in their order; together they are the whole file. `text` is the one
/// that its symbols are of, with LF breaks.
#[must_use]
pub fn rows(file: &FileSymbols, text: &str) -> Vec<Range<usize>> {
    let lines = lines(text);
    let line = |row: usize| lines.get(row).and_then(|line| text.get(line.clone())).unwrap_or("");
    // What is said of a definition stays with it.
    let said = |line: &str| {
        let line = line.trim_start();
        ["//", "#", "@", "*", "/*"].iter().any(|mark| line.starts_with(mark))
    };
    let mut starts = BTreeSet::new();
    for symbol in &*file.symbols {
        if matches!(symbol.kind, Kind::Field | Kind::Variant) {
            continue;
        }
        let at = symbol.range.start as usize;
        let mut row = lines.partition_point(|line| line.end <= at);
        while row > 0 && said(line(row - 1)) {
            row -= 1;
        }
        starts.insert(row);
    }
    if starts.is_empty() {
        let blank = |row: usize| line(row).trim().is_empty();
        starts.extend((1..lines.len()).filter(|row| !blank(*row) && blank(*row - 1)));
    }
    packed(&starts, &lines)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::retrieval::extract::Extractor;
    use crate::retrieval::names::Names;
    use crate::retrieval::source::Source;

    fn of(path: &str, text: &str) -> Vec<Range<usize>> {
        let source = Source::from_path(path).unwrap();
        let file = Extractor::default().read(path, source, text, &Names::default()).unwrap();
        let rows = rows(&file, text);
        // Every line is in one.
        let mut next = 0;
        for range in &rows {
            assert_eq!(range.start, next);
            next = range.end;
        }
        assert_eq!(next, text.lines().count());
        rows
    }

    #[test]
    fn functions_stay_whole_with_what_is_said_of_them() {
        let function = |name: usize| {
            let body = "    let a = 1;\n".repeat(15);
            format!("/// Says {name}.\n#[must_use]\nfn f{name}() {{\n{body}}}\n\n")
        };
        let text: String = (0..5).map(function).collect();
        assert_eq!(of("a.rs", &text), [0..40, 40..80, 80..100]);
        let class = format!("class A:\n{}", "    def f(self):\n        return 1\n\n".repeat(60));
        let rows = of("a.py", &class);
        assert!(rows.iter().skip(1).all(|range| (range.start - 1) % 3 == 0), "{rows:?}");
        // Without definitions, paragraphs.
        let text = format!("{}\n{}", "x()\n".repeat(30), "y()\n".repeat(30));
        assert_eq!(of("a.py", &text), [0..31, 31..61]);
        assert!(of("a.rs", "").is_empty());
    }
}
