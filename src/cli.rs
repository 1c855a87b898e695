//! The command line: one file for each subcommand.

pub mod args;
pub mod ask;
pub mod complete;
pub mod config;
pub mod context;
pub mod doctor;
pub mod eval;
pub mod index;
pub mod key;
pub mod models;
pub mod paths;
pub mod place;
pub mod project;
pub mod prompts;
pub mod serve;
pub mod stats;
pub mod stopped;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use self::args::{Args, Command};
use crate::config::Paths;

/// Runs the command that the arguments name.
#[must_use]
pub fn main() -> ExitCode {
    let args = Args::parse();
    match run(args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("foretype: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(args: Args) -> Result<ExitCode> {
    let paths = Paths::discover();
    // One thread for messages and network: no hop between threads on the way of a key. Anything
    // slow goes to the blocking pool or the syntax thread.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(8)
        .thread_keep_alive(std::time::Duration::from_secs(2))
        .build()?;
    let code = runtime.block_on(async {
        match args.command.unwrap_or(Command::Serve(args.serve)) {
            Command::Serve(serve) => serve::run(paths, serve).await,
            Command::Complete(complete) => or_stopped(complete::run(paths, complete)).await,
            Command::Context(context) => or_stopped(context::run(paths, context)).await,
            Command::Ask(ask) => or_stopped(ask::run(paths, ask)).await,
            Command::Eval(eval) => eval::run(paths, eval).await,
            Command::Doctor(doctor) => doctor::run(paths, doctor).await,
            Command::Stats(stats) => stats::run(&paths, &stats).await,
            Command::Config(config) => config::run(&paths, &config),
            Command::Prompts(prompts) => prompts::run(paths, prompts.what).await,
            Command::Models(models) => models::run(paths, &models),
            Command::Index(index) => index::run(paths, index).await,
            Command::Key(key) => key::run(&key),
            Command::Paths => paths::show(&paths),
            Command::Purge(purge) => paths::purge(&paths, &purge),
        }
    });
    // Blocking work still under way (a key's command, a stat on a dead mount) must not keep us.
    runtime.shutdown_background();
    // What was asked until now is noted.
    crate::store::wait_for_writers(std::time::Duration::from_secs(1));
    code
}

/// Does something until it is done or the process is told to end.
async fn or_stopped(work: impl Future<Output = Result<ExitCode>>) -> Result<ExitCode> {
    tokio::select! {
        // First: what reads standard input at its beginning is ended by the signal itself.
        biased;
        done = work => done,
        code = stopped::stopped() => Ok(code),
    }
}

/// Prints to standard output; a reader that has left is no failure of ours.
fn print(text: &str) -> Result<()> {
    match write(text) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Prints to standard output at once.
///
/// A terminal gets no control characters: a model's or a server's text could order it about.
fn write(text: &str) -> std::io::Result<()> {
    use std::io::{IsTerminal, Write};
    let mut stdout = std::io::stdout().lock();
    let text = if stdout.is_terminal() { harmless(text) } else { text.into() };
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// Without the control characters of C0 and C1, line breaks and tabs aside.
fn harmless(text: &str) -> std::borrow::Cow<'_, str> {
    let harms = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    match text.contains(harms) {
        true => text.chars().filter(|c| !harms(*c)).collect(),
        false => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_not_ordered_about() {
        for (text, want) in [
            ("a\n\tb ü日", "a\n\tb ü日"),
            ("\u{1b}]52;c;eA==\u{7}a", "]52;c;eA==a"),
            ("\u{9b}2Ja\r\n", "2Ja\n"),
        ] {
            assert_eq!(harmless(text), want);
        }
    }
}
