//! What models have said of names, for hovers: bounded in number and age.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

/// Most that are kept; the one longest unused goes first.
const MOST: i64 = 5_000;
/// One that nobody has looked at for so long goes too, ms.
const KEEP: i64 = 90 * 24 * 60 * 60 * 1_000;
/// When one was looked at is noted no oftener than this, ms: a hover is no reason to write.
const NOTED: i64 = 24 * 60 * 60 * 1_000;

/// The one under a key.
pub(super) fn read(connection: &Connection, key: &[u8]) -> rusqlite::Result<Option<String>> {
    let now = super::now_ms();
    let query = "SELECT text, at FROM explanations WHERE key = ?1 AND at >= ?2";
    let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?));
    let found = connection.query_row(query, params![key, now - KEEP], row).optional()?;
    if found.as_ref().is_some_and(|(_, at)| now - at > NOTED) {
        let note = "UPDATE explanations SET at = ?2 WHERE key = ?1";
        // That it cannot be noted is no reason not to show it.
        let _ = connection.execute(note, params![key, now]);
    }
    Ok(found.map(|(text, _)| text))
}

/// Keeps one, and forgets those that are too many or too old.
pub(super) fn write(
    connection: &mut Connection,
    key: &[u8],
    text: &str,
    now: i64,
) -> rusqlite::Result<()> {
    let all = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    all.execute(
        "INSERT INTO explanations (key, text, at) VALUES (?1, ?2, ?3)
         ON CONFLICT (key) DO UPDATE SET text = excluded.text, at = excluded.at",
        params![key, text, now],
    )?;
    all.execute("DELETE FROM explanations WHERE at < ?1", [now - KEEP])?;
    all.execute(
        "DELETE FROM explanations WHERE key IN (
             SELECT key FROM explanations ORDER BY at DESC LIMIT -1 OFFSET ?1)",
        [MOST],
    )?;
    all.commit()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn count(connection: &Connection) -> i64 {
        connection.query_row("SELECT count(*) FROM explanations", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn they_are_bounded_in_number_and_age() {
        let mut connection = super::super::file::memory().unwrap();
        let now = super::super::now_ms();
        let insert = "INSERT INTO explanations VALUES (randomblob(32), 'x', ?1)";
        for n in 0..MOST {
            connection.execute(insert, [now - 1_000 - n]).unwrap();
        }
        write(&mut connection, b"new", "text", now).unwrap();
        assert_eq!(count(&connection), MOST);
        assert_eq!(read(&connection, b"new").unwrap().as_deref(), Some("text"));
        let oldest: i64 =
            connection.query_row("SELECT min(at) FROM explanations", [], |row| row.get(0)).unwrap();
        assert_eq!(oldest, now - 1_000 - (MOST - 2));
        write(&mut connection, b"new", "newer", now + KEEP).unwrap();
        assert_eq!(count(&connection), 1);
        assert_eq!(read(&connection, b"new").unwrap().as_deref(), Some("newer"));
        assert_eq!(read(&connection, b"none").unwrap(), None);
    }

    #[test]
    fn one_that_is_looked_at_stays() {
        let connection = super::super::file::memory().unwrap();
        let insert = "INSERT INTO explanations VALUES (?1, 'x', ?2)";
        let now = super::super::now_ms();
        connection.execute(insert, params![b"old", now - KEEP + 60_000]).unwrap();
        connection.execute(insert, params![b"dead", now - KEEP - 60_000]).unwrap();
        assert!(read(&connection, b"old").unwrap().is_some());
        assert!(read(&connection, b"dead").unwrap().is_none());
        let at: i64 = connection
            .query_row("SELECT at FROM explanations WHERE key = ?1", [b"old"], |row| row.get(0))
            .unwrap();
        assert!(at >= now);
    }
}
