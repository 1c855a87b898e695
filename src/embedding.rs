//! The vectors of the workspace's code: made in the background by the embedding model that the user has
//! chosen, kept in step with the code, and searched. Where none is chosen nothing is sent anywhere.
//! Nobody waits for it but who searches, and that not for long.

mod folder;
mod known;
mod round;
pub mod stage;
#[cfg(feature = "postgres")]
mod team;
mod worker;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{Notify, watch};
use tokio::task::AbortHandle;

use self::folder::Folder;
pub use self::stage::Stage;
use crate::backend::embed::EmbedError;
use crate::config::{ModelSettings, SharedSettings};
use crate::guard::Redacted;
use crate::retrieval::hybrid::{self, Without};
use crate::retrieval::vectors::{Hit, StoreError};
use crate::services::Services;
use crate::workspace::root_config::RootConfig;
use crate::workspace::surroundings::Surroundings;

/// A session's vectors. Dropped, what is under way ends.
pub struct Embedding {
    inner: Arc<Inner>,
    running: Mutex<Option<Running>>,
}

/// A workspace folder whose code is to be found by what it means.
#[derive(Clone)]
pub struct Want {
    /// The folder.
    pub root: PathBuf,
    /// Its settings.
    pub config: Arc<RootConfig>,
    /// The model that makes the vectors.
    pub model: Arc<ModelSettings>,
    /// The team's index, which is searched in place of one of our own.
    pub shared: Option<SharedSettings>,
}

impl PartialEq for Want {
    fn eq(&self, other: &Self) -> bool {
        self.root == other.root
            && Arc::ptr_eq(&self.config, &other.config)
            && self.model == other.model
            && self.shared == other.shared
    }
}

/// What is worked on.
struct Running {
    wants: Vec<Want>,
    task: AbortHandle,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What the session and the task both see.
struct Inner {
    services: Arc<Services>,
    surroundings: Arc<Surroundings>,
    /// Where vectors outlive the process.
    cache: Option<PathBuf>,
    folders: Mutex<HashMap<PathBuf, Arc<Folder>>>,
    #[cfg(feature = "postgres")]
    teams: Mutex<HashMap<PathBuf, Arc<team::Team>>>,
    stage: watch::Sender<Stage>,
    /// Why the last search had to do without vectors.
    trouble: Mutex<Option<String>>,
    /// A search has seen that the model makes other vectors by now.
    anew: Notify,
}

impl Embedding {
    /// Of nothing yet. What is made is kept in the folder, if there is one.
    #[must_use]
    pub fn new(
        services: &Arc<Services>,
        surroundings: &Arc<Surroundings>,
        cache: Option<PathBuf>,
    ) -> Self {
        let inner = Inner {
            services: Arc::clone(services),
            surroundings: Arc::clone(surroundings),
            cache,
            folders: Mutex::default(),
            #[cfg(feature = "postgres")]
            teams: Mutex::default(),
            stage: watch::Sender::new(Stage::Off),
            trouble: Mutex::default(),
            anew: Notify::new(),
        };
        Self { inner: Arc::new(inner), running: Mutex::default() }
    }

    /// What is wanted from now on; asked again for the same it does nothing.
    pub fn set(&self, wants: Vec<Want>) {
        let mut running = self.running.lock();
        if running.as_ref().map_or(&[][..], |now| now.wants.as_slice()) == wants {
            return;
        }
        *running = None;
        *self.inner.trouble.lock() = None;
        self.inner.folders.lock().retain(|root, folder| {
            wants.iter().any(|want| want.root == *root && folder.is_of(want))
        });
        #[cfg(feature = "postgres")]
        self.inner.set_teams(&wants);
        if wants.is_empty() {
            self.inner.stage.send_replace(Stage::Off);
            return;
        }
        let task = tokio::spawn(worker::run(Arc::clone(&self.inner), wants.clone()));
        *running = Some(Running { wants, task: task.abort_handle() });
    }

    /// Stops making vectors until something of the configuration changes; what there is can be searched.
    pub fn cancel(&self) {
        if let Some(running) = &*self.running.lock() {
            running.task.abort();
            self.inner.stage.send_replace(Stage::Cancelled);
        }
    }

    /// Stops, and keeps what there is by then: for commands, which do not wait until all is there.
    pub async fn keep(&self) {
        self.cancel();
        let folders: Vec<_> = self.inner.folders.lock().values().map(Arc::clone).collect();
        let save = move || folders.iter().for_each(|folder| folder.save());
        let _ = tokio::task::spawn_blocking(save).await;
    }

    /// Wakes when it comes further.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Stage> {
        self.inner.stage.subscribe()
    }

    /// Why the last search had to do without vectors, if it had to.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.inner.trouble.lock().clone()
    }

    /// The chunks of a workspace folder that are near a text by what they mean, the nearest first; none
    /// where there are no vectors, or none within [`hybrid::WAIT`].
    pub async fn near(&self, root: &Path, query: Redacted) -> Vec<Hit> {
        if query.as_str().trim().is_empty() {
            return Vec::new();
        }
        match self.inner.near(root, query).await {
            Ok(found) => {
                *self.inner.trouble.lock() = None;
                found
            }
            Err(why) => {
                let changed = matches!(
                    why,
                    Without::Embed(EmbedError::Dimension { .. })
                        | Without::Store(StoreError::Dimension { .. })
                );
                if changed {
                    self.inner.anew.notify_one();
                }
                tracing::info!("searched by words alone: {why}");
                *self.inner.trouble.lock() = Some(why.to_string());
                Vec::new()
            }
        }
    }
}

impl Drop for Embedding {
    fn drop(&mut self) {
        *self.running.lock() = None;
    }
}

impl Inner {
    async fn near(&self, root: &Path, query: Redacted) -> Result<Vec<Hit>, Without> {
        #[cfg(feature = "postgres")]
        {
            let team = self.teams.lock().get(root).cloned();
            if let Some(team) = team {
                return team.near(&self.surroundings, query).await;
            }
        }
        let folder = self.folders.lock().get(root).cloned();
        let Some(folder) = folder else { return Ok(Vec::new()) };
        // Where there is nothing to find nothing is asked.
        if folder.store.read(|flat| flat.is_empty()) {
            return Ok(Vec::new());
        }
        hybrid::near(&folder.store, &*folder.embedder, query).await
    }
}
