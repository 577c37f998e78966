//! The built-in room: who may knock, who may enter, and who decides about others.

use super::{
    assurance::Admitted,
    invitation::{MeetingLimits, RoomState, TimeRange, opens_at, room_state},
};
use crate::clock::Time;
use app::wire::Role;
use std::time::Duration;

/// Time after which a host who was not seen inside is away.
const HOST_PRESENT: Duration = Duration::from_secs(15);

/// Time after which a server that has not registered takes no rooms. It registers every 3 seconds.
const SERVER_PRESENT: Duration = Duration::from_secs(7);
/// Time after the start of a meeting from which a host who is not there is late.
const HOST_LATE: Duration = Duration::from_mins(5);

/// Most wishes to be called that are passed on for an invitation. Anybody with the link can make them.
pub const CALLS_PASSED_ON: usize = 3;

/// The state of a guest's knock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnockState {
    /// Waits for a host.
    Waiting,
    /// May be inside.
    Admitted,
    /// Refused by a host.
    Refused,
    /// Removed by a host.
    Removed,
}

impl KnockState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Admitted, Self::Refused, Self::Removed];
}

/// The facts about a room on which decisions depend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomStatus {
    /// The state that follows from the meeting's time.
    pub door: RoomState,
    /// `true` if a host has locked it.
    pub locked: bool,
    /// `true` if a host or the sender has ended the meeting.
    pub ended: bool,
}

impl RoomStatus {
    /// Returns the status of a room that hosts have `locked` and ended at a time. What was decided about an
    /// earlier time of the meeting is over once the meeting has moved.
    pub fn of(
        limits: &MeetingLimits,
        span: TimeRange,
        (locked, ended_at): (bool, Option<Time>),
        now: Time,
    ) -> Self {
        let ended = ended_at.is_some_and(|at| at >= opens_at(limits, span));
        let moved = ended_at.is_some() && !ended;
        Self { door: room_state(limits, span, now), locked: locked && !moved, ended }
    }
}

/// Returns the time at which a room closes, even for those inside.
pub fn closes_at(limits: &MeetingLimits, span: TimeRange) -> Time {
    span.ends + limits.room_closes_after
}

/// Returns the time since which a host must have been seen to be inside.
pub fn present_since(now: Time) -> Time {
    now - HOST_PRESENT
}

/// Returns the time since which a server must have registered to take a room.
pub fn server_seen_since(now: Time) -> Time {
    now - SERVER_PRESENT
}

/// `true` if a host who was last seen at a time is inside.
pub fn is_host_here(seen_at: Option<Time>, now: Time) -> bool {
    seen_at.is_some_and(|seen| seen >= present_since(now))
}

/// The right of somebody inside to stay there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// May stay until the room closes.
    Holds {
        /// Time at which it does. The sender may have moved the meeting.
        closes_at: Time,
    },
    /// Was moved to the waiting room.
    Waiting,
    /// Was removed.
    Removed,
    /// The meeting has ended.
    Ended,
    /// The session, its proof or the invitation is over.
    SignedOut,
    /// The room was taken again since, by this server or another one.
    Moved,
}

/// `true` if a host who is not there at this time is late.
pub fn is_host_late(span: TimeRange, now: Time) -> bool {
    now >= span.starts + HOST_LATE
}

/// The reason why somebody may not do something in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoEntry {
    /// The room is not open, by the meeting's time.
    Closed,
    /// The meeting was ended.
    Ended,
    /// A host has locked it.
    Locked,
    /// The room has no seat left.
    Full,
    /// The session has not knocked.
    NotKnocked,
    /// The session's knock waits for a host.
    Waiting,
    /// The session's knock was refused.
    Refused,
    /// The session was removed.
    Removed,
}

/// Witness that a session may be in a room: its proof sufficed, and it leads the meeting or a host has admitted it. Only
/// [`enter`] creates one, so that code that asks for one can't be reached without the check.
#[derive(Debug)]
pub struct RoomEntry(());

/// Witness that a session leads a meeting whose room is open. Only [`lead`] creates one.
#[derive(Debug)]
pub struct Lead(());

/// Refuses a room that is not open.
const fn open(room: RoomStatus) -> Result<(), NoEntry> {
    if room.ended {
        return Err(NoEntry::Ended);
    }
    match room.door {
        RoomState::Open => Ok(()),
        RoomState::OpensAt(_) | RoomState::Closed => Err(NoEntry::Closed),
    }
}

/// Decides whether an admitted guest may knock. `Ok(true)`: the knock is a new one. `Ok(false)`: the one before
/// stays as it is. A guest who was turned away may knock again: the host sees it, and decides again.
pub const fn knock(
    _: &Admitted,
    earlier: Option<KnockState>,
    room: RoomStatus,
) -> Result<bool, NoEntry> {
    if let Err(reason) = open(room) {
        return Err(reason);
    }
    match earlier {
        Some(KnockState::Waiting | KnockState::Admitted) => Ok(false),
        _ if room.locked => Err(NoEntry::Locked),
        Some(KnockState::Refused | KnockState::Removed) | None => Ok(true),
    }
}

/// Returns the witness if an admitted session may enter the room, where a seat is free or not. A host needs no
/// knock, and a lock excludes nobody whom a host has admitted.
pub const fn enter(
    _: &Admitted,
    role: Role,
    knock: Option<KnockState>,
    room: RoomStatus,
    full: bool,
) -> Result<RoomEntry, NoEntry> {
    if let Err(reason) = open(room) {
        return Err(reason);
    }
    match (role, knock) {
        (Role::Host, _) | (Role::Guest, Some(KnockState::Admitted)) => {
            if full {
                Err(NoEntry::Full)
            } else {
                Ok(RoomEntry(()))
            }
        }
        (Role::Guest, None) => Err(NoEntry::NotKnocked),
        (Role::Guest, Some(KnockState::Waiting)) => Err(NoEntry::Waiting),
        (Role::Guest, Some(KnockState::Refused)) => Err(NoEntry::Refused),
        (Role::Guest, Some(KnockState::Removed)) => Err(NoEntry::Removed),
    }
}

/// Returns the witness if an admitted session leads the meeting, and its room is open.
pub const fn lead(_: &Admitted, role: Role, room: RoomStatus) -> Result<Lead, NoEntry> {
    if let Err(reason) = open(room) {
        return Err(reason);
    }
    match role {
        Role::Host => Ok(Lead(())),
        Role::Guest => Err(NoEntry::NotKnocked),
    }
}

/// `true` if a host can put a knock into a state.
pub const fn can_become(from: KnockState, to: KnockState) -> bool {
    match to {
        // A refusal may have been a mistake, and who was removed may be let back in.
        KnockState::Admitted => !matches!(from, KnockState::Admitted),
        KnockState::Waiting | KnockState::Removed => matches!(from, KnockState::Admitted),
        KnockState::Refused => matches!(from, KnockState::Waiting),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::assurance::{Level, admit},
        *,
    };
    use proptest::{prelude::*, sample::select};

    const OPEN: RoomStatus = RoomStatus { door: RoomState::Open, locked: false, ended: false };

    fn admitted() -> Admitted {
        admit(Some(Level::Loa2), Level::Loa2).expect("enough")
    }

    fn knocks() -> impl Strategy<Value = Option<KnockState>> {
        let all = KnockState::ALL.into_iter().map(Some).chain([None]);
        select(all.collect::<Vec<_>>())
    }

    fn rooms() -> impl Strategy<Value = RoomStatus> {
        let doors = select(vec![RoomState::Open, RoomState::Closed, RoomState::OpensAt(Time(1))]);
        (doors, any::<bool>(), any::<bool>()).prop_map(|(door, locked, ended)| RoomStatus {
            door,
            locked,
            ended,
        })
    }

    proptest! {
        #[test]
        fn a_guest_is_inside_only_if_let_in(
            knock in knocks(), room in rooms(), full: bool,
        ) {
            let entered = enter(&admitted(), Role::Guest, knock, room, full).is_ok();
            let open = room.door == RoomState::Open && !room.ended;
            prop_assert_eq!(entered, open && !full && knock == Some(KnockState::Admitted));
        }

        #[test]
        fn a_host_needs_no_knock(knock in knocks(), room in rooms(), full: bool) {
            let entered = enter(&admitted(), Role::Host, knock, room, full).is_ok();
            let open = room.door == RoomState::Open && !room.ended;
            prop_assert_eq!(entered, open && !full);
            prop_assert_eq!(lead(&admitted(), Role::Host, room).is_ok(), open);
            prop_assert!(lead(&admitted(), Role::Guest, room).is_err());
        }

        #[test]
        fn a_closed_or_ended_room_admits_nobody(knock in knocks(), room in rooms()) {
            if room.door != RoomState::Open || room.ended {
                prop_assert!(super::knock(&admitted(), knock, room).is_err());
                for role in [Role::Guest, Role::Host] {
                    prop_assert!(enter(&admitted(), role, knock, room, false).is_err());
                }
            }
        }

        #[test]
        fn a_knock_never_lets_itself_in(earlier in knocks(), room in rooms()) {
            // Either it waits, or it stays what it was.
            if knock(&admitted(), earlier, room) == Ok(false) {
                prop_assert!(matches!(
                    earlier,
                    Some(KnockState::Waiting | KnockState::Admitted)
                ));
            }
        }
    }

    #[test]
    fn a_lock_keeps_out_who_comes_and_nobody_who_was_let_in() {
        let locked = RoomStatus { locked: true, ..OPEN };
        for (earlier, expected) in [
            (None, Err(NoEntry::Locked)),
            (Some(KnockState::Refused), Err(NoEntry::Locked)),
            (Some(KnockState::Removed), Err(NoEntry::Locked)),
            (Some(KnockState::Waiting), Ok(false)),
            (Some(KnockState::Admitted), Ok(false)),
        ] {
            assert_eq!(knock(&admitted(), earlier, locked), expected, "{earlier:?}");
        }
        let admitted_before = Some(KnockState::Admitted);
        assert!(enter(&admitted(), Role::Guest, admitted_before, locked, false).is_ok());
    }

    #[test]
    fn who_was_turned_away_can_knock_again_and_a_second_knock_changes_nothing() {
        for (earlier, new) in [
            (None, true),
            (Some(KnockState::Refused), true),
            (Some(KnockState::Removed), true),
            (Some(KnockState::Waiting), false),
            (Some(KnockState::Admitted), false),
        ] {
            assert_eq!(knock(&admitted(), earlier, OPEN), Ok(new), "{earlier:?}");
        }
    }

    #[test]
    fn an_end_and_a_lock_are_over_once_the_meeting_has_moved() {
        let limits = MeetingLimits::default();
        let span = TimeRange { starts: Time(10_000_000), ends: Time(20_000_000) };
        let (opens, now) = (opens_at(&limits, span), Time(11_000_000));
        let of = |decided| RoomStatus::of(&limits, span, decided, now);
        assert_eq!(of((true, Some(opens))), RoomStatus { locked: true, ended: true, ..OPEN });
        assert_eq!(of((true, Some(Time(opens.0 - 1)))), OPEN);
        assert_eq!(of((true, None)), RoomStatus { locked: true, ..OPEN });
        let closes = closes_at(&limits, span);
        assert_eq!(room_state(&limits, span, closes), RoomState::Closed);
        assert_eq!(room_state(&limits, span, Time(closes.0 - 1)), RoomState::Open);
    }

    #[test]
    fn a_host_is_away_a_quarter_of_a_minute_after_the_last_sign() {
        assert!(!is_host_here(None, Time(0)));
        assert!(is_host_here(Some(Time(0)), Time(15_000)));
        assert!(!is_host_here(Some(Time(0)), Time(15_001)));
    }

    #[test]
    fn a_host_is_late_five_minutes_after_the_start() {
        let span = TimeRange { starts: Time(10_000_000), ends: Time(20_000_000) };
        assert!(!is_host_late(span, Time(10_299_999)));
        assert!(is_host_late(span, Time(10_300_000)));
    }

    #[test]
    fn a_host_decides_about_those_who_are_there() {
        for (from, to, can) in [
            (KnockState::Waiting, KnockState::Admitted, true),
            (KnockState::Waiting, KnockState::Refused, true),
            (KnockState::Waiting, KnockState::Removed, false),
            (KnockState::Admitted, KnockState::Waiting, true),
            (KnockState::Admitted, KnockState::Removed, true),
            (KnockState::Admitted, KnockState::Refused, false),
            (KnockState::Refused, KnockState::Admitted, true),
            (KnockState::Refused, KnockState::Waiting, false),
            (KnockState::Removed, KnockState::Admitted, true),
            (KnockState::Admitted, KnockState::Admitted, false),
        ] {
            assert_eq!(can_become(from, to), can, "{from:?} to {to:?}");
        }
    }
}
