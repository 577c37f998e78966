//! Helpers for times that the languages share.

use crate::wire::LocalTime;

/// Returns the name with this number, counted from one. Empty if there is none.
pub(super) fn name(names: &[&'static str], number: u8) -> &'static str {
    names.get(usize::from(number).wrapping_sub(1)).copied().unwrap_or_default()
}

/// Returns a number as two digits.
pub(super) fn two(number: u8) -> String {
    format!("{number:02}")
}

/// Returns `true` if both times are on the same day.
pub(super) fn same_day(a: &LocalTime, b: &LocalTime) -> bool {
    (a.year, a.month, a.day) == (b.year, b.month, b.day)
}

/// Converts seconds to a unit: seconds below a minute, minutes (rounded up), hours from two on. The unit is 0
/// for seconds, 1 for minutes, 2 for hours.
pub(super) fn units(seconds: u32) -> (u32, usize) {
    match seconds {
        0..60 => (seconds, 0),
        60..7200 => (seconds.div_ceil(60), 1),
        _ => (seconds.div_ceil(3600), 2),
    }
}
