//! Books meetings over the REST interface.

use crate::{machine::now, mailbox::Mailbox, program::Program, wire::Wire};
use serde_json::{Value, json};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::time;

/// Maximum number of recipients of a meeting.
const RECIPIENTS: usize = 200;

/// Number of people whose booking is worth a line.
const REPORTED: usize = 20_000;

/// A person's invitation.
pub(crate) struct Link {
    pub(crate) person: usize,
    /// The link token.
    pub(crate) secret: String,
}

/// A system that books meetings.
pub(crate) struct Booking {
    address: SocketAddr,
    token: String,
    mailbox: Arc<Mailbox>,
    /// Number of people who have been invited.
    invited: usize,
}

impl Booking {
    pub(crate) fn new(program: &Program, mailbox: Arc<Mailbox>) -> Self {
        Self { address: program.address, token: program.token.clone(), mailbox, invited: 0 }
    }

    /// Returns the number of people who have been invited.
    pub(crate) const fn invited(&self) -> usize {
        self.invited
    }

    /// Invites this many more people, and waits until each has the link.
    pub(crate) async fn book(&mut self, people: usize) -> Arc<[Link]> {
        let began = now();
        let last = self.invited + people;
        let mut wire = Wire::to(self.address).await;
        while self.invited < last {
            let next = last.min(self.invited + RECIPIENTS);
            let meeting = meeting(self.invited..next).to_string();
            let request = format!(
                "POST /api/v1/meetings HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\
                 content-type: application/json\r\ncontent-length: {}\r\n\r\n{meeting}",
                self.address,
                self.token,
                meeting.len(),
            );
            wire.ask(&request).await.expect(201, "\"status\"");
            self.invited = next;
        }
        while self.mailbox.links() < people {
            time::sleep(Duration::from_millis(10)).await;
        }
        if people > REPORTED {
            let took = (now() - began).as_secs_f64();
            println!("  {people} invited and told in {took:.1} s");
        }
        let links = self.mailbox.take_links().into_iter();
        links.map(|(person, secret)| Link { person, secret }).collect()
    }
}

/// Returns a meeting that starts so soon that its room is open.
#[expect(clippy::disallowed_methods, reason = "a measurement takes the time by itself")]
fn meeting(people: std::ops::Range<usize>) -> Value {
    let starts = jiff::Timestamp::now() + Duration::from_mins(10);
    let recipients: Vec<Value> = people
        .map(|n| {
            json!({ "email": format!("person{n}@example.org"), "assurance": "loa2",
                    "method": "email-code" })
        })
        .collect();
    json!({
        "title": "Uppföljningsmöte",
        "description": "Vi går igenom planen.",
        "starts_at": starts.to_string(),
        "ends_at": (starts + Duration::from_hours(1)).to_string(),
        "organiser": {
            "name": "Kim Handläggare", "email": "kim@kommun.example", "phone": "+46300834000"
        },
        "room": { "kind": "link", "url": "https://video.example/rum/42" },
        "recipients": recipients,
    })
}
