//! The embedded workspace model: completion from the user's own code, in milliseconds, offline.
//!
//! An n-gram model without a bound on n, over the tokens of the workspace (suffix arrays:
//! "Infini-gram", Liu et al., COLM 2024), mixed with the current file and its neighbours (Tu, Su and
//! Devanbu, FSE 2014; Hellendoorn and Devanbu, FSE 2017), with the names of a matched place re-bound
//! to those at the cursor. How well each source did is weighed by a small network that was fitted on
//! other repositories, so that what it says is a probability.
//!
//! The way of an answer: [`index`] and [`overlay`] → [`scene`] (the cursor as tokens) →
//! [`evidence`] (what followed contexts like it) → [`features`] → [`mod@network`] → [`mod@predict`].
//! Nothing here knows of the rest of the crate but how files are [`sealed`](crate::sealed).

pub mod dialect;
pub mod evidence;
pub mod features;
pub mod index;
pub mod lexer;
pub mod lexicon;
pub mod network;
pub mod overlay;
pub mod predict;
pub mod rename;
pub mod scene;
pub mod segment;
mod sources;
pub mod store;
pub mod vocabulary;

use std::sync::LazyLock;

pub use index::{Builder, Index, Limits, stamp_of};
pub use overlay::Overlay;
pub use predict::{Caution, Prediction};
pub use scene::Cursor;

static NETWORK: LazyLock<Option<network::Network>> =
    LazyLock::new(|| network::Network::from_bytes(include_bytes!("local/weights.bin")));

/// The network with the weights that are built in; none only if those were of another shape.
pub fn network() -> Option<&'static network::Network> {
    NETWORK.as_ref()
}

/// The most likely text at a cursor, to the end of its line at most; none where there is nothing to
/// say. It says what it knows however unlikely that is: the caller decides by the probability.
pub fn predict(
    index: &Index,
    overlay: &Overlay,
    cursor: Cursor<'_>,
    caution: Caution,
) -> Option<Prediction> {
    let network = network()?;
    predict::predict(&mut scene::Scene::new(index, overlay, cursor)?, network, caution)
}
