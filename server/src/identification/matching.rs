//! Matching of e-ID identities with invitations, and the sender's record of it.
//!
//! Every identification ends in `complete_identification`. It counts the attempt, then matches number and
//! address. Only then does it create the proof and take the attempt out of the refused ones. The event has
//! name, method and `identity_matched`. The last refused attempt locks e-ID for the invitation, apart from
//! codes.

use super::context::FlowContext;
use crate::{
    authenticators::identity::{Identity, IdentityMatch, match_identity, personal_number_hash},
    keys::{constant_time_eq, new_ordered_id},
    metrics::Ending,
    model::{Event, InvitationStage},
    state::{AppState, InternalError},
    store::{Attempt, Tx},
};
use app::wire::{Failure, Role};

impl AppState {
    /// Completes an e-ID identification. `true` if the invited person identified: the session has then proven
    /// the level.
    pub(crate) async fn complete_identification(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
        address: &str,
        identity: &Identity,
    ) -> Result<bool, InternalError> {
        let id = new_ordered_id(ctx.now)?;
        let known =
            constant_time_eq(self.address_hash(&ctx.invitation.email), self.address_hash(address));
        let attempt = Attempt {
            id: &id,
            challenge: "",
            invitation: &ctx.invitation.id,
            generation: ctx.invitation.generation,
            session: ctx.session_id()?,
            // With another address, an attempt counts against its own session alone.
            alone: !known,
            at: ctx.now,
        };
        let open = !ctx.e_ids_are_locked(self);
        tx.record_e_id_attempt(&attempt).await?;
        let matched = match match_identity(&self.keys, &ctx.invitation, known && open, identity) {
            IdentityMatch::Invited(proof) => {
                let event = Event {
                    personal_number_hash: self.person_mark(ctx, identity),
                    personal_number_sealed: self.person_sealed(ctx, identity)?,
                    ..Self::proof_event(ctx, &proof)
                };
                self.prove(tx, ctx, &id, &proof, &event).await?;
                return Ok(true);
            }
            IdentityMatch::NotInvited { matched } => matched,
        };
        self.metrics.identification(identity.method(), Ending::NotInvited);
        let event = Event {
            method: Some(identity.method().to_owned()),
            name: identity.name().map(str::to_owned),
            identity_matched: matched,
            ..Event::new("not-invited", Some(&ctx.invitation.id), ctx.now)
        };
        tx.add_event(&ctx.meeting.id, &event).await?;
        ctx.set_failure(Failure::NotInvited)?;
        ctx.count(self, tx).await?;
        if known && ctx.must_lock_e_ids(self) {
            self.lock(tx, ctx, InvitationStage::EIdLocked).await?;
        }
        Ok(false)
    }

    /// Returns the keyed hash of the invited person's personal number. Of other people only the name is kept.
    fn person_mark(&self, ctx: &FlowContext, identity: &Identity) -> Option<Vec<u8>> {
        let invitation = &ctx.invitation;
        let key_id = invitation.personal_number_key_id.as_deref().unwrap_or(&invitation.key_id);
        personal_number_hash(&self.keys, key_id, &invitation.id, kept_number(ctx, identity)?)
    }

    /// Returns the sealed personal number of the invited person, if it is to be kept.
    fn person_sealed(
        &self,
        ctx: &FlowContext,
        identity: &Identity,
    ) -> Result<Option<Vec<u8>>, InternalError> {
        let kept = kept_number(ctx, identity).filter(|_| self.settings.e_id.keep_number);
        let sealed = kept.map(|number| self.keys.seal(&ctx.invitation.id, number.as_bytes()));
        Ok(sealed.transpose()?)
    }
}

/// Returns the identified personal number. `None` for a host, whom the address identifies.
fn kept_number<'a>(ctx: &FlowContext, identity: &'a Identity) -> Option<&'a str> {
    identity.number().filter(|_| ctx.invitation.role == Role::Guest)
}
