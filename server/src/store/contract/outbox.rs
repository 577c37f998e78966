//! The contract of messages that wait, are leased and end.

use super::{NOW, after, ground, message, write};
use crate::{
    clock::Time,
    model::{Hindrance, MessageKind, Outcome},
    rules::delivery::Invited,
    store::{NewMessage, Store},
};

promises!(
    parallel_workers_never_take_the_same_message,
    a_message_put_off_is_due_again_later,
    what_waits_for_a_mail_server_is_recalled_oldest_first,
    a_message_that_waits_for_another_has_not_failed,
    a_message_may_have_been_taken_where_nobody_says_that_it_was_not,
    a_code_lapses_where_the_mail_server_never_let_anybody_in_for_it,
    a_code_goes_before_what_was_written_earlier,
    a_message_ends_once,
    what_became_of_a_message_is_noted_once,
    a_lease_that_ran_out_can_be_taken_again,
);

async fn parallel_workers_never_take_the_same_message(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        for n in 0..50 {
            tx.enqueue(message(&format!("m{n:02}"), NOW)).await.expect("posted");
        }
    })
    .await;
    let workers = (0..10).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            write(&store, async move |tx| {
                tx.lease(after(1), after(1_000), 7, true).await.expect("leased")
            })
            .await
        })
    });
    let taken = futures_util::future::join_all(workers).await;
    let mut ids: Vec<String> =
        taken.into_iter().flat_map(|taken| taken.expect("ran")).map(|message| message.id).collect();
    ids.sort();
    let count = ids.len();
    ids.dedup();
    assert_eq!((count, ids.len()), (50, 50));
}

async fn a_code_goes_before_what_was_written_earlier(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.enqueue(message("first", after(1))).await.expect("posted");
        tx.enqueue(message("second", after(2))).await.expect("posted");
        tx.enqueue(NewMessage { kind: MessageKind::Code, ..message("code", after(3)) })
            .await
            .expect("posted");
        let mut taken = Vec::new();
        let codes = tx.lease(after(9), after(9), 9, false).await.expect("leased");
        assert_eq!(codes.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["code"]);
        while let Some(next) = tx.lease(after(9), after(10), 1, true).await.expect("leased").pop() {
            taken.push(next.id);
        }
        assert_eq!(taken, ["code", "first", "second"]);
    })
    .await;
}

async fn a_message_put_off_is_due_again_later(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.enqueue(message("x", NOW)).await.expect("posted");
        assert_eq!(tx.lease(NOW, after(100), 9, true).await.expect("leased").len(), 1);
        tx.retry_at("x", Hindrance::Deferred, after(50)).await.expect("put off");
        assert!(tx.lease(after(49), after(100), 9, true).await.expect("leased").is_empty());
        let again = tx.lease(after(50), after(100), 9, true).await.expect("leased");
        assert_eq!(
            again.iter().map(|m| (m.id.as_str(), m.failures)).collect::<Vec<_>>(),
            [("x", 1)]
        );
    })
    .await;
}

async fn what_waits_for_a_mail_server_is_recalled_oldest_first(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        for (id, at) in [("old", NOW), ("new", after(2)), ("deferred", after(1)), ("sent", NOW)] {
            tx.enqueue(message(id, at)).await.expect("posted");
        }
        tx.enqueue(NewMessage {
            kind: MessageKind::Code,
            suppressed: true,
            ..message("code", after(3))
        })
        .await
        .expect("posted");
        assert_eq!(tx.lease(after(9), after(20), 9, true).await.expect("leased").len(), 5);
        for id in ["new", "code", "old", "sent"] {
            tx.retry_at(id, Hindrance::Away, after(1_000)).await.expect("put off");
        }
        tx.retry_at("deferred", Hindrance::Away, after(1_000)).await.expect("put off");
        tx.retry_at("deferred", Hindrance::Deferred, after(1_000)).await.expect("put off");
        assert!(tx.complete("sent", Outcome::Sent, None, after(10)).await.expect("ended"));
        assert!(tx.lease(after(99), after(100), 9, true).await.expect("leased").is_empty());
        assert_eq!(tx.recall_messages(1).await.expect("recalled"), 1, "no more than is asked for");
        let taken = tx.lease(after(99), after(200), 9, true).await.expect("leased");
        assert_eq!(
            taken.iter().map(|it| (it.id.as_str(), it.failures)).collect::<Vec<_>>(),
            [("old", 0)]
        );
        assert_eq!(tx.recall_messages(9).await.expect("recalled"), 2);
        assert_eq!(tx.recall_messages(9).await.expect("recalled"), 0, "each once");
        let mut taken = Vec::new();
        while let Some(next) = tx.lease(after(99), after(200), 1, true).await.expect("leased").pop()
        {
            taken.push(next.id);
        }
        assert_eq!(taken, ["code", "new"]);
    })
    .await;
}

async fn a_message_that_waits_for_another_has_not_failed(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.enqueue(message("x", NOW)).await.expect("posted");
        assert_eq!(tx.lease(NOW, after(100), 9, true).await.expect("leased").len(), 1);
        tx.make_wait("x", after(5)).await.expect("waits");
        assert!(tx.lease(after(4), after(100), 9, true).await.expect("leased").is_empty());
        let again = tx.lease(after(5), after(100), 9, true).await.expect("leased");
        assert_eq!(
            again.iter().map(|m| (m.id.as_str(), m.failures)).collect::<Vec<_>>(),
            [("x", 0)]
        );
        assert!(!tx.invitation_messages("i").await.expect("read")[0].doubtful);
    })
    .await;
}

async fn a_message_may_have_been_taken_where_nobody_says_that_it_was_not(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.enqueue(message("x", NOW)).await.expect("posted");
        assert_eq!(tx.lease(NOW, after(100), 9, true).await.expect("leased").len(), 1);
        let found = tx.invitation_messages("i").await.expect("read");
        let fresh = Invited {
            generation: 0,
            waits: true,
            dropped: false,
            leased_until: after(100),
            doubtful: false,
        };
        assert_eq!(found, std::slice::from_ref(&fresh));
        for why in [Hindrance::Away, Hindrance::Deferred] {
            tx.retry_at("x", why, after(1)).await.expect("put off");
            let found = tx.invitation_messages("i").await.expect("read");
            assert_eq!(found, [Invited { leased_until: Time(0), ..fresh.clone() }], "{why:?}");
        }
        tx.retry_at("x", Hindrance::Doubtful, after(1)).await.expect("put off");
        tx.retry_at("x", Hindrance::Away, after(1)).await.expect("put off");
        assert!(tx.invitation_messages("i").await.expect("read")[0].doubtful, "from then on");

        tx.enqueue(NewMessage { generation: 1, ..message("y", after(2)) }).await.expect("posted");
        tx.enqueue(NewMessage { kind: MessageKind::Cancelled, ..message("z", after(2)) })
            .await
            .expect("posted");
        assert!(tx.complete("y", Outcome::Dropped, None, after(3)).await.expect("ended"));
        let found = tx.invitation_messages("i").await.expect("read");
        assert_eq!((found.len(), found[1].generation), (2, 1));
        assert_eq!((found[1].waits, found[1].dropped, found[1].doubtful), (false, true, false));

        // A worker leased this one and never reported the outcome.
        tx.enqueue(NewMessage { generation: 2, ..message("w", after(2)) }).await.expect("posted");
        assert!(!tx.lease(after(3), after(9), 9, true).await.expect("leased").is_empty());
        assert!(!tx.invitation_messages("i").await.expect("read")[2].doubtful);
        let again = tx.lease(after(9), after(99), 9, true).await.expect("leased");
        assert!(again.iter().any(|it| it.id == "w"));
        assert!(tx.invitation_messages("i").await.expect("read")[2].doubtful);
    })
    .await;
}

async fn a_code_lapses_where_the_mail_server_never_let_anybody_in_for_it(store: Store) {
    fn code<'a>(id: &'a str, challenge: &'a str) -> NewMessage<'a> {
        let silent = challenge == "decoy";
        NewMessage {
            kind: MessageKind::Code,
            challenge: Some(challenge),
            suppressed: silent,
            ..message(id, NOW)
        }
    }
    ground(&store).await;
    write(&store, async move |tx| {
        for challenge in ["real", "decoy"] {
            let (one, two) = (format!("{challenge} 1"), format!("{challenge} 2"));
            tx.enqueue(code(&one, challenge)).await.expect("posted");
            tx.enqueue(code(&two, challenge)).await.expect("posted");
            tx.retry_at(&one, Hindrance::Away, after(9)).await.expect("put off");
            assert!(!tx.code_lapsed(challenge).await.expect("read"));
            assert!(tx.complete(&one, Outcome::Lapsed, None, after(9)).await.expect("ended"));
            assert!(!tx.code_lapsed(challenge).await.expect("read"), "the other still waits");
            assert!(tx.complete(&two, Outcome::Lapsed, None, after(9)).await.expect("ended"));
            assert!(tx.code_lapsed(challenge).await.expect("read"));
        }
        for (challenge, outcome) in
            [("sent", Outcome::Sent), ("failed", Outcome::Failed), ("gone", Outcome::Dropped)]
        {
            tx.enqueue(code(challenge, challenge)).await.expect("posted");
            assert!(tx.complete(challenge, outcome, None, after(9)).await.expect("ended"));
            assert!(!tx.code_lapsed(challenge).await.expect("read"), "{challenge}");
        }
        // The mail server answered about this one, which it never does about a decoy.
        tx.enqueue(code("deferred", "deferred")).await.expect("posted");
        tx.retry_at("deferred", Hindrance::Deferred, after(9)).await.expect("put off");
        tx.retry_at("deferred", Hindrance::Away, after(9)).await.expect("put off");
        assert!(tx.complete("deferred", Outcome::Lapsed, None, after(9)).await.expect("ended"));
        assert!(!tx.code_lapsed("deferred").await.expect("read"));
        assert!(!tx.code_lapsed("none").await.expect("read"));
    })
    .await;
}

async fn a_message_ends_once(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.enqueue(message("x", NOW)).await.expect("posted");
        tx.enqueue(message("y", after(1))).await.expect("posted");
        assert!(tx.complete("x", Outcome::Sent, Some("s1"), after(2)).await.expect("ended"));
        assert!(!tx.complete("x", Outcome::Failed, Some("s2"), after(3)).await.expect("kept"));
        assert!(tx.complete("y", Outcome::Sent, None, after(4)).await.expect("ended"));
        assert!(tx.lease(after(9), after(10), 9, true).await.expect("leased").is_empty());
        let sent = tx.sent_messages(Some(9)).await.expect("read");
        assert_eq!(sent.iter().map(|m| m.id.as_str()).collect::<Vec<_>>(), ["y", "x"]);
        for (most, count) in [(Some(1), 1), (None, 2)] {
            assert_eq!(tx.sent_messages(most).await.expect("read").len(), count, "{most:?}");
        }
        let references: Vec<_> = sent.iter().map(|m| m.reference.as_deref()).collect();
        assert_eq!(references, [None, Some("s1")]);
    })
    .await;
}

async fn what_became_of_a_message_is_noted_once(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        let code = |id| NewMessage { kind: MessageKind::Code, ..message(id, NOW) };
        tx.enqueue(code("x")).await.expect("posted");
        tx.enqueue(code("y")).await.expect("posted");
        tx.enqueue(NewMessage { suppressed: true, ..code("decoy") }).await.expect("posted");
        tx.enqueue(message("z", NOW)).await.expect("posted");
        assert!(tx.complete("x", Outcome::Sent, Some("s1"), after(1)).await.expect("ended"));
        let invitation = Some("i".to_owned());
        let noted = tx.record_delivery_report(None, "s1", true, after(2)).await.expect("noted");
        assert_eq!(noted, invitation, "by what the gateway calls it");
        assert_eq!(
            tx.record_delivery_report(Some("x"), "s1", true, after(3)).await.expect("kept"),
            None
        );
        let noted =
            tx.record_delivery_report(Some("x"), "s1", false, after(4)).await.expect("noted");
        assert_eq!(noted, invitation, "the one says nothing of the other");
        let noted =
            tx.record_delivery_report(Some("y"), "s2", false, after(5)).await.expect("noted");
        assert_eq!(noted, invitation, "by our own name, before it is known to be sent");
        for (id, reference) in [
            (Some("y"), "s2"),
            (Some("z"), "s3"),
            (Some("decoy"), "s4"),
            (None, "s9"),
            (None, ""),
            (Some("none"), ""),
        ] {
            let noted =
                tx.record_delivery_report(id, reference, false, after(6)).await.expect("nothing");
            assert_eq!(noted, None, "{id:?} {reference}");
        }
    })
    .await;
}

async fn a_lease_that_ran_out_can_be_taken_again(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.enqueue(message("x", NOW)).await.expect("posted");
        assert_eq!(tx.lease(NOW, after(100), 9, true).await.expect("leased").len(), 1);
        assert!(tx.lease(after(99), after(200), 9, true).await.expect("leased").is_empty());
        assert_eq!(tx.lease(after(100), after(200), 9, true).await.expect("leased").len(), 1);
    })
    .await;
}
