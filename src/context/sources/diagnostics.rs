//! What the editor's tools say is wrong near the cursor.

use crate::context::need::{Diagnostic, Need, Severity};
use crate::context::snippet::{Origin, Shorten, Snippet};
use crate::prompt::budget::estimate;

/// Lines up to which a diagnostic is near.
const NEAR: u32 = 40;
/// So many at most.
const MOST: usize = 6;
/// Lines and bytes of a message that are shown.
const LINES: usize = 2;
const LONGEST: usize = 240;

/// The name under which foretype itself publishes what a review found.
const OWN: &str = "foretype";

/// The errors and warnings near the cursor, one to a line, errors first, then the nearest. Those of the
/// cursor's own line are left out: what is being written there is wrong until it is written.
#[must_use]
pub fn diagnostics(need: &Need<'_>, budget: usize) -> Vec<Snippet> {
    let distance = |found: &Diagnostic| match (found.lines.0, found.lines.1) {
        (first, _) if need.line < first => first - need.line,
        (_, last) => need.line.saturating_sub(last),
    };
    let told = |found: &&Diagnostic| {
        let there = (1..=NEAR).contains(&distance(found));
        let own = found.source.as_deref() == Some(OWN);
        there && !own && found.severity <= Severity::Warning
    };
    let mut found: Vec<&Diagnostic> = need.diagnostics.iter().filter(told).collect();
    found.sort_by_key(|found| (found.severity, distance(found), found.lines, &found.message));
    found.dedup();
    let mut text = String::new();
    let mut left = budget.saturating_sub(estimate(need.path) + 2);
    for found in found.into_iter().take(MOST) {
        let line = line(found);
        let size = estimate(&line);
        if size > left {
            break;
        }
        left -= size;
        text.push_str(&line);
    }
    if text.is_empty() {
        return Vec::new();
    }
    vec![Snippet {
        origin: Origin::Diagnostics,
        path: need.path.into(),
        text,
        lines: None,
        score: 1.0,
        shorten: Shorten::End,
        why: "wrong near the cursor, as the editor's tools say".into(),
    }]
}

/// `line 3: error[E0308] (rustc): mismatched types`
fn line(found: &Diagnostic) -> String {
    let kind = if found.severity == Severity::Error { "error" } else { "warning" };
    let plain = |text: &str| -> String {
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(60).collect()
    };
    let code = found.code.as_deref().map_or(String::new(), |code| format!("[{}]", plain(code)));
    let source = found.source.as_deref().map_or(String::new(), |by| format!(" ({})", plain(by)));
    let lines = found.message.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut message = lines.take(LINES).collect::<Vec<_>>().join("; ");
    if message.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|at| message.is_char_boundary(*at)).unwrap_or(0);
        message.truncate(end);
    }
    format!("line {}: {kind}{code}{source}: {message}\n", found.lines.0 + 1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::context::need::fixture::World;

    fn found(line: u32, severity: Severity, message: &str) -> Diagnostic {
        let (code, source) = (Some("E1".to_owned()), Some("rustc".to_owned()));
        Diagnostic { lines: (line, line), message: message.to_owned(), severity, code, source }
    }

    fn said(found: Vec<Diagnostic>, budget: usize) -> String {
        let mut world = World::new("a.rs", &format!("{}$0\n{}", "\n".repeat(50), "\n".repeat(100)));
        world.diagnostics = found;
        let snippets = diagnostics(&world.need(), budget);
        assert_eq!(snippets, diagnostics(&world.need(), budget));
        snippets.into_iter().map(|snippet| snippet.text).collect()
    }

    #[test]
    fn errors_come_first_then_the_nearest() {
        let all = vec![
            found(52, Severity::Warning, "unused"),
            found(70, Severity::Error, "far error"),
            found(48, Severity::Error, "near error\n  expected `u8`\nand more"),
            found(50, Severity::Error, "what is being typed"),
            found(120, Severity::Error, "far away"),
            found(51, Severity::Hint, "a hint"),
            found(48, Severity::Error, "near error\n  expected `u8`\nand more"),
        ];
        let want = "line 49: error[E1] (rustc): near error; expected `u8`\nline 71: error[E1] (rustc): far error\nline 53: warning[E1] (rustc): unused\n";
        assert_eq!(said(all.clone(), 500), want);
        assert_eq!(said(all.clone(), 25), want.lines().next().unwrap().to_owned() + "\n");
        assert_eq!(said(all, 5), "");
    }

    #[test]
    fn our_own_and_endless_ones_are_bounded() {
        let mut own = found(51, Severity::Error, "reviewed");
        own.source = Some(OWN.to_owned());
        assert_eq!(said(vec![own], 500), "");
        let mut long = found(51, Severity::Error, &"ü".repeat(5_000));
        long.code = Some("a\nb".repeat(100));
        let said = said(vec![long], 2_000);
        assert!(said.len() < 500 && said.lines().count() == 1, "{said}");
    }
}
