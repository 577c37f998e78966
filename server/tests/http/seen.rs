//! Comparison follows appearance: addresses and codes in other characters, and texts that look like something
//! else.

use crate::{
    booking::{is_problem, put},
    changes::{address, change, latest},
};
use app::wire::Screen;
use axum::http::Method;
use serde_json::{Value, json};
use test_support::test_app::{ANNA, HOUR, MINUTE, TestApp};

const MEETINGS: &str = "/api/v1/meetings";

/// Books an invitation and gives a typed address. Returns `true` if the code came to the invited address.
async fn comes(app: &TestApp, invited: &str, typed: &str) -> bool {
    let invitation = app.invite(invited).await;
    let browser = app.loaded();
    browser.begin(&invitation).await;
    let page = browser.give(&invitation, typed).await;
    assert_eq!((page.status.as_u16(), page.screen()), (200, "code"), "{}", typed.escape_unicode());
    let came = app.codes(&invitation.email).await == 1;
    let happened = if came { "code-requested" } else { "wrong-address" };
    assert_eq!(app.happened(&invitation, happened).await, 1, "{}", typed.escape_unicode());
    came
}

#[tokio::test]
async fn who_names_the_invited_address_in_other_characters_gets_the_code() {
    let app = TestApp::start().await;
    for (invited, typed) in [
        ("a1@åmål.example", "a1@xn--ml-xiab.example"),
        ("a2@xn--ml-xiab.example", "A2@ÅMÅL.example"),
        ("a3@a\u{30a}ma\u{30a}l.example", "a3@åmål.example"),
        ("åsa4@example.org", "a\u{30a}sa4@example.org"),
        ("a5@example.org", "\u{202a}a5@example.org\u{202c}"),
        ("a6@example.org", "a6\u{200b}@exam\u{ad}ple.org\u{feff}"),
        ("a7@example.org", "\u{3000}\u{2068}a7@example.org\u{2069}\u{a0}\t"),
        ("o'brien8@example.org", "o\u{2019}brien8@example.org"),
        ("a-9@ex-ample.org", "a\u{2011}9@ex\u{2013}ample.org"),
        ("a10@example.org", "ａ１０＠ｅｘａｍｐｌｅ．ｏｒｇ"),
        ("a11@example.org", "a11@example\u{3002}org"),
    ] {
        assert!(comes(&app, invited, typed).await, "{}", typed.escape_unicode());
    }
    for (invited, typed) in [
        ("åsa20@example.org", "asa20@example.org"),
        ("a21@straße.example", "a21@strasse.example"),
        ("a-22@example.org", "a.22@example.org"),
    ] {
        assert!(!comes(&app, invited, typed).await, "{typed}");
    }
}

#[tokio::test]
async fn the_code_goes_to_the_address_as_it_was_booked_and_the_page_shows_what_was_typed() {
    let app = TestApp::start().await;
    let invitation = app.invite("o'brien@åmål.example").await;
    let browser = app.loaded();
    browser.begin(&invitation).await;
    let page = browser.give(&invitation, "\u{202a}O\u{2019}Brien@xn--ml-xiab.example").await;
    assert_eq!(page.code().address, "O'Brien@xn--ml-xiab.example");
    let code = app.code("o'brien@åmål.example").await;
    assert_eq!(app.messages.count(), 2, "and to nobody else");
    let typed = format!(" \u{202a}{}\u{200b}\u{2011}{}\u{202f}\u{feff}", &code[..2], &code[2..]);
    assert_eq!(browser.enter(&invitation, &typed).await.screen(), "invitation");
}

#[tokio::test]
async fn one_address_is_one_however_it_is_typed() {
    let app = TestApp::start().await;
    let invitation = app.invite("anna@åmål.example").await;
    let browser = app.loaded();
    browser.begin(&invitation).await;
    browser.give(&invitation, "anna@xn--ml-xiab.example").await;
    let page = browser.give(&invitation, "\u{200b}ANNA@åmål.example").await;
    assert_eq!(page.notice(), Some(app::wire::Notice::StillValid));
    // A decoy behaves the same.
    app.forward(MINUTE).await;
    let other = app.loaded();
    other.begin(&invitation).await;
    other.give(&invitation, "eva@åmål.example").await;
    let page = other.give(&invitation, "eva@xn--ml-xiab.example\u{ad}").await;
    assert_eq!(page.notice(), Some(app::wire::Notice::StillValid));
    assert_eq!(app.rows("challenges", "TRUE").await, 2);
}

#[tokio::test]
async fn what_is_typed_stays_in_the_field_and_nothing_is_sent_for_what_is_no_address() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    browser.begin(&invitation).await;
    for typed in ["\u{200b}\u{feff}", "anna\u{2019}example.org", "anna@example\u{200b}"] {
        let page = browser.give(&invitation, typed).await;
        assert_eq!(page.status, 422, "{}", typed.escape_unicode());
        let Screen::Address(shown) = page.view().screen else { panic!("{}", page.text()) };
        assert_eq!(shown.typed, typed);
    }
    assert_eq!(app.codes(ANNA).await, 0);
}

/// Returns the pointers of a refused body.
fn pointers(page: &test_support::browser::Page) -> Vec<String> {
    is_problem(page, 422);
    let errors = page.json()["errors"].as_array().expect("errors").clone();
    errors.iter().map(|it| it["pointer"].as_str().expect("a pointer").to_owned()).collect()
}

#[tokio::test]
async fn no_text_turns_the_reading_round_or_hides_what_it_holds() {
    let app = TestApp::start().await;
    let invitation = app.invite_early(ANNA).await;
    let turning = [
        "Kim\u{202e}gnp.exe",
        "\u{2067}Kim",
        "a\u{202a}b\u{202c}",
        "Kim\u{2028}Karl",
        "Kim\u{2029}",
    ];
    let nothing = ["\u{200b}", "\u{feff}", "\u{ad}\u{3164}", "\u{2800}", "\u{2060}\u{a0}\u{200d}"];
    let hidden = ["Kim\u{feff}", "K\u{200b}im", "Kim\u{200e}", "\u{ad}Kim", "Kim\u{e0041}"];
    let line = ["/title", "/organiser/name", "/recipients/0/name"];
    let (turning, nothing, hidden) = (turning.iter(), nothing.iter(), hidden.iter());
    let prose = turning.clone().chain(nothing.clone()).map(|text| ("/description", text));
    let lines =
        turning.chain(nothing).chain(hidden).flat_map(|text| line.map(|pointer| (pointer, text)));
    for (pointer, text) in lines.chain(prose) {
        let mut body = app.meeting(HOUR, &[ANNA]);
        put(&mut body, pointer, json!(text));
        let page = app.api(Method::POST, MEETINGS, Some(&body)).await;
        assert_eq!(pointers(&page), [pointer], "{}", text.escape_unicode());
        assert!(!page.text().contains(text), "it is not repeated");
        let mut patch = json!({ "recipients": [{ "id": invitation.id }] });
        if pointer == "/organiser/name" {
            patch["organiser"] = json!({});
        }
        put(&mut patch, pointer, json!(text));
        let page = change(&app, &invitation, &patch).await;
        assert_eq!(pointers(&page), [pointer], "{}", text.escape_unicode());
    }
    assert_eq!(app.rows("meetings", "version = 0").await, 1);
    for (pointer, text) in [
        ("/title", "می\u{200c}خواهم \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}"),
        ("/organiser/name", "ක\u{dca}\u{200d}ෂ"),
        ("/recipients/0/name", "葛\u{e0100}城"),
        ("/description", "Upp\u{ad}följ\u{200b}ning\r\n\t(\u{200f}שלום)"),
    ] {
        let mut body = app.meeting(HOUR, &[ANNA]);
        put(&mut body, pointer, json!(text));
        let page = app.api(Method::POST, MEETINGS, Some(&body)).await;
        assert_eq!(page.status, 201, "{}", page.text());
        assert_eq!(page.json().pointer(pointer), Some(&json!(text)));
    }
}

#[tokio::test]
async fn nothing_is_booked_to_an_address_that_can_t_be_seen_whole() {
    let app = TestApp::start().await;
    for (pointer, email) in [
        ("/recipients/0/email", "an\u{200b}na@example.org"),
        ("/recipients/0/email", "\u{202a}anna@example.org"),
        ("/recipients/0/email", "anna@exa\u{ad}mple.org"),
        ("/recipients/0/email", "anna@example.org\u{feff}"),
        ("/recipients/0/email", "anna\u{3164}@example.org"),
        ("/recipients/0/email", "anna@xn--a.example"),
        ("/organiser/email", "\u{2068}kim@kommun.example\u{2069}"),
    ] {
        let mut body = app.meeting(HOUR, &[ANNA]);
        put(&mut body, pointer, json!(email));
        let page = app.api(Method::POST, MEETINGS, Some(&body)).await;
        assert_eq!(pointers(&page), [pointer], "{}", email.escape_unicode());
    }
    assert_eq!(app.rows("meetings", "TRUE").await, 0);
    let body = app.meeting(MINUTE * 5, &["a\u{30a}sa@A\u{30a}ma\u{30a}l.example"]);
    let page = app.api(Method::POST, MEETINGS, Some(&body)).await;
    assert_eq!(page.json()["recipients"][0]["email"], "åsa@Åmål.example", "{}", page.text());
    // Another spelling is another text, and so a new invitation to the same person.
    let id = page.json()["id"].as_str().expect("an id").to_owned();
    let recipient = page.json()["recipients"][0]["id"].clone();
    let patch = json!({ "recipients": [{ "id": recipient, "email": "åsa@xn--ml-xiab.example" }] });
    let page = app.api(Method::PATCH, &address(&id), Some(&patch)).await;
    assert_eq!(page.json()["recipients"][0]["email"], "åsa@xn--ml-xiab.example");
}

#[tokio::test]
async fn a_correction_of_what_can_t_be_seen_reaches_the_right_address() {
    let app = TestApp::start().await;
    let invitation = app.invite_early(ANNA).await;
    // As booked before this was checked.
    app.execute_sql("UPDATE invitations SET email = 'an\u{200b}na@example.org'").await;
    let patch = json!({ "recipients": [{ "id": invitation.id, "email": ANNA }] });
    let page = change(&app, &invitation, &patch).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let again = latest(&app, &invitation, ANNA).await;
    assert_ne!(again.token, invitation.token);
    let titled = json!({ "title": Value::from("Nytt") });
    assert_eq!(change(&app, &invitation, &titled).await.status, 200);
}
