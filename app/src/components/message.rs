//! Notices and problems above the page's content.

use crate::{
    i18n::Texts,
    pages::channel,
    wire::{Notice, Problem, Screen},
    wizard::{use_texts, use_view, use_wizard},
};
use leptos::prelude::*;

/// The text for an unreachable service.
#[component]
pub(crate) fn OfflineMessage() -> impl IntoView {
    let offline = use_wizard().offline;
    view! {
        <div role="alert">
            <p class="message problem" hidden=move || !offline.get()>
                {use_texts().frame.offline}
            </p>
        </div>
    }
}

/// A notice.
#[component]
pub(crate) fn NoticeMessage(notice: Notice) -> impl IntoView {
    view! { <p class="message">{notice_text(use_texts(), &use_view().screen, notice)}</p> }
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
    }
}

/// A problem that belongs to no field. It is focused if it explains why an identification failed or why no code
/// came, since that is the page's news.
#[component]
pub(crate) fn ProblemMessage(problem: Problem) -> impl IntoView {
    let text = problem_text(use_texts(), &use_view().screen, problem);
    let first = matches!(problem, Problem::EId(_) | Problem::NoCode);
    view! { <p id="problem" class="message problem" tabindex="-1" autofocus=first>{text}</p> }
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
        Problem::CodeExpired => problems.code_expired.to_owned(),
        Problem::CodeDead => problems.code_dead.to_owned(),
        Problem::TooSoon { at, wait } => (problems.too_soon)(&(time.clock)(&at), wait),
        Problem::TooMany { at } => (problems.too_many)(&(time.point)(&at)),
        Problem::TooManyAddresses { at } => (problems.too_many_addresses)(&(time.point)(&at)),
        Problem::NoCode => problems.no_code.to_owned(),
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
