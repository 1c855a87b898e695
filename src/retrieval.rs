//! The workspace index: what every file defines, imports and mentions, and which of it a cursor
//! needs.

pub mod chunks;
pub mod extract;
pub mod folders;
pub mod hybrid;
pub mod index;
pub mod library;
pub mod live;
pub mod mentions;
pub mod names;
pub mod rank;
pub mod render;
pub mod resolve;
pub mod said;
pub mod saved;
#[cfg(feature = "postgres")]
pub mod shared;
pub mod source;
pub mod symbol;
mod tight;
pub mod vectors;
pub mod words;
