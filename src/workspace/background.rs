//! What a session does by itself: opens connections ahead, looks for a local server, and keeps
//! the status current.

use std::sync::Arc;
use std::time::Duration;

use super::session::Session;
use crate::backend::discovery::{self, Found};
use crate::backend::health::Readiness;
use crate::completion::engine::Activity;
use crate::config::ModelChoice;
use crate::status::{State, Status};

/// How often a local server is looked for while none is there, and whether it is still there.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// How the editor is told of the status.
pub type TellStatus = Box<dyn Fn(&Status) + Send + Sync>;
/// How the editor is told a message; true where the user must act.
pub type TellMessage = Box<dyn Fn(&str, bool) + Send + Sync>;

/// How the editor is told.
pub struct Telling {
    /// Its status changed.
    pub status: TellStatus,
    /// A message.
    pub message: TellMessage,
}

/// Begins, once the client is initialised.
pub fn start(session: Arc<Session>, telling: Telling) {
    // The redaction rules are made once; not while a key waits.
    tokio::task::spawn_blocking(crate::guard::warm_up);
    let Telling { status, message } = telling;
    tokio::spawn(tell_status(Arc::clone(&session), status));
    tokio::spawn(connect(session, message));
}

/// Sends the status whenever it changes.
async fn tell_status(session: Arc<Session>, tell: TellStatus) {
    let mut status = session.watch_status();
    let mut activity = session.engine.watch();
    let mut last = None;
    loop {
        let mut now = status.borrow_and_update().clone();
        if let Activity::Busy(model) = &*activity.borrow_and_update() {
            now = Status { state: State::Busy, reason: None, model: Some(model.clone()) };
        }
        if last.as_ref() != Some(&now) {
            tell(&now);
            last = Some(now);
        }
        tokio::select! {
            changed = status.changed() => if changed.is_err() { return },
            changed = activity.changed() => if changed.is_err() { return },
        }
    }
}

/// Opens connections to the models in use, again after every change of the configuration; where
/// nothing is configured, looks for a local server.
async fn connect(session: Arc<Session>, message: TellMessage) {
    let mut changes = session.watch_configured();
    let mut announced: Option<String> = None;
    loop {
        changes.borrow_and_update();
        let settings = session.settings(None);
        let settings = &settings.resolved.settings;
        let looking = settings.enabled
            && settings.discovery
            && settings.completion.model == ModelChoice::Auto;
        if looking {
            let found = discovery::find(&session.services).await;
            announce(&session, found, &mut announced, &message);
        } else {
            session.set_found(None);
        }
        prewarm(&session, &message).await;
        let again = async {
            if looking {
                tokio::time::sleep(LOOK_AGAIN).await
            } else {
                std::future::pending().await
            }
        };
        tokio::select! {
            changed = changes.changed() => if changed.is_err() { return },
            () = again => {}
        }
    }
}

fn announce(
    session: &Session,
    found: Option<Found>,
    announced: &mut Option<String>,
    message: &TellMessage,
) {
    let said = found.as_ref().map(|found| found.announcement.clone());
    if said.is_some() && *announced != said {
        message(said.as_deref().unwrap_or(""), false);
    }
    if said.is_some() {
        *announced = said;
    }
    session.set_found(found.and_then(|found| found.model));
}

/// A cheap request to the model in use: it opens the connection and tells what the server is.
async fn prewarm(session: &Arc<Session>, message: &TellMessage) {
    let settings = session.settings(None);
    let Ok(chain) = session.chain(&settings) else { return };
    let Some(completer) = chain.first() else { return };
    let name = completer.endpoint().model.name.clone();
    match completer.backend().probe().await {
        Ok(_) => {
            let quiet =
                matches!(session.watch_status().borrow().state, State::Error | State::Loading);
            if quiet {
                let status = Status { state: State::Idle, reason: None, model: Some(name) };
                session.set_status(status);
            }
        }
        Err(error) => {
            tracing::info!(model = %name, "probe: {error}");
            if error.needs_user() {
                message(&error.to_string(), true);
            }
        }
    }
    let session = Arc::clone(session);
    let mut health = completer.endpoint().health.watch();
    let name = completer.endpoint().model.name.clone();
    let mut configured = session.watch_configured();
    // Loading begins and ends by itself; the editor shows it.
    tokio::spawn(async move {
        configured.borrow_and_update();
        let mut was_loading = false;
        loop {
            let loading = *health.borrow_and_update() == Readiness::Loading;
            if loading != was_loading {
                let state = if loading { State::Loading } else { State::Idle };
                let reason = loading.then(|| "the server is loading the model".to_owned());
                session.set_status(Status { state, reason, model: Some(name.clone()) });
                was_loading = loading;
            }
            tokio::select! {
                changed = health.changed() => if changed.is_err() { return },
                _ = configured.changed() => return,
            }
        }
    });
}
