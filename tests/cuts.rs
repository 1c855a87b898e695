//! Real code cut at a token, to the end of its line, its statement or its block: given back by the
//! model, alone or with something behind it, exactly the cut is shown.
//!
//! `FORETYPE_CUTS=1700` cuts that often in each language, `FORETYPE_CUTS_SEED=8` elsewhere;
//! `FORETYPE_CUTS_SHOW=20` prints so many of the failures. Which files there are is the machine's, so that the least shares below leave room; the
//! figures are in `docs/benchmarks.md`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::print_stdout,
    missing_docs
)]

#[path = "cuts/corpus.rs"]
mod corpus;
#[path = "cuts/cut.rs"]
mod cut;
#[path = "support/random.rs"]
mod random;

use std::collections::BTreeMap;

use corpus::{File, corpora};
use cut::{Cut, End};
use foretype::completion::shape::{Ended, Shaper};
use foretype::completion::trigger::Trigger;
use foretype::document::Document;
use foretype::document::offset::ByteOffset;
use random::Random;

/// What stands behind the cut in the model's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Behind {
    Nothing,
    FollowingLines,
    AnotherFile,
    Prose,
}

const PROSE: &str = "\n\nThis completes the function. Let me know if you would like me to explain how it \
works or to add tests for the edge cases.";

fn number(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn exactly_the_cut_is_shown() {
    let (wanted, show) = (number("FORETYPE_CUTS", 40), number("FORETYPE_CUTS_SHOW", 0));
    let mut random = Random::new(number("FORETYPE_CUTS_SEED", 7) as u64);
    let mut shown = 0;
    let mut counts: BTreeMap<(&str, Behind), (usize, usize)> = BTreeMap::new();
    for (language, files) in corpora() {
        let mut made = 0;
        let mut tries = 0;
        while made < wanted && tries < wanted * 20 {
            tries += 1;
            let file = &files[random.below(files.len())];
            let end = [End::Line, End::Statement, End::Block][made % 3];
            let Some(cut) = Cut::random(file, end, &mut random) else { continue };
            made += 1;
            let other = &files[random.below(files.len())];
            for behind in
                [Behind::Nothing, Behind::FollowingLines, Behind::AnotherFile, Behind::Prose]
            {
                let text = format!("{}{}", cut.text, tail(behind, &cut, other));
                let (got, rules) = shape(file, &cut, &text);
                let count = counts.entry((language, behind)).or_default();
                count.1 += 1;
                if got.as_deref() == Some(cut.text.as_str()) {
                    count.0 += 1;
                } else if shown < show {
                    shown += 1;
                    println!(
                        "--- {language} {behind:?} {end:?} {}\n{}$0{}\n=== model\n{text}\n=== got by {rules:?}\n{}",
                        file.name,
                        last_lines(cut.before(file), 4),
                        cut.after(file).lines().take(3).collect::<Vec<_>>().join("\n"),
                        got.unwrap_or_else(|| "nothing".to_owned()),
                    );
                }
            }
        }
    }
    let mut sums: BTreeMap<Behind, (usize, usize)> = BTreeMap::new();
    for ((language, behind), (right, all)) in &counts {
        println!("{language:<12} {behind:?}: {right} of {all}, {:.1} %", percent(*right, *all));
        let sum = sums.entry(*behind).or_default();
        *sum = (sum.0 + right, sum.1 + all);
    }
    for (behind, (right, all)) in sums {
        let least = if behind == Behind::Nothing { 97.0 } else { 93.0 };
        println!("{behind:?}: {right} of {all}, {:.2} %", percent(right, all));
        assert!(percent(right, all) >= least, "{behind:?}");
    }
}

fn percent(right: usize, all: usize) -> f64 {
    100.0 * right as f64 / all.max(1) as f64
}

fn tail(behind: Behind, cut: &Cut, other: &File) -> String {
    match behind {
        Behind::Nothing => String::new(),
        Behind::FollowingLines => cut.following.clone(),
        Behind::AnotherFile => {
            // From a line that stands at the left: what stands deeper might go on with anything.
            let lines = other.text.lines().skip(other.text.lines().count() / 2);
            let from = lines.skip_while(|line| !line.starts_with(char::is_alphabetic));
            format!("\n{}", from.take(8).collect::<Vec<_>>().join("\n"))
        }
        Behind::Prose => PROSE.to_owned(),
    }
}

/// What is inserted, and the rules that changed it.
fn shape(file: &File, cut: &Cut, text: &str) -> (Option<String>, Vec<&'static str>) {
    let rest = format!("{}{}", cut.before(file), cut.after(file));
    let document = Document::open("untitled:cut", file.language, 1, &rest);
    if let Some(syntax) = document.syntax() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(syntax.when_fresh()).unwrap();
    }
    let at = ByteOffset(cut.start);
    let Ok(shaper) = Shaper::new(&document.snapshot(), at, Trigger::Invoked, 200) else {
        return (None, vec!["not asked"]);
    };
    let shaped = shaper.shape(text, usize::MAX >> 1, Ended::Itself);
    let Ok(edits) = shaped.result else { return (None, shaped.rules) };
    let mut out = rest.clone();
    for edit in edits.edits().iter().rev() {
        out.replace_range(edit.range.as_range(), &edit.text);
    }
    // What was inserted, whether in place of something or not.
    let inserted = out.strip_suffix(cut.after(file)).map(|out| out.get(cut.start..).unwrap_or(""));
    (inserted.map(str::to_owned), shaped.rules)
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}
