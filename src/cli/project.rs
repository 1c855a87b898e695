//! A file on disk as the server would see it: for the commands that complete without an editor.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::completion::trigger::MAX_DOCUMENT;
use crate::config::{Layer, ModelChoice, Paths, Problem, Purpose};
use crate::document::Document;
use crate::document::uri::DocumentUri;
use crate::embedding::Stage as Embedded;
use crate::indexing::Stage;
use crate::services::Services;
use crate::workspace::files;
use crate::workspace::session::Session;

/// What marks a project's folder.
const MARKS: [&str; 4] = [".foretype.toml", ".git", "Cargo.toml", "package.json"];
/// What marks that the folders above are no part of it.
const ENDS: [&str; 2] = [".foretype.toml", ".git"];

/// Users see what takes longer than this.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(1);

/// A session for a folder, configured as for an editor; and what in the configuration could not be
/// used.
pub fn session(paths: Paths, root: Option<PathBuf>) -> (Arc<Session>, Vec<Problem>) {
    let services = Arc::new(Services::new(paths, true));
    let roots: Vec<PathBuf> = root.into_iter().collect();
    let files = files::read_now(services.paths.config_file.as_deref(), &roots);
    let session = Session::new(services);
    session.workspace(|workspace| workspace.set_roots(roots));
    let problems = session.configure(|layers| files.apply(layers));
    (session, problems)
}

/// Chooses a model for this once, and no other in its place.
///
/// # Errors
/// If there is no such model, or it cannot be used.
pub fn choose(session: &Session, purpose: Purpose, name: &str) -> Result<()> {
    choose_with(session, purpose, name, serde_json::Map::new())
}

/// The same with a table `context`.
///
/// # Errors
/// As [`choose`].
pub fn choose_with(
    session: &Session,
    purpose: Purpose,
    name: &str,
    context: serde_json::Map<String, serde_json::Value>,
) -> Result<()> {
    let mut chosen = serde_json::Map::new();
    chosen.insert(purpose.as_str().to_owned(), json!({ "model": name, "fallback": [] }));
    if !context.is_empty() {
        chosen.insert("context".to_owned(), context.into());
    }
    let problems = session.configure(|layers| layers.set_client(Some(&chosen.into())));
    match problems.iter().find(|problem| problem.place.layer == Layer::Client) {
        Some(problem) => bail!("--model {name}: {}; {}", problem.message, problem.remedy),
        None => Ok(()),
    }
}

/// Looks for a local server where the choice leaves it open, and says which one is used.
pub async fn find_server(session: &Session, choice: &ModelChoice) {
    if *choice == ModelChoice::Auto {
        let found = crate::backend::discovery::find(&session.services).await;
        if let Some(found) = &found {
            eprintln!("{}", found.announcement);
        }
        session.set_found(found.and_then(|found| found.model));
    }
}

/// Has the symbols of the session's folders read where its models are shown any, and waits for so long
/// at most.
pub async fn read_symbols(session: &Session, limit: Duration) {
    session.indexing.hurry();
    session.index_workspace();
    session.index_symbols();
    let mut stage = session.indexing.watch_symbols();
    if session.indexing.shows_symbols() {
        let over = stage.wait_for(|stage| matches!(stage, Stage::Ready { .. } | Stage::Cancelled));
        // What is there by then is used.
        let _ = tokio::time::timeout(limit, over).await;
    }
}

/// Has the code of the session's folder embedded where a model is chosen for that; waits until it is read,
/// and then for so long at most. Answers why questions are about words alone, if they are.
pub async fn embed(session: &Arc<Session>, root: &Path, limit: Duration) -> Option<String> {
    if !session.embeds(root) {
        return None;
    }
    if tokio::time::timeout(PATIENCE, read_symbols(session, Duration::MAX)).await.is_err() {
        eprintln!("reading the workspace's code (Ctrl-C ends)");
        // What was not read would be taken for gone, and its vectors with it.
        read_symbols(session, Duration::MAX).await;
    }
    session.embed_workspace();
    let mut stage = session.embedding.watch();
    let is_over = |stage: &Embedded| !matches!(stage, Embedded::Off | Embedded::Embedding { .. });
    if tokio::time::timeout(PATIENCE.min(limit), stage.wait_for(is_over)).await.is_err() {
        eprintln!(
            "embedding the workspace's code, for {} s at most (Ctrl-C ends)",
            limit.as_secs()
        );
        let _ = tokio::time::timeout(limit, stage.wait_for(is_over)).await;
    }
    let now = stage.borrow().clone();
    match now {
        Embedded::Waiting(why) => Some(why),
        Embedded::Embedding { .. } => {
            session.embedding.keep().await;
            let rest = "not all code is embedded yet; the next question goes on with it";
            Some(rest.to_owned())
        }
        _ => None,
    }
}

/// Has the workspace indexed where the embedded model is the one to be asked, and waits for it: an
/// editor is there for longer than a command.
pub async fn index(session: &Session) {
    session.indexing.hurry();
    session.index_workspace();
    let mut stage = session.indexing.watch();
    let began = std::time::Instant::now();
    let mut told = false;
    if !session.indexing.is_awake() {
        return;
    }
    loop {
        let now = *stage.borrow_and_update();
        if matches!(now, Stage::Ready { .. } | Stage::Cancelled) {
            return;
        }
        if !told && began.elapsed() > PATIENCE {
            eprintln!("reading the workspace's code (Ctrl-C ends)");
            told = true;
        }
        if stage.changed().await.is_err() {
            return;
        }
    }
}

/// Reads a file as a document.
///
/// # Errors
/// If it cannot be read, is too large or no UTF-8 text.
pub fn open(file: &Path) -> Result<(DocumentUri, Document)> {
    let path = std::path::absolute(file).with_context(|| file.display().to_string())?;
    if std::fs::metadata(&path).is_ok_and(|of| of.len() > MAX_DOCUMENT as u64) {
        bail!("{}: is over 10 MB; nothing is suggested in so large a file", file.display());
    }
    let bytes =
        std::fs::read(&path).with_context(|| format!("{}: cannot be read", file.display()))?;
    let text = String::from_utf8(bytes)
        .ok()
        .with_context(|| format!("{}: is no UTF-8 text", file.display()))?;
    if text.contains('\0') {
        bail!("{}: is a binary file", file.display());
    }
    let uri = DocumentUri::from_path(&path);
    let document = Document::open(uri.as_str(), "", 1, &text);
    Ok((uri, document))
}

/// The project's folder of a file: the nearest one with a mark, or the one above it that says that several
/// are a whole; without any the file's own.
#[must_use]
pub fn root_of(file: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(file).ok()?;
    let folder = path.parent()?;
    let mut nearest = None;
    for folder in folder.ancestors() {
        let has = |name: &&str| folder.join(name).exists();
        if is_whole(folder) {
            return Some(folder.to_path_buf());
        }
        if MARKS.iter().any(&has) {
            nearest.get_or_insert(folder);
        }
        // What is above is another matter.
        if ENDS.iter().any(has) {
            break;
        }
    }
    Some(nearest.unwrap_or(folder).to_path_buf())
}

/// Whether a folder's manifest has several packages in it (Cargo's, npm's, pnpm's and Go's workspaces).
fn is_whole(folder: &Path) -> bool {
    let says = |name: &str, word: &str| {
        let text = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        text.lines().any(|line| line.trim_start().starts_with(word))
    };
    says("Cargo.toml", "[workspace]")
        || says("package.json", "\"workspaces\"")
        || ["pnpm-workspace.yaml", "go.work"].iter().any(|name| folder.join(name).is_file())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_the_nearest_or_the_whole_of_several() {
        let home = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = home.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("all/.git/HEAD", "");
        write("all/Cargo.toml", "[workspace]\nmembers = [\"one\"]\n");
        write("all/one/Cargo.toml", "[package]\nname = \"one\"\n");
        write("web/package.json", "{\n  \"workspaces\": [\"packages/*\"]\n}\n");
        write("web/packages/a/package.json", "{}\n");
        write("repository/.git/HEAD", "");
        write("repository/example/package.json", "{}\n");
        write("repository/.foretype.toml", "");
        write("alone/a.py", "");
        for (file, want) in [
            ("all/one/src/main.rs", "all"),
            ("web/packages/a/src/b.ts", "web"),
            ("repository/example/src/c.ts", "repository/example"),
            ("repository/lib/d.py", "repository"),
            ("alone/a.py", "alone"),
        ] {
            assert_eq!(root_of(&home.path().join(file)).unwrap(), home.path().join(want), "{file}");
        }
    }
}
