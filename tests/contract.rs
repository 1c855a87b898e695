//! The contract with each wire format: `fixtures/streams/<wire>`, one case per `.toml`, with the
//! answer that is served in the `.http` beside it. Read `fixtures/streams/README.md` first.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout
)]

#[path = "contract/ask.rs"]
mod ask;
#[path = "contract/case.rs"]
mod case;
#[path = "contract/embed.rs"]
mod embed;
#[path = "contract/ends.rs"]
mod ends;
#[path = "contract/forms.rs"]
mod forms;
#[path = "contract/loading.rs"]
mod loading;
#[path = "contract/outcome.rs"]
mod outcome;
#[path = "contract/probe.rs"]
mod probe;
#[path = "contract/server.rs"]
mod server;
#[path = "contract/server_model.rs"]
mod server_model;
#[path = "contract/wires.rs"]
mod wires;

use case::Case;
use outcome::Outcome;
use server::Served;

/// Bytes of a piece in which an answer is sent over the socket.
const PIECES: [usize; 2] = [usize::MAX, 7];

/// What is sent and what comes out, through the real backend from a real socket.
#[tokio::test]
async fn every_case_over_the_socket() {
    let mut wrong = Vec::new();
    let cases = Case::all();
    for case in &cases {
        for pieces in PIECES {
            let served = Served::start(case.answer.clone(), pieces);
            let backend = case.backend(&served.url());
            let outcome = Outcome::of(backend.stream(ask::ask(case))).await;
            drop(backend);
            let requests = served.requests();
            let mut said = case.check(&outcome);
            said.extend(case.check_request(&requests));
            let said: Vec<String> =
                said.into_iter().map(|said| format!("{}: {said}", case.name)).collect();
            let failed = !said.is_empty();
            wrong.extend(said);
            if failed {
                break;
            }
        }
    }
    println!("{} cases", cases.len());
    assert!(wrong.is_empty(), "{}\n{} of {} wrong", wrong.join("\n"), wrong.len(), cases.len());
}

/// Wherever a stream is cut in two, it says the same.
#[tokio::test]
async fn every_split_is_parsed_alike() {
    let mut splits = 0;
    for case in Case::all().iter().filter(|case| case.is_stream()) {
        let body = case.body();
        let whole = wires::outcome(case, &[body]).await;
        let bytes: Vec<&[u8]> = body.chunks(1).collect();
        assert_eq!(wires::outcome(case, &bytes).await, whole, "{}: byte by byte", case.name);
        for at in 1..body.len() {
            let (before, after) = body.split_at(at);
            let split = wires::outcome(case, &[before, after]).await;
            assert_eq!(split, whole, "{}: in two at byte {at}", case.name);
            splits += 1;
        }
    }
    println!("{splits} splits");
    assert!(splits > 1_000, "there are streams");
}

/// Wherever a good stream ends before its time, the text so far is the beginning of the whole one,
/// and nobody takes it for all.
#[tokio::test]
async fn every_truncation_is_noticed() {
    for case in Case::all().iter().filter(|case| case.is_stream() && case.error.is_none()) {
        let body = case.body();
        let whole = wires::outcome(case, &[body]).await;
        for at in 0..body.len() {
            let cut = wires::outcome(case, &[&body[..at]]).await;
            let name = format!("{}: cut off at byte {at}", case.name);
            for (index, text) in cut.texts.iter().enumerate() {
                assert!(whole.texts[index].starts_with(text.as_str()), "{name}");
            }
            assert!(cut.error.is_some() || cut.texts == whole.texts, "{name}: {cut:?}");
        }
    }
}

/// Each status that a server or a gateway gives, and a page instead of the API, for every wire.
#[tokio::test]
async fn every_status_of_every_wire() {
    let mut wrong = Vec::new();
    for wire in wires::names() {
        for case in Case::for_wire("every_wire", &wire) {
            let served = Served::start(case.answer.clone(), usize::MAX);
            let outcome = Outcome::of(case.backend(&served.url()).stream(ask::ask(&case))).await;
            wrong.extend(
                case.check(&outcome).iter().map(|said| format!("{wire}: {} {said}", case.name)),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
