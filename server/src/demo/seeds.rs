//! The demo's meetings: some open now, one later today, one over. One is in a built-in room.

use super::{ZONE, room};
use crate::{
    authenticators::{
        code::{EMAIL_CODE, SMS_CODE},
        identity::E_ID,
    },
    clock::Time,
    meetings::{
        MeetingError,
        create::{Booking, Organiser, Recipient},
    },
    rooms::{Link, Room},
    rules::assurance::Level,
    state::AppState,
};
use app::wire::Language;
use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

/// The address of everybody's sender, who also leads the meeting in the built-in room.
const KIM: &str = "kim@kommun.example";

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// An invitation to try out.
pub(super) struct Seed {
    /// Short description.
    pub what: &'static str,
    /// The method, as the invited person meets it.
    pub method: &'static str,
    /// The invited person's e-mail address.
    pub email: String,
    /// The invitation's link.
    pub link: String,
    /// The meeting's start and end.
    pub times: (Time, Time),
}

/// The invitations that were booked at the demo's start.
#[derive(Clone, Default)]
pub struct Seeds(Arc<OnceLock<Vec<Seed>>>);

impl Seeds {
    /// Returns the invitations. None before they are booked.
    pub(super) fn all(&self) -> &[Seed] {
        self.0.get().map_or(&[], Vec::as_slice)
    }

    /// Books them once, around the time of the start.
    pub(super) async fn book(&self, state: &AppState) -> Result<&[Seed], MeetingError> {
        let seeds = seed(state).await?;
        Ok(self.0.get_or_init(|| seeds))
    }
}

/// A recipient's method and what it needs.
#[derive(Clone, Copy)]
struct Means {
    method: &'static str,
    phone: Option<&'static str>,
    number: Option<&'static str>,
    or_e_id: bool,
    said: &'static str,
}

const MAIL: Means = Means {
    method: EMAIL_CODE,
    phone: None,
    number: None,
    or_e_id: false,
    said: "A code by email.",
};
const SMS: Means = Means {
    method: SMS_CODE,
    phone: Some("+46701740605"),
    number: None,
    or_e_id: true,
    said: "A code by SMS, or BankID as anybody.",
};
const E_ID_AS_CIA: Means = Means {
    method: E_ID,
    phone: None,
    number: Some("199908072391"),
    or_e_id: false,
    said: "BankID, as Cia Ceder only.",
};

/// Books the demo's meetings again, around the current time, and returns their links.
async fn seed(state: &AppState) -> Result<Vec<Seed>, MeetingError> {
    let now = state.clock.now();
    // Times that a person would choose: multiples of five minutes.
    let now = Time(now.0 - now.0.rem_euclid(5 * 60 * 1000));
    let (swedish, english) = (Language::Swedish, Language::English);
    let link = Room::Link(Link { url: format!("{}{}", state.settings.origin, room::PATH) });
    let offered = state.settings.offered;
    let mut seeds = Vec::new();
    let anna = guest(("Anna Andersson", "anna@example.org", swedish), MAIL);
    let rut = guest(("Rut Rask", "rut@example.org", swedish), MAIL);
    let erin = guest(("Erin Evans", "erin@example.org", english), MAIL);
    for (guests, language, said) in [
        (
            vec![anna, rut],
            swedish,
            ["Open now (Swedish)", "Second guest", "Host (Swedish)"].as_slice(),
        ),
        (vec![erin], english, &["Open now (English)", "Host (English)"]),
    ] {
        let (room, hosts) = if offered.builtin {
            (Room::Builtin, vec![host(language, offered.hosting.host_method)])
        } else {
            (link.clone(), Vec::new())
        };
        let booking = Booking { hosts, ..booking(now, language, room, guests) };
        let said: Vec<_> = said.iter().map(|what| (*what, MAIL.said)).collect();
        seeds.extend(book(state, &booking, &said).await?);
    }
    for (what, starts_at, recipient, means) in [
        ("Code by SMS or e-ID", now, ("Bo Berg", "bo@example.org", swedish), SMS),
        ("BankID as Cia Ceder", now, ("Cia Ceder", "cia@example.org", swedish), E_ID_AS_CIA),
        ("Later today", now + HOUR * 3, ("David Dahl", "david@example.org", swedish), MAIL),
        ("Over", now - HOUR * 26, ("Eva Ek", "eva@example.org", swedish), MAIL),
    ] {
        let booking = booking(starts_at, recipient.2, link.clone(), vec![guest(recipient, means)]);
        seeds.extend(book(state, &booking, &[(what, means.said)]).await?);
    }
    Ok(seeds)
}

/// Returns who leads the meetings in built-in rooms.
fn host(language: Language, method: &'static str) -> Recipient {
    Recipient { method, ..guest(("Kim Handläggare", KIM, language), MAIL) }
}

/// Books a meeting. Returns its invitations, with what is said of each and of its method.
async fn book(
    state: &AppState,
    booking: &Booking,
    said: &[(&'static str, &'static str)],
) -> Result<Vec<Seed>, MeetingError> {
    let times = (booking.starts_at, booking.ends_at);
    let booked = state.book(booking, None).await?;
    let mut seeds = Vec::new();
    for (invitation, (what, method)) in booked.invitations.iter().zip(said) {
        let (email, link) = (invitation.email.clone(), state.link(invitation)?);
        seeds.push(Seed { what, method, email, link, times });
    }
    Ok(seeds)
}

fn booking(starts_at: Time, language: Language, room: Room, recipients: Vec<Recipient>) -> Booking {
    Booking {
        title: match language {
            Language::Swedish => "Uppföljningsmöte",
            Language::English => "Follow-up meeting",
        }
        .to_owned(),
        description: match language {
            Language::Swedish => {
                "Vi går igenom planen tillsammans.\n\nHa gärna dina frågor nedskrivna."
            }
            Language::English => {
                "We go through the plan together.\n\nYou may want to write your questions down."
            }
        }
        .to_owned(),
        starts_at,
        ends_at: starts_at + MINUTE * 45,
        time_zone: ZONE.to_owned(),
        organiser: Organiser {
            name: "Kim Handläggare".to_owned(),
            email: KIM.to_owned(),
            // Of the numbers that belong to nobody, and not the switchboard's.
            phone: "+46313900612".to_owned(),
        },
        room,
        recipients,
        hosts: Vec::new(),
    }
}

/// Returns a person to invite.
fn guest((name, email, language): (&str, &str, Language), means: Means) -> Recipient {
    Recipient {
        name: Some(name.to_owned()),
        email: email.to_owned(),
        phone: means.phone.map(str::to_owned),
        assurance: if means.method == E_ID { Level::Loa3 } else { Level::Loa2 },
        method: means.method,
        language,
        allow_e_id: means.or_e_id,
        personal_number: means.number.map(str::to_owned),
    }
}
