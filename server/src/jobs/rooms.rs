//! Upkeep of the built-in rooms that this process holds: leases, the presence of hosts, and seats of people who do
//! not come back.

use crate::{
    conference::{Conferences, LiveRoom, seats::Person},
    identification::seats::Standing,
    model::RoomLease,
    state::{AppState, InternalError},
};
use std::time::Duration;

/// The interval of the upkeep. A lease lasts for several.
pub const KEEP_EVERY: Duration = Duration::from_secs(3);

/// Keeps up the rooms of this process once. A fault in one of them delays no other.
///
/// # Errors
/// Returns the last fault.
pub async fn keep_rooms(state: &AppState) -> Result<(), InternalError> {
    let Some(conferences) = &state.conferences else { return Ok(()) };
    let mut done = Ok(());
    for room in conferences.live() {
        done = keep(state, conferences, &room).await.and(done);
    }
    for (meeting, epoch, person) in conferences.kept() {
        let lease = RoomLease { server: state.server.clone(), epoch };
        let (invitation, session) = (&person.invitation, &person.session);
        match state.entry_holds(invitation, person.generation, session, &lease, false).await {
            Ok(Standing::Holds { .. }) => {}
            Ok(_) if conferences.free_kept(&meeting, &person) => {
                done = left(state, &meeting, &person).await.and(done);
            }
            Ok(_) => {}
            Err(fault) => done = Err(fault),
        }
    }
    for (meeting, person) in conferences.free_overdue(state.clock.now()) {
        done = left(state, &meeting, &person).await.and(done);
    }
    done
}

async fn keep(
    state: &AppState,
    conferences: &Conferences,
    room: &LiveRoom,
) -> Result<(), InternalError> {
    let lease = RoomLease { server: state.server.clone(), epoch: room.epoch };
    if !state.keep_room(&room.meeting, &lease).await? {
        conferences.give_up(&room.meeting);
    } else if room.has_host {
        state.mark_host_seen(&room.meeting).await?;
    }
    Ok(())
}

async fn left(state: &AppState, meeting: &str, person: &Person) -> Result<(), InternalError> {
    state.note_left(meeting, &person.invitation).await
}
