//! The protocol edge: the only place that names LSP types. One file for each method says what it
//! does; this one says which there are.

pub mod capabilities;
pub mod client;
pub mod convert;
pub mod dialect;
mod explanation;
pub mod framing;
mod indexing;
pub mod listen;
mod message;
pub mod notifications;
mod page;
pub mod parent;
mod progress;
mod remarks;
pub mod requests;
pub mod stdio;
mod talk;
pub mod tasks;
pub mod transport;
mod workspace_edit;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use parking_lot::Mutex;
use serde::{Deserialize, Deserializer};
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::{Client, ClientSocket, LanguageServer, LspService};

use self::capabilities::Features;
use self::client::ClientHandle;
use self::tasks::Tasks;
use crate::services::Services;
use crate::workspace::session::Session;

/// One connection's server.
pub struct Server {
    pub(crate) session: Arc<Session>,
    pub(crate) client: ClientHandle,
    pub(crate) features: Mutex<Features>,
    pub(crate) dialect: dialect::Dialect,
    pub(crate) tasks: Tasks,
    pub(crate) works: progress::Works,
    pub(crate) remarks: remarks::Remarks,
    pub(crate) talks: talk::Talks,
    pub(crate) following: page::Following,
    pub(crate) fixes: requests::mending::Fixes,
    pub(crate) under_way: requests::under_way::AllUnderWay,
    /// Counts questions for the client's settings.
    pub(crate) pulls: Arc<AtomicU64>,
}

impl Server {
    /// What the client can do.
    pub(crate) fn features(&self) -> Features {
        self.features.lock().clone()
    }
}

/// A server for one connection, with its two halves: the service that takes messages, and the
/// socket by which it asks the client.
#[must_use]
pub fn connection(
    services: Arc<Services>,
    outbox: transport::Outbox,
) -> (LspService<Server>, ClientSocket) {
    let make = |client: Client| Server {
        session: Session::new(services),
        client: ClientHandle::new(outbox, client),
        features: Mutex::default(),
        dialect: dialect::Dialect::default(),
        tasks: Tasks::default(),
        works: progress::Works::default(),
        remarks: remarks::Remarks::default(),
        talks: talk::Talks::default(),
        following: page::Following::default(),
        fixes: requests::mending::Fixes::default(),
        under_way: requests::under_way::AllUnderWay::default(),
        pulls: Arc::default(),
    };
    LspService::build_with_lifecycle_methods(make)
        .custom_method("textDocument/inlineCompletion", requests::inline_completion::handle)
        .custom_method("textDocument/completion", requests::completion::handle)
        .custom_method("textDocument/hover", requests::hover::handle)
        .custom_method("textDocument/codeAction", requests::code_action::handle)
        .custom_method("codeAction/resolve", requests::code_action::resolve)
        .custom_method("workspace/executeCommand", requests::execute_command::handle)
        .custom_method("textDocument/didOpen", notifications::documents::did_open)
        .custom_method("textDocument/didChange", notifications::documents::did_change)
        .custom_method("textDocument/didClose", notifications::documents::did_close)
        .custom_method("textDocument/didSave", notifications::documents::did_save)
        .custom_method("notebookDocument/didOpen", notifications::notebooks::did_open)
        .custom_method("notebookDocument/didChange", notifications::notebooks::did_change)
        .custom_method("notebookDocument/didClose", notifications::notebooks::did_close)
        .custom_method("notebookDocument/didSave", notifications::notebooks::did_save)
        .custom_method("workspace/didChangeConfiguration", notifications::configuration::did_change)
        .custom_method("workspace/didChangeWorkspaceFolders", notifications::workspace::folders)
        .custom_method("workspace/didRenameFiles", notifications::workspace::renamed)
        .custom_method("workspace/didCreateFiles", notifications::workspace::came_or_went)
        .custom_method("workspace/didDeleteFiles", notifications::workspace::came_or_went)
        .custom_method("workspace/didChangeWatchedFiles", notifications::workspace::watched)
        .custom_method("foretype/event", notifications::event::handle)
        .custom_method("window/workDoneProgress/cancel", progress::cancel)
        .custom_method("$/setTrace", notifications::ignored)
        .finish()
}

impl LanguageServer for Server {
    async fn initialize(&self, params: lsp::InitializeParams) -> Result<lsp::InitializeResult> {
        requests::initialize::handle(self, params).await
    }

    async fn initialized(&self, _: lsp::InitializedParams) {
        requests::initialize::finish(self);
    }

    async fn shutdown(&self) -> Result<()> {
        self.session.engine.reset();
        Ok(())
    }
}

/// Params as they came: those that do not fit are no error yet, so that no text of theirs gets into
/// one.
pub(crate) struct Wire<T>(Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Wire<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Ok(Self(T::deserialize(deserializer).ok()))
    }
}

impl<T> Wire<T> {
    /// A request's params.
    fn params(self) -> Result<T> {
        self.0.ok_or_else(|| Error::invalid_params("the params do not fit the method"))
    }

    /// A notification's params; what does not fit is reported once for each method.
    fn noted(self, server: &Server, method: &'static str) -> Option<T> {
        if self.0.is_none() {
            server.client.warn_once(method, format!("{method}: the params do not fit; ignored"));
        }
        self.0
    }
}
