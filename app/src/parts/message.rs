//! Plain messages: what the service has to say, and what was wrong.

use crate::{
    parts::{ids, whole::Part},
    wire::{Notice, Problem},
    words::Words,
};
use leptos::prelude::*;

/// A message above the page's matter.
pub(crate) fn notice(words: &Words, notice: Notice) -> AnyView {
    let text = notice_text(words, notice);
    view! { <p class="message">{text}</p> }.part()
}

/// The text of a notice.
pub(crate) const fn notice_text(words: &Words, notice: Notice) -> &'static str {
    let notices = &words.notices;
    match notice {
        Notice::StartHere => notices.start_here,
        Notice::OtherBrowser => notices.other_browser,
        Notice::NotYet => notices.not_yet,
        Notice::MeetingOver => notices.meeting_over,
        Notice::SentAgain => notices.sent_again,
        Notice::StillValid => notices.still_valid,
        Notice::StepUp => notices.not_yet,
    }
}

/// What was wrong, where it belongs to no field.
pub(crate) fn problem(words: &Words, problem: Problem) -> AnyView {
    let text = problem_text(words, problem);
    view! { <p id=ids::PROBLEM class="message problem" tabindex="-1">{text}</p> }.part()
}

/// What was wrong, in the visitor's terms.
pub(crate) fn problem_text(words: &Words, problem: Problem) -> String {
    let (texts, time) = (&words.problems, &words.time);
    match problem {
        Problem::AddressMissing => texts.address_missing.to_owned(),
        Problem::AddressMalformed => texts.address_malformed.to_owned(),
        Problem::CodeMissing => texts.code_missing.to_owned(),
        Problem::CodeMalformed { length } => (texts.code_malformed)(length),
        Problem::CodeWrong { left } => (texts.code_wrong)(left),
        Problem::CodeExpired => texts.code_expired.to_owned(),
        Problem::CodeDead => texts.code_dead.to_owned(),
        Problem::TooSoon { at, wait } => (texts.too_soon)(&(time.clock)(&at), wait),
        Problem::TooMany { at } => (texts.too_many)(&(time.point)(&at)),
        Problem::RoomClosed | Problem::EId(_) => texts.room_closed.to_owned(),
    }
}
