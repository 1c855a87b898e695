//! One index for a team, in PostgreSQL with pgvector: what one has embedded nobody embeds again, and
//! a large code base needs no machine of one's own.
//!
//! The store answers for one repository, branch and model. Whoever only searches needs to be able to
//! read; nothing but a push writes.

mod address;
mod claims;
pub mod error;
mod gc;
mod replace;
pub mod schema;
mod search;
mod status;

use std::sync::Arc;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use tokio::sync::Mutex;
use tokio_postgres::Client;

pub use error::SharedError;
pub use gc::{Collect, Collected};
pub use status::{Branch, ModelRows, Rights, Status};

use self::schema::{Found, ModelTable};
use super::vectors::{Chunk, Claimed, ContentHash, Hit, Scope, StoreError, VectorStore};
use crate::config::settings::SharedSettings;

/// The first pgvector whose search goes on where a filter has taken the nearest away.
const OLDEST_VECTOR: (u32, u32) = (0, 8);
/// Longest time for a statement of a push or a collection, which may have to wait for another.
const PATIENT: Duration = Duration::from_secs(600);
/// How well a search searches.
const SESSION: &str = include_str!("shared/session.sql");

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// To search: short time-outs, and nothing can be written.
    Read,
    /// To push or collect.
    Write,
}

/// A connection to the shared store.
pub struct Shared {
    client: Mutex<Client>,
    name: String,
    scope: Arc<Scope>,
    /// The name of the model that makes the vectors.
    model: String,
    table: Option<ModelTable>,
    /// Whose claims are ours, while a push goes on.
    holder: Option<i64>,
}

impl Shared {
    /// Connects, and looks whether the index there is this version's.
    ///
    /// # Errors
    /// [`SharedError`].
    pub async fn connect(
        settings: &SharedSettings,
        allow_command: bool,
        wish: Wish,
        scope: Arc<Scope>,
        model: &str,
    ) -> Result<Self, SharedError> {
        let mut shared = Self::open(settings, allow_command, wish, scope, model).await?;
        shared.check().await?;
        Ok(shared)
    }

    /// Connects, whatever is there.
    ///
    /// # Errors
    /// [`SharedError`], but for what is wrong with the schema.
    pub async fn open(
        settings: &SharedSettings,
        allow_command: bool,
        wish: Wish,
        scope: Arc<Scope>,
        model: &str,
    ) -> Result<Self, SharedError> {
        let (client, name) = connect(settings, allow_command, wish).await?;
        let model = model.to_owned();
        Ok(Self { client: Mutex::new(client), name, scope, model, table: None, holder: None })
    }

    /// Host, port and database.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The repository and branch that it answers for.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Numbers in the vectors that are there; none where there are none yet.
    #[must_use]
    pub fn dimension(&self) -> Option<usize> {
        self.table.and_then(|table| usize::try_from(table.dimension).ok())
    }

    /// Looks whether the index there is this version's.
    ///
    /// # Errors
    /// [`SharedError`].
    pub async fn check(&mut self) -> Result<(), SharedError> {
        let client = self.client.get_mut();
        schema::check(schema::look(client, &self.name).await?, &self.name)?;
        prepare(client, &self.name).await?;
        self.table = schema::model_table(client, &self.name, &self.model).await?;
        Ok(())
    }

    /// What index there is.
    ///
    /// # Errors
    /// [`SharedError`].
    pub async fn found(&mut self) -> Result<Found, SharedError> {
        schema::look(self.client.get_mut(), &self.name).await
    }

    /// Makes the tables, or takes the steps that are missing; for the owner. Answers what there was.
    ///
    /// # Errors
    /// [`SharedError`].
    pub async fn migrate(&mut self) -> Result<Found, SharedError> {
        let client = self.client.get_mut();
        vector_version(client, &self.name).await?;
        let before = schema::migrate(client, &self.name).await?;
        self.check().await?;
        Ok(before)
    }

    /// Makes the vectors of the model welcome: those of this length. The owner's first push, or
    /// `foretype index migrate`, makes their table.
    ///
    /// # Errors
    /// [`StoreError::Dimension`] if those that are there are of another length.
    pub async fn welcome(&mut self, dimension: usize) -> Result<(), StoreError> {
        let name = self.name.clone();
        if self.table.is_none() {
            let numbers = i32::try_from(dimension).unwrap_or(i32::MAX);
            let client = self.client.get_mut();
            let made = schema::make_model_table(client, &name, &self.model, numbers).await;
            self.table = Some(made.map_err(|error| match error {
                SharedError::ReadOnly(_) => SharedError::NoModel(name, self.model.clone()),
                other => other,
            })?);
        }
        self.fits(dimension)
    }

    fn fits(&self, got: usize) -> Result<(), StoreError> {
        match self.dimension() {
            Some(wanted) if wanted != got => {
                Err(StoreError::Dimension { model: self.model.clone(), wanted, got })
            }
            _ => Ok(()),
        }
    }

    /// The table of the model's vectors.
    fn table(&self) -> Result<ModelTable, SharedError> {
        self.table.ok_or_else(|| SharedError::NoModel(self.name.clone(), self.model.clone()))
    }

    fn wrong(&self) -> impl Fn(tokio_postgres::Error) -> SharedError + '_ {
        |error| SharedError::of(&self.name, &error)
    }
}

impl VectorStore for Shared {
    fn missing(
        &self,
        hashes: Vec<ContentHash>,
    ) -> BoxFuture<'_, Result<Vec<ContentHash>, StoreError>> {
        async move { Ok(self.absent(hashes).await?) }.boxed()
    }

    fn claim(&self, hashes: Vec<ContentHash>) -> BoxFuture<'_, Result<Claimed, StoreError>> {
        async move { Ok(self.take(hashes).await?) }.boxed()
    }

    fn put(&self, vectors: Vec<(ContentHash, Vec<f32>)>) -> BoxFuture<'_, Result<(), StoreError>> {
        async move {
            vectors.iter().try_for_each(|(_, vector)| self.fits(vector.len()))?;
            Ok(self.keep(vectors).await?)
        }
        .boxed()
    }

    fn replace(&self, chunks: Vec<Chunk>) -> BoxFuture<'_, Result<(), StoreError>> {
        async move { Ok(self.lay(chunks).await?) }.boxed()
    }

    fn nearest<'a>(
        &'a self,
        query: &'a [f32],
        most: usize,
    ) -> BoxFuture<'a, Result<Vec<Hit>, StoreError>> {
        async move {
            if self.table.is_none() || most == 0 {
                return Ok(Vec::new());
            }
            self.fits(query.len())?;
            Ok(self.search(query, most).await?)
        }
        .boxed()
    }
}

/// A connection of its own, with the time-outs of what it is for.
async fn connect(
    settings: &SharedSettings,
    allow_command: bool,
    wish: Wish,
) -> Result<(Client, String), SharedError> {
    let own = settings.clone();
    let read = tokio::task::spawn_blocking(move || address::read(&own, allow_command)).await;
    let address::Address { config, name, tls } =
        read.unwrap_or(Err(SharedError::Address("cannot be read now")))?;
    // The time to connect is the client's for each address; a server that accepts and says nothing
    // would hold us for ever.
    let limit = config.get_connect_timeout().copied().unwrap_or_default() * 2;
    let connected = tokio::time::timeout(limit, config.connect(tls)).await;
    let (client, connection) = connected
        .map_err(|_| SharedError::Down(name.clone()))?
        .map_err(|error| SharedError::of(&name, &error))?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            // Whoever waits for an answer hears of it, too.
            tracing::debug!(closed = error.is_closed(), "the shared index is gone");
        }
    });
    let time = match wish {
        Wish::Read => settings.timeout,
        Wish::Write => PATIENT,
    };
    let (time, read_only) = (time.as_millis(), wish == Wish::Read);
    let set = format!(
        "SET statement_timeout = {time}; SET lock_timeout = {time}; \
         SET default_transaction_read_only = {read_only}"
    );
    client.batch_execute(&set).await.map_err(|error| SharedError::of(&name, &error))?;
    Ok((client, name))
}

/// What a search needs: pgvector's types and operators, and how well it searches.
async fn prepare(client: &Client, name: &str) -> Result<(), SharedError> {
    let wrong = |error| SharedError::of(name, &error);
    vector_version(client, name).await?;
    // It may stand in any schema.
    let path = "SELECT set_config('search_path', format('pg_catalog, %I', nspname), false)
        FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'vector'";
    client.query_one(path, &[]).await.map_err(wrong)?;
    client.batch_execute(SESSION).await.map_err(wrong)
}

async fn vector_version(client: &Client, name: &str) -> Result<(), SharedError> {
    let wrong = |error| SharedError::of(name, &error);
    let asked = "SELECT extversion FROM pg_extension WHERE extname = 'vector'";
    let Some(row) = client.query_opt(asked, &[]).await.map_err(wrong)? else {
        return Err(SharedError::NoVector(name.to_owned()));
    };
    let version: String = row.try_get(0).map_err(wrong)?;
    let mut numbers = version.split('.').map_while(|number| number.parse::<u32>().ok());
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    match found < OLDEST_VECTOR {
        true => Err(SharedError::OldVector(name.to_owned(), version)),
        false => Ok(()),
    }
}
