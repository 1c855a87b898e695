//! Which files are kept from the model: by their kind, by `.foretypeignore`, by `.gitignore` and by
//! `.ignore`.
//!
//! Ignore files are read as Git reads its own (gitignore(5)): from the workspace's root down to
//! the file's folder, the deeper file and the later line winning, and nothing inside an excluded
//! folder coming back. They are cached until their time or size changes.

mod files;
mod glance;

use super::secret_files::secret_kind;
use files::{Files, Level, Lines};
pub use glance::Glance;
use glance::{Kind, Look};
use ignore::gitignore::gitconfig_excludes_path;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, OnceLock};
use thiserror::Error;

/// Name of the file that blocks completion and context.
const BLOCKING: &str = ".foretypeignore";

/// What the ignore rules leave of a folder, links not followed, without what other people's packages and
/// tools put there; larger files (bytes) are left out.
#[must_use]
pub fn walk(folder: &Path, largest: u64) -> ignore::Walk {
    walker(folder, largest).filter_entry(is_own).build()
}

/// As [`walk`], so many folders deep at most.
#[must_use]
pub fn walk_near(folder: &Path, largest: u64, depth: usize) -> ignore::Walk {
    walker(folder, largest).max_depth(Some(depth)).filter_entry(is_own).build()
}

/// As [`walk`], whatever Git ignores; `.foretypeignore` holds.
#[must_use]
pub fn walk_ignored(folder: &Path, largest: u64) -> ignore::Walk {
    let mut walker = walker(folder, largest);
    walker.ignore(false).git_ignore(false).git_exclude(false).git_global(false).build()
}

/// Whether a folder of that name holds what a package manager or an interpreter has put there.
#[must_use]
pub fn is_installed(name: &str) -> bool {
    matches!(name, "node_modules" | "bower_components" | "site-packages" | "__pycache__")
}

/// Whether an entry is the user's own, as far as its name or what a tool has put beside it tells: Node's,
/// Python's and Go's packages, virtual environments (PEP 405), caches (the Cache Directory Tagging
/// Specification; Cargo's `target` has it).
fn is_own(entry: &ignore::DirEntry) -> bool {
    // What the user has opened is their own, whatever it is called.
    if entry.depth() == 0 || !entry.file_type().is_some_and(|kind| kind.is_dir()) {
        return true;
    }
    let has = |name: &str| entry.path().join(name).is_file();
    match entry.file_name().to_str().unwrap_or_default() {
        name if is_installed(name) => false,
        "vendor" => !has("modules.txt") && !has("autoload.php"),
        _ => !has("pyvenv.cfg") && !has("CACHEDIR.TAG"),
    }
}

fn walker(folder: &Path, largest: u64) -> ignore::WalkBuilder {
    let mut walker = ignore::WalkBuilder::new(folder);
    // As the rules of an open file: they hold before the folder is a repository.
    walker.add_custom_ignore_filename(BLOCKING).max_filesize(Some(largest)).require_git(false);
    walker
}

/// The ignore rules of one workspace root, or of files that have none.
#[derive(Debug)]
pub struct IgnoreRules {
    root: Option<PathBuf>,
    global: Option<PathBuf>,
    /// The file with what Git ignores in all of the user's repositories (`core.excludesFile`).
    excludes: OnceLock<Option<PathBuf>>,
    files: Files,
}

/// What may be done with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Why nothing of it may reach a model, if so.
    pub blocked: Option<BlockReason>,
    /// Whether it may stand in other files' context.
    pub in_context: bool,
}

/// Why nothing of a file may reach a model, and what the user can do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BlockReason {
    /// Its path says that it holds secrets of this kind.
    #[error(
        "a file with this name usually holds {0}, so it is never sent; if it holds no secret, rename it"
    )]
    SecretFile(&'static str),
    /// A pattern in this ignore file matches it, or that file cannot be read.
    #[error("it is ignored by {}, so it is never sent; to allow it, change that file", .0.display())]
    IgnoreFile(PathBuf),
    /// It is one of foretype's own pages.
    #[error("foretype has written it itself; ask it there by its code actions")]
    Page,
}

impl IgnoreRules {
    /// Rules for the workspace at `root` (absolute), or for files outside every workspace.
    pub fn new(root: Option<PathBuf>) -> Self {
        let (excludes, files) = (OnceLock::new(), Files::default());
        Self { root: root.map(|root| normal(&root)), global: None, excludes, files }
    }

    /// Adds the user's own `.foretypeignore`. A workspace cannot take back what it blocks.
    ///
    /// Its patterns are read from the workspace's root; those that begin with a slash also from
    /// the file system's root. For a file outside the workspace all are read from the latter.
    #[must_use]
    pub fn with_global(mut self, path: PathBuf) -> Self {
        self.global = Some(path);
        self
    }

    /// Judges `path` (absolute, or relative to the root), which need not exist.
    ///
    /// Reads the file system, so it does not belong on the message path. A symbolic link is
    /// judged by its own path and by the one it leads to.
    pub fn check(&self, path: &Path) -> Verdict {
        self.check_at(path, &Glance::default())
    }

    /// As [`IgnoreRules::check`], one of several: what was seen for the others is not looked at again. A
    /// glance is for these rules alone.
    pub fn check_at(&self, path: &Path, glance: &Glance) -> Verdict {
        let given = match &self.root {
            Some(root) => normal(&root.join(path)),
            None => normal(path),
        };
        let Look { real, folder } = glance.at(&given);
        let mut views = Vec::with_capacity(2);
        // Where no link is on the way, the file has one name, and is looked at once.
        let inside = self.root.as_ref().is_none_or(|root| given.starts_with(root));
        if let Some(real) = real.filter(|real| *real != given || !inside) {
            let root = self.root.as_ref().and_then(|root| glance.real(root));
            views.push(View::new(real, root, folder));
        }
        views.insert(0, View::new(given, self.root.clone(), folder));

        let secret = views.iter().find_map(|view| secret_kind(&view.path.to_string_lossy()));
        let ignored = || views.iter().find_map(|view| self.blocking_file(view, glance));
        let blocked =
            secret.map(BlockReason::SecretFile).or_else(|| ignored().map(BlockReason::IgnoreFile));
        let ignored =
            |view: &View| self.is_git_ignored(view, glance) || self.is_ignored(view, glance);
        let in_context = blocked.is_none() && !views.iter().any(ignored);
        Verdict { blocked, in_context }
    }

    /// What was found wrong with ignore files since the last call. Each finding is given once.
    pub fn warnings(&self) -> Vec<String> {
        self.files.take_warnings()
    }

    /// The ignore file that blocks the file: the user's own, or one of the workspace.
    fn blocking_file(&self, view: &View, glance: &Glance) -> Option<PathBuf> {
        self.user_file(view).or_else(|| {
            let inside = view.inside.as_ref()?;
            let read = || self.levels(inside, BLOCKING, true);
            let levels = view.levels(glance, Kind::Blocking, inside, read);
            decide(&levels, &inside.parts, view.folder)
        })
    }

    fn user_file(&self, view: &View) -> Option<PathBuf> {
        let global = self.global.as_deref()?;
        let level = |lines| Vec::from_iter(self.files.level(global, 0, lines, true));
        let everywhere = if let Some(inside) = &view.inside {
            let found = decide(&level(Lines::All), &inside.parts, view.folder);
            if found.is_some() {
                return found;
            }
            Lines::Rooted
        } else {
            Lines::All
        };
        decide(&level(everywhere), &parts(&view.path), view.folder)
    }

    fn is_git_ignored(&self, view: &View, glance: &Glance) -> bool {
        let Some(inside) = &view.inside else {
            return false;
        };
        let levels = view.levels(glance, Kind::Git, inside, || {
            let exclude = inside.root.join(".git").join("info").join("exclude");
            let everywhere = self.excludes.get_or_init(gitconfig_excludes_path).as_deref();
            let files = everywhere.into_iter().chain([&*exclude]);
            let read = |file| self.files.level(file, 0, Lines::All, false);
            let mut levels: Vec<Level> = files.filter_map(read).collect();
            levels.extend(self.levels(inside, ".gitignore", false));
            levels
        });
        inside.parts.iter().any(|part| part == ".git")
            || decide(&levels, &inside.parts, view.folder).is_some()
    }

    /// Whether a `.ignore` names it, which is for tools that search and read code (ripgrep's guide,
    /// "Automatic filtering"). What it lets in, Git's rules may still keep out.
    fn is_ignored(&self, view: &View, glance: &Glance) -> bool {
        view.inside.as_ref().is_some_and(|inside| {
            let read = || self.levels(inside, ".ignore", false);
            let levels = view.levels(glance, Kind::Tools, inside, read);
            decide(&levels, &inside.parts, view.folder).is_some()
        })
    }

    /// The ignore files called `name` from the root down to the file's folder.
    fn levels(&self, inside: &Inside, name: &str, blocking: bool) -> Vec<Level> {
        let mut folder = inside.root.clone();
        let mut levels = Vec::new();
        for (depth, part) in inside.parts.iter().enumerate() {
            levels.extend(self.files.level(&folder.join(name), depth, Lines::All, blocking));
            folder.push(part);
        }
        levels
    }
}

/// A path under which the file is known.
struct View {
    path: PathBuf,
    /// Whether it is a folder.
    folder: bool,
    inside: Option<Inside>,
}

/// Where in the workspace a file is.
struct Inside {
    root: PathBuf,
    /// Names of the folders from the root to the file, and its own.
    parts: Vec<OsString>,
}

impl View {
    fn new(path: PathBuf, root: Option<PathBuf>, folder: bool) -> Self {
        let inside = root.and_then(|root| {
            let parts = parts(path.strip_prefix(&root).ok()?);
            Some(Inside { root, parts })
        });
        Self { path, folder, inside }
    }

    /// The ignore files that hold in its folder.
    fn levels(
        &self,
        glance: &Glance,
        kind: Kind,
        inside: &Inside,
        read: impl FnOnce() -> Vec<Level>,
    ) -> Arc<[Level]> {
        let folder = self.path.parent().unwrap_or(&self.path);
        glance.levels(kind, inside.parts.len(), folder, read)
    }
}

/// The ignore file that excludes the file at `parts`, or one of the folders it is in.
fn decide(levels: &[Level], parts: &[OsString], folder: bool) -> Option<PathBuf> {
    for len in 1..=parts.len() {
        let is_folder = folder || len < parts.len();
        for level in levels.iter().rev() {
            let Some(relative) = parts.get(level.depth..len).filter(|it| !it.is_empty()) else {
                continue;
            };
            match level.excludes(&relative.iter().collect::<PathBuf>(), is_folder) {
                Some(true) => return Some(level.file.clone()),
                Some(false) => break,
                None => {}
            }
        }
    }
    None
}

/// The names in `path`.
fn parts(path: &Path) -> Vec<OsString> {
    path.components()
        .filter_map(|component| match component {
            Component::Normal(name) => Some(name.to_owned()),
            _ => None,
        })
        .collect()
}

/// `path` without `.` and `..`, by its text alone.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests;
