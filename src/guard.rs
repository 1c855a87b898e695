//! What may reach a model: the guard between raw text and prompts.
//!
//! - [`redact`] is the only way from raw text to [`Redacted`], the only text a prompt takes.
//! - [`secret_kind`] says whether a file is of a kind that holds secrets, by its path.
//! - [`IgnoreRules`] adds the user's ignore files and says whether a file may be completed in
//!   and whether it may stand in another file's context.
//!
//! What is found is never logged: a placeholder names the kind of secret, nothing more.

mod globs;
mod ignore_rules;
mod key_block;
mod private_keys;
mod redact;
mod secret_files;
mod secrets;

pub use globs::globs;
pub use ignore_rules::{
    BlockReason, Glance, IgnoreRules, Verdict, is_installed, walk, walk_ignored, walk_near,
};
pub use key_block::inside_private_key;
pub use redact::{Redacted, has_placeholder, hidden, redact, redact_split, without_secrets};
pub use secret_files::secret_kind;
pub use secrets::warm_up;
