//! The tables, and how older files become current ones.

use rusqlite::{Connection, TransactionBehavior};

/// Marks the file as ours ("fore"; <https://www.sqlite.org/pragma.html#pragma_application_id>).
pub(super) const APPLICATION: i32 = 0x666f_7265;

/// The steps from an empty file to the current one; a file's `user_version` says how many it has
/// had. A step that was released is never changed.
const STEPS: [&str; 3] = [
    "
    CREATE TABLE requests (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,            -- ms since 1970, when it was sent
        name TEXT NOT NULL,             -- of the model in the configuration
        model TEXT NOT NULL,            -- of the model at its server
        provider TEXT NOT NULL,
        purpose TEXT NOT NULL,
        prompt INTEGER NOT NULL,        -- tokens, the cached ones among them
        cached INTEGER NOT NULL,
        output INTEGER NOT NULL,
        estimated INTEGER NOT NULL,     -- 1 where the server did not count
        cost REAL,                      -- USD, where the price is known
        first_ms INTEGER,               -- to the first token
        total_ms INTEGER NOT NULL,
        outcome TEXT NOT NULL
    );
    CREATE INDEX requests_at ON requests (at);
    CREATE TABLE daily (
        day TEXT NOT NULL,              -- YYYY-MM-DD, UTC
        scope TEXT NOT NULL,            -- whose limits and caps it counts for
        purpose TEXT NOT NULL,
        name TEXT NOT NULL,
        model TEXT NOT NULL,
        provider TEXT NOT NULL,
        requests INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        estimated INTEGER NOT NULL,     -- requests whose tokens are estimated
        prompt INTEGER NOT NULL,
        cached INTEGER NOT NULL,
        output INTEGER NOT NULL,
        cost REAL,
        PRIMARY KEY (day, scope, purpose)
    ) WITHOUT ROWID;
    CREATE TABLE admissions (
        id INTEGER PRIMARY KEY,
        scope TEXT NOT NULL,
        at INTEGER NOT NULL,
        tokens INTEGER NOT NULL,        -- reserved, then used
        cost REAL NOT NULL,
        open INTEGER NOT NULL,          -- 1 while its request is under way
        lease INTEGER NOT NULL          -- ms since 1970: until then its process answers for it
    );
    CREATE INDEX admissions_scope ON admissions (scope, at);
",
    "
    -- Whose request it is, for the sums of the day where its process ends before it says so.
    ALTER TABLE admissions ADD COLUMN name TEXT NOT NULL DEFAULT '';
    ALTER TABLE admissions ADD COLUMN model TEXT NOT NULL DEFAULT '';
    ALTER TABLE admissions ADD COLUMN provider TEXT NOT NULL DEFAULT '';
    ALTER TABLE admissions ADD COLUMN purpose TEXT NOT NULL DEFAULT 'completion';
",
    "
    CREATE TABLE explanations (
        key BLOB PRIMARY KEY,           -- SHA-256 of all that was asked
        text TEXT NOT NULL,
        at INTEGER NOT NULL             -- ms since 1970, when it was last looked at
    ) WITHOUT ROWID;
    CREATE INDEX explanations_at ON explanations (at);
",
];

/// Why a file's tables cannot be used.
#[derive(Debug)]
pub(super) enum Unusable {
    /// Another program's.
    Foreign,
    /// Of a later version of foretype.
    Newer,
    /// SQLite's own reason.
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Unusable {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Makes the tables what this version expects. Several processes may do it at once.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), Unusable> {
    let write = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let number = |pragma: &str| write.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 = write.query_row("SELECT count(*) FROM sqlite_master", [], |r| r.get(0))?;
    if application != APPLICATION && (tables > 0 || application != 0) {
        return Err(Unusable::Foreign);
    }
    let current = i32::try_from(STEPS.len()).unwrap_or(i32::MAX);
    if version > current {
        return Err(Unusable::Newer);
    }
    if version == current {
        return Ok(());
    }
    for step in STEPS.iter().skip(usize::try_from(version).unwrap_or(0)) {
        write.execute_batch(step)?;
    }
    write.pragma_update(None, "application_id", APPLICATION)?;
    write.pragma_update(None, "user_version", current)?;
    Ok(write.commit()?)
}
