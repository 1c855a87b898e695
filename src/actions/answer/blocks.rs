//! An answer in several blocks: a function in one, what it calls now in another.

use super::fences::Fence;
use super::{indent, tags};
use crate::actions::edits::part;
use crate::document::language::Language;
use crate::document::words::words;

/// More blocks than that are no answer in parts.
const MOST: usize = 12;

/// The code of the blocks that together are the answer: the main one, or the last that declares the same;
/// what it uses of what others declare; what they import. `None` where that is the main one as it is.
pub(super) fn joined(
    fences: &[&Fence],
    main: &Fence,
    language: Language,
    region: &str,
) -> Option<String> {
    if !(2..=MOST).contains(&fences.len()) || fences.iter().any(|fence| !fence.closed) {
        return None;
    }
    let code = |fence: &Fence| tags::unwrapped(&fence.code, "").trim_end().to_owned();
    let blocks: Vec<Block> = fences
        .iter()
        .filter_map(|fence| {
            let code = code(fence);
            Some(Block { names: part::declares(&code, language)?, code })
        })
        .collect();
    let main_code = code(main);
    let own = part::outermost(region, language);
    let of_region = |block: &&Block| block.names.iter().any(|name| own.contains(name));
    let found = blocks.iter().rfind(of_region);
    let found = found.or_else(|| blocks.iter().find(|block| block.code == main_code));
    let names = &found.filter(|block| !block.names.is_empty())?.names;
    // Of a function before and after, the one after.
    let at = blocks.iter().rposition(|block| block.names == *names)?;
    let mut chosen = vec![at];
    while let Some(next) = (0..blocks.len()).rev().find(|at| is_used(*at, &chosen, &blocks)) {
        chosen.push(next);
    }
    let imports =
        (0..blocks.len()).filter(|at| blocks.get(*at).is_some_and(|block| block.names.is_empty()));
    let imports: Vec<usize> = imports.collect();
    if imports.is_empty() && chosen.len() == 1 && blocks.get(at)?.code == main_code {
        return None;
    }
    chosen.sort_unstable();
    let all = imports.iter().chain(&chosen).filter_map(|at| blocks.get(*at));
    let all = all.map(|block| indent::dedented(&block.code.lines().collect::<Vec<_>>()).join("\n"));
    Some(all.collect::<Vec<_>>().join("\n\n"))
}

/// A block that is nothing but declarations and imports.
struct Block {
    code: String,
    names: Vec<String>,
}

/// Whether a block declares what the chosen ones name, and nothing that they declare.
fn is_used(at: usize, chosen: &[usize], blocks: &[Block]) -> bool {
    let Some(block) = blocks.get(at).filter(|_| !chosen.contains(&at)) else { return false };
    let mut chosen = chosen.iter().filter_map(|at| blocks.get(*at));
    let names = |code: &str, name: &str| words(code).any(|word| word == name);
    let new = chosen.clone().all(|one| block.names.iter().all(|name| !one.names.contains(name)));
    new && chosen.any(|one| block.names.iter().any(|name| names(&one.code, name)))
}
