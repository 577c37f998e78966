//! The contract of the meetings that a sender books, their versions and invitations.

use super::{NOW, after, attempt, ground, invitation, meeting, message, write};
use crate::{
    clock::Time,
    model::{EarlierDetails, Event, Invitation, InvitationStage, Meeting, MessageKind, Outcome},
    store::{NewMessage, NewSend, Store},
};
use app::wire::Role;

promises!(
    what_is_booked_is_read_again,
    a_stage_is_reached_once,
    erasing_a_meeting_takes_all_that_hangs_on_it,
    what_was_booked_can_be_changed,
    what_a_recipient_was_told_last_is_found_again,
    versions_of_a_meeting_are_counted_by_themselves,
    meetings_are_listed_from_the_last_booked_on,
    events_stay_in_order,
    after_an_erasure_all_that_is_kept_is_there,
    the_keys_that_invitations_need_are_counted,
);

async fn what_is_booked_is_read_again(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.add_invitation(&invitation("i2", "m", 1)).await.expect("added");
        let host = Invitation { role: Role::Host, ..invitation("i3", "m", 2) };
        tx.add_invitation(&host).await.expect("added");
    })
    .await;
    let mut tx = store.read().await.expect("a transaction");
    let read = tx.meeting("m").await.expect("read").expect("there");
    assert_eq!(format!("{read:?}"), format!("{:?}", meeting("m")));
    let read = tx.invitation_by_token(b"hash of i2").await.expect("read").expect("there");
    assert_eq!(format!("{read:?}"), format!("{:?}", invitation("i2", "m", 1)));
    let all = tx.invitations("m").await.expect("read");
    let people = all.iter().map(|i| (i.id.as_str(), i.role)).collect::<Vec<_>>();
    assert_eq!(people, [("i", Role::Guest), ("i2", Role::Guest), ("i3", Role::Host)]);
    assert!(tx.meeting("none").await.expect("read").is_none());
    assert!(tx.invitation_by_token(b"none").await.expect("read").is_none());
}

async fn the_keys_that_invitations_need_are_counted(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        let other = |id: &str, meeting: &str| Invitation {
            key_id: "new".to_owned(),
            ..invitation(id, meeting, 1)
        };
        tx.add_invitation(&other("i2", "m")).await.expect("added");
        let gone = Invitation { key_id: "gone".to_owned(), ..other("i3", "m") };
        tx.add_invitation(&gone).await.expect("added");
        let gone = Invitation { withdrawn_at: Some(NOW), ..gone };
        tx.put_invitation(&gone).await.expect("withdrawn");
        let off = Meeting { cancelled_at: Some(NOW), ..meeting("off") };
        tx.add_meeting(&off).await.expect("added");
        tx.add_invitation(&Invitation { key_id: "off".to_owned(), ..other("i4", "off") })
            .await
            .expect("added");
    })
    .await;
    let mut tx = store.read().await.expect("a transaction");
    // The second has a personal identity number that is hashed with the first's key.
    let needed = vec![("key".to_owned(), 2), ("new".to_owned(), 1)];
    assert_eq!(tx.keys_needed(NOW).await.expect("read"), needed);
    assert_eq!(tx.keys_needed(meeting("m").ends_at).await.expect("read"), []);
}

async fn a_stage_is_reached_once(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        for stage in [
            InvitationStage::Sent,
            InvitationStage::Opened,
            InvitationStage::Identified,
            InvitationStage::Joined,
            InvitationStage::Locked,
            InvitationStage::Failed,
        ] {
            tx.mark_reached("i", stage, after(1)).await.expect("reached");
            tx.mark_reached("i", stage, after(2)).await.expect("kept");
        }
        let read = tx.invitation("i").await.expect("read").expect("there");
        let stages = [
            read.sent_at,
            read.opened_at,
            read.identified_at,
            read.joined_at,
            read.locked_at,
            read.failed_at,
        ];
        assert_eq!(stages, [Some(after(1)); 6]);
    })
    .await;
}

async fn erasing_a_meeting_takes_all_that_hangs_on_it(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.enqueue(message("x", NOW)).await.expect("posted");
        let event = Event::new("booked", Some("i"), NOW);
        tx.add_event("m", &event).await.expect("added");
        assert!(tx.record_attempt(&attempt("t", "s", NOW), 3).await.expect("counted"));
        let send = NewSend { address_hash: b"anna", mail_at: Some(NOW), e_id: false };
        tx.record_send("n", &attempt("n", "s", NOW), send).await.expect("counted");
        let end = meeting("m").ends_at;
        assert_eq!(tx.purge_meetings(end).await.expect("kept"), 0);
        assert_eq!(tx.purge_meetings(Time(end.0 + 1)).await.expect("erased"), 1);
        assert!(tx.invitation("i").await.expect("read").is_none());
        assert!(tx.challenge("c").await.expect("read").is_none());
        assert!(tx.flow("s", "i").await.expect("read").is_none());
        assert!(tx.events("m").await.expect("read").is_empty());
        assert!(tx.lease(after(9), after(10), 9, true).await.expect("leased").is_empty());
        assert!(tx.sends("i", 0, "s", b"anna", Time(0)).await.expect("read").address.is_empty());
        assert_eq!(tx.attempts("i", 0, "s", Time(0)).await.expect("read").0.invitation_all, 0);
    })
    .await;
}

async fn what_a_recipient_was_told_last_is_found_again(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        for sequence in 0..3 {
            let starts_at = after(sequence);
            let before = Meeting { starts_at, sequence, ..meeting("m") };
            tx.keep_details(&before).await.expect("kept");
        }
        assert!(tx.details_told("i", 0, 3).await.expect("read").is_none(), "nothing was sent");
        let news = |id, kind, sequence| NewMessage { kind, sequence, ..message(id, NOW) };
        tx.enqueue(news("x", MessageKind::Invitation, 0)).await.expect("posted");
        tx.enqueue(news("y", MessageKind::Changed, 1)).await.expect("posted");
        tx.enqueue(news("z", MessageKind::Changed, 2)).await.expect("posted");
        tx.enqueue(news("r", MessageKind::Reminder, 2)).await.expect("posted");
        for (id, outcome, told) in [
            ("r", Outcome::Sent, None),
            ("x", Outcome::Sent, Some(NOW)),
            ("y", Outcome::Dropped, Some(NOW)),
            ("z", Outcome::Sent, Some(after(2))),
        ] {
            assert!(tx.complete(id, outcome, None, after(9)).await.expect("ended"));
            let found = tx.details_told("i", 0, 3).await.expect("read");
            assert_eq!(found.map(|it| it.starts_at), told, "{id}");
        }
        let found = tx.details_told("i", 0, 2).await.expect("read").expect("told");
        let Meeting { ends_at, time_zone, organiser_name, organiser_phone, .. } = meeting("m");
        let kept =
            EarlierDetails { starts_at: NOW, ends_at, time_zone, organiser_name, organiser_phone };
        assert_eq!(found, kept, "the last before it");
        assert!(tx.details_told("i", 1, 3).await.expect("read").is_none(), "another link");
        tx.record_described("x", 1).await.expect("recorded");
        let found = tx.details_told("i", 0, 2).await.expect("read").expect("told");
        assert_eq!(found.starts_at, after(1), "as it was when the message was made");
    })
    .await;
}

async fn what_was_booked_can_be_changed(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.lock_meeting("m").await.expect("locked");
        let moved = Meeting {
            title: "Annat".to_owned(),
            starts_at: after(5),
            sequence: 1,
            changed_at: Some(after(1)),
            ..meeting("m")
        };
        tx.put_meeting(&moved).await.expect("written");
        let read = tx.meeting("m").await.expect("read").expect("there");
        assert_eq!(format!("{read:?}"), format!("{moved:?}"));
        let corrected = Invitation {
            email: "bo@example.org".to_owned(),
            phone: Some("+46701740605".to_owned()),
            generation: 1,
            token_hash: b"another".to_vec(),
            personal_number_hash: None,
            locked_at: Some(after(2)),
            withdrawn_at: Some(after(3)),
            ..invitation("i", "m", 0)
        };
        tx.put_invitation(&corrected).await.expect("written");
        let read = tx.invitation("i").await.expect("read").expect("there");
        assert_eq!(format!("{read:?}"), format!("{corrected:?}"));
        assert!(tx.invitation_by_token(b"hash of i").await.expect("read").is_none());
    })
    .await;
}

async fn versions_of_a_meeting_are_counted_by_themselves(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.add_meeting(&meeting("n")).await.expect("added");
        tx.count_version("m").await.expect("counted");
        tx.put_meeting(&Meeting { version: 0, ..meeting("m") }).await.expect("written");
        tx.count_version("m").await.expect("counted");
        tx.count_version("none").await.expect("nothing");
        for (id, version) in [("m", 2), ("n", 0)] {
            let read = tx.meeting(id).await.expect("read").expect("there");
            assert_eq!(read.version, version, "{id}");
        }
    })
    .await;
}

async fn meetings_are_listed_from_the_last_booked_on(store: Store) {
    write(&store, async move |tx| {
        for (id, at) in [("a", 1), ("c", 2), ("b", 2), ("d", 3)] {
            let meeting = Meeting { created_at: after(at), ..meeting(id) };
            tx.add_meeting(&meeting).await.expect("added");
        }
        let ids = |found: Vec<Meeting>| found.into_iter().map(|it| it.id).collect::<Vec<_>>();
        assert_eq!(ids(tx.meetings(None, 2).await.expect("read")), ["d", "c"]);
        let next = tx.meetings(Some((after(2), "c")), 9).await.expect("read");
        assert_eq!(ids(next), ["b", "a"]);
        assert!(tx.meetings(Some((after(1), "a")), 9).await.expect("read").is_empty());
    })
    .await;
}

async fn events_stay_in_order(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        let event =
            |kind: &str| Event { identity_matched: Some(true), ..Event::new(kind, None, NOW) };
        for kind in ["booked", "sent", "opened"] {
            tx.add_event("m", &event(kind)).await.expect("added");
        }
        let events = tx.events("m").await.expect("read");
        let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(kinds, ["booked", "sent", "opened"]);
        assert!(events.is_sorted_by_key(|event| event.number));
        // Times of the events of one invitation.
        let invitation = tx.invitation("i").await.expect("read").expect("there");
        for (of, kind, at) in
            [("i", "sent", 3), ("i", "sent", 2), ("j", "sent", 2), ("i", "opened", 2)]
        {
            let event = Event { invitation_id: Some(of.to_owned()), at: after(at), ..event(kind) };
            tx.add_event("m", &event).await.expect("added");
        }
        let times = tx.happened_since(&invitation, "sent", NOW).await.expect("read");
        assert_eq!(times, [after(2), after(3)]);
        let times = tx.happened_since(&invitation, "sent", after(2)).await.expect("read");
        assert_eq!(times, [after(3)]);
    })
    .await;
}

async fn after_an_erasure_all_that_is_kept_is_there(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.add_meeting(&Meeting { ends_at: after(-5), ..meeting("old") }).await.expect("added");
    })
    .await;
    write(&store, async move |tx| {
        assert_eq!(tx.purge_meetings(NOW).await.expect("erased"), 1);
    })
    .await;
    assert!(store.after_erasure().await.expect("cleaned"));
    assert!(store.after_erasure().await.expect("cleaned again"));
    let mut tx = store.read().await.expect("a transaction");
    assert!(tx.meeting("old").await.expect("read").is_none());
    assert!(tx.meeting("m").await.expect("read").is_some());
}
