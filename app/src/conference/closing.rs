//! The warning before the room closes.

/// Minutes before the end from which visitors are warned.
const WARNED: u32 = 10;

/// Returns the minutes that are left, once visitors are to be warned, and 0 before and after. Both times are in seconds
/// since 1970-01-01T00:00:00Z.
pub(crate) fn minutes_left(closes_at: i64, now: i64) -> u32 {
    let left = u32::try_from(closes_at.saturating_sub(now)).unwrap_or_default();
    let minutes = left.div_ceil(60);
    if minutes <= WARNED { minutes } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_begins_ten_minutes_ahead_and_counts_down() {
        for (left, minutes) in [
            (3_600, 0),
            (601, 0),
            (600, 10),
            (541, 10),
            (540, 9),
            (1, 1),
            (0, 0),
            (-60, 0),
            (i64::MAX - 1_796_083_200, 0),
        ] {
            assert_eq!(minutes_left(1_796_083_200 + left, 1_796_083_200), minutes, "{left}");
        }
    }

    #[test]
    fn a_warning_is_over_when_the_meeting_is_moved() {
        assert_eq!(minutes_left(1_000, 500), 9);
        assert_eq!(minutes_left(1_000 + 3_600, 500), 0);
    }
}
