//! The contract of reminders.

use super::{NOW, invitation, meeting, write};
use crate::{
    clock::Time,
    model::{Invitation, Meeting, MessageKind},
    store::{Store, Tx},
};
use std::time::Duration;

promises!(
    a_reminder_is_due_from_its_time_to_the_start,
    only_who_should_come_is_reminded,
    a_reminder_is_written_once_for_a_start,
);

const HOUR: Duration = Duration::from_hours(1);

/// Adds a meeting `m` ten hours ahead, and an invitation `i` with a phone number whose mail was sent at once.
async fn ahead(store: &Store) {
    write(store, async move |tx| {
        let starts_at = NOW + HOUR * 10;
        let meeting = Meeting { starts_at, ends_at: starts_at + HOUR, ..meeting("m") };
        tx.add_meeting(&meeting).await.expect("added");
        let phone = Some("+46701740605".to_owned());
        let invitation = Invitation { phone, sent_at: Some(NOW), ..invitation("i", "m", 0) };
        tx.add_invitation(&invitation).await.expect("added");
        tx.put_invitation(&invitation).await.expect("put");
    })
    .await;
}

/// Returns the number of reminders that are due two hours ahead of the start, `hours` from now.
async fn due(tx: &mut Tx, kind: MessageKind, hours: u32) -> usize {
    let now = NOW + HOUR * hours;
    tx.due_reminders(kind, HOUR * 2, now, 9).await.expect("read").len()
}

async fn a_reminder_is_due_from_its_time_to_the_start(store: Store) {
    ahead(&store).await;
    write(&store, async move |tx| {
        for (millis, count) in [(-1, 0), (0, 1), (7_199_999, 1), (7_200_000, 0), (9_000_000, 0)] {
            let now = Time((NOW + HOUR * 8).0 + millis);
            for kind in [MessageKind::Reminder, MessageKind::ReminderSms] {
                let due = tx.due_reminders(kind, HOUR * 2, now, 9).await.expect("read");
                assert_eq!(due.len(), count, "{kind:?} {millis}");
            }
        }
        let due = tx.due_reminders(MessageKind::ReminderSms, HOUR * 2, NOW + HOUR * 9, 9).await;
        let due = due.expect("read").remove(0);
        assert_eq!((due.invitation_id.as_str(), due.generation, due.sequence), ("i", 0, 0));
        assert_eq!(due.phone.as_deref(), Some("+46701740605"));
        assert_eq!(due.starts_at, NOW + HOUR * 10);
    })
    .await;
}

async fn only_who_should_come_is_reminded(store: Store) {
    ahead(&store).await;
    write(&store, async move |tx| {
        let i = tx.invitation("i").await.expect("read").expect("there");
        let m = tx.meeting("m").await.expect("read").expect("there");
        let late = Some(Time((NOW + HOUR * 8).0 + 1));
        let just = Some(NOW + HOUR * 8);
        for (invitation, count, why) in [
            (i.clone(), 1, "as it is"),
            (Invitation { sent_at: None, ..i.clone() }, 0, "not sent"),
            (Invitation { sent_at: late, ..i.clone() }, 0, "sent later"),
            (Invitation { sent_at: just, ..i.clone() }, 1, "sent then"),
            (Invitation { withdrawn_at: just, ..i.clone() }, 0, "withdrawn"),
            (Invitation { joined_at: just, ..i.clone() }, 0, "joined"),
            (Invitation { identified_at: just, ..i.clone() }, 1, "identified"),
        ] {
            tx.put_invitation(&invitation).await.expect("put");
            assert_eq!(due(tx, MessageKind::Reminder, 9).await, count, "{why}");
        }
        tx.put_invitation(&Invitation { phone: None, ..i.clone() }).await.expect("put");
        assert_eq!(due(tx, MessageKind::Reminder, 9).await, 1);
        assert_eq!(due(tx, MessageKind::ReminderSms, 9).await, 0, "no number");
        tx.put_invitation(&i).await.expect("put");
        for (changed_at, count) in [(late, 0), (just, 1), (None, 1)] {
            tx.put_meeting(&Meeting { changed_at, ..m.clone() }).await.expect("put");
            assert_eq!(due(tx, MessageKind::Reminder, 9).await, count, "{changed_at:?}");
        }
        assert!(tx.cancel_meeting("m", NOW).await.expect("cancelled"));
        assert_eq!(due(tx, MessageKind::Reminder, 9).await, 0, "called off");
    })
    .await;
}

async fn a_reminder_is_written_once_for_a_start(store: Store) {
    ahead(&store).await;
    let writers = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            write(&store, async move |tx| {
                let now = NOW + HOUR * 9;
                let due =
                    tx.due_reminders(MessageKind::Reminder, HOUR * 2, now, 9).await.expect("read");
                let mut written = 0;
                for one in due {
                    let first = tx.add_reminder(&one, MessageKind::Reminder, HOUR * 2).await;
                    written += usize::from(first.expect("added"));
                }
                written
            })
            .await
        })
    });
    let written = futures_util::future::join_all(writers).await;
    assert_eq!(written.into_iter().map(|count| count.expect("ran")).sum::<usize>(), 1);
    write(&store, async move |tx| {
        assert_eq!(due(tx, MessageKind::Reminder, 9).await, 0);
        assert_eq!(due(tx, MessageKind::ReminderSms, 9).await, 1, "by SMS it was not");
        let longer = tx.due_reminders(MessageKind::Reminder, HOUR * 3, NOW + HOUR * 9, 9).await;
        assert_eq!(longer.expect("read").len(), 1, "nor that long before");
        let m = tx.meeting("m").await.expect("read").expect("there");
        let starts_at = m.starts_at + HOUR;
        tx.put_meeting(&Meeting { starts_at, ..m }).await.expect("put");
        assert_eq!(due(tx, MessageKind::Reminder, 9).await, 1, "nor for this start");
        assert_eq!(tx.purge_meetings(NOW + HOUR * 99).await.expect("erased"), 1);
    })
    .await;
}
