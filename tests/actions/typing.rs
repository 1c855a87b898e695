//! While a model writes, its user types on: the final text is both edits, or the user's alone with a
//! message. Runs through the real server, of an action that takes ten seconds at a person's pace: up to
//! sixty keys, at places anywhere in the file, now and then something larger. What comes of it where the
//! user works on the very lines half of the time is held to the same, and only counted.
//!
//! `FORETYPE_RUNS` is the number of runs, `FORETYPE_TEST_SEED` gives others.

use foretype::actions::edits::changes::{LineEdit, of_region};
use foretype::document::offset::{ByteOffset, ByteRange};
use foretype::document::text::Text;
use serde_json::{Value, json};

use super::editor::{messages, offered, start, with_edits};
use super::rebase::{Walk, has_neighbour, right};
use crate::random::Random;
use crate::support::editor::{Doc, Editor};
use crate::support::fake_backend::{FakeBackend, Reply};

const RUNS: usize = 40;
/// Keys that a person types in ten seconds, at most.
const KEYS: usize = 60;

/// A file of functions, one of them to be rewritten: its lines as bytes, and what becomes of them.
struct Case {
    text: String,
    region: (usize, usize),
    answer: String,
    edits: Vec<LineEdit>,
}

fn case(random: &mut Random) -> Case {
    let ending = if random.one_in(4) { "\r\n" } else { "\n" };
    let functions = 10 + random.below(30);
    let wanted = random.below(functions);
    let (mut text, mut region, mut answer) = (String::new(), (0, 0), Vec::new());
    for function in 0..functions {
        let lines = 3 + random.below(10);
        let mut body = vec![format!("fn f{function}(items: &[u32]) -> u32 {{")];
        body.extend(
            (0..lines).map(|line| format!("    let v{line} = items[{line}]; // {function} 🎉")),
        );
        body.extend(["    return v0;".to_owned(), "}".to_owned()]);
        if function == wanted {
            region = (text.len(), text.len() + body.join(ending).len());
            for (at, line) in body.iter().enumerate() {
                match random.below(4) {
                    _ if at == 0 || at + 1 == body.len() => answer.push(line.clone()),
                    0 => answer
                        .push(line.replace("items[", "*items.get(").replace("];", ").unwrap();")),
                    1 => answer.extend([line.clone(), "    // added".to_owned()]),
                    2 if line.contains("let") => {}
                    _ => answer.push(line.clone()),
                }
            }
        }
        text.push_str(&body.join(ending));
        text.push_str(&ending.repeat(2));
    }
    let answer = answer.join("\n");
    let range = ByteRange::new(ByteOffset(region.0), ByteOffset(region.1));
    let edits = of_region(&Text::from(text.as_str()), range, &answer);
    Case { text, region, answer, edits }
}

/// What a person does meanwhile: keys at one place after the other, and now and then something larger.
fn type_on(walk: &mut Walk, random: &mut Random, mut keys: usize, near: Option<usize>) {
    while keys > 0 {
        if random.one_in(12) {
            walk.step(random);
            keys -= 1;
            continue;
        }
        let mut at = match near {
            Some(near) if random.one_in(2) => (near + random.below(120)).min(walk.tagged.len()),
            _ => random.below(walk.tagged.len() + 1),
        };
        while !walk.may_cut(at) {
            at -= 1;
        }
        for _ in 0..(5 + random.below(15)).min(keys) {
            keys -= 1;
            if random.one_in(8) && at > 0 && walk.may_cut(at - 1) {
                walk.replace(at - 1, at, "", false);
                at -= 1;
            } else {
                let key = random.pick(&["a", "b", "(", " ", ";", "ü", "🎉", "\n    "]);
                walk.replace(at, at, key, false);
                at += key.chars().count();
            }
        }
    }
}

/// The same in the editor.
fn mirror(doc: &mut Doc, walk: &Walk, from: usize) {
    for edit in &walk.edits[from..] {
        if edit.removed.len() == edit.len_before && !edit.removed.is_empty() {
            doc.set_text(&edit.inserted);
        } else {
            let (start, end) = (edit.range.start.0, edit.range.end.0);
            doc.replace(start, end, &edit.inserted);
        }
    }
    assert_eq!(doc.text(), walk.text());
}

#[derive(Default)]
struct Shares {
    apart: usize,
    apart_applied: usize,
    over: usize,
    applied: usize,
    refused: usize,
    /// Of those, the ones where a line that the action changes is not as it was.
    changed: usize,
}

async fn run(
    editor: &Editor,
    backend: &FakeBackend,
    (seed, beside): (u64, bool),
    shares: &mut Shares,
) {
    let mut random = Random::new(seed);
    let case = case(&mut random);
    if case.edits.is_empty() {
        return;
    }
    backend.answer(Reply::text(&format!("```rust\n{}\n```", case.answer)).gated());
    let mut doc = editor.open(&format!("{seed}.rs"), "rust", &case.text);
    let place = case.text[..case.region.1].rfind("return").unwrap();
    let context = json!({ "diagnostics": [] });
    let item = offered(editor, &doc, (place, place), &context, "refactor.idiomatic").await;
    let pending = editor.request("codeAction/resolve", item);
    let call = backend.next_call().await;
    let mut walk = Walk::new(&case.text);
    let near = beside.then(|| case.text[..case.region.0].chars().count());
    // Before the first of its text, and after.
    let keys = 1 + random.below(KEYS);
    let first = random.below(keys + 1);
    type_on(&mut walk, &mut random, first, near);
    mirror(&mut doc, &walk, 0);
    call.step().await;
    let typed = walk.edits.len();
    type_on(&mut walk, &mut random, keys - first, near);
    mirror(&mut doc, &walk, typed);
    editor.settle().await;
    let told = messages(editor).len();
    call.release().await;
    let reply = pending.reply().await;
    let want = right(&walk.tagged, &case.edits);
    let lost = case
        .edits
        .iter()
        .any(|edit| edit.range.is_empty() && !has_neighbour(&walk, edit, &case.text));
    let apart = !want.is_empty() && !lost;
    shares.apart += usize::from(apart);
    shares.over += 1;
    match &reply["result"]["edit"] {
        Value::Null => {
            shares.refused += 1;
            shares.changed += usize::from(want.is_empty());
            assert!(!apart, "seed {seed}: nobody touched those lines");
            let said = messages(editor).split_off(told);
            assert_eq!(said.len(), 1, "seed {seed}: {said:?}");
            assert!(said[0].contains("you changed the same lines"), "seed {seed}: {said:?}");
        }
        edit => {
            shares.applied += 1;
            shares.apart_applied += usize::from(apart);
            let change = &edit["documentChanges"][0];
            assert_eq!(change["textDocument"]["version"], doc.version, "seed {seed}");
            let made = with_edits(editor, doc.text(), &change["edits"]);
            assert!(want.contains(&made), "seed {seed}: neither edit nor the user's alone");
        }
    }
    doc.close();
}

#[tokio::test]
async fn both_or_the_users_alone() {
    let backend = FakeBackend::start().await;
    let editor = start(&backend).await;
    let runs = std::env::var("FORETYPE_RUNS").ok().and_then(|runs| runs.parse().ok());
    for (name, beside) in [("anywhere", false), ("half of it at those lines", true)] {
        let mut shares = Shares::default();
        for seed in 0..runs.unwrap_or(RUNS) {
            run(&editor, &backend, (600 + seed as u64, beside), &mut shares).await;
        }
        let Shares { apart, apart_applied, over, applied, refused, changed } = shares;
        eprintln!(
            "{name}: apart {apart_applied} of {apart}, over all {applied} of {over}; \
             refused {refused}, a line of the edit changed in {changed}"
        );
        assert_eq!(apart_applied, apart);
        assert!(beside || applied * 100 >= over * 80, "{applied} of {over}");
        assert!(refused > 0, "no run overlapped");
    }
    editor.finish().await;
}
