//! Runs a key command within a time box.

use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::KeyError;

/// The longest first line that is read, bytes.
const LONGEST: u64 = 64 * 1024;
/// How the variables begin by which an editor hands its stored keys to the server.
const EDITORS_KEYS: &str = "FORETYPE_KEY_";
/// Between two looks at whether the program has ended.
const POLL: Duration = Duration::from_millis(2);

/// The first line of what the program prints. Its standard error is thrown away,
/// for it may repeat the secret.
pub(super) fn first_line(words: &[String], time: Duration) -> Result<String, KeyError> {
    let program = words.first().cloned().unwrap_or_default();
    let not_started = |error: io::Error| KeyError::CommandNotStarted {
        program: program.clone(),
        reason: error.kind().to_string(),
    };
    let timed_out =
        || KeyError::CommandTimedOut { program: program.clone(), seconds: time.as_secs() };
    let deadline = Instant::now() + time;
    let mut child = Running(spawn(words).map_err(not_started)?);
    let line = read_first_line(&mut child.0).map_err(not_started)?;

    // A program may leave children behind that keep the pipe open: its own end
    // counts, not the pipe's.
    let line = line
        .recv_timeout(deadline.saturating_duration_since(Instant::now()))
        .map_err(|_| timed_out())?;
    let status = loop {
        match child.0.try_wait().map_err(not_started)? {
            Some(status) => break status,
            None if Instant::now() >= deadline => return Err(timed_out()),
            None => thread::sleep(POLL),
        }
    };
    if !status.success() {
        return Err(KeyError::CommandFailed { program, status: status.to_string() });
    }
    String::from_utf8(line).map_err(|_| KeyError::Malformed(format!("the key command `{program}`")))
}

fn spawn(words: &[String]) -> io::Result<Child> {
    let mut words = words.iter();
    let mut command = Command::new(words.next().map_or("", String::as_str));
    command.args(words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    // Keys that an editor keeps for other models are none of the program's business.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with(EDITORS_KEYS) {
            command.env_remove(name);
        }
    }
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt;
        // CREATE_NO_WINDOW: no console flashes up beside the editor.
        command.creation_flags(0x0800_0000);
    }
    command.spawn()
}

/// Reads on a thread of its own: first the line, then, so that the program does
/// not die of a closed pipe, all the rest.
fn read_first_line(child: &mut Child) -> io::Result<mpsc::Receiver<Vec<u8>>> {
    let (send, receive) = mpsc::channel();
    let stdout = child.stdout.take().ok_or_else(|| io::Error::from(io::ErrorKind::BrokenPipe))?;
    thread::Builder::new().name("key command".to_owned()).spawn(move || {
        let mut out = BufReader::new(stdout);
        let mut line = Vec::new();
        let read = out.by_ref().take(LONGEST).read_until(b'\n', &mut line);
        if read.is_ok() && send.send(line).is_ok() {
            // The rest is of no interest, nor is whether it can be read.
            let _ = io::copy(&mut out, &mut io::sink());
        }
    })?;
    Ok(receive)
}

/// Ends the program, whatever happens to us.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Fails only if it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
