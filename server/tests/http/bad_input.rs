//! Invalid input of any kind breaks nothing and changes nothing.

use app::wire::{Problem, Screen};
use axum::{
    body::Bytes,
    http::{HeaderValue, Method},
};
use http_body_util::Full;
use proptest::{prelude::*, test_runner::TestRunner};
use std::net::SocketAddr;
use test_support::{
    browser::{Browser, Page},
    test_app::{ANNA, Invitation, TestApp},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const CALLS: [&str; 9] =
    ["begin", "address", "code", "resend", "enter", "join", "stay", "end", "language"];

const FORM: &str = "application/x-www-form-urlencoded";

/// Posts bytes as a form.
async fn post(browser: &Browser, path: &str, body: &[u8], media: &[&[u8]]) -> Page {
    let mut request = browser.request(Method::POST, path, "");
    *request.body_mut() = Full::from(Bytes::copy_from_slice(body));
    request.headers_mut().remove("content-type");
    for media in media {
        let media = HeaderValue::from_bytes(media).expect("a value");
        request.headers_mut().append("content-type", media);
    }
    browser.send(request).await
}

/// Returns forms that have one fault each.
fn spoiled(invitation: &Invitation) -> Vec<Vec<u8>> {
    let good = format!(
        "invitation={}&email={ANNA}&code=1234&language=en&path={}",
        invitation.token,
        invitation.path()
    );
    let mut forms: Vec<Vec<u8>> = [
        "",
        "&",
        "=",
        "&&&=&=",
        "%",
        "%zz",
        "invitation",
        "invitation=",
        "invitation=%00",
        "invitation=%ff%fe",
        "invitation=%",
        "invitation[]=a&invitation[b]=c",
        "{\"invitation\":\"a\"}",
        "<invitation/>",
    ]
    .map(|form| form.as_bytes().to_vec())
    .into();
    forms.push(format!("{good}&invitation={}", invitation.token).into());
    forms.push(format!("invitation={0}&invitation={0}", "a".repeat(27)).into());
    forms.push(format!("invitation={}%00", invitation.token).into());
    forms.push(format!("invitation={}&email={}", "x".repeat(60_000), ANNA).into());
    forms.push(b"invitation=\xff\xfe\x00&email=\xc3\x28".to_vec());
    forms.push(vec![0; 1_000]);
    forms
}

#[tokio::test]
async fn a_form_that_can_not_be_read_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let held = app.loaded();
    held.ask(&app, &invitation).await;
    let before = app.memory().await;
    for browser in [app.browser(), app.loaded()] {
        browser.set_cookie("anslut", held.cookie("anslut").as_deref());
        for call in CALLS.into_iter().filter(|call| !matches!(*call, "end" | "language")) {
            for form in spoiled(&invitation) {
                let page = post(&browser, &format!("/do/{call}"), &form, &[FORM.as_bytes()]).await;
                let status = page.status.as_u16();
                let shown = String::from_utf8_lossy(&form).into_owned();
                let led_nowhere = status == 303 && !page.header("location").contains("/m/");
                assert!((400..500).contains(&status) || led_nowhere, "{call} {shown}: {status}");
            }
        }
    }
    app.settled().await;
    assert_eq!(app.memory().await, before);
}

#[tokio::test]
async fn a_bad_address_is_told_beside_its_field_and_kept() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    browser.begin(&invitation).await;
    let long = format!("{}@example.org", "a".repeat(50_000));
    for (typed, problem) in [
        ("", Problem::AddressMissing),
        (" \t ", Problem::AddressMissing),
        ("anna", Problem::AddressMalformed),
        ("anna@", Problem::AddressMalformed),
        ("anna@example.org\r\nBcc: eva@example.org", Problem::AddressMalformed),
        ("anna@example.org\0", Problem::AddressMalformed),
        ("anna@example.org,eva@example.org", Problem::AddressMalformed),
        ("<script>alert(1)</script>", Problem::AddressMalformed),
        (long.as_str(), Problem::AddressMalformed),
    ] {
        let page = browser.give(&invitation, typed).await;
        assert_eq!((page.status.as_u16(), page.problem()), (422, Some(problem)), "{typed:?}");
        let Screen::Address(address) = page.view().screen else { panic!("{:?}", page.view()) };
        let kept: String = typed.trim().chars().filter(|c| *c != '\0').take(254).collect();
        assert_eq!(address.typed, kept);
        let shown = app.browser();
        shown.set_cookie("anslut", browser.cookie("anslut").as_deref());
        let page = shown.get(&invitation.step("address")).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("<title>Fel: "), "{typed:?}");
        assert!(!page.text().contains("<script>alert"), "{typed:?}");
    }
    assert_eq!(app.codes(ANNA).await, 0);
    assert_eq!(app.rows("challenges", "TRUE").await, 0);
}

#[tokio::test]
async fn fields_in_bytes_that_are_no_text_are_told_or_refused() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    browser.ask(&app, &invitation).await;
    let token = &invitation.token;
    for (call, field) in [("address", "email"), ("code", "code")] {
        for value in ["%ff%fe", "%00", "%zz", "%e0%80%80", "%ED%A0%80", "%f0%9f%92%a9"] {
            let form = format!("invitation={token}&{field}={value}");
            let page = browser.post_text(&format!("/do/{call}"), &form).await;
            let status = page.status.as_u16();
            assert!(matches!(status, 400 | 422), "{call} {value}: {status} {}", page.text());
        }
        let form = format!("invitation={token}&{field}=1234&{field}=1234");
        let page = browser.post_text(&format!("/do/{call}"), &form).await;
        assert_eq!(page.status, 400, "{call}: named twice");
    }
    assert_eq!(app.rows("attempts", "TRUE").await, 0);
    assert_eq!(app.codes(ANNA).await, 1);
}

#[tokio::test]
async fn forms_of_another_media_type_are_refused() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let before = app.memory().await;
    let form = format!("invitation={}", invitation.token);
    let media: [&[&[u8]]; 7] = [
        &[],
        &[b""],
        &[b"text/plain"],
        &[b"application/json"],
        &[b"multipart/form-data; boundary=x"],
        &[b"\xff"],
        &[b"text/plain", FORM.as_bytes()],
    ];
    for call in CALLS {
        for media in media {
            let page = post(&app.loaded(), &format!("/do/{call}"), form.as_bytes(), media).await;
            assert_eq!(page.status, 415, "{call} {media:?}");
        }
    }
    let with_charset = format!("{FORM}; charset=utf-8");
    app.settled().await;
    assert_eq!(app.memory().await, before);
    let page = post(&app.loaded(), "/do/begin", form.as_bytes(), &[with_charset.as_bytes()]).await;
    assert_eq!(page.status, 200);
}

#[tokio::test]
async fn other_methods_are_refused() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let before = app.memory().await;
    let form = format!("invitation={}", invitation.token);
    let browser = app.browser();
    let post = |method: &Method, path: &str| {
        let mut request = browser.request(method.clone(), path, &form);
        request.headers_mut().insert("content-type", FORM.parse().expect("a value"));
        browser.send(request)
    };
    let odd: Method = "BREW".parse().expect("a method");
    for call in CALLS {
        for method in [Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS, odd.clone()] {
            let page = post(&method, &format!("/do/{call}")).await;
            assert_eq!(page.status, 405, "{method} {call}");
            assert!(page.header("allow").contains("POST"), "{method} {call}");
        }
    }
    for path in [invitation.path(), invitation.step("code"), "/privacy".to_owned()] {
        for method in [Method::POST, Method::PUT, Method::DELETE] {
            assert_eq!(post(&method, &path).await.status, 405, "{method} {path}");
        }
    }
    app.settled().await;
    assert_eq!(app.memory().await, before);
}

#[tokio::test]
async fn a_cookie_that_is_none_of_ours_is_no_session() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let held = app.loaded();
    held.identify(&app, &invitation).await;
    let value = held.cookie("anslut").expect("a session");
    let other = "A".repeat(43);
    let cookies: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"anslut".to_vec(),
        b"anslut=".to_vec(),
        b"=".to_vec(),
        b";;;==;".to_vec(),
        b"anslut=\xff\xfe".to_vec(),
        format!("anslut={other}").into(),
        format!("anslut={value}x").into(),
        format!("anslut=\"{value}\"").into(),
        format!("Anslut={value}").into(),
        format!("anslut={value}; anslut={other}").into(),
        format!("anslut={other}; anslut={value}").into(),
        format!("anslut={}", "a".repeat(20_000)).into(),
        format!("anslut={}", &value[..42]).into(),
        b"anslut-language=\xff; anslut-language=xx".to_vec(),
        b"anslut-language=en; anslut-language=sv".to_vec(),
    ];
    for cookie in cookies {
        let browser = app.browser();
        // An unknown cookie leads to one more request first.
        let path = format!("{}?again", invitation.step("meeting"));
        let mut request = browser.request(Method::GET, &path, "");
        let value = HeaderValue::from_bytes(&cookie).expect("a value");
        request.headers_mut().insert("cookie", value);
        let page = browser.send(request).await;
        let shown = String::from_utf8_lossy(&cookie).into_owned();
        assert_eq!((page.status.as_u16(), page.screen()), (200, "method"), "{shown}");
    }
    let many = (0..500).map(|n| format!("c{n}=1")).collect::<Vec<_>>().join("; ");
    let browser = app.browser().with("cookie", &format!("{many}; anslut={value}"));
    assert_eq!(browser.get(&invitation.path()).await.screen(), "invitation");
}

#[tokio::test]
async fn an_address_where_nothing_is_is_not_found() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let token = &invitation.token;
    let browser = app.browser();
    for path in [
        "/nowhere".to_owned(),
        "//".to_owned(),
        "/m".to_owned(),
        "/m/".to_owned(),
        "/m//code".to_owned(),
        "/m/%00".to_owned(),
        "/m/%ff%fe".to_owned(),
        "/m/%".to_owned(),
        "/m/%zz/code".to_owned(),
        "/m/..%2f..%2fetc%2fpasswd".to_owned(),
        "/m/../../etc/passwd".to_owned(),
        format!("/m/{}", "a".repeat(20_000)),
        format!("/m/{token}/nothing"),
        format!("/m/{token}/Code"),
        format!("/m/{token}/%63ode%00"),
        format!("/m/{token}/code/more"),
        format!("/m/{token}x"),
        "/do".to_owned(),
        "/do/".to_owned(),
        "/assets/../../Cargo.toml".to_owned(),
        "/assets/%2e%2e/%2e%2e/Cargo.toml".to_owned(),
        "/dev/outbox".to_owned(),
    ] {
        let page = browser.get(&path).await;
        let status = page.status.as_u16();
        assert!(matches!(status, 400 | 404 | 405), "{path}: {status}");
    }
    let page = browser.get(&format!("{}?step=code&x=%ff%00&x=1", invitation.path())).await;
    assert_eq!((page.status.as_u16(), page.screen()), (200, "method"), "a query says nothing");
}

#[tokio::test]
async fn odd_headers_break_nothing() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let long = "x".repeat(8_000);
    for name in [
        "accept",
        "accept-language",
        "accept-encoding",
        "user-agent",
        "referer",
        "if-none-match",
        "if-modified-since",
        "range",
        "x-forwarded-for",
        "forwarded",
        "authorization",
        "expect",
    ] {
        for value in
            ["", ",,,;;;q=", "*/*;q=nan", "\u{ff}\u{fe}", long.as_str(), "application/json"]
        {
            let browser = app.browser().with(name, value);
            let page = browser.get(&invitation.path()).await;
            let status = page.status.as_u16();
            assert!(status == 200 || status == 417, "{name}: {value}: {status}");
        }
    }
}

#[tokio::test]
async fn a_referer_leads_nowhere() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser().with("referer", "https://evil.example/");
    for (call, form) in [
        ("begin", format!("invitation={}", invitation.token)),
        ("begin", "%ff".to_owned()),
        ("code", "invitation=a&invitation=b".to_owned()),
        ("language", "language=xx&path=https%3A%2F%2Fevil.example%2F".to_owned()),
    ] {
        let page = browser.post_text(&format!("/do/{call}"), &form).await;
        assert!(page.status.as_u16() < 500);
        assert!(!browser.seen().contains("evil.example"), "{call} {form}");
        drop(page);
    }
}

/// Sends raw bytes and returns everything that comes back.
async fn raw(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    // The response may come, and the connection close, before everything is sent.
    stream.write_all(bytes).await.ok();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok();
    String::from_utf8_lossy(&answer).into_owned()
}

/// Returns the status of a response. `None` if the connection was closed without one.
fn status(answer: &str) -> Option<u16> {
    answer.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
}

/// Tests a property on one service.
fn against_the_service<S: Strategy>(
    strategy: &S,
    bytes: impl Fn(&TestApp, &Invitation, S::Value) -> Vec<u8>,
) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (app, invitation) = runtime.block_on(async {
        let app = TestApp::start().await;
        let invitation = app.invite(ANNA).await;
        (app, invitation)
    });
    let config = ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() };
    TestRunner::new(config)
        .run(strategy, |value| {
            let sent = bytes(&app, &invitation, value);
            let answer = runtime.block_on(raw(app.address, &sent));
            let status = status(&answer);
            prop_assert!(status.is_none_or(|status| status < 500), "{answer}");
            Ok(())
        })
        .expect("nothing breaks");
    runtime.block_on(app.settled());
    assert_eq!(runtime.block_on(app.status(&invitation)), "sent");
    assert_eq!(app.messages.count(), 1);
}

#[test]
fn no_path_breaks_anything() {
    let part = prop_oneof![
        "[ -~]{0,20}",
        any::<String>(),
        Just("%00".to_owned()),
        Just("%ff".to_owned()),
        Just("..".to_owned()),
        Just("/".to_owned()),
        Just("m/".to_owned()),
        Just("do/".to_owned()),
        Just("api/v1/meetings/".to_owned()),
        Just("TOKEN".to_owned()),
    ];
    let path = prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat());
    against_the_service(&(path, any::<bool>()), |app, invitation, (path, loaded)| {
        let path = path.replace("TOKEN", &invitation.token).replace(['\r', '\n'], "");
        let accept = if loaded { "application/json" } else { "text/html" };
        let host = app.address;
        format!(
            "GET /{path} HTTP/1.1\r\nhost: {host}\r\naccept: {accept}\r\nconnection: close\r\n\r\n"
        )
        .into_bytes()
    });
}

#[test]
fn no_form_breaks_anything() {
    let body = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        "(invitation|email|code|path|language|[a-z\\[\\]]{0,5}|[&=;%+]){0,10}"
            .prop_map(String::into_bytes),
        prop::collection::vec(("(invitation|email|code)", any::<String>()), 0..4).prop_map(
            |pairs| {
                let mut form = url::form_urlencoded::Serializer::new(String::new());
                form.extend_pairs(pairs);
                form.finish().into_bytes()
            }
        ),
    ];
    let call = prop::sample::select(CALLS.to_vec());
    against_the_service(&(call, body, any::<bool>()), |app, _, (call, body, loaded)| {
        let accept = if loaded { "application/json" } else { "text/html" };
        let (host, length) = (app.address, body.len());
        let head = format!(
            "POST /do/{call} HTTP/1.1\r\nhost: {host}\r\naccept: {accept}\r\ncontent-type: {FORM}\r\n\
             content-length: {length}\r\nconnection: close\r\n\r\n"
        );
        [head.into_bytes(), body].concat()
    });
}

#[test]
fn no_booking_breaks_anything() {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})"
            .prop_map(Into::into),
    ];
    let json = leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::hash_map("[a-z_/~]{0,8}", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    });
    let member = prop::sample::select(vec![
        "title",
        "description",
        "starts_at",
        "ends_at",
        "time_zone",
        "organiser",
        "room",
        "recipients",
        "more",
    ]);
    // The end is never in the future, so nothing is booked.
    against_the_service(&(member, json), |app, _, (member, value)| {
        let mut body = app.meeting(std::time::Duration::ZERO, &[ANNA]);
        body[member] = value;
        body["ends_at"] = "2020-01-01T00:00:00Z".into();
        let (host, token, body) = (app.address, &app.token, body.to_string());
        let length = body.len();
        format!(
            "POST /api/v1/meetings HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )
        .into_bytes()
    });
}
