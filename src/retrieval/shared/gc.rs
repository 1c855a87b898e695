//! Throws away what nobody needs: branches that are gone, then vectors that no chunk has.

use super::{Shared, SharedError};

/// What to throw away.
#[derive(Clone, Debug, Default)]
pub struct Collect {
    /// These branches.
    pub branches: Vec<String>,
    /// Branches that nobody has pushed to for so many days.
    pub days: Option<u32>,
}

/// What was thrown away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// These branches.
    pub branches: Vec<String>,
    /// So many chunks of theirs.
    pub chunks: u64,
    /// So many vectors.
    pub vectors: u64,
}

impl Shared {
    /// Collects in the repository.
    ///
    /// # Errors
    /// [`SharedError::Busy`] while somebody pushes to it.
    pub async fn collect(&self, what: &Collect) -> Result<Collected, SharedError> {
        let repository = &self.scope.repository;
        let mut client = self.client.lock().await;
        let wrong = self.wrong();
        let all = client.transaction().await.map_err(&wrong)?;
        let free = all
            .query_one("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 1))", &[repository])
            .await;
        if !free.and_then(|row| row.try_get::<_, bool>(0)).map_err(&wrong)? {
            return Err(SharedError::Busy(self.name.clone()));
        }
        let days = what.days.map(f64::from);
        let gone = all
            .query(
                "DELETE FROM foretype.branches WHERE repository = $1 AND (branch = ANY ($2)
                    OR pushed_at < now() - make_interval(secs => 86400 * $3::float8))
                 RETURNING branch",
                &[repository, &what.branches, &days],
            )
            .await
            .map_err(&wrong)?;
        let branches: Result<Vec<String>, _> = gone.iter().map(|row| row.try_get(0)).collect();
        let mut collected =
            Collected { branches: branches.map_err(&wrong)?, ..Collected::default() };
        collected.branches.sort_unstable();
        collected.chunks = all
            .execute(
                "DELETE FROM foretype.chunks WHERE repository = $1 AND branch = ANY ($2)",
                &[repository, &collected.branches],
            )
            .await
            .map_err(&wrong)?;
        // Nobody pushes: no claim is alive.
        all.execute("DELETE FROM foretype.claims WHERE repository = $1", &[repository])
            .await
            .map_err(&wrong)?;
        for row in all.query("SELECT id FROM foretype.models", &[]).await.map_err(&wrong)? {
            let id: i32 = row.try_get(0).map_err(&wrong)?;
            let unused = format!(
                "DELETE FROM foretype.vectors_{id} v WHERE v.repository = $1 AND NOT EXISTS (
                    SELECT FROM foretype.chunks c WHERE c.repository = $1 AND c.hash = v.hash)"
            );
            collected.vectors += all.execute(&unused, &[repository]).await.map_err(&wrong)?;
        }
        all.commit().await.map_err(&wrong)?;
        Ok(collected)
    }
}
