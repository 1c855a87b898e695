//! The fake backend's own tests. A test crate with `mod support;` runs them by
//! `#[path = "support/fake_backend/self_test.rs"] mod self_test;`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "self_test/client.rs"]
mod client;
#[path = "self_test/faults.rs"]
mod faults;
#[path = "self_test/loading.rs"]
mod loading;
#[path = "self_test/probes.rs"]
mod probes;
#[path = "self_test/vendors.rs"]
mod vendors;
#[path = "self_test/wire.rs"]
mod wire;
