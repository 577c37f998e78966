//! A full disk.

use crate::{
    mailbox::Mailbox,
    memory::Memory,
    program::{Home, Program},
    trouble::{book, goes_on, mailed, refuses},
    visitor::{ask, call},
};
use app::{steps::Step, wire::Screen};
use axum::http::Method;
use server::clock::Stopwatch;
use std::{
    fs::{self, File},
    io::Write,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::Command,
    sync::Arc,
    time::Duration,
};
use tempfile::TempDir;
use test_support::mail_server::{Behaviour, MailServer};
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
    let post = Mailbox::of(mail);
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
    is_told(&home).await;
    // More writes than the pool has connections: a failed write must not cost one.
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

/// Waits until the service reports a full disk, which takes less than a second.
async fn is_told(home: &Home) {
    let began = Stopwatch::start();
    loop {
        let asked = ask(home.addresses[0], call(Method::GET, "/readyz", "", None, "")).await;
        let answer = asked.expect("an answer");
        if answer.status == 503 {
            assert_eq!(answer.body, "not ready: disk-full\n");
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(1), "it still says that all is well");
    }
}

/// A small disk. It is unmounted when this is dropped.
struct Disk(TempDir);

impl Disk {
    /// Mounts a disk. `None` without the right to do so.
    fn of(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let size = format!("size={size}");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path());
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        mounted.then_some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Fills the disk.
    fn fill(&self) {
        let mut file = File::create(self.path().join("filler")).expect("a file");
        while file.write_all(&[0; 4096]).is_ok() {}
    }

    fn empty(&self) {
        fs::remove_file(self.path().join("filler")).expect("removed");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        Command::new("umount").arg("--lazy").arg(self.path()).status().ok();
    }
}

/// Returns a program's metrics.
async fn figures(at: SocketAddr) -> String {
    let answer = ask(at, call(Method::GET, "/metrics", "", None, "")).await.expect("an answer");
    String::from_utf8_lossy(&answer.body).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_others_have_filled_has_one_word_wherever_it_is_told() {
    let Some(disk) = Disk::of("8m") else {
        println!("left out: nobody but root may have a disk");
        return;
    };
    let mail = Arc::new(MailServer::start(Behaviour::default()).await);
    let file = format!("sqlite://{}/anslut.db", disk.path().display());
    let mut home = Home::new(mail.address, Some(&file), 1);
    let metrics = TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr());
    let metrics = metrics.expect("a free port");
    home.set("METRICS__LISTEN", &metrics.to_string());
    let program = home.start(0).await;
    // The journal still has space, so nothing shows that the disk is full.
    for _ in 0..5 {
        assert_eq!(book(&home, "anna@example.org").await.status, 201);
    }
    let none = "anslut_database_troubles_total{trouble=\"disk-full\"} 0";
    assert!(figures(metrics).await.lines().any(|line| line == none));
    disk.fill();
    is_told(&home).await;
    let told = figures(metrics).await;
    assert!(!told.lines().any(|line| line == none), "{told}");
    assert!(told.lines().any(|line| line == "anslut_database_up 0"), "{told}");
    home.says("disk-full: ").await;
    let doctor = home.call("doctor");
    assert!(doctor.contains("FAILED  database: disk-full: "), "{doctor}");

    // A program that starts now knows nothing of what happened before.
    drop(program);
    let mut again = home.launch(0);
    while again.is_running() && home.status(0, "/healthz").await.is_none() {
        time::sleep(Duration::from_millis(20)).await;
    }
    if again.is_running() {
        is_told(&home).await;
    } else {
        home.says("anslut: database.url: disk-full: ").await;
    }
    drop(again);

    disk.empty();
    let _program = home.start(0).await;
    assert_eq!(book(&home, "bo@example.org").await.status, 201);
    home.nothing_panicked();
}
