//! Behaviour for visitors and systems during an outage, and after it.

use crate::{
    mailbox::Mailbox,
    program::Home,
    visitor::{Answer, Visitor, ask, call, meeting},
};
use app::wire::{Language, Screen};
use axum::http::Method;
use serde_json::json;
use std::time::Duration;
use tokio::time;

/// Books a meeting with this recipient.
pub(crate) async fn book(home: &Home, email: &str) -> Answer {
    let recipients = [json!({ "email": email, "assurance": "loa2", "method": "email-code" })];
    let request = call(
        Method::POST,
        "/api/v1/meetings",
        &home.token,
        None,
        &meeting(&recipients).to_string(),
    );
    ask(home.addresses[0], request).await.expect("an answer")
}

/// Returns the link token that was mailed to an address, or the code.
pub(crate) async fn mailed(post: &Mailbox, to: &str, code: bool) -> String {
    let wait = async {
        loop {
            let letters = post.to(to);
            if let Some(letter) = letters.iter().find(|letter| letter.code.is_some() == code) {
                let what = if code { &letter.code } else { &letter.token };
                return what.clone().expect("what is looked for");
            }
            time::sleep(Duration::from_millis(10)).await;
        }
    };
    time::timeout(Duration::from_mins(1), wait).await.expect("a letter")
}

/// Asserts a refusal that a visitor who reads English and a system understand.
pub(crate) async fn refuses(home: &Home, token: &str, email: &str) {
    // The last answer about readiness is cached for a moment.
    while home.is_ready(0).await {
        time::sleep(Duration::from_millis(50)).await;
    }
    let mut visitor = Home::english();
    let page = visitor.go(home.at(0), "/do/begin", Some(&[("invitation", token)])).await;
    let page = page.expect("an answer");
    assert_eq!((page.status, page.header("retry-after")), (503, "5"), "{page:?}");
    assert_eq!(page.view().screen, Screen::Unavailable);
    assert_eq!(page.view().language, Language::English);
    assert!(visitor.session.is_none(), "nothing was begun");
    let refusal = book(home, email).await;
    assert_eq!((refusal.status, refusal.header("retry-after")), (503, "5"), "{refusal:?}");
    assert_eq!(refusal.header("content-type"), "application/problem+json");
    assert_eq!(home.status(0, "/healthz").await, Some(200));
    assert_eq!(home.status(0, "/readyz").await, Some(503));
}

/// Asserts that everything works again: from the address that was refused to the invitation.
pub(crate) async fn goes_on(
    home: &Home,
    post: &Mailbox,
    visitor: &mut Visitor,
    fields: &[(&str, &str); 2],
) {
    let [(_, token), (_, email)] = *fields;
    let page = visitor.go(home.at(0), "/do/address", Some(fields)).await.expect("an answer");
    assert!(matches!(page.view().screen, Screen::Code(_)), "{page:?}");
    let code = mailed(post, email, true).await;
    let fields = [("invitation", token), ("code", &code)];
    let page = visitor.go(home.at(0), "/do/code", Some(&fields)).await.expect("an answer");
    assert!(matches!(page.view().screen, Screen::Invitation(_)), "{page:?}");
    assert_eq!(book(home, "bo@example.org").await.status, 201);
    mailed(post, "bo@example.org", false).await;
}
