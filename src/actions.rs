//! Actions: what a developer asks for at a place in the code, and what comes of a model's answer.

pub mod act;
pub mod answer;
mod cannot;
pub mod changes;
mod check;
pub mod conventions;
pub mod files;
pub mod fitting;
pub mod forward;
pub mod here;
mod kept;
pub mod knowledge;
mod line_diff;
pub mod merge;
pub mod offers;
pub mod order;
pub mod outcome;
pub mod parse;
pub mod prompts;
pub mod rebase;
pub mod review;
mod rewrite;
pub mod subject;
pub mod task;
mod testing;
