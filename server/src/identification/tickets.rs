//! Tickets of built-in rooms, for those who may be inside.

use super::{
    context::FlowContext,
    seats::{Entry, person},
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
        let Entry { meeting_id, person, entry, closes_at, lease } = entry;
        // The witness is used up.
        let _: RoomEntry = entry;
        let opens = Opens::Room { meeting: meeting_id, epoch: lease.epoch };
        Ok(Ok(self.ticket(conferences, &lease.server, person, opens, closes_at)?))
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
        let until = ctx.now + CHECKED;
        Ok(Ok(self.ticket(conferences, &self.server, person(&ctx)?, Opens::Check, until)?))
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
