//! Books meetings in built-in rooms, and brings their people to the page of the meeting.

use crate::{machine::now, mailbox::Mailbox, person::Person, program::Program, wire::Wire};
use serde_json::{Value, json};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::time;

/// Guests of a meeting. With the host they fill the room.
pub(crate) const GUESTS: usize = 7;

/// Time limit of the way to the page of a meeting.
const LONGEST: Duration = Duration::from_mins(1);

/// A system that books meetings.
pub(crate) struct Meetings {
    address: SocketAddr,
    token: String,
    mailbox: Arc<Mailbox>,
    /// Number of people who have been invited, hosts included.
    invited: usize,
}

/// A meeting whose people have identified, and joined: the host leads it, and the guests wait.
pub(crate) struct Meeting {
    pub(crate) host: Person,
    pub(crate) guests: Vec<Person>,
}

impl Meetings {
    pub(crate) fn new(program: &Program, mailbox: Arc<Mailbox>) -> Self {
        Self { address: program.address, token: program.token.clone(), mailbox, invited: 0 }
    }

    /// Books a meeting that is open. Returns its guests, and its host last. None of them has joined.
    pub(crate) async fn book(&mut self) -> Vec<Person> {
        let first = self.invited;
        self.invited += GUESTS + 1;
        let meeting = meeting(first..first + GUESTS, first + GUESTS).to_string();
        let request = format!(
            "POST /api/v1/meetings HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{meeting}",
            self.address,
            self.token,
            meeting.len(),
        );
        let mut wire = Wire::to(self.address).await;
        wire.ask(&request).await.expect(201, "\"status\"");
        let until = now() + LONGEST;
        while self.mailbox.links() <= GUESTS {
            assert!(now() < until, "an invitation did not arrive");
            time::sleep(Duration::from_millis(5)).await;
        }
        let mut people = Vec::new();
        for (number, token) in self.mailbox.take_links() {
            let mut person = Person::new(self.address, number, token).await;
            let way = person.identify(&self.mailbox);
            time::timeout(LONGEST, way).await.expect("a way that ends");
            people.push(person);
        }
        people
    }

    /// Books a meeting whose host leads it, and lets the guests wait.
    pub(crate) async fn open(&mut self) -> Meeting {
        let mut guests = self.book().await;
        let mut host = guests.pop().expect("a host");
        host.join().await;
        for guest in &mut guests {
            guest.join().await;
        }
        Meeting { host, guests }
    }
}

impl Meeting {
    /// Lets all guests in.
    pub(crate) async fn admit_all(&mut self) {
        for guest in self.host.who_waits().await {
            self.host.admit(&guest).await;
        }
    }
}

/// Returns a meeting that has begun.
#[expect(clippy::disallowed_methods, reason = "a measurement takes the time by itself")]
fn meeting(guests: std::ops::Range<usize>, host: usize) -> Value {
    let starts = jiff::Timestamp::now() - Duration::from_mins(1);
    let recipients: Vec<Value> = guests
        .map(|n| {
            json!({ "name": format!("Gäst {n}"), "email": format!("person{n}@example.org"),
                    "assurance": "loa2", "method": "email-code" })
        })
        .collect();
    json!({
        "title": "Uppföljningsmöte",
        "starts_at": starts.to_string(),
        "ends_at": (starts + Duration::from_hours(1)).to_string(),
        "organiser": {
            "name": "Kim Handläggare", "email": format!("person{host}@example.org"),
            "phone": "+46300834000"
        },
        "room": { "kind": "builtin" },
        "recipients": recipients,
    })
}
