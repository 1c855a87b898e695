//! What the shared store holds.

use serde::Serialize;

use super::schema::{self, Found};
use super::{Shared, SharedError};

/// What this user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Rights {
    /// Change the schema.
    Owner,
    /// Push.
    Writer,
    /// Search.
    Reader,
    /// Nothing.
    None,
}

/// A branch of the repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Branch {
    /// Its name.
    pub branch: String,
    /// Its chunks.
    pub chunks: i64,
    /// When it was pushed last, as the server writes it, UTC.
    pub pushed_at: String,
    /// Who did.
    pub pushed_by: String,
}

/// A model's vectors, of all repositories.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModelRows {
    /// Its name.
    pub model: String,
    /// Numbers in a vector.
    pub dimension: i32,
    /// About so many vectors.
    pub vectors: i64,
    /// What they take with their index, bytes.
    pub bytes: i64,
}

/// All of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// PostgreSQL's version.
    pub server: String,
    /// pgvector's.
    pub vector: String,
    /// Steps that the schema has had.
    pub step: i32,
    /// What this user may do.
    pub rights: Rights,
    /// The models.
    pub models: Vec<ModelRows>,
    /// The repository.
    pub repository: String,
    /// Its branches.
    pub branches: Vec<Branch>,
    /// Contents of it that somebody is embedding, or was when they were killed.
    pub claims: i64,
}

impl Shared {
    /// Looks.
    ///
    /// # Errors
    /// [`SharedError`].
    pub async fn status(&self) -> Result<Status, SharedError> {
        let client = self.client.lock().await;
        let wrong = self.wrong();
        let Found::Step(step) = schema::look(&client, &self.name).await? else {
            return Err(SharedError::Missing(self.name.clone()));
        };
        let row = client
            .query_one(
                "SELECT current_setting('server_version'),
                    (SELECT extversion FROM pg_extension WHERE extname = 'vector'),
                    pg_has_role((SELECT relowner FROM pg_class
                        WHERE oid = 'foretype.version'::regclass), 'USAGE'),
                    has_table_privilege('foretype.chunks', 'INSERT')
                        AND NOT pg_is_in_recovery(),
                    has_table_privilege('foretype.chunks', 'SELECT'),
                    (SELECT count(*) FROM foretype.claims WHERE repository = $1)",
                &[&self.scope.repository],
            )
            .await
            .map_err(&wrong)?;
        let may = |at: usize| row.try_get::<_, bool>(at).map_err(&wrong);
        let rights = match (may(2)?, may(3)?, may(4)?) {
            (true, ..) => Rights::Owner,
            (_, true, _) => Rights::Writer,
            (_, _, true) => Rights::Reader,
            _ => Rights::None,
        };
        let mut models = Vec::new();
        let asked = "SELECT m.name, m.dimension, greatest(c.reltuples, 0)::bigint,
                pg_total_relation_size(c.oid)
            FROM foretype.models m JOIN pg_class c ON c.oid = to_regclass('foretype.vectors_' || m.id)
            ORDER BY m.id";
        for row in client.query(asked, &[]).await.map_err(&wrong)? {
            models.push(ModelRows {
                model: row.try_get(0).map_err(&wrong)?,
                dimension: row.try_get(1).map_err(&wrong)?,
                vectors: row.try_get(2).map_err(&wrong)?,
                bytes: row.try_get(3).map_err(&wrong)?,
            });
        }
        let mut branches = Vec::new();
        let asked = "SELECT branch, chunks,
                to_char(pushed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), pushed_by
            FROM foretype.branches WHERE repository = $1 ORDER BY branch";
        for row in client.query(asked, &[&self.scope.repository]).await.map_err(&wrong)? {
            branches.push(Branch {
                branch: row.try_get(0).map_err(&wrong)?,
                chunks: row.try_get(1).map_err(&wrong)?,
                pushed_at: row.try_get(2).map_err(&wrong)?,
                pushed_by: row.try_get(3).map_err(&wrong)?,
            });
        }
        Ok(Status {
            server: row.try_get(0).map_err(&wrong)?,
            vector: row.try_get::<_, Option<String>>(1).map_err(&wrong)?.unwrap_or_default(),
            step,
            rights,
            models,
            repository: self.scope.repository.clone(),
            branches,
            claims: row.try_get(5).map_err(&wrong)?,
        })
    }
}
