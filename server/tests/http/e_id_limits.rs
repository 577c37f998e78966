//! Limits of identifications and addresses in flows by e-ID. What others do shows nowhere.

use crate::bankid::{failed, start};
use app::wire::{Failure, Problem};
use server::messages::content::Body;
use test_support::{
    browser::Browser,
    captured_messages::CapturedMessage,
    phone::{NUMBER, OTHER_NUMBER},
    test_app::{CIA, HOUR, Invitation, MINUTE, SECOND, TestApp, TestAppBuilder},
};

#[tokio::test]
async fn refused_identifications_lock_that_way_and_sender_and_recipient_are_told() {
    let app = start().await;
    let invitation = app.invite_by_number(NUMBER).await;
    let mut refused = 0;
    for _ in 0..2 {
        let browser = app.browser();
        browser.to_choice(&invitation, CIA).await;
        for _ in 0..5 {
            browser.choose(&invitation, "bankid-elsewhere").await;
            app.sign(OTHER_NUMBER).await;
            browser.finish(&invitation).await;
            refused += 1;
        }
        assert_eq!(browser.get(&invitation.path()).await.screen(), "locked");
    }
    assert_eq!(refused, 10);
    assert_eq!(app.status(&invitation).await, "locked");
    assert_eq!(app.mail("kim@kommun.example").await.len(), 1);
    assert_eq!(app.happened(&invitation, "e-id-locked").await, 1);
    let mail = app.mail(CIA).await;
    let is_lock = |post: &&CapturedMessage| matches!(post.context.content, Body::EIdLockedOut(_));
    let told: Vec<_> = mail.iter().filter(is_lock).collect();
    assert_eq!(told.len(), 1, "since no page says so");
    for text in ["Kim Handläggare", "0300-83 40 00", "ny inbjudan"] {
        assert!(told[0].rendered.text.contains(text), "{text}: {}", told[0].rendered.text);
    }
    assert!(!told[0].full_text().contains(&invitation.token));
    // Another browser sees no difference, and the invited person is rejected there too.
    let browser = app.browser();
    browser.to_choice(&invitation, CIA).await;
    browser.choose(&invitation, "bankid-elsewhere").await;
    app.sign(NUMBER).await;
    assert_eq!(failed(&browser.finish(&invitation).await), Some(Failure::NotInvited));
    assert_eq!(browser.get(&invitation.step("invitation")).await.screen(), "choice");
    assert_eq!(app.happened(&invitation, "not-invited").await, 11);
    assert_eq!(app.happened(&invitation, "identified").await, 0);
}

#[tokio::test]
async fn identifications_with_another_address_count_for_nobody_else() {
    let app = start().await;
    let invitation = app.invite_by_number(NUMBER).await;
    for _ in 0..3 {
        let stranger = app.browser();
        stranger.to_choice(&invitation, "eva@example.org").await;
        for _ in 0..5 {
            stranger.choose(&invitation, "bankid-elsewhere").await;
            app.sign(OTHER_NUMBER).await;
            stranger.finish(&invitation).await;
        }
        assert_eq!(stranger.get(&invitation.path()).await.screen(), "locked", "in that browser");
    }
    assert_eq!(app.happened(&invitation, "not-invited").await, 15);
    assert_eq!(app.happened(&invitation, "e-id-locked").await, 0);
    let browser = app.browser();
    browser.to_choice(&invitation, CIA).await;
    browser.choose(&invitation, "bankid-elsewhere").await;
    app.sign(NUMBER).await;
    assert_eq!(browser.finish(&invitation).await.screen(), "invitation");
}

#[tokio::test]
async fn a_session_names_five_addresses_an_hour_and_the_same_one_as_often_as_it_likes() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    for first in [CIA, "eva@example.org"] {
        let browser = app.browser();
        for number in 0..4 {
            assert_eq!(browser.give(&invitation, first).await.screen(), "method");
            let other = format!("guess{number}@example.org");
            assert_eq!(browser.give(&invitation, &other).await.screen(), "method");
        }
        let page = browser.give(&invitation, "sixth@example.org").await;
        assert!(matches!(page.problem(), Some(Problem::TooManyAddresses { .. })), "{first}");
        assert_eq!(page.screen(), "address", "beside the field");
        assert_eq!(browser.give(&invitation, &first.to_uppercase()).await.screen(), "method");
        // The loaded app gets it with its status.
        let loaded = app.loaded();
        loaded.set_cookie("anslut", browser.cookie("anslut").as_deref());
        assert_eq!(loaded.give(&invitation, "sixth@example.org").await.status, 429);
        app.forward(MINUTE * 25).await;
        assert_eq!(browser.give(&invitation, first).await.screen(), "method");
        app.forward(MINUTE * 25).await;
        assert_eq!(browser.give(&invitation, first).await.screen(), "method");
        app.forward(MINUTE * 11).await;
        assert_eq!(browser.give(&invitation, "sixth@example.org").await.screen(), "method");
    }
}

/// Returns a browser at this address, behind a trusted proxy.
fn from(app: &TestApp, address: &str) -> Browser {
    app.browser().with("x-forwarded-for", address)
}

/// Starts identifications, at most this many, until the limit is reached. Returns how many were started.
async fn begun(browser: &Browser, invitation: &Invitation, most: u32) -> u32 {
    browser.to_choice(invitation, CIA).await;
    for begun in 0..most {
        let page = browser.choose(invitation, "bankid-elsewhere").await;
        if page.screen() != "bankid" {
            assert_eq!(page.screen(), "choice");
            assert!(matches!(page.problem(), Some(Problem::TooManyIdentifications { .. })));
            return begun;
        }
    }
    most
}

#[tokio::test]
async fn identifications_can_not_be_begun_without_end() {
    let app = TestAppBuilder::product()
        .with_bankid()
        .with("http.trusted_proxies", "127.0.0.0/8")
        .start()
        .await;
    let invitation = app.invite_with_e_id().await;
    for (address, gets) in [
        // A session may start 15, and a network 30.
        ("203.0.113.1", 15),
        ("::ffff:203.0.113.2", 15),
        ("203.0.113.3", 0),
        ("2001:db8::1", 1),
    ] {
        let most = if gets == 1 { 1 } else { 16 };
        assert_eq!(begun(&from(&app, address), &invitation, most).await, gets, "{address}");
    }
    let networks = [
        app.rows("bankid_orders", "network IS NULL").await,
        app.rows("bankid_orders", "TRUE").await,
    ];
    assert_eq!(networks, [0, 31]);
    app.wait(HOUR + SECOND).await;
    from(&app, "203.0.113.3").to_bankid(&invitation, "bankid-elsewhere").await;
}
