//! What can be wrong with the shared store, and what to do. Nothing of the address but host and
//! database is ever in a message, and nothing of what the server says besides its code.

use tokio_postgres::error::SqlState;

use crate::backend::http::cause;
use crate::config::KeyError;

/// Why the shared store cannot be used. The first field is its name: host, port and database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SharedError {
    /// The address, or the password for it, cannot be had.
    #[error("`index.shared`: {0}")]
    Key(#[from] KeyError),
    /// The address is none.
    #[error("`index.shared.url`: {0}; write \"postgresql://USER@HOST/DATABASE\"")]
    Address(&'static str),
    /// The certificates cannot be used.
    #[error("`index.shared`: {0}")]
    Certificates(String),
    /// No TLS connection, and why.
    #[error("{0}: {1}")]
    Tls(String, String),
    /// Nobody answers.
    #[error("{0} does not answer; check that the database runs and `index.shared.url`")]
    Down(String),
    /// The connection ended.
    #[error("{0} ended the connection; try again")]
    Lost(String),
    /// It does not let this user in.
    #[error("{0} does not let this user in; check user, password and database of `index.shared`")]
    Refused(String),
    /// It has no room for another connection.
    #[error("{0} has too many connections; try again later, or raise its `max_connections`")]
    Crowded(String),
    /// It took too long, or waited for a lock.
    #[error("{0} took longer than it may; try again later, or raise `index.shared.timeout_ms`")]
    Slow(String),
    /// Its disk is full.
    #[error("{0} has no room left; have its disk made larger, or run `foretype index gc`")]
    Full(String),
    /// This user, or this server, only reads.
    #[error("{0} may only be read by this user; push as one with the role `foretype_writer`")]
    ReadOnly(String),
    /// pgvector is not there.
    #[error("{0} has no pgvector; have its owner run `CREATE EXTENSION vector`")]
    NoVector(String),
    /// pgvector is too old.
    #[error(
        "{0} has pgvector {1}; it takes 0.8 or newer: update it, then `ALTER EXTENSION vector UPDATE`"
    )]
    OldVector(String, String),
    /// There is no index yet.
    #[error("{0} holds no index yet; have its owner run `foretype index migrate`")]
    Missing(String),
    /// The schema is an earlier version's.
    #[error(
        "{0} has the index of an earlier foretype (step {1} of {2}); have its owner run `foretype index migrate`"
    )]
    Older(String, i32, i32),
    /// The schema is a later version's.
    #[error(
        "{0} has the index of a later foretype (step {1}, this one knows {2}); update foretype"
    )]
    Newer(String, i32, i32),
    /// What is called so is not ours.
    #[error("{0} has a schema `foretype` that is another program's; use another database")]
    Foreign(String),
    /// Nobody has made vectors with this model yet, and this user may not begin.
    #[error(
        "{0} has no vectors of `{1}` yet; have its owner run `foretype index migrate`, or choose the team's model"
    )]
    NoModel(String, String),
    /// Somebody pushes.
    #[error("{0}: somebody pushes to this repository; try again when they are done")]
    Busy(String),
    /// Anything else, by the server's code (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
    #[error("{0} answered with error {1}; its log says more")]
    Server(String, String),
    /// An answer that cannot be.
    #[error("{0} answered something else than was asked; is it PostgreSQL?")]
    Nonsense(String),
}

impl SharedError {
    /// What an error of the client means.
    pub(super) fn of(name: &str, error: &tokio_postgres::Error) -> Self {
        let name = name.to_owned();
        if let Some(code) = error.code() {
            return Self::of_code(name, code);
        }
        if let Some(fault) = cause::of(error) {
            return Self::Tls(name, fault.to_string());
        }
        // The kinds have no name outside of the client.
        let said = error.to_string();
        match said.as_str() {
            _ if error.is_closed() => Self::Lost(name),
            said if said.contains("TLS") => {
                let remedy = "has no TLS; switch it on there, or write `?sslmode=disable` behind the address where nobody else can listen";
                Self::Tls(name, remedy.to_owned())
            }
            said if said.starts_with("error connecting") || said.contains("timeout") => {
                Self::Down(name)
            }
            said if said.starts_with("error communicating") => Self::Lost(name),
            // A password is wanted, and there is none.
            "authentication error" | "invalid configuration" => Self::Refused(name),
            _ => Self::Nonsense(name),
        }
    }

    fn of_code(name: String, code: &SqlState) -> Self {
        let is = |codes: &[SqlState]| codes.contains(code);
        if is(&[SqlState::QUERY_CANCELED, SqlState::LOCK_NOT_AVAILABLE]) {
            Self::Slow(name)
        } else if is(&[SqlState::DISK_FULL]) {
            Self::Full(name)
        } else if is(&[SqlState::INSUFFICIENT_PRIVILEGE, SqlState::READ_ONLY_SQL_TRANSACTION]) {
            Self::ReadOnly(name)
        } else if is(&[SqlState::TOO_MANY_CONNECTIONS]) {
            Self::Crowded(name)
        } else if is(&[SqlState::CANNOT_CONNECT_NOW]) {
            Self::Down(name)
        } else if is(&[SqlState::INVALID_CATALOG_NAME]) || code.code().starts_with("28") {
            Self::Refused(name)
        } else if code.code().starts_with("57P") || code.code().starts_with("08") {
            Self::Lost(name)
        } else {
            Self::Server(name, code.code().to_owned())
        }
    }
}
