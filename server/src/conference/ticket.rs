//! Tickets: what `/do/room-ticket` gives a browser, and the first message of its WebSocket brings back.
//!
//! A ticket is sealed with the installation's key, so it can be neither read nor made. It holds for 30 seconds, and
//! once: the process that holds the room remembers those that were used for as long.

use super::seats::Person;
use crate::{
    clock::Time,
    keys::{DecryptError, Keys, hex, random},
    rooms::Engine,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Time for which a ticket holds.
const HOLDS: Duration = Duration::from_secs(30);

/// The purpose for which tickets are sealed.
const ABOUT: &str = "room ticket";

/// The room or trial that a ticket opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Opens {
    /// A meeting's room.
    Room {
        /// Id of the meeting.
        meeting: String,
        /// The epoch of the server that holds the room.
        epoch: i64,
        /// The engine of its media.
        engine: Engine,
    },
    /// A connection that no room hears, to try it out.
    Check {
        /// The engine that is tried.
        engine: Engine,
    },
}

impl Opens {
    /// Returns the engine of the media.
    pub const fn engine(&self) -> Engine {
        match self {
            Self::Room { engine, .. } | Self::Check { engine } => *engine,
        }
    }
}

/// The content of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Id of the ticket.
    pub id: String,
    /// The room.
    pub opens: Opens,
    /// The person.
    pub person: Person,
}

/// A ticket as it is sealed.
#[derive(Serialize, Deserialize)]
struct Sealed {
    id: String,
    server: String,
    opens: Opens,
    #[serde(flatten)]
    person: Person,
    expires_at: i64,
}

/// Seals tickets and takes each once.
#[derive(Debug)]
pub struct Tickets {
    /// The name of this server. Others refuse its tickets.
    server: String,
    used: Mutex<HashMap<String, Time>>,
}

impl Tickets {
    /// Creates the tickets of a server.
    pub fn new(server: &str) -> Self {
        Self { server: server.to_owned(), used: Mutex::default() }
    }

    /// Returns a sealed ticket for the server that holds a room.
    ///
    /// # Errors
    /// Fails if there is no randomness.
    pub fn seal(
        keys: &Keys,
        server: &str,
        opens: Opens,
        person: Person,
        now: Time,
    ) -> Result<String, DecryptError> {
        let ticket = Sealed {
            id: hex(&random::<16>().map_err(|_| DecryptError)?),
            server: server.to_owned(),
            opens,
            person,
            expires_at: (now + HOLDS).0,
        };
        let plain = serde_json::to_vec(&ticket).map_err(|_| DecryptError)?;
        Ok(URL_SAFE_NO_PAD.encode(keys.seal(ABOUT, &plain)?))
    }

    /// Opens a ticket and uses it up. `None` if it is no ticket of this server, has expired, or was used.
    pub fn take(&self, keys: &Keys, text: &str, now: Time) -> Option<Ticket> {
        let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
        let plain = keys.unseal(ABOUT, &sealed).ok()?;
        let ticket: Sealed = serde_json::from_slice(&plain).ok()?;
        let expires_at = Time(ticket.expires_at);
        if ticket.server != self.server || now >= expires_at || expires_at.since(now) > HOLDS {
            return None;
        }
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.retain(|_, until| *until > now);
        if used.insert(ticket.id.clone(), expires_at).is_some() {
            return None;
        }
        Some(Ticket { id: ticket.id, opens: ticket.opens, person: ticket.person })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::wire::{Identified, Role};

    fn keys() -> Keys {
        Keys::new([7; 32], &[])
    }

    fn person() -> Person {
        Person {
            invitation: "i".to_owned(),
            generation: 1,
            session: "s".to_owned(),
            name: "Anna Andersson".to_owned(),
            method: Identified::BankId,
            role: Role::Guest,
        }
    }

    fn opens() -> Opens {
        Opens::Room { meeting: "m".to_owned(), epoch: 3, engine: Engine::LiveKit }
    }

    #[test]
    fn a_ticket_holds_once() {
        let tickets = Tickets::new("one");
        let text = Tickets::seal(&keys(), "one", opens(), person(), Time(0)).expect("a ticket");
        assert!(!text.contains("Anna"));
        let ticket = tickets.take(&keys(), &text, Time(1)).expect("a ticket");
        assert_eq!((ticket.opens, ticket.person), (opens(), person()));
        assert_eq!(tickets.take(&keys(), &text, Time(2)), None);
    }

    #[test]
    fn a_ticket_expires_after_half_a_minute() {
        let tickets = Tickets::new("one");
        for (now, holds) in [(29_999, true), (30_000, false)] {
            let text = Tickets::seal(&keys(), "one", opens(), person(), Time(0)).expect("a ticket");
            assert_eq!(tickets.take(&keys(), &text, Time(now)).is_some(), holds, "{now}");
        }
    }

    #[test]
    fn a_ticket_of_another_server_or_key_does_not_hold() {
        let tickets = Tickets::new("one");
        let other = Tickets::seal(&keys(), "two", opens(), person(), Time(0)).expect("a ticket");
        assert_eq!(tickets.take(&keys(), &other, Time(1)), None);
        let text = Tickets::seal(&keys(), "one", opens(), person(), Time(0)).expect("a ticket");
        assert_eq!(tickets.take(&Keys::new([8; 32], &[]), &text, Time(1)), None);
        for wrong in ["", "x", "åäö", &text[1..], &text.replace('A', "B")] {
            if wrong != text {
                assert_eq!(tickets.take(&keys(), wrong, Time(1)), None, "{wrong}");
            }
        }
    }

    #[test]
    fn a_ticket_from_a_clock_far_ahead_does_not_hold() {
        let tickets = Tickets::new("one");
        let text =
            Tickets::seal(&keys(), "one", opens(), person(), Time(3_600_000)).expect("a ticket");
        assert_eq!(tickets.take(&keys(), &text, Time(0)), None);
    }
}
