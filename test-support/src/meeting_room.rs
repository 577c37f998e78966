//! A meeting in a built-in room: its guests and its host, and what they do there.

use crate::{
    browser::{Browser, Kind, Page},
    test_app::{ANNA, Invitation, KIM, MINUTE, TestApp, TestAppBuilder},
};
use app::wire::{Conference, GuestLobby, HostLobby, Knock, Lobby, Screen};
use axum::{
    body::Bytes,
    http::{HeaderValue, Method, header},
};
use http_body_util::{BodyExt, Full};
use hyper::{
    body::Incoming,
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::{net::SocketAddr, time::Duration};
use tokio::{net::TcpStream, time::timeout};

/// Time limit of a wait for an event.
const PATIENCE: Duration = Duration::from_secs(30);

/// A booked meeting in a built-in room.
pub struct BuiltIn {
    /// The host's invitation.
    pub host: Invitation,
    /// The guests' invitations.
    pub guests: Vec<Invitation>,
}

/// A person with a separate browser.
pub struct Person {
    /// The browser, with the loaded app.
    pub browser: Browser,
    /// The invitation.
    pub invitation: Invitation,
}

/// Returns a configuration that offers built-in rooms.
pub fn with_rooms() -> TestAppBuilder {
    TestAppBuilder::product().with("room.listen", "127.0.0.1:0")
}

impl BuiltIn {
    /// Books a meeting that is open, with its sender as the host and one guest for each address.
    pub async fn booked(app: &TestApp, guests: &[&str]) -> Self {
        Self::book(app, &app.meeting(MINUTE * 5, guests)).await
    }

    /// Books a meeting with a built-in room instead of a link.
    pub async fn book(app: &TestApp, meeting: &Value) -> Self {
        Self::book_kind(app, meeting, "builtin").await
    }

    /// Books a meeting with a room of a kind that has hosts, instead of a link.
    pub async fn book_kind(app: &TestApp, meeting: &Value, kind: &str) -> Self {
        let mut meeting = meeting.clone();
        meeting["room"] = json!({ "kind": kind });
        let page = app.api(Method::POST, "/api/v1/meetings", Some(&meeting)).await;
        assert_eq!(page.status, 201, "{}", page.text());
        let answer = page.json();
        let mut guests = Vec::new();
        for person in answer["recipients"].as_array().expect("recipients") {
            guests.push(invitation(app, &answer, person).await);
        }
        Self { host: invitation(app, &answer, &answer["hosts"][0]).await, guests }
    }
}

async fn invitation(app: &TestApp, meeting: &Value, person: &Value) -> Invitation {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let email = text(&person["email"]);
    let mail = app.mail(&email).await;
    let link = mail.iter().rev().find_map(|it| it.link().map(str::to_owned)).expect("a link");
    Invitation {
        meeting: text(&meeting["id"]),
        id: text(&person["id"]),
        email,
        token: link.rsplit('/').next().expect("a token").to_owned(),
    }
}

impl Person {
    /// Returns somebody who has identified and come to the meeting page.
    pub async fn identified(app: &TestApp, invitation: &Invitation) -> Self {
        let browser = app.loaded();
        browser.identify(app, invitation).await;
        let page = browser.connect(invitation).await;
        assert_eq!(page.screen(), "meeting");
        Self { browser, invitation: invitation.clone() }
    }

    /// Returns a guest who has knocked.
    pub async fn waiting(app: &TestApp, invitation: &Invitation) -> Self {
        let guest = Self::identified(app, invitation).await;
        let page = guest.join().await;
        assert_eq!(page.status, 200, "{}", page.text());
        guest
    }

    /// Returns the same person at another server.
    #[must_use]
    pub fn at(&self, server: SocketAddr, app: &TestApp) -> Self {
        let browser = Browser::new(server, &app.origin, Kind::Loaded);
        browser.set_cookie("anslut", self.browser.cookie("anslut").as_deref());
        Self { browser, invitation: self.invitation.clone() }
    }

    /// Returns the person's browser without scripts.
    pub fn browser_without_scripts(&self, app: &TestApp) -> Browser {
        let browser = app.browser();
        browser.set_cookie("anslut", self.browser.cookie("anslut").as_deref());
        browser
    }

    /// Joins: a guest knocks, and a host opens the room.
    pub async fn join(&self) -> Page {
        self.act("join", &[("camera", "yes"), ("microphone", "no")]).await
    }

    /// Calls a server function about the invitation.
    pub async fn act(&self, call: &str, more: &[(&str, &str)]) -> Page {
        let fields = [&[("invitation", self.invitation.token.as_str())], more].concat();
        self.browser.post(&format!("/do/{call}"), &fields).await
    }

    /// Does something about a guest.
    pub async fn decide(&self, call: &str, guest: &str) -> Page {
        self.act(call, &[("guest", guest)]).await
    }

    /// Returns the response of the waiting room.
    pub async fn lobby(&self) -> Page {
        self.browser.get(&self.invitation.step("lobby")).await
    }

    /// Returns the waiting room as a guest sees it.
    pub async fn own(&self) -> GuestLobby {
        serde_json::from_value(self.lobby().await.json()).expect("a guest's lobby")
    }

    /// Returns the state of the guest's knock.
    pub async fn state(&self) -> Knock {
        self.own().await.state
    }

    /// Returns the waiting room as a host sees it.
    pub async fn all(&self) -> HostLobby {
        serde_json::from_value(self.lobby().await.json()).expect("a host's lobby")
    }

    /// Returns the id of the one guest who waits.
    pub async fn who_waits(&self) -> String {
        let waiting = self.all().await.waiting;
        assert_eq!(waiting.len(), 1, "{waiting:?}");
        waiting[0].guest.clone()
    }
}

/// An open stream of a waiting room's events.
pub struct Listening {
    body: Incoming,
    heard: String,
    // Keeps the connection.
    _sender: SendRequest<Full<Bytes>>,
}

impl Listening {
    /// Returns the content of the next event.
    pub async fn next(&mut self) -> Value {
        timeout(PATIENCE, self.read()).await.expect("an event")
    }

    /// `true` once the stream has ended, without another event.
    pub async fn ends(&mut self) -> bool {
        timeout(PATIENCE, self.body.frame()).await.expect("an end").is_none()
    }

    async fn read(&mut self) -> Value {
        loop {
            if let Some(end) = self.heard.find("\n\n") {
                let rest = self.heard.split_off(end + 2);
                let event = std::mem::replace(&mut self.heard, rest);
                // Signs of life have no data.
                if let Some(news) = event.trim_end().strip_prefix("data: ") {
                    return serde_json::from_str(news).expect("JSON");
                }
                continue;
            }
            let frame = self.body.frame().await.expect("more").expect("a frame");
            let data = frame.into_data().expect("data");
            self.heard.push_str(std::str::from_utf8(&data).expect("text"));
        }
    }
}

impl Person {
    /// Listens to the waiting room, at the server with that address.
    pub async fn listen(&self, server: SocketAddr) -> Listening {
        let path = self.invitation.step("lobby");
        let mut request = self.browser.request(Method::GET, &path, "");
        let events = HeaderValue::from_static("text/event-stream");
        request.headers_mut().insert(header::ACCEPT, events);
        let stream = TcpStream::connect(server).await.expect("a connection");
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.expect("HTTP");
        tokio::spawn(connection);
        let answer = sender.send_request(request).await.expect("an answer");
        assert_eq!(answer.status(), 200);
        Listening { body: answer.into_body(), heard: String::new(), _sender: sender }
    }
}

/// Returns the built-in room of a meeting page.
pub fn conference(page: &Page) -> Conference {
    match page.view().screen {
        Screen::Meeting(meeting) => meeting.conference.expect("a built-in room"),
        other => panic!("{other:?}"),
    }
}

/// Returns a service with a meeting: its host, who has opened the room, and its guest, who has knocked.
pub async fn host_and_guest(app: &TestApp) -> (Person, Person) {
    let meeting = BuiltIn::booked(app, &[ANNA]).await;
    assert_eq!(meeting.host.email, KIM);
    let host = Person::identified(app, &meeting.host).await;
    let page = host.join().await;
    assert!(matches!(conference(&page).lobby, Some(Lobby::Host(_))), "{}", page.text());
    let guest = Person::waiting(app, &meeting.guests[0]).await;
    (host, guest)
}
