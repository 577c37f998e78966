//! Judging who has identified with an e-identification, and what the sender is told of it.

use super::{Desk, Fault, booking::happened, show::Remark, situation::Situation};
use crate::{
    keys::{new_id, same},
    prove::identity::{Identity, Judgement, judge, person_mark},
    rules::limits::{day_before, locks_invitation},
    store::{
        Attempt, Stage, Tx,
        records::{Event, Visit},
    },
};
use app::{
    steps::Step,
    wire::{Failure, Problem},
};

/// What happened when somebody who was invited has identified.
const IDENTIFIED: &str = "identified";

impl Desk {
    /// Judges who has identified. True when it is who was invited: then the session has proven the
    /// level.
    pub(super) async fn identified(
        &self,
        tx: &mut dyn Tx,
        at: &mut Situation,
        visit: &mut Visit,
        address: &str,
        identity: &Identity,
    ) -> Result<bool, Fault> {
        let attempt = Attempt {
            id: &new_id()?,
            challenge: "",
            invitation: &at.invitation.id,
            generation: at.invitation.generation,
            session: &visit.session_id,
            at: at.now,
        };
        tx.count_e_id(&attempt).await?;
        let known = same(self.mark(&at.invitation.email), self.mark(address));
        let matched = match judge(&self.keys, &at.invitation, known, identity) {
            Judgement::Invited(evidence) => {
                tx.excuse_try(attempt.id).await?;
                visit.remark = None;
                visit.challenge_id = None;
                tx.put_visit(visit).await?;
                tx.prove(&visit.session_id, &at.invitation.id, &evidence, at.now).await?;
                tx.reach(&at.invitation.id, Stage::Identified, at.now).await?;
                let event = Event {
                    level: Some(evidence.level().name().to_owned()),
                    ..self.event_of(at, IDENTIFIED, identity, evidence.matched())?
                };
                tx.add_event(&at.meeting.id, &event).await?;
                return Ok(true);
            }
            Judgement::NotInvited { matched } => matched,
        };
        let event = self.event_of(at, "not-invited", identity, matched)?;
        tx.add_event(&at.meeting.id, &event).await?;
        visit.remark = Remark::problem(Step::Choice, Problem::EId(Failure::NotInvited)).written();
        at.refusals = tx
            .tries(
                &at.invitation.id,
                at.invitation.generation,
                &visit.session_id,
                day_before(at.now),
                true,
            )
            .await?;
        if locks_invitation(&self.settings.code, at.refusals) {
            self.lock(tx, at, Stage::EIdLocked).await?;
        }
        Ok(false)
    }

    /// What the sender is told of somebody who identified. The number is kept of who was invited only.
    fn event_of(
        &self,
        at: &Situation,
        kind: &str,
        identity: &Identity,
        matched: Option<bool>,
    ) -> Result<Event, Fault> {
        let number = identity.number().filter(|_| kind == IDENTIFIED);
        let sealed = number
            .filter(|_| self.settings.e_id.keep_number)
            .map(|number| self.keys.seal(&at.invitation.id, number.as_bytes()));
        Ok(Event {
            how: Some(identity.how().to_owned()),
            who: identity.name().map(str::to_owned),
            identity_matched: matched,
            person_mark: number.and_then(|number| {
                person_mark(&self.keys, &at.invitation.key_id, &at.invitation.id, number)
            }),
            person_sealed: sealed.transpose()?,
            ..happened(kind, Some(&at.invitation.id), at.now)
        })
    }
}
