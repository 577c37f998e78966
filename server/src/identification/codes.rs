//! One-time codes: the address, sending, and checking.
//!
//! An attempt is counted (`record_attempt`), then compared, then the challenge is consumed. A right attempt
//! is taken out of the count afterwards (`mark_attempt_correct`). Counts carry the invitation's generation,
//! so a new code resets none.
//!
//! A wrong address gets a challenge too, marked as decoy, and a suppressed row in the outbox. The challenge
//! of a locked invitation is compared but never right. What only the recipient may know is mailed. The last
//! code says when there will be more, and a lock has its own mail.

use super::context::FlowContext;
use crate::{
    authenticators::code::{self, CodeChannel},
    clock::Time,
    keys::{constant_time_eq, new_ordered_id},
    metrics::CodeEvent,
    model::{Challenge, Invitation, InvitationStage, MessageKind},
    rules::{
        code::{CodeState, can_resend_same, state},
        delivery::HANDED_LEASE,
        limits::{RateLimited, check_send, goes_at, may_mail, sends_since},
    },
    state::{AppState, InternalError},
    store::{Attempt, NewMessage, NewSend, Tx},
};
use app::{
    fields::{EmailAddress, OneTimeCode, comparable},
    steps::{Step, Track},
    wire::{Notice, Problem},
};

impl AppState {
    /// Returns the keyed hash by which an address is counted and compared.
    pub(crate) fn address_hash(&self, address: &str) -> Vec<u8> {
        self.keys.address_hash(&comparable(address))
    }

    /// Returns the keyed hash under which sends are counted, for the hash of an address. If the address is the
    /// recipient's, it covers all invitations to the code's destination. Otherwise it covers this invitation
    /// alone, so that a typed address can't be used to follow a visitor between invitations.
    pub(crate) fn send_key(&self, invitation: &Invitation, address_hash: &[u8]) -> Vec<u8> {
        let invited = self.address_hash(&invitation.email);
        let here = self.keys.address_hash_within(&invitation.id, address_hash);
        let is_invited = constant_time_eq(&invited, address_hash);
        let everywhere = match (CodeChannel::of(&invitation.method), &invitation.phone) {
            (CodeChannel::Sms, Some(phone)) => self.address_hash(phone),
            _ => invited,
        };
        if is_invited { everywhere } else { here }
    }

    /// Takes the address that a visitor typed and sends a code. Nothing visible may depend on whether it is
    /// right: a wrong one gets a decoy.
    pub(crate) async fn address(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
        typed: String,
        parsed: Result<EmailAddress, Problem>,
    ) -> Result<(), InternalError> {
        ctx.set_typed(typed)?;
        let address = match parsed {
            Ok(address) => address,
            Err(problem) => return ctx.set_problem(Step::Address, problem),
        };
        if ctx.track() != Track::Code {
            return self.name_address(tx, ctx, address.as_str().to_owned()).await;
        }
        let address_hash = self.address_hash(address.as_str());
        if let Some(challenge) = ctx.challenge() {
            let good = state(challenge.sent(), &self.settings.code, ctx.now) == CodeState::Valid;
            if good && constant_time_eq(self.address_hash(&challenge.address), &address_hash) {
                return ctx.set_notice(Step::Code, Notice::StillValid);
            }
        }
        self.send(tx, ctx, (address.as_str(), &address_hash), Step::Address).await?;
        Ok(())
    }

    /// Sends the code again.
    pub(crate) async fn resend(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
    ) -> Result<(), InternalError> {
        let Some(challenge) = ctx.challenge().cloned() else { return Ok(()) };
        let address_hash = self.address_hash(&challenge.address);
        if self.send(tx, ctx, (&challenge.address, &address_hash), Step::Code).await? {
            ctx.set_notice(Step::Code, Notice::SentAgain)?;
        }
        Ok(())
    }

    /// Sends a code to an address with this hash, or reports at `step` why not. `true` if a code or a decoy was issued. The
    /// previous code is repeated if it was for the same address and lasts long enough. Otherwise a new one is
    /// created.
    ///
    /// The answer depends on this session's own acts alone. A wrong address, and the right one beyond an
    /// unseen cap, get a decoy, which looks the same.
    async fn send(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
        (address, address_hash): (&str, &[u8]),
        step: Step,
    ) -> Result<bool, InternalError> {
        if self.lacks_key(&ctx.invitation.key_id) {
            // Must come before anything that depends on the address.
            ctx.set_problem(step, Problem::NoCode)?;
            return Ok(false);
        }
        let limits = &self.settings.code;
        let now = ctx.now;
        let send_key = self.send_key(&ctx.invitation, address_hash);
        let (invitation, generation) = (ctx.invitation.id.clone(), ctx.invitation.generation);
        let session = ctx.session_id()?.to_owned();
        let since = sends_since(limits, now);
        ctx.complete_attempts(tx).await?;
        // Sends to an address are counted over all invitations, hence the lock.
        tx.lock_address(&send_key).await?;
        let sends = tx.sends(&invitation, generation, &session, &send_key, since).await?;
        if let Err(hold) = check_send(limits, &sends, now) {
            ctx.set_problem(step, held(ctx, hold)?)?;
            return Ok(false);
        }
        let again = ctx.challenge().filter(|challenge| {
            can_resend_same(challenge.sent(), limits, now)
                && constant_time_eq(self.address_hash(&challenge.address), address_hash)
        });
        let again = again.map(|again| (again.id.clone(), again.decoy, again.expires_at));
        let expires_at = again.as_ref().map_or(now + limits.lifetime, |again| again.2);
        let invited = constant_time_eq(self.address_hash(&ctx.invitation.email), address_hash);
        let mail = may_mail(limits, &sends, now, expires_at)
            .filter(|_| invited && !ctx.codes_are_locked(self));
        let challenge = if let Some((id, decoy, _)) = again {
            // A sent code stays valid. A decoy becomes valid if a message goes out now.
            ctx.resend_challenge(tx, decoy && mail.is_none()).await?;
            id
        } else {
            let id = new_ordered_id(now)?;
            let challenge = Challenge {
                id: id.clone(),
                session_id: session.clone(),
                invitation_id: invitation.clone(),
                address: address.to_owned(),
                decoy: mail.is_none(),
                key_id: self.keys.current_id().to_owned(),
                made_at: now,
                sent_at: now,
                expires_at,
                sends: 1,
                attempts: 0,
                consumed_at: None,
                expired_at: None,
            };
            ctx.add_challenge(tx, challenge).await?;
            id
        };
        let attempt = Attempt {
            id: &new_ordered_id(now)?,
            challenge: &challenge,
            invitation: &invitation,
            generation,
            session: &session,
            alone: mail.is_none(),
            at: now,
        };
        let mail_at = mail.map(|mail| mail.at);
        let send = NewSend { address_hash: &send_key, mail_at, e_id: false };
        tx.record_send(&new_ordered_id(now)?, &attempt, send).await?;
        let due_at = goes_at(limits, &sends, now, expires_at).unwrap_or(now);
        let handed = due_at <= now && self.handoff.is_open();
        ctx.enqueue_code(
            tx,
            NewMessage {
                challenge: Some(&challenge),
                suppressed: mail.is_none(),
                due_at,
                expires_at: Some(expires_at),
                again_at: mail.and_then(|mail| mail.again_at),
                leased_until: if handed { now + HANDED_LEASE } else { Time(0) },
                ..NewMessage::new(attempt.id, MessageKind::Code, &invitation, generation, now)
            },
        )
        .await?;
        let happened = match mail {
            Some(_) => "code-requested",
            None if invited => "code-withheld",
            None => "wrong-address",
        };
        self.note(tx, ctx, happened).await?;
        ctx.add_send(sends);
        Ok(true)
    }

    /// Checks a code. `true` if it was right: the session has then proven its level.
    pub(crate) async fn code(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
        typed: Result<OneTimeCode, Problem>,
    ) -> Result<bool, InternalError> {
        let limits = &self.settings.code;
        let Some(challenge) = ctx.challenge().cloned() else { return Ok(false) };
        match state(challenge.sent(), limits, ctx.now) {
            CodeState::Valid => {}
            CodeState::Expired => {
                ctx.expire_challenge(tx).await?;
                ctx.set_problem(Step::Code, Problem::CodeExpired)?;
                return Ok(false);
            }
            CodeState::Exhausted => {
                ctx.set_problem(Step::Code, Problem::CodeDead)?;
                return Ok(false);
            }
        }
        let typed = match typed {
            Ok(typed) => typed,
            Err(problem) => {
                ctx.set_problem(Step::Code, problem)?;
                return Ok(false);
            }
        };
        let id = new_ordered_id(ctx.now)?;
        let locked = ctx.codes_are_locked(self);
        let attempt = Attempt {
            id: &id,
            challenge: &challenge.id,
            invitation: &ctx.invitation.id,
            generation: ctx.invitation.generation,
            session: ctx.session_id()?,
            alone: challenge.decoy,
            at: ctx.now,
        };
        if !tx.record_attempt(&attempt, limits.tries_per_code).await? {
            ctx.set_problem(Step::Code, Problem::CodeDead)?;
            return Ok(false);
        }
        let counts = !challenge.decoy;
        let channel = CodeChannel::of(&ctx.invitation.method);
        if let Some(proof) = code::check(&self.keys, &challenge, channel, locked, &typed)
            && tx.consume(&challenge.id, ctx.now).await?
        {
            let event = Self::proof_event(ctx, &proof);
            self.prove(tx, ctx, &id, &proof, &event).await?;
            self.metrics.code(CodeEvent::Used);
            return Ok(true);
        }
        self.metrics.code(CodeEvent::Wrong);
        ctx.count(self, tx).await?;
        ctx.read_challenge(tx).await?;
        let problem = match ctx.challenge().map_or(0, |current| ctx.attempts_left(self, current)) {
            0 => Problem::CodeDead,
            left => Problem::CodeWrong { left },
        };
        ctx.set_problem(Step::Code, problem)?;
        self.note(tx, ctx, "wrong-code").await?;
        if counts && ctx.must_lock_codes(self) {
            self.lock(tx, ctx, InvitationStage::Locked).await?;
        }
        Ok(false)
    }

    /// Locks a method of an invitation. Notifies the sender and, since no page shows the lock, the recipient,
    /// once each.
    pub(crate) async fn lock(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
        stage: InvitationStage,
    ) -> Result<(), InternalError> {
        let (kinds, what) = match stage {
            InvitationStage::EIdLocked => {
                ([MessageKind::EIdLocked, MessageKind::EIdLockedOut], "e-id-locked")
            }
            _ => ([MessageKind::Locked, MessageKind::LockedOut], "locked"),
        };
        if ctx.mark_reached(tx, stage).await? {
            self.note(tx, ctx, what).await?;
            let (id, generation) = (&ctx.invitation.id, ctx.invitation.generation);
            for kind in kinds {
                tx.enqueue(NewMessage::new(
                    &new_ordered_id(ctx.now)?,
                    kind,
                    id,
                    generation,
                    ctx.now,
                ))
                .await?;
            }
        }
        Ok(())
    }
}

/// Returns the problem that a rate-limited session sees.
pub(crate) fn held(ctx: &FlowContext, hold: RateLimited) -> Result<Problem, InternalError> {
    let until = AppState::moment(ctx, hold.until())?;
    Ok(match hold {
        RateLimited::Cooldown(_) => {
            Problem::TooSoon { at: until, wait: hold.until().seconds_from(ctx.now) }
        }
        RateLimited::Quota(_) => Problem::TooMany { at: until },
        RateLimited::TooManyAddresses(_) => Problem::TooManyAddresses { at: until },
    })
}
