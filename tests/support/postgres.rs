//! A real PostgreSQL with pgvector, for as long as the tests need it.
//!
//! `scripts/postgres` fetches it from the Python registry once and starts it. Where it cannot be had,
//! [`Postgres::shared`] says why and the test is skipped; with `FORETYPE_REQUIRE_POSTGRES=1` that is a
//! failure.
#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::{Client, NoTls};

/// Exit code of the script for "not to be had on this machine now".
const EX_TEMPFAIL: i32 = 75;
/// The password of every role.
pub const PASSWORD: &str = "marker-password-77c1";
/// What the page tells an administrator to run: on the server, in the database, after the first
/// `migrate`.
const PAGE: &str = include_str!("../../docs/index.md");

/// A server; it ends when the process does.
pub struct Postgres {
    /// As its administrator.
    url: String,
    /// Its stdin closes with the process, at which the script ends the server.
    _script: Child,
}

/// A database of its own, with the roles of the page.
pub struct Database {
    pub name: String,
    url: String,
}

impl Postgres {
    /// The one of this process.
    pub fn shared() -> Option<&'static Self> {
        static SERVER: OnceLock<Result<Postgres, String>> = OnceLock::new();
        match SERVER.get_or_init(Self::start) {
            Ok(server) => Some(server),
            Err(skip) => {
                let required = std::env::var("FORETYPE_REQUIRE_POSTGRES");
                assert!(!required.is_ok_and(|value| value == "1"), "required: {skip}");
                eprintln!("skipped: {skip}");
                None
            }
        }
    }

    fn start() -> Result<Self, String> {
        let script = format!("{}/scripts/postgres", env!("CARGO_MANIFEST_DIR"));
        let command = |what: &str| {
            let mut command = Command::new("python3");
            command.arg(&script).arg(what);
            command
        };
        let Ok(install) = command("install").output() else {
            return Err("there is no Python here".to_owned());
        };
        let said = String::from_utf8_lossy(&install.stderr).trim().to_owned();
        match install.status.code() {
            Some(0) => {}
            Some(EX_TEMPFAIL) => return Err(said),
            _ => panic!("{said}"),
        }
        let mut serve = command("serve");
        serve.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = serve.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening ").expect("it listens").to_owned();
        let server = Self { url, _script: child };
        std::thread::scope(|scope| {
            scope.spawn(|| on_own_runtime(server.once()));
        });
        Ok(server)
    }

    /// What is done once on a server.
    async fn once(&self) {
        let admin = connect(&self.url).await;
        admin.batch_execute(&block(0)).await.unwrap();
    }

    /// A new database, with pgvector and the roles' rights.
    pub async fn database(&self) -> Database {
        let database = self.bare_database().await;
        database.admin().await.batch_execute(&block(1)).await.unwrap();
        database
    }

    /// A new database with nothing in it.
    pub async fn bare_database(&self) -> Database {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let admin = connect(&self.url).await;
        admin.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
        Database { url: self.url.replace("/postgres", &format!("/{name}")), name }
    }
}

impl Database {
    /// A connection of the administrator's.
    pub async fn admin(&self) -> Client {
        connect(&self.url).await
    }

    /// What the page says to run after the first `migrate`.
    pub async fn tighten(&self) {
        self.admin().await.batch_execute(&block(2)).await.unwrap();
    }

    /// The address of a role, without its password.
    pub fn bare_url(&self, role: &str) -> String {
        let (_, place) = self.url.rsplit_once('@').unwrap();
        format!("postgresql://{role}@{place}")
    }

    /// The address of a role.
    pub fn url(&self, role: &str) -> String {
        let (_, place) = self.url.rsplit_once('@').unwrap();
        format!("postgresql://{role}:{PASSWORD}@{place}")
    }

    pub fn admin_url(&self) -> &str {
        &self.url
    }

    /// Where the server listens.
    pub fn address(&self) -> String {
        let (_, place) = self.url.rsplit_once('@').unwrap();
        place.split('/').next().unwrap().to_owned()
    }
}

/// The page's SQL, with the tests' password.
fn block(number: usize) -> String {
    let block = PAGE.split("```sql\n").nth(number + 1).expect("the page has it");
    block.split("```").next().unwrap().replace("'…'", &format!("'{PASSWORD}'"))
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

fn on_own_runtime(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
}
