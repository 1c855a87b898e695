//! Files by path, folder and file name, and what the workspace's manifests say of folders.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use super::FileId;
use super::manifests::Manifests;

/// The tables of paths.
#[derive(Default, Clone)]
pub struct Paths {
    ids: HashMap<Arc<str>, FileId>,
    folders: HashMap<Box<str>, Vec<FileId>>,
    file_names: HashMap<Box<str>, Vec<Arc<str>>>,
    /// Folders by their last part.
    folder_names: HashMap<Box<str>, Vec<Box<str>>>,
    pub(super) manifests: Arc<Manifests>,
    python_roots: OnceLock<Vec<Box<str>>>,
}

impl Paths {
    /// A file's number.
    #[must_use]
    pub fn id(&self, path: &str) -> Option<FileId> {
        self.ids.get(path).copied()
    }

    /// The files that lie right in a folder, in the order in which they came.
    #[must_use]
    pub fn folder(&self, folder: &str) -> &[FileId] {
        self.folders.get(folder).map_or(&[], |files| files.as_slice())
    }

    /// The paths of the files of that name, ascending.
    #[must_use]
    pub fn named(&self, file_name: &str) -> &[Arc<str>] {
        self.file_names.get(file_name).map_or(&[], |paths| paths.as_slice())
    }

    /// Folders whose path ends with `suffix`, whole parts; ascending.
    pub fn folders_ending<'a>(&'a self, suffix: &'a str) -> impl Iterator<Item = &'a str> {
        let last = suffix.rsplit('/').next().unwrap_or(suffix);
        let named = self.folder_names.get(last).map_or(&[][..], |folders| folders.as_slice());
        named.iter().map(AsRef::as_ref).filter(move |folder| ends_with(folder, suffix))
    }

    /// What the manifests say.
    #[must_use]
    pub fn manifests(&self) -> &Manifests {
        &self.manifests
    }

    /// The folders that Python's absolute imports may start from, ascending.
    #[must_use]
    pub fn python_roots(&self) -> &[Box<str>] {
        self.python_roots.get_or_init(|| {
            let mut roots: BTreeSet<Box<str>> = BTreeSet::from(["".into(), "src".into()]);
            for path in self.named("__init__.py") {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                let parent = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
                let inside = format!("{parent}/__init__.py");
                if !self.ids.contains_key(inside.trim_start_matches('/')) {
                    roots.insert(parent.into());
                }
            }
            roots.into_iter().collect()
        })
    }

    pub(super) fn add(&mut self, path: &Arc<str>, id: FileId) {
        self.ids.insert(Arc::clone(path), id);
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if name == "__init__.py" {
            self.python_roots = OnceLock::new();
        }
        if !self.folders.contains_key(folder) {
            let last = folder.rsplit('/').next().unwrap_or(folder);
            let folders = self.folder_names.entry(last.into()).or_default();
            let at = folders.partition_point(|other| &**other < folder);
            folders.insert(at, folder.into());
        }
        self.folders.entry(folder.into()).or_default().push(id);
        let named = self.file_names.entry(name.into()).or_default();
        let at = named.partition_point(|other| other < path);
        named.insert(at, Arc::clone(path));
    }

    pub(super) fn remove(&mut self, path: &str, id: FileId) {
        self.ids.remove(path);
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if name == "__init__.py" {
            self.python_roots = OnceLock::new();
        }
        if let Some(files) = self.folders.get_mut(folder) {
            files.retain(|file| *file != id);
            if files.is_empty() {
                self.folders.remove(folder);
                let last = folder.rsplit('/').next().unwrap_or(folder);
                if let Some(folders) = self.folder_names.get_mut(last) {
                    folders.retain(|other| &**other != folder);
                }
            }
        }
        if let Some(named) = self.file_names.get_mut(name) {
            named.retain(|other| &**other != path);
        }
    }
}

/// Whether a path ends with whole parts.
#[must_use]
pub fn ends_with(path: &str, suffix: &str) -> bool {
    path.strip_suffix(suffix).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// A path with `.` and `..` resolved; `None` where it leaves the workspace.
#[must_use]
pub fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
