//! The flow context: everything that one request of a flow reads, in one transaction. `changes`
//! alone changes it.

mod changes;

use super::{e_id, lobby::LobbyRows};
use crate::{
    authenticators::{
        code::{EMAIL_CODE, SMS_CODE},
        identity::E_ID,
    },
    clock::Time,
    keys::{session_hash, sha256},
    model::{
        BankIdOrder, Challenge, IdentificationFlow, Invitation, Meeting, OidcLogin, OrderState,
        OutboxMessage, Session,
    },
    rules::{
        assurance::{self, Admitted, Level},
        code::IssuedCode,
        invitation::{self, InvitationState, RoomState, TimeRange},
        limits::{self, AttemptCounts, SendHistory},
        session::{self, LOGIN_LASTS},
    },
    state::{AppState, InternalError},
    store::Tx,
};
use app::{
    backend::{Device, Visitor},
    fields::InvitationToken,
    i18n::masked_phone,
    steps::{Step, Track},
    wire::{Language, Method, Role},
};
use jiff::tz::TimeZone;

/// State of a code's e-mail that may be shown, whichever address was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeMail {
    /// On its way, arrived, or never to arrive.
    Perhaps,
    /// Not sent: the mail server accepted no connection before the code expired.
    Never,
}

/// The counts that a flow context has read.
#[derive(Clone, Copy, Default)]
struct Counted {
    attempts: bool,
    sends: bool,
}

/// Consequences of an action beside its rows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Effects {
    /// `true` if the waiting room has changed.
    pub lobby_changed: bool,
    /// The status that says that the action was refused, if it is another than the view's.
    pub refused: Option<u16>,
}

/// All rows that one request of a flow reads.
pub(crate) struct FlowContext {
    pub now: Time,
    pub language: Language,
    pub token: InvitationToken,
    pub meeting: Meeting,
    pub invitation: Invitation,
    session: Option<Session>,
    /// `true` if the browser's session has ended.
    pub session_ended: bool,
    flow: Option<IdentificationFlow>,
    /// The code that the flow last requested. `None` if it was used or its key is no longer configured.
    challenge: Option<Challenge>,
    /// The e-mail with that code, as far as it may be shown.
    pub code_mail: CodeMail,
    /// Wrong codes. Not read for an admitted visitor.
    attempts: AttemptCounts,
    /// Refused e-ID identifications. Not read for an admitted visitor.
    refusals: AttemptCounts,
    /// The flow's latest BankID order. `None` if it was abandoned.
    order: Option<BankIdOrder>,
    /// The flow's latest login with a provider. `None` after its callback.
    login: Option<OidcLogin>,
    /// `true` if any e-ID method is configured.
    pub e_ids: bool,
    /// The visitor's device.
    pub device: Device,
    /// Sends, including those to the challenge's address. Not read without a challenge or for an admitted
    /// visitor.
    sends: SendHistory,
    /// The counts that were read.
    read: Counted,
    /// The rows of the built-in room. `None` unless the visitor is admitted and it is open.
    lobby: Option<LobbyRows>,
    /// Consequences of the action beside its rows.
    pub effects: Effects,
    /// The code's message that is to be handed to the outbox worker after the commit.
    outgoing: Option<OutboxMessage>,
}

impl FlowContext {
    /// Reads the flow context. `None` if there is no such invitation. A transaction that writes locks the
    /// invitation and then the session until it ends.
    pub(crate) async fn read(
        state: &AppState,
        tx: &mut Tx,
        visitor: &Visitor,
        token: &InvitationToken,
        writing: bool,
    ) -> Result<Option<Self>, InternalError> {
        let (latest, now) = (state.clock.latest(), state.clock.now());
        let hash = sha256(token.as_str());
        let session = state.session_key(visitor);
        let session = session.as_ref().map(|(hash, seen_after)| (hash.as_slice(), *seen_after));
        let rows = if writing {
            tx.lock_flow(&hash, session).await?
        } else {
            tx.flow_rows(&hash, session).await?
        };
        let Some(rows) = rows else { return Ok(None) };
        let mut challenge = rows.challenge.filter(|challenge| {
            challenge.consumed_at.is_none() && state.keys.knows(&challenge.key_id)
        });
        // A clock that was set back must not make it valid again.
        if let Some(challenge) = &mut challenge
            && latest >= challenge.expires_at
        {
            challenge.expired_at.get_or_insert(latest);
        }
        let by_mail = rows.invitation.method != SMS_CODE;
        let code_mail = match challenge.as_ref().filter(|it| by_mail && now >= it.expires_at) {
            Some(challenge) if tx.code_lapsed(&challenge.id).await? => CodeMail::Never,
            _ => CodeMail::Perhaps,
        };
        let order = e_id::order_of(tx, rows.flow.as_ref(), &state.keys, now).await?;
        let login = match rows.flow.as_ref().and_then(|flow| flow.login_id.as_deref()) {
            Some(id) => tx.login(id).await?.filter(|login| {
                login.used_at.is_none()
                    && state.keys.knows(&login.key_id)
                    && latest.since(login.begun_at) < LOGIN_LASTS
                    && state.identity_providers.provider(&login.provider).is_some()
            }),
            None => None,
        };
        let language = visitor
            .language
            .or_else(|| Language::from_tag(&rows.invitation.language))
            .unwrap_or_default();
        let mut ctx = Self {
            now,
            language,
            token: token.clone(),
            meeting: rows.meeting,
            invitation: rows.invitation,
            session_ended: visitor.session.is_some() && rows.session.is_none(),
            session: rows.session,
            flow: rows.flow,
            challenge,
            code_mail,
            attempts: AttemptCounts::default(),
            refusals: AttemptCounts::default(),
            order,
            login,
            e_ids: state.identity_providers.any(),
            device: visitor.device.clone(),
            sends: SendHistory::default(),
            read: Counted::default(),
            lobby: None,
            effects: Effects::default(),
            outgoing: None,
        };
        // Attempt counts don't matter once the visitor is admitted. A page shows those of its session alone.
        if ctx.admitted(state).is_none() && ctx.session.is_some() {
            ctx.count_attempts(tx).await?;
            if !writing {
                ctx.count_sends(state, tx).await?;
            }
        }
        ctx.lobby = state.read_lobby(tx, &ctx).await?;
        Ok(Some(ctx))
    }

    /// Returns the rows of the built-in room.
    pub(crate) const fn lobby(&self) -> Option<&LobbyRows> {
        self.lobby.as_ref()
    }

    /// Reads the counts again.
    pub(crate) async fn count(
        &mut self,
        state: &AppState,
        tx: &mut Tx,
    ) -> Result<(), InternalError> {
        self.count_attempts(tx).await?;
        self.count_sends(state, tx).await
    }

    /// Reads the counts of wrong attempts.
    pub(crate) async fn count_attempts(&mut self, tx: &mut Tx) -> Result<(), InternalError> {
        let session = self.session.as_ref().map_or("", |session| session.id.as_str());
        let day = limits::day_before(self.now);
        let (id, generation) = (&self.invitation.id, self.invitation.generation);
        (self.attempts, self.refusals) = tx.attempts(id, generation, session, day).await?;
        self.read.attempts = true;
        Ok(())
    }

    /// Reads the sends, if there is a challenge, as a page at the code's step needs them.
    pub(crate) async fn count_sends(
        &mut self,
        state: &AppState,
        tx: &mut Tx,
    ) -> Result<(), InternalError> {
        if let Some(challenge) = &self.challenge {
            let session = self.session.as_ref().map_or("", |session| session.id.as_str());
            let (id, generation) = (&self.invitation.id, self.invitation.generation);
            let key = state.send_key(&self.invitation, &state.address_hash(&challenge.address));
            let since = limits::sends_since(&state.settings.code, self.now);
            self.sends = tx.sends(id, generation, session, &key, since).await?;
            self.read.sends = true;
        }
        Ok(())
    }

    /// Reads the counts that were left out, as a decision on a code needs them.
    pub(crate) async fn complete_attempts(&mut self, tx: &mut Tx) -> Result<(), InternalError> {
        if self.read.attempts { Ok(()) } else { self.count_attempts(tx).await }
    }

    /// Reads the sends that were left out, as the page after an action needs them.
    pub(crate) async fn complete_sends(
        &mut self,
        state: &AppState,
        tx: &mut Tx,
    ) -> Result<(), InternalError> {
        if self.read.sends || self.admitted(state).is_some() {
            return Ok(());
        }
        self.count_sends(state, tx).await
    }

    /// Returns the session.
    pub(crate) const fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// Returns the id of the session.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn session_id(&self) -> Result<&str, InternalError> {
        self.session().map(|session| session.id.as_str()).ok_or(InternalError::Unknown("session"))
    }

    /// Returns the session's flow.
    pub(crate) const fn flow(&self) -> Option<&IdentificationFlow> {
        self.flow.as_ref()
    }

    /// Returns the current challenge.
    pub(crate) const fn challenge(&self) -> Option<&Challenge> {
        self.challenge.as_ref()
    }

    /// Returns the current order.
    pub(crate) const fn order(&self) -> Option<&BankIdOrder> {
        self.order.as_ref()
    }

    /// Returns the current login.
    pub(crate) const fn login(&self) -> Option<&OidcLogin> {
        self.login.as_ref()
    }

    /// Returns the sends, including those to the challenge's address.
    pub(crate) const fn sends(&self) -> &SendHistory {
        &self.sends
    }

    /// `true` if this is the visitor's session.
    pub(crate) fn is_of(&self, session: &str) -> bool {
        self.session.as_ref().is_some_and(|found| found.id == session)
    }

    /// Returns the time of the meeting.
    pub(crate) const fn time_range(&self) -> TimeRange {
        TimeRange { starts: self.meeting.starts_at, ends: self.meeting.ends_at }
    }

    /// Returns the state of the invitation.
    pub(crate) fn invitation_state(&self, state: &AppState) -> InvitationState {
        let cancelled = self.invitation.is_cancelled(&self.meeting);
        invitation::state(&state.settings.meeting, self.time_range(), cancelled, self.now)
    }

    /// Returns the state of the room.
    pub(crate) fn room_state(&self, state: &AppState) -> RoomState {
        invitation::room_state(&state.settings.meeting, self.time_range(), self.now)
    }

    /// `true` if the visitor leads the meeting, once admitted.
    pub(crate) fn is_host(&self) -> bool {
        self.invitation.role == Role::Host && self.meeting.room.has_lobby()
    }

    /// Returns the end of the session's proof: without further activity, and at the latest. `None` without a
    /// proof.
    pub(crate) fn proof_ends(&self, state: &AppState) -> Option<(Time, Time)> {
        let limits = &state.settings.session;
        let last = state.proof_ends_last(&self.meeting, self.flow.as_ref()?)?;
        let idle = session::idle_end(limits, self.session.as_ref()?.last_active_at);
        Some((idle.min(last), last))
    }

    /// Admits the visitor, if the session's proof suffices for the invitation and still holds.
    pub(crate) fn admitted(&self, state: &AppState) -> Option<Admitted> {
        self.session.as_ref()?;
        state.admit(&self.meeting, &self.invitation, self.flow.as_ref()?, self.now)
    }

    /// Returns the meeting's time zone.
    pub(crate) fn zone(&self) -> Result<TimeZone, InternalError> {
        TimeZone::get(&self.meeting.time_zone).map_err(|_| InternalError::Unknown("time zone"))
    }

    /// Returns the visitor's track.
    pub(crate) fn track(&self) -> Track {
        let instead = self.flow.as_ref().is_some_and(|flow| flow.instead);
        if self.invitation.method == E_ID {
            Track::EId
        } else if instead && self.e_id_instead() {
            Track::EIdInstead
        } else {
            Track::Code
        }
    }

    /// `true` if an e-ID may replace the code.
    pub(crate) fn e_id_instead(&self) -> bool {
        self.invitation.method != E_ID && self.invitation.allow_e_id && self.e_ids
    }

    /// Returns the furthest step that the visitor has reached before identification.
    pub(crate) fn reached(&self) -> Step {
        let Some(flow) = &self.flow else {
            return if self.track() == Track::EId { Step::Address } else { Step::Method };
        };
        match (self.track(), &self.challenge) {
            (Track::Code, None) => Step::Address,
            (Track::Code, Some(_)) => Step::Code,
            (Track::EId | Track::EIdInstead, _) => match (&flow.address, &self.order) {
                (None, _) => Step::Address,
                (Some(_), Some(order)) if order.state != OrderState::Failed => {
                    if order.same_device { Step::BankIdHere } else { Step::BankIdElsewhere }
                }
                (Some(_), _) if self.login.is_some() => Step::Provider,
                (Some(_), _) => Step::Choice,
            },
        }
    }

    /// `true` if this session has used up its attempts: codes, or e-ID identifications on a track with e-ID.
    /// Other sessions' attempts never show.
    pub(crate) fn locked(&self, state: &AppState) -> bool {
        match self.track() {
            Track::Code => limits::attempts_left(&state.settings.code, self.attempts) == 0,
            Track::EId | Track::EIdInstead => self.e_id_locked(state),
        }
    }

    /// `true` if this session has used up its e-ID attempts.
    pub(crate) fn e_id_locked(&self, state: &AppState) -> bool {
        limits::attempts_left(&state.settings.code, self.refusals) == 0
    }

    /// `true` if the wrong codes with the invited address lock the invitation.
    pub(crate) fn must_lock_codes(&self, state: &AppState) -> bool {
        limits::should_lock(&state.settings.code, self.attempts)
    }

    /// `true` if the refused e-IDs with the invited address lock e-ID for the invitation.
    pub(crate) fn must_lock_e_ids(&self, state: &AppState) -> bool {
        limits::should_lock(&state.settings.code, self.refusals)
    }

    /// `true` if no code opens the invitation any more, in any session. No page shows it.
    pub(crate) fn codes_are_locked(&self, state: &AppState) -> bool {
        self.invitation.locked_at.is_some() || self.must_lock_codes(state)
    }

    /// `true` if no e-ID opens the invitation any more, in any session. No page shows it.
    pub(crate) fn e_ids_are_locked(&self, state: &AppState) -> bool {
        self.invitation.e_id_locked_at.is_some() || self.must_lock_e_ids(state)
    }

    /// `true` if a proof holds but does not suffice.
    pub(crate) fn must_step_up(&self, state: &AppState) -> bool {
        self.flow.as_ref().is_some_and(|flow| flow.level.is_some())
            && self.proof_ends(state).is_some_and(|(_, last)| self.now < last)
            && self.admitted(state).is_none()
    }

    /// Returns the required level.
    pub(crate) fn required(&self) -> Result<Level, InternalError> {
        self.invitation.assurance.parse().map_err(|_| InternalError::Unknown("assurance"))
    }

    /// Returns the wrong attempts left for a code, and so for its session.
    pub(crate) fn attempts_left(&self, state: &AppState, challenge: &Challenge) -> u8 {
        let limits = &state.settings.code;
        let left = limits
            .tries_per_code
            .saturating_sub(challenge.sent().attempts)
            .min(limits::attempts_left(limits, self.attempts));
        u8::try_from(left).unwrap_or(u8::MAX)
    }

    /// Returns the phone number for codes, with most digits hidden. `None` unless codes go by SMS.
    pub(crate) fn masked_phone(&self) -> Option<String> {
        let phone = self.invitation.phone.as_deref();
        phone.filter(|_| self.invitation.method == SMS_CODE).map(masked_phone)
    }

    /// Returns the sender's chosen method.
    pub(crate) fn method(&self) -> Result<Method, InternalError> {
        match self.invitation.method.as_str() {
            EMAIL_CODE => Ok(Method::EmailCode),
            SMS_CODE => Ok(Method::SmsCode),
            E_ID => Ok(Method::EId),
            _ => Err(InternalError::Unknown("method")),
        }
    }
}

impl AppState {
    /// Returns the end of a flow's proof that no activity postpones. `None` without a proof.
    fn proof_ends_last(&self, meeting: &Meeting, flow: &IdentificationFlow) -> Option<Time> {
        Some(session::last_end(&self.settings.session, meeting.ends_at, flow.proven_at?))
    }

    /// Admits the session of a flow, if its proof suffices for the invitation and still holds.
    pub(crate) fn admit(
        &self,
        meeting: &Meeting,
        invitation: &Invitation,
        flow: &IdentificationFlow,
        now: Time,
    ) -> Option<Admitted> {
        let last = self.proof_ends_last(meeting, flow)?;
        let proven = flow.level.as_deref()?.parse::<Level>().ok();
        let required = invitation.assurance.parse::<Level>().ok()?;
        assurance::admit(proven.filter(|_| now < last), required)
    }

    /// Returns what a visitor's session is found by: the hash of the cookie's value, and the time after which
    /// it must have been active. `None` without a cookie.
    pub(crate) fn session_key(&self, visitor: &Visitor) -> Option<(Vec<u8>, Time)> {
        let value = visitor.session.as_ref()?;
        Some((session_hash(value), self.clock.latest() - self.settings.session.idle))
    }

    /// Returns the visitor's session, if it has not ended. If the transaction is `writing`, locks the session
    /// until it ends.
    pub(crate) async fn session_of(
        &self,
        tx: &mut Tx,
        visitor: &Visitor,
        writing: bool,
    ) -> Result<Option<Session>, InternalError> {
        let Some((hash, seen_after)) = self.session_key(visitor) else { return Ok(None) };
        Ok(if writing {
            tx.lock_session(&hash, seen_after).await?
        } else {
            tx.session(&hash, seen_after).await?
        })
    }
}

impl Challenge {
    /// Returns what the rules need of the challenge.
    pub(crate) fn sent(&self) -> IssuedCode {
        IssuedCode {
            expires_at: self.expires_at,
            expired: self.expired_at.is_some(),
            attempts: u32::try_from(self.attempts).unwrap_or(u32::MAX),
            consumed: self.consumed_at.is_some(),
        }
    }
}
