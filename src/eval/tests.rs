//! Records summed up, kept, and gone on from.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::record::{Record, Records};
use super::summary::summary;

fn record(case: usize, model: &str, saved: usize, hidden: usize) -> Record {
    Record {
        case: format!("a.rs:{case}:1"),
        model: model.into(),
        settings: String::new(),
        language: if case.is_multiple_of(2) { "rust" } else { "python" }.into(),
        answered: saved > 0 || case.is_multiple_of(3),
        exact: saved == hidden,
        similarity: 0.5,
        leading: saved,
        saved,
        hidden,
        errors: Some(0),
        first_token_ms: Some(10.0),
        total_ms: 20.0,
        prompt_tokens: 100,
        cached_tokens: Some(60),
        output_tokens: 5,
        cost: None,
        failed: None,
    }
}

#[test]
fn a_summary_counts_and_compares() {
    let models = ["one".to_owned(), "two".to_owned()];
    let mut records = Vec::new();
    for case in 0..12 {
        records.push(record(case, "one", if case < 6 { 10 } else { 0 }, 20));
        records.push(record(case, "two", if case < 6 { 20 } else { 0 }, 20));
    }
    records.push(record(99, "two", 20, 20));
    let got = summary(&records, &models, 1);
    let one = &got.models[0].all;
    assert_eq!((one.cases, one.failed), (12, 0));
    let value = |estimate: &Option<super::figures::Estimate>| estimate.unwrap().value;
    assert_eq!(value(&one.saved), 25.0);
    assert_eq!(value(&one.exact), 0.0);
    // Six are right, two of the others say something wrong.
    assert!((value(&one.answered) - 100.0 * 8.0 / 12.0).abs() < 1e-9);
    assert_eq!(value(&one.wrong), 25.0);
    assert_eq!(one.cached, Some(60.0));
    assert_eq!((one.first_token.p50, one.total.p99), (Some(10.0), Some(20.0)));
    assert_eq!(got.models[0].languages["rust"].cases, 6);
    let pair = &got.pairs[0];
    // The case that only one was asked is not compared.
    assert_eq!((pair.cases, value(&pair.saved)), (12, 25.0));
    assert!(pair.saved.unwrap().low > 0.0 && pair.saved.unwrap().high < 50.0);
    assert_eq!(value(&pair.exact), 50.0);
    assert!(summary(&[], &models, 1).models[0].all.saved.is_none());
}

#[test]
fn a_run_goes_on_where_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deep/run.jsonl");
    assert!(Records::known(&file).unwrap().is_empty());
    let mut records = Records::begin(&file, true).unwrap();
    let two = [record(1, "one", 2, 3), record(2, "one", 3, 3)];
    two.iter().for_each(|record| records.add(record).unwrap());
    // Killed in the middle of a line, and of a letter.
    let text = std::fs::read(&file).unwrap();
    std::fs::write(&file, [&text[..], &text[..40], &"ä".as_bytes()[..1]].concat()).unwrap();
    assert_eq!(Records::known(&file).unwrap(), two);
    let third = record(3, "one", 3, 3);
    Records::begin(&file, true).unwrap().add(&third).unwrap();
    let known = Records::known(&file).unwrap();
    assert_eq!((&known[..2], &known[2..]), (&two[..], &[third][..]));
    Records::begin(&file, false).unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "");
    // A disk that is full, a folder that is another's: it goes on.
    Records::nowhere(&file).add(&two[0]).unwrap();
}
