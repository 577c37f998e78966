//! Several servers on one database: nobody notices which one responds, or that one is gone.

use crate::product;
use axum::http::Method;
use futures_util::future::join_all;
use std::{collections::HashSet, net::SocketAddr};
use test_support::{
    browser::{Browser, Kind, send},
    captured_messages::MailerMode,
    test_app::{ANNA, MINUTE, SECOND, TestApp},
};

/// Returns the same browser at another server.
fn moved(app: &TestApp, browser: &Browser, to: SocketAddr) -> Browser {
    let there = Browser::new(to, &app.origin, Kind::Loaded);
    there.set_cookie("anslut", browser.cookie("anslut").as_deref());
    there
}

#[tokio::test]
async fn a_way_that_was_begun_at_one_server_goes_on_at_the_other() {
    let mut app = product().start().await;
    let second = app.another().await;
    let invitation = app.invite(ANNA).await;
    let mut browser = app.loaded();
    assert_eq!(browser.begin(&invitation).await.screen(), "address");
    browser = moved(&app, &browser, second);
    assert_eq!(browser.give(&invitation, ANNA).await.screen(), "code");
    let code = app.code(ANNA).await;
    browser = moved(&app, &browser, app.address);
    assert_eq!(browser.enter(&invitation, &code).await.screen(), "invitation");
    browser = moved(&app, &browser, second);
    assert_eq!(browser.connect(&invitation).await.screen(), "meeting");
    browser = moved(&app, &browser, app.address);
    assert_eq!(browser.join(&invitation).await.screen(), "room");
    assert_eq!(app.status(&invitation).await, "joined");
    let events = app.events(&invitation).await;
    for once in ["opened", "code-requested", "code-sent", "identified", "joined"] {
        assert_eq!(events.iter().filter(|it| *it == once).count(), 1, "{once}: {events:?}");
    }
}

#[tokio::test]
async fn a_way_goes_on_when_its_server_dies() {
    let mut app = product().start().await;
    let second = app.another().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    let code = browser.ask(&app, &invitation).await;
    app.die().await;
    let browser = moved(&app, &browser, second);
    assert_eq!(browser.enter(&invitation, &code).await.screen(), "invitation");
    assert_eq!(browser.connect(&invitation).await.screen(), "meeting");
    assert_eq!(browser.join(&invitation).await.screen(), "room");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_an_address_bears_is_exact_over_invitations_and_servers() {
    let mut app = product().with("code.sends_per_address", "3").start().await;
    let second = app.another().await;
    let mut flows = Vec::new();
    for number in 0..12 {
        let invitation = app.invite_early(ANNA).await;
        let address = if number % 2 == 0 { app.address } else { second };
        let browser = moved(&app, &app.loaded(), address);
        browser.begin(&invitation).await;
        flows.push((browser, invitation));
    }
    join_all(flows.iter().map(|(browser, invitation)| browser.give(invitation, ANNA))).await;
    assert_eq!(app.codes(ANNA).await, 3);
    assert_eq!(app.rows("sends", "NOT suppressed").await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn equal_bookings_at_once_with_one_key_are_one_over_all_servers() {
    let mut app = product().start().await;
    let second = app.another().await;
    let body = app.meeting(MINUTE, &[ANNA]).to_string();
    let other = app.meeting(MINUTE * 2, &[ANNA]).to_string();
    let call = |address, body: &str| {
        let mut request = app.api_request(Method::POST, "/api/v1/meetings", Some(body));
        request.headers_mut().insert("idempotency-key", "samma".parse().expect("a key"));
        send(address, request)
    };
    let calls = (0..10).flat_map(|_| [app.address, second]).map(|it| call(it, &body));
    let pages = join_all(calls).await;
    let answers: Vec<u16> = pages.iter().map(|page| page.status.as_u16()).collect();
    assert!(answers.iter().all(|status| *status == 201), "{answers:?}");
    let ids: HashSet<String> = pages.iter().map(|page| page.json()["id"].to_string()).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(app.rows("meetings", "TRUE").await, 1);
    assert_eq!(app.mail(ANNA).await.len(), 1);
    assert_eq!(call(second, &other).await.status, 422);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_session_in_many_tabs_at_two_servers_ends_cleanly() {
    let mut app = product().start().await;
    let second = app.another().await;
    for _ in 0..5 {
        let (one, other) = (app.invite_early(ANNA).await, app.invite_early(ANNA).await);
        let here = app.loaded();
        here.begin(&one).await;
        here.begin(&other).await;
        let there = moved(&app, &here, second);
        // In any order there is no deadlock, and nothing fails.
        let (a, b, c) = tokio::join!(here.begin(&other), there.end(&one), there.begin(&one));
        for page in [a, b, c] {
            assert!(page.status.as_u16() < 500, "{}", page.status);
        }
        app.clock.forward(MINUTE);
    }
}

#[tokio::test]
async fn what_a_dead_server_had_in_hand_is_sent_by_the_other_as_it_was() {
    let mut app = product().start().await;
    app.messages.set_mode(MailerMode::Hangs);
    let meeting = app.meeting(MINUTE, &[ANNA]);
    assert_eq!(app.api(Method::POST, "/api/v1/meetings", Some(&meeting)).await.status, 201);
    app.messages.wait_for(1).await;
    let second = app.another().await;
    app.messages.set_mode(MailerMode::Accepts);
    app.die().await;
    // Other messages are sent meanwhile.
    let more = app.api_request(Method::POST, "/api/v1/meetings", Some(&meeting.to_string()));
    assert_eq!(send(second, more).await.status, 201);
    app.messages.wait_for(2).await;
    app.jump(SECOND * 46).await;
    let post = app.messages.all();
    assert_eq!(post.len(), 3);
    assert_eq!(post[0].context.message_id, post[2].context.message_id);
    assert_eq!(post[0].full_text(), post[2].full_text());
    assert_ne!(post[0].context.message_id, post[1].context.message_id);
}

mod with_bankid {
    use super::*;
    use app::wire::{Progress, Stage};
    use test_support::phone::NUMBER;

    async fn progress(browser: &Browser, step: &str) -> Progress {
        serde_json::from_value(browser.get(step).await.json()).expect("progress")
    }

    #[tokio::test]
    async fn an_identification_is_followed_by_one_server_and_seen_at_both() {
        let mut app = product().with_bankid().start().await;
        let second = app.another().await;
        let invitation = app.invite_with_e_id().await;
        let browser = moved(&app, &app.loaded(), second);
        browser.to_choice(&invitation, &invitation.email).await;
        browser.choose(&invitation, "bankid-elsewhere").await;
        let here = moved(&app, &browser, app.address);
        let path = invitation.step("progress");
        // The stream stays open until the identification is done, whichever server polls BankID.
        let told = [app.address, second].map(|address| {
            let page = moved(&app, &browser, address).with("accept", "text/event-stream");
            let path = path.clone();
            tokio::spawn(async move { page.get(&path).await.text() })
        });
        app.sign(NUMBER).await;
        for told in told {
            let told = told.await.expect("an end");
            assert!(told.contains("/back/bankid/"), "{told}");
        }
        assert_eq!(progress(&browser, &path).await.stage, Stage::Done);
        assert_eq!(progress(&here, &path).await.stage, Stage::Done);
        assert_eq!(app.rows("bankid_orders", "TRUE").await, 1);
        let pages = join_all([&browser, &here].map(|it| it.finish(&invitation))).await;
        let inside = pages.iter().filter(|page| page.screen() == "invitation").count();
        assert_eq!(inside, 1, "it is gone on from once");
        assert_eq!(app.happened(&invitation, "identified").await, 1);
        assert_eq!(app.rows("attempts", "wrong").await, 0);
    }

    #[tokio::test]
    async fn an_identification_that_a_dead_server_held_is_followed_by_the_other() {
        let mut app = product().with_bankid().start().await;
        let invitation = app.invite_with_e_id().await;
        let browser = app.loaded();
        browser.to_choice(&invitation, &invitation.email).await;
        browser.choose(&invitation, "bankid-elsewhere").await;
        let order = app.order_ref().await;
        app.die().await;
        // As if the server had died while it polled.
        app.execute_sql("UPDATE bankid_orders SET leased_until = due_at + 13000").await;
        let second = app.another().await;
        app.phone().sign(&order, NUMBER).await;
        app.clock.forward(SECOND * 16);
        app.settled_orders().await;
        let browser = moved(&app, &browser, second);
        let page = browser.finish(&invitation).await;
        assert_eq!(page.screen(), "invitation", "{}", page.text());
    }
}
