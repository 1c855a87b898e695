//! Actions: what a developer asks for at a place in the code, and what comes of a model's answer.

pub mod act;
pub mod answer;
mod cannot;
pub mod conventions;
pub mod edits;
pub mod fitting;
pub mod here;
pub mod knowledge;
pub mod offers;
pub mod order;
pub mod outcome;
pub mod prompts;
pub mod review;
pub mod subject;
pub mod task;
mod testing;
