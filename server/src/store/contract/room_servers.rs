//! The contract of the servers that hold built-in rooms.

use super::{NOW, after, write};
use crate::{
    model::RoomServer,
    store::{Store, Tx},
};

promises!(
    a_server_is_known_while_it_registers,
    one_with_few_people_comes_first,
    two_processes_with_one_name_are_noticed,
    one_without_media_takes_no_built_in_room,
);

fn server(name: &str, process: &str, people: i64) -> RoomServer {
    RoomServer {
        name: name.to_owned(),
        process: process.to_owned(),
        signal_url: format!("https://{name}.kommun.example"),
        media: true,
        people,
    }
}

async fn names(tx: &mut Tx, seen_after: i64) -> Vec<String> {
    let servers = tx.room_servers(after(seen_after), true).await.expect("read");
    servers.into_iter().map(|server| server.name).collect()
}

async fn a_server_is_known_while_it_registers(store: Store) {
    write(&store, async |tx| {
        let one = server("one", "a", 3);
        assert!(tx.register_server(&one, false, NOW).await.expect("registered"));
        assert_eq!(tx.room_server("one").await.expect("read"), Some(one));
        assert_eq!(tx.room_server("two").await.expect("read"), None);
        assert_eq!(names(tx, -1).await, ["one"]);
        assert!(names(tx, 0).await.is_empty());
        tx.register_server(&server("one", "a", 3), true, after(3)).await.expect("registered");
        assert_eq!(names(tx, 0).await, ["one"]);
        // A new process has the name: the old one's farewell comes late.
        tx.register_server(&server("one", "b", 0), false, after(4)).await.expect("registered");
        tx.forget_server("a").await.expect("nothing");
        assert_eq!(names(tx, 0).await, ["one"]);
        tx.forget_server("b").await.expect("forgotten");
        assert!(names(tx, 0).await.is_empty());
        tx.register_server(&server("one", "c", 0), false, after(5)).await.expect("registered");
        tx.forget_lost_servers(after(5)).await.expect("nothing");
        assert_eq!(names(tx, 0).await, ["one"]);
        tx.forget_lost_servers(after(6)).await.expect("forgotten");
        assert_eq!(tx.room_server("one").await.expect("read"), None);
    })
    .await;
}

async fn one_with_few_people_comes_first(store: Store) {
    write(&store, async |tx| {
        for (name, people) in [("one", 4), ("two", 2), ("three", 3)] {
            let server = server(name, name, people);
            tx.register_server(&server, false, NOW).await.expect("registered");
        }
        assert_eq!(names(tx, -1).await, ["two", "three", "one"]);
        for _ in 0..2 {
            tx.count_on_server("two").await.expect("counted");
        }
        assert_eq!(names(tx, -1).await, ["three", "one", "two"]);
        tx.register_server(&server("two", "two", 2), true, after(3)).await.expect("registered");
        assert_eq!(names(tx, -1).await, ["two", "three", "one"]);
    })
    .await;
}

async fn two_processes_with_one_name_are_noticed(store: Store) {
    write(&store, async |tx| {
        let (first, second) = (server("one", "a", 0), server("one", "b", 0));
        assert!(tx.register_server(&first, false, NOW).await.expect("registered"));
        assert!(tx.register_server(&first, true, after(3)).await.expect("registered"));
        assert!(tx.register_server(&second, false, after(4)).await.expect("a restart"));
        assert_eq!(tx.server_shared_at("one").await.expect("read"), None);
        assert!(!tx.register_server(&first, true, after(6)).await.expect("the first still runs"));
        assert_eq!(tx.server_shared_at("one").await.expect("read"), Some(after(6)));
        assert!(!tx.register_server(&second, true, after(7)).await.expect("so does the second"));
        assert!(tx.register_server(&second, true, after(10)).await.expect("alone again"));
        assert_eq!(tx.server_shared_at("one").await.expect("read"), Some(after(7)));
        assert_eq!(tx.server_shared_at("two").await.expect("read"), None);
    })
    .await;
}

async fn one_without_media_takes_no_built_in_room(store: Store) {
    write(&store, async |tx| {
        let one = RoomServer { media: false, ..server("one", "a", 0) };
        tx.register_server(&one, false, NOW).await.expect("registered");
        tx.register_server(&server("two", "b", 3), false, NOW).await.expect("registered");
        assert_eq!(names(tx, -1).await, ["two"]);
        let all = tx.room_servers(after(-1), false).await.expect("read");
        assert_eq!(all.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["one", "two"]);
        assert_eq!(all[0], one);
        let one = RoomServer { media: true, ..one };
        tx.register_server(&one, true, NOW).await.expect("registered");
        assert_eq!(names(tx, -1).await, ["one", "two"]);
    })
    .await;
}
