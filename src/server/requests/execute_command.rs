//! `workspace/executeCommand`: what an editor may ask us by name.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};

use super::{action, ask, follow_up};
use crate::backend::discovery;
use crate::backend::http::is_loopback;
use crate::config::{ModelChoice, ModelSettings};
use crate::doctor;
use crate::document::uri::DocumentUri;
use crate::embedding::{Embedding, Stage};
use crate::feedback::{Event, Kind, note};
use crate::indexing;
use crate::server::capabilities::{
    ACCEPTED, ACTION, ASK, CLEAR, DISCOVER, DOCTOR, FOLLOW_UP, INFO,
};
use crate::server::{Server, Wire, remarks};
use crate::workspace::session::Session;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Params {
    command: String,
    #[serde(default)]
    arguments: Vec<Value>,
    #[serde(default)]
    work_done_token: Option<Value>,
    #[serde(default)]
    partial_result_token: Option<Value>,
}

/// Runs the command.
pub(crate) async fn handle(server: &Server, params: Wire<Params>) -> Result<Value> {
    let Params { command, arguments, work_done_token, partial_result_token } = params.params()?;
    match command.as_str() {
        ACCEPTED => {
            let id = arguments.first().and_then(Value::as_u64);
            let id = id.ok_or_else(|| {
                Error::invalid_params("foretype.accepted takes a suggestion's id")
            })?;
            note(&Event { id, kind: Kind::Accepted, length: None, unit: None });
            Ok(Value::Null)
        }
        ACTION => {
            let data = arguments.into_iter().next().unwrap_or_default();
            action::handle(server, data, work_done_token).await
        }
        ASK => {
            let question = arguments.into_iter().next().unwrap_or_default();
            let tokens = ask::Tokens { work_done: work_done_token, partial: partial_result_token };
            ask::handle(server, question, first_root(server).as_deref(), tokens).await
        }
        CLEAR => {
            let uri = arguments.first().and_then(Value::as_str).ok_or_else(|| {
                Error::invalid_params("foretype.clearFindings takes a document's URI")
            })?;
            remarks::clear(server, &DocumentUri::new(uri));
            Ok(Value::Null)
        }
        FOLLOW_UP => {
            let argument = arguments.into_iter().next().unwrap_or_default();
            follow_up::handle(server, argument, work_done_token).await
        }
        INFO => Ok(info(server)),
        DISCOVER => Ok(json!(discovery::running(&server.session.services).await)),
        DOCTOR => {
            let mut report = doctor::Report::default();
            doctor::examine(&server.session, first_root(server).as_deref(), &mut report).await;
            Ok(json!({ "ok": report.is_good(), "text": report.text() }))
        }
        _ => Err(Error::invalid_params(format!(
            "unknown command; there are {ACCEPTED}, {ACTION}, {ASK}, {CLEAR}, {DISCOVER}, {DOCTOR}, {FOLLOW_UP} and {INFO}"
        ))),
    }
}

/// Where our files are, which models there are, and which one completes.
fn info(server: &Server) -> Value {
    let session = &server.session;
    let paths = &session.services.paths;
    let config = session.settings(first_root(server).as_deref());
    let settings = &config.resolved.settings;
    let using = session.completers(&config).ok().and_then(|chain| chain.into_iter().next());
    let using = using.map(|completer| completer.name().to_owned());
    let model = match &settings.completion.model {
        ModelChoice::Named(name) | ModelChoice::Workspace(name) => Some(name.as_str()),
        ModelChoice::Auto => Some("auto"),
        ModelChoice::None(_) => None,
    };
    let good = |model: &ModelSettings| {
        json!({
            "name": model.name,
            "provider": model.provider.to_string(),
            "model": Some(&model.model).filter(|name| !name.is_empty()),
            "url": model.url,
            "local": reqwest::Url::parse(&model.url).is_ok_and(|url| is_loopback(&url)),
            "usable": true,
        })
    };
    let bad =
        |(name, why): (&String, &String)| json!({ "name": name, "usable": false, "reason": why });
    let built_in = |name: &String| json!({ "name": name, "provider": crate::config::WORKSPACE, "local": true, "usable": true });
    let models: Vec<Value> = settings
        .models
        .values()
        .map(|model| good(model))
        .chain(settings.embedded.iter().map(built_in))
        .chain(settings.unusable.iter().map(bad))
        .collect();
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "paths": {
            "config": paths.config_file,
            "log": paths.log_dir.as_ref().map(|folder| folder.join(crate::log::FILE)),
        },
        "enabled": settings.enabled,
        "completion": { "enabled": settings.completion.enabled, "model": model, "using": using },
        "models": models,
        "index": index(*session.indexing.watch().borrow()),
        "symbols": symbols(session),
        "vectors": vectors(&session.embedding),
    })
}

/// How far the vectors of the code are, and why the last search had to do without.
fn vectors(embedding: &Embedding) -> Value {
    let stage = embedding.watch().borrow().clone();
    let (files, of, reason) = match &stage {
        Stage::Embedding { files, of } => (Some(files), Some(of), None),
        Stage::Waiting(reason) => (None, None, Some(reason)),
        _ => (None, None, None),
    };
    let (chunks, vectors, full) = match &stage {
        Stage::Ready { chunks, vectors, full } => (Some(chunks), Some(vectors), Some(full)),
        _ => (None, None, None),
    };
    json!({
        "state": stage.code(),
        "files": files,
        "of": of,
        "chunks": chunks,
        "vectors": vectors,
        "full": full,
        "reason": reason,
        "search": embedding.trouble(),
    })
}

/// How far the symbols of the workspace are; there may be some of them before they are read.
fn symbols(session: &Session) -> Value {
    let mut symbols = index(*session.indexing.watch_symbols().borrow());
    if let Some(symbols) = symbols.as_object_mut() {
        symbols.remove("tokens");
        symbols.remove("of");
        symbols.insert("files".to_owned(), session.surroundings.folders.files().into());
    }
    symbols
}

/// How far the index of the workspace is.
fn index(stage: indexing::Stage) -> Value {
    match stage {
        indexing::Stage::Asleep => json!({ "state": "asleep" }),
        indexing::Stage::Reading { files, of } => {
            json!({ "state": "reading", "files": files, "of": of })
        }
        indexing::Stage::Ready { files, tokens, left_out } => {
            let left_out = json!({
                "noRoom": left_out.no_room,
                "tooLarge": left_out.too_large,
                "unreadable": left_out.unreadable,
                "notWritten": left_out.not_written,
            });
            json!({ "state": "ready", "files": files, "tokens": tokens, "leftOut": left_out })
        }
        indexing::Stage::Cancelled => json!({ "state": "cancelled" }),
    }
}

fn first_root(server: &Server) -> Option<PathBuf> {
    server.session.workspace(|workspace| workspace.roots().first().cloned())
}
