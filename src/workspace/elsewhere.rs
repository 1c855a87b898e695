//! Workspace folders that are not this machine's, as `vscode-vfs://github/owner/project`: what is in them
//! is matched to ignore rules by its path, for nobody can read the files there.

use std::path::{Component, Path, PathBuf};

use percent_encoding::percent_decode_str;

use crate::document::uri::DocumentUri;

/// A notebook's cells have the notebook's authority and path under a scheme of their own.
const CELL: &str = "vscode-notebook-cell";

/// The folders.
#[derive(Debug, Default)]
pub struct Elsewhere(Vec<Place>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    scheme: String,
    authority: String,
    path: PathBuf,
}

/// Where a document is below such a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Below {
    /// The folder's path.
    pub root: PathBuf,
    /// The document's path in it.
    pub path: PathBuf,
}

impl Elsewhere {
    /// Adds folders and takes others out; URIs of files are none of them.
    pub fn change(&mut self, added: &[DocumentUri], removed: &[DocumentUri]) {
        let places = |uris: &[DocumentUri]| uris.iter().filter_map(place).collect::<Vec<_>>();
        let (added, removed) = (places(added), places(removed));
        self.0.retain(|known| !removed.contains(known));
        for place in added {
            if !self.0.contains(&place) {
                self.0.push(place);
            }
        }
    }

    /// Where a document is: below the innermost of the folders of its scheme and authority.
    #[must_use]
    pub fn below(&self, uri: &DocumentUri) -> Option<Below> {
        if self.0.is_empty() {
            return None;
        }
        let own = place(uri)?;
        let holds = |folder: &&Place| {
            (folder.scheme == own.scheme || own.scheme == CELL)
                && folder.authority == own.authority
                && own.path.starts_with(&folder.path)
        };
        let folder =
            self.0.iter().filter(holds).max_by_key(|folder| folder.path.as_os_str().len())?;
        let path = own.path.strip_prefix(&folder.path).ok()?.to_path_buf();
        Some(Below { root: folder.path.clone(), path })
    }
}

/// A URI's parts (RFC 3986, section 3), its path without `.` and `..`.
fn place(uri: &DocumentUri) -> Option<Place> {
    let (scheme, rest) = uri.as_str().split_once("://")?;
    if scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let path = percent_decode_str(path).decode_utf8_lossy();
    let mut plain = PathBuf::from("/");
    for part in Path::new(path.as_ref()).components() {
        match part {
            Component::Normal(name) => plain.push(name),
            Component::ParentDir => {
                plain.pop();
            }
            _ => {}
        }
    }
    let authority = percent_decode_str(authority).decode_utf8_lossy().to_lowercase();
    Some(Place { scheme: scheme.to_lowercase(), authority, path: plain })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_scheme_authority_and_path() {
        let uris = |all: &[&str]| all.iter().map(|uri| DocumentUri::new(uri)).collect::<Vec<_>>();
        let mut all = Elsewhere::default();
        all.change(
            &uris(&[
                "vscode-vfs://github/me/one",
                "vscode-vfs://github/me/one/inner/",
                "vscode-remote://ssh-remote%2Bhost/home/u/p",
                "file:///home/u/q",
            ]),
            &[],
        );
        let below = |all: &Elsewhere, uri: &str| {
            let below = all.below(&DocumentUri::new(uri))?;
            Some(format!("{} {}", below.root.display(), below.path.display()))
        };
        for (uri, want) in [
            ("vscode-vfs://github/me/one/a%20b/c.rs", Some("/me/one a b/c.rs")),
            ("vscode-vfs://GitHub/me/one/c.rs?x#y", Some("/me/one c.rs")),
            ("vscode-vfs://github/me/one/inner/c.rs", Some("/me/one/inner c.rs")),
            ("vscode-vfs://github/me/one/inner/../c.rs", Some("/me/one c.rs")),
            ("vscode-vfs://github/me/one/../two/c.rs", None),
            ("vscode-vfs://github/me/once/c.rs", None),
            ("vscode-vfs://gitlab/me/one/c.rs", None),
            ("other://github/me/one/c.rs", None),
            ("vscode-notebook-cell://github/me/one/a.ipynb#X1", Some("/me/one a.ipynb")),
            ("vscode-remote://ssh-remote+host/home/u/p/s/k.py", Some("/home/u/p s/k.py")),
            ("file:///me/one/c.rs", None),
            ("untitled:Untitled-1", None),
        ] {
            assert_eq!(below(&all, uri).as_deref(), want, "{uri}");
        }
        all.change(&[], &uris(&["vscode-vfs://github/me/one/"]));
        assert_eq!(below(&all, "vscode-vfs://github/me/one/c.rs"), None);
    }
}
