//! The contract of built-in rooms: who holds one, and how it ends.

use super::{NOW, after, ground, meeting, write};
use crate::{
    model::{MeetingRoom, RoomLease},
    store::Store,
};

promises!(
    a_lock_an_opening_and_an_end_stay,
    a_room_goes_with_its_meeting,
    a_server_can_give_up_its_rooms,
    changes_of_rooms_are_found_by_their_time,
    of_many_servers_one_takes_a_room,
    only_the_holder_renews_its_lease,
    overdue_rooms_are_ended_once,
);

fn lease(server: &str, epoch: i64) -> RoomLease {
    RoomLease { server: server.to_owned(), epoch }
}

async fn of_many_servers_one_takes_a_room(store: Store) {
    ground(&store).await;
    let takers = (0..50).map(|number| {
        let store = store.clone();
        tokio::spawn(async move {
            write(&store, async move |tx| {
                let server = format!("server {number}");
                let lease = tx.take_room("m", &server, NOW, after(10)).await.expect("asked");
                (lease.server == server, lease)
            })
            .await
        })
    });
    let mut holders = Vec::new();
    for taker in takers.collect::<Vec<_>>() {
        let (took, lease) = taker.await.expect("an end");
        assert_eq!(lease.epoch, 1);
        holders.extend(took.then_some(lease));
    }
    assert_eq!(holders.len(), 1);
    let holder = holders.remove(0);
    write(&store, async move |tx| {
        let again = tx.take_room("m", &holder.server, after(1), after(20)).await.expect("asked");
        assert_eq!(again, holder, "the same server keeps it, and its epoch");
        let other = tx.take_room("m", "other", after(19), after(30)).await.expect("asked");
        assert_eq!(other, holder, "others are told of the holder while its lease lasts");
        let other = tx.take_room("m", "other", after(20), after(30)).await.expect("asked");
        assert_eq!(other, lease("other", 2), "a new holder counts");
        let back = tx.take_room("m", &holder.server, after(30), after(40)).await.expect("asked");
        assert_eq!(back, lease(&holder.server, 3));
    })
    .await;
}

async fn only_the_holder_renews_its_lease(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        let first = tx.take_room("m", "one", NOW, after(10)).await.expect("taken");
        assert!(tx.renew_room("m", &first, after(20)).await.expect("renewed"));
        assert!(!tx.renew_room("m", &lease("two", 1), after(20)).await.expect("refused"));
        let second = tx.take_room("m", "two", after(20), after(30)).await.expect("taken");
        assert!(!tx.renew_room("m", &first, after(40)).await.expect("refused"));
        assert!(tx.renew_room("m", &second, after(40)).await.expect("renewed"));
        assert!(!tx.renew_room("none", &second, after(40)).await.expect("refused"));
    })
    .await;
}

async fn a_server_can_give_up_its_rooms(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.take_room("m", "one", NOW, after(10)).await.expect("taken");
        tx.release_rooms("two").await.expect("nothing");
        let still = tx.take_room("m", "two", NOW, after(10)).await.expect("asked");
        assert_eq!(still, lease("one", 1));
        tx.release_rooms("one").await.expect("released");
        let taken = tx.take_room("m", "two", NOW, after(10)).await.expect("asked");
        assert_eq!(taken, lease("two", 2));
    })
    .await;
}

async fn a_lock_an_opening_and_an_end_stay(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        assert_eq!(tx.room("m").await.expect("read"), None);
        let fresh = tx.lock_room("m", NOW).await.expect("made");
        assert_eq!(tx.lock_room("m", after(1)).await.expect("there"), fresh);
        tx.open_room("m", after(1)).await.expect("opened");
        tx.open_room("m", after(2)).await.expect("open");
        tx.set_room_locked("m", true).await.expect("locked");
        tx.set_host_seen("m", Some(after(3))).await.expect("seen");
        tx.set_hosts_told("m", after(4)).await.expect("told");
        let room = tx.room("m").await.expect("read").expect("there");
        let expected = MeetingRoom {
            opened_at: Some(after(1)),
            locked: true,
            host_seen_at: Some(after(3)),
            told_at: Some(after(4)),
            ..fresh
        };
        assert_eq!(room, expected);
        tx.end_room("m", after(5)).await.expect("ended");
        let room = tx.room("m").await.expect("read").expect("there");
        assert_eq!((room.ended_at, room.host_seen_at), (Some(after(5)), None));
        tx.open_room("m", after(6)).await.expect("opened");
        let room = tx.room("m").await.expect("read").expect("there");
        assert_eq!((room.opened_at, room.ended_at, room.locked), (Some(after(6)), None, false));
    })
    .await;
}

async fn changes_of_rooms_are_found_by_their_time(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.add_meeting(&meeting("n")).await.expect("added");
        for room in ["m", "n"] {
            tx.lock_room(room, NOW).await.expect("made");
        }
        tx.change_room("m", after(5)).await.expect("changed");
        tx.change_room("m", after(6)).await.expect("changed");
        let changed = tx.rooms_changed(after(6)).await.expect("read");
        assert_eq!(changed, [("m".to_owned(), 2)]);
        assert_eq!(tx.rooms_changed(NOW).await.expect("read").len(), 2);
        assert!(tx.rooms_changed(after(7)).await.expect("read").is_empty());
    })
    .await;
}

async fn overdue_rooms_are_ended_once(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.lock_room("m", NOW).await.expect("made");
        let ends = meeting("m").ends_at;
        let never_opened = tx.end_overdue_rooms(ends, NOW).await.expect("asked");
        assert!(never_opened.is_empty());
        tx.open_room("m", NOW).await.expect("opened");
        assert!(tx.end_overdue_rooms(after(0), NOW).await.expect("asked").is_empty());
        assert_eq!(tx.end_overdue_rooms(ends, after(9)).await.expect("ended"), ["m"]);
        assert!(tx.end_overdue_rooms(ends, after(9)).await.expect("asked").is_empty());
        let room = tx.room("m").await.expect("read").expect("there");
        assert_eq!((room.ended_at, room.version), (Some(after(9)), 1));
    })
    .await;
}

async fn a_room_goes_with_its_meeting(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.lock_room("m", NOW).await.expect("made");
        assert_eq!(tx.purge_meetings(after(10_000_000)).await.expect("erased"), 1);
        assert_eq!(tx.room("m").await.expect("read"), None);
    })
    .await;
}
