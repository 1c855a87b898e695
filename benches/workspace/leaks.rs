//! Hiding a line's places against an index that never had them: both have to know as little.

use std::path::PathBuf;

use foretype::local::network::Network;
use foretype::local::predict::predict;
use foretype::local::scene::Scene;
use foretype::local::{Caution, Index, Limits, Overlay};

use super::corpus::Repo;
use super::cut::{Case, Cut, Rng, draw, without};
use super::score::{Outcome, at_share, judge};

/// Cases of one repository: each builds its index anew.
const CASES: usize = 200;
/// Larger repositories take too long for that, in tokens.
const MOST_TOKENS: usize = 250_000;

/// Prints what both save.
pub fn compare(repositories: &[PathBuf], network: &Network, seed: u64) {
    println!("| repository | hidden: saved | wrong | removed: saved | wrong | the same answer |");
    println!("|---|---|---|---|---|---|");
    for folder in repositories {
        let repo = Repo::read(folder, Limits::default());
        if repo.index.tokens() > MOST_TOKENS {
            continue;
        }
        let mut rng = Rng(seed);
        let (mut hidden, mut removed, mut same) = (Vec::new(), Vec::new(), 0);
        for _ in 0..CASES {
            let case = draw(&repo, &mut rng, Cut::Token, true);
            let one = said(&repo.index, &case.overlay, &case, network);
            let index = index_without(&repo, &case);
            let mut overlay = Overlay::default();
            overlay.forget(&index, case.path);
            let other = said(&index, &overlay, &case, network);
            let text =
                |p: &Option<_>| p.as_ref().map(|p: &foretype::local::Prediction| p.text.clone());
            same += usize::from(text(&one) == text(&other));
            hidden.push(judge(&case.hidden, one));
            removed.push(judge(&case.hidden, other));
        }
        let all = |of: &[Outcome]| at_share(of, 1.0);
        let (h, r) = (all(&hidden), all(&removed));
        println!(
            "| {} | {:.1} | {:.1} % | {:.1} | {:.1} % | {same} of {CASES} |",
            repo.name, h.saved, h.wrong, r.saved, r.wrong,
        );
    }
}

fn said(
    index: &Index,
    overlay: &Overlay,
    case: &Case<'_>,
    network: &Network,
) -> Option<foretype::local::Prediction> {
    let mut scene = Scene::new(index, overlay, case.cursor())?;
    predict(&mut scene, network, Caution::default())
}

/// The file itself stays, as it would be on the disk, and is out of use like the index's own copy.
fn index_without(repo: &Repo, case: &Case<'_>) -> Index {
    let text = &repo.files[case.line.file].1;
    let line = text[case.line.start..case.line.end].trim();
    let files = repo.files.iter().map(|(path, text)| (path.as_str(), without(text, line)));
    Index::build(files, Limits::default())
}
