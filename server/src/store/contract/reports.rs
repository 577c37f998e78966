//! The contract of reports: their text, their count and their messages.

use super::{NOW, after, write};
use crate::{
    clock::Time,
    model::{MessageKind, OutboxMessage, Outcome},
    store::{Store, Tx},
};

promises!(
    a_report_is_read_until_it_is_erased,
    no_more_reports_are_taken_than_the_limit,
    parallel_reports_are_counted_one_by_one,
);

/// Adds a report with a message of the same id, if there were fewer than `most` in the last 100 ms.
async fn add(tx: &mut Tx, id: &str, at: Time, most: i64) -> bool {
    let since = Time(at.0 - 100);
    tx.add_report((id, id), id.as_bytes(), (since, most), at).await.expect("counted")
}

async fn a_report_is_read_until_it_is_erased(store: Store) {
    write(&store, async |tx| {
        assert!(add(tx, "r", NOW, 9).await);
        assert!(add(tx, "other", NOW, 9).await);
        assert_eq!(tx.report("r").await.expect("read").as_deref(), Some(b"r".as_slice()));
        assert!(tx.report("none").await.expect("read").is_none());
        let due = tx.lease(NOW, after(9), 9, true).await.expect("leased");
        let found: Vec<_> = due
            .iter()
            .map(|OutboxMessage { kind, report_id, invitation_id, .. }| {
                (kind, report_id, invitation_id)
            })
            .collect();
        let kind = MessageKind::Report.name().to_owned();
        assert!(found.contains(&(&kind, &Some("r".to_owned()), &None)), "{found:?}");
        assert!(tx.complete("r", Outcome::Sent, None, after(1)).await.expect("ended"));
        tx.erase_report("r").await.expect("erased");
        assert!(tx.report("r").await.expect("read").is_none());
        assert_eq!(tx.purge_reports(NOW).await.expect("purged"), 0, "it still counts");
        assert_eq!(tx.sent_messages(None).await.expect("read").len(), 1);
        assert_eq!(tx.purge_reports(after(1)).await.expect("purged"), 1);
        assert!(tx.sent_messages(None).await.expect("read").is_empty(), "with its message");
        assert!(tx.report("other").await.expect("read").is_some(), "one that waits stays");
    })
    .await;
}

async fn no_more_reports_are_taken_than_the_limit(store: Store) {
    write(&store, async |tx| {
        assert!(add(tx, "a", NOW, 2).await);
        assert!(add(tx, "b", after(50), 2).await);
        assert!(!add(tx, "c", after(99), 2).await);
        assert!(tx.report("c").await.expect("read").is_none());
        tx.erase_report("a").await.expect("erased");
        assert!(!add(tx, "c", after(99), 2).await, "an erased one counts");
        assert!(add(tx, "c", after(100), 2).await);
        assert!(!add(tx, "d", after(149), 2).await);
        assert_eq!(tx.lease(after(200), after(300), 9, true).await.expect("leased").len(), 3);
    })
    .await;
}

async fn parallel_reports_are_counted_one_by_one(store: Store) {
    let reports = (0..20).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            write(&store, async move |tx| add(tx, &format!("r{n}"), NOW, 7).await).await
        })
    });
    let taken = futures_util::future::join_all(reports).await;
    let taken = taken.into_iter().filter(|taken| *taken.as_ref().expect("ran")).count();
    assert_eq!(taken, 7);
}
