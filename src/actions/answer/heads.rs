//! Doc comments and attributes stand above the code that was asked about, in plain sight of the model:
//! many repeat them in their answer.

use super::indent::says_something;

/// Lines that an answer has more at its beginning than the region: those that stand above it already.
pub(super) fn repeated(answer: &[&str], before: &[&str], region: &[&str]) -> usize {
    let Some(own) = region.iter().map(|line| line.trim()).find(|line| !line.is_empty()) else {
        return 0;
    };
    let heads = before.iter().rev().take_while(|line| is_head(line)).count();
    if heads == 0 || is_head(own) {
        return 0;
    }
    let above = before.get(before.len() - heads..).unwrap_or_default();
    let first = answer.iter().position(|line| !line.trim().is_empty()).unwrap_or(0);
    let answer = answer.get(first..).unwrap_or_default();
    // The very same lines, or the last of them.
    let same = (1..=heads.min(answer.len())).rev().find(|count| {
        let (tail, lead) = (above.get(heads - count..), answer.get(..*count));
        let pairs = tail.unwrap_or_default().iter().zip(lead.unwrap_or_default());
        pairs.clone().all(|(a, b)| a.trim() == b.trim())
            && pairs.clone().any(|(a, _)| says_something(a))
    });
    if let Some(same) = same {
        return first + same;
    }
    // Or in other words, and then the code itself.
    match answer.iter().position(|line| line.trim() == own) {
        Some(at) if answer.iter().take(at).all(|line| is_head(line)) => first + at,
        _ => 0,
    }
}

/// A line of a comment, an attribute, a decorator or an annotation.
pub(super) fn is_head(line: &str) -> bool {
    let line = line.trim();
    ["//", "/*", "*", "#[", "# ", "--"].iter().any(|open| line.starts_with(open))
        || line == "#"
        || (line.starts_with('@') && line.len() > 1 && !line.ends_with('{'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_above_already() {
        for (before, region, answer, want) in [
            ("fn a() {}\n\n/// Doc.\n#[x]", "fn f() {", "/// Doc.\n#[x]\nfn f() {", 2),
            ("fn a() {}\n\n/// Doc.\n#[x]", "fn f() {", "#[xyz]\nfn f() {", 1),
            ("/// Doc.\n#[abc]", "fn f() {", "#[abc]\nfn g() {", 1),
            ("/// Doc.", "fn f() {", "/// Better.\n/// Doc.\nfn f() {", 2),
            // A function before it has a doc comment of its own.
            ("/// Doc.", "fn f() {", "/// Helps.\nfn h() {}\n\nfn f() {", 0),
            // Nothing stands above.
            ("fn a() {}\n", "fn f() {", "/// Doc.\nfn f() {", 0),
            // The region begins with its own.
            ("// Part 1.", "// Doc.\nfn f() {", "// Doc.\nfn f() {", 0),
            ("/// Doc.", "fn f() {", "fn f() {", 0),
            ("/// Doc.", "fn f() {", "", 0),
        ] {
            let lines = |text: &'static str| text.lines().collect::<Vec<_>>();
            let got = repeated(&lines(answer), &lines(before), &lines(region));
            assert_eq!(got, want, "{before:?} {answer:?}");
        }
    }
}
