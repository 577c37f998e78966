//! Tickets of built-in rooms, for those who may be inside.

use super::{
    context::FlowContext,
    seats::{Entry, person},
};
use crate::{
    clock::Time,
    conference::{
        seats::Person,
        ticket::{Opens, Tickets},
        turn,
    },
    rooms::Engine,
    rules::room::RoomEntry,
    state::{AppState, InternalError},
};
use app::{
    backend::{PageRef, PageResponse, Visitor},
    fields::InvitationToken,
    wire::signal::RoomTicket,
};
use std::time::Duration;

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
        let live = self.conferences.clone();
        let full = move |meeting: &str, seat: (&str, &str)| {
            live.as_ref().is_some_and(|live| live.is_full(meeting, seat))
        };
        let entry = match self.room_entry(visitor, token, full).await? {
            Ok(entry) => entry,
            Err(answer) => return Ok(Err(Box::new(answer))),
        };
        let Entry { meeting_id, person, entry, engine, closes_at, lease, signal } = entry;
        // The witness is used up.
        let _: RoomEntry = entry;
        let opens = Opens::Room { meeting: meeting_id, epoch: lease.epoch, engine };
        Ok(Ok(self.ticket((lease.server, signal), person, opens, closes_at)?))
    }

    /// Returns a ticket for a connection that nobody hears, to somebody who has identified. Days ahead, too.
    pub async fn check_ticket(
        &self,
        visitor: &Visitor,
        token: &InvitationToken,
    ) -> Result<Ticketed, InternalError> {
        let mut tx = self.store.read().await?;
        let Some(ctx) = FlowContext::read(self, &mut tx, visitor, token, false).await? else {
            let language = visitor.language.unwrap_or_default();
            return Ok(Err(Box::new(self.show_place(&PageRef::NotFound, language))));
        };
        let (Some(_), Some(engine)) = (ctx.admitted(self), ctx.meeting.room.engine()) else {
            return Ok(Err(Box::new(self.show(&ctx, None)?)));
        };
        let server = self.server_for_room(&mut tx, engine, ctx.now).await?;
        let server = server.ok_or(InternalError::NoMedia)?;
        let signal = self.signal_address(&mut tx, &server).await?;
        drop(tx);
        let until = ctx.now + CHECKED;
        Ok(Ok(self.ticket((server, signal), person(&ctx)?, Opens::Check { engine }, until)?))
    }

    fn ticket(
        &self,
        (server, signal): (String, String),
        person: Person,
        opens: Opens,
        until: Time,
    ) -> Result<RoomTicket, InternalError> {
        let now = self.clock.now();
        let livekit = opens.engine() == Engine::LiveKit;
        let ticket = Tickets::seal(&self.keys, &server, opens, person, now)?;
        // LiveKit names its own.
        let turn = self.settings.room.turn.as_ref().filter(|_| !livekit);
        let turn = turn.map(|turn| turn::servers(turn, until)).unwrap_or_default();
        Ok(RoomTicket { signal, ticket, turn, livekit })
    }
}
