//! A full disk.

use crate::{
    mail_server::{Behaviour, MailServer},
    memory::Memory,
    post::Post,
    program::{Home, Program},
    trouble::{book, goes_on, mailed, refuses},
};
use app::{steps::Step, wire::Screen};
use std::{process::Command, sync::Arc, time::Duration};
use tokio::time;

/// Limits the size to which a program's files may grow, in bytes. Writes beyond it fail, as on a full disk.
fn limit(program: &Program, bytes: &str) {
    // Only the soft limit can be raised again.
    let limit = format!("--fsize={bytes}:");
    let status =
        Command::new("prlimit").args(["--pid", &program.id().to_string(), &limit]).status();
    assert!(status.expect("prlimit runs").success());
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
    // More often than the pool has connections: a write that fails must not cost one.
    for _ in 0..6 {
        refuses(&home, &token, "bo@example.org").await;
        let page = visitor.go(home.at(0), "/do/address", Some(&fields)).await.expect("an answer");
        assert_eq!(page.status, 503);
        // Reading still works.
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
    goes_on(&home, &post, &mut visitor, &fields).await;
    memory.is_whole().await;
    assert!(program.is_running(), "all by itself");
    home.nothing_panicked();
}
