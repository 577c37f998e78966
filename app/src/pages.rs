//! The pages, one file a step: its HTML, as a component.

#[cfg(not(feature = "hydrate"))]
mod accessibility;
mod address;
mod bankid;
#[cfg(not(feature = "hydrate"))]
mod check;
mod choice;
mod closed;
mod code;
mod invitation;
mod meeting;
mod method;
#[cfg(not(feature = "hydrate"))]
mod privacy;
mod provider;
mod room;

use crate::{
    Wizard, client,
    i18n::{Channel, Texts, texts},
    wire::{Method, Notice, PageView, Problem, Schedule, Screen},
    wizard::{effect, use_view, use_wizard},
};
use leptos::prelude::*;

/// Returns the document's title.
pub fn title(view: &PageView) -> String {
    let error = if view.problem.is_some() { texts(view.language).frame.error } else { "" };
    [error, &heading(view), " – ", &view.organisation.name].concat()
}

/// Returns the page's heading.
pub(crate) fn heading(view: &PageView) -> String {
    let texts = texts(view.language);
    let closed = &texts.closed;
    let heading = match &view.screen {
        Screen::Provider(leaving) => return (texts.e_id.leaving)(&leaving.name),
        Screen::Method(_) => texts.method.title,
        Screen::Choice(_) => texts.e_id.choose,
        Screen::BankId(_) => texts.e_id.title,
        Screen::Address(_) => texts.address.title,
        Screen::Code(_) => channel(texts, &view.screen).title,
        Screen::Invitation(_) => texts.invitation.title,
        #[cfg(not(feature = "hydrate"))]
        Screen::Check(_) => texts.room_page.title,
        #[cfg(not(feature = "hydrate"))]
        Screen::Meeting(meeting) if meeting.conference.is_some() => texts.room_page.title,
        Screen::Meeting(meeting) if meeting.when.opens_in > 0 => texts.meeting.title_closed,
        Screen::Meeting(_) => texts.meeting.title_open,
        Screen::Room(_) => texts.room.title,
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
        #[cfg(not(feature = "hydrate"))]
        Screen::Accessibility(_) => texts.accessibility.title,
        #[cfg(not(feature = "hydrate"))]
        Screen::Reported => texts.accessibility.reported.heading,
        #[cfg(not(feature = "hydrate"))]
        Screen::Privacy(_) => texts.privacy.title,
    };
    heading.to_owned()
}

/// The page under its heading.
#[component]
pub(crate) fn PageContent() -> impl IntoView {
    match use_view().screen.clone() {
        Screen::Method(page) => view! { <method::Page page/> }.into_any(),
        Screen::Address(page) => view! { <address::Page page/> }.into_any(),
        Screen::Code(code) => view! { <code::Page code/> }.into_any(),
        Screen::Choice(choice) => view! { <choice::Page choice/> }.into_any(),
        Screen::BankId(bankid) => view! { <bankid::Page bankid/> }.into_any(),
        Screen::Provider(provider) => view! { <provider::Page provider/> }.into_any(),
        Screen::Invitation(invitation) => view! { <invitation::Page invitation/> }.into_any(),
        #[cfg(not(feature = "hydrate"))]
        Screen::Check(test) => view! { <check::Page test/> }.into_any(),
        Screen::Meeting(meeting) => view! { <meeting::Page meeting/> }.into_any(),
        Screen::Room(room) => view! { <room::Page room/> }.into_any(),
        #[cfg(not(feature = "hydrate"))]
        Screen::Accessibility(statement) => view! { <accessibility::Page statement/> }.into_any(),
        #[cfg(not(feature = "hydrate"))]
        Screen::Reported => view! { <accessibility::Reported/> }.into_any(),
        #[cfg(not(feature = "hydrate"))]
        Screen::Privacy(notice) => view! { <privacy::Page notice/> }.into_any(),
        screen => view! { <closed::Page screen/> }.into_any(),
    }
}

/// The line above the heading, if any.
#[component]
pub(crate) fn AboveHeading() -> impl IntoView {
    match &use_view().screen {
        Screen::Invitation(invitation) => {
            let name = invitation.identified_as.clone();
            view! { <invitation::Done name/> }.into_any()
        }
        _ => ().into_any(),
    }
}

/// `true` if the page says above its heading that the identification is done.
pub(crate) const fn is_done(view: &PageView) -> bool {
    matches!(view.screen, Screen::Invitation(_))
}

/// `true` if the page is about a code that no longer works.
#[cfg(feature = "hydrate")]
pub(crate) const fn is_over(view: &PageView) -> bool {
    matches!(&view.screen, Screen::Code(code) if code.is_over())
}

/// Returns the notice that no part of the page shows at its button.
pub(crate) fn page_notice(view: &PageView) -> Option<Notice> {
    view.notice.filter(|notice| *notice != Notice::SentAgain)
}

/// Returns the problem that no part of the page shows beside its field or button.
pub(crate) fn page_error(view: &PageView) -> Option<Problem> {
    view.problem.filter(|problem| {
        problem.field(&view.screen).is_none() && !problem.is_resend_error(&view.screen)
    })
}

/// Returns the texts about codes for the screen's channel.
pub(crate) const fn channel<'a>(texts: &'a Texts, screen: &Screen) -> &'a Channel {
    match screen {
        Screen::Code(code) if code.phone.is_some() => &texts.code.sms,
        _ => &texts.code.email,
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

/// Requests the page `due` seconds after its view arrived, and then every so many milliseconds. `passed` counts the
/// seconds since it arrived.
pub(crate) fn poll_from(wizard: Wizard, due: u32, passed: u32, every: f64) {
    if passed >= due {
        client::poll(wizard, if passed == due { 0.0 } else { every });
    }
}

/// Milliseconds between two requests for whether the room is open.
const POLLED_EVERY: f64 = 30_000.0;

/// Asks whether the room is open: when it should open, and from time to time while the visitor waits. The meeting
/// may be rescheduled, and the service's clock may differ.
fn poll_opening(when: &Schedule) {
    let wizard = use_wizard();
    let opens_in = when.opens_in;
    let waits = use_view().screen.waits();
    effect(move || {
        let passed = wizard.elapsed.get();
        if opens_in > 0 && passed == opens_in {
            client::poll(wizard, 0.0);
        } else if waits {
            client::poll(wizard, POLLED_EVERY);
        }
    });
}
