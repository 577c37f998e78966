use super::SqliteStore;
use crate::{
    clock::Time,
    model::ApiToken,
    store::{StoreError, StoreResult, Tx, query::query},
};
use std::time::Duration;
use tokio::sync::oneshot;

async fn open(folder: &tempfile::TempDir) -> SqliteStore {
    SqliteStore::open(&folder.path().join("test.db")).await.expect("a database")
}

/// Writes `count` tokens at once, each with a long name. Returns how many were acknowledged.
async fn written(store: &SqliteStore, from: usize, count: usize) -> usize {
    let writers = (from..from + count).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let job = async move |tx: &mut Tx| {
                let name = "x".repeat(2_000);
                tx.add_token(&n.to_string(), &name, &n.to_be_bytes(), Time(0)).await
            };
            store.writer.write(job).await
        })
    });
    let mut acknowledged = 0;
    for writer in writers.collect::<Vec<_>>() {
        acknowledged += usize::from(writer.await.expect("an end").is_ok());
    }
    acknowledged
}

async fn tokens(store: &SqliteStore) -> Vec<ApiToken> {
    let mut tx = store.read().await.expect("a transaction");
    tx.tokens().await.expect("read")
}

/// Returns the rows of a statement on the writing connection.
async fn asked<T: crate::store::query::FromRow + Send + 'static>(
    store: &SqliteStore,
    statement: &'static str,
) -> Vec<T> {
    let job = async move |tx: &mut Tx| query(statement).fetch_all(tx).await;
    let rows: StoreResult<_> = store.writer.write(job).await;
    rows.expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_disk_is_full_nothing_is_acknowledged_that_is_not_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder).await;
    asked::<(i64,)>(&store, "PRAGMA max_page_count = 120").await;
    let acknowledged = written(&store, 0, 200).await;
    assert!(acknowledged < 200, "the disk is full");
    assert_eq!(tokens(&store).await.len(), acknowledged);
    // A new connection replaces the one that failed, and has no limit.
    assert_eq!(written(&store, 1_000, 20).await, 20);
    assert_eq!(tokens(&store).await.len(), acknowledged + 20);
}

#[tokio::test]
async fn sqlite_is_built_without_what_slows_each_statement_and_keeps_no_temporary_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder).await;
    let options: Vec<(String,)> = asked(&store, "PRAGMA compile_options").await;
    for slow in ["ENABLE_STAT4", "ENABLE_MEMORY_MANAGEMENT"] {
        assert!(!options.iter().any(|(option,)| option == slow), "{slow}: .cargo/config.toml");
    }
    assert!(options.iter().any(|(option,)| option == "DEFAULT_MEMSTATUS=0"), ".cargo/config.toml");
    assert_eq!(asked::<(i64,)>(&store, "PRAGMA temp_store").await, [(2,)], "memory");
    assert_eq!(asked::<(i64,)>(&store, "PRAGMA synchronous").await, [(2,)], "full");
    assert_eq!(asked::<(i64,)>(&store, "PRAGMA secure_delete").await, [(1,)]);
    assert_eq!(asked::<(i64,)>(&store, "PRAGMA foreign_keys").await, [(1,)]);
}

/// A job that waits for something else than the database.
type Waits = fn() -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_waits_or_panics_fails_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder).await;
    let waits: [Waits; 3] = [
        || Box::pin(tokio::task::yield_now()),
        || Box::pin(tokio::time::sleep(Duration::from_millis(1))),
        || {
            Box::pin(async {
                let (_other_end, never) = oneshot::channel::<()>();
                never.await.ok();
            })
        },
    ];
    for (n, wait) in waits.into_iter().enumerate() {
        let id = format!("waits {n}");
        let job = async move |tx: &mut Tx| {
            tx.add_token(&id, "never", id.as_bytes(), Time(0)).await?;
            wait().await;
            Ok::<_, StoreError>(())
        };
        let (failed, others) = tokio::join!(store.writer.write(job), written(&store, n * 100, 20));
        assert!(failed.is_err(), "{n}");
        assert_eq!(others, 20);
    }
    let names: Vec<_> = tokens(&store).await.into_iter().map(|token| token.name).collect();
    assert_eq!(names.len(), 60);
    assert!(!names.iter().any(|name| name == "never"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_gone_writes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder).await;
    let (go, wait) = std::sync::mpsc::channel::<()>();
    // A job that keeps the writer busy until it is let go.
    let busy = tokio::spawn({
        let store = store.clone();
        async move {
            let job = async move |_: &mut Tx| {
                wait.recv().ok();
                Ok::<_, StoreError>(())
            };
            store.writer.write(job).await
        }
    });
    let gone = tokio::spawn({
        let store = store.clone();
        async move {
            let job = async |tx: &mut Tx| tx.add_token("gone", "gone", b"gone", Time(0)).await;
            store.writer.write(job).await
        }
    });
    tokio::task::yield_now().await;
    gone.abort();
    assert!(gone.await.is_err());
    drop(go);
    busy.await.expect("an end").expect("done");
    assert_eq!(written(&store, 0, 1).await, 1);
    assert_eq!(tokens(&store).await.len(), 1);
}
