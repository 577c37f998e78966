//! Made-up people and meetings.

use super::qr;
use crate::{
    steps::{Step, Track},
    wire::{
        Accessibility, Choice, Code, Conformance, Help, Invitation, Language, LocalTime, Meeting,
        Organisation, PageView, Privacy, Progress, Provider, Qr, Schedule, Screen, Session,
        Shortcoming, SmsCompany, Stage,
    },
};

/// The made-up link's token.
const TOKEN: &str = "gallerigallerigallerigaller";

pub(super) fn view(language: Language, screen: Screen) -> PageView {
    let path = match screen.step() {
        Some(step) => step.path(TOKEN),
        None => format!("/m/{TOKEN}"),
    };
    let proven = screen.step().is_some_and(Step::is_inside);
    PageView {
        language,
        path,
        token: Some(TOKEN.to_owned()),
        organisation: Organisation {
            name: "Exempelby kommun".to_owned(),
            phone: Some("+46300834000".to_owned()),
            logo: None,
            logo_dark: None,
        },
        track: Track::Code,
        help: Some(Help { name: "Kim Handläggare".to_owned(), phone: "+46300834012".to_owned() }),
        session: proven.then_some(Session {
            ends_in: 1_800,
            warned_before: 120,
            can_stay: true,
            elsewhere: false,
        }),
        notice: None,
        problem: None,
        link: None,
        screen,
    }
}

pub(super) const fn at(hour: u8, minute: u8) -> LocalTime {
    LocalTime {
        unix: 1_796_083_200 + (hour as i64 - 1) * 3_600 + minute as i64 * 60,
        offset: 60,
        year: 2026,
        month: 12,
        day: 1,
        weekday: 2,
        hour,
        minute,
    }
}

pub(super) fn code() -> Code {
    Code {
        address: "anna@example.org".to_owned(),
        phone: None,
        word: "HALLON".to_owned(),
        length: 4,
        valid_until: at(8, 51),
        valid_for: 570,
        resend_at: at(8, 42),
        resend_in: 30,
        tries_left: 3,
        slow: false,
        unsent: false,
        e_id: false,
    }
}

pub(super) fn choice() -> Choice {
    let provider = |id: &str, name: &str| Provider { id: id.to_owned(), name: name.to_owned() };
    Choice {
        bankid: true,
        handheld: false,
        providers: vec![provider("freja", "Freja"), provider("sweden-connect", "Sweden Connect")],
    }
}

/// Returns the progress of an identification at a stage, on this device or another, as the service sends it.
pub(super) fn progress(here: bool, stage: Stage) -> Progress {
    let qr = Qr { size: qr::SIZE, path: qr::PATH.to_owned() };
    let start = "https://app.bankid.com/?autostarttoken=67df3917-fa0d-44e5-b327-edcc928297f8";
    let done = format!("/m/{TOKEN}/return?a=1&b=2");
    Progress {
        stage,
        qr: (stage == Stage::OpenApp).then_some(qr),
        start: (here && stage == Stage::OpenHere).then(|| start.to_owned()),
        done: (here && stage == Stage::Done).then_some(done),
    }
}

pub(super) fn occasion(opens_in: u32) -> Schedule {
    Schedule {
        starts: at(9, 0),
        ends: at(9, 45),
        zone: "Europe/Stockholm".to_owned(),
        opens: at(8, 45),
        opens_in,
    }
}

pub(super) fn invitation(opens_in: u32) -> Invitation {
    Invitation {
        title: "Uppföljningsmöte".to_owned(),
        description: "Vi går igenom planen.\n\nTa gärna med dina frågor.".to_owned(),
        when: occasion(opens_in),
        recipient: Some("Anna Andersson".to_owned()),
        identified_as: None,
        tests: false,
    }
}

pub(super) fn meeting(opens_in: u32) -> Meeting {
    Meeting { title: "Uppföljningsmöte".to_owned(), when: occasion(opens_in), conference: None }
}

pub(super) fn accessibility() -> Accessibility {
    Accessibility {
        email: Some("tillganglighet@exempelby.example".to_owned()),
        conformance: Conformance::Partial,
        shortcomings: vec![
            Shortcoming {
                text: "Mejlen har ännu ingen version på lätt svenska.".to_owned(),
                reason: Some(
                    "Vi arbetar med texterna och räknar med att vara klara i mars 2027.".to_owned(),
                ),
            },
            Shortcoming {
                text: "Videomötets undertexter fungerar inte på engelska.".to_owned(),
                reason: None,
            },
        ],
        assessed: Some("2026-11-13".to_owned()),
        assessor: None,
        reviewed: Some("2026-11-20".to_owned()),
        typed: String::new(),
    }
}

pub(super) fn privacy() -> Privacy {
    Privacy {
        officer: Some("dataskydd@exempelby.example".to_owned()),
        kept_days: 30,
        idle: 1_800,
        sms: Some(SmsCompany { name: "46elks".to_owned(), in_usa: false }),
        e_ids: vec!["BankID".to_owned(), "Freja".to_owned()],
        keeps_numbers: false,
        reports: true,
    }
}
