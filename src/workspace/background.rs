//! What a session does by itself: opens connections ahead, looks for a local server, and keeps
//! the status current.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::session::Session;
use crate::backend::discovery::{self, Found};
use crate::backend::error::BackendError;
use crate::backend::health::Readiness;
use crate::completion::completer::LlmCompleter;
use crate::completion::engine::Activity;
use crate::completion::silence::Silence;
use crate::config::{ModelChoice, Settings};
use crate::status::{State, Status};
use crate::store::usage::Today;

/// How often a server is looked for while none is there, and whether a found one is still there.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// What was used is told with the next change of the status, or after this.
const TELL_USAGE: Duration = Duration::from_secs(2);

/// How the editor is told of the status.
pub type TellStatus = Box<dyn Fn(&Status) + Send + Sync>;
/// How the editor is told a message: for the log, in few words for the screen; true where the user
/// must act.
pub type TellMessage = Box<dyn Fn(&str, &str, bool) + Send + Sync>;

/// How the editor is told.
pub struct Telling {
    /// Its status changed; `None` for a client that does not take it.
    pub status: Option<TellStatus>,
    /// A message.
    pub message: TellMessage,
}

/// Runs from when the client is initialised until it is dropped.
pub async fn run(session: Arc<Session>, telling: Telling) {
    // The redaction rules are made once; not while a key waits.
    tokio::task::spawn_blocking(crate::guard::warm_up);
    let Telling { status, message } = telling;
    tokio::join!(tell_status(&session, status, &message), connect(&session, &message));
}

/// Sends the status whenever it changes, and says what the user must mend.
async fn tell_status(session: &Session, tell: Option<TellStatus>, message: &TellMessage) {
    let mut status = session.watch_status();
    let mut activity = session.engine.watch();
    let mut today = tell.as_ref().map(|_| session.services.store.watch_today());
    let mut last = None;
    loop {
        let mut now = status.borrow_and_update().clone();
        if let Activity::Busy(model) = &*activity.borrow_and_update() {
            now = Status { state: State::Busy, model: Some(model.clone()), ..Status::default() };
        }
        now.usage = today.as_mut().and_then(|today| *today.borrow_and_update());
        if last.as_ref() != Some(&now) {
            if let Some(tell) = &tell {
                tell(&now);
            }
            if let Some(reason) = now.reason.as_ref().filter(|_| now.mend) {
                message(reason, reason, true);
            }
            last = Some(now);
        }
        tokio::select! {
            changed = status.changed() => if changed.is_err() { return },
            changed = activity.changed(), if tell.is_some() => if changed.is_err() { return },
            () = more_used(&mut today) => {}
        }
    }
}

/// More was used, and nothing else to tell of came for a while.
async fn more_used(today: &mut Option<watch::Receiver<Option<Today>>>) {
    let Some(today) = today else { return std::future::pending().await };
    if today.changed().await.is_err() {
        return std::future::pending().await;
    }
    tokio::time::sleep(TELL_USAGE).await;
}

/// Opens connections to the models in use, again after every change of the configuration; where
/// nothing is configured, looks for a local server.
async fn connect(session: &Session, message: &TellMessage) {
    let mut changes = session.watch_configured();
    let mut announced: Option<String> = None;
    loop {
        changes.borrow_and_update();
        let settings = session.settings(None);
        let settings = &settings.resolved.settings;
        let on = tell_switched(session, settings);
        let looking = on && settings.discovery && settings.completion.model == ModelChoice::Auto;
        if looking {
            let found = discovery::find(&session.services).await;
            announce(session, found, &mut announced, message);
        } else {
            session.set_found(None);
        }
        session.index_workspace();
        session.index_symbols();
        session.embed_workspace();
        let (model, reached) = match on {
            true => prewarm(session, message).await,
            false => (None, true),
        };
        let again = async {
            if looking || !reached {
                tokio::time::sleep(LOOK_AGAIN).await
            } else {
                std::future::pending().await
            }
        };
        tokio::select! {
            changed = changes.changed() => if changed.is_err() { return },
            () = again => {}
            () = tell_loading(session, model) => {}
        }
    }
}

/// The status says at once that everything is off, or no longer; answers whether it is on.
fn tell_switched(session: &Session, settings: &Settings) -> bool {
    let off = match (settings.enabled, settings.completion.enabled) {
        (false, _) => Some("enabled"),
        (true, false) => Some("completion.enabled"),
        (true, true) => None,
    };
    match off {
        Some(setting) => session.set_status(Status::of_silence(&Silence::Off(setting), None)),
        None if session.watch_status().borrow().state == State::Off => {
            session.set_status(Status::default());
        }
        None => {}
    }
    off.is_none()
}

fn announce(
    session: &Session,
    found: Option<Found>,
    announced: &mut Option<String>,
    message: &TellMessage,
) {
    let said = found.as_ref().map(|found| found.announcement.clone());
    if said.is_some() && *announced != said {
        let notice = found.as_ref().map_or("", |found| found.notice.as_str());
        message(said.as_deref().unwrap_or(""), notice, false);
    }
    if said.is_some() {
        *announced = said;
    }
    session.set_found(found.and_then(|found| found.model));
}

/// A cheap request to the model in use: it opens the connection and tells what the server is.
/// Answers the model, and whether its server could be reached.
async fn prewarm(session: &Session, message: &TellMessage) -> (Option<Arc<LlmCompleter>>, bool) {
    let settings = session.settings(None);
    let chain = session.chain(&settings).unwrap_or_default();
    let Some(completer) = chain.into_iter().next() else { return (None, true) };
    let mut reached = true;
    let name = completer.endpoint().model.name.clone();
    let before = session.watch_status().borrow().clone();
    match completer.backend().probe().await {
        Ok(_) => {
            // What has gone wrong meanwhile is newer than the probe.
            let same = *session.watch_status().borrow() == before;
            if same && matches!(before.state, State::Error | State::Loading) {
                let status = Status { model: Some(name), ..Status::default() };
                session.set_status(status);
            }
        }
        Err(error) => {
            tracing::info!(model = %name, "probe: {error}");
            // Nobody has to type to see that the server is not there.
            reached = !error.is_unreachable() && !matches!(error, BackendError::Reset(_));
            if !reached {
                let silence = Silence::Backend(error.to_string());
                session.set_status(Status::of_silence(&silence, Some(name)));
            }
            // Gateways without a list of models complete all the same.
            if error.needs_user() && !error.is_missing_path() {
                let reason = error.to_string();
                message(&reason, &reason, true);
            }
        }
    }
    (Some(completer), reached)
}

/// Loading begins and ends by itself; the editor shows it. Never returns.
async fn tell_loading(session: &Session, model: Option<Arc<LlmCompleter>>) {
    let Some(completer) = model else { return std::future::pending().await };
    let mut health = completer.endpoint().health.watch();
    let mut was_loading = false;
    loop {
        let loading = *health.borrow_and_update() == Readiness::Loading;
        if loading != was_loading {
            let state = if loading { State::Loading } else { State::Idle };
            let reason = loading.then(|| "the server is loading the model".to_owned());
            let model = Some(completer.endpoint().model.name.clone());
            session.set_status(Status { state, reason, model, ..Status::default() });
            was_loading = loading;
        }
        if health.changed().await.is_err() {
            return std::future::pending().await;
        }
    }
}
