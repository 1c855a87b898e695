//! The workspace model on real repositories: how much it saves, how sure it is, how fast it is.
//!
//! `scripts/corpora` fetches the repositories and prints the folder that every command takes:
//!
//! ```text
//! cargo bench --bench workspace -- tables FOLDER [CASES]    the tables of docs/workspace-model.md
//! cargo bench --bench workspace -- speed FOLDER             index and answers, at 8 M tokens
//! cargo bench --bench workspace -- leaks FOLDER             hiding against really removing
//! cargo bench --bench workspace -- fit FOLDER FILE          new weights from the development set
//! ```
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::print_stdout, missing_docs)]

#[path = "workspace/corpus.rs"]
mod corpus;
#[path = "workspace/cut.rs"]
mod cut;
#[path = "workspace/fit.rs"]
mod fit;
#[path = "workspace/gram.rs"]
mod gram;
#[path = "workspace/leaks.rs"]
mod leaks;
#[path = "workspace/score.rs"]
mod score;
#[path = "workspace/speed.rs"]
mod speed;
#[path = "workspace/tables.rs"]
mod tables;

use std::path::Path;

use foretype::local::network::Network;

use corpus::repositories;

/// Of the published figures.
const CASES: usize = 1000;
const SEED: u64 = 7;
/// Of the shipped weights: lines drawn from each repository, and how often all are gone through.
const LINES: usize = 4000;
const EPOCHS: usize = 8;
const FIT_SEED: u64 = 11;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    // Of other weights than those that are built in.
    let network = std::env::var_os("FORETYPE_WEIGHTS").map_or_else(
        || foretype::local::network().unwrap().clone(),
        |path| Network::from_bytes(&std::fs::read(path).unwrap()).unwrap(),
    );
    match args.as_slice() {
        ["tables", folder, rest @ ..] => {
            let cases = rest.first().map_or(CASES, |cases| cases.parse().unwrap());
            tables::print(&repositories(Path::new(folder), "held-out"), &network, cases, SEED);
        }
        ["speed", folder] => speed::measure(Path::new(folder), &network, SEED),
        ["leaks", folder] => {
            leaks::compare(&repositories(Path::new(folder), "held-out"), &network, SEED);
        }
        ["fit", folder, file] => {
            let set = repositories(Path::new(folder), "development");
            std::fs::write(file, fit::fit(&set, LINES, EPOCHS, FIT_SEED)).unwrap();
        }
        _ => println!("workspace: tables, speed, leaks or fit, and the folder of scripts/corpora"),
    }
}
