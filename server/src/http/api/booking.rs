//! A booking's JSON, validated as a whole before anything happens.

use super::{
    bounds::{DESCRIPTION, NAME, RECIPIENTS, TITLE, URL, WORD},
    hosts::{self, Hosts},
    moments::{moment, zone},
    object::Members,
    person::personal_number,
    problem::Invalid,
    values::{self, email, line, prose, string},
};
use crate::{
    authenticators::{
        code::{EMAIL_CODE, SMS_CODE},
        identity::E_ID,
    },
    clock::Time,
    meetings::create::{Booking, Organiser, Recipient},
    rooms::{BUILTIN, JITSI, Jitsi, LIVEKIT, Link, Room},
    rules::{
        assurance::Level,
        phone::{self, Phone},
    },
    state::{Hosting, Offered},
};
use app::wire::Language;
use serde_json::Value;
use std::time::Duration;

/// The zone of a meeting whose sender names none.
const ZONE: &str = "Europe/Stockholm";

/// The maximum length of a meeting.
const LONGEST: Duration = Duration::from_hours(168);

/// Reads a booking, or returns every error in it.
pub(super) fn booking(value: Value, now: Time, offered: Offered) -> Result<Booking, Vec<Invalid>> {
    let mut wrong = Vec::new();
    let booking = read(value, now, offered, &mut wrong);
    match booking {
        Some(booking) if wrong.is_empty() => Ok(booking),
        _ => Err(wrong),
    }
}

fn read(value: Value, now: Time, offered: Offered, wrong: &mut Vec<Invalid>) -> Option<Booking> {
    let mut members = Members::of(String::new(), value, wrong);
    let meeting = meeting(&mut members, now, None, offered);
    let mut said = 0;
    let recipients = members.inner("recipients").map(|(at, value, wrong)| {
        let items = items(&at, value, wrong);
        said = items.as_ref().map_or(0, Vec::len);
        if items.is_some() && (said == 0 || said > RECIPIENTS) {
            wrong.push(Invalid::new(at, format!("must name 1 to {RECIPIENTS} recipients")));
            return Vec::new();
        }
        let read = |(n, value)| recipient(format!("{at}/{n}"), value, offered, false, wrong);
        items.into_iter().flatten().enumerate().filter_map(read).collect()
    });
    let room = meeting.as_ref().map(|meeting| &meeting.room);
    let named = members.inner_if_any("hosts");
    let hosts = if room.is_some_and(|room| !room.has_hosts()) {
        if let Some((at, _, wrong)) = named {
            wrong.push(Invalid::new(at, hosts::NONE_HERE));
        }
        Vec::new()
    } else {
        let hosting = offered.hosting;
        let named = named.map(|(at, value, wrong)| Hosts::read(&at, value, hosting, wrong));
        let organiser = meeting.as_ref().map(|meeting| &meeting.organiser);
        let hosts = named.or_else(|| Some(Hosts::default_of(organiser?, hosting)));
        let limited = room.is_some_and(Room::has_lobby);
        if limited && hosts.as_ref().is_some_and(|hosts| said + hosts.said > hosting.people) {
            members.invalid("recipients", too_many(hosting));
        }
        hosts.map(|hosts| hosts.read).unwrap_or_default()
    };
    members.end();
    Some(Booking { recipients: recipients?, hosts, ..meeting? })
}

/// Returns the error of more people than a room of this program takes.
pub(super) fn too_many(hosting: Hosting) -> String {
    format!("must not come to more than {} people, hosts included", hosting.people)
}

/// Reads the meeting's own members. `was` is the time that it was booked for, which may be in the past.
pub(super) fn meeting(
    members: &mut Members<'_>,
    now: Time,
    was: Option<(Time, Time)>,
    offered: Offered,
) -> Option<Booking> {
    let title = members.required("title", |value| line(value, TITLE));
    let description = members.optional("description", |value| prose(value, DESCRIPTION));
    let said = ["starts_at", "ends_at"].map(|name| (name, members.required(name, moment)));
    let [starts_at, ends_at] = said.each_ref().map(|(_, said)| said.as_ref().map(|it| it.time));
    if let (Some(starts), Some(ends)) = (starts_at, ends_at) {
        if ends <= starts {
            members.invalid("ends_at", "must be after starts_at");
        } else if ends.since(starts) > LONGEST {
            members.invalid("ends_at", "must be within a week of starts_at");
        } else if ends <= now && was != Some((starts, ends)) {
            members.invalid("ends_at", "has passed");
        }
    }
    let zoned = members.has("time_zone");
    let time_zone = members.optional("time_zone", zone);
    let time_zone = if zoned { time_zone } else { Some(ZONE.to_owned()) };
    for (name, moment) in &said {
        if let (Some(moment), Some(zone)) = (moment, &time_zone)
            && !moment.fits(zone)
        {
            members.invalid(name, "names another time zone than the meeting's time_zone");
        }
    }
    let organiser =
        members.inner("organiser").and_then(|(at, value, wrong)| organiser(at, value, wrong));
    let room = members.inner("room").and_then(|(at, value, wrong)| room(at, value, offered, wrong));
    Some(Booking {
        title: title?,
        description: description.unwrap_or_default(),
        starts_at: starts_at?,
        ends_at: ends_at?,
        time_zone: time_zone?,
        organiser: organiser?,
        room: room?,
        recipients: Vec::new(),
        hosts: Vec::new(),
    })
}

/// Returns the items of an array, or records an error.
pub(super) fn items(at: &str, value: Value, wrong: &mut Vec<Invalid>) -> Option<Vec<Value>> {
    if let Value::Array(items) = value {
        return Some(items);
    }
    wrong.push(Invalid::new(at.to_owned(), "must be an array"));
    None
}

fn organiser(at: String, value: Value, wrong: &mut Vec<Invalid>) -> Option<Organiser> {
    let mut members = Members::of(at, value, wrong);
    let name = members.required("name", |value| line(value, NAME));
    let email = members.required("email", email);
    let phone = members.required("phone", |value| phone::sender(string(value)?));
    members.end();
    Some(Organiser { name: name?, email: email?, phone: phone? })
}

fn room(at: String, value: Value, offered: Offered, wrong: &mut Vec<Invalid>) -> Option<Room> {
    let mut members = Members::of(at, value, wrong);
    let kind = members.required("kind", |value| line(value, WORD));
    let room = match kind.as_deref() {
        Some(BUILTIN) if offered.builtin => Some(Room::Builtin),
        Some(LIVEKIT) if offered.livekit => Some(Room::Livekit),
        Some(JITSI) if offered.jitsi => Some(Room::Jitsi(Jitsi::default())),
        Some(Link::KIND) | None => {
            let link = members.required("url", |value| values::room(value, URL, offered.rooms));
            kind.and(link).map(Room::Link)
        }
        Some(kind) => {
            members.invalid("kind", not_offered(kind, offered));
            // Of a room that can't be booked, only the kind is reported.
            members.optional("url", |_| Ok(()));
            None
        }
    };
    members.end();
    room
}

/// Returns the error of a kind of room that can't be booked here.
fn not_offered(kind: &str, offered: Offered) -> String {
    match kind {
        BUILTIN => "is not offered here: no address for the media is configured".to_owned(),
        LIVEKIT => "is not offered here: no LiveKit is configured".to_owned(),
        JITSI => "is not offered here: no Jitsi is configured".to_owned(),
        _ => {
            let kinds =
                [(offered.builtin, BUILTIN), (offered.jitsi, JITSI), (offered.livekit, LIVEKIT)];
            let kinds = kinds.iter().filter(|it| it.0).map(|it| format!("\"{}\"", it.1));
            match kinds.collect::<Vec<_>>().join(", ") {
                none if none.is_empty() => {
                    "must be \"link\": no other kind of room is offered here".to_owned()
                }
                kinds => format!("must be {kinds} or \"link\""),
            }
        }
    }
}

/// Reads a recipient. `numbered` is `true` if a personal number is already stored and not sent again.
pub(super) fn recipient(
    at: String,
    value: Value,
    offered: Offered,
    numbered: bool,
    wrong: &mut Vec<Invalid>,
) -> Option<Recipient> {
    let mut members = Members::of(at, value, wrong);
    let name = members.optional("name", |value| line(value, NAME));
    let email = members.required("email", email);
    let given = members.has("phone");
    let phone = members.optional("phone", |value| phone::recipient(string(value)?));
    let assurance = members.required("assurance", |value| {
        let level = line(value, WORD)?.parse::<Level>();
        level.map_err(|_| "must be \"loa2\" or \"loa3\"".to_owned())
    });
    let method = members.required("method", |value| method(&line(value, WORD)?, offered));
    let (allow_e_id, personal_number) = e_id(&mut members, (assurance, method), offered, numbered);
    if method == Some(SMS_CODE) {
        match &phone {
            None if !given => members.invalid("phone", "is missing: the code is sent there"),
            Some(phone) if !phone.takes_sms => {
                members.invalid("phone", "must be a mobile phone: the code is sent there");
            }
            _ => {}
        }
    }
    let language = members.optional("language", |value| {
        Language::from_tag(&line(value, WORD)?).ok_or_else(|| "must be \"sv\" or \"en\"".to_owned())
    });
    members.end();
    Some(Recipient {
        name,
        email: email?,
        phone: phone.map(|Phone { number, .. }| number),
        assurance: assurance?,
        method: method?,
        language: language.unwrap_or_default(),
        allow_e_id,
        personal_number,
    })
}

/// Reads the sender's choice of method, if this installation offers it.
fn method(name: &str, offered: Offered) -> Result<&'static str, String> {
    match name {
        EMAIL_CODE => Ok(EMAIL_CODE),
        SMS_CODE if offered.sms => Ok(SMS_CODE),
        SMS_CODE => Err("is not offered here: no SMS gateway is configured".to_owned()),
        E_ID if offered.e_id => Ok(E_ID),
        E_ID => Err("is not offered here: no e-identification is configured".to_owned()),
        _ => Err("must be \"email-code\", \"sms-code\" or \"e-id\"".to_owned()),
    }
}

/// Reads the e-ID members: whether an e-ID may replace a code, and the personal number to match.
fn e_id(
    members: &mut Members<'_>,
    (assurance, method): (Option<Level>, Option<&'static str>),
    offered: Offered,
    numbered: bool,
) -> (bool, Option<String>) {
    match (assurance, method) {
        (Some(Level::Loa2), Some(E_ID)) => {
            members.invalid("assurance", "must be \"loa3\" with \"e-id\"");
        }
        (Some(Level::Loa3), Some(EMAIL_CODE | SMS_CODE)) => {
            members.invalid("method", "must be \"e-id\" with \"loa3\": a code is not enough");
        }
        _ => {}
    }
    let allowed = members.optional("allow_e_id", |value| {
        value.as_bool().ok_or_else(|| "must be true or false".to_owned())
    });
    let allowed = allowed.unwrap_or_default();
    if allowed && !offered.e_id_instead {
        members.invalid("allow_e_id", "can't be true here: no e-identification is configured");
    } else if allowed && method == Some(E_ID) {
        members.invalid("allow_e_id", "is for recipients who identify with a code");
    }
    let number = members.optional("personal_number", |value| personal_number(string(value)?));
    if (number.is_some() || numbered) && !allowed && method.is_some_and(|method| method != E_ID) {
        members.invalid("personal_number", "is used with an e-identification only");
    }
    (allowed, number)
}
