//! The calendar entry of an opened invitation.

use super::{Desk, Fault, situation::Situation};
use crate::deliver::{calendar::Entry, letter::MeetingTime};
use app::{fields::InvitationToken, gate::Visitor};

impl Desk {
    /// The calendar entry as a file, for a visitor who was admitted; it leads back to the
    /// invitation, never to the room.
    pub async fn calendar(
        &self,
        visitor: &Visitor,
        token: &InvitationToken,
    ) -> Result<Option<String>, Fault> {
        let mut tx = self.store.read().await?;
        let Some(at) = Situation::read(self, &mut *tx, visitor, token, false).await? else {
            return Ok(None);
        };
        if at.admitted(self).is_none() || at.invitation.is_cancelled(&at.meeting) {
            return Ok(None);
        }
        let time = MeetingTime {
            starts: at.meeting.starts_at.timestamp(),
            ends: at.meeting.ends_at.timestamp(),
            zone: at.zone()?,
        };
        let entry = Entry {
            uid: &self.calendar_uid(&at.invitation),
            sequence: u32::try_from(at.meeting.sequence).unwrap_or(0),
            written_at: at.meeting.created_at.timestamp(),
            time: &time,
            link: &self.link(&at.invitation)?,
            organisation: &self.settings.organisation.name,
            language: at.language,
        };
        Ok(Some(entry.file()))
    }
}
