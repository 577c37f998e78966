//! One-time codes: the address, sending, and checking.

use super::{Desk, Fault, show::Remark, situation::Situation};
use crate::{
    keys::{new_id, same},
    metrics::CodeEvent,
    prove::code::{self, Carrier},
    rules::{
        code::{Standing, sent_again, standing},
        limits::{Hold, goes_at, locks_invitation, may_mail, may_send, sends_since},
    },
    store::{
        Attempt, Message, Naming, Stage, Tx,
        records::{Challenge, Invitation, Kind, Visit},
    },
};
use app::{
    fields::{EmailAddress, OneTimeCode, comparable},
    steps::{Step, Track},
    wire::{Notice, Problem},
};

impl Desk {
    /// Returns the keyed hash by which an address is counted and compared.
    pub(super) fn mark(&self, address: &str) -> Vec<u8> {
        self.keys.address_mark(&comparable(address))
    }

    /// Returns the keyed hash under which sends are counted. If the address is the recipient's, it covers all
    /// invitations to the code's destination. Otherwise it covers this invitation alone, so that a typed
    /// address can't be used to follow a visitor between invitations.
    pub(super) fn send_mark(&self, invitation: &Invitation, address: &str) -> Vec<u8> {
        let everywhere = match (Carrier::of(&invitation.method), &invitation.phone) {
            (Carrier::Sms, Some(phone)) => self.mark(phone),
            _ => self.mark(&invitation.email),
        };
        let mark = self.mark(address);
        let here = self.keys.address_mark_within(&invitation.id, &mark);
        if same(self.mark(&invitation.email), mark) { everywhere } else { here }
    }

    /// Takes the address that a visitor typed and sends a code. Nothing visible may depend on whether it is
    /// right: a wrong one gets a decoy.
    pub(super) async fn address(
        &self,
        tx: &mut dyn Tx,
        at: &mut Situation,
        visit: &mut Visit,
        typed: String,
        parsed: Result<EmailAddress, Problem>,
    ) -> Result<(), Fault> {
        visit.typed = typed;
        let address = match parsed {
            Ok(address) => address,
            Err(problem) => {
                visit.remark = Remark::problem(Step::Address, problem).written();
                return Ok(());
            }
        };
        if at.track() != Track::Code {
            return self.name_address(tx, at, visit, address.as_str().to_owned()).await;
        }
        let mark = self.mark(address.as_str());
        if let Some(challenge) = &at.challenge {
            let good = standing(challenge.sent(), &self.settings.code, at.now) == Standing::Good;
            if good && same(self.mark(&challenge.address), &mark) {
                visit.remark = Remark::notice(Step::Code, Notice::StillValid).written();
                return Ok(());
            }
        }
        self.send(tx, at, visit, address.as_str(), Step::Address).await?;
        Ok(())
    }

    /// Sends the code again.
    pub(super) async fn resend(
        &self,
        tx: &mut dyn Tx,
        at: &mut Situation,
        visit: &mut Visit,
    ) -> Result<(), Fault> {
        let Some(challenge) = at.challenge.clone() else { return Ok(()) };
        if self.send(tx, at, visit, &challenge.address, Step::Code).await? {
            visit.remark = Remark::notice(Step::Code, Notice::SentAgain).written();
        }
        Ok(())
    }

    /// Sends a code to an address, or reports at `step` why not. `true` if a code or a decoy was issued. The
    /// previous code is repeated if it was for the same address and lasts long enough. Otherwise a new one is
    /// created.
    ///
    /// The answer depends on this session's own acts alone. A wrong address, and the right one beyond an
    /// unseen cap, get a decoy, which looks the same.
    async fn send(
        &self,
        tx: &mut dyn Tx,
        at: &mut Situation,
        visit: &mut Visit,
        address: &str,
        step: Step,
    ) -> Result<bool, Fault> {
        if self.lacks_key(&at.invitation.key_id) {
            // Must come before anything that depends on the address.
            visit.remark = Remark::problem(step, Problem::NoCode).written();
            return Ok(false);
        }
        let limits = &self.settings.code;
        let now = at.now;
        let mark = self.mark(address);
        let send_mark = self.send_mark(&at.invitation, address);
        let (invitation, generation) = (&at.invitation.id, at.invitation.generation);
        let since = sends_since(limits, now);
        // Sends to an address are counted over all invitations, hence the lock.
        tx.lock_address(&send_mark).await?;
        let mut sends =
            tx.sends(invitation, generation, &visit.session_id, &send_mark, since).await?;
        if let Err(hold) = may_send(limits, &sends, now) {
            visit.remark = Remark::problem(step, held(at, hold)?).written();
            return Ok(false);
        }
        let again = at.challenge.take().filter(|challenge| {
            sent_again(challenge.sent(), limits, now) && same(self.mark(&challenge.address), &mark)
        });
        let expires_at = again.as_ref().map_or(now + limits.lifetime, |again| again.expires_at);
        let invited = same(self.mark(&at.invitation.email), &mark);
        let mail = may_mail(limits, &sends, now, expires_at)
            .filter(|_| invited && !at.code_way_is_locked(self));
        let challenge = if let Some(mut challenge) = again {
            // A sent code stays valid. A decoy becomes valid if a message goes out now.
            challenge.decoy &= mail.is_none();
            tx.resent(&challenge.id, challenge.decoy, now).await?;
            challenge.sends += 1;
            challenge.sent_at = now;
            challenge
        } else {
            let challenge = Challenge {
                id: new_id()?,
                session_id: visit.session_id.clone(),
                invitation_id: invitation.clone(),
                address: address.to_owned(),
                decoy: mail.is_none(),
                key_id: self.keys.current_id().to_owned(),
                made_at: now,
                sent_at: now,
                expires_at,
                sends: 1,
                tries: 0,
                consumed_at: None,
                expired_at: None,
            };
            tx.add_challenge(&challenge).await?;
            challenge
        };
        let attempt = Attempt {
            id: &new_id()?,
            challenge: &challenge.id,
            invitation,
            generation,
            session: &visit.session_id,
            alone: mail.is_none(),
            at: now,
        };
        let mail_at = mail.map(|mail| mail.at);
        let naming = Naming { address_mark: &send_mark, mail_at, e_id: false };
        tx.count_send(&new_id()?, &attempt, naming).await?;
        tx.post(Message {
            challenge: Some(&challenge.id),
            silent: mail.is_none(),
            due_at: goes_at(limits, &sends, now, expires_at).unwrap_or(now),
            expires_at: Some(challenge.expires_at),
            again_at: mail.and_then(|mail| mail.again_at),
            ..Message::new(attempt.id, Kind::Code, invitation, generation, now)
        })
        .await?;
        let happened = match mail {
            Some(_) => "code-requested",
            None if invited => "code-withheld",
            None => "wrong-address",
        };
        self.note(tx, at, happened).await?;
        visit.challenge_id = Some(challenge.id.clone());
        at.challenge = Some(challenge);
        sends.session.push(now);
        at.sends = sends;
        Ok(true)
    }

    /// Checks a code. `true` if it was right: the session has then proven its level.
    pub(super) async fn code(
        &self,
        tx: &mut dyn Tx,
        at: &mut Situation,
        visit: &mut Visit,
        typed: Result<OneTimeCode, Problem>,
    ) -> Result<bool, Fault> {
        let limits = &self.settings.code;
        let Some(challenge) = at.challenge.clone() else { return Ok(false) };
        let mut tell = |problem| {
            visit.remark = Remark::problem(Step::Code, problem).written();
        };
        match standing(challenge.sent(), limits, at.now) {
            Standing::Good => {}
            Standing::Expired => {
                tx.expire(&challenge.id, at.now).await?;
                tell(Problem::CodeExpired);
                return Ok(false);
            }
            Standing::Dead => {
                tell(Problem::CodeDead);
                return Ok(false);
            }
        }
        let typed = match typed {
            Ok(typed) => typed,
            Err(problem) => {
                tell(problem);
                return Ok(false);
            }
        };
        let id = new_id()?;
        let locked = at.code_way_is_locked(self);
        let attempt = Attempt {
            id: &id,
            challenge: &challenge.id,
            invitation: &at.invitation.id,
            generation: at.invitation.generation,
            session: &visit.session_id,
            alone: challenge.decoy,
            at: at.now,
        };
        if !tx.count_try(&attempt, limits.tries_per_code).await? {
            tell(Problem::CodeDead);
            return Ok(false);
        }
        let counts = !challenge.decoy;
        let carrier = Carrier::of(&at.invitation.method);
        if let Some(evidence) = code::check(&self.keys, &challenge, carrier, locked, &typed)
            && tx.consume(&challenge.id, at.now).await?
        {
            let event = Self::evidence_event(at, &evidence);
            self.prove(tx, at, visit, &id, &evidence, &event).await?;
            self.metrics.code(CodeEvent::Used);
            return Ok(true);
        }
        self.metrics.code(CodeEvent::Wrong);
        at.count(self, tx).await?;
        let challenge = tx.challenge(&challenge.id).await?.unwrap_or(challenge);
        tell(match at.tries_left(self, &challenge) {
            0 => Problem::CodeDead,
            left => Problem::CodeWrong { left },
        });
        at.challenge = Some(challenge);
        self.note(tx, at, "wrong-code").await?;
        if counts && locks_invitation(limits, at.tries) {
            self.lock(tx, at, Stage::Locked).await?;
        }
        Ok(false)
    }

    /// Locks a method of an invitation. Notifies the sender and, since no page shows the lock, the recipient,
    /// once each.
    pub(super) async fn lock(
        &self,
        tx: &mut dyn Tx,
        at: &mut Situation,
        stage: Stage,
    ) -> Result<(), Fault> {
        let (kinds, what) = match stage {
            Stage::EIdLocked => ([Kind::EIdLocked, Kind::EIdLockedOut], "e-id-locked"),
            _ => ([Kind::Locked, Kind::LockedOut], "locked"),
        };
        if at.reach(tx, stage).await? {
            self.note(tx, at, what).await?;
            let (id, generation) = (&at.invitation.id, at.invitation.generation);
            for kind in kinds {
                tx.post(Message::new(&new_id()?, kind, id, generation, at.now)).await?;
            }
        }
        if stage == Stage::EIdLocked {
            at.invitation.e_id_locked_at = Some(at.now);
        } else {
            at.invitation.locked_at = Some(at.now);
        }
        Ok(())
    }
}

/// Returns the problem that a rate-limited session sees.
pub(super) fn held(at: &Situation, hold: Hold) -> Result<Problem, Fault> {
    let until = Desk::moment(at, hold.until())?;
    Ok(match hold {
        Hold::TooSoon(_) => Problem::TooSoon { at: until, wait: hold.until().seconds_from(at.now) },
        Hold::TooMany(_) => Problem::TooMany { at: until },
        Hold::TooManyAddresses(_) => Problem::TooManyAddresses { at: until },
    })
}
