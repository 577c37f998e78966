//! Notices and problems.
//!
//! The app scrolls to one that comes without a new page ([`NEWS`]).

use crate::{
    components::form::FormState,
    i18n::Texts,
    pages::channel,
    wire::{Notice, Problem, Screen},
    wizard::{use_texts, use_view},
};
use leptos::prelude::*;

/// The class of what an action has brought about.
#[cfg(feature = "hydrate")]
pub(crate) const NEWS: &str = ".news";

/// The text for an unreachable service, in the form that was sent.
#[component]
pub(crate) fn OfflineMessage() -> impl IntoView {
    let FormState { offline, .. } = expect_context();
    view! {
        <div role="alert">
            <p class="message problem" hidden=move || !offline.get()>
                {use_texts().frame.offline}
            </p>
        </div>
    }
}

/// A notice under the page's heading.
#[component]
pub(crate) fn NoticeMessage(notice: Notice) -> impl IntoView {
    let text = notice_text(use_texts(), &use_view().screen, notice);
    view! { <p class="message news" tabindex="-1">{text}</p> }
}

/// Returns the text of a notice.
pub(crate) const fn notice_text(texts: &Texts, screen: &Screen, notice: Notice) -> &'static str {
    let notices = &texts.notices;
    match notice {
        Notice::StartHere => notices.start_here,
        Notice::OtherBrowser => notices.other_browser,
        Notice::NotYet => notices.not_yet,
        Notice::MeetingOver => notices.meeting_over,
        Notice::SentAgain => channel(texts, screen).sent_again,
        Notice::StillValid => channel(texts, screen).still_valid,
        Notice::StepUp => notices.step_up,
        Notice::CallWanted => notices.call_wanted,
    }
}

/// A problem that belongs to no field: the page's news, which has the focus.
#[component]
pub(crate) fn ProblemMessage(
    /// Its text.
    text: String,
    /// `false` if another element has the focus.
    #[prop(default = true)]
    focused: bool,
) -> impl IntoView {
    let class = if focused { "message problem news" } else { "message problem" };
    view! {
        <p id="problem" class=class tabindex="-1" autofocus=focused>
            {text}
        </p>
    }
}

/// Returns the text of a problem, in the visitor's terms.
pub(crate) fn problem_text(texts: &Texts, screen: &Screen, problem: Problem) -> String {
    let (problems, time) = (&texts.problems, &texts.time);
    match problem {
        Problem::AddressMissing => problems.address_missing.to_owned(),
        Problem::AddressMalformed => problems.address_malformed.to_owned(),
        Problem::CodeMissing => channel(texts, screen).missing.to_owned(),
        Problem::CodeMalformed { length } => (channel(texts, screen).malformed)(length),
        Problem::CodeWrong { left } => (problems.code_wrong)(left),
        Problem::CodeExpired | Problem::CodeDead => code_over(texts, screen).unwrap_or_default(),
        Problem::TooSoon { at, wait } => (problems.too_soon)(&(time.clock)(&at), wait),
        Problem::TooMany { at } => (problems.too_many)(&(time.point)(&at)),
        Problem::TooManyAddresses { at } => (problems.too_many_addresses)(&(time.point)(&at)),
        Problem::NoCode => problems.no_code.to_owned(),
        Problem::TooManyIdentifications { at } => {
            (problems.too_many_identifications)(&(time.clock)(&at))
        }
        Problem::RoomClosed => problems.room_closed.to_owned(),
        #[cfg(not(feature = "hydrate"))]
        Problem::ReportMissing => texts.accessibility.report_missing.to_owned(),
        #[cfg(not(feature = "hydrate"))]
        Problem::ReportTooLong { by } => (texts.accessibility.report_too_long)(by),
        #[cfg(not(feature = "hydrate"))]
        Problem::TooManyReports => texts.accessibility.too_many_reports.to_owned(),
        Problem::EId(failure) => (texts.e_id.failures)(failure).to_owned(),
    }
}

/// Returns why the code no longer works. `None` if it does, or on another page.
pub(crate) fn code_over(texts: &Texts, screen: &Screen) -> Option<String> {
    match screen {
        Screen::Code(code) if code.tries_left == 0 => Some(texts.code.dead.to_owned()),
        Screen::Code(code) if code.valid_for == 0 => {
            Some((texts.code.expired)(&(texts.time.clock)(&code.valid_until)))
        }
        _ => None,
    }
}
