//! What a request for a suggestion came to.

use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

use serde_json::{Value, json};

use super::wire::Wire;

/// One item of a reply.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    pub insert_text: String,
    pub range: Value,
    /// Params of the command that says it was accepted.
    pub command: Value,
    /// As it came.
    pub item: Value,
}

impl Suggestion {
    /// From an item of either method; every item has a range, a text and a command.
    fn new(item: &Value) -> Self {
        let edit = item.get("textEdit").unwrap_or(item);
        let text = edit.get("newText").or_else(|| edit.get("insertText"));
        let command = &item["command"];
        Self {
            insert_text: text.and_then(Value::as_str).expect("a text").to_owned(),
            range: edit.get("range").expect("a range").clone(),
            command: json!({ "command": command["command"], "arguments": command["arguments"] }),
            item: item.clone(),
        }
    }

    pub fn is_pure_insertion(&self) -> bool {
        self.range["start"] == self.range["end"]
    }
}

/// A request that may still be unanswered.
pub struct Pending {
    pub(super) wire: Arc<Wire>,
    pub id: Value,
}

impl Pending {
    /// The whole reply.
    #[track_caller]
    pub fn reply(&self) -> impl Future<Output = Value> + '_ {
        self.wire.reply(&self.id)
    }

    /// The items, or the error's code.
    #[track_caller]
    pub fn outcome(&self) -> impl Future<Output = Result<Vec<Suggestion>, i64>> + '_ {
        let reply = self.reply();
        async move {
            let reply = reply.await;
            if let Some(code) = reply["error"]["code"].as_i64() {
                return Err(code);
            }
            let items = reply["result"]["items"].as_array().expect("a list of items");
            Ok(items.iter().map(Suggestion::new).collect())
        }
    }

    /// The items.
    #[track_caller]
    pub fn suggestions(&self) -> impl Future<Output = Vec<Suggestion>> + '_ {
        let (from, outcome) = (Location::caller(), self.outcome());
        async move {
            match outcome.await {
                Ok(suggestions) => suggestions,
                Err(code) => panic!("{from}: an error instead of suggestions: {code}"),
            }
        }
    }

    /// The error's code.
    #[track_caller]
    pub fn code(&self) -> impl Future<Output = i64> + '_ {
        let (from, outcome) = (Location::caller(), self.outcome());
        async move {
            match outcome.await {
                Ok(items) => panic!("{from}: {} suggestions instead of an error", items.len()),
                Err(code) => code,
            }
        }
    }

    pub fn is_answered(&self) -> bool {
        self.wire.is_answered(&self.id)
    }

    pub fn cancel(&self) {
        self.wire.notify("$/cancelRequest", json!({ "id": self.id }));
    }
}
