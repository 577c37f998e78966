//! Meetings to go to: one that is open, one later today, one that is over.

use crate::{
    clock::Time,
    desk::{
        Desk, Fault,
        booking::{Booking, Organiser, Recipient},
    },
    prove::code::EMAIL_CODE,
    rooms::LINK,
    rules::assurance::Level,
};
use app::wire::Language;
use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// An invitation to try out.
pub(super) struct Seed {
    /// What there is to see.
    pub what: &'static str,
    /// The address to name.
    pub email: &'static str,
    /// The invitation's link.
    pub link: String,
}

/// Books the demo's meetings anew, around the time now, and tells their links.
pub(super) async fn seed(desk: &Desk) -> Result<Vec<Seed>, Fault> {
    let now = desk.clock.now();
    // Times that a person would choose: the last full five minutes, and those after it.
    let now = Time(now.0 - now.0.rem_euclid(5 * 60 * 1000));
    let mut seeds = Vec::new();
    for (what, starts_at, recipient) in [
        ("open now (Swedish)", now, ("Anna Andersson", "anna@example.org", Language::Swedish)),
        ("open now (English)", now, ("Erin Evans", "erin@example.org", Language::English)),
        ("later today", now + HOUR * 3, ("Bo Berg", "bo@example.org", Language::Swedish)),
        ("over", now - HOUR * 26, ("Cia Ceder", "cia@example.org", Language::Swedish)),
    ] {
        let (name, email, language) = recipient;
        let booking = booking(starts_at, name, email, language);
        if let Ok(booked) = desk.book(&booking, None).await? {
            for invitation in &booked.invitations {
                seeds.push(Seed { what, email, link: desk.link(invitation)? });
            }
        }
    }
    Ok(seeds)
}

fn booking(starts_at: Time, name: &str, email: &str, language: Language) -> Booking {
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
        time_zone: "Europe/Stockholm".to_owned(),
        organiser: Organiser {
            name: "Kim Handläggare".to_owned(),
            email: "kim@kommun.example".to_owned(),
            phone: "+46300834000".to_owned(),
        },
        room_kind: LINK,
        room_url: "https://video.example/rum/42".to_owned(),
        recipients: vec![Recipient {
            name: Some(name.to_owned()),
            email: email.to_owned(),
            phone: None,
            assurance: Level::Loa2,
            method: EMAIL_CODE,
            language,
            allow_e_id: false,
            personal_number: None,
        }],
    }
}
