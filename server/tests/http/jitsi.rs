//! Rooms in Jitsi Meet: who is led there, when, and with which token. The tokens are read by another library than the one
//! that makes them.

use crate::changes::address;
use app::wire::{Problem, Screen};
use axum::http::{Method, StatusCode};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::{
    JsonWebKey, PrivateSigningKey,
    core::{CoreJsonWebKey, CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey},
};
use serde_json::{Value, json};
use test_support::{
    browser::{Browser, Page},
    oidc_provider::CLIENT_KEY,
    test_app::{ANNA, Invitation, KIM, MINUTE, SECOND, TestApp, TestAppBuilder},
};
use url::Url;

const MEETINGS: &str = "/api/v1/meetings";
const JITSI: &str = "https://meet.kommun.example";
const SECRET: &str = "hemligt-hemligt-hemligt-hemligt-";

/// Returns a configuration with a Jitsi that shares a secret.
pub(crate) fn with_jitsi() -> TestAppBuilder {
    TestAppBuilder::product()
        .with("jitsi.url", JITSI)
        .with("jitsi.app_id", "anslut")
        .with("jitsi.key", SECRET)
}

async fn start() -> TestApp {
    with_jitsi().start().await
}

/// A meeting in Jitsi that is open, with its host and one guest.
struct Booked {
    answer: Value,
    host: Invitation,
    guest: Invitation,
}

/// Books a meeting in Jitsi that starts in five minutes.
async fn book(app: &TestApp) -> Booked {
    book_as(app, &app.meeting(MINUTE * 5, &[ANNA])).await
}

async fn book_as(app: &TestApp, meeting: &Value) -> Booked {
    let mut meeting = meeting.clone();
    meeting["room"] = json!({ "kind": "jitsi" });
    let page = app.api(Method::POST, MEETINGS, Some(&meeting)).await;
    assert_eq!(page.status, 201, "{}", page.text());
    let answer = page.json();
    let host = invitation(app, &answer, &answer["hosts"][0]).await;
    let guest = invitation(app, &answer, &answer["recipients"][0]).await;
    Booked { answer, host, guest }
}

async fn invitation(app: &TestApp, meeting: &Value, person: &Value) -> Invitation {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let email = text(&person["email"]);
    let mail = app.mail(&email).await;
    let link = mail.iter().rev().find_map(|it| it.link().map(str::to_owned)).expect("a link");
    Invitation {
        meeting: text(&meeting["id"]),
        id: text(&person["id"]),
        email,
        token: link.rsplit('/').next().expect("a token").to_owned(),
    }
}

/// Identifies and joins. Returns the browser, and the page that leads to the room.
async fn join(app: &TestApp, invitation: &Invitation) -> (Browser, Page) {
    let browser = app.loaded();
    browser.identify(app, invitation).await;
    browser.connect(invitation).await;
    let page = browser.join(invitation).await;
    (browser, page)
}

/// Leads a guest into a meeting in Jitsi. Returns what nobody else may read: the token, its signature, the room and the key.
pub(crate) async fn secrets_of_a_visit(app: &TestApp) -> [String; 4] {
    let booked = book(app).await;
    let url = led_to(&join(app, &booked.guest).await.1);
    let token = token_of(&url);
    let signature = token.rsplit('.').next().expect("a signature").to_owned();
    [token, signature, url.path().trim_start_matches('/').to_owned(), SECRET.to_owned()]
}

/// Returns the address that a page leads to.
fn led_to(page: &Page) -> Url {
    let Screen::Room(room) = page.view().screen else { panic!("{}", page.text()) };
    room.url.parse().expect("an address")
}

/// Returns the token of an address, read as Jitsi Meet reads the fragment.
fn token_of(address: &Url) -> String {
    assert_eq!(address.query(), None, "a query would be logged");
    let mut settings = address.fragment().expect("a fragment").split('&').map(|part| {
        let (name, value) = part.split_once('=').expect("a value");
        let value = percent_encoding::percent_decode_str(value).decode_utf8().expect("text");
        (name, serde_json::from_str::<Value>(&value).expect("JSON"))
    });
    let (name, token) = settings.next().expect("a token");
    assert_eq!(name, "jwt");
    let others: Vec<_> = settings.collect();
    assert_eq!(others, [("config.p2p.enabled", json!(false))]);
    token.as_str().expect("text").to_owned()
}

/// Returns header and claims of a token, and asserts that it is signed with this key.
fn verified(token: &str, key: &CoreJsonWebKey, by: &CoreJwsSigningAlgorithm) -> (Value, Value) {
    let (signed, signature) = token.rsplit_once('.').expect("a signature");
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).expect("base64url");
    let check = key.verify_signature(by, signed.as_bytes(), &decoded(signature));
    check.expect("a valid signature");
    let (header, claims) = signed.split_once('.').expect("two parts");
    let read = |part: &str| serde_json::from_slice(&decoded(part)).expect("JSON");
    (read(header), read(claims))
}

/// Returns the claims of the token that a page leads to Jitsi with.
fn claims(page: &Page) -> Value {
    let key = CoreJsonWebKey::new_symmetric(SECRET.as_bytes().to_vec());
    let token = token_of(&led_to(page));
    let (header, claims) = verified(&token, &key, &CoreJwsSigningAlgorithm::HmacSha256);
    assert_eq!(header, json!({ "typ": "JWT", "alg": "HS256" }));
    claims
}

/// Returns the time after this many minutes from the start of the test, in seconds.
fn after(minutes: i64) -> i64 {
    let beginning: jiff::Timestamp = test_support::test_app::BEGINNING.parse().expect("a time");
    beginning.as_second() + minutes * 60
}

#[tokio::test]
async fn a_guest_and_a_host_come_into_the_same_room_each_with_an_own_token() {
    let app = start().await;
    let Booked { answer, host, guest } = book(&app).await;
    assert_eq!(answer["room"], json!({ "kind": "jitsi" }));
    assert_eq!(answer["hosts"][0]["email"], KIM);
    let mail = &app.mail(KIM).await[0];
    assert!(mail.rendered.text.contains("Starta mötet"), "{}", mail.rendered.text);
    assert!(!mail.rendered.text.contains("väntrum"), "{}", mail.rendered.text);

    let (_, page) = join(&app, &guest).await;
    let url = led_to(&page);
    let room = url.path().trim_start_matches('/').to_owned();
    assert_eq!(url.origin().ascii_serialization(), JITSI);
    assert_eq!(page.header("refresh"), "", "the app leads on by itself");
    let expected = |user: Value| {
        json!({
            "iss": "anslut", "aud": "jitsi", "sub": "meet.kommun.example", "room": room,
            "nbf": after(-1), "exp": after(5 + 45 + 120), "context": { "user": user },
        })
    };
    assert_eq!(claims(&page), expected(json!({ "id": guest.id, "name": "Anna Andersson" })));
    assert_eq!(app.status(&guest).await, "joined");

    let (_, page) = join(&app, &host).await;
    let kim = json!({
        "id": host.id, "name": "Kim Handläggare", "moderator": "true", "affiliation": "owner",
    });
    assert_eq!(claims(&page), expected(kim));
    assert_eq!(led_to(&page).path(), url.path());

    let other = book(&app).await;
    let (_, page) = join(&app, &other.guest).await;
    assert_ne!(led_to(&page).path(), url.path(), "another meeting has another room");
}

#[tokio::test]
async fn a_page_without_scripts_leads_on_and_says_whom_to_call() {
    let app = start().await;
    let booked = book(&app).await;
    let (loaded, page) = join(&app, &booked.guest).await;
    let url = led_to(&page);
    let browser = app.browser();
    browser.set_cookie("anslut", loaded.cookie("anslut").as_deref());
    let page = browser.get(&booked.guest.step("room")).await;
    assert_eq!(page.header("refresh"), format!("0; url={url}"));
    assert_eq!(page.header("cache-control"), "no-store");
    for text in ["Kommer du inte in i mötet?", "Kim Handläggare", "tel:+46300834000"] {
        assert!(page.text().contains(text), "{text}: {}", page.text());
    }
}

#[tokio::test]
async fn a_token_that_a_private_key_signs_names_the_key_and_the_tenant() {
    let app = TestAppBuilder::product()
        .with("jitsi.url", "https://meet.example/Staden")
        .with("jitsi.app_id", "chat")
        .with("jitsi.private_key", CLIENT_KEY)
        .with("jitsi.key_id", "staden/1")
        .with("jitsi.audience", "video")
        .start()
        .await;
    let booked = book(&app).await;
    let (_, page) = join(&app, &booked.guest).await;
    let url = led_to(&page);
    let key = CoreRsaPrivateSigningKey::from_pem(CLIENT_KEY, None).expect("a key");
    let (header, claims) = verified(
        &token_of(&url),
        &key.as_verification_key(),
        &CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    );
    assert_eq!(header, json!({ "typ": "JWT", "alg": "RS256", "kid": "staden/1" }));
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!("chat"), &json!("video")));
    assert_eq!(claims["sub"], "staden");
    assert_eq!(url.path(), format!("/Staden/{}", claims["room"].as_str().expect("a room")));
}

#[tokio::test]
async fn the_name_in_a_token_is_the_one_that_others_may_read() {
    let app = start().await;
    let mut meeting = app.meeting(MINUTE * 5, &[ANNA]);
    meeting["recipients"][0]["name"] = Value::Null;
    let booked = book_as(&app, &meeting).await;
    let (_, page) = join(&app, &booked.guest).await;
    // Neither the address nor anything else stands for a name that nobody gave.
    assert_eq!(claims(&page)["context"], json!({ "user": { "id": booked.guest.id } }));
}

#[tokio::test]
async fn nobody_gets_a_token_before_the_room_opens_or_without_an_identification() {
    let app = start().await;
    let booked = book_as(&app, &app.meeting(MINUTE * 30, &[ANNA])).await;
    let stranger = app.loaded();
    for slug in ["", "/invitation", "/meeting", "/room"] {
        stranger.get(&format!("{}{slug}", booked.guest.path())).await;
    }
    stranger.join(&booked.guest).await;
    let (early, page) = join(&app, &booked.guest).await;
    assert_eq!((page.screen(), page.problem()), ("meeting", Some(Problem::RoomClosed)));
    assert_eq!(early.get(&booked.guest.step("room")).await.screen(), "meeting");
    assert!(!stranger.seen().contains(JITSI) && !early.seen().contains(JITSI));
    app.forward(MINUTE * 15).await;
    early.join(&booked.guest).await;
    assert!(early.seen().contains(JITSI), "it is open now");
}

#[tokio::test]
async fn nobody_gets_a_token_once_the_room_has_closed_or_the_meeting_is_cancelled() {
    let app = start().await;
    let (closes, cancelled) = (book(&app).await, book(&app).await);
    let (inside, page) = join(&app, &cancelled.guest).await;
    led_to(&page);
    app.cancel_silently(&cancelled.guest.meeting).await;
    let page = inside.get(&cancelled.guest.step("room")).await;
    assert_eq!(page.screen(), "cancelled");

    app.forward(SECOND * (170 * 60 - 1)).await;
    let (inside, page) = join(&app, &closes.guest).await;
    assert_eq!(claims(&page)["exp"], after(170), "a token ends with the room");
    app.forward(SECOND).await;
    for page in [inside.get(&closes.guest.step("room")).await, inside.join(&closes.guest).await] {
        assert_eq!(page.screen(), "invitation");
        assert!(!page.text().contains(JITSI), "{}", page.text());
    }
}

#[tokio::test]
async fn a_page_that_is_loaded_again_has_a_token_for_the_meeting_s_new_time() {
    let app = start().await;
    let booked = book(&app).await;
    let (browser, page) = join(&app, &booked.guest).await;
    assert_eq!(claims(&page)["exp"], after(170));
    app.move_silently(&booked.guest.meeting, MINUTE * 3).await;
    app.forward(MINUTE).await;
    let page = browser.get(&booked.guest.step("room")).await;
    let (nbf, exp) = (&claims(&page)["nbf"], &claims(&page)["exp"]);
    assert_eq!((nbf, exp), (&json!(after(0)), &json!(after(173))));
}

#[tokio::test]
async fn the_token_and_the_room_are_nowhere_but_on_the_page() {
    let app = start().await;
    let booked = book(&app).await;
    let url = led_to(&join(&app, &booked.guest).await.1);
    let (token, room) = (token_of(&url), url.path().trim_start_matches('/').to_owned());
    app.settled().await;
    let place = address(&booked.guest.meeting);
    let mut told = String::new();
    for path in [&place, &format!("{place}/events"), MEETINGS] {
        told += &app.api(Method::GET, path, None).await.text();
    }
    for email in [ANNA, KIM] {
        for mail in app.mail(email).await {
            told += &mail.full_text();
        }
    }
    told += &app.scrape().await.text();
    assert!(!told.contains(&token) && !told.contains(&room) && !told.contains("jwt"), "{told}");
    let rows = format!("{:?}", app.memory().await);
    assert!(!rows.contains(&token) && !rows.contains(&room));
}

#[tokio::test]
async fn everybody_finds_the_room_while_the_key_is_rotated() {
    let mut app = start().await;
    let booked = book(&app).await;
    let before = led_to(&join(&app, &booked.guest).await.1);
    let old = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let new = "//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=";
    app.restart_with(&[("secrets.key", new), ("secrets.previous", old)]).await;
    let page = join(&app, &booked.host).await.1;
    assert_eq!(led_to(&page).path(), before.path());
    // A change of the meeting changes nothing about its room.
    let patch = json!({ "title": "Nytt ärende", "room": { "kind": "jitsi" } });
    let place = address(&booked.guest.meeting);
    let changed = app.api(Method::PATCH, &place, Some(&patch)).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    app.forward(MINUTE).await;
    assert_eq!(led_to(&join(&app, &booked.guest).await.1).path(), before.path());
}

#[tokio::test]
async fn jitsi_can_be_booked_only_where_it_is_configured() {
    let app = TestApp::start().await;
    let mut meeting = app.meeting(MINUTE * 5, &[ANNA]);
    meeting["room"] = json!({ "kind": "jitsi" });
    let page = app.api(Method::POST, MEETINGS, Some(&meeting)).await;
    assert_eq!(page.status, 422);
    assert_eq!(page.json()["errors"][0]["pointer"], "/room/kind");
    let app = start().await;
    meeting["room"]["url"] = json!(JITSI);
    let page = app.api(Method::POST, MEETINGS, Some(&meeting)).await;
    assert_eq!(
        (page.status.as_u16(), &page.json()["errors"][0]["pointer"]),
        (422, &json!("/room/url"))
    );
}

#[tokio::test]
async fn hosts_come_with_a_room_in_jitsi_and_go_with_a_link() {
    let app = start().await;
    let guest = app.invite(ANNA).await;
    let place = address(&guest.meeting);
    let patch = json!({ "room": { "kind": "jitsi" } });
    let answer = app.api(Method::PATCH, &place, Some(&patch)).await.json();
    assert_eq!(answer["room"], json!({ "kind": "jitsi" }));
    assert_eq!(answer["hosts"][0]["email"], KIM);
    let host = invitation(&app, &answer, &answer["hosts"][0]).await;
    let rooms = [&guest, &host].map(async |it| led_to(&join(&app, it).await.1));
    let [of_guest, of_host] = rooms;
    assert_eq!(of_guest.await.path(), of_host.await.path());

    let other = book(&app).await;
    let patch = json!({ "room": { "kind": "link", "url": "https://video.example/rum/42" } });
    let place = address(&other.guest.meeting);
    let answer = app.api(Method::PATCH, &place, Some(&patch)).await;
    assert_eq!(answer.json()["hosts"], Value::Null, "{}", answer.text());
    assert_eq!(app.browser().get(&other.host.path()).await.screen(), "cancelled");
}

#[tokio::test]
async fn a_meeting_whose_jitsi_is_configured_no_more_leads_nowhere() {
    let app = start().await;
    let booked = book(&app).await;
    let (browser, page) = join(&app, &booked.guest).await;
    led_to(&page);
    let mut app = app;
    let other = app
        .another_with(|config| {
            config.jitsi = None;
        })
        .await;
    let there = Browser::new(other, &app.origin, test_support::browser::Kind::Loaded);
    there.set_cookie("anslut", browser.cookie("anslut").as_deref());
    let page = there.get(&booked.guest.step("room")).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!page.text().contains(JITSI), "{}", page.text());
}
