//! Events, the sender's record: who identified, how and when.

use super::{Desk, Fault, booking::happened, situation::Situation};
use crate::{
    metrics::Ending,
    prove::Evidence,
    store::{
        Stage, Tx,
        records::{Event, Visit},
    },
};

impl Desk {
    /// Records an event of an invitation.
    pub(super) async fn note(
        &self,
        tx: &mut dyn Tx,
        at: &Situation,
        kind: &str,
    ) -> Result<(), Fault> {
        let event = happened(kind, Some(&at.invitation.id), at.now);
        Ok(tx.add_event(&at.meeting.id, &event).await?)
    }

    /// Returns the event of a proof: who identified, and how.
    pub(super) fn evidence_event(at: &Situation, evidence: &Evidence) -> Event {
        Event {
            level: Some(evidence.level().name().to_owned()),
            how: Some(evidence.how().to_owned()),
            who: evidence.who().map(str::to_owned),
            identity_matched: evidence.matched(),
            ..happened("identified", Some(&at.invitation.id), at.now)
        }
    }

    /// Records the proof from a counted attempt in the flow, and adds its event.
    pub(super) async fn prove(
        &self,
        tx: &mut dyn Tx,
        at: &Situation,
        visit: &mut Visit,
        attempt: &str,
        evidence: &Evidence,
        event: &Event,
    ) -> Result<(), Fault> {
        tx.excuse_try(attempt).await?;
        visit.challenge_id = None;
        visit.remark = None;
        tx.put_visit(visit).await?;
        tx.prove(&visit.session_id, &at.invitation.id, evidence, at.now).await?;
        visit.level = Some(evidence.level().name().to_owned());
        visit.how = Some(evidence.how().to_owned());
        visit.who = evidence.who().map(str::to_owned);
        visit.proven_at = Some(at.now);
        at.reach(tx, Stage::Identified).await?;
        self.metrics.identification(evidence.how(), Ending::Matched);
        Ok(tx.add_event(&at.meeting.id, event).await?)
    }
}
