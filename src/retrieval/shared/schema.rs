//! The tables, and how an earlier version's become this one's.
//!
//! Every table begins its key with the repository, by which it can be partitioned or distributed.
//! No table holds code: paths, lines, digests and vectors alone.

use tokio_postgres::Client;

use super::error::SharedError;

/// The steps from nothing to today; the table `version` says how many have been taken. A step that
/// was released is never changed.
pub const STEPS: [&str; 2] = [include_str!("step_1.sql"), include_str!("step_2.sql")];
/// What makes the table of a model, and its graph.
const VECTORS: &str = include_str!("vectors.sql");

/// Serialises those who change the schema: the bytes of \"foretype\".
const CHANGING: i64 = 0x666f_7265_7479_7065;

/// What a database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// No index.
    Nothing,
    /// An index after so many steps.
    Step(i32),
    /// A schema of that name without our table.
    Foreign,
}

/// Numbers of a model's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelTable {
    /// Which one.
    pub id: i32,
    /// Numbers in its vectors.
    pub dimension: i32,
}

impl ModelTable {
    /// Its name, which has nothing of anybody's in it.
    pub(super) fn name(self) -> String {
        format!("foretype.vectors_{}", self.id)
    }

    /// A statement for it.
    pub(super) fn fill(self, statement: &str) -> String {
        let dimension = self.dimension.to_string();
        statement.replace("{table}", &self.name()).replace("{dimension}", &dimension)
    }
}

/// Looks what is there.
pub(super) async fn look(client: &Client, name: &str) -> Result<Found, SharedError> {
    let wrong = |error| SharedError::of(name, &error);
    let row = client
        .query_one(
            "SELECT to_regclass('foretype.version') IS NOT NULL,
                EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace('foretype'))",
            &[],
        )
        .await
        .map_err(wrong)?;
    let (ours, any): (bool, bool) =
        (row.try_get(0).map_err(wrong)?, row.try_get(1).map_err(wrong)?);
    match (ours, any) {
        (true, _) => {
            let row = client.query_one("SELECT max(step) FROM foretype.version", &[]).await;
            Ok(Found::Step(row.and_then(|row| row.try_get(0)).map_err(wrong)?))
        }
        (false, true) => Ok(Found::Foreign),
        (false, false) => Ok(Found::Nothing),
    }
}

/// Today's number of steps.
pub(super) fn today() -> i32 {
    i32::try_from(STEPS.len()).unwrap_or(i32::MAX)
}

/// Whether what is there is today's.
pub(super) fn check(found: Found, name: &str) -> Result<(), SharedError> {
    let name = name.to_owned();
    match found {
        Found::Nothing => Err(SharedError::Missing(name)),
        Found::Foreign => Err(SharedError::Foreign(name)),
        Found::Step(step) if step < today() => Err(SharedError::Older(name, step, today())),
        Found::Step(step) if step > today() => Err(SharedError::Newer(name, step, today())),
        Found::Step(_) => Ok(()),
    }
}

/// Takes the steps that are missing, all or none, one after the other where two begin at once.
/// Answers how many there were before.
pub(super) async fn migrate(client: &mut Client, name: &str) -> Result<Found, SharedError> {
    let wrong = |error| SharedError::of(name, &error);
    client.query_one("SELECT pg_advisory_lock($1)::text", &[&CHANGING]).await.map_err(wrong)?;
    let done = take_steps(client, name).await;
    client.query_one("SELECT pg_advisory_unlock($1)", &[&CHANGING]).await.map_err(wrong)?;
    done
}

async fn take_steps(client: &mut Client, name: &str) -> Result<Found, SharedError> {
    let wrong = |error| SharedError::of(name, &error);
    let found = look(client, name).await?;
    let taken = match found {
        Found::Nothing => 0,
        Found::Step(step) if step < today() => step,
        other => return check(other, name).map(|()| other),
    };
    let all = client.transaction().await.map_err(wrong)?;
    if found == Found::Nothing {
        // The schema may have been made for its owner, who may make none in the database.
        let missing = all.query_one("SELECT to_regnamespace('foretype') IS NULL", &[]).await;
        if missing.and_then(|row| row.try_get(0)).map_err(wrong)? {
            all.batch_execute("CREATE SCHEMA foretype").await.map_err(wrong)?;
        }
        let version = "CREATE TABLE foretype.version (
            step integer PRIMARY KEY, taken_at timestamptz NOT NULL DEFAULT now())";
        all.batch_execute(version).await.map_err(wrong)?;
    }
    for (number, step) in (1..).zip(STEPS).skip(usize::try_from(taken).unwrap_or(0)) {
        all.batch_execute(step).await.map_err(wrong)?;
        all.execute("INSERT INTO foretype.version (step) VALUES ($1)", &[&number])
            .await
            .map_err(wrong)?;
    }
    all.commit().await.map_err(wrong)?;
    Ok(found)
}

/// The table of a model, if there is one.
pub(super) async fn model_table(
    client: &Client,
    name: &str,
    model: &str,
) -> Result<Option<ModelTable>, SharedError> {
    let wrong = |error| SharedError::of(name, &error);
    let row = client
        .query_opt("SELECT id, dimension FROM foretype.models WHERE name = $1", &[&model])
        .await
        .map_err(wrong)?;
    let Some(row) = row else { return Ok(None) };
    let (id, dimension) = (row.try_get(0).map_err(wrong)?, row.try_get(1).map_err(wrong)?);
    Ok(Some(ModelTable { id, dimension }))
}

/// Makes the table of a model, which only the owner may.
pub(super) async fn make_model_table(
    client: &mut Client,
    name: &str,
    model: &str,
    dimension: i32,
) -> Result<ModelTable, SharedError> {
    let wrong = |error| SharedError::of(name, &error);
    let all = client.transaction().await.map_err(wrong)?;
    all.query_one("SELECT pg_advisory_xact_lock($1)::text", &[&CHANGING]).await.map_err(wrong)?;
    let row = all
        .query_opt(
            "INSERT INTO foretype.models (name, dimension) VALUES ($1, $2)
             ON CONFLICT (name) DO NOTHING RETURNING id",
            &[&model, &dimension],
        )
        .await
        .map_err(wrong)?;
    let Some(row) = row else {
        // Somebody was faster.
        drop(all);
        let made = model_table(client, name, model).await?;
        return made.ok_or_else(|| SharedError::NoModel(name.to_owned(), model.to_owned()));
    };
    let table = ModelTable { id: row.try_get(0).map_err(wrong)?, dimension };
    let statements = table.fill(VECTORS).replace("{id}", &table.id.to_string());
    all.batch_execute(&statements).await.map_err(wrong)?;
    all.commit().await.map_err(wrong)?;
    Ok(table)
}
