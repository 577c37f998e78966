//! A person who walks a flow, as the loaded app does.

use crate::{
    booking::Link,
    figures::{Sizes, Walk},
    machine::now,
    mailbox::Mailbox,
    wire::Wire,
};
use std::{fmt::Write, net::SocketAddr, time::Duration};

/// The requests for a page.
pub(crate) const PAGE: &str = "page";

/// The step of the code.
pub(crate) const CODE: &str = "code";

/// The way that a person walks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// From the link to the room.
    Whole,
    /// Address, mail, code, and the page of the opened invitation.
    Short,
    /// From the link to the code's mail. The flow stays open.
    Open,
    /// The link's page alone.
    Page,
}

impl Way {
    /// Returns the steps that are timed, in order.
    pub(crate) const fn steps(self) -> &'static [&'static str] {
        match self {
            Self::Whole => {
                &["link's page", "begin", "address", "the mail", "code", "enter", "join"]
            }
            Self::Short => &["address", "the mail", "code", "invitation's page"],
            Self::Open => &["link's page", "begin", "address", "the mail"],
            Self::Page => &["link's page"],
        }
    }
}

/// A person with an invitation.
pub(crate) struct Person<'a> {
    link: &'a Link,
    mailbox: &'a Mailbox,
    wire: Wire,
    host: SocketAddr,
    cookie: String,
    request: String,
    /// The sizes of the answers.
    pub(crate) sizes: Sizes,
}

impl<'a> Person<'a> {
    pub(crate) async fn new(host: SocketAddr, mailbox: &'a Mailbox, link: &'a Link) -> Self {
        let wire = Wire::to(host).await;
        // A browser that keeps cookies: the short way has no page that could find out.
        let (cookie, request) = ("anslut-language=sv".to_owned(), String::with_capacity(1024));
        Self { link, mailbox, wire, host, cookie, request, sizes: Sizes::default() }
    }

    /// Walks the flow and returns the duration of each step.
    pub(crate) async fn walk(&mut self, way: Way) -> Walk {
        let mut walk = Vec::with_capacity(way.steps().len());
        if way != Way::Short {
            walk.push(self.look("").await);
        }
        if way == Way::Page {
            return walk;
        }
        if way != Way::Short {
            walk.push(self.act("begin", "", "address").await);
        }
        let code = self.mailbox.code(self.link.person);
        let email = format!("&email=person{}%40example.org", self.link.person);
        walk.push(self.act("address", &email, CODE).await);
        let began = now();
        let code = code.await.expect("a code");
        walk.push(now() - began);
        if way == Way::Open {
            return walk;
        }
        walk.push(self.act(CODE, &format!("&code={code}"), "invitation").await);
        if way == Way::Whole {
            walk.push(self.act("enter", "", "meeting").await);
            walk.push(self.act("join", "", "room").await);
        } else {
            walk.push(self.look("/invitation").await);
        }
        walk
    }

    /// Opens a page.
    async fn look(&mut self, step: &str) -> Duration {
        self.request.clear();
        write!(
            self.request,
            "GET /m/{}{step} HTTP/1.1\r\nhost: {}\r\naccept: text/html,application/xhtml+xml\r\n\
             accept-encoding: gzip, deflate, br\r\naccept-language: sv-SE,sv;q=0.9\r\n\
             sec-fetch-site: none\r\nuser-agent: {BROWSER}\r\ncookie: {}\r\n\r\n",
            self.link.secret, self.host, self.cookie,
        )
        .expect("a request");
        self.ask(PAGE, "id=\"view\"").await
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
        self.ask(call, &format!("\"screen\":{{\"{step}\"")).await
    }

    /// Sends the request and returns the time to the response.
    async fn ask(&mut self, name: &str, holds: &str) -> Duration {
        let began = now();
        let answer = self.wire.ask(&self.request).await;
        let took = now() - began;
        answer.expect(200, holds);
        self.sizes.keep(name, answer.body.len());
        if let Some(set) = answer.header("set-cookie: ") {
            let session = set.split(';').next().unwrap_or_default();
            self.cookie = format!("anslut-language=sv; {session}");
        }
        took
    }
}

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
