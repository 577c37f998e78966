//! The contract of transactions beside each other.

use super::{NOW, after, ground, invitation, meeting, write};
use crate::{
    model::{IdentificationFlow, Invitation, InvitationStage, Meeting},
    store::{Store, StoreError, Tx},
};

use tokio::runtime::Handle;

promises!(
    what_is_not_committed_is_undone,
    who_waited_for_an_invitation_or_session_finds_it_as_it_is_by_then,
    a_reader_has_one_picture,
    writers_wait_for_each_other,
    what_one_leaves_undone_or_fails_at_harms_no_other,
    a_change_counts_its_own_rows_whatever_else_is_written,
);

/// The failure of a job that has written something.
#[derive(Debug)]
struct Undone;

impl From<StoreError> for Undone {
    fn from(_: StoreError) -> Self {
        Self
    }
}

async fn what_is_not_committed_is_undone(store: Store) {
    let failed: Result<(), Undone> = store
        .write(async |tx| {
            tx.add_meeting(&meeting("m")).await.expect("added");
            Err(Undone)
        })
        .await;
    assert!(failed.is_err());
    write(&store, async |tx| assert!(tx.meeting("m").await.expect("read").is_none())).await;
}

async fn writers_wait_for_each_other(store: Store) {
    ground(&store).await;
    // Each reads a count and writes it plus one. None may be lost.
    let writers = (0..30).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            write(&store, async move |tx| {
                tx.lock_invitation("i").await.expect("locked");
                let before = tx.flow("s", "i").await.expect("read").expect("there");
                let count: u32 = before.typed.parse().unwrap_or(0);
                tx.put_flow(&IdentificationFlow { typed: (count + 1).to_string(), ..before })
                    .await
                    .expect("put");
            })
            .await;
        })
    });
    for done in futures_util::future::join_all(writers).await {
        done.expect("ran");
    }
    write(&store, async move |tx| {
        assert_eq!(tx.flow("s", "i").await.expect("read").expect("there").typed, "30");
    })
    .await;
}

async fn what_one_leaves_undone_or_fails_at_harms_no_other(store: Store) {
    ground(&store).await;
    let writers: Vec<_> = (0_i64..60)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                let id = format!("m{n}");
                let job = async move |tx: &mut Tx| {
                    tx.add_meeting(&Meeting { created_at: after(n), ..meeting(&id) }).await?;
                    match n % 3 {
                        0 => Ok(()),
                        1 => Err(Undone),
                        _ => Ok(tx.add_meeting(&meeting(&id)).await?),
                    }
                };
                let done = store.write(job).await;
                assert_eq!(done.is_ok(), n % 3 == 0, "the third writes the same id twice");
            })
        })
        .collect();
    // Some are aborted, wherever they are.
    for (n, writer) in writers.iter().enumerate() {
        if n % 12 == 1 {
            tokio::task::yield_now().await;
            writer.abort();
        }
    }
    for (n, done) in futures_util::future::join_all(writers).await.into_iter().enumerate() {
        assert!(done.is_ok() || n % 12 == 1, "{n}");
    }
    let mut tx = store.read().await.expect("a transaction");
    let there = tx.meetings(None, 100).await.expect("read");
    let mut there: Vec<String> = there.into_iter().map(|it| it.id).collect();
    there.retain(|id| id != "m");
    let kept: Vec<String> = (0..60).rev().filter(|n| n % 3 == 0).map(|n| format!("m{n}")).collect();
    assert_eq!(there, kept);
}

async fn a_change_counts_its_own_rows_whatever_else_is_written(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.mark_reached("i", InvitationStage::Opened, NOW).await.expect("written");
        assert!(!tx.renew_session("s", b"another value", b"new").await.expect("refused"));
        tx.mark_reached("i", InvitationStage::Identified, NOW).await.expect("written");
        assert!(tx.renew_session("s", b"value of s", b"new").await.expect("renewed"));
    })
    .await;
    write(&store, async move |tx| {
        let invitation = tx.invitation("i").await.expect("read").expect("there");
        assert_eq!((invitation.opened_at, invitation.identified_at), (Some(NOW), Some(NOW)));
        assert!(tx.session(b"new", after(-1)).await.expect("read").is_some());
    })
    .await;
}

async fn who_waited_for_an_invitation_or_session_finds_it_as_it_is_by_then(store: Store) {
    ground(&store).await;
    let (other, runtime) = (store.clone(), Handle::current());
    let job = async move |tx: &mut Tx| {
        let session: (&[u8], _) = (b"value of s", after(-1));
        let locked = tx.lock_flow(b"hash of i", Some(session)).await.expect("read").expect("there");
        let invitation = locked.invitation;
        assert!(locked.session.is_some());
        let second = runtime.spawn(async move {
            write(&other, async move |tx| {
                let locked = tx.lock_flow(b"hash of i", Some(session)).await.expect("read");
                let session = tx.lock_session(b"value of s", after(-1)).await.expect("read");
                (locked.is_some(), session.is_some())
            })
            .await
        });
        assert!(tx.renew_session("s", b"value of s", b"new").await.expect("renewed"));
        let link = Invitation { token_hash: b"another".to_vec(), generation: 1, ..invitation };
        tx.put_invitation(&link).await.expect("written");
        (second, link)
    };
    let (second, link) = write(&store, job).await;
    assert_eq!(second.await.expect("ran"), (false, false));
    write(&store, async move |tx| {
        let session: (&[u8], _) = (b"new", after(-1));
        let found = tx.lock_flow(b"another", Some(session)).await.expect("read").expect("there");
        assert!(found.session.is_some());
        let found = found.invitation;
        assert_eq!(format!("{found:?}"), format!("{link:?}"));
    })
    .await;
}

async fn a_reader_has_one_picture(store: Store) {
    ground(&store).await;
    let mut reader = store.read().await.expect("a transaction");
    assert_eq!(reader.meeting("m").await.expect("read").expect("there").sequence, 0);
    write(&store, async move |tx| {
        tx.put_meeting(&Meeting { sequence: 1, ..meeting("m") }).await.expect("written");
        tx.add_invitation(&invitation("i2", "m", 1)).await.expect("added");
    })
    .await;
    assert_eq!(reader.meeting("m").await.expect("read").expect("there").sequence, 0);
    assert_eq!(reader.invitations("m").await.expect("read").len(), 1);
    let mut later = store.read().await.expect("a transaction");
    assert_eq!(later.meeting("m").await.expect("read").expect("there").sequence, 1);
}
