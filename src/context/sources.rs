//! The sources of context, each its own file: functions of a [`Need`](super::need::Need) alone.

pub mod dependencies;
pub mod diagnostics;
pub mod edits;
pub mod scope;
pub mod similar;
pub mod stack;
pub mod usages;
