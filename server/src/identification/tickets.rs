//! Tickets of built-in rooms, for those who may be inside.

use super::{
    context::FlowContext,
    lobby::{identified, public_name},
    seats::Entry,
};
use crate::{
    clock::Time,
    conference::{Conferences, seats::Person, ticket::Opens, turn},
    rules::room::RoomEntry,
    state::{AppState, InternalError},
};
use app::{
    backend::{PageRef, PageResponse, Visitor},
    fields::InvitationToken,
    wire::signal::RoomTicket,
};
use std::{sync::Arc, time::Duration};

/// Time for which a connection that is tried out may use TURN servers.
const CHECKED: Duration = Duration::from_mins(2);

/// A ticket, or the page that says why there is none.
pub(crate) type Ticketed = Result<RoomTicket, Box<PageResponse>>;

impl AppState {
    /// Returns a ticket for the room, to somebody who may enter it.
    pub async fn room_ticket(
        &self,
        visitor: &Visitor,
        token: &InvitationToken,
    ) -> Result<Ticketed, InternalError> {
        let Some(conferences) = &self.conferences else { return Ok(Err(self.no_room(visitor))) };
        let live = Arc::clone(conferences);
        let full = move |meeting: &str, seat: (&str, &str)| live.is_full(meeting, seat);
        let entry = match self.room_entry(visitor, token, full).await? {
            Ok(entry) => entry,
            Err(answer) => return Ok(Err(Box::new(answer))),
        };
        let closes_at = entry.closes_at;
        let server = entry.lease.server.clone();
        let (person, opens) = opened(entry);
        Ok(Ok(self.ticket(conferences, &server, person, opens, closes_at)?))
    }

    /// Returns a ticket for a connection that nobody hears, to somebody who has identified. Days ahead, too.
    pub async fn check_ticket(
        &self,
        visitor: &Visitor,
        token: &InvitationToken,
    ) -> Result<Ticketed, InternalError> {
        let Some(conferences) = &self.conferences else { return Ok(Err(self.no_room(visitor))) };
        let mut tx = self.store.read().await?;
        let Some(ctx) = FlowContext::read(self, &mut tx, visitor, token, false).await? else {
            return Ok(Err(self.no_room(visitor)));
        };
        drop(tx);
        let builtin = ctx.meeting.room == crate::rooms::Room::Builtin;
        let (Some(_), true) = (ctx.admitted(self), builtin) else {
            return Ok(Err(Box::new(self.show(&ctx, None)?)));
        };
        let flow = ctx.flow().ok_or(InternalError::Unknown("flow"))?;
        let person = Person {
            invitation: ctx.invitation.id.clone(),
            generation: ctx.invitation.generation,
            session: ctx.session_id()?.to_owned(),
            name: public_name(ctx.invitation.name.as_deref(), flow.name.as_deref()),
            method: identified(flow.method.as_deref().unwrap_or_default()),
            role: ctx.invitation.role,
        };
        let until = ctx.now + CHECKED;
        Ok(Ok(self.ticket(conferences, &self.server, person, Opens::Check, until)?))
    }

    fn no_room(&self, visitor: &Visitor) -> Box<PageResponse> {
        Box::new(self.show_place(&PageRef::NotFound, visitor.language.unwrap_or_default()))
    }

    fn ticket(
        &self,
        conferences: &Conferences,
        server: &str,
        person: Person,
        opens: Opens,
        until: Time,
    ) -> Result<RoomTicket, InternalError> {
        let now = self.clock.now();
        let ticket = conferences.tickets.seal(&self.keys, server, opens, person, now)?;
        let turn = self.settings.room.as_ref().and_then(|room| room.turn.as_ref());
        let turn = turn.map(|turn| turn::servers(turn, until)).unwrap_or_default();
        let signal = format!("{}/room/{server}/signal", self.settings.signal_origin());
        Ok(RoomTicket { signal, ticket, turn })
    }
}

/// Returns what the ticket of an entry opens. The witness is used up.
fn opened(entry: Entry) -> (Person, Opens) {
    let Entry { meeting_id, invitation_id, generation, session_id, role, name, method, .. } = entry;
    let _: RoomEntry = entry.entry;
    let (invitation, session) = (invitation_id, session_id);
    let person = Person { invitation, generation, session, name, method, role };
    let opens = Opens::Room { meeting: meeting_id, epoch: entry.lease.epoch };
    (person, opens)
}
