//! Events, the sender's record: who identified, how and when.

use super::context::FlowContext;
use crate::{
    authenticators::Proof,
    metrics::Ending,
    model::Event,
    state::{AppState, InternalError},
    store::Tx,
};

impl AppState {
    /// Records an event of an invitation.
    pub(crate) async fn note(
        &self,
        tx: &mut Tx,
        ctx: &FlowContext,
        kind: &str,
    ) -> Result<(), InternalError> {
        let event = Event::new(kind, Some(&ctx.invitation.id), ctx.now);
        Ok(tx.add_event(&ctx.meeting.id, &event).await?)
    }

    /// Returns the event of a proof: who identified, and how.
    pub(crate) fn proof_event(ctx: &FlowContext, proof: &Proof) -> Event {
        Event {
            level: Some(proof.level().name().to_owned()),
            method: Some(proof.method().to_owned()),
            name: proof.name().map(str::to_owned),
            identity_matched: proof.identity_matched(),
            ..Event::new("identified", Some(&ctx.invitation.id), ctx.now)
        }
    }

    /// Records the proof from a counted attempt in the flow and adds its event.
    pub(crate) async fn prove(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
        attempt: &str,
        proof: &Proof,
        event: &Event,
    ) -> Result<(), InternalError> {
        ctx.record_proof(tx, attempt, proof).await?;
        self.metrics.identification(proof.method(), Ending::Matched);
        Ok(tx.add_event(&ctx.meeting.id, event).await?)
    }
}
