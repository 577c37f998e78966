//! Delivery reports of gateways.

use crate::product;
use axum::{
    body::Bytes,
    http::{Method, Request, header},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::Full;
use sha1::Sha1;
use test_support::{
    browser::{Page, send},
    test_app::{ANNA, Invitation, SMS_PASSWORD, TestApp},
};

const FORM: &str = "application/x-www-form-urlencoded";

/// Sends a code. Returns the invitation and our id of the message.
async fn sent(app: &TestApp) -> (Invitation, String) {
    let invitation = app.invite(ANNA).await;
    app.loaded().ask(app, &invitation).await;
    let post = app.messages.all();
    (invitation, post.last().expect("a message").context.id().to_owned())
}

/// Posts a form as a gateway does.
async fn tell(app: &TestApp, path: &str, signature: Option<&str>, form: &str) -> Page {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::HOST, "anything.example")
        .header(header::CONTENT_TYPE, FORM);
    if let Some(signature) = signature {
        request = request.header("x-twilio-signature", signature);
    }
    let request = request.body(Full::<Bytes>::from(form.to_owned())).expect("a request");
    send(app.address, request).await
}

/// Returns a form with Twilio's signature.
fn signed(app: &TestApp, token: &str, path: &str, form: &[(&str, &str)]) -> (String, String) {
    let mut fields = form.to_vec();
    fields.sort_unstable();
    let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).expect("a key");
    mac.update(format!("{}{path}", app.origin).as_bytes());
    for (name, value) in &fields {
        mac.update(format!("{name}{value}").as_bytes());
    }
    let written = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    (STANDARD.encode(mac.finalize().into_bytes()), written)
}

#[tokio::test]
async fn elks_tells_at_a_secret_address_and_each_end_is_noted_once() {
    let app = product().with_sms("46elks").start().await;
    let (invitation, id) = sent(&app).await;
    let path = format!("/hooks/46elks/{}/{id}", app.state().keys.hook_secret());
    for (form, delivered, undelivered) in [
        ("id=s1&status=sent", 0, 0),
        ("id=s1&status=delivered&delivered=2026-12-01T08%3A00%3A03&more=1", 1, 0),
        ("id=s1&status=delivered", 1, 0),
        ("id=s1&status=failed", 1, 1),
        ("id=s1&status=failed", 1, 1),
        ("", 1, 1),
        ("%ff%fe=%ff", 1, 1),
    ] {
        let page = tell(&app, &path, None, form).await;
        assert_eq!((page.status.as_u16(), page.body.len()), (204, 0), "{form}");
        assert_eq!(app.happened(&invitation, "code-delivered").await, delivered, "{form}");
        assert_eq!(app.happened(&invitation, "code-undelivered").await, undelivered, "{form}");
    }
}

#[tokio::test]
async fn a_message_is_known_by_what_the_gateway_calls_it_too() {
    let app = product().with_sms("46elks").start().await;
    let (invitation, id) = sent(&app).await;
    let path = format!("/hooks/46elks/{}", app.state().keys.hook_secret());
    tell(&app, &path, None, "id=unknown&status=delivered").await;
    assert_eq!(app.happened(&invitation, "code-delivered").await, 0);
    let page = tell(&app, &path, None, &format!("id=sms-{id}&status=delivered")).await;
    assert_eq!(page.status, 204);
    assert_eq!(app.happened(&invitation, "code-delivered").await, 1);
}

#[tokio::test]
async fn without_the_secret_nothing_is_there() {
    let app = product().with_sms("46elks").start().await;
    let (invitation, id) = sent(&app).await;
    let secret = app.state().keys.hook_secret();
    let before = app.memory().await;
    let shorter = secret.get(1..).expect("a secret");
    for wrong in [shorter, &format!("{secret}x"), &"a".repeat(27), "%ff", "x"] {
        for path in [format!("/hooks/46elks/{wrong}"), format!("/hooks/46elks/{wrong}/{id}")] {
            let form = format!("id=sms-{id}&status=delivered");
            assert_eq!(tell(&app, &path, None, &form).await.status, 404, "{path}");
        }
    }
    for path in ["/hooks", "/hooks/46elks", "/hooks/twilio", &format!("/hooks/twilio/{id}")] {
        let form = format!("MessageSid=sms-{id}&MessageStatus=delivered");
        assert_eq!(tell(&app, path, None, &form).await.status, 404, "{path}");
    }
    assert_eq!(app.memory().await, before);
    assert_eq!(app.happened(&invitation, "code-delivered").await, 0);
    let looked = app.browser().get(&format!("/hooks/46elks/{secret}/{id}")).await;
    assert_eq!(looked.status, 405);
}

#[tokio::test]
async fn what_twilio_tells_is_signed_and_each_end_is_noted_once() {
    let app = product().with_sms("twilio").start().await;
    let (invitation, id) = sent(&app).await;
    let path = format!("/hooks/twilio/{id}");
    for (status, delivered, undelivered) in [
        ("queued", 0, 0),
        ("sent", 0, 0),
        ("delivered", 1, 0),
        ("delivered", 1, 0),
        ("undelivered", 1, 1),
        ("failed", 1, 1),
        ("a-new-one", 1, 1),
    ] {
        let form = [
            ("MessageStatus", status),
            ("MessageSid", "SM1"),
            ("To", "+46701740605"),
            ("ErrorCode", "30003"),
            ("ApiVersion", "2010-04-01"),
            ("Body", "å & ä ="),
        ];
        let (signature, form) = signed(&app, SMS_PASSWORD, &path, &form);
        let page = tell(&app, &path, Some(&signature), &form).await;
        assert_eq!(page.status, 204, "{status}");
        assert_eq!(app.happened(&invitation, "code-delivered").await, delivered, "{status}");
        assert_eq!(app.happened(&invitation, "code-undelivered").await, undelivered, "{status}");
    }
}

#[tokio::test]
async fn what_is_not_signed_as_twilio_does_is_refused() {
    let app = product().with_sms("twilio").start().await;
    let (invitation, id) = sent(&app).await;
    let (path, reference) = (format!("/hooks/twilio/{id}"), format!("sms-{id}"));
    let fields = [("MessageSid", reference.as_str()), ("MessageStatus", "delivered")];
    let (right, form) = signed(&app, SMS_PASSWORD, &path, &fields);
    let (other_token, _) = signed(&app, "another", &path, &fields);
    let (other_path, _) = signed(&app, SMS_PASSWORD, "/hooks/twilio", &fields);
    let (other_form, _) = signed(&app, SMS_PASSWORD, &path, &fields[..1]);
    for wrong in
        [None, Some(""), Some("x"), Some(&*other_token), Some(&*other_path), Some(&*other_form)]
    {
        let page = tell(&app, &path, wrong, &form).await;
        assert_eq!(page.status, 403, "{wrong:?}");
        assert_eq!(page.header("content-type"), "application/problem+json");
    }
    let page = tell(&app, &path, Some(&right), &form.replace("delivered", "failed")).await;
    assert_eq!(page.status, 403, "the form is what was signed");
    let page = tell(&app, &format!("{path}?a=1"), Some(&right), &form).await;
    assert_eq!(page.status, 403, "the address is what was signed");
    assert_eq!(app.happened(&invitation, "code-delivered").await, 0);
    // Without the message's own address, its reference identifies it.
    assert_eq!(tell(&app, "/hooks/twilio", Some(&other_path), &form).await.status, 204);
    assert_eq!(app.happened(&invitation, "code-delivered").await, 1);
    let elks = format!("/hooks/46elks/{}", app.state().keys.hook_secret());
    assert_eq!(tell(&app, &elks, None, "id=x&status=delivered").await.status, 404);
}

#[tokio::test]
async fn a_browser_of_another_site_can_tell_nothing() {
    let app = product().with_sms("46elks").start().await;
    let (invitation, id) = sent(&app).await;
    let path = format!("/hooks/46elks/{}/{id}", app.state().keys.hook_secret());
    let foreign = app.browser().with("origin", "https://evil.example");
    let page = foreign.post(&path, &[("id", "s1"), ("status", "delivered")]).await;
    assert_eq!(page.status, 403);
    assert_eq!(app.happened(&invitation, "code-delivered").await, 0);
    let large = format!("id=s1&status=delivered&more={}", "x".repeat(70_000));
    assert_eq!(tell(&app, &path, None, &large).await.status, 413);
}

#[tokio::test]
async fn of_many_tells_at_once_one_is_noted() {
    let app = product().with_sms("46elks").start().await;
    let (invitation, id) = sent(&app).await;
    let path = format!("/hooks/46elks/{}/{id}", app.state().keys.hook_secret());
    let tells = (0..20).map(|_| tell(&app, &path, None, "id=s1&status=delivered"));
    for page in futures_util::future::join_all(tells).await {
        assert_eq!(page.status, 204);
    }
    assert_eq!(app.happened(&invitation, "code-delivered").await, 1);
}

#[tokio::test]
async fn what_is_told_of_an_erased_message_is_no_harm() {
    let app = product().with_sms("46elks").start().await;
    let (_, id) = sent(&app).await;
    app.forward(test_support::test_app::DAY * 32).await;
    server::jobs::purge::purge(app.state()).await.expect("erased");
    let path = format!("/hooks/46elks/{}/{id}", app.state().keys.hook_secret());
    let form = format!("id=sms-{id}&status=delivered");
    assert_eq!(tell(&app, &path, None, &form).await.status, 204);
}
