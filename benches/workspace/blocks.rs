//! Blocks that are said whole: how many, and how many of them are right. Copies stay.

use std::path::PathBuf;

use foretype::local::network::Network;
use foretype::local::predict::predict;
use foretype::local::scene::Scene;
use foretype::local::{Caution, Cursor, Limits};

use super::corpus::Repo;
use super::cut::{Cut, Rng, draw};

const DRAWN: usize = 3000;

/// Prints a line a repository.
pub fn count(repositories: &[PathBuf], network: &Network, seed: u64) {
    println!(
        "| repository | lines that open a block | answered with a block | right | lines said |"
    );
    println!("|---|---|---|---|---|");
    for folder in repositories {
        let repo = Repo::read(folder, Limits::default());
        let mut rng = Rng(seed);
        let (mut blocks, mut said, mut right, mut lines) = (0, 0, 0, 0);
        for _ in 0..DRAWN {
            let case = draw(&repo, &mut rng, Cut::Token, false);
            let text = &repo.files[case.line.file].1;
            let end = block_end(text, case.line.start, case.line.end);
            if end == case.line.end {
                continue;
            }
            blocks += 1;
            let cursor = Cursor { suffix: &text[end..], ..case.cursor() };
            let Some(mut scene) = Scene::new(&repo.index, &case.overlay, cursor) else { continue };
            let answer = predict(&mut scene, network, Caution::default());
            let Some(answer) = answer.filter(|answer| answer.text.contains('\n')) else { continue };
            said += 1;
            lines += answer.text.lines().count();
            right += usize::from(lines_of(&text[case.cut..]).starts_with(&lines_of(&answer.text)));
        }
        println!("| {} | {blocks} | {said} | {right} | {lines} |", repo.name);
    }
}

/// Lines with something on them, without comments at their ends.
fn lines_of(text: &str) -> Vec<&str> {
    let code = |line: &str| line.find(" //").or_else(|| line.find("  #")).unwrap_or(line.len());
    let lines = text.lines().map(|line| line[..code(line)].trim_end());
    lines.filter(|line| !line.is_empty()).collect()
}

/// Where the block ends that the line opens, a closing bracket's line included.
fn block_end(text: &str, start: usize, line_end: usize) -> usize {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let own = indent(&text[start..]);
    let mut end = line_end;
    let mut at = line_end;
    for (number, line) in text[line_end..].split_inclusive('\n').enumerate() {
        at += line.len();
        if number == 0 || line.trim().is_empty() {
            continue;
        }
        if indent(line) <= own {
            let closes = end > line_end && line.trim_start().starts_with(['}', ')', ']']);
            return if closes { at - (line.len() - line.trim_end().len()) } else { end };
        }
        end = at - (line.len() - line.trim_end().len());
    }
    end
}
