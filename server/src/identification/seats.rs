//! Seats: what the live room asks before somebody enters and while they are inside.
//!
//! The store decides whether somebody may be inside: by the proof's level, the role and the knock. The live room
//! asks [`AppState::room_entry`] for each ticket, and [`AppState::standings`] for all seats of this process each second
//! and at once after news on `lobby_changed`.

use super::{
    context::FlowContext,
    lobby::{identified, public_name},
};
use crate::{
    clock::Time,
    conference::{Inside, seats::Person},
    model::{Event, HeldRoom, InvitationStage, RoomLease, Session},
    rooms::Engine,
    rules::{
        invitation::{RoomState, TimeRange},
        room::{self, NoEntry, RoomEntry, Standing},
    },
    state::{AppState, InternalError},
    store::{SeatRows, Tx},
};
use app::{
    backend::{PageRef, PageResponse, Visitor},
    fields::InvitationToken,
    steps::Step,
    wire::{Knock, Lobby, Screen},
};
use std::time::Duration;

/// Duration of a server's lease of a room, which it renews while somebody is inside.
pub const ROOM_LEASE: Duration = Duration::from_secs(10);

/// The status of a request for a ticket by somebody who may not enter.
const CONFLICT: u16 = 409;

/// Somebody who may enter a room, and where it is.
#[derive(Debug)]
pub struct Entry {
    /// The meeting.
    pub meeting_id: String,
    /// The person.
    pub person: Person,
    /// The witness that the person may enter.
    pub entry: RoomEntry,
    /// The engine of the room's media.
    pub engine: Engine,
    /// Time at which the room closes, even for those inside.
    pub closes_at: Time,
    /// The server that holds the room, and its epoch. It may be another server than this.
    pub lease: RoomLease,
    /// The address of that server's signalling.
    pub signal: String,
}

/// The attempt to enter of one request.
enum Tried {
    Unknown,
    Refused(Box<FlowContext>, Option<NoEntry>),
    Entered(Box<Entry>),
}

impl AppState {
    /// Decides whether a visitor gets a ticket for the room. If nobody holds the room, takes it for this server, or for the
    /// least busy one if this one has no media or stops.
    /// `full` returns `true` if the meeting with this id has no seat for an invitation and a session, by their ids. The
    /// error is the page that says why not.
    pub async fn room_entry(
        &self,
        visitor: &Visitor,
        token: &InvitationToken,
        full: impl Fn(&str, (&str, &str)) -> bool + Send + 'static,
    ) -> Result<Result<Entry, PageResponse>, InternalError> {
        let (state, sender, link) = (self.clone(), visitor.clone(), token.clone());
        let job = async move |tx: &mut Tx| {
            let read = FlowContext::read(&state, tx, &sender, &link, true).await?;
            let Some(ctx) = read else { return Ok::<_, InternalError>(Tried::Unknown) };
            state.enter(tx, ctx, full).await
        };
        match self.store.write(job).await? {
            Tried::Entered(entry) => Ok(Ok(*entry)),
            Tried::Unknown => {
                let language = visitor.language.unwrap_or_default();
                Ok(Err(self.show_place(&PageRef::NotFound, language)))
            }
            Tried::Refused(ctx, reason) => {
                let mut answer = self.show(&ctx, Some(Step::Meeting))?;
                if reason == Some(NoEntry::Full) {
                    tell_full(&mut answer);
                }
                answer.status = CONFLICT;
                Ok(Err(answer))
            }
        }
    }

    async fn enter(
        &self,
        tx: &mut Tx,
        mut ctx: FlowContext,
        full: impl Fn(&str, (&str, &str)) -> bool,
    ) -> Result<Tried, InternalError> {
        let (admitted, engine) = (ctx.admitted(self), ctx.meeting.room.engine());
        let cancelled = ctx.invitation.is_cancelled(&ctx.meeting);
        let (Some(admitted), Some(engine), false) = (admitted, engine, cancelled) else {
            return Ok(Tried::Refused(Box::new(ctx), None));
        };
        let session = ctx.session_id()?.to_owned();
        let lobby = ctx.lobby();
        let knock = lobby.and_then(|rows| rows.knock.as_ref()).map(|knock| knock.state);
        let row = lobby.and_then(|rows| rows.room.as_ref());
        let status = self.room_status(&ctx.meeting, row, ctx.now);
        let full = full(&ctx.meeting.id, (&ctx.invitation.id, &session));
        let entry = match room::enter(&admitted, ctx.invitation.role, knock, status, full) {
            Ok(entry) => entry,
            Err(reason) => return Ok(Tried::Refused(Box::new(ctx), Some(reason))),
        };
        ctx.touch_session(tx).await?;
        let lease = self.holder(tx, (&ctx.meeting.id, engine), ctx.now).await?;
        let signal = self.signal_address(tx, &lease.server).await?;
        Ok(Tried::Entered(Box::new(Entry {
            signal,
            person: person(&ctx)?,
            closes_at: room::closes_at(&self.settings.meeting, ctx.time_range()),
            meeting_id: ctx.meeting.id,
            entry,
            engine,
            lease,
        })))
    }

    /// Returns the server that holds a room, and takes the room for one if nobody does.
    async fn holder(
        &self,
        tx: &mut Tx,
        (meeting, engine): (&str, Engine),
        now: Time,
    ) -> Result<RoomLease, InternalError> {
        let Some(server) = self.server_for_room(tx, engine, now).await? else {
            let holder = tx.room_holder(meeting, now).await?;
            return holder.ok_or(InternalError::NoMedia);
        };
        let lease = tx.take_room(meeting, &server, now, now + ROOM_LEASE).await?;
        if lease.server == server && server != self.server {
            tx.count_on_server(&server).await?;
        }
        Ok(lease)
    }

    /// Prolongs this server's leases of rooms, and records the hosts inside. Returns the meetings of the rooms that it
    /// still holds.
    pub async fn renew_rooms(&self, rooms: Vec<HeldRoom>) -> Result<Vec<String>, InternalError> {
        let (server, now) = (self.server.clone(), self.clock.now());
        let times = (now, now + ROOM_LEASE, room::present_since(now));
        let renew = async move |tx: &mut Tx| tx.renew_rooms(&server, &rooms, times).await;
        Ok(self.store.write(renew).await?)
    }

    /// Gives up the rooms of this server, so that they can be taken again at once: by another server when this one
    /// stops, and by this one if it was killed and starts again.
    pub async fn give_up_rooms(&self) -> Result<(), InternalError> {
        let server = self.server.clone();
        Ok(self.store.write(async move |tx: &mut Tx| tx.release_rooms(&server).await).await?)
    }

    /// Returns for each of those inside whether they may stay, all by one statement, and the sessions of those who are
    /// connected and do.
    pub async fn standings(
        &self,
        people: &[Inside],
    ) -> Result<(Vec<Standing>, Vec<Session>), InternalError> {
        let now = self.clock.now();
        let seen_after = self.clock.latest() - self.settings.session.idle;
        let ids =
            people.iter().map(|it| (it.person.invitation.as_str(), it.person.session.as_str()));
        let mut tx = self.store.read_once().await?;
        let rows = tx.seat_rows(ids, seen_after).await?;
        drop(tx);
        let (mut standings, mut active) = (Vec::with_capacity(people.len()), Vec::new());
        for (inside, rows) in people.iter().zip(rows) {
            let standing = self.standing_of(inside, rows.as_ref(), now);
            if matches!(standing, Standing::Holds { .. }) && inside.media.is_some() {
                active.extend(rows.and_then(|rows| rows.session));
            }
            standings.push(standing);
        }
        Ok((standings, active))
    }

    /// Keeps sessions alive, as a page that polls does.
    pub async fn note_active(&self, sessions: Vec<Session>) {
        let now = self.clock.now();
        for mut session in sessions {
            self.touch_if_due(&mut session, now).await;
        }
    }

    fn standing_of(&self, inside: &Inside, rows: Option<&SeatRows>, now: Time) -> Standing {
        let generation = inside.person.generation;
        let Some(rows) = rows.filter(|rows| rows.invitation.generation == generation) else {
            return Standing::SignedOut;
        };
        let held = rows.room.as_ref().is_some_and(|room| {
            room.server.as_ref() == Some(&self.server) && room.epoch == inside.epoch
        });
        match self.standing(rows, now) {
            Standing::Holds { .. } if !held => Standing::Moved,
            standing => standing,
        }
    }

    fn standing(&self, rows: &SeatRows, now: Time) -> Standing {
        let SeatRows { invitation, meeting, session, flow, knock, room } = rows;
        if meeting.cancelled_at.is_some() || !meeting.room.has_lobby() {
            return Standing::Ended;
        }
        let status = self.room_status(meeting, room.as_ref(), now);
        // Proofs end when the room closes.
        if status.door == RoomState::Closed {
            return Standing::Ended;
        }
        let admitted = match (session, flow) {
            (Some(Session { .. }), Some(flow)) => self.admit(meeting, invitation, flow, now),
            _ => None,
        };
        let Some(admitted) = admitted.filter(|_| invitation.withdrawn_at.is_none()) else {
            return Standing::SignedOut;
        };
        let counts = |since| room.as_ref().is_some_and(|room| room.counts(since));
        let knock = knock.as_ref().filter(|knock| counts(knock.since)).map(|knock| knock.state);
        match room::enter(&admitted, invitation.role, knock, status, false) {
            Ok(_) => {
                let span = TimeRange { starts: meeting.starts_at, ends: meeting.ends_at };
                Standing::Holds { closes_at: room::closes_at(&self.settings.meeting, span) }
            }
            Err(NoEntry::Ended | NoEntry::Closed) => Standing::Ended,
            Err(NoEntry::Waiting) => Standing::Waiting,
            Err(NoEntry::NotKnocked) => Standing::SignedOut,
            Err(NoEntry::Removed | NoEntry::Refused | NoEntry::Locked | NoEntry::Full) => {
                Standing::Removed
            }
        }
    }

    /// Records that somebody has come in.
    pub async fn note_joined(&self, meeting: &str, invitation: &str) -> Result<(), InternalError> {
        let (meeting, invitation, now) =
            (meeting.to_owned(), invitation.to_owned(), self.clock.now());
        let job = async move |tx: &mut Tx| {
            tx.lock_invitation(&invitation).await?;
            tx.mark_reached(&invitation, InvitationStage::Joined, now).await?;
            tx.add_event(&meeting, &Event::new("joined", Some(&invitation), now)).await
        };
        Ok(self.store.write(job).await?)
    }

    /// Records that somebody has left, for good or for now.
    pub async fn note_left(&self, meeting: &str, invitation: &str) -> Result<(), InternalError> {
        let (meeting, invitation, now) =
            (meeting.to_owned(), invitation.to_owned(), self.clock.now());
        let job = async move |tx: &mut Tx| {
            tx.add_event(&meeting, &Event::new("left", Some(&invitation), now)).await
        };
        Ok(self.store.write(job).await?)
    }

    /// Records that a host is inside. To be called when one enters, and every few seconds while one is there.
    pub async fn mark_host_seen(&self, meeting: &str) -> Result<(), InternalError> {
        self.mark_host(meeting, true).await
    }

    /// Records that no host is inside any more.
    pub async fn mark_host_away(&self, meeting: &str) -> Result<(), InternalError> {
        self.mark_host(meeting, false).await
    }

    async fn mark_host(&self, meeting: &str, here: bool) -> Result<(), InternalError> {
        let (id, now) = (meeting.to_owned(), self.clock.now());
        let job = async move |tx: &mut Tx| {
            let room = tx.lock_room(&id, now).await?;
            tx.set_host_seen(&id, here.then_some(now)).await?;
            let changed = room::is_host_here(room.host_seen_at, now) != here;
            if changed {
                tx.change_room(&id, now).await?;
            }
            Ok::<_, InternalError>(changed)
        };
        if self.store.write(job).await? {
            self.tell_lobby(meeting);
        }
        Ok(())
    }

    /// Ends the meetings whose rooms have closed by their time. Returns them.
    pub async fn end_overdue(&self) -> Result<Vec<String>, InternalError> {
        let now = self.clock.now();
        let ended_before = now - self.settings.meeting.room_closes_after;
        let job = async move |tx: &mut Tx| {
            let ended = tx.end_overdue_rooms(ended_before, now).await?;
            for meeting in &ended {
                tx.add_event(meeting, &Event::new("ended", None, now)).await?;
            }
            Ok::<_, InternalError>(ended)
        };
        let ended = self.store.write(job).await?;
        for meeting in &ended {
            self.tell_lobby(meeting);
        }
        Ok(ended)
    }
}

/// Returns somebody who has identified, as others may see them.
pub(super) fn person(ctx: &FlowContext) -> Result<Person, InternalError> {
    let flow = ctx.flow().ok_or(InternalError::Unknown("flow"))?;
    Ok(Person {
        invitation: ctx.invitation.id.clone(),
        generation: ctx.invitation.generation,
        session: ctx.session_id()?.to_owned(),
        name: public_name(ctx.invitation.name.as_deref(), flow.name.as_deref()),
        method: identified(flow.method.as_deref().unwrap_or_default()),
        role: ctx.invitation.role,
    })
}

/// Says on the page of somebody who may enter that the room has no seat left.
fn tell_full(answer: &mut PageResponse) {
    if let Screen::Meeting(meeting) = &mut answer.view.screen
        && let Some(conference) = &mut meeting.conference
    {
        match &mut conference.lobby {
            Some(Lobby::Guest(lobby)) => lobby.state = Knock::Full,
            Some(Lobby::Host(lobby)) => lobby.full = true,
            None => {}
        }
    }
}
