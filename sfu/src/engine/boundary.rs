//! The boundary of faults: a panic ends one person's connection, and everybody else stays.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::LOG_TARGET;
use crate::counters::{Counters, count};
use crate::names::{RoomId, SeatId};

use super::Engine;

impl Engine {
    /// Does something. Returns `None` if it panics.
    pub(super) fn guard<T>(&mut self, act: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let done = catch_unwind(AssertUnwindSafe(|| act(self)));
        if done.is_err() {
            report(&self.counters);
        }
        done.ok()
    }

    /// Does something for a seat. Removes the seat and returns `None` if it panics.
    pub(super) fn guard_seat<T>(
        &mut self,
        id: SeatId,
        act: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        let done = self.guard(act);
        if done.is_none() {
            self.guard_removal(id, true);
        }
        done
    }

    /// Removes a seat, and the whole room if that panics. The seat would otherwise stay taken.
    pub(super) fn guard_removal(&mut self, id: SeatId, tell: bool) {
        let room = self.members.get(&id).map(|member| member.room.clone());
        if self.guard(|engine| engine.remove(id, tell)).is_none()
            && let Some(room) = room
        {
            self.end_room(&room);
        }
    }

    /// Removes everybody in a room whose state is not to be trusted.
    pub(super) fn end_room(&mut self, room: &RoomId) {
        self.rooms.remove(room);
        let seats = self.members.iter().filter(|(_, member)| member.room == *room);
        let seats: Vec<SeatId> = seats.map(|(&id, _)| id).collect();
        for id in seats {
            self.guard(|engine| engine.remove(id, true));
        }
    }
}

/// Does something. Counts, logs and returns `None` if it panics.
pub(super) fn guard<T>(counters: &Counters, act: impl FnOnce() -> T) -> Option<T> {
    let done = catch_unwind(AssertUnwindSafe(act));
    if done.is_err() {
        report(counters);
    }
    done.ok()
}

fn report(counters: &Counters) {
    count(&counters.panics);
    tracing::error!(target: LOG_TARGET, "a media connection panicked");
}
