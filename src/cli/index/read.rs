//! The code of a repository, in pieces, as it is read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::mpsc;

use crate::document::language::Language;
use crate::eval::files::{self, Found};
use crate::guard::IgnoreRules;
use crate::retrieval::vectors::Scope;
use crate::retrieval::vectors::chunks::pieces;
use crate::retrieval::vectors::push::Read;
use crate::workspace::root_config::RootConfig;

/// Files that are read ahead.
const AHEAD: usize = 64;

/// What decides which files are read.
pub(super) struct Rules {
    /// Ignore files.
    pub(super) ignore: IgnoreRules,
    /// The settings.
    pub(super) config: Arc<RootConfig>,
}

/// The files that may be sent.
pub(super) fn files(root: &Path, rules: &Rules) -> Vec<(PathBuf, Language)> {
    let mut files = files::names(root, &mut Found::default(), || true);
    files.retain(|(path, _)| {
        let verdict = rules.ignore.check(path);
        verdict.blocked.is_none() && verdict.in_context && !rules.config.ignores(path)
    });
    files
}

/// Reads them on a thread of its own, no faster than they are taken.
pub(super) fn read(
    root: PathBuf,
    files: Vec<(PathBuf, Language)>,
    scope: Arc<Scope>,
) -> mpsc::Receiver<Read> {
    let (send, receive) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        for (path, language) in files {
            // One that cannot be read is as if it were not there.
            let source = files::source(&root, path, language).ok().flatten();
            let pieces = source
                .map(|source| pieces(&scope, &source.name, source.language, &source.text))
                .unwrap_or_default();
            if send.blocking_send(Read::File(pieces)).is_err() {
                return;
            }
        }
        // Nobody waits for it where the push has ended.
        let _ = send.blocking_send(Read::End);
    });
    receive
}
