//! The visitors' actions while the program is killed.

use crate::{
    books::{Booking, Books},
    chance::Chance,
    mailbox::{Letter, Mailbox},
    program::Home,
    visitor::{Answer, Visitor, ask, call, is_inside, meeting},
};
use app::wire::Screen;
use axum::http::Method;
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::time;

/// Time in which a message must arrive.
const PATIENCE: Duration = Duration::from_mins(1);

/// Everything around the visitors.
pub(crate) struct World {
    pub(crate) home: Home,
    pub(crate) post: Mailbox,
    pub(crate) books: Books,
    pub(crate) stop: AtomicBool,
    /// Number of responses that did not come, or had status 503.
    pub(crate) lost: AtomicUsize,
}

/// A visitor in a flow.
struct Walker<'a> {
    world: &'a World,
    chance: &'a mut Chance,
    visitor: Visitor,
    recipient: &'a str,
    token: String,
}

impl World {
    /// Books meetings and walks the flows of their recipients, until stopped.
    pub(crate) async fn walk(self: Arc<Self>, name: u64, seed: u64) {
        let mut chance = Chance::new(seed);
        for turn in 0.. {
            if self.stop.load(Ordering::SeqCst) {
                return;
            }
            for (recipient, email) in self.book(&mut chance, &format!("{name}-{turn}")).await {
                let invitation = self.letter(&email, |letter| letter.code.is_none()).await;
                // Some recipients do nothing.
                if chance.one_in(4) {
                    continue;
                }
                let token = invitation.token.expect("a link");
                let visitor = Visitor::default();
                let (world, recipient) = (&*self, recipient.as_str());
                let walker = Walker { world, chance: &mut chance, visitor, recipient, token };
                walker.go(&email).await;
            }
        }
    }

    /// Books a meeting, with as many requests as it takes. Returns the recipients' ids and addresses.
    async fn book(&self, chance: &mut Chance, name: &str) -> Vec<(String, String)> {
        let recipients: Vec<Value> = (0..=chance.below(2))
            .map(|number| {
                json!({ "name": "Anna Andersson", "email": format!("anna-{name}-{number}@example.org"),
                    "assurance": "loa2", "method": "email-code", "language": "sv" })
            })
            .collect();
        let (key, body) = (format!("booking-{name}"), meeting(&recipients).to_string());
        let booked = loop {
            if let Some(answer) = self.booking(chance, &key, &body).await {
                break answer;
            }
        };
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let id = text(&booked["id"]);
        let recipients = booked["recipients"].as_array().expect("recipients");
        let recipients: Vec<_> =
            recipients.iter().map(|it| (text(&it["id"]), text(&it["email"]))).collect();
        self.books.booked(Booking { key, body, id }, &recipients);
        recipients
    }

    /// Requests a booking once.
    pub(crate) async fn booking(
        &self,
        chance: &mut Chance,
        key: &str,
        body: &str,
    ) -> Option<Value> {
        let request = call(Method::POST, "/api/v1/meetings", &self.home.token, Some(key), body);
        let answer = self.whole(ask(self.home.addresses[self.some(chance)], request).await).await?;
        assert_eq!(answer.status, 201, "{answer:?}");
        Some(answer.json())
    }

    /// Returns one of the programs.
    fn some(&self, chance: &mut Chance) -> usize {
        let count = u64::try_from(self.home.addresses.len()).expect("a few");
        usize::try_from(chance.below(count)).expect("a few")
    }

    /// Filters out responses with status 503, and counts what is lost.
    async fn whole(&self, answer: Option<Answer>) -> Option<Answer> {
        let answer = answer.filter(|answer| answer.status != 503);
        if answer.is_none() {
            self.lost.fetch_add(1, Ordering::SeqCst);
            time::sleep(Duration::from_millis(10)).await;
        }
        answer
    }

    /// Waits for a message to an address.
    async fn letter(&self, to: &str, which: impl Fn(&Letter) -> bool) -> Letter {
        let wait = async {
            loop {
                if let Some(letter) = self.post.to(to).into_iter().find(&which) {
                    return letter;
                }
                time::sleep(Duration::from_millis(5)).await;
            }
        };
        let letter = time::timeout(PATIENCE, wait).await;
        letter.unwrap_or_else(|_| panic!("a letter to {to} is lost\n{}", self.home.last_words()))
    }
}

impl Walker<'_> {
    async fn go(mut self, email: &str) {
        let world = self.world;
        let answer = self.insist("/do/begin", &[]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        world.books.note(self.recipient, |entry| entry.opened = true);

        let misled = self.chance.one_in(6);
        let address = if misled { format!("other-{email}") } else { email.to_owned() };
        let answer = self.insist("/do/address", &[("email", &address)]).await;
        assert!(matches!(answer.view().screen, Screen::Code(_)), "{answer:?}");
        world.books.note(self.recipient, |entry| (entry.asked, entry.misled) = (true, misled));
        if misled {
            // At most two wrong attempts: a code allows three, and one may count without a response.
            return self.miss("4711").await;
        }
        let code = world.letter(email, |letter| letter.code.is_some()).await;
        let code = code.code.expect("a code");
        for _ in 0..self.chance.below(3) {
            self.miss(&other_than(&code)).await;
        }
        if self.enter(&code).await {
            self.join().await;
        }
    }

    /// Enters a wrong code, once.
    async fn miss(&mut self, code: &str) {
        let books = &self.world.books;
        books.note(self.recipient, |entry| entry.wrong_sent += 1);
        if let Some(answer) = self.send("/do/code", &[("code", code)]).await {
            assert_eq!(answer.status, 422, "{answer:?}");
            books.note(self.recipient, |entry| entry.wrong += 1);
        }
    }

    /// Enters the right code, again if the response is lost. `true` if a response opened the invitation.
    async fn enter(&mut self, code: &str) -> bool {
        let before = self.visitor.clone();
        let mut lost = false;
        let inside = loop {
            match self.send("/do/code", &[("code", code)]).await {
                None => lost = true,
                Some(answer) if answer.status == 401 => {
                    // The lost request succeeded, and renewed the session.
                    assert!(lost, "a session is gone that nothing had renewed: {answer:?}");
                    break false;
                }
                Some(answer) => {
                    assert_eq!(answer.status, 200, "{answer:?}");
                    assert!(is_inside(&answer.view()), "{answer:?}");
                    break true;
                }
            }
        };
        self.world.books.note(self.recipient, |entry| entry.used = true);
        if self.chance.one_in(3) {
            // The code and the session's old value open nothing.
            let after = std::mem::replace(&mut self.visitor, before);
            if let Some(answer) = self.send("/do/code", &[("code", code)]).await {
                assert_eq!(answer.status, 401, "{answer:?}");
            }
            self.visitor = after;
        }
        inside
    }

    async fn join(&mut self) {
        let answer = self.insist("/do/enter", &[]).await;
        assert!(matches!(answer.view().screen, Screen::Meeting(_)), "{answer:?}");
        let answer = self.insist("/do/join", &[]).await;
        assert!(matches!(answer.view().screen, Screen::Room(_)), "{answer:?}");
        self.world.books.note(self.recipient, |entry| entry.joined = true);
    }

    /// Posts a form until a response comes.
    async fn insist(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        loop {
            if path == "/do/join" {
                self.world.books.note(self.recipient, |entry| entry.joins_sent += 1);
            }
            if let Some(answer) = self.send(path, fields).await {
                return answer;
            }
        }
    }

    /// Posts a form once.
    async fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> Option<Answer> {
        let fields = [&[("invitation", self.token.as_str())], fields].concat();
        let there = self.world.home.at(self.world.some(self.chance));
        let answer = self.visitor.go(there, path, Some(&fields)).await;
        self.world.whole(answer).await
    }
}

/// Returns a code that is not this one.
fn other_than(code: &str) -> String {
    code.bytes().map(|digit| char::from(b'0' + (digit - b'0' + 1) % 10)).collect()
}
