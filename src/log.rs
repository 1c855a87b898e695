//! The log: a private file that turns over when it has grown, at a level that can change while
//! the process runs. No text, prompt or key is written at any level.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, OnceLock};

use tokio::sync::broadcast;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry, filter, reload};

use crate::config::LogLevel;

/// A file larger than this (bytes) becomes the older one.
const TURN_OVER: u64 = 4 * 1024 * 1024;
/// The log's name in its folder.
pub const FILE: &str = "foretype.log";

/// The target of warnings that the client has been told already.
pub const TOLD: &str = "foretype::told";

/// Warnings on their way to the client; a slow reader misses the oldest.
static WARNINGS: LazyLock<broadcast::Sender<String>> = LazyLock::new(|| broadcast::Sender::new(64));

/// The warnings from now on, for `window/logMessage`.
#[must_use]
pub fn warnings() -> broadcast::Receiver<String> {
    WARNINGS.subscribe()
}

/// Passes warnings on.
struct Warnings;

impl<S: tracing::Subscriber> Layer<S> for Warnings {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        if *metadata.level() <= tracing::Level::WARN && metadata.target() != TOLD {
            let mut message = Message::default();
            event.record(&mut message);
            let _ = WARNINGS.send(message.0);
        }
    }
}

/// An event's message and fields as one line.
#[derive(Default)]
struct Message(String);

impl tracing::field::Visit for Message {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        use std::fmt::Write as _;
        let _ = match field.name() {
            "message" => write!(self.0, "{value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
    }
}

type Handle = reload::Handle<filter::Targets, Registry>;
static LEVEL: OnceLock<Handle> = OnceLock::new();

/// Begins to log into a folder. Where it cannot be written, only the client hears of warnings.
pub fn start(folder: Option<&Path>) {
    let writer = folder.and_then(|folder| Turning::open(folder).ok());
    let (level, handle) = reload::Layer::new(targets(LogLevel::Info));
    let lines = writer.map(|writer| {
        tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_writer(std::sync::Mutex::new(writer))
            .with_filter(level)
    });
    let passed_on = Warnings.with_filter(targets(LogLevel::Warn));
    if tracing_subscriber::registry().with(lines).with(passed_on).try_init().is_ok() {
        let _ = LEVEL.set(handle);
    }
}

/// Changes the level.
pub fn set_level(level: LogLevel) {
    if let Some(handle) = LEVEL.get() {
        let _ = handle.modify(|targets_now| *targets_now = targets(level));
    }
}

/// Ours at the level, libraries' warnings only: they might log what passes through them.
fn targets(level: LogLevel) -> filter::Targets {
    let ours = match level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    filter::Targets::new().with_target("foretype", ours)
}

/// A file that turns over.
struct Turning {
    path: PathBuf,
    file: File,
    size: u64,
}

impl Turning {
    fn open(folder: &Path) -> io::Result<Self> {
        make_private(folder)?;
        let path = folder.join(FILE);
        let file = private(&path)?;
        let size = file.metadata()?.len();
        Ok(Self { path, file, size })
    }
}

impl Write for Turning {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.size > TURN_OVER {
            let _ = std::fs::rename(&self.path, self.path.with_extension("log.1"));
            self.file = private(&self.path)?;
            self.size = 0;
        }
        let written = self.file.write(bytes)?;
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Whether the log can be written in this folder, which is made if need be.
///
/// # Errors
/// Why it cannot.
pub fn check(folder: &Path) -> io::Result<()> {
    Turning::open(folder).map(drop)
}

pub(crate) fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)?;
    // It may have been made by something else.
    tighten(folder, 0o700)
}

pub(crate) fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let file = options.open(path)?;
    tighten(path, 0o600)?;
    Ok(file)
}

/// Takes from others what they may do with a path.
fn tighten(path: &Path, mode: u32) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if std::fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))?;
        }
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
    Ok(())
}
