//! `foretype config schema | init | show | reference`.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use super::args::{Config, ConfigCommand};
use super::{print, project};
use crate::config::{Paths, init_toml, json_schema, reference_markdown};

/// Runs the subcommand.
///
/// # Errors
/// If a file cannot be written or is there already.
pub fn run(paths: &Paths, config: &Config) -> Result<ExitCode> {
    match config.what {
        ConfigCommand::Schema => print(&format!("{:#}\n", json_schema()))?,
        ConfigCommand::Reference => print(&reference_markdown())?,
        ConfigCommand::Init => return init(paths),
        ConfigCommand::Show => return show(paths),
    }
    Ok(ExitCode::SUCCESS)
}

fn init(paths: &Paths) -> Result<ExitCode> {
    let reason =
        || paths.reason.clone().unwrap_or_else(|| "no configuration folder is known".into());
    let file = paths.config_file.as_ref().with_context(reason)?;
    if file.exists() {
        bail!("{} is there already; edit it, or move it away first", file.display());
    }
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("{}: cannot be made", folder.display()))?;
    }
    std::fs::write(file, init_toml())
        .with_context(|| format!("{}: cannot be written", file.display()))?;
    print(&format!("wrote {}; edit it, then run `foretype doctor`\n", file.display()))?;
    Ok(ExitCode::SUCCESS)
}

fn show(paths: &Paths) -> Result<ExitCode> {
    let root = std::env::current_dir().ok().and_then(|folder| project::root_of(&folder.join("x")));
    let (session, _) = project::session(paths.clone(), root.clone());
    let settings = session.settings(root.as_deref());
    print(&settings.resolved.show())?;
    for problem in &settings.resolved.problems {
        eprintln!("{problem}");
    }
    let fine = settings.resolved.problems.is_empty();
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
