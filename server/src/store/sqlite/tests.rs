use super::SqliteStore;
use crate::{clock::Time, model::ApiToken, store::Store};
use std::sync::Arc;

/// Writes `count` tokens at once, each with a long name. Returns how many were acknowledged.
async fn written(store: &Arc<SqliteStore>, from: usize, count: usize) -> usize {
    let writers = (from..from + count).map(|n| {
        let store = Arc::clone(store);
        tokio::spawn(async move {
            let mut tx = store.write().await?;
            let name = "x".repeat(2_000);
            tx.add_token(&n.to_string(), &name, &n.to_be_bytes(), Time(0)).await?;
            tx.commit().await
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

#[tokio::test(flavor = "multi_thread")]
async fn where_the_disk_is_full_nothing_is_acknowledged_that_is_not_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(&folder.path().join("test.db")).await.expect("a database");
    let store = Arc::new(store);
    let limit = |command: &'static str| {
        let store = Arc::clone(&store);
        async move {
            let mut turn = store.writer.turn().await.expect("a turn");
            sqlx::query(command).execute(&mut *turn).await.expect("limited");
        }
    };
    limit("PRAGMA max_page_count = 120").await;
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
    let store = SqliteStore::open(&folder.path().join("test.db")).await.expect("a database");
    let mut turn = store.writer.turn().await.expect("a turn");
    let options: Vec<(String,)> =
        sqlx::query_as("PRAGMA compile_options").fetch_all(&mut *turn).await.expect("the options");
    for slow in ["ENABLE_STAT4", "ENABLE_MEMORY_MANAGEMENT"] {
        assert!(!options.iter().any(|(option,)| option == slow), "{slow}: .cargo/config.toml");
    }
    let (place,): (i64,) =
        sqlx::query_as("PRAGMA temp_store").fetch_one(&mut *turn).await.expect("the setting");
    assert_eq!(place, 2, "memory");
}
