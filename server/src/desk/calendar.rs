//! The calendar entry of an invitation, for an admitted visitor.

use super::{Desk, Fault, situation::Situation};
use crate::{
    deliver::{
        calendar::{Entry, File, Person, State},
        letter::MeetingTime,
    },
    store::records::{Invitation, Meeting},
};
use app::{fields::InvitationToken, gate::Visitor};

impl Desk {
    /// Returns the calendar entry as a file. `None` if the visitor is not admitted or the invitation was
    /// cancelled. The entry links to the invitation, never to the room.
    pub async fn calendar(
        &self,
        visitor: &Visitor,
        token: &InvitationToken,
    ) -> Result<Option<File>, Fault> {
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
            sequence: revision(&at.meeting, &at.invitation),
            written_at: at.meeting.changed_at.unwrap_or(at.meeting.created_at).timestamp(),
            time: &time,
            state: State::Planned(&self.link(&at.invitation)?),
            organisation: &self.settings.organisation.name,
            sender: &self.settings.sender,
            recipient: Person {
                name: at.invitation.name.as_deref(),
                address: &at.invitation.email,
            },
            language: at.language,
        };
        Ok(Some(entry.file()))
    }
}

/// Returns the SEQUENCE of an invitation's calendar entry. It grows with every change of the meeting and with
/// every new link, because the entry holds both.
pub(crate) fn revision(meeting: &Meeting, invitation: &Invitation) -> u32 {
    u32::try_from(meeting.sequence.saturating_add(invitation.generation)).unwrap_or(0)
}
