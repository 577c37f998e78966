//! Notices and problems above the page's content.

use crate::{
    components::{ids, whole::Part},
    i18n::Texts,
    pages::channel,
    wire::{Notice, Problem, Screen},
};
use leptos::prelude::*;

/// Returns a notice.
pub(crate) fn notice(words: &Texts, screen: &Screen, notice: Notice) -> AnyView {
    let text = notice_text(words, screen, notice);
    view! { <p class="message">{text}</p> }.part()
}

/// Returns the text of a notice.
pub(crate) const fn notice_text(words: &Texts, screen: &Screen, notice: Notice) -> &'static str {
    let notices = &words.notices;
    match notice {
        Notice::StartHere => notices.start_here,
        Notice::OtherBrowser => notices.other_browser,
        Notice::NotYet => notices.not_yet,
        Notice::MeetingOver => notices.meeting_over,
        Notice::SentAgain => channel(words, screen).sent_again,
        Notice::StillValid => channel(words, screen).still_valid,
        Notice::StepUp => notices.step_up,
    }
}

/// Returns a problem that belongs to no field. It is focused if it explains why an identification failed or
/// why no code came, since that is the page's news.
pub(crate) fn problem(words: &Texts, screen: &Screen, problem: Problem) -> AnyView {
    let text = problem_text(words, screen, problem);
    let first = matches!(problem, Problem::EId(_) | Problem::NoCode);
    view! { <p id=ids::PROBLEM class="message problem" tabindex="-1" autofocus=first>{text}</p> }
        .part()
}

/// Returns the text of a problem, in the visitor's terms.
pub(crate) fn problem_text(words: &Texts, screen: &Screen, problem: Problem) -> String {
    let (texts, time) = (&words.problems, &words.time);
    match problem {
        Problem::AddressMissing => texts.address_missing.to_owned(),
        Problem::AddressMalformed => texts.address_malformed.to_owned(),
        Problem::CodeMissing => channel(words, screen).missing.to_owned(),
        Problem::CodeMalformed { length } => (channel(words, screen).malformed)(length),
        Problem::CodeWrong { left } => (texts.code_wrong)(left),
        Problem::CodeExpired => texts.code_expired.to_owned(),
        Problem::CodeDead => texts.code_dead.to_owned(),
        Problem::TooSoon { at, wait } => (texts.too_soon)(&(time.clock)(&at), wait),
        Problem::TooMany { at } => (texts.too_many)(&(time.point)(&at)),
        Problem::TooManyAddresses { at } => (texts.too_many_addresses)(&(time.point)(&at)),
        Problem::NoCode => texts.no_code.to_owned(),
        Problem::RoomClosed => texts.room_closed.to_owned(),
        Problem::EId(failure) => (words.e_id.failures)(failure).to_owned(),
    }
}
