//! The pages, one file a step. A page is a heading and a list of parts, both pure functions of the view.

mod accessibility;
mod address;
mod bankid;
mod choice;
mod closed;
mod code;
mod invitation;
mod meeting;
mod method;
mod privacy;
mod provider;
mod room;

#[cfg(feature = "hydrate")]
pub(crate) use code::{resend_text, valid_text};

use crate::{
    wire::{Occasion, Problem, Screen, View, Way},
    words::{Channel, Words, words},
};
use leptos::prelude::AnyView;

/// Returns the document's title.
pub fn title(view: &View) -> String {
    let error = if view.problem.is_some() { words(view.language).frame.error } else { "" };
    [error, &heading(view), " – ", &view.organisation.name].concat()
}

/// Returns the page's heading.
pub(crate) fn heading(view: &View) -> String {
    let words = words(view.language);
    let closed = &words.closed;
    let heading = match &view.screen {
        Screen::Provider(leaving) => return (words.e_id.leaving)(&leaving.name),
        Screen::Method(_) => words.method.title,
        Screen::Choice(_) => words.e_id.choose,
        Screen::BankId(_) => words.e_id.title,
        Screen::Address(_) => words.address.title,
        Screen::Code(_) => channel(words, &view.screen).title,
        Screen::Invitation(_) => words.invitation.title,
        Screen::Meeting(meeting) if meeting.when.opens_in > 0 => words.meeting.title_closed,
        Screen::Meeting(_) => words.meeting.title_open,
        Screen::Room(_) => words.room.title,
        Screen::Locked(locked) if locked.way == Way::EId => closed.locked_e_id.heading,
        Screen::Locked(_) => closed.locked.heading,
        Screen::Over => closed.over.heading,
        Screen::Cancelled => closed.cancelled.heading,
        Screen::Ended => closed.ended.heading,
        Screen::Elsewhere => closed.elsewhere.heading,
        Screen::NoCookies => closed.no_cookies.heading,
        Screen::NotFound => closed.not_found.heading,
        Screen::Refused => closed.refused.heading,
        Screen::Trouble => closed.trouble.heading,
        Screen::Accessibility(_) => words.accessibility.title,
        Screen::Privacy(_) => words.privacy.title,
    };
    heading.to_owned()
}

/// Returns the page's content under the heading.
pub(crate) fn page(view: &View, words: &'static Words) -> Vec<AnyView> {
    match &view.screen {
        Screen::Method(method) => method::page(view, words, method),
        Screen::Address(address) => address::page(view, words, address),
        Screen::Code(code) => code::page(view, words, code),
        Screen::Invitation(invitation) => invitation::page(view, words, invitation),
        Screen::Meeting(meeting) => meeting::page(view, words, meeting),
        Screen::Choice(choice) => choice::page(view, words, choice),
        Screen::BankId(bankid) => bankid::page(view, words, bankid),
        Screen::Provider(leaving) => provider::page(view, words, leaving),
        Screen::Room(room) => room::page(words, room),
        Screen::Accessibility(statement) => accessibility::page(view, words, statement),
        Screen::Privacy(notice) => privacy::page(view, words, notice),
        _ => closed::page(view, words),
    }
}

/// Returns the problem that no part of the page shows beside its field or button.
pub(crate) fn stray_problem(view: &View) -> Option<Problem> {
    view.problem.filter(|problem| {
        problem.field(&view.screen).is_none() && !problem.asked_early(&view.screen)
    })
}

/// Returns the texts about codes for the screen's channel.
pub(crate) const fn channel<'a>(words: &'a Words, screen: &Screen) -> &'a Channel {
    match screen {
        Screen::Code(code) if code.phone.is_some() => &words.code.sms,
        _ => &words.code.email,
    }
}

/// Returns the screen's method of identification.
pub(crate) const fn way(screen: &Screen) -> Option<Way> {
    match screen {
        Screen::Method(method) => Some(method.way),
        Screen::Address(address) => Some(address.way),
        Screen::Code(code) if code.phone.is_some() => Some(Way::SmsCode),
        Screen::Code(_) => Some(Way::EmailCode),
        Screen::Choice(_) | Screen::BankId(_) | Screen::Provider(_) => Some(Way::EId),
        _ => None,
    }
}

/// Returns a meeting's day and time. The time zone is added unless it is Sweden's and the page is in Swedish.
fn day_and_time(view: &View, words: &Words, when: &Occasion) -> String {
    let span = (words.time.span)(&when.starts, &when.ends);
    if when.zone == "Europe/Stockholm" && view.language == crate::wire::Language::Swedish {
        return span;
    }
    [&span, " (", &(words.time.zone)(&when.zone), ")"].concat()
}
