//! The calendar entry of an invitation, for an admitted visitor.

use super::context::FlowContext;
use crate::{
    messages::{
        calendar::{Entry, File, Person, State},
        content::MeetingTime,
    },
    state::{AppState, InternalError},
};
use app::{backend::Visitor, fields::InvitationToken};

impl AppState {
    /// Returns the calendar entry as a file. `None` if the visitor is not admitted or the invitation was
    /// cancelled. The entry links to the invitation, never to the room.
    pub async fn calendar(
        &self,
        visitor: &Visitor,
        token: &InvitationToken,
    ) -> Result<Option<File>, InternalError> {
        let mut tx = self.store.read().await?;
        let Some(ctx) = FlowContext::read(self, &mut tx, visitor, token, false).await? else {
            return Ok(None);
        };
        if ctx.admitted(self).is_none() || ctx.invitation.is_cancelled(&ctx.meeting) {
            return Ok(None);
        }
        let time = MeetingTime {
            starts: ctx.meeting.starts_at.timestamp(),
            ends: ctx.meeting.ends_at.timestamp(),
            zone: ctx.zone()?,
        };
        let entry = Entry {
            uid: &self.calendar_uid(&ctx.invitation),
            sequence: ctx.invitation.revision(&ctx.meeting),
            written_at: ctx.meeting.changed_at.unwrap_or(ctx.meeting.created_at).timestamp(),
            time: &time,
            state: State::Planned(&self.link(&ctx.invitation)?),
            organisation: &self.settings.organisation.name,
            sender: &self.settings.sender,
            recipient: Person {
                name: ctx.invitation.name.as_deref(),
                address: &ctx.invitation.email,
            },
            language: ctx.language,
        };
        Ok(Some(entry.file()))
    }
}
