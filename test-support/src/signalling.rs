//! A browser's connection to its room: a WebSocket with the messages of the room. Its offer is one that a browser
//! could make, but no media pass.

use crate::{browser::Page, meeting_room::Person, test_app::TestApp};
use app::wire::signal::{Bye, FromBrowser, FromServer, PROTOCOL, RoomTicket, Seat};
use axum::http::{HeaderValue, Request, StatusCode, header};
use futures_util::{SinkExt, StreamExt};
use std::{net::SocketAddr, time::Duration};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

/// Time limit of a wait for a message.
const PATIENCE: Duration = Duration::from_secs(10);

/// An open connection.
pub struct Signal {
    socket: WebSocketStream<TcpStream>,
}

impl Person {
    /// Returns the answer to a request for a ticket.
    pub async fn asks_for_ticket(&self) -> Page {
        self.act("room-ticket", &[]).await
    }

    /// Returns a ticket for the room.
    pub async fn ticket(&self) -> RoomTicket {
        let page = self.asks_for_ticket().await;
        assert_eq!(page.status, 200, "{}", page.text());
        serde_json::from_value(page.json()).expect("a ticket")
    }

    /// Enters the room, and returns the connection and everybody inside.
    pub async fn enter(&self, app: &TestApp) -> (Signal, Vec<Seat>) {
        self.enter_at(app.address, app).await
    }

    /// Enters the room at a server, which holds it or takes it.
    pub async fn enter_at(&self, server: SocketAddr, app: &TestApp) -> (Signal, Vec<Seat>) {
        let ticket = self.ticket().await;
        let mut signal = Signal::to(server, &app.origin, &ticket).await.expect("a connection");
        let seats = signal.welcomed().await;
        (signal, seats)
    }
}

impl Signal {
    /// Opens the connection of a ticket, and shows it.
    pub async fn open(app: &TestApp, ticket: &RoomTicket) -> Self {
        let mut signal = Self::silent(app, ticket).await;
        let hello = FromBrowser::Hello { ticket: ticket.ticket.clone(), offer: offer(8) };
        signal.say(&hello).await;
        signal
    }

    /// Opens the connection of a ticket at a server, and shows it. The error is the status of a refusal.
    pub async fn to(
        server: SocketAddr,
        origin: &str,
        ticket: &RoomTicket,
    ) -> Result<Self, StatusCode> {
        let request = upgrade_at(server, &ticket.signal, Some(origin), Some(PROTOCOL));
        let mut signal = Self::upgraded_at(server, request).await?;
        let hello = FromBrowser::Hello { ticket: ticket.ticket.clone(), offer: offer(8) };
        signal.say(&hello).await;
        Ok(signal)
    }

    /// Opens the connection of a ticket, and says nothing.
    pub async fn silent(app: &TestApp, ticket: &RoomTicket) -> Self {
        let request = upgrade(app, &ticket.signal, Some(&app.origin), Some(PROTOCOL));
        Self::upgraded(app, request).await.expect("a connection")
    }

    /// Sends a request for a WebSocket. The error is the status of a refusal.
    pub async fn upgraded(app: &TestApp, request: Request<()>) -> Result<Self, StatusCode> {
        Self::upgraded_at(app.address, request).await
    }

    /// Sends a request for a WebSocket to a program. The error is the status of a refusal.
    pub async fn upgraded_at(server: SocketAddr, request: Request<()>) -> Result<Self, StatusCode> {
        let Ok(stream) = TcpStream::connect(server).await else {
            return Err(StatusCode::BAD_GATEWAY);
        };
        match client_async(request, stream).await {
            Ok((socket, _)) => Ok(Self { socket }),
            Err(Error::Http(answer)) => Err(answer.status()),
            Err(_) => Err(StatusCode::BAD_GATEWAY),
        }
    }

    /// Sends a message.
    pub async fn say(&mut self, message: &FromBrowser) {
        let text = serde_json::to_string(message).expect("JSON");
        self.write(Message::Text(text.into())).await;
    }

    /// Sends what need not be a message of ours. The server may have closed already.
    pub async fn write(&mut self, message: Message) {
        self.socket.send(message).await.ok();
    }

    /// Closes the connection, as a page does that is left for good.
    pub async fn leave(mut self) {
        let frame = CloseFrame { code: CloseCode::Normal, reason: "".into() };
        self.socket.close(Some(frame)).await.expect("open");
        while self.socket.next().await.is_some_and(|it| it.is_ok()) {}
    }

    /// Returns the next message.
    pub async fn hears(&mut self) -> FromServer {
        match self.next().await {
            Ok(message) => message,
            Err(code) => panic!("closed: {code}"),
        }
    }

    /// Returns the next message. The error is the code of the close.
    async fn next(&mut self) -> Result<FromServer, u16> {
        loop {
            let next = timeout(PATIENCE, self.socket.next()).await.expect("something");
            match next {
                Some(Ok(Message::Text(text))) => {
                    return Ok(serde_json::from_str(&text).expect("a message"));
                }
                Some(Ok(Message::Close(Some(frame)))) => return Err(frame.code.into()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Waits for the welcome. Returns everybody inside.
    pub async fn welcomed(&mut self) -> Vec<Seat> {
        match self.hears().await {
            FromServer::Welcome { seats, answer, .. } => {
                assert!(answer.contains("a=ice-lite"), "{answer}");
                seats
            }
            other => panic!("{other:?}"),
        }
    }

    /// Waits for the welcome. Returns the answer to the offer.
    pub async fn answered(&mut self) -> String {
        match self.hears().await {
            FromServer::Welcome { answer, .. } => answer,
            other => panic!("{other:?}"),
        }
    }

    /// Waits for a message that fits.
    pub async fn waits_for<T>(&mut self, fits: impl Fn(&FromServer) -> Option<T>) -> T {
        loop {
            if let Some(found) = fits(&self.hears().await) {
                return found;
            }
        }
    }

    /// Waits until those inside are so.
    pub async fn waits_for_seats(&mut self, are: impl Fn(&[Seat]) -> bool) -> Vec<Seat> {
        self.waits_for(|message| match message {
            FromServer::Seats { seats, .. } if are(seats) => Some(seats.clone()),
            _ => None,
        })
        .await
    }

    /// Waits for the welcome. `false` if the connection ends instead, in whatever way.
    pub async fn is_welcomed(&mut self) -> bool {
        matches!(self.read().await, Some(FromServer::Welcome { .. }))
    }

    /// Waits for the end, in whatever way it comes.
    pub async fn is_over(&mut self) {
        while self.read().await.is_some() {}
    }

    /// Returns the next message. `None` if the connection has ended.
    async fn read(&mut self) -> Option<FromServer> {
        loop {
            match self.socket.next().await? {
                Ok(Message::Text(text)) => return serde_json::from_str(&text).ok(),
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                _ => return None,
            }
        }
    }

    /// Waits for the end. Returns its code and the reason in the last message.
    pub async fn ends(&mut self) -> (u16, Option<Bye>) {
        let mut bye = None;
        loop {
            match self.next().await {
                Ok(FromServer::Bye { reason }) => bye = Some(reason),
                Ok(_) => {}
                Err(code) => return (code, bye),
            }
        }
    }
}

/// Returns a request for a WebSocket, with this `Origin` and subprotocol.
pub fn upgrade(
    app: &TestApp,
    address: &str,
    origin: Option<&str>,
    protocol: Option<&str>,
) -> Request<()> {
    upgrade_at(app.address, address, origin, protocol)
}

/// Returns a request for a WebSocket of a program, with this `Origin` and subprotocol.
pub fn upgrade_at(
    server: SocketAddr,
    address: &str,
    origin: Option<&str>,
    protocol: Option<&str>,
) -> Request<()> {
    let mut request = address.into_client_request().expect("a request");
    let headers = request.headers_mut();
    let value = |text: &str| HeaderValue::from_str(text).expect("a value");
    headers.insert(header::HOST, value(&server.to_string()));
    if let Some(origin) = origin {
        headers.insert(header::ORIGIN, value(origin));
    }
    if let Some(protocol) = protocol {
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, value(protocol));
    }
    request
}

/// Returns the offer of a browser in a room for so many people.
pub fn offer(people: u8) -> String {
    let sections = usize::from(people) * 2 + 2;
    let mids = (0..sections).map(|mid| mid.to_string()).collect::<Vec<_>>().join(" ");
    let head = format!(
        "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE {mids}\r\n\
         a=extmap-allow-mixed\r\na=msid-semantic: WMS\r\n"
    );
    (0..sections).fold(head, |offer, mid| offer + &section(mid, sections))
}

/// Returns a section of an offer with so many.
fn section(mid: usize, sections: usize) -> String {
    let audio = mid == 0 || (mid >= 3 && mid + 1 < sections && mid % 2 == 1);
    let direction = if mid < 3 { "sendonly" } else { "recvonly" };
    let (kind, payload, codec) = if audio {
        ("audio", 111, "a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n")
    } else {
        ("video", 96, "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n")
    };
    let layers =
        if mid == 1 { "a=rid:l send\r\na=rid:h send\r\na=simulcast:send l;h\r\n" } else { "" };
    format!(
        "m={kind} 9 UDP/TLS/RTP/SAVPF {payload}\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n\
         a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=ice-options:trickle\r\n\
         a=fingerprint:sha-256 {FINGERPRINT}\r\na=setup:actpass\r\na=mid:{mid}\r\n\
         a={direction}\r\na=rtcp-mux\r\na=rtcp-rsize\r\n{codec}{layers}"
    )
}

const FINGERPRINT: &str = "7B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35:DC:B8:5F:64:1A:24:C2:43:F0:A1:58:D0:A1:2C:19:08";
