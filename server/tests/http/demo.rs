//! The demo: a readable outbox, bookings without a token, and no access from outside.

use axum::{
    body::Bytes,
    http::{Method, Request, header},
};
use http_body_util::Full;
use serde_json::{Value, json};
use test_support::{
    browser::{Page, send},
    test_app::{ANNA, HOUR, MINUTE, TestApp, TestAppBuilder},
};

/// Returns a call of the demo, as a script on the machine makes it.
fn call(app: &TestApp, method: Method, path: &str, body: Option<&Value>) -> Request<Full<Bytes>> {
    let mut request =
        Request::builder().method(method).uri(path).header(header::HOST, app.address.to_string());
    if body.is_some() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    let body = body.map(ToString::to_string).unwrap_or_default();
    request.body(Full::from(body)).expect("a request")
}

async fn ask(app: &TestApp, method: Method, path: &str, body: Option<&Value>) -> Page {
    send(app.address, call(app, method, path, body)).await
}

async fn outbox(app: &TestApp, query: &str) -> Vec<Value> {
    app.settled().await;
    let page = ask(app, Method::GET, &format!("/dev/outbox.json{query}"), None).await;
    assert_eq!(page.status, 200);
    page.json().as_array().expect("messages").clone()
}

#[tokio::test]
async fn the_way_can_be_gone_with_nothing_but_the_demo_s_own_calls() {
    let app = TestAppBuilder::demo().start().await;
    let meeting = app.meeting(MINUTE * 5, &[ANNA]);
    let booked = ask(&app, Method::POST, "/dev/meetings", Some(&meeting)).await;
    assert_eq!(booked.status, 201, "{}", booked.text());
    let id = booked.json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(booked.header("location"), format!("/dev/meetings/{id}"));

    let messages = outbox(&app, &format!("?to={ANNA}")).await;
    assert_eq!(messages.len(), 1);
    let message = &messages[0];
    assert_eq!((&message["channel"], &message["to"]), (&json!("email"), &json!(ANNA)));
    for member in ["id", "subject", "text", "html", "sent_at"] {
        assert!(message[member].as_str().is_some_and(|text| !text.is_empty()), "{member}");
    }
    let links = message["links"].as_array().expect("links");
    let link = links.iter().filter_map(Value::as_str).find(|link| link.contains("/m/"));
    let path = link.and_then(|link| link.strip_prefix(&app.origin)).expect("a link of ours");
    let token = path.rsplit('/').next().expect("a token");

    let browser = app.browser();
    assert_eq!(browser.get(path).await.screen(), "method");
    // The newest is first, if the clock moves between them.
    app.forward(MINUTE).await;
    browser.go("/do/begin", &[("invitation", token)]).await;
    browser.go("/do/address", &[("invitation", token), ("email", ANNA)]).await;
    let messages = outbox(&app, "?to=Anna%40Example.org").await;
    assert_eq!(messages.len(), 2);
    let text = messages[0]["text"].as_str().expect("a text");
    let digits = |line: &&str| line.len() == 4 && line.bytes().all(|byte| byte.is_ascii_digit());
    let code = text.lines().find(digits).expect("the newest holds the code").to_owned();
    let page = browser.go("/do/code", &[("invitation", token), ("code", &code)]).await;
    assert_eq!(page.screen(), "invitation");

    let read = ask(&app, Method::GET, &format!("/dev/meetings/{id}"), None).await;
    assert_eq!(read.json()["recipients"][0]["status"], "identified");
    let events = ask(&app, Method::GET, &format!("/dev/meetings/{id}/events"), None).await;
    assert!(events.json().as_array().is_some_and(|events| events.len() >= 5));
}

#[tokio::test]
async fn what_was_sent_stays_in_the_outbox_whatever_becomes_of_the_meeting() {
    let app = TestAppBuilder::demo().start().await;
    let invitation = app.invite(ANNA).await;
    let first = outbox(&app, "").await;
    assert_eq!(first.len(), 1);
    app.execute_sql("UPDATE meetings SET cancelled_at = 1").await;
    assert_eq!(outbox(&app, "").await, first);
    // The old mail shows its own link when the invitation has another.
    app.execute_sql("UPDATE invitations SET generation = 1").await;
    let link = first[0]["links"][0].as_str().expect("a link");
    assert!(link.ends_with(&invitation.path()));
    assert_eq!(outbox(&app, "").await, first);
}

#[tokio::test]
async fn a_code_by_sms_is_in_the_outbox_under_its_number() {
    let app = TestAppBuilder::demo().start().await;
    let mut meeting = app.meeting(MINUTE * 5, &[ANNA]);
    meeting["recipients"][0]["method"] = "sms-code".into();
    meeting["recipients"][0]["phone"] = "+46701740605".into();
    let invitation = app.invite_to(&meeting).await;
    let browser = app.browser();
    app.forward(MINUTE).await;
    assert_eq!(browser.ask_at(&invitation).await.screen(), "code");

    for query in ["", "?to=%2B46701740605", "?to=+46701740605", "?to=46701740605"] {
        let messages = outbox(&app, query).await;
        assert_eq!(messages.len(), if query.is_empty() { 2 } else { 1 }, "{query}");
        let message = &messages[0];
        assert_eq!(message["channel"], "sms");
        assert_eq!(message["to"], "+46701740605");
        assert_eq!((&message["subject"], &message["html"]), (&Value::Null, &Value::Null));
        assert_eq!(message["links"], json!([]));
        assert!(message["sent_at"].is_string() && message["id"].is_string());
    }
    assert_eq!(outbox(&app, &format!("?to={ANNA}")).await.len(), 1, "the invitation's mail");
    assert!(outbox(&app, "?to=%2B46701740606").await.is_empty());

    let page = ask(&app, Method::GET, "/dev/outbox", None).await.text();
    assert!(page.contains("SMS") && page.contains("+46701740605"), "{page}");
    let messages = outbox(&app, "?to=%2B46701740605").await;
    let text = messages[0]["text"].as_str().expect("a text");
    let digits = |line: &&str| line.len() == 4 && line.bytes().all(|byte| byte.is_ascii_digit());
    let code = text.lines().find(digits).expect("the code").to_owned();
    assert_eq!(browser.enter(&invitation, &code).await.screen(), "invitation");
    let id = messages[0]["id"].as_str().expect("an id");
    let picture = ask(&app, Method::GET, &format!("/dev/outbox/{id}"), None).await;
    assert_eq!(picture.status, 404, "a text message has no HTML");
}

#[tokio::test]
async fn an_older_message_is_found_by_its_address() {
    let app = TestAppBuilder::demo().start().await;
    app.invite("first@åmål.example").await;
    for batch in 0..3 {
        app.forward(MINUTE).await;
        let people: Vec<String> = (0..180).map(|n| format!("x{batch}.{n}@example.org")).collect();
        let people: Vec<&str> = people.iter().map(String::as_str).collect();
        app.invite_to(&app.meeting(HOUR, &people)).await;
    }
    assert_eq!(outbox(&app, "").await.len(), 541, "without an address all are told");
    for to in [
        "first@%C3%A5m%C3%A5l.example",
        "First@xn--ml-xiab.example",
        "%E2%80%8Bfirst@%C3%85m%C3%A5l.example",
    ] {
        assert_eq!(outbox(&app, &format!("?to={to}")).await.len(), 1, "{to}");
    }
    assert!(outbox(&app, "?to=nobody@example.org").await.is_empty());
}

#[tokio::test]
async fn also_the_demo_s_meeting_that_is_over_has_its_invitation() {
    let app = TestAppBuilder::demo().start().await;
    app.greeting().await;
    let messages = outbox(&app, "?to=eva@example.org").await;
    assert_eq!(messages.len(), 1, "{messages:?}");
}

#[tokio::test]
async fn the_outbox_is_a_page_that_refreshes_by_itself() {
    let app = TestAppBuilder::demo().start().await;
    let page = ask(&app, Method::GET, "/dev/outbox", None).await;
    assert_eq!(page.status, 200);
    // A `Refresh` of the whole page would empty the field while somebody types.
    assert!(page.header("refresh").is_empty());
    assert!(page.text().contains("<script src=\"/dev/outbox.js\""));
    assert!(page.text().contains("<noscript><meta http-equiv=\"refresh\""));
    assert_eq!(ask(&app, Method::GET, "/dev/outbox.js", None).await.status, 200);
    assert!(outbox(&app, "").await.is_empty());
    let mut meeting = app.meeting(HOUR, &[ANNA, "bo@example.org"]);
    meeting["organiser"]["name"] = "<script>alert(1)</script>".into();
    ask(&app, Method::POST, "/dev/meetings", Some(&meeting)).await;
    let messages = outbox(&app, "").await;
    assert_eq!(messages.len(), 2);
    assert!(outbox(&app, "?to=eva@example.org").await.is_empty());
    let page = ask(&app, Method::GET, "/dev/outbox", None).await;
    for address in [ANNA, "bo@example.org"] {
        assert!(page.text().contains(address), "{address}");
    }
    assert!(!page.text().contains("<script>alert"));
    let id = messages[0]["id"].as_str().expect("an id");
    let picture = ask(&app, Method::GET, &format!("/dev/outbox/{id}"), None).await;
    assert_eq!(picture.status, 200);
    assert!(picture.header("content-security-policy").starts_with("default-src 'none'"));
    assert!(!picture.text().contains("<script"));
    assert_eq!(ask(&app, Method::GET, "/dev/outbox/nothing", None).await.status, 404);
}

#[tokio::test]
async fn the_outbox_shows_code_link_and_time_and_filters_by_address() {
    let app = TestAppBuilder::demo().start().await;
    let mut meeting = app.meeting(MINUTE * 5, &[ANNA, "bo@example.org"]);
    meeting["recipients"][1]["method"] = "sms-code".into();
    meeting["recipients"][1]["phone"] = "+46701740605".into();
    ask(&app, Method::POST, "/dev/meetings", Some(&meeting)).await;
    let invitation = app.invite(ANNA).await;
    app.forward(MINUTE).await;
    assert_eq!(app.browser().ask_at(&invitation).await.screen(), "code");
    let messages = outbox(&app, &format!("?to={ANNA}")).await;
    let text = messages[0]["text"].as_str().expect("a text");
    let digits = |line: &&str| line.len() == 4 && line.bytes().all(|byte| byte.is_ascii_digit());
    let code = text.lines().find(digits).expect("a code");
    let link = messages[0]["links"][0].as_str().expect("a link");

    let page = ask(&app, Method::GET, "/dev/outbox", None).await.text();
    assert!(
        page.contains(&format!("<p class=\"code\" translate=\"no\"><b>{code}</b></p>")),
        "{page}"
    );
    assert!(page.contains(&format!("<a class=\"go\" href=\"{link}\">")), "{page}");
    // 08:01 UTC is 09:01 in Sweden.
    assert!(
        page.contains("<time datetime=\"2026-12-01T08:01:00Z\">Tue 1 Dec 09:01:00</time>"),
        "{page}"
    );

    let shown = async |query: &str| {
        let page = ask(&app, Method::GET, &format!("/dev/outbox{query}"), None).await;
        assert_eq!(page.status, 200, "{query}");
        page.text().matches("<article").count()
    };
    assert_eq!(shown("").await, 4);
    assert_eq!(shown("?to=").await, 4, "an empty field");
    assert_eq!(shown("?to=+Anna%40EXAMPLE.org").await, 3);
    assert_eq!(shown("?to=bo%40example.org").await, 1);
    assert_eq!(shown("?to=%2B46701740605").await, 0, "nothing was sent there");
    assert_eq!(shown("?to=%3Cscript%3Ealert(1)%3C%2Fscript%3E").await, 0);
    let page = ask(&app, Method::GET, "/dev/outbox?to=%3Cscript%3Ealert(1)", None).await.text();
    assert!(!page.contains("<script>alert"), "{page}");
    assert!(page.contains("Show all messages") && page.contains("Nothing has been sent there"));
}

#[tokio::test]
async fn a_token_made_in_the_demo_opens_the_api() {
    let app = TestAppBuilder::demo().start().await;
    let page = ask(&app, Method::POST, "/dev/tokens", Some(&json!({ "name": "prov" }))).await;
    assert_eq!(page.status, 201);
    let token = page.json()["token"].as_str().expect("a token").to_owned();
    let mut request = call(&app, Method::GET, "/api/v1/meetings/nothing", None);
    let value = format!("Bearer {token}");
    request.headers_mut().insert("authorization", value.parse().expect("a value"));
    assert_eq!(send(app.address, request).await.status, 404);
    for body in [
        json!({}),
        json!({ "name": "" }),
        json!({ "name": 1 }),
        json!([]),
        json!(null),
        json!({ "name": "x", "more": 1 }),
        json!({ "name": "x".repeat(101) }),
        json!({ "name": "x\u{202e}y" }),
        json!({ "name": "x\u{feff}" }),
        json!({ "name": "\u{200b}" }),
        json!({ "name": "x\u{2028}y" }),
    ] {
        let page = ask(&app, Method::POST, "/dev/tokens", Some(&body)).await;
        assert!(matches!(page.status.as_u16(), 400 | 422), "{body}: {}", page.status);
    }
    assert_eq!(app.rows("api_tokens", "TRUE").await, 2, "this one and the test's own");
}

#[tokio::test]
async fn a_booking_without_a_token_is_checked_as_one_with_a_token_is() {
    let app = TestAppBuilder::demo().start().await;
    let mut meeting = app.meeting(HOUR, &["anna@"]);
    meeting["more"] = 1.into();
    let page = ask(&app, Method::POST, "/dev/meetings", Some(&meeting)).await;
    assert_eq!(page.status, 422);
    let pointers: Vec<_> = page.json()["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|it| it["pointer"].clone())
        .collect();
    assert_eq!(pointers, ["/recipients/0/email", "/more"]);
    assert_eq!(ask(&app, Method::GET, "/dev/meetings/nothing", None).await.status, 404);
    assert_eq!(app.api(Method::POST, "/api/v1/meetings", Some(&meeting)).await.status, 422);
    assert_eq!(app.rows("meetings", "TRUE").await, 0);
}

#[tokio::test]
async fn every_address_of_the_demo_is_for_this_machine_only() {
    let app = TestAppBuilder::demo().start().await;
    let port = app.address.port();
    let paths = [
        "/",
        "/m/x",
        "/healthz",
        "/dev/outbox",
        "/dev/outbox.json",
        "/dev/room",
        "/api/v1/meetings/x",
    ];
    for path in paths {
        for host in [
            "evil.example".to_owned(),
            format!("evil.example:{port}"),
            "127.0.0.1".to_owned(),
            format!("127.0.0.1:{}", port ^ 1),
            format!("localhost.evil.example:{port}"),
            format!("0.0.0.0:{port}"),
            String::new(),
        ] {
            let mut request = call(&app, Method::GET, path, None);
            request.headers_mut().insert("host", host.parse().expect("a host"));
            assert_eq!(send(app.address, request).await.status, 421, "{path} {host}");
        }
        for host in ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"] {
            let mut request = call(&app, Method::GET, path, None);
            let host = format!("{host}:{port}");
            request.headers_mut().insert("host", host.parse().expect("a host"));
            assert_ne!(send(app.address, request).await.status, 421, "{path} {host}");
        }
        for name in ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-more", "via"]
        {
            let mut request = call(&app, Method::GET, path, None);
            let name: header::HeaderName = name.parse().expect("a name");
            request.headers_mut().insert(name.clone(), "x".parse().expect("a value"));
            assert_eq!(send(app.address, request).await.status, 403, "{path} {name}");
        }
    }
}

#[tokio::test]
async fn a_foreign_page_can_neither_book_nor_make_tokens() {
    let app = TestAppBuilder::demo().start().await;
    let meeting = app.meeting(HOUR, &[ANNA]);
    let tokens = app.rows("api_tokens", "TRUE").await;
    for (path, body) in [("/dev/meetings", &meeting), ("/dev/tokens", &json!({ "name": "x" }))] {
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let mut request = call(&app, Method::POST, path, Some(body));
            request.headers_mut().insert(name, value.parse().expect("a value"));
            assert_eq!(send(app.address, request).await.status, 403, "{path} {name}: {value}");
        }
        // Foreign pages can send forms and plain text without asking.
        for media in ["text/plain", "application/x-www-form-urlencoded"] {
            let mut request = call(&app, Method::POST, path, Some(body));
            request.headers_mut().insert("content-type", media.parse().expect("a value"));
            assert_eq!(send(app.address, request).await.status, 415, "{path} {media}");
        }
    }
    assert_eq!(app.rows("api_tokens", "TRUE").await, tokens);
    assert_eq!(app.rows("meetings", "TRUE").await, 0);
}

#[tokio::test]
async fn a_demo_can_be_used_by_each_of_its_names() {
    let app = TestAppBuilder::demo().start().await;
    let port = app.address.port();
    let invitation = app.invite(ANNA).await;
    let origin = format!("http://localhost:{port}");
    let mut request = app.browser().request(
        Method::POST,
        "/do/begin",
        &format!("invitation={}", invitation.token),
    );
    let host = format!("localhost:{port}");
    request.headers_mut().insert("host", host.parse().expect("a host"));
    request.headers_mut().insert("origin", origin.parse().expect("an origin"));
    assert_eq!(send(app.address, request).await.status, 303);
    let mail = app.mail(ANNA).await;
    assert!(mail[0].link().is_some_and(|link| link.starts_with(&app.origin)), "not by the Host");
}

#[tokio::test]
async fn the_greeting_leads_to_meetings_that_are_open_later_and_over() {
    let app = TestAppBuilder::demo().start().await;
    let greeting = app.greeting().await;
    let links: Vec<&str> = greeting
        .split_whitespace()
        .filter_map(|word| word.strip_prefix(&app.origin))
        .filter(|path| path.starts_with("/m/"))
        .collect();
    let browser = app.browser();
    let mut screens = Vec::new();
    for link in &links {
        screens.push(browser.get(link).await.screen());
    }
    let builtin = ["method"; 5];
    let all = [&builtin[..], &["method", "address", "method", "over"]].concat();
    assert_eq!(screens, all);
    for path in ["/dev/outbox\n", "/dev/bankid\n", "/\n"] {
        assert!(greeting.contains(&format!("{}{path}", app.origin)), "{path}");
    }
}

#[tokio::test]
async fn the_start_page_leads_to_all_that_the_demo_has() {
    let app = TestAppBuilder::demo().start().await;
    let empty = ask(&app, Method::GET, "/", None).await;
    assert_eq!(empty.status, 200, "also before anything is booked");
    let greeting = app.greeting().await;
    let page = ask(&app, Method::GET, "/", None).await;
    assert_eq!((page.status.as_u16(), page.header("cache-control")), (200, "no-store"));
    let text = page.text();
    let links: Vec<&str> = greeting
        .split_whitespace()
        .filter_map(|word| word.strip_prefix(&app.origin))
        .filter(|path| path.len() > 1)
        .collect();
    assert_eq!(links.len(), 11, "nine invitations, the outbox and the phone");
    for path in links {
        assert!(text.contains(&format!("href=\"{path}\"")), "{path}");
    }
    for name in ["anna", "rut", "erin", "bo", "cia", "david", "eva"] {
        assert!(text.contains(&format!("{name}@example.org")), "{name}");
    }
    assert!(text.contains("Host (Swedish)") && text.contains("kim@kommun.example"), "{text}");
    assert!(text.contains("make gallery") && text.contains("Today 09:00–09:45"), "{text}");
}

#[tokio::test]
async fn the_start_page_s_booking_works_as_it_is_printed() {
    let app = TestAppBuilder::demo().start().await;
    let text = ask(&app, Method::GET, "/", None).await.text();
    let (_, command) = text.split_once("curl ").expect("a command");
    let (address, rest) = command.split_once(' ').expect("an address");
    assert_eq!(address, format!("{}/dev/meetings", app.origin));
    let body = rest.split("&#39;").nth(3).expect("a body").replace("&#34;", "\"");
    let body: Value = serde_json::from_str(&body).expect("JSON");
    let booked = ask(&app, Method::POST, "/dev/meetings", Some(&body)).await;
    assert_eq!(booked.status, 201, "{}", booked.text());
    let to = body["recipients"][0]["email"].as_str().expect("an address");
    assert!(text.contains(&format!("href=\"/dev/outbox?to={to}\"")), "{to}");
    assert_eq!(outbox(&app, &format!("?to={to}")).await.len(), 1);
}

#[tokio::test]
async fn a_seed_ends_in_the_demo_s_own_room() {
    let app = TestAppBuilder::demo().start().await;
    app.greeting().await;
    let text = outbox(&app, "?to=bo@example.org").await;
    let link = text[0]["links"][0].as_str().expect("a link");
    let path = link.strip_prefix(&app.origin).expect("a link of ours");
    let token = path.rsplit('/').next().expect("a token");
    let browser = app.browser();
    browser.get(path).await;
    app.forward(MINUTE).await;
    browser.go("/do/begin", &[("invitation", token)]).await;
    browser.go("/do/address", &[("invitation", token), ("email", "bo@example.org")]).await;
    let messages = outbox(&app, "?to=%2B46701740605").await;
    let text = messages[0]["text"].as_str().expect("a text");
    let words = text.split(|c: char| !c.is_ascii_digit());
    let code = words.into_iter().find(|word| word.len() == 4).expect("a code").to_owned();
    browser.go("/do/code", &[("invitation", token), ("code", &code)]).await;
    browser.go("/do/enter", &[("invitation", token)]).await;
    let page = browser.go("/do/join", &[("invitation", token)]).await;
    let room = format!("{}/dev/room", app.origin);
    assert_eq!((page.status.as_u16(), page.header("refresh")), (200, &*format!("0; url={room}")));
    assert!(page.header("content-security-policy").contains("form-action 'self'"));
    let page = ask(&app, Method::GET, "/dev/room", None).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("own video service") && page.text().contains("egen videotjänst"));
}

#[tokio::test]
async fn a_room_over_http_is_on_this_machine_and_in_a_demo_only() {
    let demo = TestAppBuilder::demo().start().await;
    let product = TestApp::start().await;
    let mut meeting = demo.meeting(HOUR, &[ANNA]);
    for (url, allowed) in [
        ("http://127.0.0.1:3000/dev/room", true),
        ("http://localhost:3000/dev/room", true),
        ("http://[::1]:3000/dev/room", true),
        ("http://video.example/rum", false),
        ("http://192.0.2.1/rum", false),
    ] {
        meeting["room"]["url"] = url.into();
        let page = ask(&demo, Method::POST, "/dev/meetings", Some(&meeting)).await;
        assert_eq!(page.status, if allowed { 201 } else { 422 }, "{url}");
        let page = product.api(Method::POST, "/api/v1/meetings", Some(&meeting)).await;
        assert_eq!(page.status, 422, "{url}");
        assert_eq!(page.json()["errors"][0]["pointer"], "/room/url");
    }
    meeting["room"]["url"] = "https://video.example/rum".into();
    let booked = product.api(Method::POST, "/api/v1/meetings", Some(&meeting)).await.json();
    let path = format!("/api/v1/meetings/{}", booked["id"].as_str().expect("an id"));
    let change = json!({ "room": { "url": "http://127.0.0.1:3000/dev/room" } });
    assert_eq!(product.api(Method::PATCH, &path, Some(&change)).await.status, 422);
}

#[tokio::test]
async fn nothing_of_the_demo_is_there_without_it() {
    let app = TestApp::start().await;
    let body = app.meeting(HOUR, &[ANNA]);
    for path in [
        "/",
        "/dev/outbox",
        "/dev/outbox.json",
        "/dev/outbox.css",
        "/dev/start.css",
        "/dev/room",
        "/dev/meetings/x",
        "/dev",
    ] {
        assert_eq!(ask(&app, Method::GET, path, None).await.status, 404, "{path}");
    }
    for path in ["/dev/meetings", "/dev/tokens"] {
        assert_eq!(ask(&app, Method::POST, path, Some(&body)).await.status, 404, "{path}");
    }
    assert_eq!(app.rows("meetings", "TRUE").await, 0);
}

#[tokio::test]
async fn meetings_are_changed_over_the_api_only() {
    let app = TestAppBuilder::demo().start().await;
    let meeting = app.meeting(MINUTE * 5, &[ANNA]);
    let booked = ask(&app, Method::POST, "/dev/meetings", Some(&meeting)).await.json();
    let path = format!("/dev/meetings/{}", booked["id"].as_str().expect("an id"));
    let title = json!({ "title": "Nytt" });
    for (method, path, body) in [
        (Method::PATCH, path.as_str(), Some(&title)),
        (Method::DELETE, &path, None),
        (Method::GET, "/dev/meetings", None),
    ] {
        assert_eq!(ask(&app, method, path, body).await.status, 405, "{path}");
    }
    let again = format!(
        "{path}/recipients/{}/invitation",
        booked["recipients"][0]["id"].as_str().expect("an id")
    );
    assert_eq!(ask(&app, Method::POST, &again, None).await.status, 404);
    // The demo's API token does.
    let page = app.api(Method::PATCH, &path.replace("/dev", "/api/v1"), Some(&title)).await;
    assert_eq!((page.status.as_u16(), &page.json()["title"]), (200, &json!("Nytt")));
}
