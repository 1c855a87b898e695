//! What is read, and what has no room.

use foretype::indexing::{LeftOut, Stage};
use foretype::local::Limits;

use crate::kept::{Disk, said};
use crate::{LINE, REST, file_with};

fn ready(stage: Stage) -> (usize, usize, LeftOut) {
    match stage {
        Stage::Ready { files, tokens, left_out } => (files, tokens, left_out),
        other => panic!("not ready: {other:?}"),
    }
}

#[tokio::test]
async fn what_has_no_room_is_counted_and_the_near_comes_first() {
    let mut disk = Disk::new();
    for number in 0..60 {
        let name = format!("far/away/file_{number}.rs");
        disk.write(&name, "pub fn something(else_where: u8) -> u8 { else_where }\n".repeat(8));
    }
    for name in ["first", "second", "third"] {
        disk.write(&format!("near/{name}.rs"), file_with(LINE, name));
    }
    disk.reach.limits = Limits { tokens: 1_000 };
    let open = disk.root().join("near/begun.rs");
    let indexing = disk.read_beside(&open).await;
    let (files, tokens, left_out) = ready(*indexing.watch().borrow());
    assert!(files >= 3 && tokens <= 1_000, "{files} files, {tokens} tokens");
    assert_eq!(left_out, LeftOut { no_room: 63 - files, ..LeftOut::default() });
    assert_eq!(said(&indexing, &open).as_deref(), Some(REST));
    // So it is of the index that was kept.
    drop(indexing);
    let again = disk.read_beside(&open).await;
    assert_eq!(ready(*again.watch().borrow()).2, left_out);
}

#[tokio::test]
async fn dependencies_are_read_where_they_are_asked_for() {
    let mut disk = Disk::new();
    disk.write(".ignore", "vendor/\n");
    disk.write(".foretypeignore", "vendor/private/\n");
    disk.write("vendor/private/hidden.rs", file_with(LINE, "hidden"));
    for name in ["first", "second", "third"] {
        disk.write(&format!("vendor/their/{name}.rs"), file_with(LINE, name));
    }
    disk.write("own.rs", "pub fn own() {}\n");
    let open = disk.root().join("begun.rs");
    let indexing = disk.read().await;
    assert_eq!(ready(*indexing.watch().borrow()).0, 1);
    assert_ne!(said(&indexing, &open).as_deref(), Some(REST));
    disk.reach.dependencies = true;
    let indexing = disk.read().await;
    assert_eq!(ready(*indexing.watch().borrow()).0, 4);
    assert_eq!(said(&indexing, &open).as_deref(), Some(REST));
}

#[tokio::test]
async fn the_users_own_rules_hold() {
    let disk = Disk::with_code();
    disk.rules("second.rs\n");
    let indexing = disk.read().await;
    assert_eq!(ready(*indexing.watch().borrow()).0, 2);
}

#[tokio::test]
async fn what_the_configuration_ignores_is_not_read() {
    let mut disk = Disk::with_code();
    disk.keep().await;
    disk.reach.ignore =
        vec![(disk.root(), ["fir*", "/second.rs", "th*"].map(str::to_owned).to_vec())];
    let indexing = disk.read().await;
    // It was kept from before, and is out of use.
    assert_ne!(said(&indexing, &disk.root().join("begun.rs")).as_deref(), Some(REST));
    let mut fresh = Disk::with_code();
    fresh.reach.ignore = vec![(fresh.root(), vec!["second.rs".to_owned()])];
    let indexing = fresh.read().await;
    assert_eq!(ready(*indexing.watch().borrow()).0, 2);
}
