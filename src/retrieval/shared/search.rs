//! The nearest chunks of the branch.

use std::sync::Arc;

use super::{Chunk, ContentHash, Hit, Shared, SharedError};

/// The statement.
const SEARCH: &str = include_str!("search.sql");
/// How many neighbours are looked at for one that is wanted, as other branches have some of them.
const WIDER: usize = 4;
/// Most neighbours that are looked at.
const MOST: usize = 4_000;

impl Shared {
    /// The neighbours of a vector in the repository, of which those of the branch are kept; looked for
    /// further away where too few are.
    pub(super) async fn search(&self, query: &[f32], most: usize) -> Result<Vec<Hit>, SharedError> {
        let asked = self.table()?.fill(SEARCH);
        let client = self.client.lock().await;
        let statement = client.prepare(&asked).await.map_err(self.wrong())?;
        let (repository, branch) = (&self.scope.repository, &self.scope.branch);
        let mut near = most.saturating_mul(WIDER).min(MOST);
        loop {
            let limit = i64::try_from(near).unwrap_or(i64::MAX);
            let rows = client
                .query(&statement, &[repository, branch, &query, &limit])
                .await
                .map_err(self.wrong())?;
            let mut hits = Vec::new();
            for row in &rows {
                hits.extend(self.hit(row)?);
            }
            // Fewer rows than asked for: there are no more.
            if hits.len() >= most || rows.len() < near || near >= MOST {
                hits.truncate(most);
                return Ok(hits);
            }
            near = near.saturating_mul(WIDER).min(MOST);
        }
    }

    /// What a row says; nothing where the branch has no such chunk.
    fn hit(&self, row: &tokio_postgres::Row) -> Result<Option<Hit>, SharedError> {
        let wrong = self.wrong();
        let Some(path) = row.try_get::<_, Option<&str>>(2).map_err(&wrong)? else {
            return Ok(None);
        };
        let nonsense = || SharedError::Nonsense(self.name.clone());
        let distance: f32 = row.try_get(0).map_err(&wrong)?;
        let hash: &[u8] = row.try_get(1).map_err(&wrong)?;
        let line = |at: usize| -> Result<u32, SharedError> {
            u32::try_from(row.try_get::<_, i32>(at).map_err(&wrong)?).map_err(|_| nonsense())
        };
        let chunk = Chunk {
            scope: Arc::clone(&self.scope),
            path: path.into(),
            first_line: line(3)?,
            last_line: line(4)?,
            hash: ContentHash(hash.try_into().map_err(|_| nonsense())?),
        };
        Ok(Some(Hit { chunk, score: 1.0 - distance }))
    }
}
