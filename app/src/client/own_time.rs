//! Times in the visitor's time zone, which only the browser knows.

use crate::wire::LocalTime;
use js_sys::Date;
use wasm_bindgen::JsValue;

/// Returns a time in the visitor's time zone.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "the parts of a date are small"
)]
pub(crate) fn own_time(time: &LocalTime) -> LocalTime {
    let date = Date::new(&JsValue::from_f64(time.unix as f64 * 1_000.0));
    LocalTime {
        unix: time.unix,
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
