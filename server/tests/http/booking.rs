//! Bookings over the API.

use axum::http::{HeaderValue, Method};
use serde_json::{Value, json};
use std::fmt::Write;
use test_support::{
    browser::{Page, send},
    test_app::{ANNA, DAY, HOUR, MINUTE, ROOM, TestApp, TestAppBuilder},
};

const MEETINGS: &str = "/api/v1/meetings";

fn good(app: &TestApp) -> Value {
    app.meeting(HOUR, &[ANNA])
}

/// Asserts that a response is a problem (RFC 9457).
pub(crate) fn is_problem(page: &Page, status: u16) {
    assert_eq!(page.status, status, "{}", page.text());
    assert_eq!(page.header("content-type"), "application/problem+json");
    let problem = page.json();
    assert_eq!(problem["status"], status);
    for member in ["type", "title", "detail"] {
        assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{member}");
    }
}

async fn nothing_was_booked(app: &TestApp) {
    app.settled().await;
    for table in ["meetings", "invitations", "outbox", "events", "idempotency_keys"] {
        assert_eq!(app.rows(table, "TRUE").await, 0, "{table}");
    }
    assert_eq!(app.messages.count(), 0);
}

#[tokio::test]
async fn a_booking_is_answered_with_the_meeting_and_where_it_is() {
    let app = TestApp::start().await;
    let body = json!({
        "title": "Uppföljningsmöte",
        "description": "Vi går igenom planen.",
        "starts_at": "2026-12-01T10:00:00+01:00",
        "ends_at": "2026-12-01T10:45:00+01:00",
        "time_zone": "Europe/Stockholm",
        "organiser": { "name": "Kim Handläggare", "email": "kim@kommun.example", "phone": "+46300834000" },
        "room": { "kind": "link", "url": ROOM },
        "recipients": [
            { "name": "Anna Andersson", "email": ANNA, "assurance": "loa2", "method": "email-code", "language": "sv" },
            { "email": "bo@example.org", "phone": "+46701740605", "assurance": "loa2", "method": "email-code", "language": "en" },
        ],
    });
    let page = app.api(Method::POST, MEETINGS, Some(&body)).await;
    assert_eq!(page.status, 201);
    let answer = page.json();
    let id = answer["id"].as_str().expect("an id");
    assert_eq!(page.header("location"), format!("{MEETINGS}/{id}"));
    for (member, value) in body.as_object().expect("an object") {
        if member != "recipients" {
            assert_eq!(&answer[member], value, "{member}");
        }
    }
    for (given, asked) in answer["recipients"]
        .as_array()
        .expect("recipients")
        .iter()
        .zip(body["recipients"].as_array().expect("recipients"))
    {
        assert!(given["id"].is_string());
        assert_eq!(given["status"], "queued");
        for (member, value) in asked.as_object().expect("an object") {
            assert_eq!(&given[member], value, "{member}");
        }
    }
    let mail = app.mail(ANNA).await;
    let link = mail[0].link().expect("an invitation").to_owned();
    let token = link.rsplit('/').next().expect("a token");
    let read = app.api(Method::GET, page.header("location"), None).await;
    assert_eq!(read.status, 200);
    assert_eq!(read.json()["recipients"][0]["status"], "sent");
    let events = app.api(Method::GET, &format!("{MEETINGS}/{id}/events"), None).await;
    for page in [&page, &read, &events] {
        assert!(!page.text().contains(token) && !page.text().contains("/m/"), "no link comes back");
        assert_eq!(page.header("cache-control"), "no-store");
    }
    let kinds: Vec<_> =
        events.json().as_array().expect("events").iter().map(|it| it["kind"].clone()).collect();
    assert_eq!(kinds, ["booked", "sent", "sent"]);
}

#[tokio::test]
async fn what_may_be_left_out_has_a_default() {
    let app = TestApp::start().await;
    let mut body = good(&app);
    let object = body.as_object_mut().expect("an object");
    object.remove("description");
    object.remove("time_zone");
    body["recipients"] = json!([{ "email": ANNA, "assurance": "loa2", "method": "email-code" }]);
    let page = app.api(Method::POST, MEETINGS, Some(&body)).await;
    assert_eq!(page.status, 201, "{}", page.text());
    let answer = page.json();
    assert_eq!(answer["time_zone"], "Europe/Stockholm");
    assert_eq!(answer["description"], "");
    assert_eq!(answer["recipients"][0]["language"], "sv");
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one table of cases")]
async fn each_thing_that_is_wrong_is_pointed_at() {
    let app = TestApp::start().await;
    let long = "å".repeat(10_000);
    let now = app.now();
    let at = |time: server::clock::Time| json!(time.timestamp().to_string());
    let cases: Vec<(&str, Value)> = vec![
        ("/title", Value::Null),
        ("/title", json!("")),
        ("/title", json!("  ")),
        ("/title", json!(7)),
        ("/title", json!(["x"])),
        ("/title", json!(&long)),
        ("/title", json!("två\nrader")),
        ("/title", json!("noll\u{0}")),
        ("/description", json!(&long)),
        ("/description", json!({})),
        ("/description", json!("noll\u{0}")),
        ("/starts_at", Value::Null),
        ("/starts_at", json!("i morgon")),
        ("/starts_at", json!("2026-12-01T09:00:00")),
        ("/starts_at", json!(1_764_576_000)),
        ("/starts_at", json!("0001-01-01T00:00:00Z")),
        ("/ends_at", Value::Null),
        ("/ends_at", json!("2026-13-01T09:00:00Z")),
        ("/ends_at", json!("9999-12-31T23:59:59Z")),
        ("/ends_at", at(now)),
        ("/ends_at", at(now + HOUR)),
        ("/ends_at", at(now + DAY * 9)),
        ("/time_zone", json!("Europa/Stockholm")),
        ("/time_zone", json!("")),
        ("/time_zone", json!("../../etc/passwd")),
        ("/time_zone", json!(1)),
        ("/time_zone", json!("localtime")),
        ("/time_zone", json!("posixrules")),
        ("/time_zone", json!("Factory")),
        ("/time_zone", json!("right/Europe/Stockholm")),
        ("/time_zone", json!("europe/stockholm")),
        ("/starts_at", json!("2026-12-01T09:30:00+02:00[Europe/Stockholm]")),
        ("/starts_at", json!("2026-12-01T10:00:00+01:00[localtime]")),
        ("/starts_at", json!("2026-12-01T09:00:00+00:00[Europe/London]")),
        ("/ends_at", json!("2026-12-02T04:00:00+18:30")),
        ("/ends_at", json!("2026-12-01T10:45:00+01:00[America/New_York]")),
        ("/organiser", Value::Null),
        ("/organiser", json!("Kim")),
        ("/organiser/name", Value::Null),
        ("/organiser/name", json!("Kim\r\nBcc: x@example.org")),
        ("/organiser/email", Value::Null),
        ("/organiser/email", json!("kim")),
        ("/organiser/email", json!("kim@kommun.example\r\nBcc: x@example.org")),
        ("/organiser/phone", Value::Null),
        ("/organiser/phone", json!("0300-83 40 00")),
        ("/organiser/phone", json!("+0300834000")),
        ("/organiser/phone", json!("+460300834000")),
        ("/organiser/phone", json!("+46031315100")),
        ("/organiser/phone", json!("+4607017406050")),
        ("/organiser/phone", json!("+46300834000;ext=12")),
        ("/room", Value::Null),
        ("/room", json!([])),
        ("/room/kind", Value::Null),
        ("/room/kind", json!("builtin")),
        ("/room/kind", json!("jitsi")),
        ("/room/url", Value::Null),
        ("/room/url", json!("http://video.example/rum/42")),
        ("/room/url", json!("javascript:alert(1)")),
        ("/room/url", json!("https://user:word@video.example/")),
        ("/room/url", json!("https://")),
        ("/room/url", json!(format!("https://video.example/{long}"))),
        ("/recipients", Value::Null),
        ("/recipients", json!({})),
        ("/recipients", json!([])),
        ("/recipients/0", json!("anna@example.org")),
        ("/recipients/0/name", json!(&long)),
        ("/recipients/0/email", Value::Null),
        ("/recipients/0/email", json!("anna@")),
        ("/recipients/0/email", json!("anna@example.org, bo@example.org")),
        ("/recipients/0/phone", json!("0701740605")),
        ("/recipients/0/phone", json!("+46701")),
        ("/recipients/0/assurance", Value::Null),
        ("/recipients/0/assurance", json!("loa4")),
        ("/recipients/0/assurance", json!("LOA2")),
        ("/recipients/0/method", Value::Null),
        ("/recipients/0/method", json!("sms-code")),
        ("/recipients/0/method", json!("e-id")),
        ("/recipients/0/language", json!("fi")),
        ("/recipients/0/language", json!(1)),
        ("/recipients/0/personal_number", json!("199908072391")),
        ("/recipients/0/allow_e_id", json!(true)),
        ("/unknown", json!(1)),
        ("/id", json!("abc")),
        ("/organiser/unknown", json!(1)),
        ("/room/unknown", json!(1)),
    ];
    for (pointer, value) in cases {
        let mut body = good(&app);
        put(&mut body, pointer, value.clone());
        let page = app.api(Method::POST, MEETINGS, Some(&body)).await;
        is_problem(&page, 422);
        let problem = page.json();
        let errors = problem["errors"].as_array().expect("errors");
        let pointers: Vec<&str> = errors.iter().filter_map(|it| it["pointer"].as_str()).collect();
        assert_eq!(pointers, [pointer], "{value}");
        assert!(errors[0]["detail"].as_str().is_some_and(|it| !it.is_empty()));
    }
    nothing_was_booked(&app).await;
}

#[tokio::test]
async fn what_is_said_of_e_identification_must_fit_together() {
    let app = TestAppBuilder::product().with_bankid().start().await;
    for (assurance, method, more, pointer) in [
        ("loa3", "email-code", json!({}), "/method"),
        ("loa2", "e-id", json!({}), "/assurance"),
        ("loa3", "e-id", json!({ "allow_e_id": true }), "/allow_e_id"),
        ("loa2", "email-code", json!({ "allow_e_id": "yes" }), "/allow_e_id"),
        ("loa3", "e-id", json!({ "personal_number": "199908072390" }), "/personal_number"),
        ("loa3", "e-id", json!({ "personal_number": "19990807-2391" }), "/personal_number"),
        ("loa3", "e-id", json!({ "personal_number": 199_908_072_391_i64 }), "/personal_number"),
        ("loa3", "e-id", json!({ "personal_number": "191500122391" }), "/personal_number"),
        ("loa3", "e-id", json!({ "personal_number": "19990807T391" }), "/personal_number"),
        ("loa2", "email-code", json!({ "personal_number": "199908072391" }), "/personal_number"),
    ] {
        let mut body = good(&app);
        let recipient = body["recipients"][0].as_object_mut().expect("a recipient");
        recipient.insert("assurance".to_owned(), json!(assurance));
        recipient.insert("method".to_owned(), json!(method));
        recipient.extend(more.as_object().expect("members").clone());
        let page = app.api(Method::POST, MEETINGS, Some(&body)).await;
        is_problem(&page, 422);
        let errors = page.json()["errors"].clone();
        assert_eq!(errors.as_array().map(Vec::len), Some(1), "{errors}");
        assert_eq!(errors[0]["pointer"], format!("/recipients/0{pointer}"), "{errors}");
        assert!(!page.text().contains("9990807"), "a number is never repeated");
    }
    nothing_was_booked(&app).await;
    let mut body = good(&app);
    for (assurance, method, more) in [
        ("loa3", "e-id", json!({ "personal_number": "199908072391", "allow_e_id": false })),
        // Coordination numbers with an unknown month of birth.
        ("loa3", "e-id", json!({ "personal_number": "191500722390", "allow_e_id": false })),
        ("loa3", "e-id", json!({ "personal_number": "191500882392", "allow_e_id": false })),
        ("loa2", "email-code", json!({ "personal_number": "199908072391", "allow_e_id": true })),
    ] {
        let recipient = body["recipients"][0].as_object_mut().expect("a recipient");
        recipient.insert("assurance".to_owned(), json!(assurance));
        recipient.insert("method".to_owned(), json!(method));
        recipient.extend(more.as_object().expect("members").clone());
        let page = app.api(Method::POST, MEETINGS, Some(&body)).await;
        assert_eq!(page.status, 201, "{}", page.text());
        let booked = page.json();
        assert_eq!(booked["recipients"][0]["allow_e_id"], more["allow_e_id"]);
        assert!(!page.text().contains("9990807"), "it is never given out");
    }
}

#[tokio::test]
async fn codes_by_sms_are_offered_where_there_is_a_gateway() {
    let mut body = good(&TestApp::start().await);
    put(&mut body, "/recipients/0/method", json!("sms-code"));
    put(&mut body, "/recipients/0/phone", json!("+46701740605"));
    let app = TestApp::start().await;
    let page = app.api(Method::POST, MEETINGS, Some(&body)).await;
    is_problem(&page, 422);
    let errors = page.json()["errors"].clone();
    assert_eq!(
        (errors.as_array().map(Vec::len), &errors[0]["pointer"]),
        (Some(1), &json!("/recipients/0/method"))
    );
    nothing_was_booked(&app).await;
    for provider in ["46elks", "twilio"] {
        let app = TestAppBuilder::product().with_sms(provider).start().await;
        let page = app.api(Method::POST, MEETINGS, Some(&body)).await;
        assert_eq!(page.status, 201, "{}", page.text());
        let recipient = page.json()["recipients"][0].clone();
        assert_eq!(
            (&recipient["method"], &recipient["phone"]),
            (&json!("sms-code"), &json!("+46701740605"))
        );
    }
}

/// Puts a value at a pointer. `null` removes the member.
pub(crate) fn put(body: &mut Value, pointer: &str, value: Value) {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    match body.pointer_mut(parent).expect("a parent") {
        Value::Object(members) if value.is_null() => {
            members.remove(name);
        }
        Value::Object(members) => {
            members.insert(name.to_owned(), value);
        }
        Value::Array(items) => items[name.parse::<usize>().expect("an index")] = value,
        other => panic!("no parent: {other}"),
    }
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once() {
    let app = TestApp::start().await;
    let mut body = app.meeting(HOUR, &[ANNA, "bo@", "cia@example.org"]);
    body["title"] = "".into();
    body["recipients"][2]["extra~/"] = 1.into();
    let page = app.api(Method::POST, MEETINGS, Some(&body)).await;
    is_problem(&page, 422);
    let problem = page.json();
    let pointers: Vec<_> = problem["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|it| it["pointer"].clone())
        .collect();
    assert_eq!(pointers, ["/title", "/recipients/1/email", "/recipients/2/extra~0~1"]);
    nothing_was_booked(&app).await;
}

#[tokio::test]
async fn what_is_no_json_is_refused() {
    let app = TestApp::start().await;
    let good = good(&app).to_string();
    let twice = good.replacen('{', "{\"title\":\"Ett annat\",", 1);
    let deep = "[".repeat(20_000);
    for (body, status) in [
        ("", 400),
        ("{", 400),
        ("[]", 422),
        ("null", 422),
        ("\"x\"", 422),
        ("{}", 422),
        (twice.as_str(), 400),
        (&format!("{good}x"), 400),
        (&deep, 400),
        (&good.replace('{', "{\u{0}"), 400),
    ] {
        let page = send(app.address, app.api_request(Method::POST, MEETINGS, Some(body))).await;
        is_problem(&page, status);
    }
    let mut bytes = good.into_bytes();
    let at = bytes.iter().position(|byte| *byte == 0xc3).expect("a letter");
    bytes[at] = 0xff;
    let mut request = app.api_request(Method::POST, MEETINGS, Some(""));
    *request.body_mut() = http_body_util::Full::from(bytes);
    is_problem(&send(app.address, request).await, 400);
    nothing_was_booked(&app).await;
}

#[tokio::test]
async fn other_media_types_and_methods_are_refused() {
    let app = TestApp::start().await;
    let good = good(&app).to_string();
    for media in
        ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonx", "\u{ff}"]
    {
        let mut request = app.api_request(Method::POST, MEETINGS, Some(&good));
        request
            .headers_mut()
            .insert("content-type", HeaderValue::from_bytes(media.as_bytes()).expect("a value"));
        is_problem(&send(app.address, request).await, 415);
    }
    for (method, path) in [
        (Method::PUT, MEETINGS),
        (Method::DELETE, "/api/v1/meetings/x/events"),
        (Method::POST, "/api/v1/meetings/x"),
        (Method::TRACE, MEETINGS),
    ] {
        let page = app.api(method, path, None).await;
        is_problem(&page, 405);
        assert!(page.headers.contains_key("allow"), "{path}");
    }
    for path in ["/api/v1/", "/api/v1/meeting", "/api/v1/meetings/x/y", "/api/v1/meetings//"] {
        is_problem(&app.api(Method::GET, path, None).await, 404);
    }
    nothing_was_booked(&app).await;
}

#[tokio::test]
async fn what_is_too_large_is_refused() {
    let app = TestApp::start().await;
    let body = format!("{}{}", good(&app), " ".repeat(server::http::api::LARGEST));
    let page = send(app.address, app.api_request(Method::POST, MEETINGS, Some(&body))).await;
    is_problem(&page, 413);
    nothing_was_booked(&app).await;
}

#[tokio::test]
async fn nobody_without_a_token_books_or_reads() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let before = app.memory().await;
    let good = good(&app).to_string();
    let token = app.token.clone();
    let mut cases: Vec<Vec<String>> = vec![
        vec![],
        vec![String::new()],
        vec!["Bearer".to_owned()],
        vec!["Bearer ".to_owned()],
        vec![format!("Basic {token}")],
        vec![token.clone()],
        vec![format!("Bearer {token}x")],
        vec![format!("Bearer {}", token.to_uppercase())],
        vec![format!("Bearer {token}"), format!("Bearer {token}")],
        vec![format!("Bearer {token}, Bearer {token}")],
        vec!["Bearer \u{ff}".to_owned()],
    ];
    cases.push(vec![format!("Bearer {}", "a".repeat(8_000))]);
    let reading = format!("{MEETINGS}/{}", invitation.meeting);
    let events = format!("{reading}/events");
    for values in cases {
        for (method, path) in [
            (Method::POST, MEETINGS),
            (Method::GET, reading.as_str()),
            (Method::GET, &events),
            (Method::GET, "/api/v1/meetings/unknown"),
            (Method::GET, "/api/v1/nothing"),
        ] {
            let body = (method == Method::POST).then_some(good.as_str());
            let mut request = app.api_request(method, path, body);
            request.headers_mut().remove("authorization");
            for value in &values {
                let value = HeaderValue::from_bytes(value.as_bytes()).expect("a value");
                request.headers_mut().append("authorization", value);
            }
            let page = send(app.address, request).await;
            is_problem(&page, 401);
            assert_eq!(page.header("www-authenticate"), "Bearer");
        }
    }
    app.settled().await;
    assert_eq!(app.memory().await, before);
}

#[tokio::test]
async fn the_scheme_s_case_does_not_matter() {
    let app = TestApp::start().await;
    let mut request = app.api_request(Method::GET, "/api/v1/meetings/unknown", None);
    let value = format!("bearer {}", app.token);
    request.headers_mut().insert("authorization", value.parse().expect("a value"));
    is_problem(&send(app.address, request).await, 404);
}

#[tokio::test]
async fn an_unknown_meeting_is_not_found() {
    let app = TestApp::start().await;
    for id in ["unknown", "%00", "%ff", "..%2f..", &"x".repeat(3_000)] {
        for path in [format!("{MEETINGS}/{id}"), format!("{MEETINGS}/{id}/events")] {
            let page = app.api(Method::GET, &path, None).await;
            let status = page.status.as_u16();
            assert!(matches!(status, 400 | 404), "{path}: {status}");
            is_problem(&page, status);
        }
    }
}

async fn book(app: &TestApp, body: &str, keys: &[&[u8]]) -> Page {
    let mut request = app.api_request(Method::POST, MEETINGS, Some(body));
    for key in keys {
        let key = HeaderValue::from_bytes(key).expect("a value");
        request.headers_mut().append("idempotency-key", key);
    }
    send(app.address, request).await
}

#[tokio::test]
async fn the_same_key_and_body_books_once_and_another_body_is_refused() {
    let app = TestApp::start().await;
    let body = good(&app).to_string();
    let first = book(&app, &body, &[b"k1"]).await;
    let second = book(&app, &body, &[b"k1"]).await;
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (201, 201));
    assert_eq!(first.json()["id"], second.json()["id"]);
    assert_eq!(first.header("location"), second.header("location"));
    let mut other = good(&app);
    other["title"] = "Ett annat möte".into();
    is_problem(&book(&app, &other.to_string(), &[b"k1"]).await, 422);
    assert_eq!(app.mail(ANNA).await.len(), 1);
    assert_eq!(book(&app, &body, &[b"k2"]).await.status, 201);
    assert_eq!(book(&app, &body, &[]).await.status, 201);
    assert_eq!(app.mail(ANNA).await.len(), 3);
    // Later too, when the same meeting could no longer be booked.
    app.forward(DAY).await;
    let late = book(&app, &body, &[b"k1"]).await;
    assert_eq!((late.status.as_u16(), &late.json()["id"]), (201, &first.json()["id"]));
    is_problem(&book(&app, &body, &[b"k3"]).await, 422);
    assert_eq!(app.rows("meetings", "TRUE").await, 3);
}

#[tokio::test]
async fn a_key_of_another_shape_is_refused() {
    let app = TestApp::start().await;
    let body = good(&app).to_string();
    let long = "k".repeat(256);
    let keys: [&[&[u8]]; 5] =
        [&[b""], &[long.as_bytes()], &[b"\xff"], &[b"a", b"b"], &[b"a", b"a"]];
    for keys in keys {
        is_problem(&book(&app, &body, keys).await, 400);
    }
    nothing_was_booked(&app).await;
}

#[tokio::test]
async fn a_booking_that_fails_keeps_its_key_free() {
    let app = TestApp::start().await;
    let mut bad = good(&app);
    bad["title"] = "".into();
    is_problem(&book(&app, &bad.to_string(), &[b"k1"]).await, 422);
    assert_eq!(book(&app, &good(&app).to_string(), &[b"k1"]).await.status, 201);
}

#[tokio::test]
async fn a_meeting_that_is_under_way_can_be_booked_and_one_that_is_over_can_not() {
    let app = TestApp::start().await;
    let mut body = good(&app);
    let at = |time: server::clock::Time| json!(time.timestamp().to_string());
    body["starts_at"] = at(app.now() - HOUR);
    body["ends_at"] = at(app.now() + MINUTE);
    assert_eq!(app.api(Method::POST, MEETINGS, Some(&body)).await.status, 201);
    body["ends_at"] = at(app.now());
    is_problem(&app.api(Method::POST, MEETINGS, Some(&body)).await, 422);
}

#[tokio::test]
async fn events_tell_who_identified_how_and_when() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    app.loaded().identify(&app, &invitation).await;
    let path = format!("{MEETINGS}/{}/events", invitation.meeting);
    let events = app.api(Method::GET, &path, None).await.json();
    let events = events.as_array().expect("events");
    let identified = events.iter().find(|it| it["kind"] == "identified").expect("the event");
    assert_eq!(identified["recipient"], *invitation.id);
    assert_eq!(identified["assurance"], "loa2");
    assert_eq!(identified["method"], "email-code");
    assert_eq!(identified["at"], app.now().timestamp().to_string());
    assert!(identified["identity_matched"].is_null());
}

/// Books with a body as written.
async fn book_text(app: &TestApp, body: &[u8]) -> Page {
    let mut request = app.api_request(Method::POST, MEETINGS, Some(""));
    *request.body_mut() = http_body_util::Full::from(body.to_vec());
    send(app.address, request).await
}

#[tokio::test]
async fn a_mark_ahead_of_the_json_is_passed_over() {
    let app = TestApp::start().await;
    let body = good(&app).to_string();
    let marked = [b"\xef\xbb\xbf", body.as_bytes()].concat();
    let page = book_text(&app, &marked).await;
    assert_eq!(page.status, 201, "{}", page.text());
    let twice = [b"\xef\xbb\xbf\xef\xbb\xbf", body.as_bytes()].concat();
    let wide: Vec<u8> =
        "\u{feff}".encode_utf16().chain(body.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for body in [&twice[..], &wide, b"\xef\xbb\xbf", b"\xef\xbb"] {
        is_problem(&book_text(&app, body).await, 400);
    }
    assert_eq!(app.rows("meetings", "TRUE").await, 1);
}

/// Returns a JSON string as libraries write it that escape everything but ASCII.
fn escaped(text: &str) -> String {
    let mut written = String::new();
    for c in text.chars() {
        if c.is_ascii() {
            written.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(written, "\\u{unit:04x}").expect("written");
            }
        }
    }
    written
}

#[tokio::test]
async fn a_booking_may_hold_as_much_as_its_members_may_however_it_is_written() {
    let app = TestAppBuilder::product().with_sms("46elks").start().await;
    let long = |characters: usize| "\u{1f600}".repeat(characters);
    let email = |n: usize| format!("{n:064}@{}.example", ["a".repeat(60).as_str(); 2].join("."));
    let recipient = |n| {
        json!({ "name": long(200), "email": email(n), "phone": "+46701740605", "assurance": "loa2",
            "method": "email-code", "language": "sv", "allow_e_id": false, "personal_number": null })
    };
    let recipients: Vec<Value> = (0..200).map(recipient).collect();
    let mut body = good(&app);
    body["title"] = long(200).into();
    body["description"] = long(5_000).into();
    body["organiser"]["name"] = long(200).into();
    body["room"]["url"] = format!("https://video.example/{}", "a".repeat(1_978)).into();
    body["recipients"] = recipients.into();
    let text = escaped(&serde_json::to_string_pretty(&body).expect("JSON"));
    assert!(text.len() > 500_000, "{}", text.len());
    let page = book_text(&app, text.as_bytes()).await;
    assert_eq!(page.status, 201, "{} bytes: {}", text.len(), page.text());
    assert_eq!(page.json()["description"], body["description"]);
    let much = [text.as_bytes(), &vec![b' '; server::http::api::LARGEST]].concat();
    is_problem(&book_text(&app, &much).await, 413);
}
