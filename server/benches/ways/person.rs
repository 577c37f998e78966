//! A person who walks a flow, as the loaded app does.

use crate::{
    booking::Link,
    figures::{STEPS, Walk},
    machine::now,
    mailbox::Mailbox,
    wire::Wire,
};
use std::{fmt::Write, net::SocketAddr, time::Duration};

/// The end of a walk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum To {
    /// The code has arrived.
    Code,
    /// The room.
    Room,
}

/// A person with an invitation.
pub(crate) struct Person<'a> {
    link: &'a Link,
    mailbox: &'a Mailbox,
    wire: Wire,
    host: SocketAddr,
    cookie: String,
    request: String,
}

impl<'a> Person<'a> {
    pub(crate) async fn new(host: SocketAddr, mailbox: &'a Mailbox, link: &'a Link) -> Self {
        let wire = Wire::to(host).await;
        let (cookie, request) = (String::new(), String::with_capacity(1024));
        Self { link, mailbox, wire, host, cookie, request }
    }

    /// Walks the flow and returns the duration of each step.
    pub(crate) async fn walk(mut self, to: To) -> Walk {
        let mut walk = [Duration::ZERO; STEPS.len()];
        walk[0] = self.look().await;
        walk[1] = self.act("begin", "", "address").await;
        let code = self.mailbox.code(self.link.person);
        let email = format!("&email=person{}%40example.org", self.link.person);
        walk[2] = self.act("address", &email, "code").await;
        let began = now();
        let code = code.await.expect("a code");
        walk[3] = now() - began;
        if to == To::Room {
            walk[4] = self.act("code", &format!("&code={code}"), "invitation").await;
            walk[5] = self.act("enter", "", "meeting").await;
            walk[6] = self.act("join", "", "room").await;
        }
        walk
    }

    /// Opens the link.
    async fn look(&mut self) -> Duration {
        self.request.clear();
        write!(
            self.request,
            "GET /m/{} HTTP/1.1\r\nhost: {}\r\naccept: text/html,application/xhtml+xml\r\n\
             accept-encoding: gzip, deflate, br\r\naccept-language: sv-SE,sv;q=0.9\r\n\
             sec-fetch-site: none\r\nuser-agent: {BROWSER}\r\n\r\n",
            self.link.secret, self.host,
        )
        .expect("a request");
        self.ask("id=\"view\"").await
    }

    /// Posts a form and checks that the response is the view of this step.
    async fn act(&mut self, call: &str, fields: &str, step: &str) -> Duration {
        self.request.clear();
        write!(
            self.request,
            "POST /do/{call} HTTP/1.1\r\nhost: {host}\r\naccept: application/json\r\n\
             accept-encoding: gzip, deflate, br\r\naccept-language: sv-SE,sv;q=0.9\r\n\
             content-type: application/x-www-form-urlencoded\r\norigin: http://{host}\r\n\
             sec-fetch-site: same-origin\r\nuser-agent: {BROWSER}\r\ncookie: {}\r\n\
             content-length: {}\r\n\r\ninvitation={}{fields}",
            self.cookie,
            "invitation=".len() + self.link.secret.len() + fields.len(),
            self.link.secret,
            host = self.host,
        )
        .expect("a request");
        self.ask(&format!("\"screen\":{{\"{step}\"")).await
    }

    /// Sends the request and returns the time to the response.
    async fn ask(&mut self, holds: &str) -> Duration {
        let began = now();
        let answer = self.wire.ask(&self.request).await;
        let took = now() - began;
        answer.expect(200, holds);
        if let Some(set) = answer.header("set-cookie: ") {
            set.split(';').next().unwrap_or_default().clone_into(&mut self.cookie);
        }
        took
    }
}

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
