//! The workspace index: what every file defines, imports and mentions, and which of it a cursor
//! needs.

#[cfg(feature = "postgres")]
pub mod shared;
pub mod vectors;
