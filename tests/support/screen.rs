//! A real terminal in tmux, for programs that draw on one: keys go in, and what stands on the
//! screen is looked at, colours and cursor included.
//!
//! ```ignore
//! let Some(tmux) = Tmux::found() else { return };
//! let mut screen = tmux.open(Command::new("hx").arg("main.rs"), Size { columns: 80, rows: 24 });
//! screen.press("i");
//! screen.type_text("let x");
//! screen.until("the text typed", |shown| shown.has("let x"));
//! ```
//!
//! Nothing here sleeps and hopes: `until` looks at the screen again and again until a condition
//! holds, and fails with the screen as it stands.
#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod shown;

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

#[allow(unused_imports)] // each test crate uses a part
pub use shown::{Cell, Shown};

/// How long a condition on the screen is waited for.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// Between two looks at the screen.
const INTERVAL: Duration = Duration::from_millis(8);
/// A program is ended after this time even if the test is killed before it can do so.
const LIFE: &str = "900";

/// The tmux of this machine.
pub struct Tmux(());

#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub columns: usize,
    pub rows: usize,
}

/// One program on a terminal of its own; both end with this value.
pub struct Screen {
    /// The name of tmux's socket (`tmux -L`).
    pub socket: String,
}

impl Tmux {
    /// `None` where there is no tmux (3.2 or newer).
    pub fn found() -> Option<Self> {
        let output = Command::new("tmux").arg("-V").output().ok()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let number: String =
            said.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect::<String>();
        let mut parts = number.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
        let version = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
        (version >= (3, 2)).then_some(Self(()))
    }

    /// Runs a program, its arguments, environment and folder, on a terminal of this size.
    pub fn open(&self, command: &Command, size: Size) -> Screen {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let screen = Screen { socket: format!("foretype-test-{}-{count}", std::process::id()) };
        let mut tmux = screen.tmux();
        tmux.args(["-f", "/dev/null", "new-session", "-d"]);
        tmux.args(["-x", &size.columns.to_string(), "-y", &size.rows.to_string()]);
        if let Some(folder) = command.get_current_dir() {
            tmux.arg("-c").arg(folder);
        }
        // By `env` and not by tmux, which would put a PATH of its own.
        tmux.args(["--", "env"]);
        for (name, _) in command.get_envs().filter(|(_, value)| value.is_none()) {
            tmux.arg("-u").arg(name);
        }
        tmux.arg("COLORTERM=truecolor");
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                let mut variable = name.to_owned();
                variable.push("=");
                variable.push(value);
                tmux.arg(variable);
            }
        }
        if cfg!(target_os = "linux") {
            tmux.args(["timeout", "--foreground", LIFE]);
        }
        tmux.arg(command.get_program()).args(command.get_args());
        // The pane stays when the program ends, so that its last words can be seen.
        tmux.args([";", "set", "-g", "remain-on-exit", "on"]);
        tmux.args([";", "set", "-g", "default-terminal", "tmux-256color"]);
        tmux.args([";", "set", "-g", "status", "off"]);
        run(tmux);
        screen
    }
}

impl Screen {
    /// Types literal text.
    pub fn type_text(&self, text: &str) {
        if !text.is_empty() {
            let mut tmux = self.tmux();
            // A semicolon at the end would separate tmux's own commands.
            let text = text.strip_suffix(';').map_or(text.into(), |rest| format!("{rest}\\;"));
            tmux.args(["send-keys", "-l", "--", &text]);
            run(tmux);
        }
    }

    /// Presses keys by tmux's names for them, separated by blanks: `Escape`, `Enter`, `C-x`, `M-]`.
    pub fn press(&self, keys: &str) {
        let mut tmux = self.tmux();
        tmux.args(["send-keys", "--"]).args(keys.split(' '));
        run(tmux);
    }

    /// What stands on the screen now. A picture that is being drawn is not taken for one that
    /// stands: two looks must agree.
    pub fn shown(&self) -> Shown {
        let began = Instant::now();
        let mut last = self.look();
        loop {
            let next = self.look();
            if next == last {
                return next;
            }
            assert!(began.elapsed() < PATIENCE, "the screen does not come to rest:\n{next}");
            last = next;
        }
    }

    /// Looks until the condition holds, and returns what was seen then; fails with the screen.
    #[track_caller]
    pub fn until(&self, what: &str, check: impl Fn(&Shown) -> bool) -> Shown {
        let began = Instant::now();
        loop {
            let shown = self.look();
            if check(&shown) {
                return shown;
            }
            assert!(began.elapsed() < PATIENCE, "waited in vain for {what}; the screen:\n{shown}");
            std::thread::sleep(INTERVAL);
        }
    }

    /// A picture of the screen as SVG, by `scripts/screenshot`.
    pub fn picture(&self, title: &str, rows: &str) -> Vec<u8> {
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scripts/screenshot");
        let mut command = Command::new("python3");
        command.arg(script).args(["-L", &self.socket, "--title", title, "--rows", rows]);
        run(command)
    }

    fn look(&self) -> Shown {
        let mut tmux = self.tmux();
        tmux.args(["capture-pane", "-e", "-p", ";"]);
        tmux.args(["display-message", "-p", "#{cursor_x} #{cursor_y}"]);
        Shown::parse(&String::from_utf8_lossy(&run(tmux)))
    }

    fn tmux(&self) -> Command {
        let mut tmux = Command::new("tmux");
        tmux.args(["-u", "-L", &self.socket]).env_remove("TMUX");
        tmux
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let mut tmux = self.tmux();
        tmux.args(["display-message", "-p", "#{socket_path}", ";", "kill-server"]);
        let output = tmux.stdin(Stdio::null()).output();
        // tmux leaves its socket behind; where it had ended by itself, nothing is told.
        if let Ok(path) = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
            && path.starts_with('/')
        {
            let _ = std::fs::remove_file(path.trim());
        }
    }
}

/// The output of a command that must succeed.
#[track_caller]
fn run(mut command: Command) -> Vec<u8> {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", command.get_program().to_string_lossy());
    output.stdout
}
