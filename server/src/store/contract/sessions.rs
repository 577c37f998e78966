//! The contract of sessions, their values and flows.

use super::{NOW, after, attempt, challenge, flow, ground, invitation, message, proof, write};
use crate::{
    clock::{Stopwatch, Time},
    model::{Challenge, IdentificationFlow},
    store::{NewSend, Store, Tx},
};
use std::time::Duration;

use tokio::runtime::Handle;

promises!(
    a_session_is_found_by_its_value_until_it_is_idle,
    a_session_has_one_value_at_a_time,
    ending_a_session_takes_its_visits,
    of_sessions_that_named_nothing_the_last_seen_are_kept,
    a_session_that_somebody_has_in_hand_is_left_alone,
    what_a_session_has_proven_is_known,
    what_had_ended_before_the_clock_was_set_back_stays_ended,
    the_latest_time_is_the_latest_that_was_written,
);

async fn what_had_ended_before_the_clock_was_set_back_stays_ended(store: Store) {
    ground(&store).await;
    let (latest, now) = (after(700_000), after(100_000));
    write(&store, async move |tx| {
        let open = Challenge { expires_at: after(700_001), ..challenge("open") };
        tx.add_challenge(&open).await.expect("added");
        tx.add_session("s2", b"value of s2", latest).await.expect("added");
        tx.enqueue(message("o", latest)).await.expect("posted");
        tx.record_send(
            "send",
            &attempt("send", "s", latest),
            NewSend { address_hash: b"mark", mail_at: Some(latest), e_id: false },
        )
        .await
        .expect("counted");
        tx.acquire_lease("work", latest, after(900_000)).await.expect("taken");
        assert!(tx.add_report(("r", "rm"), b"sealed", (NOW, 1), latest).await.expect("added"));
        tx.set_back(latest, now, NOW, NOW).await.expect("set back");
    })
    .await;

    write(&store, async move |tx| {
        let read = async |tx: &mut Tx, id| tx.challenge(id).await.expect("read").expect("there");
        assert_eq!(read(tx, "c").await.expired_at, Some(latest));
        assert_eq!(read(tx, "open").await.expired_at, None);
        tx.expire("open", now).await.expect("expired");
        tx.expire("open", latest).await.expect("expired");
        assert_eq!(read(tx, "open").await.expired_at, Some(now), "the first time counts");
        assert!(tx.session(b"value of s", Time(0)).await.expect("read").is_none());
        let session = tx.session(b"value of s2", Time(0)).await.expect("read").expect("there");
        assert_eq!(session.last_active_at, now);
        assert_eq!(tx.lease(now, latest, 9, true).await.expect("taken").len(), 2, "due at once");
        let sends = tx.sends("i", 0, "s", b"mark", Time(0)).await.expect("read");
        assert_eq!(sends.invitation, [now]);
        let report = tx.add_report(("r2", "rm2"), b"sealed", (now, 1), now).await.expect("added");
        assert!(report, "the one from before is no longer in the period");
        assert!(tx.acquire_lease("work", now, latest).await.expect("taken"));
    })
    .await;
}

async fn the_latest_time_is_the_latest_that_was_written(store: Store) {
    write(&store, async move |tx| {
        assert_eq!(tx.latest_time().await.expect("read"), None);
        for time in [after(5), NOW, after(3)] {
            tx.reach_time(time).await.expect("written");
            assert_eq!(tx.latest_time().await.expect("read"), Some(after(5)));
        }
        tx.set_back(after(5), after(4), NOW, NOW).await.expect("set back");
        assert_eq!(tx.latest_time().await.expect("read"), Some(after(4)));
    })
    .await;
}

async fn a_session_is_found_by_its_value_until_it_is_idle(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        assert!(tx.session(b"value of s", after(-1)).await.expect("read").is_some());
        assert!(tx.session(b"value of s", NOW).await.expect("read").is_none());
        assert!(tx.session(b"another", after(-1)).await.expect("read").is_none());
        tx.touch_session("s", after(5)).await.expect("seen");
        // A server whose clock is behind shortens no session.
        tx.touch_session("s", after(1)).await.expect("seen");
        let session = tx.session(b"value of s", NOW).await.expect("read").expect("there");
        assert_eq!(session.last_active_at, after(5));
    })
    .await;
}

async fn a_session_has_one_value_at_a_time(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        assert!(tx.renew_session("s", b"value of s", b"new").await.expect("renewed"));
        assert!(!tx.renew_session("s", b"value of s", b"newer").await.expect("refused"));
        assert!(tx.session(b"value of s", after(-1)).await.expect("read").is_none());
        assert!(tx.session(b"new", after(-1)).await.expect("read").is_some());
    })
    .await;
}

async fn ending_a_session_takes_its_visits(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        assert!(tx.record_attempt(&attempt("t", "s", NOW), 3).await.expect("counted"));
        tx.end_session("s").await.expect("ended");
        assert!(tx.session(b"value of s", Time(0)).await.expect("read").is_none());
        assert!(tx.flow("s", "i").await.expect("read").is_none());
        let (attempts, _) = tx.attempts("i", 0, "s", Time(0)).await.expect("read");
        assert_eq!(attempts.invitation_all, 1, "ending a session resets no count");
        tx.add_session("old", b"old", NOW).await.expect("added");
        assert_eq!(tx.purge_sessions(after(1)).await.expect("erased"), 1);
    })
    .await;
}

async fn of_sessions_that_named_nothing_the_last_seen_are_kept(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.add_invitation(&invitation("i2", "m", 1)).await.expect("added");
        // One session for each thing that can be named, all older than those that named nothing.
        let unnamed = flow("", "i");
        let text = || Some("x".to_owned());
        let named = [
            IdentificationFlow { address: text(), ..unnamed.clone() },
            IdentificationFlow { challenge_id: text(), ..unnamed.clone() },
            IdentificationFlow { order_id: text(), ..unnamed.clone() },
            IdentificationFlow { login_id: text(), ..unnamed.clone() },
            unnamed.clone(),
        ];
        for (number, flow) in named.into_iter().enumerate() {
            let id = format!("named {number}");
            tx.add_session(&id, id.as_bytes(), after(-9)).await.expect("added");
            tx.put_flow(&IdentificationFlow { session_id: id, ..flow }).await.expect("put");
        }
        let proof = proof();
        tx.record_proof("named 4", "i", &proof, NOW).await.expect("proven");
        for number in 1..=5 {
            let id = format!("typed {number}");
            tx.add_session(&id, id.as_bytes(), after(number)).await.expect("added");
            let flow = IdentificationFlow {
                session_id: id,
                typed: "anna@".to_owned(),
                instead: true,
                ..flow("", "i")
            };
            tx.put_flow(&flow).await.expect("put");
        }
        // The oldest of them named something elsewhere. The next was active again.
        let elsewhere = IdentificationFlow { challenge_id: text(), ..flow("typed 1", "i2") };
        tx.put_flow(&elsewhere).await.expect("put");
        tx.touch_session("typed 2", after(9)).await.expect("seen");
        assert_eq!(tx.purge_unnamed_sessions("i2", 0).await.expect("erased"), 0);
        assert_eq!(tx.purge_unnamed_sessions("i", 9).await.expect("erased"), 0);
        // With the ground's session there are six, in this order: "s", 1, 3, 4, 5, 2.
        assert_eq!(tx.purge_unnamed_sessions("i", 2).await.expect("erased"), 3);
    })
    .await;
    let mut tx = store.read().await.expect("a transaction");
    for (id, kept) in [("typed 1", true), ("typed 2", true), ("typed 5", true)]
        .into_iter()
        .chain([("typed 3", false), ("typed 4", false), ("value of s", false)])
        .chain([("named 0", true), ("named 1", true), ("named 2", true)])
        .chain([("named 3", true), ("named 4", true)])
    {
        let there = tx.session(id.as_bytes(), Time(0)).await.expect("read").is_some();
        assert_eq!(there, kept, "{id}");
    }
    assert!(tx.flow("typed 3", "i").await.expect("read").is_none());
    assert!(tx.invitation("i").await.expect("read").is_some());
}

async fn a_session_that_somebody_has_in_hand_is_left_alone(store: Store) {
    ground(&store).await;
    let (eraser, runtime) = (store.clone(), Handle::current());
    let job = async move |tx: &mut Tx| {
        tx.lock_session(b"value of s", Time(0)).await.expect("read").expect("there");
        let other = runtime.spawn(async move {
            write(&eraser, async |tx| tx.purge_unnamed_sessions("i", 0).await.expect("erased"))
                .await
        });
        // If writers wait for each other, the other one waits and then reads what was committed.
        let patience = Stopwatch::start();
        while !other.is_finished() && patience.elapsed() < Duration::from_millis(200) {
            std::thread::yield_now();
        }
        let waited = !other.is_finished();
        let flow = IdentificationFlow { challenge_id: Some("c".to_owned()), ..flow("s", "i") };
        tx.put_flow(&flow).await.expect("put");
        (other, waited)
    };
    let (other, waited) = write(&store, job).await;
    assert_eq!(other.await.expect("an end"), 0, "waited: {waited}");
    let mut tx = store.read().await.expect("a transaction");
    assert!(tx.session(b"value of s", Time(0)).await.expect("read").is_some());
}

/// `true` if the session has a proof, read in both ways.
async fn identified(tx: &mut Tx) -> bool {
    let read = tx.session(b"value of s", Time(0)).await.expect("read").expect("there");
    let owned = tx.lock_session(b"value of s", Time(0)).await.expect("read").expect("there");
    assert_eq!(read.identified, owned.identified);
    read.identified
}

async fn what_a_session_has_proven_is_known(store: Store) {
    ground(&store).await;
    let proof = proof();
    write(&store, async move |tx| {
        assert!(!identified(tx).await);
        tx.record_proof("s", "i", &proof, after(1)).await.expect("proven");
        // Later changes of the flow leave the proof alone.
        tx.put_flow(&flow("s", "i")).await.expect("put");
        assert!(identified(tx).await);
        let proven = tx.flow("s", "i").await.expect("read").expect("there");
        assert_eq!((proven.level.as_deref(), proven.proven_at), (Some("loa2"), Some(after(1))));
        // The proof belongs to the old link. A new link needs a new proof.
        tx.put_flow(&IdentificationFlow { generation: 1, ..flow("s", "i") }).await.expect("put");
        let anew = tx.flow("s", "i").await.expect("read").expect("there");
        assert_eq!((anew.level, anew.method, anew.name, anew.proven_at), (None, None, None, None));
        assert!(!identified(tx).await);
    })
    .await;
}
