//! States of an invitation and its room over time.

use super::bounds::{DAY, duration};
use crate::clock::Time;
use serde::Deserialize;
use std::time::Duration;

/// Times around a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct MeetingLimits {
    /// Time before the start at which the room opens.
    #[serde(deserialize_with = "duration::<_, 0, DAY>")]
    pub room_opens_before: Duration,
    /// Time after the end at which the room closes. Meetings overrun, and connections break. Proofs hold as
    /// long, so it is not configured itself.
    #[serde(skip)]
    pub room_closes_after: Duration,
    /// Time after the end at which the invitation closes.
    #[serde(deserialize_with = "duration::<_, 0, { 30 * DAY }>")]
    pub closes_after: Duration,
}

/// A meeting's time.
#[derive(Clone, Copy, Debug)]
pub struct TimeRange {
    /// Its start.
    pub starts: Time,
    /// Its end.
    pub ends: Time,
}

/// State of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationState {
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
pub fn state(
    limits: &MeetingLimits,
    span: TimeRange,
    cancelled: bool,
    now: Time,
) -> InvitationState {
    if cancelled {
        InvitationState::Cancelled
    } else if now >= span.ends + limits.closes_after {
        InvitationState::Over
    } else if now >= span.ends {
        InvitationState::Ended
    } else {
        InvitationState::Open
    }
}

/// State of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomState {
    /// Closed until this time.
    OpensAt(Time),
    /// Open.
    Open,
    /// Closed from now on.
    Closed,
}

/// Returns the time at which the room opens.
pub fn opens_at(limits: &MeetingLimits, span: TimeRange) -> Time {
    span.starts - limits.room_opens_before
}

/// Returns the state of the room of a meeting that was not cancelled.
pub fn room_state(limits: &MeetingLimits, span: TimeRange, now: Time) -> RoomState {
    let opens = opens_at(limits, span);
    if now < opens {
        RoomState::OpensAt(opens)
    } else if now < span.ends + limits.room_closes_after {
        RoomState::Open
    } else {
        RoomState::Closed
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
            let span = TimeRange { starts: Time(starts), ends: Time(starts + lasts) };
            let now = Time(now);
            let life = state(&limits, span, false, now);
            if room_state(&limits, span, now) == RoomState::Open {
                prop_assert!(matches!(life, InvitationState::Open | InvitationState::Ended));
            }
            prop_assert_eq!(life == InvitationState::Open, now < span.ends);
        }

        #[test]
        fn a_cancelled_meeting_stays_cancelled(now: i64) {
            let span = TimeRange { starts: Time(0), ends: Time(1) };
            prop_assert_eq!(state(&MeetingLimits::default(), span, true, Time(now)), InvitationState::Cancelled);
        }
    }

    #[test]
    fn the_room_opens_a_quarter_before_the_start() {
        let span = TimeRange { starts: Time(3_600_000), ends: Time(7_200_000) };
        let limits = MeetingLimits::default();
        assert_eq!(room_state(&limits, span, Time(2_699_999)), RoomState::OpensAt(Time(2_700_000)));
        assert_eq!(room_state(&limits, span, Time(2_700_000)), RoomState::Open);
        assert_eq!(room_state(&limits, span, Time(7_200_000 + 7_200_000)), RoomState::Closed);
    }
}
