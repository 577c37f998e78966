//! Page content that changes with time: a code's validity, a room that opens, the session's end.

use super::{
    LOOKED, Live, SINCE, WARNED, dom, progress, rescue,
    travel::{look, look_for_delay},
};
use crate::{
    components::ids,
    i18n::{Texts, texts},
    pages::{resend_text, valid_text},
    wire::{Invitation, LocalTime, PageView, Schedule, Screen, Session},
};
use js_sys::Date;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::window;

/// Milliseconds between two requests for what may change while the visitor waits.
const EVERY: f64 = 30_000.0;

/// Milliseconds between two requests for the state of mail, while the visitor waits for a code.
const DELAY_EVERY: f64 = 15_000.0;

/// Seconds after a code's expiry in which the service is still asked whether its mail was sent.
const AFTERWARDS: u32 = 60;

/// Starts the clock, which ticks once a second.
pub(super) fn start(live: Live) {
    let Some(window) = window() else { return };
    let tick = Closure::<dyn Fn()>::new(move || {
        live.with(|view| tick(live, view));
    });
    let ticking = window.set_interval_with_callback_and_timeout_and_arguments_0(
        tick.as_ref().unchecked_ref(),
        1_000,
    );
    rescue::stops(ticking.unwrap_or_default());
    tick.forget();
}

fn tick(live: Live, view: &PageView) {
    let words = texts(view.language);
    let passed = seconds_since(SINCE.get());
    let mut due = false;
    match &view.screen {
        Screen::Code(code) => {
            dom::write(ids::VALID, &valid_text(words, code, passed));
            dom::write(ids::RESEND, &resend_text(words, code, passed));
            let waited_for =
                code.valid_for > 0 && passed < code.valid_for.saturating_add(AFTERWARDS);
            if waited_for && Date::now() - LOOKED.get() >= DELAY_EVERY {
                LOOKED.set(Date::now());
                look_for_delay(live, view.path.clone());
            }
        }
        Screen::Invitation(invitation) => {
            own_time(words, invitation);
            due = opening(&view.screen, &invitation.when, passed);
        }
        Screen::BankId(_) => progress::tick(live, view),
        Screen::Meeting(meeting) => due = opening(&view.screen, &meeting.when, passed),
        _ => {}
    }
    if let Some(session) = &view.session {
        due |= ending(words, session, passed);
    }
    if due {
        LOOKED.set(Date::now());
        look(live, view.path.clone());
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float is cut to the range of whole seconds"
)]
fn seconds_since(then: f64) -> u32 {
    ((Date::now() - then) / 1_000.0) as u32
}

/// Returns `true` if the service must be asked whether the room is open. That is when it should open, and
/// every 30 seconds while the visitor waits. The meeting may be rescheduled, and the service's clock may
/// differ.
fn opening(screen: &Screen, when: &Schedule, passed: u32) -> bool {
    when.opens_in > 0 && passed == when.opens_in
        || screen.waits() && Date::now() - LOOKED.get() >= EVERY
}

/// Shows the warning before the session's end. Returns `true` if the end has come and the service must be
/// asked.
fn ending(words: &Texts, session: &Session, passed: u32) -> bool {
    let left = session.ends_in.saturating_sub(passed);
    if left == 0 {
        return Date::now() - LOOKED.get() >= EVERY || passed == session.ends_in;
    }
    if left <= session.warned_before {
        dom::write(ids::WARNING_TIME, &(words.session.soon)(&(words.time.length)(left)));
        if !WARNED.replace(true) {
            dom::open_dialog(ids::WARNING);
        }
    }
    false
}

/// Shows the meeting's time in the visitor's time zone, if its offset differs.
fn own_time(words: &Texts, invitation: &Invitation) {
    let when = &invitation.when;
    let (starts, ends) = (local(&when.starts), local(&when.ends));
    if starts.offset != when.starts.offset {
        let span = (words.time.span)(&starts, &ends);
        dom::write(ids::OWN_TIME, &(words.invitation.your_time)(&span));
        dom::show(ids::OWN_TIME, true);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "the parts of a date are small"
)]
fn local(moment: &LocalTime) -> LocalTime {
    let date = Date::new(&JsValue::from_f64(moment.unix as f64 * 1_000.0));
    LocalTime {
        unix: moment.unix,
        offset: -(date.get_timezone_offset() as i16),
        year: date.get_full_year() as i16,
        month: date.get_month() as u8 + 1,
        day: date.get_date() as u8,
        weekday: match date.get_day() as u8 {
            0 => 7,
            day => day,
        },
        hour: date.get_hours() as u8,
        minute: date.get_minutes() as u8,
    }
}
