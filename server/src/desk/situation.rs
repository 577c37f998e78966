//! The flow context: everything that one request of a flow reads, in one transaction.

use super::{Desk, Fault, e_id, logins::LOGIN_LASTS};
use crate::{
    clock::Time,
    keys::fingerprint,
    prove::{
        code::{EMAIL_CODE, SMS_CODE},
        identity::E_ID,
    },
    rules::{
        assurance::{self, Admitted, Level},
        code::Sent,
        invitation::{self, Door, Life, Span},
        limits::{self, Sends, Tries},
        session,
    },
    store::{
        Stage, Tx,
        records::{Challenge, Invitation, Login, Meeting, Order, OrderState, Session, Visit},
    },
};
use app::{
    fields::InvitationToken,
    gate::Visitor,
    steps::{Step, Track},
    wire::{Language, Way},
    words::masked_phone,
};
use jiff::tz::TimeZone;

/// State of a code's e-mail that may be shown, whichever address was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CodeMail {
    /// On its way, arrived, or never to arrive.
    Perhaps,
    /// Not sent: the mail server accepted no connection before the code expired.
    Never,
}

/// All rows that one request of a flow reads.
pub(super) struct Situation {
    pub now: Time,
    pub language: Language,
    pub token: InvitationToken,
    pub meeting: Meeting,
    pub invitation: Invitation,
    pub session: Option<Session>,
    /// `true` if the browser's session has ended.
    pub lapsed: bool,
    pub visit: Option<Visit>,
    /// The code that the flow last requested. `None` if it was used or its key is no longer configured.
    pub challenge: Option<Challenge>,
    /// The e-mail with that code, as far as it may be shown.
    pub code_mail: CodeMail,
    /// Wrong codes. Not read for an admitted visitor.
    pub tries: Tries,
    /// Refused e-ID identifications. Not read for an admitted visitor.
    pub refusals: Tries,
    /// The flow's latest BankID order. `None` if it was abandoned.
    pub order: Option<Order>,
    /// The flow's latest login with a provider. `None` after its callback.
    pub login: Option<Login>,
    /// `true` if any e-ID method is configured.
    pub e_ids: bool,
    /// `true` if the visitor's device is a phone or a tablet.
    pub handheld: bool,
    /// Sends, including those to the challenge's address. Not read without a challenge or for an admitted
    /// visitor.
    pub sends: Sends,
}

impl Situation {
    /// Reads the flow context. `None` if there is no such invitation. A transaction that writes locks the
    /// invitation and then the session until it ends.
    pub(super) async fn read(
        desk: &Desk,
        tx: &mut dyn Tx,
        visitor: &Visitor,
        token: &InvitationToken,
        writing: bool,
    ) -> Result<Option<Self>, Fault> {
        let (latest, now) = (desk.clock.latest(), desk.clock.now());
        let hash = fingerprint(token.as_str());
        let invitation = if writing {
            tx.own_invitation(&hash).await?
        } else {
            tx.invitation_by_token(&hash).await?
        };
        let Some(invitation) = invitation else { return Ok(None) };
        let meeting = tx.meeting(&invitation.meeting_id).await?.ok_or(Fault::Unknown("meeting"))?;
        let session = desk.session_of(tx, visitor, writing).await?;
        let visit = match &session {
            Some(session) => visit_of(tx, session, &invitation).await?,
            None => None,
        };
        let mut challenge = match visit.as_ref().and_then(|visit| visit.challenge_id.as_deref()) {
            Some(id) => tx.challenge(id).await?.filter(|challenge| {
                challenge.consumed_at.is_none() && desk.keys.knows(&challenge.key_id)
            }),
            None => None,
        };
        // A clock that was set back must not make it valid again.
        if let Some(challenge) = &mut challenge
            && latest >= challenge.expires_at
        {
            challenge.expired_at.get_or_insert(latest);
        }
        let by_mail = invitation.method != SMS_CODE;
        let code_mail = match challenge.as_ref().filter(|it| by_mail && now >= it.expires_at) {
            Some(challenge) if tx.code_lapsed(&challenge.id).await? => CodeMail::Never,
            _ => CodeMail::Perhaps,
        };
        let order = match &visit {
            Some(visit) => e_id::order_of(tx, visit, &desk.keys, now).await?,
            None => None,
        };
        let login = match visit.as_ref().and_then(|visit| visit.login_id.as_deref()) {
            Some(id) => tx.login(id).await?.filter(|login| {
                login.used_at.is_none()
                    && desk.keys.knows(&login.key_id)
                    && latest.since(login.begun_at) < LOGIN_LASTS
                    && desk.identifiers.provider(&login.provider).is_some()
            }),
            None => None,
        };
        let language = visitor
            .language
            .or_else(|| Language::from_tag(&invitation.language))
            .unwrap_or_default();
        let mut situation = Self {
            now,
            language,
            token: token.clone(),
            meeting,
            invitation,
            lapsed: visitor.session.is_some() && session.is_none(),
            session,
            visit,
            challenge,
            code_mail,
            tries: Tries::default(),
            refusals: Tries::default(),
            order,
            login,
            e_ids: desk.identifiers.any(),
            handheld: visitor.device.handheld,
            sends: Sends::default(),
        };
        // Attempt counts don't matter once the visitor is admitted.
        if situation.admitted(desk).is_none() {
            situation.count(desk, tx).await?;
        }
        Ok(Some(situation))
    }

    /// Reads the counts again.
    pub(super) async fn count(&mut self, desk: &Desk, tx: &mut dyn Tx) -> Result<(), Fault> {
        let session = self.session.as_ref().map_or("", |session| session.id.as_str());
        let day = limits::day_before(self.now);
        let (id, generation) = (&self.invitation.id, self.invitation.generation);
        (self.tries, self.refusals) = tx.tries(id, generation, session, day).await?;
        if let Some(challenge) = &self.challenge {
            let mark = desk.send_mark(&self.invitation, &challenge.address);
            let since = limits::sends_since(&desk.settings.code, self.now);
            self.sends = tx.sends(id, generation, session, &mark, since).await?;
        }
        Ok(())
    }

    /// Records that the invitation has reached a stage. `false` if it had already.
    pub(super) async fn reach(&self, tx: &mut dyn Tx, stage: Stage) -> Result<bool, Fault> {
        // The invitation is locked, so what was read still holds.
        if self.invitation.reached(stage).is_some() {
            return Ok(false);
        }
        Ok(tx.reach(&self.invitation.id, stage, self.now).await?)
    }

    /// `true` if this is the visitor's session.
    pub(super) fn is_of(&self, session: &str) -> bool {
        self.session.as_ref().is_some_and(|found| found.id == session)
    }

    /// Returns the time of the meeting.
    pub(super) const fn span(&self) -> Span {
        Span { starts: self.meeting.starts_at, ends: self.meeting.ends_at }
    }

    /// Returns the state of the invitation.
    pub(super) fn life(&self, desk: &Desk) -> Life {
        let cancelled = self.invitation.is_cancelled(&self.meeting);
        invitation::life(&desk.settings.meeting, self.span(), cancelled, self.now)
    }

    /// Returns the state of the room.
    pub(super) fn door(&self, desk: &Desk) -> Door {
        invitation::door(&desk.settings.meeting, self.span(), self.now)
    }

    /// Returns the end of the session's proof: without further activity, and at the latest. `None` without a
    /// proof.
    pub(super) fn proof_ends(&self, desk: &Desk) -> Option<(Time, Time)> {
        let limits = &desk.settings.session;
        let last = session::last_end(limits, self.meeting.ends_at, self.visit.as_ref()?.proven_at?);
        let idle = session::idle_end(limits, self.session.as_ref()?.seen_at);
        Some((idle.min(last), last))
    }

    /// Admits the visitor, if the session's proof suffices for the invitation and still holds.
    pub(super) fn admitted(&self, desk: &Desk) -> Option<Admitted> {
        let (_, last) = self.proof_ends(desk)?;
        let proven = self.visit.as_ref()?.level.as_deref()?.parse::<Level>().ok();
        let required = self.invitation.assurance.parse::<Level>().ok()?;
        assurance::admit(proven.filter(|_| self.now < last), required)
    }

    /// Returns the meeting's time zone.
    pub(super) fn zone(&self) -> Result<TimeZone, Fault> {
        TimeZone::get(&self.meeting.time_zone).map_err(|_| Fault::Unknown("time zone"))
    }

    /// Returns the visitor's track.
    pub(super) fn track(&self) -> Track {
        let instead = self.visit.as_ref().is_some_and(|visit| visit.instead);
        if self.invitation.method == E_ID {
            Track::EId
        } else if instead && self.e_id_instead() {
            Track::EIdInstead
        } else {
            Track::Code
        }
    }

    /// `true` if an e-ID may replace the code.
    pub(super) fn e_id_instead(&self) -> bool {
        self.invitation.method != E_ID && self.invitation.allow_e_id && self.e_ids
    }

    /// Returns the furthest step that the visitor has reached before identification.
    pub(super) fn reached(&self) -> Step {
        let Some(visit) = &self.visit else {
            return if self.track() == Track::EId { Step::Address } else { Step::Method };
        };
        match (self.track(), &self.challenge) {
            (Track::Code, None) => Step::Address,
            (Track::Code, Some(_)) => Step::Code,
            (Track::EId | Track::EIdInstead, _) => match (&visit.address, &self.order) {
                (None, _) => Step::Address,
                (Some(_), Some(order)) if order.state != OrderState::Failed => {
                    if order.here {
                        Step::BankIdHere
                    } else {
                        Step::BankIdElsewhere
                    }
                }
                (Some(_), _) if self.login.is_some() => Step::Provider,
                (Some(_), _) => Step::Choice,
            },
        }
    }

    /// `true` if this session has used up its attempts: codes, or e-ID identifications on a track with e-ID.
    /// Other sessions' attempts never show.
    pub(super) fn locked(&self, desk: &Desk) -> bool {
        match self.track() {
            Track::Code => limits::tries_left(&desk.settings.code, self.tries) == 0,
            Track::EId | Track::EIdInstead => self.e_id_locked(desk),
        }
    }

    /// `true` if this session has used up its e-ID attempts.
    pub(super) fn e_id_locked(&self, desk: &Desk) -> bool {
        limits::tries_left(&desk.settings.code, self.refusals) == 0
    }

    /// `true` if no code opens the invitation any more, in any session. No page shows it.
    pub(super) fn code_way_is_locked(&self, desk: &Desk) -> bool {
        self.invitation.locked_at.is_some()
            || limits::locks_invitation(&desk.settings.code, self.tries)
    }

    /// `true` if no e-ID opens the invitation any more, in any session. No page shows it.
    pub(super) fn e_id_way_is_locked(&self, desk: &Desk) -> bool {
        self.invitation.e_id_locked_at.is_some()
            || limits::locks_invitation(&desk.settings.code, self.refusals)
    }

    /// `true` if a proof holds but does not suffice.
    pub(super) fn must_step_up(&self, desk: &Desk) -> bool {
        self.visit.as_ref().is_some_and(|visit| visit.level.is_some())
            && self.proof_ends(desk).is_some_and(|(_, last)| self.now < last)
            && self.admitted(desk).is_none()
    }

    /// Returns the required level.
    pub(super) fn required(&self) -> Result<Level, Fault> {
        self.invitation.assurance.parse().map_err(|_| Fault::Unknown("assurance"))
    }

    /// Returns the wrong attempts left for a code, and so for its session.
    pub(super) fn tries_left(&self, desk: &Desk, challenge: &Challenge) -> u8 {
        let limits = &desk.settings.code;
        let left = limits
            .tries_per_code
            .saturating_sub(challenge.sent().tries)
            .min(limits::tries_left(limits, self.tries));
        u8::try_from(left).unwrap_or(u8::MAX)
    }

    /// Returns the phone number for codes, with most digits hidden. `None` unless codes go by SMS.
    pub(super) fn masked_phone(&self) -> Option<String> {
        let phone = self.invitation.phone.as_deref();
        phone.filter(|_| self.invitation.method == SMS_CODE).map(masked_phone)
    }

    /// Returns the sender's chosen method.
    pub(super) fn way(&self) -> Result<Way, Fault> {
        match self.invitation.method.as_str() {
            EMAIL_CODE => Ok(Way::EmailCode),
            SMS_CODE => Ok(Way::SmsCode),
            E_ID => Ok(Way::EId),
            _ => Err(Fault::Unknown("method")),
        }
    }
}

impl Desk {
    /// Returns the visitor's session, if it has not ended. If the transaction is `writing`, locks the session
    /// until it ends.
    pub(super) async fn session_of(
        &self,
        tx: &mut dyn Tx,
        visitor: &Visitor,
        writing: bool,
    ) -> Result<Option<Session>, Fault> {
        let Some(value) = &visitor.session else { return Ok(None) };
        let (hash, seen_after) =
            (fingerprint(value), self.clock.latest() - self.settings.session.idle);
        Ok(if writing {
            tx.own_session(&hash, seen_after).await?
        } else {
            tx.session(&hash, seen_after).await?
        })
    }
}

/// Returns a session's flow for the current link of an invitation.
pub(super) async fn visit_of(
    tx: &mut dyn Tx,
    session: &Session,
    invitation: &Invitation,
) -> Result<Option<Visit>, Fault> {
    let visit = tx.visit(&session.id, &invitation.id).await?;
    Ok(visit.filter(|visit| visit.generation == invitation.generation))
}

impl Challenge {
    /// Returns what the rules need of the challenge.
    pub(super) fn sent(&self) -> Sent {
        Sent {
            expires_at: self.expires_at,
            expired: self.expired_at.is_some(),
            tries: u32::try_from(self.tries).unwrap_or(u32::MAX),
            consumed: self.consumed_at.is_some(),
        }
    }
}
