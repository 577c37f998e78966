//! The screens in their states, by name.

use super::samples::{
    accessibility, at, code, invitation, meeting, occasion, privacy, view as shown,
};
use crate::wire::{
    Accessibility, Address, Code, Conformance, Invitation, Language, Locked, Method, Notice,
    Problem, Room, Screen, Session, View, Way,
};

/// A state of a screen.
pub(crate) struct State {
    /// How the address names it.
    pub(crate) name: &'static str,
    /// What it shows.
    pub(crate) view: fn(Language) -> View,
}

/// The state shown first.
#[cfg(feature = "csr")]
pub(crate) const FIRST: &str = "method";

/// The state in which the session's end is warned of.
#[cfg(feature = "csr")]
pub(crate) const WARNED: &str = "session-ending";

/// The state with this name.
#[cfg(feature = "csr")]
pub(crate) fn state(name: &str) -> Option<&'static State> {
    STATES.iter().find(|state| state.name == name)
}

macro_rules! states {
    ($($name:literal => $view:expr,)*) => {
        /// Every state.
        pub(crate) static STATES: &[State] = &[$(State { name: $name, view: $view },)*];
    };
}

states! {
    "method" => |l| shown(l, method()),
    "method-start-here" => |l| noticed(shown(l, method()), Notice::StartHere),
    "method-other-browser" => |l| noticed(shown(l, method()), Notice::OtherBrowser),
    "method-no-phone" => |l| unhelped(shown(l, method())),
    "address" => |l| shown(l, address("")),
    "address-kept" => |l| shown(l, address("anna@example.org")),
    "address-missing" => |l| wrong(shown(l, address("")), Problem::AddressMissing),
    "address-malformed" => |l| wrong(shown(l, address("anna.example.org")), Problem::AddressMalformed),
    "address-too-soon" => |l| wrong(shown(l, address("anna@example.org")), too_soon()),
    "address-too-many" => |l| wrong(shown(l, address("anna@example.org")), too_many()),
    "address-not-yet" => |l| noticed(shown(l, address("")), Notice::NotYet),
    "code" => |l| shown(l, Screen::Code(code())),
    "code-can-resend" => |l| shown(l, Screen::Code(Code { resend_in: 0, ..code() })),
    "code-missing" => |l| wrong(shown(l, Screen::Code(code())), Problem::CodeMissing),
    "code-malformed" => |l| wrong(shown(l, Screen::Code(code())), Problem::CodeMalformed { length: 4 }),
    "code-wrong" => |l| wrong(tried(l, 2), Problem::CodeWrong { left: 2 }),
    "code-wrong-last" => |l| wrong(tried(l, 1), Problem::CodeWrong { left: 1 }),
    "code-dead" => |l| wrong(tried(l, 0), Problem::CodeDead),
    "code-expired" => |l| {
        let code = Code { valid_for: 0, resend_in: 0, ..code() };
        wrong(shown(l, Screen::Code(code)), Problem::CodeExpired)
    },
    "code-sent-again" => |l| {
        let code = Code { resent: true, ..code() };
        noticed(shown(l, Screen::Code(code)), Notice::SentAgain)
    },
    "code-still-valid" => |l| noticed(shown(l, Screen::Code(code())), Notice::StillValid),
    "code-too-soon" => |l| wrong(shown(l, Screen::Code(code())), too_soon()),
    "code-too-many" => |l| wrong(shown(l, Screen::Code(code())), too_many()),
    "code-not-yet" => |l| noticed(shown(l, Screen::Code(code())), Notice::NotYet),
    "code-eight-digits" => |l| shown(l, Screen::Code(Code { length: 8, ..code() })),
    "code-long-address" => |l| {
        let address = format!("{}@{}.example", "anna-maria.".repeat(5), "avdelning.".repeat(9));
        shown(l, Screen::Code(Code { address, ..code() }))
    },
    "invitation" => |l| shown(l, Screen::Invitation(invitation(0))),
    "invitation-waiting" => |l| shown(l, Screen::Invitation(invitation(7_200))),
    "invitation-bare" => |l| {
        let bare = Invitation { description: String::new(), recipient: None, ..invitation(0) };
        shown(l, Screen::Invitation(bare))
    },
    "invitation-other-zone" => |l| {
        let mut other = invitation(0);
        other.when.zone = String::from("America/New_York");
        shown(l, Screen::Invitation(other))
    },
    "invitation-over-midnight" => |l| {
        let mut late = invitation(7_200);
        late.when.starts = at(23, 30);
        late.when.ends.day = 2;
        late.when.ends.weekday = 3;
        late.when.ends.hour = 0;
        shown(l, Screen::Invitation(late))
    },
    "invitation-long" => |l| long(shown(l, Screen::Invitation(invitation(7_200)))),
    "meeting" => |l| shown(l, Screen::Meeting(meeting(0))),
    "meeting-waiting" => |l| shown(l, Screen::Meeting(meeting(900))),
    "meeting-room-closed" => |l| wrong(shown(l, Screen::Meeting(meeting(900))), Problem::RoomClosed),
    "meeting-last-minutes" => |l| {
        let session = Some(Session { ends_in: 110, warned_before: 120, can_stay: false });
        View { session, ..shown(l, Screen::Meeting(meeting(0))) }
    },
    "invitation-meeting-over" => |l| noticed(shown(l, Screen::Invitation(invitation(0))), Notice::MeetingOver),
    "session-ending" => |l| {
        let session = Some(Session { ends_in: 110, warned_before: 120, can_stay: true });
        View { session, ..shown(l, Screen::Invitation(invitation(0))) }
    },
    "room" => |l| shown(l, Screen::Room(Room { url: "https://video.example/rum/42".to_owned() })),
    "locked" => |l| shown(l, Screen::Locked(Locked { way: Way::EmailCode, e_id: false })),
    "over" => |l| shown(l, Screen::Over),
    "cancelled" => |l| shown(l, Screen::Cancelled),
    "ended" => |l| shown(l, Screen::Ended),
    "not-found" => |l| outside(shown(l, Screen::NotFound)),
    "refused" => |l| outside(shown(l, Screen::Refused)),
    "trouble" => |l| outside(shown(l, Screen::Trouble)),
    "trouble-no-phone" => |l| unhelped(outside(shown(l, Screen::Trouble))),
    "accessibility" => |l| outside(shown(l, Screen::Accessibility(accessibility()))),
    "accessibility-full" => |l| {
        let full = Accessibility {
            conformance: Conformance::Full,
            shortcomings: Vec::new(),
            email: None,
            reviewed: None,
        };
        outside(shown(l, Screen::Accessibility(full)))
    },
    "privacy" => |l| outside(shown(l, Screen::Privacy(privacy()))),
}

fn method() -> Screen {
    Screen::Method(Method { way: Way::EmailCode, code_length: 4, phone: None, e_id: false })
}

fn address(typed: &str) -> Screen {
    Screen::Address(Address { typed: typed.to_owned(), way: Way::EmailCode })
}

fn tried(language: Language, left: u8) -> View {
    shown(language, Screen::Code(Code { tries_left: left, ..code() }))
}

fn too_soon() -> Problem {
    Problem::TooSoon { at: at(8, 42), wait: 30 }
}

fn too_many() -> Problem {
    Problem::TooMany { at: at(9, 41) }
}

fn noticed(view: View, notice: Notice) -> View {
    View { notice: Some(notice), ..view }
}

fn wrong(view: View, problem: Problem) -> View {
    View { problem: Some(problem), ..view }
}

/// Nobody's number is known.
fn unhelped(mut view: View) -> View {
    view.help = None;
    view.organisation.phone = None;
    view
}

/// A page that belongs to no invitation.
fn outside(view: View) -> View {
    View { token: None, help: None, path: "/".to_owned(), ..view }
}

/// Everything as long as it may be.
fn long(mut view: View) -> View {
    view.organisation.name = String::from(
        "Kommunalförbundet för räddningstjänst och samhällsplanering i Norra Exempelbygden",
    );
    if let Some(help) = &mut view.help {
        help.name = String::from("Wilhelmina Oxenstierna von Exempelhaus-Andersson");
    }
    if let Screen::Invitation(invitation) = &mut view.screen {
        invitation.title = String::from(
            "Uppföljning av den samordnade individuella planen tillsammans med skola, socialtjänst \
             och hälso- och sjukvård",
        );
        invitation.description = "Omtänksamhetsutvärderingsunderlagsbilagor ".repeat(20);
        invitation.when = occasion(86_400);
    }
    view
}
