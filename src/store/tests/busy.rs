use super::*;

/// A file that is locked when it is first opened is used once it is free; nothing is lost.
#[tokio::test]
async fn a_file_that_is_busy_at_the_start_is_used_later() {
    let folder = tempfile::tempdir().unwrap();
    works(folder.path()).await;
    let other = Connection::open(folder.path().join(FILE)).unwrap();
    // Its last user may still be about to close it.
    other.busy_timeout(Duration::from_secs(5)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE; UPDATE daily SET prompt = prompt").unwrap();
    let store = Store::new(Some(folder.path().to_path_buf()));
    store.record(now_used(None));
    store.flush().await;
    let said = store.problem().unwrap();
    assert!(said.contains("is busy; foretype tries again"), "{said}");
    other.execute_batch("COMMIT").unwrap();
    let mut today = store.watch_today();
    today.wait_for(|today| today.is_some_and(|today| today.requests == 2)).await.unwrap();
    assert_eq!(store.problem(), None);
    let kept: i64 = other.query_row("SELECT count(*) FROM requests", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 2);
}
