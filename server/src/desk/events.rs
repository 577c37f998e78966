//! What the sender can read afterwards: who identified, how and when.

use super::{Desk, Fault, booking::happened, situation::Situation};
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
        let event = happened(kind, Some(&at.invitation.id), at.now);
        Ok(tx.add_event(&at.meeting.id, &event).await?)
    }

    /// Notes who identified and how.
    pub(super) async fn note_evidence(
        &self,
        tx: &mut dyn Tx,
        at: &Situation,
        kind: &str,
        evidence: &Evidence,
    ) -> Result<(), Fault> {
        let event = Event {
            level: Some(evidence.level().name().to_owned()),
            how: Some(evidence.how().to_owned()),
            who: evidence.who().map(str::to_owned),
            ..happened(kind, Some(&at.invitation.id), at.now)
        };
        Ok(tx.add_event(&at.meeting.id, &event).await?)
    }
}
