//! The contract of the waiting room: knocks, decisions on them, and who leads.

use super::{NOW, after, flow, ground, invitation, meeting, proof, write};
use crate::{
    clock::Time,
    model::{Event, IdentificationFlow, Invitation, Knock},
    rules::room::KnockState,
    store::{SeatRows, Store, Tx},
};
use app::wire::Role;

promises!(
    a_knock_belongs_to_one_link_and_one_session,
    a_knock_goes_with_its_session_and_its_meeting,
    a_knock_of_another_meeting_is_not_found,
    a_second_knock_begins_anew,
    decisions_are_taken_one_after_another,
    hosts_are_known_and_how_they_identified,
    many_knock_at_once,
    seats_of_many_are_read_in_their_order,
    what_decides_about_a_seat_is_read_together,
    who_waits_and_who_was_let_in_is_listed,
    wishes_to_be_called_are_listed,
);

fn knock(id: &str, invitation: &str, session: &str, since: Time) -> Knock {
    Knock {
        id: id.to_owned(),
        meeting_id: "m".to_owned(),
        invitation_id: invitation.to_owned(),
        session_id: session.to_owned(),
        generation: 0,
        state: KnockState::Waiting,
        since,
        decided_at: None,
        message: String::new(),
    }
}

/// Adds a guest: an invitation, a session, and a flow with a proof.
async fn guest(tx: &mut Tx, number: usize) -> Knock {
    let (id, session) = (format!("i{number}"), format!("s{number}"));
    let position = i64::try_from(number).expect("few") + 1;
    tx.add_invitation(&invitation(&id, "m", position)).await.expect("added");
    tx.add_session(&session, format!("value {number}").as_bytes(), NOW).await.expect("added");
    proven(tx, &session, &id).await;
    knock(&format!("k{number}"), &id, &session, after(position))
}

async fn proven(tx: &mut Tx, session: &str, invitation: &str) {
    tx.put_flow(&flow(session, invitation)).await.expect("added");
    tx.record_proof(session, invitation, &proof(), NOW).await.expect("proven");
}

async fn listed(tx: &mut Tx) -> Vec<(String, KnockState)> {
    let guests = tx.guests("m", after(-1), after(-1)).await.expect("read");
    guests.into_iter().map(|guest| (guest.id, guest.state)).collect()
}

async fn a_second_knock_begins_anew(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        let first = knock("k", "i", "s", NOW);
        tx.put_knock(&first).await.expect("added");
        assert_eq!(tx.knock("i", 0, "s").await.expect("read"), Some(first.clone()));
        tx.decide_knock("k", KnockState::Refused, after(1)).await.expect("decided");
        tx.tell_knock("k", "Strax").await.expect("told");
        let told = tx.knock("i", 0, "s").await.expect("read").expect("there");
        assert_eq!((told.state, told.decided_at), (KnockState::Refused, Some(after(1))));
        assert_eq!(told.message, "Strax");
        let second = Knock { id: "other".to_owned(), since: after(2), ..first };
        tx.put_knock(&second).await.expect("added");
        assert_eq!(tx.knock("i", 0, "s").await.expect("read"), Some(second));
    })
    .await;
}

async fn a_knock_belongs_to_one_link_and_one_session(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.add_session("t", b"value of t", NOW).await.expect("added");
        tx.put_knock(&knock("k", "i", "s", NOW)).await.expect("added");
        assert!(tx.knock("i", 0, "t").await.expect("read").is_none());
        assert!(tx.knock("i", 1, "s").await.expect("read").is_none());
        tx.put_knock(&knock("l", "i", "t", NOW)).await.expect("added");
        tx.decide_knock("k", KnockState::Admitted, after(1)).await.expect("decided");
        let other = tx.knock("i", 0, "t").await.expect("read").expect("there");
        assert_eq!(other.state, KnockState::Waiting, "another device is not let in");
    })
    .await;
}

async fn a_knock_of_another_meeting_is_not_found(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.add_meeting(&meeting("n")).await.expect("added");
        tx.put_knock(&knock("k", "i", "s", NOW)).await.expect("added");
        assert!(tx.lock_knock("n", "k").await.expect("read").is_none());
        assert!(tx.lock_knock("m", "none").await.expect("read").is_none());
        assert!(tx.lock_knock("m", "k").await.expect("read").is_some());
    })
    .await;
}

async fn who_waits_and_who_was_let_in_is_listed(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        for number in 0..5 {
            let knock = guest(tx, number).await;
            tx.put_knock(&knock).await.expect("added");
        }
        tx.decide_knock("k1", KnockState::Admitted, after(9)).await.expect("decided");
        tx.decide_knock("k2", KnockState::Refused, after(9)).await.expect("decided");
        tx.decide_knock("k3", KnockState::Removed, after(9)).await.expect("decided");
        let waiting = ("k0".to_owned(), KnockState::Waiting);
        let inside = ("k1".to_owned(), KnockState::Admitted);
        let last = ("k4".to_owned(), KnockState::Waiting);
        assert_eq!(listed(tx).await, [waiting.clone(), inside.clone(), last]);
        // A new link is another person's, perhaps.
        let newer = Invitation { generation: 1, ..invitation("i4", "m", 5) };
        tx.put_invitation(&newer).await.expect("written");
        assert_eq!(listed(tx).await, [waiting.clone(), inside.clone()]);
        tx.end_session("s0").await.expect("ended");
        assert_eq!(listed(tx).await, [inside]);
        // Nobody is listed whose session has ended, or who knocked before the last end.
        assert!(tx.guests("m", after(-1), NOW).await.expect("read").is_empty());
        assert!(tx.guests("m", after(99), after(-1)).await.expect("read").is_empty());
    })
    .await;
}

async fn many_knock_at_once(store: Store) {
    ground(&store).await;
    let knocks = write(&store, async move |tx| {
        let mut knocks = Vec::new();
        for number in 0..50 {
            knocks.push(guest(tx, number).await);
        }
        knocks
    })
    .await;
    let knocking: Vec<_> = knocks
        .into_iter()
        .map(|knock| {
            let store = store.clone();
            tokio::spawn(async move {
                write(&store, async move |tx| {
                    tx.lock_invitation(&knock.invitation_id).await.expect("locked");
                    tx.lock_room("m", NOW).await.expect("locked");
                    tx.put_knock(&knock).await.expect("added");
                    tx.change_room("m", NOW).await.expect("changed");
                })
                .await;
            })
        })
        .collect();
    for knock in knocking {
        knock.await.expect("knocked");
    }
    write(&store, async move |tx| {
        assert_eq!(listed(tx).await.len(), 50);
        assert_eq!(tx.room("m").await.expect("read").expect("there").version, 50);
    })
    .await;
}

async fn decisions_are_taken_one_after_another(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.put_knock(&knock("k", "i", "s", NOW)).await.expect("added");
    })
    .await;
    let deciding: Vec<_> = (0..50)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                write(&store, async move |tx| {
                    tx.lock_room("m", NOW).await.expect("locked");
                    let knock = tx.lock_knock("m", "k").await.expect("read").expect("there");
                    let waits = knock.state == KnockState::Waiting;
                    if waits {
                        let state = if number % 2 == 0 {
                            KnockState::Admitted
                        } else {
                            KnockState::Refused
                        };
                        tx.decide_knock("k", state, after(1)).await.expect("decided");
                    }
                    waits
                })
                .await
            })
        })
        .collect();
    let mut decided = 0;
    for decision in deciding {
        decided += usize::from(decision.await.expect("an end"));
    }
    assert_eq!(decided, 1);
}

async fn a_knock_goes_with_its_session_and_its_meeting(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.put_knock(&knock("k", "i", "s", NOW)).await.expect("added");
        tx.add_session("t", b"value of t", NOW).await.expect("added");
        tx.put_knock(&knock("l", "i", "t", NOW)).await.expect("added");
        tx.end_session("s").await.expect("ended");
        assert!(tx.lock_knock("m", "k").await.expect("read").is_none());
        assert!(tx.lock_knock("m", "l").await.expect("read").is_some());
        assert_eq!(tx.purge_meetings(after(10_000_000)).await.expect("erased"), 1);
        assert!(tx.lock_knock("m", "l").await.expect("read").is_none());
    })
    .await;
}

async fn hosts_are_known_and_how_they_identified(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        assert!(tx.hosts("m", after(-1)).await.expect("read").is_empty());
        let host = Invitation {
            role: Role::Host,
            name: Some("Kim".to_owned()),
            ..invitation("h", "m", 9)
        };
        tx.add_invitation(&host).await.expect("added");
        // A guest's proof makes no host, and neither does a host's opened link.
        proven(tx, "s", "i").await;
        tx.put_flow(&flow("s", "h")).await.expect("added");
        for (proves, seen_after, method) in
            [(false, after(-1), None), (true, after(-1), Some("email-code")), (true, NOW, None)]
        {
            if proves {
                proven(tx, "s", "h").await;
            }
            let hosts = tx.hosts("m", seen_after).await.expect("read");
            let [host] = hosts.as_slice() else { panic!("one host: {hosts:?}") };
            assert_eq!(
                (host.booked_name.as_deref(), host.method.as_deref()),
                (Some("Kim"), method)
            );
        }
    })
    .await;
}

async fn wishes_to_be_called_are_listed(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        for (at, step) in [(1, "method"), (2, "code")] {
            let event = Event {
                step: Some(step.to_owned()),
                ..Event::new("call-wanted", Some("i"), after(at))
            };
            tx.add_event("m", &event).await.expect("added");
        }
        tx.add_event("m", &Event::new("opened", Some("i"), after(3))).await.expect("added");
        let calls = tx.calls_wanted("m", 10).await.expect("read");
        let steps: Vec<_> = calls.iter().map(|call| call.step.as_deref()).collect();
        assert_eq!(steps, [Some("code"), Some("method")]);
        assert_eq!(tx.calls_wanted("m", 1).await.expect("read").len(), 1);
    })
    .await;
}

async fn what_decides_about_a_seat_is_read_together(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        let bare = seat(tx, "i", "none", after(-1)).await.expect("there");
        assert!(bare.session.is_none() && bare.flow.is_none());
        assert!(bare.knock.is_none() && bare.room.is_none());
        proven(tx, "s", "i").await;
        let kept = IdentificationFlow { camera: Some(true), ..flow("s", "i") };
        tx.put_flow(&kept).await.expect("written");
        tx.put_knock(&knock("k", "i", "s", NOW)).await.expect("added");
        tx.lock_room("m", NOW).await.expect("made");
        let rows = seat(tx, "i", "s", after(-1)).await.expect("there");
        let flow = rows.flow.expect("a flow");
        assert_eq!((flow.level.as_deref(), flow.camera), (Some("loa2"), Some(true)));
        assert_eq!(rows.knock.expect("a knock").id, "k");
        assert_eq!(rows.room.expect("a room").meeting_id, "m");
        assert!(rows.session.is_some_and(|session| session.identified));
        let late = seat(tx, "i", "s", NOW).await.expect("there");
        assert!(late.session.is_none() && late.knock.is_none());
        assert!(seat(tx, "none", "s", after(-1)).await.is_none());
    })
    .await;
}

async fn seat(tx: &mut Tx, invitation: &str, session: &str, seen_after: Time) -> Option<SeatRows> {
    let people = [(invitation, session)].into_iter();
    let mut rows = tx.seat_rows(people, seen_after).await.expect("read");
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

async fn seats_of_many_are_read_in_their_order(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        proven(tx, "s", "i").await;
        for number in 0..40 {
            let id = format!("i {number}");
            tx.add_invitation(&invitation(&id, "m", number + 1)).await.expect("added");
            tx.put_flow(&flow("s", &id)).await.expect("written");
        }
        let ids: Vec<_> = (0..40).rev().map(|number| format!("i {number}")).collect();
        let odd = "i\", [\\ ' \u{1f642}";
        let asked = ids.iter().map(|id| (id.as_str(), "s"));
        let asked: Vec<_> = asked.chain([(odd, "s"), ("i", "s"), ("i", "s")]).collect();
        let rows = tx.seat_rows(asked.into_iter(), after(-1)).await.expect("read");
        let found: Vec<_> =
            rows.iter().map(|rows| rows.as_ref().map(|rows| rows.invitation.id.clone())).collect();
        let expected: Vec<_> = ids.into_iter().map(Some).collect();
        let (many, rest) = found.split_at(40);
        assert_eq!(many, expected);
        assert_eq!(rest, [None, Some("i".to_owned()), Some("i".to_owned())]);
        assert!(rows.iter().flatten().all(|rows| rows.flow.is_some()));
        assert!(tx.seat_rows([].into_iter(), NOW).await.expect("read").is_empty());
    })
    .await;
}
