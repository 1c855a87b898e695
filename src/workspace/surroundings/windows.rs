//! Files in windows, as they were when one of their folder was looked at last.

use std::path::Path;

use parking_lot::Mutex;

use crate::context::sources::similar::Prepared;

/// Folders that are remembered: those whose files are worked on.
const FOLDERS: usize = 4;

/// The windows of each folder, the one used last at the end.
#[derive(Default)]
pub(super) struct Windows {
    folders: Mutex<Vec<(String, Prepared)>>,
}

impl Windows {
    /// Those of the files beside one.
    pub(super) fn beside(&self, file: &Path) -> Prepared {
        let folders = self.folders.lock();
        let known = folders.iter().find(|(folder, _)| *folder == key(file));
        known.map(|(_, prepared)| prepared.clone()).unwrap_or_default()
    }

    /// What may be shown has changed: nothing is remembered.
    pub(super) fn clear(&self) {
        self.folders.lock().clear();
    }

    /// They have been read.
    pub(super) fn put(&self, file: &Path, prepared: Prepared) {
        let mut folders = self.folders.lock();
        folders.retain(|(folder, _)| *folder != key(file));
        if folders.len() >= FOLDERS {
            folders.remove(0);
        }
        folders.push((key(file), prepared));
    }
}

fn key(file: &Path) -> String {
    file.parent().map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::need::fixture::World;
    use crate::context::sources::similar::{prepare, similar_in};

    #[test]
    fn the_folders_that_were_looked_at_last_are_remembered() {
        let code = "fn go(pool: &Pool, order: Order) {\n    let client = pool.checkout();\n    client.insert(order);\n";
        let world = World::new("src/a.rs", &format!("{code}$0}}\n"))
            .file("src/b.rs", &code.repeat(2).replace("go", "other"));
        let prepared = prepare(&world.need(), &Prepared::default());
        let windows = Windows::default();
        let knows = |folder: usize| {
            let known = windows.beside(Path::new(&format!("/w{folder}/c.rs")));
            !similar_in(&known, &world.need(), 1_000).is_empty()
        };
        for folder in 0..=FOLDERS {
            windows.put(Path::new(&format!("/w{folder}/a.rs")), prepared.clone());
            // Looked at again it is the last one.
            windows.put(Path::new("/w0/a.rs"), prepared.clone());
            assert!(knows(folder) && knows(0), "{folder}");
        }
        assert!(!knows(1) && !knows(FOLDERS + 1));
        windows.clear();
        assert!(!knows(0));
    }
}
