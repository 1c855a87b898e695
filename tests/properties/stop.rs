//! The stop rule on growing texts: once a text is complete, it is complete at the same place
//! however it goes on, so that the pieces a stream comes in make no difference.

use std::sync::Arc;

use foretype::completion::shape::around::Cursor;
use foretype::completion::shape::stop::StopRule;
use foretype::completion::trigger::Extent;
use foretype::document::Document;

use crate::random::Random;

const BEFORE: [&str; 9] =
    ["", "    ", "\t", "fn a() {", "    if x {", "def a():", "    call(", "  end", "        "];
const PIECES: [&str; 34] = [
    "a",
    "b();",
    "x = 1",
    "if c {",
    "}",
    "} else {",
    "});",
    ")",
    "(",
    "[",
    "]",
    "{",
    "end",
    "endif",
    "en",
    "end # x",
    "    ",
    "  ",
    "\t",
    "\n",
    "\n",
    "\n    ",
    "\n        ",
    "\n\t",
    "\n}",
    "\n    }",
    "\n\n",
    "\n  \n",
    "\n    end",
    "é",
    "\u{a0}",
    "\n)",
    "\u{c}",
    "return",
];

const LANGUAGES: [&str; 7] =
    ["rust", "python", "ruby", "csharp", "markdown", "typescript", "plaintext"];

fn rule(extent: Extent, before: &str, random: &mut Random) -> StopRule {
    let document = Document::open("untitled:a", random.pick(&LANGUAGES), 1, before).snapshot();
    let (at, language) = (document.text.end(), document.language);
    let cursor = Cursor::new(document, at, language);
    StopRule::new(extent, Arc::new(cursor), 1 + random.below(8))
}

fn cuts(rule: &StopRule, text: &str) -> Vec<(usize, Option<usize>)> {
    (0..=text.len())
        .filter(|at| text.is_char_boundary(*at))
        .map(|at| (at, rule.complete(&text[..at])))
        .collect()
}

#[test]
fn a_complete_text_stays_complete_at_the_same_place() {
    let (mut random, mut complete) = (Random::new(1), 0);
    for _ in 0..20_000 {
        let before = random.pick(&BEFORE);
        let extent = if random.one_in(5) { Extent::Line } else { Extent::Block };
        let rule = rule(extent, before, &mut random);
        let text = random.join(&PIECES, 14);
        let mut first = None;
        for (at, cut) in cuts(&rule, &text) {
            if let Some(first) = first {
                assert_eq!(cut, Some(first), "{rule:?} {before:?} {text:?} at {at}");
            }
            if let Some(end) = cut {
                assert!(end <= at && text.is_char_boundary(end), "{text:?}: {end}");
                assert!(text[..end].trim_end().len() == end, "{text:?}: blanks before {end}");
            }
            first = first.or(cut);
        }
        complete += usize::from(first.is_some());
    }
    assert!(complete > 8_000, "{complete}");
}

#[test]
fn what_is_shown_early_is_whole_lines_of_what_there_is() {
    let (mut random, mut shown) = (Random::new(2), 0);
    for _ in 0..20_000 {
        let before = random.pick(&BEFORE);
        let rule = rule(Extent::Block, before, &mut random);
        let text = random.join(&PIECES, 14);
        let Some(end) = rule.presentable(&text) else { continue };
        shown += 1;
        assert!(end <= text.len() && text.is_char_boundary(end));
        assert!(rule.complete(&text).is_none_or(|cut| cut == end), "{before:?} {text:?}");
        let rest = text[end..].trim_start_matches(|c: char| c.is_whitespace() && c != '\n');
        assert!(rest.is_empty() || rest.starts_with('\n'), "{text:?}: half a line at {end}");
    }
    assert!(shown > 8_000, "{shown}");
}
