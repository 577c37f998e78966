//! The demo's meetings: some open now, one later today, one over.

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

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// An invitation to try out.
pub(super) struct Seed {
    /// Short description.
    pub what: &'static str,
    /// The method, as the recipient meets it.
    pub method: &'static str,
    /// The recipient's e-mail address.
    pub email: &'static str,
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
    let mut seeds = Vec::new();
    for (what, starts_at, recipient, means) in [
        ("Open now (Swedish)", now, ("Anna Andersson", "anna@example.org", swedish), MAIL),
        ("Open now (English)", now, ("Erin Evans", "erin@example.org", english), MAIL),
        ("Code by SMS or e-ID", now, ("Bo Berg", "bo@example.org", swedish), SMS),
        ("BankID as Cia Ceder", now, ("Cia Ceder", "cia@example.org", swedish), E_ID_AS_CIA),
        ("Later today", now + HOUR * 3, ("David Dahl", "david@example.org", swedish), MAIL),
        ("Over", now - HOUR * 26, ("Eva Ek", "eva@example.org", swedish), MAIL),
    ] {
        let booking = booking(starts_at, recipient, means, &state.settings.origin);
        let times = (booking.starts_at, booking.ends_at);
        for invitation in &state.book(&booking, None).await?.invitations {
            let link = state.link(invitation)?;
            seeds.push(Seed { what, method: means.said, email: recipient.1, link, times });
        }
    }
    Ok(seeds)
}

fn booking(
    starts_at: Time,
    (name, email, language): (&str, &str, Language),
    means: Means,
    origin: &str,
) -> Booking {
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
            email: "kim@kommun.example".to_owned(),
            // Of the numbers that belong to nobody, and not the switchboard's.
            phone: "+46313900612".to_owned(),
        },
        room: Room::Link(Link { url: format!("{origin}{}", room::PATH) }),
        recipients: vec![Recipient {
            name: Some(name.to_owned()),
            email: email.to_owned(),
            phone: means.phone.map(str::to_owned),
            assurance: if means.method == E_ID { Level::Loa3 } else { Level::Loa2 },
            method: means.method,
            language,
            allow_e_id: means.or_e_id,
            personal_number: means.number.map(str::to_owned),
        }],
    }
}
