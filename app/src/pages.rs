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
    i18n::{Channel, Texts, texts},
    wire::{Method, PageView, Problem, Schedule, Screen},
};
use leptos::prelude::AnyView;

/// Returns the document's title.
pub fn title(view: &PageView) -> String {
    let error = if view.problem.is_some() { texts(view.language).frame.error } else { "" };
    [error, &heading(view), " – ", &view.organisation.name].concat()
}

/// Returns the page's heading.
pub(crate) fn heading(view: &PageView) -> String {
    let words = texts(view.language);
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
        Screen::Locked(locked) if locked.way == Method::EId => closed.locked_e_id.heading,
        Screen::Locked(_) => closed.locked.heading,
        Screen::Closed => closed.over.heading,
        Screen::Cancelled => closed.cancelled.heading,
        Screen::Ended => closed.ended.heading,
        Screen::WrongBrowser => closed.elsewhere.heading,
        Screen::NoCookies => closed.no_cookies.heading,
        Screen::NotFound => closed.not_found.heading,
        Screen::BadRequest => closed.refused.heading,
        Screen::Unavailable => closed.trouble.heading,
        Screen::Accessibility(_) => words.accessibility.title,
        Screen::Privacy(_) => words.privacy.title,
    };
    heading.to_owned()
}

/// Returns the page's content under the heading.
pub(crate) fn page(view: &PageView, words: &'static Texts) -> Vec<AnyView> {
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
pub(crate) fn page_error(view: &PageView) -> Option<Problem> {
    view.problem.filter(|problem| {
        problem.field(&view.screen).is_none() && !problem.is_resend_error(&view.screen)
    })
}

/// Returns the texts about codes for the screen's channel.
pub(crate) const fn channel<'a>(words: &'a Texts, screen: &Screen) -> &'a Channel {
    match screen {
        Screen::Code(code) if code.phone.is_some() => &words.code.sms,
        _ => &words.code.email,
    }
}

/// Returns the screen's method of identification.
pub(crate) const fn method(screen: &Screen) -> Option<Method> {
    match screen {
        Screen::Method(method) => Some(method.way),
        Screen::Address(address) => Some(address.way),
        Screen::Code(code) if code.phone.is_some() => Some(Method::SmsCode),
        Screen::Code(_) => Some(Method::EmailCode),
        Screen::Choice(_) | Screen::BankId(_) | Screen::Provider(_) => Some(Method::EId),
        _ => None,
    }
}

/// Returns a meeting's day and time. The time zone is added unless it is Sweden's and the page is in Swedish.
fn day_and_time(view: &PageView, words: &Texts, when: &Schedule) -> String {
    let span = (words.time.span)(&when.starts, &when.ends);
    if when.zone == "Europe/Stockholm" && view.language == crate::wire::Language::Swedish {
        return span;
    }
    [&span, " (", &(words.time.zone)(&when.zone), ")"].concat()
}
