//! What the sender can read afterwards: who identified, how and when.

use super::{Desk, Fault, situation::Situation};
use crate::{
    prove::Evidence,
    store::{Tx, records::Event},
};

impl Desk {
    /// Notes that something happened to an invitation.
    pub(super) async fn note(
        &self,
        tx: &mut dyn Tx,
        at: &Situation,
        kind: &str,
    ) -> Result<(), Fault> {
        self.add(tx, at, kind, None).await
    }

    /// Notes who identified and how.
    pub(super) async fn note_evidence(
        &self,
        tx: &mut dyn Tx,
        at: &Situation,
        kind: &str,
        evidence: &Evidence,
    ) -> Result<(), Fault> {
        self.add(tx, at, kind, Some(evidence)).await
    }

    async fn add(
        &self,
        tx: &mut dyn Tx,
        at: &Situation,
        kind: &str,
        evidence: Option<&Evidence>,
    ) -> Result<(), Fault> {
        let event = Event {
            number: 0,
            invitation_id: Some(at.invitation.id.clone()),
            at: at.now,
            kind: kind.to_owned(),
            level: evidence.map(|evidence| evidence.level().name().to_owned()),
            how: evidence.map(|evidence| evidence.how().to_owned()),
            who: evidence.and_then(|evidence| evidence.who().map(str::to_owned)),
        };
        tx.add_event(&at.meeting.id, &event).await?;
        Ok(())
    }
}
