//! The contract of servers beside each other, and fresh databases.

use super::{NOW, after, ground, postgres, write};
use crate::{
    clock::Time,
    config::Database,
    model::{Event, Invitation},
    store::{Health, PostgresStore, SqliteStore, StoreError, Tx},
};
use test_support::fresh_postgres::FreshPostgres;

/// Opens a fresh database from many tasks at once.
async fn opened_at_once<S: Send + 'static, F>(open: impl Fn() -> F)
where
    F: Future<Output = Result<S, StoreError>> + Send + 'static,
{
    let opening: Vec<_> = (0..8).map(|_| tokio::spawn(open())).collect();
    for opened in opening {
        opened.await.expect("ran").map(drop).expect("opened");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_on_a_fresh_file_don_t_stumble_over_each_other() {
    let folder = tempfile::tempdir().expect("a folder");
    // Two must collide at one moment, which they do once in forty rounds.
    for round in 0..50 {
        let path = folder.path().join(format!("{round}.db"));
        opened_at_once(|| {
            let path = path.clone();
            async move { SqliteStore::open(&path).await }
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_on_a_fresh_database_don_t_stumble_over_each_other() {
    let fresh = FreshPostgres::empty().await;
    opened_at_once(|| {
        let url = fresh.url.clone();
        async move { PostgresStore::open(&url).await }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_somebody_who_hangs_is_refused_and_others_go_on() {
    let fresh = FreshPostgres::with_tables().await;
    let store = postgres(&fresh).await;
    ground(&store).await;
    let other = store.clone();
    write(&store, async move |tx| {
        tx.lock_invitation("i").await.expect("locked");
        let waiting = tokio::spawn({
            let store = other.clone();
            async move { store.write(async |tx| tx.lock_invitation("i").await).await }
        });
        write(&other, async |tx| {
            tx.lock_meeting("m").await.expect("locked");
            tx.add_event("m", &Event::new("sent", Some("i"), NOW)).await.expect("added");
        })
        .await;
        assert!(waiting.await.expect("ran").is_err());
    })
    .await;
    write(&store, async |tx| tx.lock_invitation("i").await.expect("locked")).await;
}

/// Waits until a transaction waits for another in that database, or has ended without waiting.
async fn waits_or_ends(url: &str, transaction: &tokio::task::JoinHandle<(bool, bool)>) {
    let pool = sqlx::PgPool::connect(url).await.expect("a database");
    let waiting = "SELECT COUNT(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while !transaction.is_finished() {
        let (waiting,): (i64,) = sqlx::query_as(waiting).fetch_one(&pool).await.expect("a count");
        if waiting > 0 {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_an_invitation_and_a_session_finds_them_as_they_are_by_then() {
    let fresh = FreshPostgres::with_tables().await;
    let store = postgres(&fresh).await;
    ground(&store).await;
    for (number, renewed, linked) in [(1, true, false), (2, false, true)] {
        let (value, link) = (format!("value {number}"), format!("link {number}"));
        let (other, url) = (store.clone(), fresh.url.clone());
        let job = async move |tx: &mut Tx| {
            let invitation = tx.invitation("i").await.expect("read").expect("there");
            let hash = invitation.token_hash.clone();
            let session: (&[u8], _) = (b"value of s", after(-1));
            let locked = tx.lock_flow(&hash, Some(session)).await.expect("read").expect("there");
            assert!(locked.session.is_some());
            let second = tokio::spawn(async move {
                write(&other, async move |tx| {
                    let locked = tx.lock_flow(&hash, Some(session)).await.expect("read");
                    let found = locked.as_ref().is_some_and(|rows| rows.session.is_some());
                    let session = tx.lock_session(b"value of s", after(-1)).await.expect("read");
                    if locked.is_some() {
                        assert_eq!(found, session.is_some());
                    }
                    (locked.is_some(), session.is_some())
                })
                .await
            });
            waits_or_ends(&url, &second).await;
            if renewed {
                let new = value.as_bytes();
                assert!(tx.renew_session("s", b"value of s", new).await.expect("renewed"));
            }
            if linked {
                let link =
                    Invitation { token_hash: link.into_bytes(), generation: 1, ..invitation };
                tx.put_invitation(&link).await.expect("written");
            }
            (second, value)
        };
        let (second, value) = write(&store, job).await;
        assert_eq!(second.await.expect("ran"), (!linked, !renewed));
        if renewed {
            write(&store, async move |tx| {
                let old = value.as_bytes();
                assert!(tx.renew_session("s", old, b"value of s").await.expect("as before"));
            })
            .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_erases_gives_way() {
    let fresh = FreshPostgres::with_tables().await;
    let store = postgres(&fresh).await;
    ground(&store).await;
    let other = store.clone();
    write(&store, async move |tx| {
        tx.lock_flow(b"hash of i", None).await.expect("read").expect("there");
        let eraser = tokio::spawn(async move {
            other.write(async |tx| tx.purge_meetings(Time(i64::MAX)).await).await
        });
        assert!(eraser.await.expect("ran").is_err());
        tx.add_event("m", &Event::new("opened", Some("i"), NOW)).await.expect("added");
    })
    .await;
    write(&store, async |tx| {
        assert_eq!(tx.purge_meetings(Time(i64::MAX)).await.expect("erased"), 1);
        assert_eq!(tx.purge_meetings(Time(i64::MAX)).await.expect("nothing left"), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_on_a_server_is_made_looked_at_and_brought_up_to_date() {
    let fresh = FreshPostgres::empty().await;
    let database = Database::Postgres(fresh.url.clone().into());
    let all = crate::store::postgres::upkeep::MIGRATIONS.iter().count();
    let before = crate::store::check(&database).await.expect("looked at");
    assert_eq!(before, Health::Behind { by: all });
    let made = crate::store::migrate(&database).await.expect("made");
    assert_eq!(made.by, all);
    let found = crate::store::check(&database).await.expect("looked at");
    assert_eq!(found, Health::Sound { version: made.version });
    assert_eq!(crate::store::migrate(&database).await.expect("made").by, 0);
    let nowhere = Database::Postgres("postgres://u:hemligt@127.0.0.1:9/anslut".to_owned().into());
    let wrong = crate::store::check(&nowhere).await.expect_err("unreachable").to_string();
    assert!(wrong.contains("can't be reached") && !wrong.contains("hemligt"), "{wrong}");
}
