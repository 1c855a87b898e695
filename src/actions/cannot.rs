//! Why an action cannot be done at a place: shown where the user asked for exactly that one, by a key or a
//! menu of its own. A list of all actions stays short.

use super::offers::{Offer, is_wanted};
use super::task::{Intent, Task};
use crate::document::offset::ByteRange;

/// What each action needs.
const NEEDS: [(Task, &str, &str); 10] = [
    (Task::Refactor(Intent::Extract), "Extract the selection", "select code in a function first"),
    (
        Task::Refactor(Intent::Split),
        "Split this function",
        "the cursor is in no function of more than 40 lines",
    ),
    (Task::Refactor(Intent::Simplify), "Simplify this code", "there are no branches here"),
    (
        Task::Refactor(Intent::Errors),
        "Handle errors in this code",
        "nothing here passes over an error",
    ),
    (
        Task::Refactor(Intent::Rename),
        "Rename for clarity in this function",
        "the cursor is in no function",
    ),
    (Task::Optimise, "Optimise this function", "the cursor is in no function"),
    (Task::Document, "Document this declaration", "the cursor is in no declaration"),
    (
        Task::Implement,
        "Implement this function",
        "there is nothing to be written here: no `todo!()`, no empty body, no TODO",
    ),
    (Task::Translate, "Write the code this comment describes", "the cursor is in no comment"),
    (Task::Fix, "Fix", "the editor hands on no diagnostic for this place"),
];

/// The actions that the user asked for by their very kinds and that are not to be had here.
pub(super) fn cannot(offers: &[Offer], only: &[String], at: ByteRange) -> Vec<Offer> {
    let missing = NEEDS.iter().filter(|(task, ..)| {
        let kind = task.kind();
        only.iter().any(|wanted| wanted == kind) && !offers.iter().any(|offer| offer.task == *task)
    });
    let offer = |(task, title, why): &(Task, &str, &str)| Offer {
        task: task.clone(),
        title: (*title).to_owned(),
        target: at,
        preferred: false,
        finding: None,
        words: String::new(),
        disabled: Some(format!("foretype: {why}")),
    };
    missing.map(offer).filter(|offer| is_wanted(offer.task.kind(), only)).collect()
}
