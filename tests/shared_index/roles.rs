//! Who may do what, and which schemas are taken.

use foretype::retrieval::shared::schema::{Found, STEPS};
use foretype::retrieval::shared::{Rights, Shared, SharedError, Wish};
use foretype::retrieval::vectors::push::PushError;
use foretype::retrieval::vectors::{ContentHash, StoreError, VectorStore};

use super::setting::*;
use crate::support::postgres::{Database, Postgres};

fn today() -> i32 {
    i32::try_from(STEPS.len()).unwrap()
}

async fn owner(database: &Database) -> Shared {
    let settings = settings(&database.url("foretype_owner"));
    Shared::open(&settings, false, Wish::Write, scope("main"), MODEL).await.unwrap()
}

#[tokio::test]
async fn each_role_does_its_own_and_no_more() {
    let Some(server) = Postgres::shared() else { return };
    let database = server.database().await;
    migrate(&database).await;
    let embedder = Counting::new();
    let writer = writer(&database, "main").await;
    push_texts(&writer, &embedder, "main", &texts(0..9)).await.unwrap();
    let reader = open(&database, "foretype_reader", Wish::Read, "main").await.unwrap();
    assert_eq!(search(&reader, "word1", 3).await.len(), 3);
    for (role, rights) in [
        ("foretype_reader", Rights::Reader),
        ("foretype_writer", Rights::Writer),
        ("foretype_owner", Rights::Owner),
    ] {
        let store = open(&database, role, Wish::Read, "main").await.unwrap();
        assert_eq!(store.status().await.unwrap().rights, rights);
    }

    // A reader that would push.
    let mut reader = open(&database, "foretype_reader", Wish::Write, "main").await.unwrap();
    reader.begin().await.unwrap();
    let pushed = push_texts(&reader, &embedder, "main", &texts(0..12)).await;
    let Err(PushError::Store(StoreError::Shared(error))) = pushed else { panic!("{pushed:?}") };
    assert!(matches!(error, SharedError::ReadOnly(_)), "{error:?}");
    assert!(error.to_string().contains("foretype_writer"), "{error}");
    assert_eq!(embedder.counted().0, 9, "nothing was embedded in vain");
    // A writer in a connection for searching.
    let store = open(&database, "foretype_writer", Wish::Read, "main").await.unwrap();
    assert!(store.claim(vec![ContentHash([1; 32])]).await.is_err());
    // A writer changes neither the schema nor the models.
    let settings = settings(&database.url("foretype_writer"));
    for statement in [
        "INSERT INTO foretype.version (step) VALUES (99)",
        "INSERT INTO foretype.models (name, dimension) VALUES ('x', 1)",
        "DROP TABLE foretype.chunks",
        "CREATE TABLE foretype.x ()",
    ] {
        let url = database.url("foretype_writer");
        let (client, connection) =
            tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        let error = client.batch_execute(statement).await.unwrap_err();
        assert_eq!(error.code().unwrap().code(), "42501", "{statement}");
    }
    let scope = scope("main");
    let mut other = Shared::connect(&settings, false, Wish::Write, scope, "e-2").await.unwrap();
    let refused = other.welcome(DIMENSION).await;
    let Err(StoreError::Shared(SharedError::NoModel(_, model))) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(model, "e-2");
    // Searching without a model's vectors finds nothing.
    assert_eq!(search(&other, "word1", 3).await, []);
}

#[tokio::test]
async fn the_owner_makes_the_tables_once() {
    let Some(server) = Postgres::shared() else { return };
    let database = server.database().await;
    let missing = open(&database, "foretype_writer", Wish::Write, "main").await.err().unwrap();
    assert!(matches!(missing, SharedError::Missing(_)), "{missing:?}");
    let (mut one, mut other) = (owner(&database).await, owner(&database).await);
    let (first, second) = tokio::join!(one.migrate(), other.migrate());
    let mut found = [first.unwrap(), second.unwrap()];
    found.sort_by_key(|found| *found != Found::Nothing);
    assert_eq!(found, [Found::Nothing, Found::Step(today())]);
    let (first, second) = tokio::join!(one.welcome(DIMENSION), other.welcome(DIMENSION));
    first.and(second).unwrap();
    assert_eq!(one.status().await.unwrap().models.len(), 1);
    let settings = settings(&database.url("foretype_writer"));
    let mut writer =
        Shared::open(&settings, false, Wish::Write, scope("main"), MODEL).await.unwrap();
    // It has nothing to do: whoever asks may.
    assert_eq!(writer.migrate().await.unwrap(), Found::Step(today()));
}

#[tokio::test]
async fn an_earlier_schema_is_migrated_by_its_owner_and_keeps_what_it_has() {
    let Some(server) = Postgres::shared() else { return };
    let database = server.database().await;
    migrate(&database).await;
    let embedder = Counting::new();
    let store = writer(&database, "main").await;
    push_texts(&store, &embedder, "main", &texts(0..9)).await.unwrap();
    drop(store);
    let back = "DROP TABLE foretype.claims; DELETE FROM foretype.version WHERE step = 2";
    database.admin().await.batch_execute(back).await.unwrap();
    for role in ["foretype_reader", "foretype_writer", "foretype_owner"] {
        let older = open(&database, role, Wish::Write, "main").await.err().unwrap();
        assert!(matches!(older, SharedError::Older(_, 1, step) if step == today()), "{older:?}");
        assert!(older.to_string().contains("foretype index migrate"), "{older}");
    }
    let write = settings(&database.url("foretype_writer"));
    let mut writes = Shared::open(&write, false, Wish::Write, scope("main"), MODEL).await.unwrap();
    assert!(matches!(writes.migrate().await, Err(SharedError::ReadOnly(_))));
    assert_eq!(owner(&database).await.migrate().await.unwrap(), Found::Step(1));
    let store = writer(&database, "main").await;
    let pushed = push_texts(&store, &embedder, "main", &texts(0..10)).await.unwrap();
    assert_eq!((pushed.embedded, pushed.contents), (1, 10));
}

#[tokio::test]
async fn a_later_schema_another_program_s_and_none_are_refused() {
    let Some(server) = Postgres::shared() else { return };
    let later = server.database().await;
    migrate(&later).await;
    let step = today() + 1;
    let insert = format!("INSERT INTO foretype.version (step) VALUES ({step})");
    later.admin().await.batch_execute(&insert).await.unwrap();
    let error = open(&later, "foretype_reader", Wish::Read, "main").await.err().unwrap();
    assert!(matches!(error, SharedError::Newer(_, had, _) if had == step), "{error:?}");
    assert!(error.to_string().contains("update foretype"), "{error}");
    assert!(matches!(owner(&later).await.migrate().await, Err(SharedError::Newer(..))));

    let foreign = server.database().await;
    let table = "CREATE TABLE foretype.something (a int)";
    foreign.admin().await.batch_execute(table).await.unwrap();
    assert!(matches!(owner(&foreign).await.migrate().await, Err(SharedError::Foreign(_))));

    let bare = server.bare_database().await;
    assert!(matches!(owner(&bare).await.migrate().await, Err(SharedError::NoVector(_))));
    // pgvector in a schema of its own.
    let own = "CREATE SCHEMA extensions; CREATE EXTENSION vector SCHEMA extensions;
        GRANT USAGE ON SCHEMA extensions TO PUBLIC; CREATE SCHEMA foretype AUTHORIZATION foretype_owner";
    bare.admin().await.batch_execute(own).await.unwrap();
    let mut owner = owner(&bare).await;
    owner.migrate().await.unwrap();
    owner.welcome(DIMENSION).await.unwrap();
    owner.begin().await.unwrap();
    let embedder = Counting::new();
    push_texts(&owner, &embedder, "main", &texts(0..5)).await.unwrap();
    assert_eq!(search(&owner, "word1", 3).await.len(), 3);
}
