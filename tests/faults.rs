//! Everything that can go wrong with a provider, through the whole server: rounds drawn from the
//! matrix of providers, faults and purposes. Every round wants exactly one reply, the right
//! fallback, a closed connection, and words that name server and remedy and repeat nothing; all of
//! them together must leave no file descriptor, task or memory behind.
//!
//! `FORETYPE_FAULT_ROUNDS` says how many rounds are played (600), `FORETYPE_TEST_SEED` which.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout
)]

/// As in the program: what the system's own keeps back would look like a leak.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What the tests stand on.
#[path = "support"]
mod support {
    pub mod editor;
    pub mod fake_backend;
    pub mod random;
}

#[path = "faults"]
mod faults {
    pub mod cast;
    pub mod fault;
    pub mod leaks;
    pub mod round;
}

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use faults::cast::{Part, cast};
use faults::fault::FAULTS;
use faults::leaks::Held;
use faults::round::Stage;
use futures::FutureExt;
use futures::future::join_all;
use support::random::Random;

/// Played at once: most of a round's time is waiting for a time-out.
const PLAYERS: usize = 8;
/// Rounds of one editor; then it is closed, and another comes.
const SESSION: usize = 25;

/// One cell of the matrix: a part and a fault.
type Cell = (Part, usize);

#[tokio::test]
async fn rounds_of_the_matrix() {
    let rounds = std::env::var("FORETYPE_FAULT_ROUNDS").ok();
    let rounds = rounds.and_then(|rounds| rounds.parse().ok()).unwrap_or(600_usize);
    let cells = shuffled();
    let plays = |from: usize, to: usize| cells.iter().cycle().skip(from).take(to - from).copied();

    // What is made once, and what memory it takes, is there after some of them.
    let warm = rounds / 5;
    let (warming, _) = play(plays(0, warm).collect(), 0).await;
    let before = Held::now().await;
    let began = Instant::now();
    let (failed, slowest) = play(plays(warm, rounds).collect(), warm).await;
    let after = Held::now().await;
    println!(
        "{rounds} rounds of {} cells, the last {} in {:.1?}; slowest: {slowest:?}; {before}; {after}",
        cells.len(),
        rounds - warm,
        began.elapsed(),
    );
    assert_eq!(warming + failed, 0, "rounds that failed; each has said why");
    after.is_no_more_than(&before);
}

/// All cells, in an order of the seed's.
fn shuffled() -> Vec<Cell> {
    let mut random = Random::new(5);
    let parts = cast();
    let mut cells: Vec<Cell> =
        parts.iter().flat_map(|part| (0..FAULTS.len()).map(|fault| (*part, fault))).collect();
    for at in (1..cells.len()).rev() {
        cells.swap(at, random.below(at + 1));
    }
    cells
}

/// Plays the cells, some at a time; how many failed, and the slowest faults in ms.
async fn play(cells: Vec<Cell>, number: usize) -> (usize, Vec<(&'static str, u128)>) {
    let cells: Vec<(usize, Cell)> = cells.into_iter().enumerate().collect();
    let share = cells.len().div_ceil(PLAYERS).max(1);
    let players = cells.chunks(share).map(|cells| async move {
        let mut slowest: BTreeMap<&str, u128> = BTreeMap::new();
        let mut failed = 0;
        for session in cells.chunks(SESSION) {
            let mut stage = Stage::set().await;
            for (at, (part, fault)) in session {
                let began = Instant::now();
                let round = stage.round(number + at, *part, &FAULTS[*fault]);
                // The others are played all the same: one run tells all that is wrong.
                failed += usize::from(AssertUnwindSafe(round).catch_unwind().await.is_err());
                let took = slowest.entry(FAULTS[*fault].name).or_default();
                *took = (*took).max(began.elapsed().as_millis());
            }
            stage.clear().await;
        }
        (failed, slowest)
    });
    let (mut failed, mut slowest) = (0, BTreeMap::new());
    for (more, of_one) in join_all(players).await {
        failed += more;
        for (name, took) in of_one {
            let most = slowest.entry(name).or_insert(0);
            *most = took.max(*most);
        }
    }
    let mut slowest: Vec<(&str, u128)> = slowest.into_iter().collect();
    slowest.sort_by_key(|(_, took)| std::cmp::Reverse(*took));
    slowest.truncate(3);
    (failed, slowest)
}
