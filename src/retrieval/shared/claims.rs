//! Who embeds what: a content belongs to one push at a time, for as long as that lives.
//!
//! A push holds an advisory lock of a number of its own; the database frees it when the connection
//! ends, however it ends, and the claims with that number are then anybody's.

use super::{Claimed, ContentHash, ModelTable, Shared, SharedError};

/// A claim holds no longer than this, s: the connection of a machine that sleeps may live on.
const LEASE_S: f64 = 300.0;

/// Whether a claim `c` is dead: too old, or nobody holds its lock.
const DEAD: &str = "(c.until < clock_timestamp() OR NOT EXISTS (
    SELECT FROM pg_locks l
    WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND ((l.classid::bigint << 32) | l.objid::bigint) = c.holder))";

impl Shared {
    /// Begins a push: from here on, claims are ours. Collections wait until the connection ends.
    ///
    /// # Errors
    /// [`SharedError`].
    pub async fn begin(&mut self) -> Result<(), SharedError> {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes)
            .map_err(|_| SharedError::Certificates("no random numbers are to be had".to_owned()))?;
        // Positive, so that its two halves come to it again.
        let holder = i64::from_le_bytes(bytes) & i64::MAX;
        let client = self.client.lock().await;
        let wrong = self.wrong();
        // Not while somebody collects: what a push finds there must stay until its chunks have it.
        client
            .query_one(
                "SELECT pg_advisory_lock_shared(hashtextextended($1, 1))::text",
                &[&self.scope.repository],
            )
            .await
            .map_err(&wrong)?;
        client.query_one("SELECT pg_advisory_lock($1)::text", &[&holder]).await.map_err(&wrong)?;
        drop(wrong);
        drop(client);
        self.holder = Some(holder);
        Ok(())
    }

    /// Those without a vector.
    pub(super) async fn absent(
        &self,
        hashes: Vec<ContentHash>,
    ) -> Result<Vec<ContentHash>, SharedError> {
        let client = self.client.lock().await;
        let asked = format!(
            "SELECT h FROM unnest($2::bytea[]) h WHERE NOT EXISTS (
                SELECT FROM {} v WHERE v.repository = $1 AND v.hash = h)",
            self.table()?.name()
        );
        let hashes: Vec<&[u8]> = hashes.iter().map(|hash| hash.0.as_slice()).collect();
        let rows = client.query(&asked, &[&self.scope.repository, &hashes]).await;
        self.hashes(&rows.map_err(self.wrong())?)
    }

    /// Claims what nobody has embedded and nobody is embedding.
    pub(super) async fn take(&self, mut hashes: Vec<ContentHash>) -> Result<Claimed, SharedError> {
        // In one order for everybody, so that two of us never wait for each other.
        hashes.sort_unstable();
        hashes.dedup();
        let table = self.table()?;
        let absent = self.absent(hashes).await?;
        let bytes: Vec<&[u8]> = absent.iter().map(|hash| hash.0.as_slice()).collect();
        let client = self.client.lock().await;
        let claim = format!(
            "INSERT INTO foretype.claims AS c (repository, model, hash, holder, until)
             SELECT $1, $2, h, $3, clock_timestamp() + make_interval(secs => $5)
             FROM unnest($4::bytea[]) h ORDER BY h
             ON CONFLICT (repository, model, hash) DO UPDATE
                SET holder = excluded.holder, until = excluded.until
                WHERE c.holder = excluded.holder OR {DEAD}
             RETURNING hash"
        );
        let holder = self.holder.unwrap_or_default();
        let repository = &self.scope.repository;
        let rows = client
            .query(&claim, &[repository, &table.id, &holder, &bytes, &LEASE_S])
            .await
            .map_err(self.wrong())?;
        drop(client);
        let mut claimed = self.hashes(&rows)?;
        claimed.sort_unstable();
        let mut others = absent;
        others.sort_unstable();
        others.retain(|hash| claimed.binary_search(hash).is_err());
        // Between our two looks another may have kept vectors and given the claims up, which are ours
        // now: only what is still absent is to be done.
        let mut ours = match claimed.is_empty() {
            true => Vec::new(),
            false => self.absent(claimed.clone()).await?,
        };
        ours.sort_unstable();
        if ours.len() < claimed.len() {
            claimed.retain(|hash| ours.binary_search(hash).is_err());
            self.give_up(&claimed).await?;
        }
        Ok(Claimed { ours, others })
    }

    /// Gives claims of ours up.
    async fn give_up(&self, hashes: &[ContentHash]) -> Result<(), SharedError> {
        let bytes: Vec<&[u8]> = hashes.iter().map(|hash| hash.0.as_slice()).collect();
        let client = self.client.lock().await;
        client
            .execute(GIVE_UP, &[&self.scope.repository, &self.table()?.id, &bytes, &self.holder])
            .await
            .map_err(self.wrong())?;
        Ok(())
    }

    /// Keeps vectors, and with them gives the claims up: both or neither.
    pub(super) async fn keep(
        &self,
        mut vectors: Vec<(ContentHash, Vec<f32>)>,
    ) -> Result<(), SharedError> {
        vectors.sort_unstable_by_key(|(hash, _)| *hash);
        let ModelTable { id, dimension } = self.table()?;
        let bytes: Vec<&[u8]> = vectors.iter().map(|(hash, _)| hash.0.as_slice()).collect();
        let texts: Vec<String> = vectors.iter().map(|(_, vector)| text(vector)).collect();
        let insert = format!(
            "INSERT INTO {} (repository, hash, embedding)
             SELECT $1, h, e::halfvec({dimension}) FROM unnest($2::bytea[], $3::text[]) n (h, e)
             ON CONFLICT (repository, hash) DO NOTHING",
            ModelTable { id, dimension }.name()
        );
        let repository = &self.scope.repository;
        let mut client = self.client.lock().await;
        let wrong = self.wrong();
        let both = client.transaction().await.map_err(&wrong)?;
        both.execute(&insert, &[repository, &bytes, &texts]).await.map_err(&wrong)?;
        both.execute(GIVE_UP, &[repository, &id, &bytes, &self.holder]).await.map_err(&wrong)?;
        both.commit().await.map_err(&wrong)
    }

    /// The hashes in the first column.
    fn hashes(&self, rows: &[tokio_postgres::Row]) -> Result<Vec<ContentHash>, SharedError> {
        let nonsense = || SharedError::Nonsense(self.name.clone());
        let hash = |row: &tokio_postgres::Row| {
            let bytes: &[u8] = row.try_get(0).map_err(self.wrong())?;
            Ok(ContentHash(bytes.try_into().map_err(|_| nonsense())?))
        };
        rows.iter().map(hash).collect()
    }
}

const GIVE_UP: &str = "DELETE FROM foretype.claims
    WHERE repository = $1 AND model = $2 AND hash = ANY ($3) AND holder = $4";

/// As pgvector reads it.
fn text(vector: &[f32]) -> String {
    // Its largest is 1: half precision ends at 65,504, and only the direction matters.
    let largest = vector.iter().fold(0.0_f32, |most, number| most.max(number.abs()));
    let scale = if largest > 0.0 { largest } else { 1.0 };
    let numbers: Vec<String> = vector.iter().map(|number| (number / scale).to_string()).collect();
    format!("[{}]", numbers.join(","))
}
