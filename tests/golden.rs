//! What is shown of a model's text, case by case: `fixtures/suggestions`, one file each.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs
)]

#[path = "golden/case.rs"]
mod case;

use case::Case;

#[test]
fn every_case() {
    let mut wrong = Vec::new();
    let mut by_rule = std::collections::BTreeMap::<String, (usize, usize)>::new();
    for case in Case::all() {
        let got = case.run(usize::MAX >> 1);
        let counts = by_rule.entry(case.rule.clone()).or_default();
        counts.1 += 1;
        if case.accepts(&got) {
            counts.0 += 1;
        } else {
            wrong.push(case.report(&got));
        }
        for chunk in [1, 3] {
            let other = case.run(chunk);
            if other.document != got.document {
                wrong.push(format!("in pieces of {chunk}: {}", case.report(&other)));
            }
        }
    }
    for (rule, (right, all)) in &by_rule {
        println!("{rule:<14} {right:>3} of {all:>3}");
    }
    let right: usize = by_rule.values().map(|(right, _)| right).sum();
    let all: usize = by_rule.values().map(|(_, all)| all).sum();
    assert!(wrong.is_empty(), "{}\n{right} of {all} right", wrong.join("\n"));
}
