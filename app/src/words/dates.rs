//! What the languages' ways of writing times have in common.

use crate::wire::Moment;

/// The name at this place of a list that is counted from one; nothing where there is none.
pub(super) fn name(names: &[&'static str], number: u8) -> &'static str {
    names.get(usize::from(number).wrapping_sub(1)).copied().unwrap_or_default()
}

/// Two digits.
pub(super) fn two(number: u8) -> String {
    format!("{number:02}")
}

/// Whether both are on one day.
pub(super) fn same_day(a: &Moment, b: &Moment) -> bool {
    (a.year, a.month, a.day) == (b.year, b.month, b.day)
}

/// Seconds as a number of units: seconds below a minute, else minutes rounded up, hours from two on.
/// The unit is 0 for seconds, 1 for minutes, 2 for hours.
pub(super) fn units(seconds: u32) -> (u32, usize) {
    match seconds {
        0..60 => (seconds, 0),
        60..7200 => (seconds.div_ceil(60), 1),
        _ => (seconds.div_ceil(3600), 2),
    }
}
