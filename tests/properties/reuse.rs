//! Typing through a suggestion: what is left, and until when a growing one still agrees.

use foretype::completion::reuse::{Rest, agrees, rest};

use crate::random::Random;

const WORDS: [&str; 22] = [
    "a", "b", "let x", "f(", "g(a, ", ")", "[", "]", "{", "}", "\"", "'", " ", "  ", "    ", "\t",
    "\n", "\n    ", "\n\t", "\n\n", "é", "😀",
];

fn suggestion(random: &mut Random) -> String {
    let mut text = String::from(random.pick(&["", "x", "value(", "{"]));
    text.push_str(&random.join(&WORDS, 12));
    text
}

fn left(text: &str) -> Rest {
    Rest::Left(text.to_owned())
}

#[test]
fn any_prefix_leaves_the_remainder_in_any_chunking() {
    let mut random = Random::new(1);
    for _ in 0..10_000 {
        let text = suggestion(&mut random);
        let mut remaining = text.clone();
        let mut done = 0;
        while done < text.len() {
            let at = random.boundary(&text[done..]);
            let at =
                done + if at == 0 { text[done..].chars().next().unwrap().len_utf8() } else { at };
            let (typed, want) = text.split_at(at);
            assert_eq!(rest(&text, typed, ""), left(want), "{text:?} at {at}");
            assert!(agrees(&text, typed), "{text:?} at {at}");
            // The same from what was left after the chunk before.
            let chunk = &text[done..at];
            assert_eq!(rest(&remaining, chunk, ""), left(want), "{remaining:?} + {chunk:?}");
            remaining = want.to_owned();
            done = at;
        }
        assert_eq!(rest(&text, &format!("{text}x"), ""), Rest::Ahead);
    }
}

#[test]
fn closers_that_the_editor_sets_change_nothing() {
    let mut random = Random::new(2);
    for _ in 0..10_000 {
        let text = suggestion(&mut random);
        let (typed, want) = text.split_at(random.boundary(&text));
        let after = random.join(&[")", "]", "}", "\"", "'", "`", ">", "\n}", "\n    ]"], 3);
        assert_eq!(rest(&text, typed, &after), left(want), "{text:?} {typed:?} {after:?}");
    }
}

/// What an editor makes of typed text: its own indentation after every line break.
fn as_an_editor(random: &mut Random, typed: &str) -> String {
    let mut lines = typed.split('\n');
    let mut out = lines.next().unwrap_or("").to_owned();
    for line in lines {
        let body = line.trim_start_matches([' ', '\t']);
        let indent = if body.is_empty() { line } else { &line[..line.len() - body.len()] };
        let indent = match random.below(3) {
            0 if !body.is_empty() => "\t".repeat(random.below(3)),
            1 if !body.is_empty() => " ".repeat(random.below(9)),
            _ => indent.to_owned(),
        };
        out.push('\n');
        out.push_str(&indent);
        out.push_str(body);
    }
    out
}

#[test]
fn another_indentation_of_a_line_counts_as_typed() {
    let mut random = Random::new(3);
    for _ in 0..10_000 {
        let text = suggestion(&mut random);
        let (typed, want) = text.split_at(random.boundary(&text));
        let body = typed.rsplit('\n').next().unwrap();
        if typed.contains('\n') && body.trim_matches([' ', '\t']).is_empty() {
            continue;
        }
        let typed = as_an_editor(&mut random, typed);
        assert_eq!(rest(&text, &typed, ""), left(want), "{text:?} {typed:?}");
    }
}

/// Once a suggestion and what was typed differ, nothing that is added to either makes them agree:
/// else a generation would be closed that the next token would have confirmed.
#[test]
fn what_has_diverged_stays_so() {
    let (mut random, mut diverged) = (Random::new(4), 0);
    for _ in 0..20_000 {
        let text = suggestion(&mut random);
        let typed = if random.one_in(2) {
            let (start, _) = text.split_at(random.boundary(&text));
            format!("{}{}", as_an_editor(&mut random, start), random.join(&WORDS, 3))
        } else {
            random.join(&WORDS, 6)
        };
        let ends = |text: &str| -> Vec<usize> {
            (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect()
        };
        let mut over = false;
        for end in ends(&text) {
            let now = agrees(&text[..end], &typed);
            assert!(!(over && now), "a stream: {:?} of {text:?} against {typed:?}", &text[..end]);
            over |= !now;
        }
        let mut over = false;
        for end in ends(&typed) {
            let now = agrees(&text, &typed[..end]);
            assert!(!(over && now), "typing {:?} of {typed:?} against {text:?}", &typed[..end]);
            over |= !now;
        }
        diverged += usize::from(over);
    }
    assert!(diverged > 5_000, "{diverged}");
}

/// What can be answered with is never thrown away: `agrees` is the weaker of the two.
#[test]
fn what_leaves_something_agrees() {
    let (mut random, mut found) = (Random::new(5), 0);
    for _ in 0..30_000 {
        let text = suggestion(&mut random);
        let (start, _) = text.split_at(random.boundary(&text));
        let mut typed = as_an_editor(&mut random, start);
        if random.one_in(4) {
            typed.push_str(&random.join(&WORDS, 2));
        }
        let after = random.join(&[")", "]", "}", "\"", " ", "\n", "\n}"], 3);
        let left = rest(&text, &typed, &after);
        if left != Rest::Diverged {
            found += 1;
            let whole = format!("{typed}{after}");
            assert!(agrees(&text, &whole), "{text:?} {typed:?} {after:?} {left:?}");
        }
    }
    assert!(found > 15_000, "{found}");
}
