//! The tables of `docs/workspace-model.md`.

use std::path::PathBuf;

use foretype::local::network::Network;
use foretype::local::predict::predict;
use foretype::local::scene::Scene;
use foretype::local::{Caution, Limits};

use super::corpus::Repo;
use super::cut::{Cut, Rng, draw};
use super::gram;
use super::score::{Outcome, at_share, from_probability, interval, judge, pick};

/// The share at which both models are compared, and the probability that a suggestion is shown from.
const SHARE: f64 = 0.61;
const SURE: f32 = 0.8;

/// Both models' outcomes on the same cases.
#[derive(Default, Clone)]
struct Both {
    own: Vec<Outcome>,
    gram: Vec<Outcome>,
}

/// Prints the tables of a set.
pub fn print(repositories: &[PathBuf], network: &Network, cases: usize, seed: u64) {
    let repos: Vec<Repo> =
        repositories.iter().map(|folder| Repo::read(folder, Limits::default())).collect();
    for (cut, what) in [
        (Cut::Line, "the whole line is hidden"),
        (Cut::Token, "hidden from one of its tokens on"),
        (Cut::Character, "hidden from any character on"),
        (Cut::Closed, "hidden between brackets that the editor closed"),
    ] {
        println!("\n## {what}, and every other copy of the line too\n");
        let all = compared(&repos, network, cut, cases, seed);
        calibration(&all.own);
        shares(&all);
    }
    println!("\n## natural repeats: other copies stay\n");
    natural(&repos, network, cases, seed);
}

fn outcomes(repo: &Repo, network: &Network, cut: Cut, hide: bool, cases: usize, seed: u64) -> Both {
    let mut rng = Rng(seed);
    let mut both = Both::default();
    for _ in 0..cases {
        let case = draw(repo, &mut rng, cut, hide);
        let scene = || Scene::new(&repo.index, &case.overlay, case.cursor());
        let own = scene().and_then(|mut scene| predict(&mut scene, network, Caution::default()));
        both.own.push(judge(&case.hidden, own));
        both.gram.push(judge(&case.hidden, scene().and_then(|scene| gram::predict(&scene))));
    }
    both
}

fn compared(repos: &[Repo], network: &Network, cut: Cut, cases: usize, seed: u64) -> Both {
    println!(
        "| repository | lines | 6-gram: saved | wrong | workspace: saved | wrong | times (95 %) \
         | p ≥ 0.8: shown | first words right |\n|---|---|---|---|---|---|---|---|---|"
    );
    let mut all = Both::default();
    for repo in repos {
        let both = outcomes(repo, network, cut, true, cases, seed);
        row(&repo.name, &both);
        all.own.extend(both.own);
        all.gram.extend(both.gram);
    }
    row("all", &all);
    all
}

fn row(name: &str, both: &Both) {
    let (own, gram) = (at_share(&both.own, SHARE), at_share(&both.gram, SHARE));
    let times = |numbers: &[usize]| {
        let saved = |of: &[Outcome]| at_share(&pick(of, numbers), SHARE).saved;
        saved(&both.own) / saved(&both.gram)
    };
    let (low, high) = interval(both.own.len(), times);
    let sure = from_probability(&both.own, SURE);
    println!(
        "| {name} | {} | {:.1} | {:.1} % | {:.1} | {:.1} % | {:.2} ({low:.2}–{high:.2}) | {:.1} % | {:.1} % |",
        both.own.len(),
        gram.saved,
        gram.wrong,
        own.saved,
        own.wrong,
        own.saved / gram.saved,
        sure.answered,
        100.0 - sure.wrong,
    );
}

fn calibration(outcomes: &[Outcome]) {
    println!("\n| said | answers | first words right |\n|---|---|---|");
    for tenth in 0..10 {
        let (low, high) = (tenth as f32 / 10.0, (tenth + 1) as f32 / 10.0);
        let inside = |o: &&Outcome| {
            o.answered && o.probability >= low && (o.probability < high || tenth == 9)
        };
        let of: Vec<&Outcome> = outcomes.iter().filter(inside).collect();
        let right = of.iter().filter(|outcome| outcome.first_right).count();
        let share = 100.0 * right as f64 / of.len().max(1) as f64;
        println!("| {low:.1}–{high:.1} | {} | {share:.0} % |", of.len());
    }
}

fn shares(both: &Both) {
    println!(
        "\n| answered | 6-gram: saved | wrong | workspace: saved | wrong | exact lines |\n\
         |---|---|---|---|---|---|"
    );
    for share in [0.1, 0.2, 0.3, 0.4, 0.5, 0.61, 0.8] {
        let (own, gram) = (at_share(&both.own, share), at_share(&both.gram, share));
        println!(
            "| {:.0} % | {:.1} | {:.1} % | {:.1} | {:.1} % | {:.1} % |",
            share * 100.0,
            gram.saved,
            gram.wrong,
            own.saved,
            own.wrong,
            own.exact,
        );
    }
}

fn natural(repos: &[Repo], network: &Network, cases: usize, seed: u64) {
    println!(
        "| repository | lines | 6-gram: exact (95 %) | workspace: exact (95 %) | 6-gram: saved \
         | workspace: saved | p ≥ 0.8: shown | first words right |\n|---|---|---|---|---|---|---|---|"
    );
    let mut all = Both::default();
    for repo in repos {
        let both = outcomes(repo, network, Cut::Token, false, cases, seed);
        natural_row(&repo.name, &both);
        all.own.extend(both.own);
        all.gram.extend(both.gram);
    }
    natural_row("all", &all);
}

fn natural_row(name: &str, both: &Both) {
    let exact = |of: &[Outcome]| {
        let (low, high) = interval(of.len(), |numbers| at_share(&pick(of, numbers), 1.0).exact);
        format!("{:.1} % ({low:.1}–{high:.1})", at_share(of, 1.0).exact)
    };
    let sure = from_probability(&both.own, SURE);
    println!(
        "| {name} | {} | {} | {} | {:.1} | {:.1} | {:.1} % | {:.1} % |",
        both.own.len(),
        exact(&both.gram),
        exact(&both.own),
        at_share(&both.gram, 1.0).saved,
        at_share(&both.own, 1.0).saved,
        sure.answered,
        100.0 - sure.wrong,
    );
}
