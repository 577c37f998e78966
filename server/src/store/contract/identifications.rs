//! The contract of BankID orders and logins with a provider.

use super::{NOW, after, attempt, ground, message, write};
use crate::{
    clock::Time,
    model::{BankIdOrder, MessageKind, OidcLogin, OrderState, Outcome},
    rules::limits::{Begun, Starts},
    store::{Claim, NewMessage, Store, Tx},
};

promises!(
    parallel_workers_never_take_the_same_order,
    an_order_goes_from_state_to_state,
    what_is_said_of_an_order_that_is_held_no_more_changes_nothing,
    an_order_that_was_left_is_told_to_bankid_before_another_is_opened,
    a_way_back_is_used_once,
    identifications_are_counted_and_erased,
    what_waits_and_what_is_followed_is_counted,
);

fn order(id: &str) -> BankIdOrder {
    BankIdOrder {
        id: id.to_owned(),
        session_id: "s".to_owned(),
        invitation_id: "i".to_owned(),
        generation: 0,
        address: "anna@example.org".to_owned(),
        same_device: true,
        mobile: false,
        key_id: "key".to_owned(),
        return_hash: format!("way back of {id}").into_bytes(),
        device: b"device".to_vec(),
        started: None,
        completion: None,
        state: OrderState::Opening,
        hint: String::new(),
        begun_at: NOW,
        issued_at: NOW,
        unreachable_since: None,
        returned_at: None,
        leased_until: Time(0),
        network: Some(b"network".to_vec()),
    }
}

fn login(id: &str) -> OidcLogin {
    OidcLogin {
        id: id.to_owned(),
        session_id: "s".to_owned(),
        invitation_id: "i".to_owned(),
        generation: 0,
        address: "anna@example.org".to_owned(),
        provider: "one".to_owned(),
        key_id: "key".to_owned(),
        state_hash: format!("state of {id}").into_bytes(),
        url: b"sealed".to_vec(),
        begun_at: NOW,
        used_at: None,
        network: Some(b"another".to_vec()),
    }
}

const fn hold(id: &str, until: Time) -> Claim<'_> {
    Claim { id, until }
}

async fn state(tx: &mut Tx, id: &str) -> OrderState {
    tx.order(id).await.expect("read").expect("there").state
}

async fn parallel_workers_never_take_the_same_order(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        for n in 0..50 {
            tx.add_order(&order(&format!("o{n:02}"))).await.expect("added");
        }
    })
    .await;
    let workers = (0..10).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            write(&store, async move |tx| {
                tx.lease_orders(NOW, after(15), after(2), 7).await.expect("leased")
            })
            .await
        })
    });
    let taken = futures_util::future::join_all(workers).await;
    let mut ids: Vec<String> =
        taken.into_iter().flat_map(|taken| taken.expect("ran")).map(|order| order.id).collect();
    ids.sort();
    let count = ids.len();
    ids.dedup();
    assert_eq!((count, ids.len()), (50, 50));
}

async fn an_order_goes_from_state_to_state(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.add_order(&order("o")).await.expect("added");
        let until = after(15);
        tx.lease_orders(NOW, until, after(2), 9).await.expect("leased");
        tx.order_started(hold("o", until), b"started", "hint", after(1)).await.expect("started");
        let open = tx.order("o").await.expect("read").expect("there");
        assert_eq!(
            (open.state, open.started, open.issued_at),
            (OrderState::Open, Some(b"started".to_vec()), after(1))
        );
        assert!(tx.lease_orders(after(1), until, after(2), 9).await.expect("leased").is_empty());
        tx.lease_orders(after(2), after(17), after(4), 9).await.expect("leased");
        tx.order_hint(hold("o", after(17)), "further").await.expect("noted");
        tx.lease_orders(after(4), after(19), after(6), 9).await.expect("leased");
        tx.renew_order(hold("o", after(19)), after(5)).await.expect("renewed");
        assert_eq!(state(tx, "o").await, OrderState::Opening);
        tx.lease_orders(after(5), after(20), after(7), 9).await.expect("leased");
        tx.order_started(hold("o", after(20)), b"again", "hint", after(5)).await.expect("started");
        tx.lease_orders(after(7), after(22), after(9), 9).await.expect("leased");
        assert!(tx.order_done(hold("o", after(22)), b"outcome").await.expect("done"));
        let done = tx.order("o").await.expect("read").expect("there");
        assert_eq!(
            (done.state, done.started, done.completion),
            (OrderState::Done, None, Some(b"outcome".to_vec()))
        );
        assert!(tx.end_order("o").await.expect("ended"));
        assert!(!tx.end_order("o").await.expect("kept"));
        let ended = tx.order("o").await.expect("read").expect("there");
        assert_eq!((ended.state, ended.completion), (OrderState::Ended, None));
        assert!(
            tx.lease_orders(after(99), after(100), after(101), 9).await.expect("leased").is_empty()
        );
    })
    .await;
}

async fn what_is_said_of_an_order_that_is_held_no_more_changes_nothing(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.add_order(&order("o")).await.expect("added");
        tx.lease_orders(NOW, after(15), after(2), 9).await.expect("leased");
        tx.order_started(hold("o", after(15)), b"started", "hint", NOW).await.expect("started");
        tx.lease_orders(after(2), after(17), after(4), 9).await.expect("leased");
        // The claim expired, and another worker has the order.
        tx.lease_orders(after(17), after(32), after(19), 9).await.expect("leased");
        let old = hold("o", after(17));
        assert!(!tx.order_done(old, b"outcome").await.expect("refused"));
        assert!(!tx.order_failed(old, "why").await.expect("refused"));
        tx.order_hint(old, "further").await.expect("refused");
        tx.renew_order(old, after(17)).await.expect("refused");
        tx.mark_unreachable(old, after(17)).await.expect("refused");
        tx.release_orders(&[old]).await.expect("refused");
        let kept = tx.order("o").await.expect("read").expect("there");
        assert_eq!((kept.state, kept.hint.as_str()), (OrderState::Open, "hint"));
        assert_eq!((kept.leased_until, kept.unreachable_since), (after(32), None));
        assert!(tx.order_done(hold("o", after(32)), b"outcome").await.expect("done"));
    })
    .await;
}

async fn an_order_that_was_left_is_told_to_bankid_before_another_is_opened(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.add_order(&order("o")).await.expect("added");
        tx.lease_orders(NOW, after(15), after(2), 9).await.expect("leased");
        // It is abandoned while the poller starts it with BankID.
        tx.abandon_order("o", after(1)).await.expect("left");
        tx.add_order(&order("p")).await.expect("added");
        tx.order_started(hold("o", after(15)), b"started", "hint", after(1))
            .await
            .expect("started");
        assert_eq!(state(tx, "o").await, OrderState::Cancelling);
        let due = tx.lease_orders(after(1), after(16), after(3), 9).await.expect("leased");
        assert_eq!(due.iter().map(|order| order.id.as_str()).collect::<Vec<_>>(), ["o"]);
        assert!(due.iter().all(|order| order.started.is_some()));
        assert!(tx.end_order("o").await.expect("ended"));
        let due = tx.lease_orders(after(1), after(16), after(3), 9).await.expect("leased");
        assert_eq!(due.iter().map(|order| order.id.as_str()).collect::<Vec<_>>(), ["p"]);
        // A done or failed order ends at once when it is abandoned.
        assert!(tx.order_failed(hold("p", after(16)), "why").await.expect("failed"));
        tx.abandon_orders_of("s", after(2)).await.expect("left");
        tx.abandon_order("p", after(2)).await.expect("left");
        assert_eq!(state(tx, "p").await, OrderState::Ended);
        // So do those of an invitation, whichever session started them.
        for id in ["q", "r"] {
            let session_id = format!("session of {id}");
            tx.add_order(&BankIdOrder { session_id, ..order(id) }).await.expect("added");
        }
        tx.abandon_orders_for(&["another"], after(3)).await.expect("left");
        assert_eq!(state(tx, "q").await, OrderState::Opening);
        tx.abandon_orders_for(&["another", "i"], after(3)).await.expect("left");
        for id in ["q", "r"] {
            assert_eq!(state(tx, id).await, OrderState::Cancelling);
        }
    })
    .await;
}

async fn a_way_back_is_used_once(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.add_order(&order("o")).await.expect("added");
        assert!(tx.order_by_return(b"another").await.expect("read").is_none());
        let found = tx.order_by_return(b"way back of o").await.expect("read").expect("there");
        assert!(tx.order_returned(&found.id, after(1)).await.expect("returned"));
        assert!(!tx.order_returned(&found.id, after(2)).await.expect("kept"));
        let found = tx.order("o").await.expect("read").expect("there");
        assert_eq!(found.returned_at, Some(after(1)));
        tx.add_login(&login("l")).await.expect("added");
        assert!(tx.login_by_state(b"another").await.expect("read").is_none());
        let found = tx.login_by_state(b"state of l").await.expect("read").expect("there");
        assert!(tx.use_login(&found.id, after(1)).await.expect("used"));
        assert!(!tx.use_login(&found.id, after(2)).await.expect("refused"));
        assert_eq!(tx.login("l").await.expect("read").expect("there").used_at, Some(after(1)));
    })
    .await;
}

async fn identifications_are_counted_and_erased(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.add_order(&order("o")).await.expect("added");
        tx.add_order(&BankIdOrder { session_id: "t".to_owned(), ..order("p") })
            .await
            .expect("added");
        tx.add_login(&login("l")).await.expect("added");
        let begun = tx.begun_since("i", 0, "s", b"another", after(-1)).await.expect("read");
        let starts = |count| Starts { count, first: Some(NOW) };
        assert_eq!(begun, Begun { all: starts(3), network: starts(1), session: starts(2) });
        let begun = tx.begun_since("i", 0, "s", b"network", NOW).await.expect("read");
        assert_eq!(begun, Begun::default());
        let by_the_next_link =
            tx.begun_since("i", 1, "s", b"network", after(-1)).await.expect("read");
        assert_eq!(by_the_next_link, Begun::default(), "a new link has fresh counts");
        let attempt = attempt("t", "s", NOW);
        tx.record_e_id_attempt(&attempt).await.expect("counted");
        assert_eq!(tx.attempts("i", 0, "s", after(-1)).await.expect("read").1.invitation_all, 1);
        assert_eq!(tx.attempts("i", 0, "s", after(-1)).await.expect("read").0.invitation_all, 0);
        assert_eq!(tx.purge_identifications(NOW).await.expect("kept"), 0);
        assert_eq!(tx.purge_identifications(after(1)).await.expect("erased"), 3);
        tx.add_order(&order("o")).await.expect("added");
        assert_eq!(tx.purge_meetings(after(99_000_000)).await.expect("erased"), 1);
        assert!(tx.order("o").await.expect("read").is_none(), "an order goes with its meeting");
    })
    .await;
}

async fn what_waits_and_what_is_followed_is_counted(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        assert!(tx.queue_depths().await.expect("read").is_empty());
        assert!(tx.followed_orders().await.expect("read").is_empty());
        tx.enqueue(message("late", after(5))).await.expect("posted");
        tx.enqueue(message("early", after(2))).await.expect("posted");
        tx.enqueue(message("ended", NOW)).await.expect("posted");
        tx.complete("ended", Outcome::Sent, None, after(1)).await.expect("ended");
        tx.enqueue(NewMessage { kind: MessageKind::Code, ..message("code", after(3)) })
            .await
            .expect("posted");
        let mut waiting: Vec<_> = tx
            .queue_depths()
            .await
            .expect("read")
            .into_iter()
            .map(|it| (it.kind, it.messages, it.oldest))
            .collect();
        waiting.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(
            waiting,
            [("code".to_owned(), 1, after(3)), ("invitation".to_owned(), 2, after(2))]
        );
        for id in ["o", "p", "q"] {
            tx.add_order(&order(id)).await.expect("added");
        }
        tx.abandon_order("q", after(1)).await.expect("left");
        let mut followed = tx.followed_orders().await.expect("read");
        followed.sort();
        assert_eq!(followed, [("cancelling".to_owned(), 1), ("opening".to_owned(), 2)]);
    })
    .await;
}
