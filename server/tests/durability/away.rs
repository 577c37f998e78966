//! Outages of the database.

use crate::{
    mailbox::Mailbox,
    program::Home,
    trouble::{book, goes_on, mailed, refuses},
};
use sqlx::postgres::PgConnectOptions;
use std::{io, net::SocketAddr, sync::Arc};
use test_support::{
    fresh_postgres::FreshPostgres,
    mail_server::{Behaviour, MailServer},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
};
use url::Url;

/// A connection between program and database that can be cut.
struct Wire {
    address: SocketAddr,
    whole: watch::Sender<bool>,
}

impl Wire {
    async fn to(database: PgConnectOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (whole, mut state) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                if !*state.borrow_and_update() {
                    continue;
                }
                let (database, mut cut) = (database.clone(), state.clone());
                tokio::spawn(async move {
                    tokio::select! {
                        _ = carry(&mut near, &database) => {}
                        _ = cut.wait_for(|whole| !whole) => {}
                    }
                });
            }
        });
        Self { address, whole }
    }
}

/// Copies the bytes in both directions.
async fn carry(near: &mut TcpStream, database: &PgConnectOptions) -> io::Result<(u64, u64)> {
    let port = database.get_port();
    if let Some(folder) = database.get_socket() {
        let mut far = UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).await?;
        return copy_bidirectional(near, &mut far).await;
    }
    let mut far = TcpStream::connect((database.get_host(), port)).await?;
    copy_bidirectional(near, &mut far).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_out_of_reach_is_said_and_forgotten_when_it_is_back() {
    let database = FreshPostgres::empty().await;
    let wire = Wire::to(database.url.parse().expect("an address")).await;
    let mut url = Url::parse(&database.url).expect("an address");
    url.set_query(None);
    url.set_host(Some("127.0.0.1")).expect("a host");
    url.set_port(Some(wire.address.port())).expect("a port");

    let mail = Arc::new(MailServer::start(Behaviour::default()).await);
    let home = Home::new(mail.address, Some(url.as_str()), 1);
    let post = Mailbox::of(mail);
    let mut program = home.start(0).await;
    assert_eq!(book(&home, "anna@example.org").await.status, 201);
    let token = mailed(&post, "anna@example.org", false).await;
    let fields = [("invitation", token.as_str()), ("email", "anna@example.org")];
    let mut visitor = Home::english();
    let begun = visitor.go(home.at(0), "/do/begin", Some(&fields)).await.expect("an answer");
    assert_eq!(begun.status, 200);

    wire.whole.send_replace(false);
    for _ in 0..2 {
        refuses(&home, &token, "bo@example.org").await;
        for fields in [None, Some(&fields[..])] {
            let path = if fields.is_some() { "/do/address" } else { &format!("/m/{token}") };
            let page = visitor.go(home.at(0), path, fields).await.expect("an answer");
            assert_eq!((page.status, page.header("retry-after")), (503, "5"), "{page:?}");
        }
    }

    wire.whole.send_replace(true);
    home.ready_again(0).await;
    goes_on(&home, &post, &mut visitor, &fields).await;
    assert!(program.is_running(), "all by itself");
    home.nothing_panicked();
}
