//! Where the secrets in a text are: known token formats, private keys, passwords in URLs.
//!
//! It runs for every prompt, so one automaton looks for the literals that every secret has, and
//! only what stands at a hit is judged by a rule. A rule is a literal and what must follow it:
//! ordinary code, hashes, UUIDs and base64 data do not.

mod judge;
mod rules;

use regex::Regex;
use rules::{RULES, url_safe};
use std::sync::LazyLock;

/// A secret in a text: from byte `start` to before byte `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Secret {
    pub(super) start: usize,
    pub(super) end: usize,
    /// What a placeholder names it: lower-case letters, digits and hyphens, at most 24 bytes.
    pub(super) kind: &'static str,
}

/// The secrets in `text`, in order, not overlapping. Takes time linear in the text's length.
pub(super) fn find(text: &str) -> Vec<Secret> {
    let mut found: Vec<Secret> = Vec::new();
    // Where to look on, where the last secret ended, and a secret found ahead of its literal:
    // what stands between them may hold another, as the user's part of a URL does.
    let (mut from, mut done) = (0, 0);
    let mut ahead: Option<Secret> = None;
    while let Some(at) = next_literal(text, from) {
        if let Some(passed) = ahead.take_if(|secret| secret.start <= at) {
            done = passed.end;
            from = from.max(passed.end);
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        let secret = RULES
            .iter()
            .filter(|rule| rest.starts_with(rule.literal))
            .find_map(|rule| rule.judge(text, at, done));
        from = at + 1;
        let Some(secret) = secret else { continue };
        if secret.start > at {
            ahead.get_or_insert(secret);
        } else {
            done = secret.end;
            from = secret.end;
        }
        found.push(secret);
    }
    add_discord(text, &mut found);
    found.sort_by_key(|secret| secret.start);
    // What overlaps is one secret, so that no part of either is left.
    found.dedup_by(|next, kept| {
        let overlap = next.start < kept.end;
        if overlap {
            kept.end = kept.end.max(next.end);
        }
        overlap
    });
    found
}

/// Builds the automaton now (about a millisecond) rather than at the first search.
pub fn warm_up() {
    LazyLock::force(&LITERALS);
}

/// All rules' literals as one pattern; `None` if it does not compile, which a test rules out.
static LITERALS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let literals: Vec<String> = RULES.iter().map(|r| regex::escape(r.literal)).collect();
    Regex::new(&literals.join("|")).ok()
});

/// The first place at or after byte `from` where a rule's literal stands.
fn next_literal(text: &str, from: usize) -> Option<usize> {
    match LITERALS.as_ref() {
        Some(literals) => literals.find_at(text, from).map(|hit| hit.start()),
        // Slow, but nothing gets past it.
        None => {
            let rest = text.get(from..)?;
            let hits = RULES.iter().filter_map(|rule| rest.find(rule.literal));
            hits.min().map(|at| from + at)
        }
    }
}

/// Discord's bot tokens have no literal: a base64 number, a dot, six characters, a dot and the
/// rest. They are looked for by their dots.
fn add_discord(text: &str, found: &mut Vec<Secret>) {
    let bytes = text.as_bytes();
    for (dot, _) in text.match_indices('.') {
        if bytes.get(dot + 7) == Some(&b'.') {
            found.extend(discord(bytes, dot));
        }
    }
}

/// The bot token whose first dot stands at byte `dot`.
fn discord(bytes: &[u8], dot: usize) -> Option<Secret> {
    const QUADS: [&[u8]; 4] = [b"MNO", b"DTjz", b"AEIMQUYcgk", b"wxyz012345"];
    let before = bytes.get(..dot)?;
    let len = before.iter().rev().take(30).take_while(|b| b.is_ascii_alphanumeric()).count();
    let (rest, run) = before.split_at_checked(dot - len)?;
    // What an escape (`\n`, `%3D`) leaves before the number.
    let strange = match (rest.last(), run) {
        (Some(b'\\'), [b'n' | b'r' | b't', ..]) => 1,
        (Some(b'%'), _) => 2,
        (Some(b'_'), _) => return None,
        _ => 0,
    };
    let number = run.get(strange..)?;
    // 17 to 20 ASCII digits in base64: the last group may be short, and ends differently.
    let digits = (22..=28).contains(&number.len())
        && number.iter().take(20).zip(QUADS.iter().cycle()).all(|(b, set)| set.contains(b));
    let middle = bytes.get(dot + 1..dot + 7)?;
    if !digits || !middle.iter().all(|b| url_safe(*b)) {
        return None;
    }
    let tail = bytes.get(dot + 8..)?.iter().take_while(|b| url_safe(**b)).count();
    let (start, end) = (dot - number.len(), dot + 8 + tail);
    let kind = "discord-token";
    (tail >= 27).then_some(Secret { start, end, kind })
}

#[cfg(test)]
mod ordinary;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
