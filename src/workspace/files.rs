//! The configuration's files: the user's own and each workspace folder's.

use std::path::{Path, PathBuf};

use crate::config::{Layers, Paths};

use super::session::WORKSPACE_FILE;

/// A larger file (bytes) is no configuration.
const MAX_FILE: u64 = 1024 * 1024;

/// What the files say, read at one moment.
#[derive(Default)]
pub struct Files {
    user: Option<(PathBuf, String)>,
    roots: Vec<(PathBuf, Option<(PathBuf, String)>)>,
}

impl Files {
    /// Puts the files into the layers.
    pub fn apply(self, layers: &mut Layers) {
        layers.set_user(self.user);
        for (root, file) in self.roots {
            layers.set_workspace(root, file);
        }
    }
}

/// Reads them, on a blocking thread.
pub async fn read(paths: &Paths, roots: &[PathBuf]) -> Files {
    let (user, roots) = (paths.config_file.clone(), roots.to_vec());
    let read = tokio::task::spawn_blocking(move || read_now(user.as_deref(), &roots));
    read.await.unwrap_or_default()
}

/// Reads them on this thread.
#[must_use]
pub fn read_now(user: Option<&Path>, roots: &[PathBuf]) -> Files {
    let roots = roots.iter().map(|root| (root.clone(), text(&root.join(WORKSPACE_FILE)))).collect();
    Files { user: user.and_then(text), roots }
}

fn text(path: &Path) -> Option<(PathBuf, String)> {
    let found = std::fs::metadata(path).ok()?;
    // A file that is there and cannot be read must not pass for one that says nothing: an
    // unparsable text fails closed.
    let unreadable = || "foretype cannot read this file".to_owned();
    let text = if found.is_file() && found.len() <= MAX_FILE {
        std::fs::read(path).map_or_else(
            |_| unreadable(),
            |bytes| String::from_utf8(bytes).unwrap_or_else(|_| unreadable()),
        )
    } else {
        unreadable()
    };
    let text = text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned);
    Some((path.to_path_buf(), text))
}
