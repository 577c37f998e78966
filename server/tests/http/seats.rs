//! Seats in a built-in room: who gets one, and who may stay.

use app::{
    backend::Visitor,
    fields::InvitationToken,
    wire::{Identified, Knock, Lobby, Presence, Role},
};
use axum::http::Method;
use server::{
    conference::{Inside, seats::MediaId},
    identification::seats::Entry,
    model::HeldRoom,
    rules::room::Standing,
    state::AppState,
};
use test_support::{
    meeting_room::{BuiltIn, Person, host_and_guest, with_rooms},
    test_app::{ANNA, CIA, HOUR, MINUTE, SECOND, TestApp},
};

const BO: &str = "bo@example.org";

fn visitor(person: &Person) -> Visitor {
    Visitor { session: person.browser.cookie("anslut"), ..Visitor::default() }
}

fn link(person: &Person) -> InvitationToken {
    InvitationToken::parse(&person.invitation.token).expect("a token")
}

/// Asks for a seat in a room with free ones.
async fn entry(app: &TestApp, person: &Person) -> Result<Entry, u16> {
    let asked = app.state().room_entry(&visitor(person), &link(person), |_, _| false).await;
    asked.expect("an answer").map_err(|page| page.status)
}

async fn standing(app: &TestApp, entry: &Entry) -> Standing {
    holds(app, entry, false).await
}

async fn holds(app: &TestApp, entry: &Entry, active: bool) -> Standing {
    let inside = Inside {
        meeting: entry.meeting_id.clone(),
        epoch: entry.lease.epoch,
        person: entry.person.clone(),
        media: active.then_some(MediaId(0)),
    };
    let (standings, active) = app.state().standings(&[inside]).await.expect("an answer");
    app.state().note_active(active).await;
    standings[0]
}

/// Prolongs a server's lease of a room. `false` if it holds the room no more.
async fn renews(state: &AppState, entry: &Entry) -> bool {
    let meeting_id = entry.meeting_id.clone();
    let held = HeldRoom { meeting_id, epoch: entry.lease.epoch, has_host: false };
    !state.renew_rooms(vec![held]).await.expect("an answer").is_empty()
}

#[tokio::test]
async fn a_guest_has_a_seat_once_let_in_and_until_it_is_taken_back() {
    let app = with_rooms().start().await;
    let (host, guest) = host_and_guest(&app).await;
    assert_eq!(entry(&app, &guest).await.expect_err("waits"), 409);
    let knock = host.who_waits().await;
    host.decide("admit", &knock).await;
    let seat = entry(&app, &guest).await.expect("a seat");
    assert_eq!((seat.person.role, seat.person.method), (Role::Guest, Identified::EmailCode));
    assert_eq!(seat.person.name, "Anna Andersson");
    assert_eq!(seat.meeting_id, guest.invitation.meeting);
    assert_eq!((seat.lease.server.as_str(), seat.lease.epoch), (app.state().server.as_str(), 1));
    let Standing::Holds { closes_at } = standing(&app, &seat).await else { panic!("no seat") };
    assert_eq!(closes_at, seat.closes_at);
    host.decide("wait", &knock).await;
    assert_eq!(standing(&app, &seat).await, Standing::Waiting);
    assert_eq!(entry(&app, &guest).await.expect_err("waits"), 409);
    host.decide("admit", &knock).await;
    assert!(matches!(standing(&app, &seat).await, Standing::Holds { .. }));
    host.decide("remove", &knock).await;
    assert_eq!(standing(&app, &seat).await, Standing::Removed);
    assert_eq!(entry(&app, &guest).await.expect_err("removed"), 409);
    guest.join().await;
    assert_eq!(entry(&app, &guest).await.expect_err("only waits"), 409);
}

#[tokio::test]
async fn a_host_needs_no_knock_and_a_lock_keeps_nobody_out_who_was_let_in() {
    let app = with_rooms().start().await;
    let (host, guest) = host_and_guest(&app).await;
    host.decide("admit", &host.who_waits().await).await;
    host.act("lock", &[("on", "yes")]).await;
    let leader = entry(&app, &host).await.expect("a seat");
    let leading = &leader.person;
    assert_eq!((leading.role, leading.name.as_str()), (Role::Host, "Kim Handläggare"));
    let seat = entry(&app, &guest).await.expect("a seat");
    host.act("end-meeting", &[]).await;
    assert_eq!(standing(&app, &seat).await, Standing::Ended);
    assert_eq!(standing(&app, &leader).await, Standing::Ended);
    assert_eq!(entry(&app, &host).await.expect_err("ended"), 409);
}

#[tokio::test]
async fn nobody_else_has_a_seat() {
    let app = with_rooms().start().await;
    let meeting = BuiltIn::booked(&app, &[ANNA, BO]).await;
    let host = Person::identified(&app, &meeting.host).await;
    host.join().await;
    let guest = Person::waiting(&app, &meeting.guests[0]).await;
    host.decide("admit", &host.who_waits().await).await;
    // Without a session, with the link of another, with another device, and before a knock.
    let stranger = Person { browser: app.loaded(), invitation: guest.invitation.clone() };
    assert_eq!(entry(&app, &stranger).await.expect_err("unknown"), 409);
    let mut other = Person::identified(&app, &meeting.guests[1]).await;
    assert_eq!(entry(&app, &other).await.expect_err("has not knocked"), 409);
    other.invitation = guest.invitation.clone();
    assert_eq!(entry(&app, &other).await.expect_err("another's link"), 409);
    other.invitation = meeting.host.clone();
    assert_eq!(entry(&app, &other).await.expect_err("the host's link"), 409);
    // Another code is sent after a while.
    app.forward(MINUTE * 2).await;
    let phone = Person::identified(&app, &guest.invitation).await;
    assert_eq!(entry(&app, &phone).await.expect_err("another device"), 409);
    let link_room = app.invite(CIA).await;
    let elsewhere = Person::identified(&app, &link_room).await;
    assert_eq!(entry(&app, &elsewhere).await.expect_err("a link"), 409);
    let nowhere = InvitationToken::parse("abcDEF-0123456789_abcDEF012").expect("a token");
    let asked = app.state().room_entry(&visitor(&guest), &nowhere, |_, _| false).await;
    assert_eq!(asked.expect("an answer").expect_err("unknown").status, 404);
    assert!(entry(&app, &guest).await.is_ok());
}

#[tokio::test]
async fn a_full_room_says_so() {
    let app = with_rooms().start().await;
    let (host, guest) = host_and_guest(&app).await;
    host.decide("admit", &host.who_waits().await).await;
    let shut_out = async |person: &Person| {
        let asked = app.state().room_entry(&visitor(person), &link(person), |_, _| true).await;
        let page = asked.expect("an answer").expect_err("full");
        assert_eq!(page.status, 409);
        let app::wire::Screen::Meeting(meeting) = page.view.screen else { panic!("another page") };
        meeting.conference.expect("a room").lobby
    };
    let Some(Lobby::Guest(lobby)) = shut_out(&guest).await else { panic!("no lobby") };
    assert_eq!(lobby.state, Knock::Full);
    let Some(Lobby::Host(lobby)) = shut_out(&host).await else { panic!("no lobby") };
    assert!(lobby.full, "and sees who is inside: {lobby:?}");
    assert!(!host.all().await.full, "without asking for a seat nobody is shut out");
}

#[tokio::test]
async fn a_seat_is_over_with_its_session_and_its_link() {
    let app = with_rooms().start().await;
    let (host, guest) = host_and_guest(&app).await;
    host.decide("admit", &host.who_waits().await).await;
    let seat = entry(&app, &guest).await.expect("a seat");
    for _ in 0..5 {
        app.forward(MINUTE * 10).await;
        let holds = holds(&app, &seat, true).await;
        assert!(matches!(holds, Standing::Holds { .. }), "who is inside is active: {holds:?}");
    }
    app.forward(MINUTE * 31).await;
    assert_eq!(standing(&app, &seat).await, Standing::SignedOut);
    let guest = Person::waiting(&app, &guest.invitation).await;
    let host = Person::identified(&app, &host.invitation).await;
    host.join().await;
    host.decide("admit", &host.who_waits().await).await;
    let seat = entry(&app, &guest).await.expect("a seat");
    let path = format!(
        "/api/v1/meetings/{}/recipients/{}/invitation",
        seat.meeting_id, seat.person.invitation
    );
    assert!(app.api(Method::POST, &path, None).await.status.is_success());
    assert_eq!(standing(&app, &seat).await, Standing::SignedOut);
    assert!(matches!(
        standing(&app, &entry(&app, &host).await.expect("a seat")).await,
        Standing::Holds { .. }
    ));
    let leader = entry(&app, &host).await.expect("a seat");
    app.cancel_silently(&seat.meeting_id).await;
    assert_eq!(standing(&app, &leader).await, Standing::Ended);
}

#[tokio::test]
async fn who_comes_and_goes_is_on_record_and_guests_see_the_host() {
    let app = with_rooms().start().await;
    let (host, guest) = host_and_guest(&app).await;
    assert_eq!(guest.own().await.host, Presence::Away);
    let seat = entry(&app, &host).await.expect("a seat");
    app.state().note_joined(&seat.meeting_id, &seat.person.invitation).await.expect("noted");
    let mut news = guest.listen(app.address).await;
    assert_eq!(news.next().await["host"], "away");
    app.state().mark_host_seen(&seat.meeting_id).await.expect("noted");
    assert_eq!(news.next().await["host"], "here");
    app.clock.forward(SECOND * 15);
    assert_eq!(guest.own().await.host, Presence::Here);
    app.clock.forward(SECOND);
    assert_eq!(guest.own().await.host, Presence::Away, "nobody has seen the host since");
    app.state().mark_host_seen(&seat.meeting_id).await.expect("noted");
    app.state().mark_host_away(&seat.meeting_id).await.expect("noted");
    assert_eq!(guest.own().await.host, Presence::Away);
    app.state().note_left(&seat.meeting_id, &seat.person.invitation).await.expect("noted");
    let events = app.events(&guest.invitation).await;
    assert!(events.ends_with(&["joined".to_owned(), "left".to_owned()]), "{events:?}");
}

#[tokio::test]
async fn a_room_is_held_by_one_server_and_its_guests_are_told_of_the_other() {
    let mut app = with_rooms().start().await;
    let second = app.another().await;
    let (host, guest) = host_and_guest(&app).await;
    let mut news = guest.listen(second).await;
    assert_eq!(news.next().await["state"], "waiting");
    host.decide("admit", &host.who_waits().await).await;
    assert_eq!(news.next().await["state"], "admitted", "the other server hears of it");
    let first = entry(&app, &guest).await.expect("a seat");
    let there = app.other_state().room_entry(&visitor(&guest), &link(&guest), |_, _| false).await;
    let there = there.expect("an answer").expect("a seat");
    assert_eq!(there.lease, first.lease, "the ticket leads to the server that holds the room");
    assert!(renews(app.state(), &first).await);
    app.clock.forward(SECOND * 16);
    let there = app.other_state().room_entry(&visitor(&guest), &link(&guest), |_, _| false).await;
    let there = there.expect("an answer").expect("a seat");
    assert_eq!(
        (there.lease.server.as_str(), there.lease.epoch),
        (app.other_state().server.as_str(), 2)
    );
    assert!(!renews(app.state(), &first).await);
    assert_eq!(standing(&app, &first).await, Standing::Moved);
    app.other_state().give_up_rooms().await.expect("given up");
    assert_eq!(entry(&app, &guest).await.expect("a seat").lease.epoch, 3);
}

#[tokio::test]
async fn a_meeting_ends_by_itself_when_its_room_closes() {
    let app = with_rooms().start().await;
    let (host, guest) = host_and_guest(&app).await;
    app.forward(HOUR * 2 + MINUTE * 49).await;
    assert!(app.state().end_overdue().await.expect("an answer").is_empty());
    app.clock.forward(MINUTE);
    assert_eq!(app.state().end_overdue().await.expect("an answer"), [host.invitation.meeting]);
    assert!(app.state().end_overdue().await.expect("an answer").is_empty());
    assert_eq!(app.happened(&guest.invitation, "ended").await, 1);
}

#[tokio::test]
async fn a_sender_ends_a_meeting_once() {
    let app = with_rooms().start().await;
    let (host, guest) = host_and_guest(&app).await;
    let end = async |meeting: &str| {
        app.api(Method::POST, &format!("/api/v1/meetings/{meeting}/end"), None).await.status
    };
    host.decide("admit", &host.who_waits().await).await;
    let seat = entry(&app, &guest).await.expect("a seat");
    for _ in 0..2 {
        assert_eq!(end(&guest.invitation.meeting).await, 204);
    }
    assert_eq!(app.happened(&guest.invitation, "ended").await, 1);
    assert_eq!(standing(&app, &seat).await, Standing::Ended);
    assert_eq!(guest.state().await, Knock::Ended);
    assert_eq!(end("00000000-0000-0000-0000-000000000000").await, 404);
    assert_eq!(end(&app.invite(ANNA).await.meeting).await, 409);
    let ahead = BuiltIn::book(&app, &app.meeting(HOUR * 5, &[BO])).await;
    assert_eq!(end(&ahead.host.meeting).await, 409);
    app.cancel_silently(&ahead.host.meeting).await;
    assert_eq!(end(&ahead.host.meeting).await, 409);
    let browser = app.loaded();
    let page = browser.post(&format!("/api/v1/meetings/{}/end", seat.meeting_id), &[]).await;
    assert_eq!(page.status, 401, "a token is needed");
}
