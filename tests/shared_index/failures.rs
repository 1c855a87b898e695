//! A database that is down, silent, slow, full, or gone in the middle; an embedder that changes.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use foretype::retrieval::shared::{Shared, SharedError, Wish};
use foretype::retrieval::vectors::push::PushError;
use foretype::retrieval::vectors::{ContentHash, StoreError, VectorStore};

use super::setting::*;
use crate::support::fake_backend::vector;
use crate::support::postgres::{PASSWORD, Postgres};

fn shared(error: StoreError) -> SharedError {
    match error {
        StoreError::Shared(error) => error,
        other => panic!("{other:?}"),
    }
}

/// What comes of an address, as a message.
async fn refused(url: &str) -> SharedError {
    let opened = Shared::open(&settings(url), false, Wish::Read, scope("main"), MODEL).await;
    let error = opened.err().unwrap();
    assert!(!format!("{error} {error:?}").contains(PASSWORD), "{error}");
    error
}

#[tokio::test]
async fn nobody_there_or_nobody_that_speaks() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let error = refused(&format!("postgresql://u:{PASSWORD}@127.0.0.1:{port}/d")).await;
    assert_eq!(error, SharedError::Down(format!("127.0.0.1:{port}/d")));
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let began = Instant::now();
    let url = format!("postgresql://u:{PASSWORD}@127.0.0.1:{port}/d?connect_timeout=1");
    assert!(matches!(refused(&url).await, SharedError::Down(_)));
    assert!(began.elapsed() < Duration::from_secs(8));
    // A web server, say.
    let (other, port) = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        (listener, port)
    };
    let answers = std::thread::spawn(move || {
        let (mut stream, _) = other.accept().unwrap();
        std::io::Write::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
    });
    let error = refused(&format!("postgresql://u:{PASSWORD}@127.0.0.1:{port}/d")).await;
    assert!(!matches!(error, SharedError::Refused(_)), "{error:?}");
    answers.join().unwrap();
}

#[tokio::test]
async fn wrong_user_password_or_database() {
    let Some(server) = Postgres::shared() else { return };
    let database = server.database().await;
    let good = database.url("foretype_reader");
    for url in [
        good.replace(PASSWORD, "wrong-marker"),
        good.replace("foretype_reader", "nobody_at_all"),
        good.replace(&database.name, "no_such_database"),
        database.bare_url("foretype_reader"),
    ] {
        let error = refused(&url).await;
        assert!(matches!(error, SharedError::Refused(_)), "{url}: {error:?}");
        assert!(!error.to_string().contains("wrong-marker"));
    }
    let admin = database.admin().await;
    let few = format!("ALTER DATABASE {} CONNECTION LIMIT 0", database.name);
    admin.batch_execute(&few).await.unwrap();
    assert!(matches!(refused(&good).await, SharedError::Crowded(_)));
}

#[tokio::test]
async fn a_slow_database_is_left_after_its_time() {
    let Some(server) = Postgres::shared() else { return };
    let database = server.database().await;
    migrate(&database).await;
    let mut settings = settings(&database.url("foretype_reader"));
    settings.timeout = Duration::from_millis(150);
    let scope = scope("main");
    let store = Shared::connect(&settings, false, Wish::Read, scope, MODEL).await.unwrap();
    let admin = database.admin().await;
    admin.batch_execute("BEGIN; LOCK TABLE foretype.chunks").await.unwrap();
    let began = Instant::now();
    let slow = store.nearest(&vector("a", DIMENSION), 3).await.unwrap_err();
    assert!(matches!(shared(slow), SharedError::Slow(_)));
    assert!(began.elapsed() < Duration::from_secs(5));
    admin.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(search(&store, "a", 3).await, [], "the connection is still good");
}

#[tokio::test]
async fn a_full_database_keeps_what_it_has() {
    let Some(server) = Postgres::shared() else { return };
    let database = server.database().await;
    migrate(&database).await;
    let (store, embedder) = (writer(&database, "main").await, Counting::new());
    push_texts(&store, &embedder, "main", &texts(0..9)).await.unwrap();
    let full = "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'no room for marker_of_a_row' USING ERRCODE = 'disk_full'; END $$;
        CREATE TRIGGER no_room BEFORE INSERT ON foretype.vectors_1 EXECUTE FUNCTION no_room()";
    let admin = database.admin().await;
    admin.batch_execute(full).await.unwrap();
    let pushed = push_texts(&store, &embedder, "main", &texts(0..20)).await;
    let Err(PushError::Store(error)) = pushed else { panic!("{pushed:?}") };
    let error = shared(error);
    assert!(matches!(error, SharedError::Full(_)), "{error:?}");
    assert!(!error.to_string().contains("marker_of_a_row"));
    assert_eq!(search(&store, "word1", 99).await.len(), 9);
    // There is room again: the same connection goes on.
    admin.batch_execute("DROP TRIGGER no_room ON foretype.vectors_1").await.unwrap();
    let pushed = push_texts(&store, &embedder, "main", &texts(0..20)).await.unwrap();
    assert_eq!(pushed.contents, 20);
    assert_eq!(search(&store, "word1", 99).await.len(), 20);
}

#[tokio::test]
async fn a_connection_that_is_cut_is_told() {
    let Some(server) = Postgres::shared() else { return };
    let database = server.database().await;
    migrate(&database).await;
    let store = open(&database, "foretype_reader", Wish::Read, "main").await.unwrap();
    let cut = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
        WHERE usename = 'foretype_reader' AND datname = current_database()";
    database.admin().await.query(cut, &[]).await.unwrap();
    let lost = store.nearest(&vector("a", DIMENSION), 3).await.unwrap_err();
    assert!(matches!(shared(lost), SharedError::Lost(_)));
}

#[tokio::test]
async fn an_embedder_that_changes_its_vectors_is_refused() {
    let Some(server) = Postgres::shared() else { return };
    let database = server.database().await;
    migrate(&database).await;
    let mut store = writer(&database, "main").await;
    let want = StoreError::Dimension { model: MODEL.into(), wanted: DIMENSION, got: 24 };
    assert_eq!(store.welcome(24).await.unwrap_err(), want);
    let put = store.put(vec![(ContentHash([1; 32]), vec![1.0; 24])]).await;
    assert_eq!(put.unwrap_err(), want);
    assert_eq!(store.nearest(&[1.0; 24], 3).await.unwrap_err(), want);
    assert!(want.to_string().contains("16 numbers"));
    // Numbers beyond half precision, and none at all.
    let (mut huge, zero) = (vec![1e30; DIMENSION], vec![0.0; DIMENSION]);
    huge[1] = -3e38;
    let vectors = vec![(ContentHash([1; 32]), huge), (ContentHash([2; 32]), zero.clone())];
    store.put(vectors).await.unwrap();
    assert_eq!(store.nearest(&zero, 3).await.unwrap(), []);
}
