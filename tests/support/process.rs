//! The real program as a child process, with a home of its own and a client that blocks.
#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use super::fake_backend::FakeBackend;
use super::lsp::Lsp;

/// How long a test waits for anything before it fails.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// A key that must appear nowhere.
pub const KEY: &str = "marker-key-5e1f";

/// A folder that is the program's home: configuration, log, state, and a project beside them.
pub struct Home {
    folder: TempDir,
}

impl Home {
    pub fn new() -> Self {
        let home = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(home.project()).unwrap();
        home
    }

    /// With one model, as an OpenAI-compatible server with a fill-in-the-middle format.
    pub fn with_backend(backend: &FakeBackend) -> Self {
        let home = Self::new();
        home.configure(&model(&backend.url()));
        home
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn project(&self) -> PathBuf {
        self.path().join("project")
    }

    pub fn config(&self) -> PathBuf {
        self.path().join("config.toml")
    }

    pub fn log_folder(&self) -> PathBuf {
        self.path().join("state").join("log")
    }

    /// What the log holds; empty where there is none.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_folder().join("foretype.log")).unwrap_or_default()
    }

    pub fn configure(&self, toml: &str) {
        std::fs::write(self.config(), toml).unwrap();
    }

    /// Writes a file of the project.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.project().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The program, with nothing of this machine's own environment that could steer it.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_foretype"));
        command.args(arguments).current_dir(self.project());
        self.environment(&mut command);
        command
    }

    pub fn environment(&self, command: &mut Command) {
        for name in ["FORETYPE_CONFIG", "http_proxy", "HTTP_PROXY", "RUST_LOG"] {
            command.env_remove(name);
        }
        command.env("FORETYPE_HOME", self.path()).env("HOME", self.path());
        command.env("USERPROFILE", self.path());
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        run(self.command(arguments))
    }
}

/// A model for a configuration: `models.fake`, on this server.
pub fn model(url: &str) -> String {
    format!(
        "[models.fake]\nprovider = \"openai-compatible\"\nurl = \"{url}\"\n\
         model = \"qwen2.5-coder:1.5b\"\n\n[completion]\nspeculate = false\n"
    )
}

/// What a command printed, and its exit code.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a command with an empty standard input; fails if it does not end.
pub fn run(mut command: Command) -> Ran {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let pid = child.id();
    let output: Output = within(pid, move || child.wait_with_output().unwrap());
    Ran {
        code: output.status.code().expect("an exit code"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A running server.
pub struct Server {
    child: Option<Child>,
    pub lsp: Lsp,
}

impl Server {
    /// Starts it on pipes; nothing is said to it yet.
    pub fn spawn(home: &Home) -> Self {
        Self::spawn_as(home.command(&[]))
    }

    pub fn spawn_as(mut command: Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child: Some(child), lsp: Lsp::new(stdout, stdin) }
    }

    /// With a client made elsewhere.
    pub fn with(child: Child, lsp: Lsp) -> Self {
        Self { child: Some(child), lsp }
    }

    /// Starts it and initialises it.
    pub fn start(home: &Home) -> Self {
        let mut server = Self::spawn(home);
        server.lsp.initialize(json!({}));
        server
    }

    pub fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// What it wrote to stderr, once it has ended.
    pub fn ended(mut self) -> (ExitStatus, String) {
        let child = self.child.take().unwrap();
        let output = within(child.id(), move || child.wait_with_output().unwrap());
        (output.status, String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// The exit code, once it has ended.
    #[track_caller]
    pub fn exit_code(self) -> i32 {
        self.ended().0.code().expect("an exit code")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Does something that blocks until a process has ended, and kills that one if it does not.
fn within<T: Send + 'static>(pid: u32, wait: impl FnOnce() -> T + Send + 'static) -> T {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || send.send(wait()));
    receive.recv_timeout(PATIENCE).unwrap_or_else(|_| {
        kill(pid);
        panic!("the process did not end")
    })
}

/// Kills a process by its id (Unix).
pub fn kill(pid: u32) {
    let _ = Command::new("kill").args(["-9", &pid.to_string()]).status();
}

/// Runs a future of the fake backend's here.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

/// A fake backend.
pub fn backend() -> FakeBackend {
    wait(FakeBackend::start())
}

/// Writes bytes that are no frame.
pub fn raw(lsp: &mut Lsp, bytes: &[u8]) {
    lsp.writer().write_all(bytes).unwrap();
    lsp.writer().flush().unwrap();
}
