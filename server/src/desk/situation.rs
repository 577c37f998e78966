//! Where a visitor stands with an invitation, read from the store in one transaction.

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

/// The part of a code's mail that may be told, whichever address was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CodeMail {
    /// It is on its way, or has come, or never will.
    Perhaps,
    /// It was not sent: the mail server let nobody in until the code's time was over.
    Never,
}

/// Where a visitor stands with an invitation.
pub(super) struct Situation {
    pub now: Time,
    pub language: Language,
    pub token: InvitationToken,
    pub meeting: Meeting,
    pub invitation: Invitation,
    pub session: Option<Session>,
    /// Whether the browser had a session that is no more.
    pub lapsed: bool,
    pub visit: Option<Visit>,
    /// The code that the visit last asked for, unless it was used or its key is configured no more.
    pub challenge: Option<Challenge>,
    /// The mail with that code, as far as it may be told.
    pub code_mail: CodeMail,
    /// Codes that were wrong; none are read where somebody is admitted.
    pub tries: Tries,
    /// E-identifications that were refused; none are read where somebody is admitted.
    pub refusals: Tries,
    /// The identification with BankID that the visit last began, unless it was left.
    pub order: Option<Order>,
    /// The identification with another provider that the visit last began, unless it came back.
    pub login: Option<Login>,
    /// Whether any e-identification can be used here.
    pub e_ids: bool,
    /// Whether the visitor's device is a phone or a tablet.
    pub handheld: bool,
    /// Sends, with those to the address of the challenge; none are read where there is no challenge or
    /// somebody is admitted.
    pub sends: Sends,
}

impl Situation {
    /// Reads where the visitor stands; none when there is no such invitation. In a transaction
    /// that writes, the invitation and then the session are the visitor's own until it ends.
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
        // Where the clock was set back its time has run out all the same.
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
        // Who is admitted has nothing more to try.
        if situation.admitted(desk).is_none() {
            situation.count(desk, tx).await?;
        }
        Ok(Some(situation))
    }

    /// Reads the counts anew.
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

    /// Remembers that the invitation has come to a stage; false when it had been there.
    pub(super) async fn reach(&self, tx: &mut dyn Tx, stage: Stage) -> Result<bool, Fault> {
        // It is kept off others, so that what was read of it still holds.
        if self.invitation.reached(stage).is_some() {
            return Ok(false);
        }
        Ok(tx.reach(&self.invitation.id, stage, self.now).await?)
    }

    /// Whether the visitor's session is this one.
    pub(super) fn is_of(&self, session: &str) -> bool {
        self.session.as_ref().is_some_and(|found| found.id == session)
    }

    /// When the meeting is.
    pub(super) const fn span(&self) -> Span {
        Span { starts: self.meeting.starts_at, ends: self.meeting.ends_at }
    }

    /// Whether one can still identify for the invitation.
    pub(super) fn life(&self, desk: &Desk) -> Life {
        let cancelled = self.invitation.is_cancelled(&self.meeting);
        invitation::life(&desk.settings.meeting, self.span(), cancelled, self.now)
    }

    /// Whether the room lets people in.
    pub(super) fn door(&self, desk: &Desk) -> Door {
        invitation::door(&desk.settings.meeting, self.span(), self.now)
    }

    /// When what the session has proven ends: if nothing more is done, and at the latest.
    pub(super) fn proof_ends(&self, desk: &Desk) -> Option<(Time, Time)> {
        let limits = &desk.settings.session;
        let last = session::last_end(limits, self.meeting.ends_at, self.visit.as_ref()?.proven_at?);
        let idle = session::idle_end(limits, self.session.as_ref()?.seen_at);
        Some((idle.min(last), last))
    }

    /// Admits the visitor, if what the session has proven is enough for the invitation and still
    /// holds.
    pub(super) fn admitted(&self, desk: &Desk) -> Option<Admitted> {
        let (_, last) = self.proof_ends(desk)?;
        let proven = self.visit.as_ref()?.level.as_deref()?.parse::<Level>().ok();
        let required = self.invitation.assurance.parse::<Level>().ok()?;
        assurance::admit(proven.filter(|_| self.now < last), required)
    }

    /// The zone that the meeting is held in.
    pub(super) fn zone(&self) -> Result<TimeZone, Fault> {
        TimeZone::get(&self.meeting.time_zone).map_err(|_| Fault::Unknown("time zone"))
    }

    /// The order in which the visitor takes the steps.
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

    /// Whether an e-identification may be used where a code would do.
    pub(super) fn e_id_instead(&self) -> bool {
        self.invitation.method != E_ID && self.invitation.allow_e_id && self.e_ids
    }

    /// The furthest step that the visitor has come to before identification.
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

    /// Tells whether this session has used up what it may try: codes, or e-identifications where the visitor
    /// is on that way. What others did shows in nothing.
    pub(super) fn locked(&self, desk: &Desk) -> bool {
        match self.track() {
            Track::Code => limits::tries_left(&desk.settings.code, self.tries) == 0,
            Track::EId | Track::EIdInstead => self.e_id_locked(desk),
        }
    }

    /// Tells whether this session has used up the e-identifications that it may try.
    pub(super) fn e_id_locked(&self, desk: &Desk) -> bool {
        limits::tries_left(&desk.settings.code, self.refusals) == 0
    }

    /// Tells whether no code opens the invitation any more, whoever enters it. No page shows it.
    pub(super) fn code_way_is_locked(&self, desk: &Desk) -> bool {
        self.invitation.locked_at.is_some()
            || limits::locks_invitation(&desk.settings.code, self.tries)
    }

    /// Tells whether no e-identification opens it any more, whoever identifies. No page shows it.
    pub(super) fn e_id_way_is_locked(&self, desk: &Desk) -> bool {
        self.invitation.e_id_locked_at.is_some()
            || limits::locks_invitation(&desk.settings.code, self.refusals)
    }

    /// Whether something was proven that holds but is not enough.
    pub(super) fn must_step_up(&self, desk: &Desk) -> bool {
        self.visit.as_ref().is_some_and(|visit| visit.level.is_some())
            && self.proof_ends(desk).is_some_and(|(_, last)| self.now < last)
            && self.admitted(desk).is_none()
    }

    /// The level that the invitation asks for.
    pub(super) fn required(&self) -> Result<Level, Fault> {
        self.invitation.assurance.parse().map_err(|_| Fault::Unknown("assurance"))
    }

    /// The number of wrong tries that a code still bears, and with it the session.
    pub(super) fn tries_left(&self, desk: &Desk, challenge: &Challenge) -> u8 {
        let limits = &desk.settings.code;
        let left = limits
            .tries_per_code
            .saturating_sub(challenge.sent().tries)
            .min(limits::tries_left(limits, self.tries));
        u8::try_from(left).unwrap_or(u8::MAX)
    }

    /// The number that codes go to, with most digits hidden; none where they go by e-mail.
    pub(super) fn masked_phone(&self) -> Option<String> {
        let phone = self.invitation.phone.as_deref();
        phone.filter(|_| self.invitation.method == SMS_CODE).map(masked_phone)
    }

    /// The way of identifying that the sender chose.
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
    /// The visitor's session, if it has not ended; in a transaction that is `writing`, kept off others until
    /// it ends.
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

/// What a session has done with an invitation by the link that it has now.
pub(super) async fn visit_of(
    tx: &mut dyn Tx,
    session: &Session,
    invitation: &Invitation,
) -> Result<Option<Visit>, Fault> {
    let visit = tx.visit(&session.id, &invitation.id).await?;
    Ok(visit.filter(|visit| visit.generation == invitation.generation))
}

impl Challenge {
    /// What the rules look at.
    pub(super) fn sent(&self) -> Sent {
        Sent {
            expires_at: self.expires_at,
            expired: self.expired_at.is_some(),
            tries: u32::try_from(self.tries).unwrap_or(u32::MAX),
            consumed: self.consumed_at.is_some(),
        }
    }
}
