//! The contract of built-in rooms: who holds one, and how it ends.

use super::{NOW, after, ground, meeting, write};
use crate::{
    model::{HeldRoom, MeetingRoom, RoomLease},
    store::{Store, Tx},
};

promises!(
    a_lock_an_opening_and_an_end_stay,
    a_room_goes_with_its_meeting,
    a_server_can_give_up_its_rooms,
    changes_of_rooms_are_found_by_their_time,
    of_many_servers_one_takes_a_room,
    many_leases_are_renewed_at_once_and_the_lost_are_told_apart,
    only_the_holder_renews_its_lease,
    a_renewal_records_the_hosts_inside,
    many_servers_renew_side_by_side,
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
        let again = tx.take_room("m", &holder.server, after(1), after(30)).await.expect("asked");
        assert_eq!(again, holder, "the same server keeps it, and its epoch");
        assert!(renews(tx, "m", &holder, 20).await);
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
        assert!(renews(tx, "m", &first, 20).await);
        assert!(!renews(tx, "m", &lease("two", 1), 20).await);
        let second = tx.take_room("m", "two", after(20), after(30)).await.expect("taken");
        assert!(!renews(tx, "m", &first, 40).await);
        assert!(renews(tx, "m", &second, 40).await);
        assert!(!renews(tx, "none", &second, 40).await);
    })
    .await;
}

fn held(meeting: &str, epoch: i64) -> HeldRoom {
    HeldRoom { meeting_id: meeting.to_owned(), epoch, has_host: false }
}

async fn renewed(tx: &mut Tx, server: &str, rooms: &[HeldRoom], until: i64) -> Vec<String> {
    let times = (NOW, after(until), after(-15_000));
    let mut renewed = tx.renew_rooms(server, rooms, times).await.expect("renewed");
    renewed.sort();
    renewed
}

async fn renews(tx: &mut Tx, meeting: &str, lease: &RoomLease, until: i64) -> bool {
    renewed(tx, &lease.server, &[held(meeting, lease.epoch)], until).await == [meeting]
}

async fn many_leases_are_renewed_at_once_and_the_lost_are_told_apart(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        let meetings: Vec<_> = (0..30).map(|number| format!("m {number:02}")).collect();
        for id in &meetings {
            tx.add_meeting(&meeting(id)).await.expect("added");
            tx.take_room(id, "one", NOW, after(10)).await.expect("taken");
        }
        let rooms: Vec<_> = meetings.iter().map(|id| held(id, 1)).collect();
        assert_eq!(renewed(tx, "one", &rooms, 20).await, meetings);
        for id in &meetings {
            let still = tx.take_room(id, "two", after(19), after(30)).await.expect("asked");
            assert_eq!(still, lease("one", 1));
        }
        for id in &meetings[..10] {
            tx.take_room(id, "two", after(20), after(30)).await.expect("taken");
        }
        assert_eq!(renewed(tx, "one", &rooms, 40).await, meetings[10..]);
        assert_eq!(renewed(tx, "two", &rooms, 40).await, Vec::<String>::new(), "of an older epoch");
        assert_eq!(renewed(tx, "one", &[], 40).await, Vec::<String>::new());
        let lost = tx.room(&meetings[0]).await.expect("read").expect("there");
        assert_eq!((lost.server.as_deref(), lost.leased_until), (Some("two"), after(30)));
    })
    .await;
}

async fn a_renewal_records_the_hosts_inside(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.add_meeting(&meeting("n")).await.expect("added");
        for id in ["m", "n"] {
            tx.take_room(id, "one", after(-1_000), after(10)).await.expect("taken");
        }
        let rooms = [HeldRoom { has_host: true, ..held("m", 1) }, held("n", 1)];
        for version in [1, 1] {
            assert_eq!(renewed(tx, "one", &rooms, 20).await, ["m", "n"]);
            let led = tx.room("m").await.expect("read").expect("there");
            assert_eq!((led.host_seen_at, led.version), (Some(NOW), version), "news only once");
        }
        let other = tx.room("n").await.expect("read").expect("there");
        assert_eq!((other.host_seen_at, other.version), (None, 0));
        assert_eq!(tx.rooms_changed(NOW).await.expect("read"), [("m".to_owned(), 1)]);
    })
    .await;
}

async fn many_servers_renew_side_by_side(store: Store) {
    ground(&store).await;
    let meetings: Vec<_> = (0..40).map(|number| format!("m {number:02}")).collect();
    let all = meetings.clone();
    write(&store, async move |tx| {
        for (number, id) in all.iter().enumerate() {
            tx.add_meeting(&meeting(id)).await.expect("added");
            let server = format!("server {}", number % 4);
            tx.take_room(id, &server, NOW, after(10)).await.expect("taken");
        }
    })
    .await;
    // Each renews its own among those of others, in another order.
    let servers = (0..12).map(|number| {
        let (store, mut rooms) = (store.clone(), meetings.clone());
        rooms.rotate_left(number * 7 % 40);
        tokio::spawn(async move {
            write(&store, async move |tx| {
                let rooms: Vec<_> = rooms.iter().map(|id| held(id, 1)).collect();
                renewed(tx, &format!("server {}", number % 4), &rooms, 20).await.len()
            })
            .await
        })
    });
    for server in servers.collect::<Vec<_>>() {
        assert_eq!(server.await.expect("an end"), 10);
    }
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
