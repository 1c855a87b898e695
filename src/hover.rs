//! Hover: what a name under the cursor is. Its signature and documentation come from the syntax tree
//! at once; a model's explanation from what it has said before, or while it says it.

mod bindings;
mod definition;
mod documentation;
pub mod explanations;
mod places;
pub mod question;
pub mod shown;
mod signature;
pub mod symbol;
pub mod who;
