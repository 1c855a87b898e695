//! Requests, one file each.

pub mod action;
pub mod ask;
mod at_place;
pub mod code_action;
pub mod completion;
pub mod execute_command;
pub mod follow_up;
mod hand_over;
pub mod hover;
pub mod initialize;
pub mod inline_completion;
pub(crate) mod mending;
pub(crate) mod under_way;
