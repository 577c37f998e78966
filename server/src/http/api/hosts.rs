//! Hosts: who leads a meeting in a room that is not a link.
//!
//! A sender gives a host's name and address. The rest follows from the configuration and the sender's language.

use super::{
    booking::items,
    bounds::{HOSTS, NAME},
    object::Members,
    problem::Invalid,
    values::{email, line},
};
use crate::{
    meetings::create::{Organiser, Recipient},
    rules::assurance::Level,
    state::Hosting,
};
use app::{fields::comparable, wire::Language};
use serde_json::Value;

/// The pointer of the hosts.
pub(super) const AT: &str = "/hosts";

/// Error of hosts where the room is in another service.
pub(super) const NONE_HERE: &str = "must be left out: the room of a link has no hosts";

/// The hosts of a booking, as far as they could be read.
pub(super) struct Hosts {
    /// The hosts without an error.
    pub read: Vec<Recipient>,
    /// The number of all.
    pub said: usize,
}

impl Hosts {
    /// Returns the organiser as the only host.
    pub(super) fn default_of(organiser: &Organiser, hosting: Hosting) -> Self {
        let host = host_of(organiser.name.clone(), organiser.email.clone(), hosting);
        Self { read: vec![host], said: 1 }
    }

    /// Reads the hosts that a booking names.
    pub(super) fn read(at: &str, value: Value, hosting: Hosting, wrong: &mut Vec<Invalid>) -> Self {
        let Some(items) = items(at, value, wrong) else {
            return Self { read: Vec::new(), said: 0 };
        };
        let said = items.len();
        if said == 0 || said > HOSTS {
            wrong.push(Invalid::new(at.to_owned(), format!("must name 1 to {HOSTS} hosts")));
            return Self { read: Vec::new(), said };
        }
        let mut addresses = Addresses::default();
        let mut read = Vec::with_capacity(said);
        for (n, value) in items.into_iter().enumerate() {
            let at = format!("{at}/{n}");
            if let Some(host) = host(at.clone(), value, hosting, wrong) {
                addresses.add(&at, &host.email, wrong);
                read.push(host);
            }
        }
        Self { read, said }
    }
}

/// Reads a host.
pub(super) fn host(
    at: String,
    value: Value,
    hosting: Hosting,
    wrong: &mut Vec<Invalid>,
) -> Option<Recipient> {
    let mut members = Members::of(at, value, wrong);
    let name = members.required("name", |value| line(value, NAME));
    let email = members.required("email", email);
    members.end();
    Some(host_of(name?, email?, hosting))
}

/// Returns a host, with the method that the configuration sets. A provider's login counts at any level that its
/// table accepts.
pub(super) fn host_of(name: String, email: String, hosting: Hosting) -> Recipient {
    Recipient {
        name: Some(name),
        email,
        phone: None,
        assurance: Level::Loa2,
        method: hosting.host_method,
        // That of messages to the organiser.
        language: Language::default(),
        allow_e_id: false,
        personal_number: None,
    }
}

/// The addresses of a meeting's hosts, to find one that is named twice.
#[derive(Default)]
pub(super) struct Addresses(Vec<String>);

impl Addresses {
    /// Adds the address of a host at a pointer. Records an error if another host has it.
    pub(super) fn add(&mut self, at: &str, email: &str, wrong: &mut Vec<Invalid>) {
        let email = comparable(email);
        if self.0.contains(&email) {
            wrong.push(Invalid::new(format!("{at}/email"), "is another host's too"));
        }
        self.0.push(email);
    }
}

/// `true` if people take two addresses for the same.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    comparable(one) == comparable(other)
}
