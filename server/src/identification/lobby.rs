//! The waiting room, as its visitors see it: a guest the own knock, a host everybody who came.

use super::context::FlowContext;
use crate::{
    authenticators::{
        code::{EMAIL_CODE, SMS_CODE},
        identity::BANKID,
    },
    clock::Time,
    model::{CallRow, GuestRow, HostRow, Knock, Meeting, MeetingRoom},
    rooms::Room,
    rules::{
        invitation::{RoomState, TimeRange},
        room::{self, KnockState, RoomStatus},
    },
    state::{AppState, InternalError},
    store::Tx,
};
use app::{
    backend::Visitor,
    fields::InvitationToken,
    wire::{
        self, Call, Conference, Equipment, Guest, GuestLobby, HostLobby, Identified, Lobby,
        Machine, Participant, Presence, Role,
    },
};

/// Most wishes to be called that a host is shown.
const CALLS_SHOWN: u32 = 10;

/// The rows of a built-in room that a visitor's page needs.
#[derive(Clone, Debug)]
pub(crate) struct LobbyRows {
    /// The room. `None` before somebody has come to it.
    pub room: Option<MeetingRoom>,
    /// The session's own knock. `None` for a host.
    pub knock: Option<Knock>,
    /// The hosts, each once. Not read for a host.
    pub hosts: Vec<HostRow>,
    /// The guests who wait or were admitted. Read for a host alone.
    pub guests: Vec<GuestRow>,
    /// The latest wishes to be called. Read for a host alone.
    pub calls: Vec<CallRow>,
}

impl MeetingRoom {
    /// `true` if a knock of a time counts: the meeting was not ended since.
    pub(crate) fn counts(&self, since: Time) -> bool {
        self.ended_at.is_none_or(|ended| since > ended)
    }
}

/// The lobby of a meeting, and the meeting, whose changes are sent.
pub struct Listened {
    /// The meeting.
    pub meeting: String,
    /// Its waiting room, as the visitor sees it.
    pub lobby: Lobby,
}

impl AppState {
    /// Returns the status of a meeting's room.
    pub(crate) fn room_status(
        &self,
        meeting: &Meeting,
        room: Option<&MeetingRoom>,
        now: Time,
    ) -> RoomStatus {
        let span = TimeRange { starts: meeting.starts_at, ends: meeting.ends_at };
        let decided = room.map_or((false, None), |room| (room.locked, room.ended_at));
        RoomStatus::of(&self.settings.meeting, span, decided, now)
    }

    /// Reads the rows of the built-in room. `None` unless the visitor is admitted and it is open.
    pub(crate) async fn read_lobby(
        &self,
        tx: &mut Tx,
        ctx: &FlowContext,
    ) -> Result<Option<LobbyRows>, InternalError> {
        let open = ctx.meeting.room.has_lobby() && ctx.room_state(self) == RoomState::Open;
        let cancelled = ctx.invitation.is_cancelled(&ctx.meeting);
        if !open || cancelled || ctx.admitted(self).is_none() {
            return Ok(None);
        }
        let id = ctx.meeting.id.as_str();
        let room = tx.room(id).await?;
        let seen_after = self.clock.latest() - self.settings.session.idle;
        let mut rows = LobbyRows {
            room,
            knock: None,
            hosts: Vec::new(),
            guests: Vec::new(),
            calls: Vec::new(),
        };
        if ctx.invitation.role == Role::Host {
            let ended = rows.room.as_ref().and_then(|room| room.ended_at);
            rows.guests = tx.guests(id, ended.unwrap_or(Time(i64::MIN)), seen_after).await?;
            rows.calls = tx.calls_wanted(id, CALLS_SHOWN).await?;
        } else {
            let (invitation, generation) = (&ctx.invitation.id, ctx.invitation.generation);
            let knock = tx.knock(invitation, generation, ctx.session_id()?).await?;
            let counts =
                |knock: &Knock| rows.room.as_ref().is_some_and(|it| it.counts(knock.since));
            rows.knock = knock.filter(counts);
            rows.hosts = tx.hosts(id, seen_after).await?;
            rows.hosts.dedup_by(|next, kept| next.invitation_id == kept.invitation_id);
        }
        Ok(Some(rows))
    }

    /// Returns the built-in room for the meeting page. `None` if it is another service's, or not open.
    pub(crate) fn conference(
        &self,
        ctx: &FlowContext,
    ) -> Result<Option<Conference>, InternalError> {
        let Some(rows) = ctx.lobby() else { return Ok(None) };
        let closes = room::closes_at(&self.settings.meeting, ctx.time_range());
        let hosts = rows.hosts.iter().map(|host| Participant {
            name: public_name(host.booked_name.as_deref(), host.proven_name.as_deref()),
            method: host.method.as_deref().map(identified),
        });
        let booked = rows.hosts.first().and_then(|host| host.booked_name.clone());
        Ok(Some(Conference {
            role: ctx.invitation.role,
            people: self.settings.room.people,
            leader: booked.unwrap_or_else(|| ctx.meeting.organiser_name.clone()),
            hosts: hosts.collect(),
            closes: Self::moment(ctx, closes)?,
            machine: Machine::of(&ctx.device.agent),
            livekit: ctx.meeting.room == Room::Livekit,
            lobby: self.lobby_of(ctx, rows)?,
        }))
    }

    /// Returns the waiting room as the visitor sees it. `None` for a guest who has not knocked at an open room,
    /// and for a host who has not opened it.
    fn lobby_of(
        &self,
        ctx: &FlowContext,
        rows: &LobbyRows,
    ) -> Result<Option<Lobby>, InternalError> {
        match ctx.invitation.role {
            Role::Guest => Ok(self.guest_lobby(ctx, rows)?.map(Lobby::Guest)),
            Role::Host => {
                let opened = ctx.flow().is_some_and(|flow| flow.joined_at.is_some());
                let lobby = opened.then(|| self.host_lobby(ctx, rows)).transpose()?;
                Ok(lobby.map(Lobby::Host))
            }
        }
    }

    fn guest_lobby(
        &self,
        ctx: &FlowContext,
        rows: &LobbyRows,
    ) -> Result<Option<GuestLobby>, InternalError> {
        let status = self.room_status(&ctx.meeting, rows.room.as_ref(), ctx.now);
        let knock = rows.knock.as_ref();
        let state = match knock.map(|knock| knock.state) {
            _ if status.ended => wire::Knock::Ended,
            Some(KnockState::Waiting) => wire::Knock::Waiting,
            Some(KnockState::Admitted) => wire::Knock::Admitted,
            _ if status.locked => wire::Knock::Locked,
            Some(KnockState::Refused) => wire::Knock::Refused,
            Some(KnockState::Removed) => wire::Knock::Removed,
            None => return Ok(None),
        };
        let ended = rows.room.as_ref().and_then(|room| room.ended_at);
        let since = knock.map(|knock| knock.since).or(ended).unwrap_or(ctx.now);
        let room = rows.room.as_ref();
        let here = room::is_host_here(room.and_then(|room| room.host_seen_at), ctx.now);
        let late = !here && room::is_host_late(ctx.time_range(), ctx.now);
        Ok(Some(GuestLobby {
            state,
            since: Self::moment(ctx, since)?,
            host: if here { Presence::Here } else { Presence::Away },
            left: !here && room.is_some_and(|room| room.opened_at.is_some()),
            phone: if late { ctx.meeting.organiser_phone.clone() } else { String::new() },
            message: knock.map(|knock| knock.message.clone()).unwrap_or_default(),
        }))
    }

    fn host_lobby(&self, ctx: &FlowContext, rows: &LobbyRows) -> Result<HostLobby, InternalError> {
        let of = |state: KnockState| {
            rows.guests.iter().filter(move |guest| guest.state == state).map(|it| guest(ctx, it))
        };
        let call = |call: &CallRow| {
            Ok::<_, InternalError>(Call {
                name: call.name.clone().unwrap_or_default(),
                step: call.step.clone().unwrap_or_default(),
                at: Self::moment(ctx, call.at)?,
            })
        };
        Ok(HostLobby {
            waiting: of(KnockState::Waiting).collect::<Result<_, _>>()?,
            inside: of(KnockState::Admitted).collect::<Result<_, _>>()?,
            locked: self.room_status(&ctx.meeting, rows.room.as_ref(), ctx.now).locked,
            full: false,
            calls: rows.calls.iter().map(call).collect::<Result<_, _>>()?,
        })
    }

    /// Returns the waiting room that a visitor listens to. `None` for somebody who has not come to it.
    pub async fn listen(
        &self,
        visitor: &Visitor,
        token: &InvitationToken,
    ) -> Result<Option<Listened>, InternalError> {
        let mut tx = self.store.read().await?;
        let Some(mut ctx) = FlowContext::read(self, &mut tx, visitor, token, false).await? else {
            return Ok(None);
        };
        drop(tx);
        let Some(rows) = ctx.lobby() else { return Ok(None) };
        let Some(lobby) = self.lobby_of(&ctx, rows)? else { return Ok(None) };
        let (now, meeting) = (ctx.now, ctx.meeting.id.clone());
        // A page that waits for the host keeps its session alive.
        if let Some(session) = ctx.session_mut() {
            self.touch_if_due(session, now).await;
        }
        Ok(Some(Listened { meeting, lobby }))
    }
}

fn guest(ctx: &FlowContext, row: &GuestRow) -> Result<Guest, InternalError> {
    let name = row.proven_name.clone().or_else(|| row.booked_name.clone());
    Ok(Guest {
        guest: row.id.clone(),
        name: name.unwrap_or_default(),
        name_proven: row.proven_name.is_some(),
        method: identified(&row.method),
        level: row.level.clone(),
        identity_matched: row.identity_matched,
        since: AppState::moment(ctx, row.since)?,
        equipment: Equipment {
            camera: row.camera,
            microphone: row.microphone,
            connection: row.connection,
        },
    })
}

/// Returns the name that others than hosts may read: the one that the sender gave. The proven one may be that of a
/// protected identity.
pub(crate) fn public_name(booked: Option<&str>, proven: Option<&str>) -> String {
    booked.or(proven).unwrap_or_default().to_owned()
}

/// Returns the way in which somebody identified, by the name of a proof's method.
pub(crate) fn identified(method: &str) -> Identified {
    match method {
        EMAIL_CODE => Identified::EmailCode,
        SMS_CODE => Identified::SmsCode,
        BANKID => Identified::BankId,
        _ => Identified::EId,
    }
}
