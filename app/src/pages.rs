//! One file a step. A page is a heading and a list of parts, both pure functions of the view.

mod accessibility;
mod address;
mod closed;
mod code;
mod invitation;
mod meeting;
mod method;
mod privacy;
mod room;

#[cfg(feature = "hydrate")]
pub(crate) use code::{resend_text, valid_text};

use crate::{
    wire::{Occasion, Problem, Screen, View},
    words::{Words, words},
};
use leptos::prelude::AnyView;

/// The document's title.
pub fn title(view: &View) -> String {
    let error = if view.problem.is_some() { words(view.language).frame.error } else { "" };
    [error, &heading(view), " – ", &view.organisation.name].concat()
}

/// The page's heading.
pub(crate) fn heading(view: &View) -> String {
    let words = words(view.language);
    let closed = &words.closed;
    let heading = match &view.screen {
        Screen::Method(_) => words.method.title,
        Screen::Choice(_) | Screen::BankId(_) | Screen::Provider(_) => words.method.title,
        Screen::Address(_) => words.address.title,
        Screen::Code(_) => words.code.title,
        Screen::Invitation(_) => words.invitation.title,
        Screen::Meeting(meeting) if meeting.when.opens_in > 0 => words.meeting.title_closed,
        Screen::Meeting(_) => words.meeting.title_open,
        Screen::Room(_) => words.room.title,
        Screen::Locked(_) => closed.locked.heading,
        Screen::Over => closed.over.heading,
        Screen::Cancelled => closed.cancelled.heading,
        Screen::Ended | Screen::Elsewhere => closed.ended.heading,
        Screen::NotFound => closed.not_found.heading,
        Screen::Refused => closed.refused.heading,
        Screen::Trouble => closed.trouble.heading,
        Screen::Accessibility(_) => words.accessibility.title,
        Screen::Privacy(_) => words.privacy.title,
    };
    heading.to_owned()
}

/// What stands under the heading.
pub(crate) fn page(view: &View, words: &'static Words) -> Vec<AnyView> {
    match &view.screen {
        Screen::Method(method) => method::page(view, words, method),
        Screen::Address(address) => address::page(view, words, address),
        Screen::Code(code) => code::page(view, words, code),
        Screen::Invitation(invitation) => invitation::page(view, words, invitation),
        Screen::Meeting(meeting) => meeting::page(view, words, meeting),
        Screen::Choice(_) | Screen::BankId(_) | Screen::Provider(_) => Vec::new(),
        Screen::Room(room) => room::page(words, room),
        Screen::Accessibility(statement) => accessibility::page(view, words, statement),
        Screen::Privacy(notice) => privacy::page(view, words, notice),
        _ => closed::page(view, words),
    }
}

/// What was wrong, where no part of the page says so beside what it belongs to.
pub(crate) fn stray_problem(view: &View) -> Option<Problem> {
    view.problem.filter(|problem| {
        problem.field(&view.screen).is_none() && !problem.asked_early(&view.screen)
    })
}

/// A meeting's day and time, with the zone named for those who may not be in it.
fn day_and_time(view: &View, words: &Words, when: &Occasion) -> String {
    let span = (words.time.span)(&when.starts, &when.ends);
    if when.zone == "Europe/Stockholm" && view.language == crate::wire::Language::Swedish {
        return span;
    }
    [&span, " (", &(words.time.zone)(&when.zone), ")"].concat()
}
