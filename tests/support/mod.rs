//! What the test crates share; each uses a part of it.
#![allow(dead_code)]

pub mod editor;
pub mod fake_backend;
pub mod random;
pub mod real_model;
