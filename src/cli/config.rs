//! `foretype config schema | init | show | reference`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use super::args::{Config, ConfigCommand};
use super::{print, project};
use crate::config::{Paths, Severity, init_toml, json_schema, reference_markdown};

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
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("{}: cannot be made", folder.display()))?;
    }
    match write_new(file, init_toml()) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            bail!("{} is there already; edit it, or move it away first", file.display());
        }
        written => written.with_context(|| format!("{}: cannot be written", file.display()))?,
    }
    print(&format!("wrote {}; edit it, then run `foretype doctor`\n", file.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// Writes a file that is not there yet, for its owner alone: a key may come to stand in it.
fn write_new(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(file)?.write_all(text.as_bytes())
}

fn show(paths: &Paths) -> Result<ExitCode> {
    let root = std::env::current_dir().ok().and_then(|folder| project::root_of(&folder.join("x")));
    let (session, _) = project::session(paths.clone(), root.clone());
    let settings = session.settings(root.as_deref());
    print(&settings.resolved.show())?;
    for problem in &settings.resolved.problems {
        eprintln!("{problem}");
    }
    let wrong = settings.resolved.problems.iter().any(|found| found.severity == Severity::Error);
    Ok(if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
