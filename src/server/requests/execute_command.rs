//! `workspace/executeCommand`: `foretype.accepted [id]`, the command of every item.

use serde::Deserialize;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};

use crate::feedback::{Event, Kind, note};
use crate::server::capabilities::ACCEPTED;
use crate::server::{Server, Wire};

#[derive(Deserialize)]
pub(crate) struct Params {
    command: String,
    #[serde(default)]
    arguments: Vec<Value>,
}

/// Runs the command.
pub(crate) async fn handle(_: &Server, params: Wire<Params>) -> Result<Value> {
    let Params { command, arguments } = params.params()?;
    let id = arguments.first().and_then(Value::as_u64);
    match (command.as_str(), id) {
        (ACCEPTED, Some(id)) => {
            note(&Event { id, kind: Kind::Accepted, length: None, unit: None });
            Ok(Value::Null)
        }
        (ACCEPTED, None) => Err(Error::invalid_params("foretype.accepted takes a suggestion's id")),
        _ => Err(Error::invalid_params("unknown command; there is foretype.accepted")),
    }
}
