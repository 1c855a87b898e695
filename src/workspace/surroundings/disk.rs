//! The files of a workspace folder, as far as they may stand in what a model is told.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::code;
use crate::context::reading::Files;
use crate::document::line_ending::normalise;
use crate::retrieval::index::Index;
use crate::retrieval::index::paths::join;
use crate::workspace::root_config::RootConfig;
use crate::workspace::verdicts::{Judge, Verdicts};

/// Entries of one folder that are looked at.
const ENTRIES: usize = 2_000;

/// A workspace folder on disk.
pub struct Disk {
    root: PathBuf,
    /// Where it really is: what a link leads out of it is not read.
    real: Option<PathBuf>,
    verdicts: Arc<Verdicts>,
    config: Arc<RootConfig>,
    glance: Option<Judge>,
}

impl Disk {
    /// A folder, by the rules that hold in it.
    #[must_use]
    pub(super) fn new(root: &Path, verdicts: Arc<Verdicts>, config: Arc<RootConfig>) -> Self {
        let real = root.canonicalize().ok();
        Self { root: root.to_path_buf(), real, verdicts, config, glance: None }
    }

    /// The same for many files at once: an ignore file that changes meanwhile is not seen.
    #[must_use]
    pub(super) fn at_a_glance(self) -> Self {
        let glance = Some(self.verdicts.judge_of(Some(&self.root)));
        Self { glance, ..self }
    }

    /// Whether what lies there may be told of: within the folder, and not kept from models.
    #[must_use]
    pub fn may_show(&self, path: &str) -> bool {
        let Some(path) = join("", path) else { return false };
        let file = self.root.join(path);
        let inside = |real: PathBuf| self.real.as_ref().is_some_and(|root| real.starts_with(root));
        let exact = || self.verdicts.judge(&file, Some(&self.root));
        let verdict = self.glance.as_ref().map_or_else(exact, |judge| judge.verdict(&file));
        verdict.blocked.is_none()
            && verdict.in_context
            && !self.config.ignores(&file)
            // What is gone is no link.
            && file.canonicalize().map_or(!file.is_symlink(), inside)
    }
}

impl Files for Disk {
    fn text(&self, path: &str) -> Option<String> {
        let file = self.root.join(join("", path)?);
        if !self.may_show(path) {
            return None;
        }
        // What nobody wrote is no example of anything.
        let read = if code::language(&file).is_some() { code::read } else { code::text };
        let text = read(&file).ok().flatten()?;
        Some(normalise(text.trim_start_matches('\u{feff}')))
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let Some(folder) = join("", folder) else { return Vec::new() };
        let entries = std::fs::read_dir(self.root.join(&folder)).into_iter().flatten().flatten();
        let mut names: Vec<String> = Vec::new();
        for entry in entries.take(ENTRIES) {
            let Ok(name) = entry.file_name().into_string() else { continue };
            let Ok(kind) = entry.file_type() else { continue };
            let below = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            if (kind.is_file() || kind.is_dir()) && self.may_show(&below) {
                names.push(if kind.is_dir() { format!("{name}/") } else { name });
            }
        }
        names.sort();
        names
    }
}

/// A folder's files, or fewer of them.
pub(super) struct Narrowed<'a> {
    pub disk: &'a Disk,
    /// What a command must stay with: the index's files but this one, whose text on disk may have what
    /// the document has not.
    pub only: Option<(&'a Index, &'a str)>,
}

impl Files for Narrowed<'_> {
    fn text(&self, path: &str) -> Option<String> {
        let strange = self.only.is_some_and(|(index, own)| path == own || index.id(path).is_none());
        if strange { None } else { self.disk.text(path) }
    }

    fn names(&self, folder: &str) -> Vec<String> {
        self.disk.names(folder)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::config::Layers;

    fn disk(root: &Path) -> Disk {
        let config = RootConfig::new(Some(root), Layers::default().resolve());
        Disk::new(root, Arc::default(), Arc::new(config))
    }

    #[test]
    fn only_text_that_may_be_told_of_is_read() {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("w");
        let write = |path: &str, bytes: &[u8]| {
            let path = home.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        };
        write("out.md", b"outside\n");
        write("w/.foretypeignore", b"private/\n");
        write("w/.gitignore", b"built/\n");
        write("w/.ignore", b"searched.md\n");
        write("w/searched.md", b"not by tools\n");
        write("w/a.md", b"\xef\xbb\xbfone\r\ntwo\r\n");
        write("w/latin.md", b"a plain sentence, and a caf\xe9\n");
        write("w/made.py", b"# @generated\ndef made(): pass\n");
        write("w/wide.md", b"\xff\xfea\0\n\0");
        write("w/.env", b"KEY=1\n");
        write("w/binary.md", b"a\0b");
        write("w/huge.md", &vec![b'x'; 1024 * 1024 + 1]);
        write("w/private/p.md", b"private\n");
        write("w/built/b.md", b"built\n");
        write("w/docs/d.md", b"docs\n");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(home.path().join("out.md"), root.join("link.md")).unwrap();
            std::os::unix::fs::symlink(&root, root.join("docs/again")).unwrap();
        }
        let disk = disk(&root);
        for (path, want) in [
            ("a.md", Some("one\ntwo\n")),
            ("latin.md", Some("a plain sentence, and a caf\u{e9}\n")),
            ("made.py", None),
            ("wide.md", Some("a\n")),
            ("docs/../a.md", Some("one\ntwo\n")),
            (".env", None),
            ("binary.md", None),
            ("huge.md", None),
            ("private/p.md", None),
            ("built/b.md", None),
            ("searched.md", None),
            ("../out.md", None),
            ("link.md", None),
            ("gone.md", None),
            ("docs", None),
        ] {
            assert_eq!(disk.text(path).as_deref(), want, "{path}");
        }
        let names = disk.names("");
        assert!(names.contains(&"docs/".to_owned()) && names.contains(&"a.md".to_owned()));
        for not in ["private/", "built/", ".env", "link.md"] {
            assert!(!names.contains(&not.to_owned()), "{not}: {names:?}");
        }
        assert_eq!(disk.names("docs"), ["d.md"]);
        assert!(disk.names("..").is_empty() && disk.names("gone").is_empty());
    }
}
