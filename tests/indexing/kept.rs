//! The index that outlives the process: read back where it can be, built anew where not.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use foretype::document::text::Text;
use foretype::indexing::{Indexing, Reach, Stage};
use foretype::local::{Cursor, predict};
use foretype::workspace::verdicts::Verdicts;

use crate::{BEGUN, LINE, REST, file_with};

/// A workspace on disk, and a cache folder.
pub struct Disk {
    home: tempfile::TempDir,
    pub reach: Reach,
}

impl Disk {
    pub fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("work");
        fs::create_dir(&root).unwrap();
        Self { home, reach: Reach { roots: vec![root], ..Reach::default() } }
    }

    pub fn with_code() -> Self {
        let disk = Self::new();
        for name in ["first", "second", "third"] {
            disk.write(&format!("{name}.rs"), file_with(LINE, name));
        }
        disk
    }

    pub fn root(&self) -> PathBuf {
        self.home.path().join("work")
    }

    pub fn cache(&self) -> PathBuf {
        self.home.path().join("cache")
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.root().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Writes the user's own ignore file.
    pub fn rules(&self, text: &str) {
        fs::write(self.home.path().join("ignore"), text).unwrap();
    }

    /// Reads it to the end, as a session does.
    pub async fn read(&self) -> Indexing {
        self.read_with(|_| {}).await
    }

    /// With a document open, which has nothing in it yet.
    pub async fn read_beside(&self, open: &Path) -> Indexing {
        self.read_with(|indexing| indexing.text(open, &Text::from(""))).await
    }

    async fn read_with(&self, prepare: impl FnOnce(&Indexing)) -> Indexing {
        let verdicts = Verdicts::default();
        verdicts.set_global(Some(self.home.path().join("ignore")));
        let indexing = Indexing::new(Some(self.cache()), Arc::new(verdicts), Arc::default());
        indexing.set_reach(self.reach.clone());
        prepare(&indexing);
        indexing.wake();
        let mut stage = indexing.watch();
        let ready = stage.wait_for(|stage| matches!(stage, Stage::Ready { .. }));
        let waited = tokio::time::timeout(std::time::Duration::from_secs(15), ready).await;
        drop(waited.expect("the index is ready in time").unwrap());
        indexing
    }

    /// Reads it to the end: then it is kept.
    pub async fn keep(&self) -> PathBuf {
        drop(self.read().await);
        let [file] = &self.kept()[..] else { panic!("not one: {:?}", self.kept()) };
        file.clone()
    }

    /// The indexes in the cache folder.
    pub fn kept(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.cache()).into_iter().flatten().flatten();
        let files = entries.map(|entry| entry.path());
        files.filter(|path| path.extension().is_some_and(|ending| ending == "index")).collect()
    }
}

pub fn said(indexing: &Indexing, path: &Path) -> Option<String> {
    let (prefix, suffix) = BEGUN.split_once("$0").unwrap();
    let world = indexing.world();
    let path = path.to_string_lossy();
    let cursor = Cursor { path: &path, prefix, suffix, scope: &[] };
    predict(&world.index, &world.overlay, cursor, foretype::local::Caution::default())
        .map(|said| said.text)
}

fn is_right(indexing: &Indexing, disk: &Disk) {
    assert_eq!(said(indexing, &disk.root().join("begun.rs")).as_deref(), Some(REST));
}

#[tokio::test]
async fn it_is_read_back() {
    let disk = Disk::with_code();
    let file = disk.keep().await;
    let before = fs::metadata(&file).unwrap().modified().unwrap();
    let indexing = disk.read().await;
    is_right(&indexing, &disk);
    // Not built anew.
    assert_eq!(indexing.world().number, 1);
    drop(indexing);
    assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), before);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let disk = Disk::with_code();
    let file = disk.keep().await;
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn what_has_changed_since_is_taken_up() {
    let disk = Disk::with_code();
    disk.keep().await;
    const OTHER: &str = "    let settings = Settings::of_the_user(&home, Layer::Client)?;\n";
    for name in ["first", "second", "third"] {
        disk.write(&format!("{name}.rs"), file_with(OTHER, name));
    }
    let indexing = disk.read().await;
    let now = said(&indexing, &disk.root().join("begun.rs"));
    assert_eq!(now.as_deref(), Some("Settings::of_the_user(&home, Layer::Client)?;"));
    drop(indexing);
    for name in ["first", "second", "third"] {
        fs::remove_file(disk.root().join(format!("{name}.rs"))).unwrap();
    }
    let indexing = disk.read().await;
    assert_ne!(said(&indexing, &disk.root().join("begun.rs")).as_deref(), Some(REST));
}

#[tokio::test]
async fn what_cannot_be_used_is_built_anew() {
    type Spoil = fn(&mut Vec<u8>);
    let spoil: [(&str, Spoil); 5] = [
        ("torn", |bytes| bytes.truncate(bytes.len() / 2)),
        ("empty", Vec::clear),
        ("one bit", |bytes| bytes[100] ^= 1),
        ("another version", |bytes| bytes[8] = bytes[8].wrapping_add(1)),
        ("something else", |bytes| *bytes = b"fn main() {}\n".to_vec()),
    ];
    for (what, spoil) in spoil {
        let disk = Disk::with_code();
        let file = disk.keep().await;
        let good = fs::read(&file).unwrap();
        let mut bytes = good.clone();
        spoil(&mut bytes);
        fs::write(&file, &bytes).unwrap();
        let indexing = disk.read().await;
        is_right(&indexing, &disk);
        drop(indexing);
        let kept = async {
            while fs::read(&file).unwrap() != good {
                tokio::task::yield_now().await;
            }
        };
        let waited = tokio::time::timeout(std::time::Duration::from_secs(15), kept).await;
        assert!(waited.is_ok(), "{what}: it is not kept anew");
    }
}

#[tokio::test]
async fn without_a_place_for_it_there_is_one_all_the_same() {
    // A file where the folder should be: nobody can write there, not even root.
    let disk = Disk::with_code();
    fs::write(disk.cache(), "").unwrap();
    is_right(&disk.read().await, &disk);
    assert!(disk.cache().is_file());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_leaves_what_there_was() {
    let disk = Disk::with_code();
    let file = disk.keep().await;
    let old = fs::read(&file).unwrap();
    // So many changes that it is built and kept anew, through a link to where no byte has room.
    for number in 0..40 {
        disk.write(&format!("more/file_{number}.rs"), file_with(LINE, "more"));
    }
    let name = file.file_name().unwrap().to_str().unwrap();
    let part = disk.cache().join(format!("{name}.{}.part", std::process::id()));
    std::os::unix::fs::symlink("/dev/full", &part).unwrap();
    let indexing = disk.read().await;
    is_right(&indexing, &disk);
    assert_eq!(indexing.world().index.files().len(), 43);
    drop(indexing);
    // The part is taken away after the failure.
    let gone = async {
        while part.symlink_metadata().is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(15), gone).await.unwrap();
    assert_eq!(fs::read(&file).unwrap(), old);
}
