//! What `foretype.action` is asked for at a place, by a key or an input box: no code action was offered
//! before.

use serde::Deserialize;
use serde_json::Value;
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::{Error, Result};

use super::code_action::{Data, bytes, parsed};
use super::mending::Told;
use crate::actions::here::Here;
use crate::actions::offers::instruct::WORDS;
use crate::actions::offers::{Finding, Offer, Wanted, offers, place_of};
use crate::actions::order::Order;
use crate::actions::task::{Intent, Task};
use crate::document::language::Language;
use crate::document::offset::ByteRange;
use crate::document::uri::DocumentUri;
use crate::server::Server;
use crate::server::remarks::{self, Numbered};
use crate::workspace::Snapshot;
use crate::workspace::surroundings::told;

/// The argument: the data of a code action, or this.
#[derive(Deserialize)]
struct AtPlace {
    /// A task's name, or `refactor` for what the words say.
    task: String,
    uri: String,
    range: lsp::Range,
    #[serde(default)]
    words: String,
}

/// What the argument of the command asks for. `told`: what the editor's tools say of the document, for a
/// fix.
///
/// # Errors
/// Where it makes no sense, or is not to be had at that place.
pub(super) async fn order(server: &Server, argument: Value, told: Option<&Told>) -> Result<Order> {
    let words = argument.get("words").and_then(Value::as_str).unwrap_or("");
    if words.chars().count() > WORDS {
        let message = format!("`words` is over {WORDS} characters; say it in fewer");
        return Err(Error::invalid_params(message));
    }
    if let Some(why) = own_unusable(server, &argument) {
        return Err(Error::invalid_params(why));
    }
    let data = match serde_json::from_value::<AtPlace>(argument.clone()) {
        Ok(place) => Some(at_place(server, place, told).await?),
        Err(_) => serde_json::from_value(argument).ok(),
    };
    let order = data.and_then(|data: Data| data.order(server));
    order.ok_or_else(|| {
        Error::invalid_params(
            "foretype.action takes the data of one of foretype's code actions, or `task`, `uri`, `range` and, for `refactor`, `words`",
        )
    })
}

/// Why an action of the user's own is not to be had for a document; nothing where it may be.
fn own_unusable(server: &Server, argument: &Value) -> Option<String> {
    let text = |key: &str| argument.get(key).and_then(Value::as_str);
    let name = text("task")?.strip_prefix("custom.")?;
    let uri = DocumentUri::new(text("uri")?);
    let (root, language) = server.session.workspace(|workspace| {
        let document = workspace.document(&uri);
        (workspace.place_of(&uri).1, document.map(|document| document.snapshot().language))
    });
    let settings = server.session.settings(root.as_deref());
    let Some(own) = settings.resolved.settings.actions.get(name) else {
        return Some(format!(
            "there is no action `{name}`; write it under `[actions.{name}]` in your config.toml"
        ));
    };
    if !own.enabled {
        return Some(format!(
            "the action `{name}` is off: see `actions.{name}.enabled` in your settings and in the workspace's `.foretype.toml`"
        ));
    }
    let language = language?;
    let other = !own.languages.is_empty()
        && !own.languages.iter().any(|id| Language::from_id(id) == Some(language));
    other.then(|| {
        format!(
            "the action `{name}` is for {} (`actions.{name}.languages`), and this is {}",
            own.languages.join(", "),
            language.name()
        )
    })
}

async fn at_place(server: &Server, place: AtPlace, said: Option<&Told>) -> Result<Data> {
    let AtPlace { task, uri, range, words } = place;
    let key = DocumentUri::new(&uri);
    let Some((snapshot, revision)) = parsed(server, &key).await else {
        return Err(Error::invalid_params(format!("{uri} is not open")));
    };
    let document = &snapshot.document;
    let selection = bytes(&document.text, range, snapshot.encoding);
    let mut findings = Vec::new();
    let offer = if task == "refactor" {
        if words.trim().is_empty() {
            return Err(Error::invalid_params("`refactor` takes `words`: what is to be done"));
        }
        let target = place_of(&Here::new(document, selection));
        target.map(|target| Offer::new(Task::Refactor(Intent::Words), String::new(), target))
    } else {
        let settings = server.session.settings(snapshot.root.as_deref());
        let customs: Vec<_> = settings.resolved.settings.actions.values().cloned().collect();
        // With its kind comes the reason why it is not to be had here.
        let only = Task::from_name(&task).map(|task| task.kind().to_owned());
        let only: Vec<String> = only.into_iter().collect();
        let (own, _) = remarks::at(server, &snapshot, revision, selection);
        findings = own.iter().map(Numbered::finding).collect();
        findings.extend(told(server, &snapshot, selection));
        if task == "fix" {
            if let Some(said) = said {
                findings.extend(besides(said, &snapshot, selection, &findings));
            }
            // The one at the cursor goes before others of its line.
            let at = |finding: &Finding| {
                finding.range.start <= selection.start && selection.end <= finding.range.end
            };
            findings.sort_by_key(|finding| !at(finding));
        }
        let wanted =
            Wanted { customs: &customs, findings: &findings, only: &only, ..Wanted::default() };
        let all = offers(document, selection, &wanted);
        all.into_iter().find(|offer| offer.task.to_string() == task)
    };
    let Some(offer) = offer else {
        let line = range.start.line + 1;
        let message = format!("`{task}` cannot be done at line {line}; put the cursor into code");
        return Err(Error::invalid_params(message));
    };
    if let Some(reason) = offer.disabled {
        return Err(Error::invalid_params(reason));
    }
    let uri = document.client_uri.to_string();
    let mut data = Data::new(&offer, uri, revision, selection, &findings);
    if !words.trim().is_empty() {
        data.words = words;
    }
    Ok(data)
}

/// What the editor's tools say of the lines of a selection besides what is known: no code action has told
/// of it yet.
fn besides(
    said: &Told,
    snapshot: &Snapshot,
    selection: ByteRange,
    known: &[Finding],
) -> Vec<Finding> {
    let text = &snapshot.document.text;
    let lines = (text.line_of(selection.start), text.line_of(selection.end));
    let mut found = said.of_lines(snapshot, lines);
    found.retain(|finding| {
        let same =
            |other: &Finding| other.range == finding.range && other.message == finding.message;
        !known.iter().any(same)
    });
    found
}

/// What the editor's tools have told of the lines of a selection.
fn told(server: &Server, snapshot: &Snapshot, selection: ByteRange) -> Vec<Finding> {
    let text = &snapshot.document.text;
    let (first, last) = (text.line_of(selection.start), text.line_of(selection.end));
    let told = server.session.surroundings.told(&snapshot.document.uri).into_iter();
    let here = told.filter(|told| {
        text.line_of(told.range.start) <= last && first <= text.line_of(told.range.end)
    });
    let finding = |told: told::Finding| {
        let told::Finding { range, message, code, source, .. } = told;
        Finding { range, message, code, source }
    };
    here.map(finding).collect()
}
