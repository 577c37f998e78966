//! The screens in their states, by name.

use super::conferences::{page, test_page};
use super::samples::{
    accessibility, at, choice, code, invitation, meeting, occasion, privacy, progress,
    view as shown,
};
use crate::{
    steps::{ENDED_PATH, Track, ended_path, invitation_path},
    wire::{
        Accessibility, Address, BankId, Choice, Code, Conformance, Failure, Invitation, Language,
        Locked, Method, MethodPage, Notice, PageView, Problem, Provider, Redirect, Role, Room,
        Screen, Session, Stage,
    },
};

/// A state of a screen.
pub(crate) struct State {
    /// Its name in the address.
    pub(crate) name: &'static str,
    /// Its view.
    pub(crate) view: fn(Language) -> PageView,
}

/// The state that is shown first.
#[cfg(feature = "csr")]
pub(crate) const FIRST: &str = "method";

/// Returns the state with this name.
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
    "method-in-app" => |l| in_app(shown(l, method())),
    "method-start-here" => |l| noticed(shown(l, method()), Notice::StartHere),
    "method-other-browser" => |l| noticed(shown(l, method()), Notice::OtherBrowser),
    "method-call-wanted" => |l| noticed(shown(l, method()), Notice::CallWanted),
    "method-e-id-too" => |l| shown(l, Screen::Method(MethodPage { e_id: true, ..code_by(Method::EmailCode) })),
    "method-sms" => |l| shown(l, Screen::Method(code_by(Method::SmsCode))),
    "method-sms-e-id-too" => |l| shown(l, Screen::Method(MethodPage { e_id: true, ..code_by(Method::SmsCode) })),
    "method-e-id" => |l| by_e_id(shown(l, Screen::Method(code_by(Method::EId)))),
    "method-step-up" => |l| {
        noticed(by_e_id(shown(l, Screen::Method(code_by(Method::EId)))), Notice::StepUp)
    },
    "method-no-code" => |l| wrong(shown(l, method()), Problem::NoCode),
    "method-other-session" => |l| PageView { session: Some(other_session()), ..shown(l, method()) },
    "method-long" => |l| long(shown(l, method())),
    "method-no-switchboard" => |l| without_switchboard(shown(l, method())),
    "address" => |l| shown(l, address("")),
    "address-in-app" => |l| in_app(by_e_id(shown(l, asked("", Method::EId)))),
    "address-kept" => |l| shown(l, address("anna@example.org")),
    "address-missing" => |l| wrong(shown(l, address("")), Problem::AddressMissing),
    "address-malformed" => |l| wrong(shown(l, address("anna.example.org")), Problem::AddressMalformed),
    "address-too-soon" => |l| wrong(shown(l, address("anna@example.org")), too_soon()),
    "address-too-many" => |l| wrong(shown(l, address("anna@example.org")), too_many()),
    "address-too-many-addresses" => |l| {
        let many = Problem::TooManyAddresses { at: at(9, 41) };
        wrong(by_e_id(shown(l, asked("anna@example.org", Method::EId))), many)
    },
    "address-no-code" => |l| wrong(shown(l, address("anna@example.org")), Problem::NoCode),
    "address-not-yet" => |l| noticed(shown(l, address("")), Notice::NotYet),
    "address-sms" => |l| shown(l, asked("", Method::SmsCode)),
    "address-e-id-too" => |l| {
        let address = Address { typed: String::new(), way: Method::EmailCode, e_id: true };
        shown(l, Screen::Address(address))
    },
    "address-e-id" => |l| by_e_id(shown(l, asked("", Method::EId))),
    "address-e-id-instead" => |l| {
        PageView { track: Track::EIdInstead, ..shown(l, asked("anna@example.org", Method::EId)) }
    },
    "code" => |l| shown(l, Screen::Code(code())),
    "code-can-resend" => |l| shown(l, Screen::Code(Code { resend_in: 0, ..code() })),
    "code-missing" => |l| wrong(shown(l, Screen::Code(code())), Problem::CodeMissing),
    "code-malformed" => |l| wrong(shown(l, Screen::Code(code())), Problem::CodeMalformed { length: 4 }),
    "code-wrong" => |l| wrong(tried(l, 2), Problem::CodeWrong { left: 2 }),
    "code-wrong-last" => |l| wrong(tried(l, 1), Problem::CodeWrong { left: 1 }),
    "code-two-tries" => |l| tried(l, 2),
    "code-e-id-too" => |l| shown(l, Screen::Code(Code { e_id: true, ..code() })),
    "code-dead" => |l| wrong(tried(l, 0), Problem::CodeDead),
    "code-dead-can-resend" => |l| {
        let code = Code { tries_left: 0, resend_in: 0, e_id: true, ..code() };
        wrong(shown(l, Screen::Code(code)), Problem::CodeDead)
    },
    "code-dead-too-soon" => |l| wrong(tried(l, 0), too_soon()),
    "code-expired-alone" => |l| shown(l, Screen::Code(Code { valid_for: 0, ..code() })),
    "code-expired" => |l| {
        let code = Code { valid_for: 0, resend_in: 0, ..code() };
        wrong(shown(l, Screen::Code(code)), Problem::CodeExpired)
    },
    "code-sent-again" => |l| {
        noticed(shown(l, Screen::Code(code())), Notice::SentAgain)
    },
    "code-slow" => |l| shown(l, Screen::Code(Code { slow: true, ..code() })),
    "code-unsent" => |l| {
        let code = Code { valid_for: 0, resend_in: 0, unsent: true, ..code() };
        shown(l, Screen::Code(code))
    },
    "code-still-valid" => |l| noticed(shown(l, Screen::Code(code())), Notice::StillValid),
    "code-too-soon" => |l| wrong(shown(l, Screen::Code(code())), too_soon()),
    "code-too-many" => |l| wrong(shown(l, Screen::Code(code())), too_many()),
    "code-not-yet" => |l| noticed(shown(l, Screen::Code(code())), Notice::NotYet),
    "code-eight-digits" => |l| shown(l, Screen::Code(Code { length: 8, ..code() })),
    "code-long-address" => |l| {
        let address = format!("{}@{}", "anna-maria".repeat(6), ["avdelningen."; 15].concat() + "exempelnam.se");
        shown(l, Screen::Code(Code { address, ..code() }))
    },
    "code-sms" => |l| shown(l, Screen::Code(texted())),
    "code-sms-missing" => |l| wrong(shown(l, Screen::Code(texted())), Problem::CodeMissing),
    "code-sms-malformed" => |l| {
        wrong(shown(l, Screen::Code(texted())), Problem::CodeMalformed { length: 4 })
    },
    "code-sms-sent-again" => |l| noticed(shown(l, Screen::Code(texted())), Notice::SentAgain),
    "code-sms-still-valid" => |l| noticed(shown(l, Screen::Code(texted())), Notice::StillValid),
    "choice" => |l| chosen(l, choice()),
    "choice-handheld" => |l| chosen(l, Choice { handheld: true, ..choice() }),
    "choice-bankid-alone" => |l| chosen(l, Choice { providers: Vec::new(), ..choice() }),
    "choice-providers-alone" => |l| chosen(l, Choice { bankid: false, ..choice() }),
    "choice-nothing" => |l| chosen(l, Choice { bankid: false, providers: Vec::new(), ..choice() }),
    "choice-long-names" => |l| {
        let provider = Provider { id: "long".to_owned(), name: "Identifieringstjänst ".repeat(6) };
        chosen(l, Choice { providers: vec![provider], ..choice() })
    },
    "choice-instead" => |l| PageView { track: Track::EIdInstead, ..chosen(l, choice()) },
    "choice-step-up" => |l| noticed(chosen(l, choice()), Notice::StepUp),
    "choice-no-answer" => |l| failed(l, Failure::NoAnswer),
    "choice-certificate" => |l| failed(l, Failure::Certificate),
    "choice-cancelled-in-app" => |l| failed(l, Failure::CancelledInApp),
    "choice-cancelled" => |l| failed(l, Failure::Cancelled),
    "choice-no-app" => |l| failed(l, Failure::NoApp),
    "choice-qr-unread" => |l| failed(l, Failure::QrUnread),
    "choice-busy" => |l| failed(l, Failure::Busy),
    "choice-trouble" => |l| failed(l, Failure::Trouble),
    "choice-unknown" => |l| failed(l, Failure::Unknown),
    "choice-app-too-old" => |l| failed(l, Failure::AppTooOld),
    "choice-risk" => |l| failed(l, Failure::Risk),
    "choice-document" => |l| failed(l, Failure::Document),
    "choice-face" => |l| failed(l, Failure::Face),
    "choice-no-nfc" => |l| failed(l, Failure::NoNfc),
    "choice-several-bankids" => |l| failed(l, Failure::SeveralBankIds),
    "choice-not-confirmed" => |l| failed(l, Failure::NotConfirmed),
    "choice-declined" => |l| failed(l, Failure::Declined),
    "choice-not-invited" => |l| failed(l, Failure::NotInvited),
    "choice-too-often" => |l| {
        wrong(chosen(l, choice()), Problem::TooManyIdentifications { at: at(9, 41) })
    },
    "choice-provider-down" => |l| failed(l, Failure::ProviderDown),
    "choice-provider-cancelled" => |l| failed(l, Failure::ProviderCancelled),
    "choice-provider-weak" => |l| failed(l, Failure::ProviderWeak),
    "choice-provider-failed" => |l| failed(l, Failure::ProviderFailed),
    "bankid-elsewhere-preparing" => |l| bankid(l, false, Stage::Preparing),
    "bankid-elsewhere-open-app" => |l| bankid(l, false, Stage::OpenApp),
    "bankid-elsewhere-searching-phone" => |l| bankid(l, false, Stage::SearchingPhone),
    "bankid-elsewhere-security-code" => |l| bankid(l, false, Stage::SecurityCode),
    "bankid-elsewhere-document" => |l| bankid(l, false, Stage::Document),
    "bankid-elsewhere-face" => |l| bankid(l, false, Stage::Face),
    "bankid-elsewhere-confirm" => |l| bankid(l, false, Stage::Confirm),
    "bankid-elsewhere-going" => |l| bankid(l, false, Stage::InProgress),
    "bankid-elsewhere-done" => |l| bankid(l, false, Stage::Done),
    "bankid-elsewhere-over" => |l| bankid(l, false, Stage::Over),
    "bankid-here-preparing" => |l| bankid(l, true, Stage::Preparing),
    "bankid-here-open-here" => |l| bankid(l, true, Stage::OpenHere),
    "bankid-here-searching-computer" => |l| bankid(l, true, Stage::SearchingComputer),
    "bankid-here-searching-phone" => |l| bankid(l, true, Stage::SearchingPhone),
    "bankid-here-security-code" => |l| bankid(l, true, Stage::SecurityCode),
    "bankid-here-document" => |l| bankid(l, true, Stage::Document),
    "bankid-here-face" => |l| bankid(l, true, Stage::Face),
    "bankid-here-confirm" => |l| bankid(l, true, Stage::Confirm),
    "bankid-here-going" => |l| bankid(l, true, Stage::InProgress),
    "bankid-here-done" => |l| bankid(l, true, Stage::Done),
    "bankid-here-return" => |l| bankid(l, true, Stage::Return),
    "bankid-here-over" => |l| bankid(l, true, Stage::Over),
    "provider" => |l| by_e_id(shown(l, Screen::Provider(Redirect {
        name: "Freja".to_owned(),
        url: "https://e-legitimation.example/authorize?client_id=anslut".to_owned(),
    }))),
    "invitation" => |l| shown(l, Screen::Invitation(invitation(0))),
    "invitation-e-id" => |l| {
        let name = Some("Anna Maria Andersson".to_owned());
        let invitation = Invitation { identified_as: name, ..invitation(0) };
        by_e_id(shown(l, Screen::Invitation(invitation)))
    },
    "invitation-waiting" => |l| shown(l, Screen::Invitation(invitation(7_200))),
    "invitation-built-in" => |l| {
        shown(l, Screen::Invitation(Invitation { tests: true, ..invitation(259_200) }))
    },
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
    "check" => test_page,
    "meeting" => |l| shown(l, Screen::Meeting(meeting(0))),
    "meeting-waiting" => |l| shown(l, Screen::Meeting(meeting(900))),
    "meeting-room-closed" => |l| wrong(shown(l, Screen::Meeting(meeting(900))), Problem::RoomClosed),
    "meeting-built-in" => |l| page(l, Role::Guest, None),
    "meeting-built-in-host" => |l| page(l, Role::Host, None),
    "meeting-last-minutes" => |l| {
        let session = Some(Session {
            ends_in: 110,
            warned_before: 120,
            can_stay: false,
            elsewhere: false,
        });
        PageView { session, ..shown(l, Screen::Meeting(meeting(0))) }
    },
    "invitation-meeting-over" => |l| noticed(shown(l, Screen::Invitation(invitation(0))), Notice::MeetingOver),
    "session-ending" => |l| {
        let session = Some(Session {
            ends_in: 110,
            warned_before: 120,
            can_stay: true,
            elsewhere: false,
        });
        PageView { session, ..shown(l, Screen::Invitation(invitation(0))) }
    },
    "room" => |l| shown(l, Screen::Room(Room { url: "https://video.example/rum/42".to_owned() })),
    "locked" => |l| shown(l, Screen::Locked(Locked { way: Method::EmailCode, e_id: false })),
    "locked-e-id-too" => |l| shown(l, Screen::Locked(Locked { way: Method::SmsCode, e_id: true })),
    "locked-e-id" => |l| by_e_id(shown(l, Screen::Locked(Locked { way: Method::EId, e_id: false }))),
    "over" => |l| shown(l, Screen::Closed),
    "cancelled" => |l| shown(l, Screen::Cancelled),
    "elsewhere" => |l| outside(shown(l, Screen::WrongBrowser)),
    "ended" => |l| {
        let view = shown(l, Screen::Ended);
        PageView { path: ended_path(view.token.as_deref().unwrap_or_default()), ..view }
    },
    "ended-no-invitation" => |l| {
        PageView { path: ENDED_PATH.to_owned(), ..outside(shown(l, Screen::Ended)) }
    },
    "no-cookies" => |l| shown(l, Screen::NoCookies),
    "not-found" => |l| outside(shown(l, Screen::NotFound)),
    "refused" => |l| outside(shown(l, Screen::BadRequest)),
    "trouble" => |l| outside(shown(l, Screen::Unavailable)),
    "trouble-no-switchboard" => |l| without_switchboard(outside(shown(l, Screen::Unavailable))),
    "accessibility" => |l| outside(shown(l, Screen::Accessibility(accessibility()))),
    "accessibility-full" => |l| {
        let full = Accessibility {
            conformance: Conformance::Full,
            shortcomings: Vec::new(),
            email: None,
            assessor: Some("Granskarna AB".to_owned()),
            reviewed: None,
            ..accessibility()
        };
        outside(shown(l, Screen::Accessibility(full)))
    },
    "accessibility-untested" => |l| {
        let untested = Accessibility {
            conformance: Conformance::None,
            shortcomings: Vec::new(),
            assessed: None,
            ..accessibility()
        };
        outside(shown(l, Screen::Accessibility(untested)))
    },
    "accessibility-report-missing" => |l| report_refused(l, "", Problem::ReportMissing),
    "accessibility-report-too-long" => |l| {
        report_refused(l, &"Jag kommer inte vidare. ".repeat(90), Problem::ReportTooLong { by: 160 })
    },
    "accessibility-too-many-reports" => |l| {
        report_refused(l, "Knappen syns inte i mörkt läge.", Problem::TooManyReports)
    },
    "accessibility-reported" => |l| outside(shown(l, Screen::Reported)),
    "privacy" => |l| outside(shown(l, Screen::Privacy(privacy()))),
}

/// A session that is inside another invitation.
fn other_session() -> Session {
    Session { ends_in: 1_700, warned_before: 0, can_stay: false, elsewhere: true }
}

fn method() -> Screen {
    Screen::Method(code_by(Method::EmailCode))
}

fn code_by(way: Method) -> MethodPage {
    MethodPage { way, code_length: 4, phone: (way == Method::SmsCode).then(masked), e_id: false }
}

fn address(typed: &str) -> Screen {
    asked(typed, Method::EmailCode)
}

fn asked(typed: &str, way: Method) -> Screen {
    Screen::Address(Address { typed: typed.to_owned(), way, e_id: false })
}

fn masked() -> String {
    "070-*** ** 05".to_owned()
}

fn texted() -> Code {
    Code { phone: Some(masked()), ..code() }
}

fn chosen(language: Language, choice: Choice) -> PageView {
    by_e_id(shown(language, Screen::Choice(choice)))
}

fn failed(language: Language, failure: Failure) -> PageView {
    wrong(chosen(language, choice()), Problem::EId(failure))
}

fn bankid(language: Language, here: bool, stage: Stage) -> PageView {
    let progress = progress(here, stage);
    by_e_id(shown(language, Screen::BankId(BankId { here, progress })))
}

/// Sets the track of an invitation that requires an e-ID.
fn by_e_id(view: PageView) -> PageView {
    PageView { track: Track::EId, ..view }
}

fn tried(language: Language, left: u8) -> PageView {
    shown(language, Screen::Code(Code { tries_left: left, ..code() }))
}

fn too_soon() -> Problem {
    Problem::TooSoon { at: at(8, 42), wait: 30 }
}

fn too_many() -> Problem {
    Problem::TooMany { at: at(9, 41) }
}

/// Sets the link for a visitor whose browser is a part of another app.
fn in_app(view: PageView) -> PageView {
    let path = invitation_path(view.token.as_deref().unwrap_or_default());
    PageView { link: Some(["https://mote.exempelby.example", &path].concat()), ..view }
}

fn noticed(view: PageView, notice: Notice) -> PageView {
    PageView { notice: Some(notice), ..view }
}

fn wrong(view: PageView, problem: Problem) -> PageView {
    PageView { problem: Some(problem), ..view }
}

/// Removes the switchboard's number.
fn without_switchboard(mut view: PageView) -> PageView {
    view.organisation.phone = None;
    view
}

/// The accessibility statement after a report that was not taken.
fn report_refused(language: Language, typed: &str, problem: Problem) -> PageView {
    let statement = Accessibility { typed: typed.to_owned(), ..accessibility() };
    let view = outside(shown(language, Screen::Accessibility(statement)));
    PageView { problem: Some(problem), ..view }
}

/// Turns a view into one of a page outside invitations.
fn outside(view: PageView) -> PageView {
    PageView { token: None, help: None, path: "/".to_owned(), ..view }
}

/// Makes every text as long as it can be.
fn long(mut view: PageView) -> PageView {
    view.organisation.name = "Exempelbygdens".chars().cycle().take(100).collect();
    if let Some(help) = &mut view.help {
        let name = "Wilhelmina Oxenstierna von Exempelhaus-Andersson ";
        help.name = name.chars().cycle().take(80).collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::contradictions;

    fn screens() -> impl Iterator<Item = PageView> {
        STATES.iter().map(|state| (state.view)(Language::Swedish))
    }

    #[test]
    fn every_state_is_one_that_the_server_can_show() {
        for state in STATES {
            let found = contradictions(&(state.view)(Language::Swedish));
            assert!(found.is_empty(), "{}: {found:?}", state.name);
        }
    }

    #[test]
    fn every_stage_and_every_failure_is_on_show() {
        for stage in Stage::ALL {
            let on_show = |view: PageView| match view.screen {
                Screen::BankId(bankid) => bankid.progress.stage == stage,
                _ => false,
            };
            assert!(screens().any(on_show), "{stage:?}");
        }
        for failure in Failure::ALL {
            assert!(screens().any(|it| it.problem == Some(Problem::EId(failure))), "{failure:?}");
        }
    }
}
