//! Opening the store's file: private, checked, and set aside where it is torn.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};

use super::schema::{Unusable, migrate};

/// The file's name in its folder.
pub const FILE: &str = "usage.sqlite";
/// How long another process's write is waited for.
const BUSY: Duration = Duration::from_secs(1);

/// What an error of SQLite means for what comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Another process writes: later.
    Busy,
    /// The file is torn.
    Torn,
    /// It cannot be written: a full disk, a folder that is gone or read-only.
    Unwritable,
}

/// What an error means.
pub(super) fn trouble(error: &rusqlite::Error) -> Trouble {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Trouble::Busy,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Trouble::Torn,
        _ => Trouble::Unwritable,
    }
}

/// Opens the store of a folder. Where there is none to be had: one in memory, and why; none as long
/// as another process has it locked.
pub(super) fn open(folder: Option<&Path>) -> (Option<Connection>, Option<String>) {
    let Some(folder) = folder else { return (memory(), None) };
    let file = folder.join(FILE);
    let shown = file.display();
    let is = |error: &Unusable, what| matches!(error, Unusable::Sqlite(e) if trouble(e) == what);
    let mut opened = open_file(folder, &file);
    // Another process begins the file at this moment, or moves a torn one away.
    for _ in 0..3 {
        if opened.as_ref().is_err_and(|error| is(error, Trouble::Busy)) {
            opened = open_file(folder, &file);
        }
    }
    match opened {
        Ok(connection) => (Some(connection), None),
        Err(error) if is(&error, Trouble::Torn) => {
            let Some(aside) = set_aside(&file) else {
                let why = format!(
                    "{shown}: is no database of foretype's and cannot be moved away; delete it. Until then usage and limits are kept in memory"
                );
                return (memory(), Some(why));
            };
            let why = format!(
                "{shown}: was torn, and a new one is begun; the old one is {}",
                aside.display()
            );
            match open_file(folder, &file) {
                Ok(connection) => (Some(connection), Some(why)),
                Err(error) => (memory(), Some(reason(&file, &error))),
            }
        }
        Err(error) if is(&error, Trouble::Busy) => {
            let why = format!(
                "{shown}: is busy; foretype tries again, and asks no model with a limit or a cap until then"
            );
            (None, Some(why))
        }
        Err(error) => (memory(), Some(reason(&file, &error))),
    }
}

/// A store that is gone with the process.
pub(super) fn memory() -> Option<Connection> {
    let mut connection = Connection::open_in_memory().ok()?;
    migrate(&mut connection).ok()?;
    Some(connection)
}

/// Why a file is not used.
pub(super) fn reason(file: &Path, error: &Unusable) -> String {
    let shown = file.display();
    let why = match error {
        Unusable::Foreign => "is another program's; move it away".to_owned(),
        Unusable::Newer => "is of a newer version of foretype; update this one".to_owned(),
        Unusable::Sqlite(error) => {
            format!("cannot be used ({error}); check the disk and the folder's owner")
        }
    };
    format!("{shown}: {why}. Until then usage and limits are kept in memory")
}

fn open_file(folder: &Path, file: &Path) -> Result<Connection, Unusable> {
    // Made by us, so that nobody else can read it from its first byte on; SQLite gives its other
    // files the same mode.
    let _ = crate::log::make_private(folder);
    let _ = crate::log::private(file);
    let mut connection = Connection::open(file)?;
    connection.busy_timeout(BUSY)?;
    // Readers and one writer at once, and no wait for the disk with every commit: a crash of the
    // machine may cost the last rows, never the file.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    // In KiB, as it is negative (sqlite.org/pragma.html#pragma_cache_size): rows are small and asked by day.
    connection.pragma_update(None, "cache_size", -512)?;
    migrate(&mut connection)?;
    let check: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if check != "ok" {
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
        return Err(rusqlite::Error::SqliteFailure(code, Some(check)).into());
    }
    Ok(connection)
}

/// Renames a torn file and what belongs to it; answers its new name.
pub(super) fn set_aside(file: &Path) -> Option<PathBuf> {
    let with = |end: &str| {
        let mut name = OsString::from(file);
        name.push(end);
        PathBuf::from(name)
    };
    let aside = format!(".torn-{}", super::now_ms() / 1_000);
    std::fs::rename(file, with(&aside)).ok()?;
    for end in ["-wal", "-shm"] {
        let _ = std::fs::rename(with(end), with(&format!("{aside}{end}")));
    }
    Some(with(&aside))
}
