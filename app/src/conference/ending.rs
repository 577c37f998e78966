//! The end of a connection to the room: for good, to the waiting room, or only a fault.

use super::end::End;
use crate::wire::{Knock, signal::Bye};

/// The next step after a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// It is over.
    Over(End),
    /// The visitor waits again.
    Wait,
    /// Enter again.
    Again,
}

/// Returns the next step after a connection that was closed with a code, perhaps with a reason before.
pub(crate) const fn after(bye: Option<Bye>, code: u16) -> Next {
    match (bye, code) {
        (Some(Bye::Ended), _) | (None, 4410) => Next::Over(End::Ended),
        (Some(Bye::Removed), _) | (None, 4403) => Next::Over(End::Removed),
        (Some(Bye::TakenOver), _) | (None, 4409) => Next::Over(End::TakenOver),
        (Some(Bye::SignedOut), _) => Next::Over(End::SignedOut),
        (None, 4502) => Next::Over(End::Unreachable),
        (Some(Bye::Waiting), _) => Next::Wait,
        // A ticket that no longer holds, a server that stops, a network that is gone.
        (Some(Bye::Moved) | None, _) => Next::Again,
    }
}

/// Returns the end that the state of a knock means. `None` if the visitor waits or may enter.
pub(crate) const fn end_of(knock: Knock) -> Option<End> {
    match knock {
        Knock::Refused => Some(End::Refused),
        Knock::Removed => Some(End::Removed),
        Knock::Ended => Some(End::Ended),
        Knock::Waiting | Knock::Admitted | Knock::Locked | Knock::Full => None,
    }
}

/// Returns the milliseconds to wait before a connection is tried again, after so many failures in a row.
pub(crate) const fn wait(failures: u32) -> u32 {
    match failures {
        0 => 0,
        1 => 500,
        2 => 1_000,
        _ => 2_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_no_end() {
        for code in [1000, 1001, 1006, 4400, 4401, 4408, 4413, 4429, 4503] {
            assert_eq!(after(None, code), Next::Again, "{code}");
        }
        assert_eq!(after(Some(Bye::Moved), 4503), Next::Again);
    }

    #[test]
    fn each_end_has_its_reason_with_a_last_message_or_without() {
        for (bye, code, end) in [
            (Bye::Ended, 4410, End::Ended),
            (Bye::Removed, 4403, End::Removed),
            (Bye::TakenOver, 4409, End::TakenOver),
        ] {
            assert_eq!(after(Some(bye), 1006), Next::Over(end));
            assert_eq!(after(None, code), Next::Over(end));
        }
        assert_eq!(after(Some(Bye::SignedOut), 4403), Next::Over(End::SignedOut));
        assert_eq!(after(None, 4502), Next::Over(End::Unreachable));
    }

    #[test]
    fn who_is_moved_to_the_waiting_room_waits() {
        assert_eq!(after(Some(Bye::Waiting), 4403), Next::Wait);
    }

    #[test]
    fn only_a_knock_that_is_decided_against_is_an_end() {
        for (knock, end) in [
            (Knock::Refused, Some(End::Refused)),
            (Knock::Removed, Some(End::Removed)),
            (Knock::Ended, Some(End::Ended)),
            (Knock::Waiting, None),
            (Knock::Admitted, None),
            (Knock::Locked, None),
            (Knock::Full, None),
        ] {
            assert_eq!(end_of(knock), end);
        }
        assert_ne!(end_of(Knock::Removed), Some(End::Left));
    }

    #[test]
    fn waits_grow_to_a_bound_and_the_first_is_none() {
        assert_eq!(wait(0), 0);
        for failures in 0..20 {
            assert!(wait(failures) <= wait(failures + 1));
            assert!(wait(failures) <= 2_000);
        }
    }
}
