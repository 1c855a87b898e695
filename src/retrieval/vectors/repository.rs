//! What a repository and its branch are called, as Git keeps it.

use std::path::{Path, PathBuf};

/// What is known of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The repository's folder; the one that was asked for where it is in none.
    pub root: PathBuf,
    /// Its name by the remote `origin`, the same for everybody who cloned it by whatever address:
    /// `github.com/owner/name`.
    pub repository: Option<String>,
    /// The branch; none where a commit is checked out.
    pub branch: Option<String>,
}

/// Looks into the folder's `.git`. A worktree's is a file (gitrepository-layout(5)).
#[must_use]
pub fn look(folder: &Path) -> Known {
    let Some(root) = folder.ancestors().find(|folder| folder.join(".git").exists()) else {
        return Known { root: folder.to_path_buf(), ..Known::default() };
    };
    let dot = root.join(".git");
    let text = |file: PathBuf| std::fs::read_to_string(file).ok();
    let line = |file: PathBuf| text(file).map(|text| text.trim().to_owned());
    let own = match line(dot.clone()).as_deref().and_then(|line| line.strip_prefix("gitdir:")) {
        Some(folder) => root.join(folder.trim()),
        None => dot,
    };
    let common = line(own.join("commondir")).map_or_else(|| own.clone(), |path| own.join(path));
    let branch = line(own.join("HEAD"))
        .and_then(|head| Some(head.strip_prefix("ref: refs/heads/")?.to_owned()));
    let repository = text(common.join("config")).as_deref().and_then(origin).and_then(name);
    Known { root: root.to_path_buf(), repository, branch }
}

/// The address of the remote `origin` (git-config(1)).
fn origin(config: &str) -> Option<&str> {
    let mut inside = false;
    for line in config.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line == "[remote \"origin\"]";
        } else if inside
            && let Some((key, value)) = line.split_once('=')
            && key.trim().eq_ignore_ascii_case("url")
        {
            return Some(value.trim().trim_matches('"'));
        }
    }
    None
}

/// Host and path of an address, without user, password, port and `.git`.
fn name(url: &str) -> Option<String> {
    let rest = match url.split_once("://") {
        Some(("file", _)) => return None,
        Some((_, rest)) => rest.to_owned(),
        // `user@host:path`, as scp has it; a path has a slash before any colon.
        None => match url.split_once(':') {
            Some((host, path)) if !host.contains('/') && host.len() > 1 => format!("{host}/{path}"),
            _ => return None,
        },
    };
    let (host, path) = rest.split_once('/')?;
    let host = host.rsplit('@').next()?;
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let path = path.split(['?', '#']).next()?.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let name = format!("{}/{path}", host.to_ascii_lowercase());
    (!host.is_empty() && !path.is_empty() && !name.contains(char::is_control)).then_some(name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn one_name_for_every_address() {
        for (url, want) in [
            ("https://github.com/owner/name.git", Some("github.com/owner/name")),
            ("https://user:not-a-real-one@GitHub.com/owner/name", Some("github.com/owner/name")),
            ("git@github.com:owner/name.git", Some("github.com/owner/name")),
            ("ssh://git@github.com:22/owner/name.git/", Some("github.com/owner/name")),
            ("https://git.example/a/b/c?x#y", Some("git.example/a/b/c")),
            ("/srv/git/name.git", None),
            ("../name", None),
            ("file:///srv/name", None),
            ("C:\\name", None),
            ("https://github.com/", None),
            ("", None),
        ] {
            assert_eq!(name(url).as_deref(), want, "{url}");
        }
    }

    #[test]
    fn clones_worktrees_and_plain_folders() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        let write = |path: &str, text: &str| {
            std::fs::create_dir_all(at(path).parent().unwrap()).unwrap();
            std::fs::write(at(path), text).unwrap();
        };
        let config = "[core]\n\tbare = false\n[remote \"other\"]\n\turl = https://x/y\n[remote \"origin\"]\n\tfetch = +refs\n\turl = git@h.example:o/n.git\n";
        write("clone/.git/config", config);
        write("clone/.git/HEAD", "ref: refs/heads/feature/a\n");
        write("clone/src/a.rs", "");
        write("clone/.git/worktrees/w/HEAD", "ref: refs/heads/b\n");
        write("clone/.git/worktrees/w/commondir", "../..\n");
        let gitdir = at("clone/.git/worktrees/w");
        write("w/.git", &format!("gitdir: {}\n", gitdir.display()));
        write("detached/.git/HEAD", "0123456789abcdef0123456789abcdef01234567\n");
        std::fs::create_dir_all(at("plain")).unwrap();
        let name = Some("h.example/o/n".to_owned());
        for (path, root, repository, branch) in [
            ("clone/src", "clone", name.clone(), Some("feature/a")),
            ("w", "w", name, Some("b")),
            ("detached", "detached", None, None),
            ("plain", "plain", None, None),
        ] {
            let branch = branch.map(str::to_owned);
            assert_eq!(look(&at(path)), Known { root: at(root), repository, branch }, "{path}");
        }
    }
}
