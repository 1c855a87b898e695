//! What an answer's code comes to in files: edits of the lines that change and of no others, looked
//! through before anyone sees them, and brought over what is typed meanwhile.

pub mod changes;
pub(super) mod check;
pub mod files;
pub mod forward;
pub(super) mod kept;
pub(super) mod line_diff;
pub mod merge;
pub(super) mod on_disk;
mod once;
pub mod parse;
pub(super) mod part;
pub mod rebase;
pub(super) mod rewrite;
mod scrap;
