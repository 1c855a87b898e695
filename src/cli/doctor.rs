//! `foretype doctor`: examines the configuration as it holds in the current folder.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};

use super::args::Doctor;
use super::{print, project};
use crate::config::Paths;
use crate::doctor::{Report, examine};

/// Runs every check. Exit code 0 if nothing is bad.
///
/// # Errors
/// If the bundle cannot be written.
pub async fn run(paths: Paths, args: Doctor) -> Result<ExitCode> {
    let mut report = match args.json {
        true => Report::default(),
        false => Report::live(|line| {
            let _ = print(&format!("{line}\n"));
        }),
    };
    let root = std::env::current_dir().ok().and_then(|folder| project::root_of(&folder.join("x")));
    let (session, _) = project::session(paths, root.clone());
    examine(&session, root.as_deref(), &mut report).await;
    if args.json {
        print(&format!("{:#}\n", report.json()))?;
    }
    if let Some(file) = &args.bundle {
        std::fs::write(file, anonymous(report.text()))
            .with_context(|| format!("{}: cannot be written", file.display()))?;
        if !args.json {
            print(&format!("wrote {}\n", file.display()))?;
        }
    }
    Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Without the user's name in paths.
fn anonymous(text: &str) -> String {
    let home = std::env::home_dir().filter(|home| home != Path::new("/"));
    match home.as_ref().and_then(|home| home.to_str()) {
        Some(home) => text.replace(home, "~"),
        None => text.to_owned(),
    }
}
