//! Built-in rooms on two programs: one is stopped or killed with people inside, again and again. The other takes its
//! rooms, and no room is ever in two places.
//!
//! `ANSLUT_ROOM_SECONDS` sets how long one is restarted.

use crate::{
    mailbox::Mailbox,
    program::{Home, Program},
    trouble::mailed,
    visitor::{Visitor, ask, call, meeting},
};
use app::wire::signal::RoomTicket;
use axum::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection};
use std::{
    env,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use test_support::{
    fresh_postgres::FreshPostgres,
    mail_server::{Behaviour, MailServer},
    signalling::Signal,
};
use tokio::time::{self, Instant};

/// Rooms, each with a host and a guest.
const ROOMS: usize = 20;

/// Time within which people are back when their server was stopped, and when it was killed. A lease, and the time that
/// they take.
const BACK: [Duration; 2] = [Duration::from_secs(3), Duration::from_secs(15)];

/// Time between two attempts to enter.
const PAUSE: Duration = Duration::from_millis(200);

/// Records every change of a lease, at the database's own time. In milliseconds.
const LOG: &str = "
    CREATE TABLE lease_log (
        number BIGSERIAL PRIMARY KEY, meeting TEXT, server TEXT, epoch BIGINT, until BIGINT,
        at BIGINT DEFAULT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT
    );
    CREATE FUNCTION log_lease() RETURNS TRIGGER AS $$
    BEGIN
        INSERT INTO lease_log (meeting, server, epoch, until)
        VALUES (NEW.meeting_id, NEW.server, NEW.epoch, NEW.leased_until);
        RETURN NULL;
    END $$ LANGUAGE plpgsql;
    CREATE TRIGGER log_lease AFTER INSERT OR UPDATE OF server, epoch, leased_until ON rooms
        FOR EACH ROW EXECUTE FUNCTION log_lease();";

/// A person with a session, who may enter a room.
#[derive(Clone)]
struct Person {
    visitor: Visitor,
    token: String,
    room: usize,
}

/// Stays of people: the room, the process that served it, and from when to when.
type Seen = Arc<Mutex<Vec<(usize, (usize, usize), Instant, Instant)>>>;

struct World {
    home: Home,
    post: Mailbox,
    /// Number of starts of each program.
    starts: [AtomicUsize; 2],
    over: AtomicBool,
    seen: Seen,
}

impl World {
    async fn on(database: &FreshPostgres) -> Self {
        let mail = Arc::new(MailServer::start(Behaviour::default()).await);
        let mut home = Home::new(mail.address, Some(&database.url), 2);
        home.set("ROOM__LISTEN", "127.0.0.1:0");
        home.set("REMINDER__MAIL", "");
        Self {
            home,
            post: Mailbox::of(mail),
            starts: Default::default(),
            over: AtomicBool::new(false),
            seen: Seen::default(),
        }
    }

    async fn start(&self, number: usize) -> Program {
        let program = self.home.start(number).await;
        self.starts[number].fetch_add(1, Ordering::SeqCst);
        program
    }

    /// Books a meeting, and lets its host and its guest in.
    async fn people(&self, room: usize) -> [Person; 2] {
        let [host, guest] = ["kim", "anna"].map(|name| format!("{name}{room}@example.org"));
        let recipients = [
            json!({ "name": "Anna", "email": guest, "assurance": "loa2", "method": "email-code" }),
        ];
        let mut booking = meeting(&recipients);
        booking["room"] = json!({ "kind": "builtin" });
        booking["organiser"]["email"] = json!(host);
        let path = "/api/v1/meetings";
        let request = call(Method::POST, path, &self.home.token, None, &booking.to_string());
        let answer = ask(self.home.addresses[0], request).await.expect("an answer");
        assert_eq!(answer.status, 201, "{answer:?}");
        let mut host = self.identified(&host, room).await;
        let mut guest = self.identified(&guest, room).await;
        for person in [&mut host, &mut guest] {
            let joined = self.act(person, "join", &[("camera", "no"), ("microphone", "no")]).await;
            assert_eq!(joined.0, 200, "{}", joined.1);
        }
        let path = format!("/m/{}/lobby", host.token);
        let lobby = host.visitor.go(self.home.at(0), &path, None).await.expect("an answer").json();
        let knock = lobby["waiting"][0]["guest"].as_str().expect("a knock").to_owned();
        assert_eq!(self.act(&mut host, "admit", &[("guest", &knock)]).await.0, 200);
        [host, guest]
    }

    async fn identified(&self, email: &str, room: usize) -> Person {
        let token = mailed(&self.post, email, false).await;
        let mut person = Person { visitor: Home::english(), token, room };
        self.act(&mut person, "begin", &[]).await;
        self.act(&mut person, "address", &[("email", email)]).await;
        let code = mailed(&self.post, email, true).await;
        self.act(&mut person, "code", &[("code", &code)]).await;
        let page = self.act(&mut person, "enter", &[]).await;
        assert_eq!(page.0, 200, "{}", page.1);
        person
    }

    async fn act(&self, person: &mut Person, what: &str, more: &[(&str, &str)]) -> (u16, Value) {
        let fields = [&[("invitation", person.token.as_str())], more].concat();
        let path = format!("/do/{what}");
        let answer = person.visitor.go(self.home.at(0), &path, Some(&fields)).await;
        let answer = answer.expect("an answer");
        (answer.status, answer.json())
    }

    /// Enters the room by the server that is asked, once. `None` if that fails.
    async fn enter(&self, person: &Person, asked: usize) -> Option<(usize, Signal)> {
        let fields = [("invitation", person.token.as_str())];
        let mut visitor = person.visitor.clone();
        let answer = visitor.go(self.home.at(asked), "/do/room-ticket", Some(&fields)).await?;
        assert_ne!(answer.status, 409, "nobody must knock again: {answer:?}");
        if answer.status != 200 {
            return None;
        }
        let ticket: RoomTicket = serde_json::from_slice(&answer.body).expect("a ticket");
        let (number, address) = self.holder(&ticket);
        let mut signal = Signal::to(address, &self.home.origin, &ticket).await.ok()?;
        signal.is_welcomed().await.then_some((number, signal))
    }

    /// Returns the program that a ticket leads to, as the proxy finds it.
    fn holder(&self, ticket: &RoomTicket) -> (usize, SocketAddr) {
        let of = |address: &SocketAddr| {
            ticket.signal.ends_with(&format!("/room/port-{}/signal", address.port()))
        };
        let number = self.home.addresses.iter().position(of).expect("a known server");
        (number, self.home.addresses[number])
    }

    /// Enters by any server, as often as it takes. Returns the server that held the room.
    async fn is_back(&self, person: &Person) -> (usize, Signal) {
        loop {
            for asked in [0, 1] {
                if let Some(entered) = self.enter(person, asked).await {
                    return entered;
                }
            }
            time::sleep(PAUSE).await;
        }
    }

    /// Is in the room, and enters again whenever that ends, until all is over.
    async fn stays(&self, person: &Person, mut asked: usize) {
        while !self.over.load(Ordering::SeqCst) {
            asked = (asked + 1) % 2;
            let Some((number, mut signal)) = self.enter(person, asked).await else {
                time::sleep(PAUSE).await;
                continue;
            };
            let (start, from) = (self.starts[number].load(Ordering::SeqCst), now());
            let over = async {
                while !self.over.load(Ordering::SeqCst) {
                    time::sleep(PAUSE).await;
                }
            };
            tokio::select! {
                () = signal.is_over() => {}
                () = over => {}
            }
            let mut seen = self.seen.lock().expect("a lock");
            seen.push((person.room, (number, start), from, now()));
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a test takes the time by itself")]
fn now() -> Instant {
    Instant::now()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_of_a_server_that_stops_or_dies_are_back_at_the_other_without_a_knock() {
    let database = FreshPostgres::empty().await;
    let world = World::on(&database).await;
    let mut programs = [world.start(0).await, world.start(1).await];
    let [host, guest] = world.people(0).await;
    let (mut holder, mut kim) = world.enter(&host, 0).await.expect("entered");
    let (_, mut anna) = world.enter(&guest, 1).await.expect("entered");
    assert_eq!(holder, 0, "the one that was asked first");
    for (way, within) in ["SIGTERM", "SIGKILL"].into_iter().zip(BACK) {
        let from = now();
        if way == "SIGTERM" {
            programs[holder].terminate();
        } else {
            programs[holder].kill();
        }
        let back = time::timeout(within, async {
            kim.is_over().await;
            anna.is_over().await;
            (world.is_back(&host).await, world.is_back(&guest).await)
        });
        let ((one, kim_again), (other, anna_again)) = back.await.expect(way);
        println!("back after {way}: {:.1} s", (now() - from).as_secs_f64());
        assert_eq!((one, other), (1 - holder, 1 - holder));
        while programs[holder].is_running() {
            time::sleep(PAUSE).await;
        }
        programs[holder] = world.start(holder).await;
        (holder, kim, anna) = (one, kim_again, anna_again);
    }
    world.home.nothing_panicked();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_room_is_in_two_places_while_a_server_is_restarted_again_and_again() {
    let seconds = env::var("ANSLUT_ROOM_SECONDS").map_or(20, |it| it.parse().expect("a number"));
    let database = FreshPostgres::empty().await;
    let world = World::on(&database).await;
    let mut programs = [world.start(0).await, world.start(1).await];
    let mut connection = PgConnection::connect(&database.url).await.expect("a connection");
    connection.execute(LOG).await.expect("the log");
    let people = join_all((0..ROOMS).map(|room| world.people(room))).await.concat();
    let restarts = async {
        let until = now() + Duration::from_secs(seconds);
        let mut count = 0;
        while now() < until {
            time::sleep(Duration::from_secs(2)).await;
            // Each in turn, so that rooms move there and back.
            let number = count % 2;
            if count % 4 < 2 {
                programs[number].terminate();
                while programs[number].is_running() {
                    time::sleep(Duration::from_millis(20)).await;
                }
            } else {
                programs[number].kill();
            }
            programs[number] = world.start(number).await;
            count += 1;
        }
        world.over.store(true, Ordering::SeqCst);
        count
    };
    let stays = people.iter().enumerate().map(|(number, person)| world.stays(person, number));
    let (restarts, _) = tokio::join!(restarts, join_all(stays));
    world.home.nothing_panicked();

    let changes: Vec<(String, Option<String>, i64, i64, i64)> =
        sqlx::query_as("SELECT meeting, server, epoch, until, at FROM lease_log ORDER BY number")
            .fetch_all(&mut connection)
            .await
            .expect("the log");
    let moves = moves(&changes);
    let seen = world.seen.lock().expect("a lock");
    println!(
        "{restarts} restarts, {} changes of leases, {moves} moves, {} stays of {} people",
        changes.len(),
        seen.len(),
        people.len()
    );
    assert!(restarts > 3 && moves > ROOMS && seen.len() > people.len() * 2, "something happened");
    for (number, (room, place, from, until)) in seen.iter().enumerate() {
        for (other_room, other_place, other_from, other_until) in &seen[..number] {
            // A client may notice a moment late that its connection has ended.
            let together =
                (*until).min(*other_until).checked_duration_since((*from).max(*other_from));
            let apart = together.is_none_or(|it| it < Duration::from_secs(1));
            assert!(
                room != other_room || place == other_place || apart,
                "{place:?} {other_place:?}"
            );
        }
    }
}

/// Returns the number of times that a room has moved. Each time its lease was given back, or was out.
fn moves(changes: &[(String, Option<String>, i64, i64, i64)]) -> usize {
    let mut moves = 0;
    for (number, (meeting, server, epoch, _, at)) in changes.iter().enumerate() {
        let before = changes[..number].iter().rev().find(|it| it.0 == *meeting);
        let Some((_, held_by, held_in, until, _)) = before else { continue };
        assert!(epoch >= held_in, "epochs only grow");
        let Some(server) = server.as_ref().filter(|it| held_by.as_ref() != Some(it)) else {
            continue;
        };
        assert!(epoch > held_in, "a new holder counts");
        // The time of the log is a moment later than that by which the lease was judged.
        assert!(held_by.is_none() || until <= at, "{server} took a room that another held");
        moves += 1;
    }
    moves
}
