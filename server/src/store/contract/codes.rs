//! The contract of codes: sends, attempts and decoys.

use super::{NOW, after, attempt, ground, invitation, meeting, message, write};
use crate::{
    clock::Time,
    model::MessageKind,
    store::{Attempt, NewMessage, NewSend, Store},
};

promises!(
    parallel_tries_never_exceed_what_a_code_bears,
    a_code_is_consumed_once,
    tries_are_counted_by_invitation_session_and_day,
    a_right_try_does_not_count,
    sends_are_listed_oldest_first,
    a_send_that_nothing_comes_of_is_its_session_s_own,
    a_decoy_can_become_a_code_and_is_taken_after_codes,
    sends_to_an_address_are_counted_one_after_the_other,
);

async fn parallel_tries_never_exceed_what_a_code_bears(store: Store) {
    ground(&store).await;
    let attempts = (0..40).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            write(&store, async move |tx| {
                let id = format!("t{n}");

                tx.record_attempt(&attempt(&id, "s", NOW), 3).await.expect("counted")
            })
            .await
        })
    });
    let counted = futures_util::future::join_all(attempts).await;
    assert_eq!(counted.into_iter().filter(|counted| *counted.as_ref().expect("ran")).count(), 3);
    write(&store, async move |tx| {
        assert_eq!(tx.challenge("c").await.expect("read").expect("there").attempts, 3);
        assert_eq!(tx.attempts("i", 0, "s", after(-1)).await.expect("read").0.invitation_all, 3);
    })
    .await;
}

async fn a_code_is_consumed_once(store: Store) {
    ground(&store).await;
    let attempts = (0..20).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            write(&store, async move |tx| tx.consume("c", NOW).await.expect("consumed")).await
        })
    });
    let used = futures_util::future::join_all(attempts).await;
    assert_eq!(used.into_iter().filter(|used| *used.as_ref().expect("ran")).count(), 1);
    write(&store, async move |tx| {
        assert!(!tx.record_attempt(&attempt("t", "s", NOW), 3).await.expect("refused"));
    })
    .await;
}

async fn tries_are_counted_by_invitation_session_and_day(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        for (id, session, at, alone) in [
            ("1", "s", after(-10), false),
            ("2", "s", after(10), false),
            ("3", "other", after(10), false),
            ("4", "s", after(10), true),
            ("5", "other", after(10), true),
        ] {
            let attempt = Attempt { alone, ..attempt(id, session, at) };
            assert!(tx.record_attempt(&attempt, 99).await.expect("counted"));
        }
        let (attempts, _) = tx.attempts("i", 0, "s", NOW).await.expect("read");
        let counts = [
            attempts.invitation_day,
            attempts.invitation_all,
            attempts.session_day,
            attempts.session_all,
        ];
        assert_eq!(counts, [2, 3, 2, 3], "what a session does alone is its own");
        let (fresh, _) = tx.attempts("i", 1, "s", NOW).await.expect("read");
        assert_eq!(fresh.invitation_all, 0, "a new link has fresh counts");
    })
    .await;
}

async fn a_right_try_does_not_count(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        assert!(tx.record_attempt(&attempt("t", "s", NOW), 3).await.expect("counted"));
        tx.mark_attempt_correct("t").await.expect("excused");
        assert_eq!(tx.attempts("i", 0, "s", after(-1)).await.expect("read").0.invitation_all, 0);
    })
    .await;
}

async fn sends_are_listed_oldest_first(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        for (id, session, mark, at) in [
            ("1", "s", b"anna", after(30)),
            ("2", "other", b"anna", after(10)),
            ("3", "s", b"beda", after(20)),
            ("4", "s", b"anna", after(-10)),
        ] {
            let send = NewSend { address_hash: mark, mail_at: Some(at), e_id: false };
            tx.record_send(id, &attempt(id, session, at), send).await.expect("counted");
        }
        let sends = tx.sends("i", 0, "s", b"anna", NOW).await.expect("read");
        assert_eq!(sends.invitation, [after(10), after(20), after(30)]);
        assert_eq!(sends.session, [after(20), after(30)]);
        assert_eq!(sends.address, [after(10), after(30)]);
        assert_eq!((sends.named, sends.others), (Some(after(30)), vec![after(20)]));
    })
    .await;
}

async fn a_send_that_nothing_comes_of_is_its_session_s_own(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        for (id, session, mail_at, e_id) in [
            ("waits", "s", Some(after(70)), false),
            ("silent", "s", None, false),
            ("by e-ID", "s", None, true),
            ("of another", "other", None, false),
        ] {
            let send = NewSend { address_hash: id.as_bytes(), mail_at, e_id };
            tx.record_send(id, &attempt(id, session, after(10)), send).await.expect("counted");
        }
        let sends = tx.sends("i", 0, "s", b"waits", NOW).await.expect("read");
        assert_eq!(
            sends.session,
            [after(10), after(10)],
            "an address that is only named is no send"
        );
        assert_eq!((sends.invitation, sends.address), (vec![after(70)], vec![after(70)]));
        assert_eq!((sends.named, sends.others.len()), (Some(after(10)), 2));
        let sends = tx.sends("i", 0, "other", b"silent", NOW).await.expect("read");
        assert_eq!((sends.session.len(), sends.address.len(), sends.named), (1, 0, None));
    })
    .await;
}

async fn a_decoy_can_become_a_code_and_is_taken_after_codes(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.resent("c", true, after(1)).await.expect("resent");
        assert!(tx.challenge("c").await.expect("read").expect("there").decoy);
        tx.resent("c", false, after(2)).await.expect("resent");
        assert!(!tx.challenge("c").await.expect("read").expect("there").decoy);
        let code = |id, at| NewMessage { kind: MessageKind::Code, ..message(id, at) };
        tx.enqueue(NewMessage { suppressed: true, ..code("decoy", after(1)) })
            .await
            .expect("posted");
        tx.enqueue(NewMessage { again_at: Some(after(9)), ..code("code", after(2)) })
            .await
            .expect("posted");
        tx.enqueue(NewMessage { due_at: after(60), ..code("waits", after(2)) })
            .await
            .expect("posted");
        let first = tx.lease(after(3), after(4), 1, true).await.expect("leased");
        assert_eq!((first[0].id.as_str(), first[0].again_at), ("code", Some(after(9))));
        let next = tx.lease(after(3), after(4), 9, true).await.expect("leased");
        assert_eq!(next.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["decoy"]);
        let last = tx.lease(after(61), after(62), 9, true).await.expect("leased");
        assert!(last.iter().any(|it| it.id == "waits"), "when it is due");
    })
    .await;
}

async fn sends_to_an_address_are_counted_one_after_the_other(store: Store) {
    write(&store, async move |tx| {
        tx.add_meeting(&meeting("m")).await.expect("added");
        for n in 0..10 {
            tx.add_invitation(&invitation(&format!("i{n}"), "m", n)).await.expect("added");
        }
    })
    .await;
    // Each belongs to another invitation and sends to the same address, which may receive three.
    let senders = (0..10).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let (id, invitation) = (format!("s{n}"), format!("i{n}"));
            write(&store, async move |tx| {
                tx.lock_invitation(&invitation).await.expect("locked");
                tx.lock_address(b"address of anna").await.expect("locked");
                let earlier = tx.sends(&invitation, 0, "s", b"address of anna", Time(0)).await;
                let sent = earlier.expect("read").address.len() < 3;
                if sent {
                    let attempt = Attempt { invitation: &invitation, ..attempt(&id, "s", NOW) };
                    let address_hash = b"address of anna";
                    let to_anna = NewSend { address_hash, mail_at: Some(NOW), e_id: false };
                    tx.record_send(&id, &attempt, to_anna).await.expect("counted");
                }
                sent
            })
            .await
        })
    });
    let sent = futures_util::future::join_all(senders).await;
    assert_eq!(sent.into_iter().filter(|sent| *sent.as_ref().expect("ran")).count(), 3);
}
