//! Folders with what no folder should have: what can be read is used, the rest is counted.

use std::fs;

use foretype::indexing::{LeftOut, Stage};

use crate::kept::{Disk, said};
use crate::{LINE, REST, file_with};

fn left_out(stage: Stage) -> (usize, LeftOut) {
    match stage {
        Stage::Ready { files, left_out, .. } => (files, left_out),
        other => panic!("not ready: {other:?}"),
    }
}

#[tokio::test]
async fn a_file_of_500_mb_is_left_out_and_counted() {
    let disk = Disk::with_code();
    let huge = fs::File::create(disk.root().join("huge.rs")).unwrap();
    huge.set_len(500 * 1024 * 1024).unwrap();
    let indexing = disk.read().await;
    let stage = *indexing.watch().borrow();
    assert_eq!(left_out(stage), (3, LeftOut { too_large: 1, ..LeftOut::default() }));
}

#[cfg(unix)]
#[tokio::test]
async fn what_cannot_be_read_is_counted() {
    use std::os::unix::fs::PermissionsExt;
    let disk = Disk::with_code();
    let locked = disk.write("locked.rs", file_with(LINE, "locked"));
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    // Root reads everything.
    let unreadable = usize::from(fs::read(&locked).is_err());
    let indexing = disk.read().await;
    let stage = *indexing.watch().borrow();
    let want = LeftOut { unreadable, ..LeftOut::default() };
    assert_eq!(left_out(stage), (4 - unreadable, want));
}

#[cfg(unix)]
#[tokio::test]
async fn links_pipes_and_circles_are_passed_by() {
    let disk = Disk::with_code();
    let link = |to: &std::path::Path, name: &str| {
        std::os::unix::fs::symlink(to, disk.root().join(name)).unwrap();
    };
    link(&disk.root(), "circle");
    link(&disk.root().join("first.rs"), "linked.rs");
    link(&disk.root().join("nowhere.rs"), "dangling.rs");
    link(&disk.root().join("self.rs"), "self.rs");
    let pipe = disk.root().join("pipe.rs");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let indexing = disk.read().await;
    let stage = *indexing.watch().borrow();
    assert_eq!(left_out(stage), (3, LeftOut::default()));
    // Nor when the editor says that it has changed: what comes after it is taken up.
    disk.write("fourth.rs", [file_with(LINE, "four"), file_with(LINE, "five")].concat());
    for name in ["first.rs", "second.rs", "third.rs"] {
        fs::remove_file(disk.root().join(name)).unwrap();
    }
    let names = ["pipe.rs", "self.rs", "circle", "first.rs", "second.rs", "third.rs", "fourth.rs"];
    let before = indexing.world().number;
    indexing.changed(names.map(|name| disk.root().join(name)).to_vec());
    let waited = tokio::time::timeout(std::time::Duration::from_secs(15), async {
        while indexing.world().number == before {
            tokio::task::yield_now().await;
        }
    });
    waited.await.unwrap();
    assert_eq!(said(&indexing, &disk.root().join("begun.rs")).as_deref(), Some(REST));
}

#[tokio::test]
async fn a_file_that_changes_while_it_is_read_does_no_harm() {
    let disk = Disk::with_code();
    let (path, text) = (disk.root().join("restless.rs"), file_with(LINE, "restless").repeat(200));
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let writer = std::thread::spawn({
        let stop = std::sync::Arc::clone(&stop);
        move || {
            let mut cut = 1;
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                // Truncated, grown, in mid-character, gone.
                cut = (cut * 7_919 + 13) % text.len();
                fs::write(&path, &text.as_bytes()[..cut]).unwrap();
                if cut % 5 == 0 {
                    let _ = fs::remove_file(&path);
                }
            }
        }
    });
    for _ in 0..20 {
        let indexing = disk.read().await;
        let (files, left) = left_out(*indexing.watch().borrow());
        assert!((3..=4).contains(&files) && left.too_large == 0, "{files} {left:?}");
        assert_eq!(said(&indexing, &disk.root().join("begun.rs")).as_deref(), Some(REST));
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    writer.join().unwrap();
}
