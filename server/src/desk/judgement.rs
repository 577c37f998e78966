//! Matching of e-ID identities with invitations, and the sender's record of it.

use super::{Desk, Fault, booking::happened, show::Remark, situation::Situation};
use crate::{
    keys::{new_id, same},
    metrics::Ending,
    prove::identity::{Identity, Judgement, judge, person_mark},
    rules::limits::locks_invitation,
    store::{
        Attempt, Stage, Tx,
        records::{Event, Visit},
    },
};
use app::wire::Failure;

impl Desk {
    /// Completes an e-ID identification. `true` if the invited person identified: the session has then proven
    /// the level.
    pub(super) async fn identified(
        &self,
        tx: &mut dyn Tx,
        at: &mut Situation,
        visit: &mut Visit,
        address: &str,
        identity: &Identity,
    ) -> Result<bool, Fault> {
        let id = new_id()?;
        let known = same(self.mark(&at.invitation.email), self.mark(address));
        let attempt = Attempt {
            id: &id,
            challenge: "",
            invitation: &at.invitation.id,
            generation: at.invitation.generation,
            session: &visit.session_id,
            // With another address, an attempt counts against its own session alone.
            alone: !known,
            at: at.now,
        };
        let open = !at.e_id_way_is_locked(self);
        tx.count_e_id(&attempt).await?;
        let matched = match judge(&self.keys, &at.invitation, known && open, identity) {
            Judgement::Invited(evidence) => {
                let event = Event {
                    person_mark: self.person_mark(at, identity),
                    person_sealed: self.person_sealed(at, identity)?,
                    ..Self::evidence_event(at, &evidence)
                };
                self.prove(tx, at, visit, &id, &evidence, &event).await?;
                return Ok(true);
            }
            Judgement::NotInvited { matched } => matched,
        };
        self.metrics.identification(identity.how(), Ending::NotInvited);
        let event = Event {
            how: Some(identity.how().to_owned()),
            who: identity.name().map(str::to_owned),
            identity_matched: matched,
            ..happened("not-invited", Some(&at.invitation.id), at.now)
        };
        tx.add_event(&at.meeting.id, &event).await?;
        visit.remark = Remark::failure(Failure::NotInvited).written();
        at.count(self, tx).await?;
        if known && locks_invitation(&self.settings.code, at.refusals) {
            self.lock(tx, at, Stage::EIdLocked).await?;
        }
        Ok(false)
    }

    /// Returns the keyed hash of the invited person's personal number. Of other people only the name is kept.
    fn person_mark(&self, at: &Situation, identity: &Identity) -> Option<Vec<u8>> {
        let invitation = &at.invitation;
        let key_id = invitation.person_key_id.as_deref().unwrap_or(&invitation.key_id);
        person_mark(&self.keys, key_id, &invitation.id, identity.number()?)
    }

    /// Returns the sealed personal number of the invited person, if it is to be kept.
    fn person_sealed(&self, at: &Situation, identity: &Identity) -> Result<Option<Vec<u8>>, Fault> {
        let kept = identity.number().filter(|_| self.settings.e_id.keep_number);
        let sealed = kept.map(|number| self.keys.seal(&at.invitation.id, number.as_bytes()));
        Ok(sealed.transpose()?)
    }
}
