//! The disk is full.

use crate::{
    mail_server::{Behaviour, MailServer},
    memory::Memory,
    post::Post,
    program::{Home, Program},
    visitor::{Answer, ask, call},
};
use app::{
    steps::Step,
    wire::{Language, Screen},
};
use axum::http::Method;
use serde_json::json;
use server::clock::Clock;
use std::{process::Command, sync::Arc, time::Duration};
use tokio::time;

/// How large a program's files may grow from now on, in bytes. What it can't write fails, as on a disk that
/// is full.
fn limit(program: &Program, bytes: &str) {
    // The soft limit alone: it can be raised again.
    let limit = format!("--fsize={bytes}:");
    let status =
        Command::new("prlimit").args(["--pid", &program.id().to_string(), &limit]).status();
    assert!(status.expect("prlimit runs").success());
}

fn meeting(email: &str) -> String {
    let starts = Clock::system().now() + Duration::from_mins(5);
    json!({
        "title": "Uppföljningsmöte",
        "starts_at": starts.timestamp().to_string(),
        "ends_at": (starts + Duration::from_mins(45)).timestamp().to_string(),
        "organiser": {
            "name": "Kim Handläggare", "email": "kim@kommun.example", "phone": "+46300834000"
        },
        "room": { "kind": "link", "url": "https://video.example/rum/42" },
        "recipients": [{ "email": email, "assurance": "loa2", "method": "email-code" }],
    })
    .to_string()
}

pub(crate) async fn book(home: &Home, email: &str) -> Answer {
    let request = call(Method::POST, "/api/v1/meetings", &home.token, None, &meeting(email));
    ask(home.addresses[0], request).await.expect("an answer")
}

/// The secret of the link that was mailed to an address, or the code.
pub(crate) async fn mailed(post: &Post, to: &str, code: bool) -> String {
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

/// A refusal in words that a visitor, who reads English, and a system understand.
pub(crate) async fn refuses(home: &Home, token: &str, email: &str) {
    // What was answered just before holds for a moment.
    while home.is_ready(0).await {
        time::sleep(Duration::from_millis(50)).await;
    }
    let mut visitor = Home::english();
    let page = visitor.go(home.at(0), "/do/begin", Some(&[("invitation", token)])).await;
    let page = page.expect("an answer");
    assert_eq!((page.status, page.header("retry-after")), (503, "5"), "{page:?}");
    assert_eq!(page.view().screen, Screen::Trouble);
    assert_eq!(page.view().language, Language::English);
    assert!(visitor.session.is_none(), "nothing was begun");
    let refusal = book(home, email).await;
    assert_eq!((refusal.status, refusal.header("retry-after")), (503, "5"), "{refusal:?}");
    assert_eq!(refusal.header("content-type"), "application/problem+json");
    assert_eq!(home.status(0, "/healthz").await, Some(200));
    assert_eq!(home.status(0, "/readyz").await, Some(503));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_and_forgotten_when_there_is_room_again() {
    let mail = Arc::new(MailServer::start(Behaviour::default()).await);
    let home = Home::new(mail.address, None, 1);
    let post = Post::of(mail);
    let mut program = home.start(0).await;
    assert_eq!(book(&home, "anna@example.org").await.status, 201);
    let token = mailed(&post, "anna@example.org", false).await;
    let memory = Memory::file(&home.file()).await;
    let sent = "SELECT COUNT(*) FROM outbox WHERE state = 'sent'";
    while memory.number(sent).await < 1 {
        time::sleep(Duration::from_millis(10)).await;
    }
    let fields = [("invitation", token.as_str()), ("email", "anna@example.org")];
    let mut visitor = Home::english();
    let begun = visitor.go(home.at(0), "/do/begin", Some(&fields)).await.expect("an answer");
    assert_eq!(begun.status, 200);

    limit(&program, "1");
    // More often than there are connections to the database, so that none is lost for good by it.
    for _ in 0..6 {
        refuses(&home, &token, "bo@example.org").await;
        let page = visitor.go(home.at(0), "/do/address", Some(&fields)).await.expect("an answer");
        assert_eq!(page.status, 503);
        // What is there can still be read.
        let page = visitor.go(home.at(0), &Step::Method.path(&token), None).await;
        assert!(matches!(page.expect("an answer").view().screen, Screen::Method(_)));
    }
    for (question, count) in [
        ("SELECT COUNT(*) FROM meetings", 1),
        ("SELECT COUNT(*) FROM sessions", 1),
        ("SELECT COUNT(*) FROM challenges", 0),
        ("SELECT COUNT(*) FROM outbox", 1),
    ] {
        assert_eq!(memory.number(question).await, count, "{question}");
    }

    limit(&program, "unlimited");
    home.ready_again(0).await;
    let page = visitor.go(home.at(0), "/do/address", Some(&fields)).await.expect("an answer");
    assert!(matches!(page.view().screen, Screen::Code(_)), "{page:?}");
    let code = mailed(&post, "anna@example.org", true).await;
    let fields = [("invitation", token.as_str()), ("code", &code)];
    let page = visitor.go(home.at(0), "/do/code", Some(&fields)).await.expect("an answer");
    assert!(matches!(page.view().screen, Screen::Invitation(_)), "{page:?}");
    assert_eq!(book(&home, "bo@example.org").await.status, 201);
    mailed(&post, "bo@example.org", false).await;
    memory.is_whole().await;
    assert!(program.is_running(), "all by itself");
    home.nothing_panicked();
}
