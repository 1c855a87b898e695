//! The chunks of a branch: only what has changed is written.

use std::collections::HashSet;

use super::{Chunk, Shared, SharedError};

/// Rows in a statement.
const AT_ONCE: usize = 5_000;

/// Rows as columns.
#[derive(Default)]
struct Columns<'a> {
    hashes: Vec<&'a [u8]>,
    paths: Vec<&'a str>,
    first: Vec<i32>,
    last: Vec<i32>,
}

impl<'a> Columns<'a> {
    fn push(&mut self, (hash, path, first, last): &(&'a [u8], &'a str, i32, i32)) {
        self.hashes.push(hash);
        self.paths.push(path);
        self.first.push(*first);
        self.last.push(*last);
    }
}

impl Shared {
    /// Makes these the branch's chunks, all at once for whoever searches. Of two pushes to one branch
    /// at the same time, the later one's hold.
    pub(super) async fn lay(&self, chunks: Vec<Chunk>) -> Result<(), SharedError> {
        let (repository, branch) = (&self.scope.repository, &self.scope.branch);
        let mut client = self.client.lock().await;
        let wrong = self.wrong();
        let all = client.transaction().await.map_err(&wrong)?;
        all.query_one(
            "SELECT pg_advisory_xact_lock(hashtextextended($1 || chr(10) || $2, 2))::text",
            &[repository, branch],
        )
        .await
        .map_err(&wrong)?;
        let rows = all
            .query(
                "SELECT hash, path, first_line, last_line FROM foretype.chunks
                 WHERE repository = $1 AND branch = $2",
                &[repository, branch],
            )
            .await
            .map_err(&wrong)?;
        let mut there: HashSet<(&[u8], &str, i32, i32)> = HashSet::with_capacity(rows.len());
        for row in &rows {
            there.insert((
                row.try_get(0).map_err(&wrong)?,
                row.try_get(1).map_err(&wrong)?,
                row.try_get(2).map_err(&wrong)?,
                row.try_get(3).map_err(&wrong)?,
            ));
        }
        let number = |line: u32| i32::try_from(line).unwrap_or(i32::MAX);
        let mut new = HashSet::new();
        for chunk in &chunks {
            let (first, last) = (number(chunk.first_line), number(chunk.last_line));
            let row = (chunk.hash.0.as_slice(), &*chunk.path, first, last);
            if !there.remove(&row) {
                new.insert(row);
            }
        }
        for (rows, statement) in [
            (
                there,
                "DELETE FROM foretype.chunks c USING unnest($3::bytea[], $4::text[], $5::int[], $6::int[])
                    o (hash, path, first_line, last_line)
                 WHERE c.repository = $1 AND c.branch = $2 AND c.hash = o.hash AND c.path = o.path
                    AND c.first_line = o.first_line AND c.last_line = o.last_line",
            ),
            (
                new,
                "INSERT INTO foretype.chunks (repository, branch, hash, path, first_line, last_line)
                 SELECT $1, $2, * FROM unnest($3::bytea[], $4::text[], $5::int[], $6::int[])",
            ),
        ] {
            let mut rows: Vec<_> = rows.into_iter().collect();
            rows.sort_unstable();
            for some in rows.chunks(AT_ONCE) {
                let mut columns = Columns::default();
                some.iter().for_each(|row| columns.push(row));
                let Columns { hashes, paths, first, last } = &columns;
                all.execute(statement, &[repository, branch, hashes, paths, first, last])
                    .await
                    .map_err(&wrong)?;
            }
        }
        let count = i64::try_from(chunks.len()).unwrap_or(i64::MAX);
        all.execute(
            "INSERT INTO foretype.branches (repository, branch, chunks, pushed_at, pushed_by)
             VALUES ($1, $2, $3, now(), session_user)
             ON CONFLICT (repository, branch) DO UPDATE SET chunks = excluded.chunks,
                pushed_at = excluded.pushed_at, pushed_by = excluded.pushed_by",
            &[repository, branch, &count],
        )
        .await
        .map_err(&wrong)?;
        all.commit().await.map_err(&wrong)
    }
}
