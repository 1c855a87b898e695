//! Requests, one file each.

pub mod ask;
pub mod completion;
pub mod execute_command;
pub mod initialize;
pub mod inline_completion;
