//! The workspace's code as the embedded model needs it: found, read and kept in step in the
//! background, on one thread of low priority for each session. Completion never waits for it.

pub mod code;
pub mod saved;
pub mod walk;
pub mod worker;
pub mod world;

pub use self::worker::Indexing;
pub use self::world::{Stage, World};
