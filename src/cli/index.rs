//! `foretype index`: the index that a team shares.

use std::process::ExitCode;

use anyhow::Result;

use super::args::Index;
use crate::config::Paths;

#[cfg(feature = "postgres")]
mod read;
#[cfg(feature = "postgres")]
mod run;
#[cfg(feature = "postgres")]
mod show;

/// Does it.
///
/// # Errors
/// If no index is configured, or it cannot be used.
#[cfg(feature = "postgres")]
pub async fn run(paths: Paths, args: Index) -> Result<ExitCode> {
    run::run(paths, args).await
}

/// Says that this program has none.
///
/// # Errors
/// Always.
#[cfg(not(feature = "postgres"))]
#[allow(clippy::unused_async)]
pub async fn run(_: Paths, _: Index) -> Result<ExitCode> {
    anyhow::bail!(
        "this program was built without PostgreSQL; build it with `cargo install --locked --path . --features postgres`"
    )
}
