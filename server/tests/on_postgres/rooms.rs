//! Built-in rooms on several servers: one holds a room, any serves its people, and none keeps one that it has lost.

use app::wire::signal::Bye;
use axum::http::{Method, StatusCode};
use serde_json::json;
use std::{net::SocketAddr, time::Duration};
use test_support::{
    browser::send,
    meeting_room::{BuiltIn, Person, host_and_guest, with_rooms},
    signalling::Signal,
    test_app::{ANNA, CIA, MINUTE, TestApp, TestAppBuilder},
};
use tokio::time::timeout;

/// Time within which a change at another server ends a connection.
const SEEN_WITHIN: Duration = Duration::from_secs(2);

/// Duration of a lease.
const LEASE: Duration = Duration::from_secs(10);

const MOVED: (u16, Option<Bye>) = (4503, Some(Bye::Moved));

fn rooms() -> TestAppBuilder {
    with_rooms().on_postgres().with("room.server", "first")
}

/// Two servers, and a meeting whose host has let the guest in.
async fn two_servers() -> (TestApp, SocketAddr, Person, Person) {
    let mut app = rooms().start().await;
    let second = app.another().await;
    let (host, guest) = host_and_guest(&app).await;
    host.decide("admit", &host.who_waits().await).await;
    (app, second, host, guest)
}

/// Ends every lease, as if its time were over.
async fn end_leases(app: &TestApp) {
    app.execute_sql("UPDATE rooms SET leased_until = 0").await;
}

/// Waits until a server has registered so many people.
async fn registered(app: &TestApp, condition: &str) {
    let there = async {
        while app.rows("servers", condition).await == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(LEASE, there).await.expect("a registration");
}

#[tokio::test]
async fn people_of_different_servers_meet_where_the_room_is_held() {
    let (app, second, host, guest) = two_servers().await;
    let (mut kim, _) = host.enter(&app).await;
    let there = guest.at(second, &app);
    let ticket = there.ticket().await;
    assert!(ticket.signal.ends_with("/room/first/signal"), "{}", ticket.signal);
    let refused = Signal::to(second, &app.origin, &ticket).await.err();
    assert_eq!(refused, Some(StatusCode::NOT_FOUND), "the other server holds no such room");
    let (mut anna, seats) = there.enter_at(app.address, &app).await;
    assert_eq!(seats.len(), 2);
    kim.waits_for_seats(|seats| seats.len() == 2).await;
    anna.waits_for_seats(|seats| seats.len() == 2).await;
}

#[tokio::test]
async fn what_is_decided_at_another_server_ends_a_connection_within_two_seconds() {
    let (app, second, host, guest) = two_servers().await;
    let there = host.at(second, &app);
    for (call, code, bye) in [
        ("wait", 4403, Bye::Waiting),
        ("remove", 4403, Bye::Removed),
        ("end-meeting", 4410, Bye::Ended),
    ] {
        let (mut anna, _) = guest.enter(&app).await;
        let knock = there.all().await.inside[0].guest.clone();
        assert_eq!(there.decide(call, &knock).await.status, 200);
        let end = timeout(SEEN_WITHIN, anna.ends()).await.expect("an end in time");
        assert_eq!(end, (code, Some(bye)), "{call}");
        if bye != Bye::Ended {
            guest.join().await;
            let all = host.all().await;
            let knock = all.waiting.iter().chain(&all.inside).next().expect("a knock");
            host.decide("admit", &knock.guest).await;
        }
    }
}

#[tokio::test]
async fn a_new_link_and_a_session_that_ends_elsewhere_end_a_connection_within_two_seconds() {
    let (app, second, host, guest) = two_servers().await;
    let (mut kim, _) = host.enter(&app).await;
    let (mut anna, _) = guest.enter(&app).await;
    let link = format!(
        "/api/v1/meetings/{}/recipients/{}/invitation",
        guest.invitation.meeting, guest.invitation.id
    );
    let answer = send(second, app.api_request(Method::POST, &link, None)).await;
    assert!(answer.status.is_success(), "{}", answer.text());
    let signed_out = (4403, Some(Bye::SignedOut));
    assert_eq!(timeout(SEEN_WITHIN, anna.ends()).await.expect("in time"), signed_out);
    host.at(second, &app).act("end", &[]).await;
    assert_eq!(timeout(SEEN_WITHIN, kim.ends()).await.expect("in time"), signed_out);
}

#[tokio::test]
async fn a_lease_that_can_t_be_renewed_ends_its_room_before_it_is_out() {
    let (app, _, host, guest) = two_servers().await;
    let (mut kim, _) = host.enter(&app).await;
    let (mut anna, _) = guest.enter(&app).await;
    app.execute_sql("ALTER TABLE rooms RENAME TO away").await;
    let both = timeout(LEASE, async { (kim.ends().await, anna.ends().await) });
    assert_eq!(both.await.expect("an end in time"), (MOVED, MOVED));
    let conferences = app.state().conferences.as_ref().expect("rooms");
    assert!(conferences.held().is_empty());
    assert_eq!(guest.asks_for_ticket().await.status, StatusCode::SERVICE_UNAVAILABLE);
    app.execute_sql("ALTER TABLE away RENAME TO rooms").await;
    let (_anna, seats) = guest.enter(&app).await;
    assert_eq!(seats.len(), 1, "without a new knock");
}

#[tokio::test]
async fn who_is_inside_stays_while_leases_can_be_renewed_though_nobody_can_be_asked_about() {
    let (app, _, host, _) = two_servers().await;
    let (mut kim, _) = host.enter(&app).await;
    app.execute_sql("ALTER TABLE knocks RENAME TO away").await;
    let ended = timeout(LEASE, kim.is_over()).await;
    assert!(ended.is_err(), "the room is still held here");
}

#[tokio::test]
async fn a_ticket_of_an_older_epoch_opens_nothing() {
    let (app, second, host, guest) = two_servers().await;
    let (first, second_one) = (guest.ticket().await, guest.ticket().await);
    end_leases(&app).await;
    let taken = host.at(second, &app).ticket().await;
    assert!(taken.signal.ends_with("/room/other-1/signal"), "{}", taken.signal);
    assert_eq!(Signal::open(&app, &first).await.ends().await, MOVED, "another server holds it");
    end_leases(&app).await;
    let back = guest.ticket().await;
    assert!(back.signal.ends_with("/room/first/signal"), "{}", back.signal);
    assert_eq!(Signal::open(&app, &second_one).await.ends().await, MOVED, "of an older epoch");
    assert_eq!(Signal::open(&app, &back).await.welcomed().await.len(), 1);
}

#[tokio::test]
async fn a_room_that_another_server_took_ends_here_within_two_seconds() {
    let (app, second, host, guest) = two_servers().await;
    let (mut kim, _) = host.enter(&app).await;
    let there = guest.at(second, &app);
    loop {
        // Unless a renewal comes first.
        end_leases(&app).await;
        if there.ticket().await.signal.ends_with("/room/other-1/signal") {
            break;
        }
    }
    assert_eq!(timeout(SEEN_WITHIN, kim.ends()).await.expect("an end in time"), MOVED);
}

#[tokio::test]
async fn a_server_without_media_leads_to_the_least_busy_one() {
    let mut app = rooms().start().await;
    let second = app.another().await;
    let bare = app.another_with(|config| config.room.media = None).await;
    let (host, guest) = host_and_guest(&app).await;
    host.decide("admit", &host.who_waits().await).await;
    let (_kim, _) = host.enter(&app).await;
    registered(&app, "name = 'first' AND people = 1").await;
    registered(&app, "name = 'other-1'").await;

    let there = guest.at(bare, &app);
    assert!(there.ticket().await.signal.ends_with("/room/first/signal"), "it is held already");
    let meeting = BuiltIn::booked(&app, &[CIA]).await;
    let leader = Person::identified(&app, &meeting.host).await.at(bare, &app);
    leader.join().await;
    let ticket = leader.ticket().await;
    assert!(ticket.signal.ends_with("/room/other-1/signal"), "{}", ticket.signal);
    let mut signal = Signal::to(second, &app.origin, &ticket).await.expect("a connection");
    assert_eq!(signal.welcomed().await.len(), 1);

    let check = there.act("check", &[]).await;
    assert_eq!(check.status, 200, "{}", check.text());
    let refused = Signal::to(bare, &app.origin, &ticket).await.err();
    assert_eq!(refused, Some(StatusCode::NOT_FOUND));
    // A server books what it holds.
    let mut booking = app.meeting(MINUTE, &[ANNA]);
    booking["room"] = json!({ "kind": "builtin" });
    let booking = app.api_request(Method::POST, "/api/v1/meetings", Some(&booking.to_string()));
    let answer = send(bare, booking).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
}

#[tokio::test]
async fn without_any_media_there_is_no_ticket_for_now() {
    let (app, _, _, guest) = two_servers().await;
    for state in [app.state(), app.other_state()] {
        state.leave_rooms().await.expect("left");
    }
    assert_eq!(guest.asks_for_ticket().await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(guest.act("check", &[]).await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_server_that_stops_gives_its_rooms_to_another_at_once() {
    let (app, second, host, guest) = two_servers().await;
    registered(&app, "name = 'other-1'").await;
    let (mut kim, _) = host.enter(&app).await;
    let (mut anna, _) = guest.enter(&app).await;
    let old = guest.ticket().await;
    app.state().leave_rooms().await.expect("left");
    assert_eq!((kim.ends().await, anna.ends().await), (MOVED, MOVED));
    // It still answers requests for a while.
    let ticket = host.ticket().await;
    assert!(ticket.signal.ends_with("/room/other-1/signal"), "{}", ticket.signal);
    let mut kim = Signal::to(second, &app.origin, &ticket).await.expect("a connection");
    kim.welcomed().await;
    let (_anna, seats) = guest.at(second, &app).enter_at(second, &app).await;
    assert_eq!(seats.len(), 2, "without a new knock");
    assert_eq!(Signal::open(&app, &old).await.ends().await, MOVED);
    assert_eq!(app.rows("servers", "name = 'first'").await, 0);
}

#[tokio::test]
async fn a_page_may_connect_to_the_signalling_of_every_server() {
    let mut app = rooms().start().await;
    let elsewhere = "http://localhost:7881";
    app.another_with(|config| {
        config.room.signal_url = elsewhere.to_owned().try_into().expect("an origin");
    })
    .await;
    registered(&app, "name = 'other-1'").await;
    let (host, guest) = host_and_guest(&app).await;
    host.decide("admit", &host.who_waits().await).await;
    let known = async {
        loop {
            let browser = guest.browser_without_scripts(&app);
            let page = browser.get(&guest.invitation.step("meeting")).await;
            let policy = page.header("content-security-policy").to_owned();
            if policy.contains("ws://localhost:7881") {
                return policy;
            }
        }
    };
    let policy = timeout(LEASE, known).await.expect("a policy");
    let own = app.origin.replacen("http", "ws", 1);
    assert!(policy.contains(&format!("connect-src 'self' {own} ws://localhost:7881;")), "{policy}");
    app.state().leave_rooms().await.expect("left");
    registered(&app, "name = 'other-1'").await;
    let ticket = guest.ticket().await;
    assert_eq!(ticket.signal, "ws://localhost:7881/room/other-1/signal");
}

#[tokio::test]
async fn two_servers_of_one_name_are_noticed() {
    let mut app = rooms().start().await;
    app.another_with(|config| "first".clone_into(&mut config.room.server)).await;
    registered(&app, "shared_at IS NOT NULL").await;
    let shared = app.state().server_shared_at("first").await.expect("read");
    assert!(shared.is_some());
}
