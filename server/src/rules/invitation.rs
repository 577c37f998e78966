//! States of an invitation and its room over time.

use crate::clock::Time;
use std::time::Duration;

/// Times around a meeting.
#[derive(Clone, Debug)]
pub struct MeetingLimits {
    /// Time before the start at which the room opens.
    pub room_opens_before: Duration,
    /// Time after the end at which the room closes. Meetings overrun, and connections break.
    pub room_closes_after: Duration,
    /// Time after the end at which the invitation closes.
    pub closes_after: Duration,
}

impl Default for MeetingLimits {
    fn default() -> Self {
        Self {
            room_opens_before: Duration::from_mins(15),
            room_closes_after: Duration::from_hours(2),
            closes_after: Duration::from_hours(24),
        }
    }
}

/// A meeting's time.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// Its start.
    pub starts: Time,
    /// Its end.
    pub ends: Time,
}

/// State of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// Open for identification.
    Open,
    /// Open, though the meeting's time has passed.
    Ended,
    /// Closed.
    Over,
    /// Cancelled by the sender.
    Cancelled,
}

/// Returns the state of an invitation.
pub fn life(limits: &MeetingLimits, span: Span, cancelled: bool, now: Time) -> Life {
    if cancelled {
        Life::Cancelled
    } else if now >= span.ends + limits.closes_after {
        Life::Over
    } else if now >= span.ends {
        Life::Ended
    } else {
        Life::Open
    }
}

/// State of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Closed until this time.
    OpensAt(Time),
    /// Open.
    Open,
    /// Closed from now on.
    Closed,
}

/// Returns the time at which the room opens.
pub fn opens_at(limits: &MeetingLimits, span: Span) -> Time {
    span.starts - limits.room_opens_before
}

/// Returns the state of the room of a meeting that was not cancelled.
pub fn door(limits: &MeetingLimits, span: Span, now: Time) -> Door {
    let opens = opens_at(limits, span);
    if now < opens {
        Door::OpensAt(opens)
    } else if now < span.ends + limits.room_closes_after {
        Door::Open
    } else {
        Door::Closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_room_is_open_only_while_its_invitation_is(
            starts in 0_i64..1_000_000_000, lasts in 1_i64..100_000_000, now in 0_i64..2_000_000_000,
        ) {
            let limits = MeetingLimits::default();
            let span = Span { starts: Time(starts), ends: Time(starts + lasts) };
            let now = Time(now);
            let life = life(&limits, span, false, now);
            if door(&limits, span, now) == Door::Open {
                prop_assert!(matches!(life, Life::Open | Life::Ended));
            }
            prop_assert_eq!(life == Life::Open, now < span.ends);
        }

        #[test]
        fn a_cancelled_meeting_stays_cancelled(now: i64) {
            let span = Span { starts: Time(0), ends: Time(1) };
            prop_assert_eq!(life(&MeetingLimits::default(), span, true, Time(now)), Life::Cancelled);
        }
    }

    #[test]
    fn the_room_opens_a_quarter_before_the_start() {
        let span = Span { starts: Time(3_600_000), ends: Time(7_200_000) };
        let limits = MeetingLimits::default();
        assert_eq!(door(&limits, span, Time(2_699_999)), Door::OpensAt(Time(2_700_000)));
        assert_eq!(door(&limits, span, Time(2_700_000)), Door::Open);
        assert_eq!(door(&limits, span, Time(7_200_000 + 7_200_000)), Door::Closed);
    }
}
