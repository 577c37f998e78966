//! A person of a meeting in a built-in room, as the loaded app acts for them.

use crate::{machine::now, mailbox::Mailbox, wire::Wire};
use app::wire::signal::{FromBrowser, FromServer, PROTOCOL, RoomTicket};
use serde_json::Value;
use std::{net::SocketAddr, time::Duration};
use test_support::{
    media::{Media, Offered, Over},
    signalling::{Signal, upgrade_at},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// People in a room.
const PEOPLE: u8 = 8;

/// Time limit of a wait.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Person {
    address: SocketAddr,
    number: usize,
    token: String,
    wire: Wire,
    cookie: String,
}

/// Somebody inside.
pub(crate) struct Inside {
    pub(crate) signal: Signal,
    pub(crate) media: Media,
    /// Time from the request for a ticket until the media are connected.
    pub(crate) connected: Duration,
}

impl Person {
    pub(crate) async fn new(address: SocketAddr, number: usize, token: String) -> Self {
        let wire = Wire::to(address).await;
        Self { address, number, token, wire, cookie: "anslut-language=sv".to_owned() }
    }

    /// Walks from the link to the page of the meeting.
    pub(crate) async fn identify(&mut self, mailbox: &Mailbox) {
        self.act("begin", "", "\"screen\":{\"address\"").await;
        let code = mailbox.code(self.number);
        let email = format!("&email=person{}%40example.org", self.number);
        self.act("address", &email, "\"screen\":{\"code\"").await;
        let code = code.await.expect("a code");
        self.act("code", &format!("&code={code}"), "\"screen\":{\"invitation\"").await;
        self.act("enter", "", "\"screen\":{\"meeting\"").await;
    }

    /// Joins: a guest knocks, and a host opens the room.
    pub(crate) async fn join(&mut self) {
        self.act("join", "&camera=yes&microphone=yes", "\"lobby\"").await;
    }

    /// Returns the knocks of those who wait, as their host sees them.
    pub(crate) async fn who_waits(&mut self) -> Vec<String> {
        let request = self.look("application/json");
        let answer = self.wire.ask(&request).await;
        answer.expect(200, "\"waiting\"");
        let lobby: Value = serde_json::from_slice(answer.body).expect("JSON");
        let waiting = lobby["waiting"].as_array().expect("a list");
        let knocks = waiting.iter().filter_map(|guest| guest["guest"].as_str());
        knocks.map(str::to_owned).collect()
    }

    /// Lets a guest in.
    pub(crate) async fn admit(&mut self, guest: &str) {
        self.act("admit", &format!("&guest={guest}"), "\"lobby\"").await;
    }

    /// Opens the stream of the waiting room's events. It ends when it is dropped.
    pub(crate) async fn listen(&self) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.expect("a connection");
        stream.write_all(self.look("text/event-stream").as_bytes()).await.expect("sent");
        let mut heard = Vec::with_capacity(4 * 1024);
        while !heard.windows(15).any(|part| part == b"\"state\":\"waitin") {
            let read = timeout(PATIENCE, stream.read_buf(&mut heard)).await.expect("an event");
            assert_ne!(read.expect("a connection"), 0, "{}", String::from_utf8_lossy(&heard));
        }
        stream
    }

    /// Enters the room, and sends sound and pictures unless it is to be `quiet`.
    pub(crate) async fn enter(&mut self, over: Over, quiet: bool) -> Inside {
        let mut offered = Offered::new(u8::try_from(self.number % 256).expect("small"), PEOPLE);
        if quiet {
            offered = offered.quiet();
        }
        let began = now();
        let answer = self.act("room-ticket", "", "\"ticket\"").await;
        let RoomTicket { signal, ticket, .. } = serde_json::from_str(&answer).expect("a ticket");
        let origin = format!("http://{}", self.address);
        let request = upgrade_at(self.address, &signal, Some(&origin), Some(PROTOCOL));
        let mut signal = Signal::upgraded_at(self.address, request).await.expect("a place");
        signal.say(&FromBrowser::Hello { ticket, offer: offered.offer.clone() }).await;
        let answer = signal.answered().await;
        let media = offered.connect(&answer, over).await;
        let (audio, video) = (!quiet, !quiet);
        signal.say(&FromBrowser::State { audio, video, screen: false, hand: false }).await;
        media.until(|heard| heard.connected).await;
        Inside { signal, media, connected: now() - began }
    }

    fn look(&self, accept: &str) -> String {
        format!(
            "GET /m/{}/lobby HTTP/1.1\r\nhost: {}\r\naccept: {accept}\r\nsec-fetch-site: same-origin\r\n\
             user-agent: {BROWSER}\r\ncookie: {}\r\n\r\n",
            self.token, self.address, self.cookie,
        )
    }

    /// Posts a form. Returns the answer, which holds a text.
    async fn act(&mut self, call: &str, fields: &str, holds: &str) -> String {
        let request = format!(
            "POST /do/{call} HTTP/1.1\r\nhost: {host}\r\naccept: application/json\r\n\
             content-type: application/x-www-form-urlencoded\r\norigin: http://{host}\r\n\
             sec-fetch-site: same-origin\r\nuser-agent: {BROWSER}\r\ncookie: {}\r\n\
             content-length: {}\r\n\r\ninvitation={}{fields}",
            self.cookie,
            "invitation=".len() + self.token.len() + fields.len(),
            self.token,
            host = self.address,
        );
        let answer = self.wire.ask(&request).await;
        answer.expect(200, holds);
        if let Some(set) = answer.header("set-cookie: ") {
            let session = set.split(';').next().unwrap_or_default();
            self.cookie = format!("anslut-language=sv; {session}");
        }
        String::from_utf8_lossy(answer.body).into_owned()
    }
}

impl Inside {
    /// Waits until the list of those inside is so.
    pub(crate) async fn waits_for(&mut self, is: impl Fn(&[app::wire::signal::Seat]) -> bool) {
        self.signal.waits_for_seats(is).await;
    }

    /// Returns the section in which the camera of the one other person appears, once both are here.
    pub(crate) async fn camera(&mut self) -> String {
        let found = self.signal.waits_for(|message| match message {
            FromServer::Seats { seats, .. } if seats.iter().all(|seat| !seat.away) => {
                seats.iter().find_map(|seat| Some(seat.slots.as_ref()?.video.clone()))
            }
            _ => None,
        });
        found.await
    }
}

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
