//! The end of a meeting in a built-in room, by its sender.

use super::error::MeetingError;
use crate::{model::Event, rules::invitation::RoomState, state::AppState, store::Tx};

impl AppState {
    /// Ends a meeting for everybody in its built-in room. Does nothing if it has ended.
    ///
    /// # Errors
    /// Fails if there is no such meeting, it was cancelled, its room is another service's, or has not opened.
    pub async fn end_meeting(&self, id: &str) -> Result<(), MeetingError> {
        let (state, meeting, now) = (self.clone(), id.to_owned(), self.clock.now());
        let job = async move |tx: &mut Tx| {
            tx.lock_meeting(&meeting).await?;
            let found = tx.meeting(&meeting).await?.ok_or(MeetingError::NoMeeting)?;
            if !found.room.has_lobby() {
                return Err(MeetingError::NotBuiltIn);
            }
            if found.cancelled_at.is_some() {
                return Err(MeetingError::Cancelled);
            }
            let room = tx.lock_room(&meeting, now).await?;
            let status = state.room_status(&found, Some(&room), now);
            match status.door {
                RoomState::OpensAt(_) => Err(MeetingError::NotOpen),
                RoomState::Open if !status.ended => {
                    tx.end_room(&meeting, now).await?;
                    tx.add_event(&meeting, &Event::new("ended", None, now)).await?;
                    tx.change_room(&meeting, now).await?;
                    Ok(())
                }
                RoomState::Open | RoomState::Closed => Ok(()),
            }
        };
        self.store.write(job).await?;
        self.tell_lobby(id);
        Ok(())
    }
}
