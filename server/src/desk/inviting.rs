//! Recipients: invited, invited again, and removed.

use super::{
    Desk, Fault,
    booking::{Recipient, happened},
    changes::Refusal,
};
use crate::{
    clock::Time,
    keys::{fingerprint, new_id, same},
    prove::identity::person_mark,
    rules::limits::{day_before, may_invite_anew},
    store::{
        Message, Tx,
        records::{Invitation, Kind, Meeting},
    },
};

/// Event of a new link for a recipient.
const INVITED_AGAIN: &str = "invited-again";

/// The required personal number, as it is stored.
#[derive(Default)]
pub(super) struct Person {
    pub(super) key_id: Option<String>,
    pub(super) mark: Option<Vec<u8>>,
    pub(super) sealed: Option<Vec<u8>>,
}

impl Desk {
    /// Invites a recipient to a meeting.
    pub(super) async fn invite(
        &self,
        tx: &mut dyn Tx,
        meeting: &Meeting,
        position: i64,
        recipient: &Recipient,
        now: Time,
    ) -> Result<Invitation, Fault> {
        let id = new_id()?;
        let person = self.person(&id, recipient.personal_number.as_deref())?;
        let (key_id, token_hash) = self.new_link(&id, 0)?;
        let blank = Invitation {
            id,
            meeting_id: meeting.id.clone(),
            position,
            key_id,
            token_hash,
            ..Invitation::default()
        };
        let invitation = described(recipient, person, blank);
        tx.add_invitation(&invitation).await?;
        self.write_to(tx, meeting, &invitation, Kind::Invitation, now).await?;
        Ok(invitation)
    }

    /// Gives a recipient a new link, without counts, and sends it. The old link stops working. What was
    /// proven, requested or started with it is void. The caller locks the invitation and abandons its orders.
    pub(super) async fn invite_anew(
        &self,
        tx: &mut dyn Tx,
        meeting: &Meeting,
        invitation: Invitation,
        now: Time,
    ) -> Result<Result<(), Refusal>, Fault> {
        let before = tx.happened_since(&invitation, INVITED_AGAIN, day_before(now)).await?;
        if let Err(until) = may_invite_anew(&before, now) {
            return Ok(Err(Refusal::TooOften { wait: until.seconds_from(now) }));
        }
        let generation = invitation.generation + 1;
        let (key_id, token_hash) = self.new_link(&invitation.id, generation)?;
        let invitation = Invitation {
            generation,
            key_id,
            token_hash,
            sent_at: None,
            opened_at: None,
            identified_at: None,
            joined_at: None,
            locked_at: None,
            e_id_locked_at: None,
            failed_at: None,
            ..invitation
        };
        tx.put_invitation(&invitation).await?;
        tx.add_event(&meeting.id, &happened(INVITED_AGAIN, Some(&invitation.id), now)).await?;
        self.write_to(tx, meeting, &invitation, Kind::Invitation, now).await?;
        Ok(Ok(()))
    }

    /// Removes a recipient from a meeting. The caller locks and abandons as above.
    pub(super) async fn withdraw(
        &self,
        tx: &mut dyn Tx,
        meeting: &Meeting,
        invitation: Invitation,
        now: Time,
    ) -> Result<(), Fault> {
        let invitation = Invitation { withdrawn_at: Some(now), ..invitation };
        tx.put_invitation(&invitation).await?;
        let event = happened("recipient-removed", Some(&invitation.id), now);
        tx.add_event(&meeting.id, &event).await?;
        self.write_to(tx, meeting, &invitation, Kind::Cancelled, now).await
    }

    /// Returns the key's id and the hash of a new link token.
    fn new_link(&self, id: &str, generation: i64) -> Result<(String, Vec<u8>), Fault> {
        let key_id = self.keys.current_id().to_owned();
        let token = self.keys.link_token(&key_id, id, generation).ok_or(Fault::Unknown("key"))?;
        Ok((key_id, fingerprint(&token)))
    }

    /// Returns a personal number as it is stored with an invitation.
    pub(super) fn person(&self, id: &str, number: Option<&str>) -> Result<Person, Fault> {
        let Some(number) = number else { return Ok(Person::default()) };
        let key_id = self.keys.current_id();
        let asked_for = self.settings.e_id.ask_for_number;
        let sealed = asked_for.then(|| self.keys.seal(id, number.as_bytes())).transpose()?;
        Ok(Person {
            key_id: Some(key_id.to_owned()),
            mark: person_mark(&self.keys, key_id, id, number),
            sealed,
        })
    }

    /// `true` if an invitation requires this personal number, or if there is none on either side.
    pub(super) fn is_for(&self, invitation: &Invitation, number: Option<&str>) -> bool {
        match (&invitation.person_mark, number) {
            (None, None) => true,
            (Some(kept), Some(number)) => {
                let key_id = invitation.person_key_id.as_deref().unwrap_or_default();
                let mark = person_mark(&self.keys, key_id, &invitation.id, number);
                mark.is_some_and(|mark| same(mark, kept))
            }
            _ => false,
        }
    }

    /// Enqueues a message to a recipient about the meeting as it is now.
    pub(super) async fn write_to(
        &self,
        tx: &mut dyn Tx,
        meeting: &Meeting,
        invitation: &Invitation,
        kind: Kind,
        now: Time,
    ) -> Result<(), Fault> {
        let id = new_id()?;
        let message = Message::new(&id, kind, &invitation.id, invitation.generation, now);
        Ok(tx.post(Message { sequence: meeting.sequence, ..message }).await?)
    }
}

/// Returns an invitation with the details of its recipient.
pub(super) fn described(
    recipient: &Recipient,
    person: Person,
    invitation: Invitation,
) -> Invitation {
    Invitation {
        name: recipient.name.clone(),
        email: recipient.email.clone(),
        phone: recipient.phone.clone(),
        assurance: recipient.assurance.name().to_owned(),
        method: recipient.method.to_owned(),
        language: recipient.language.tag().to_owned(),
        allow_e_id: recipient.allow_e_id,
        person_key_id: person.key_id,
        person_mark: person.mark,
        person_sealed: person.sealed,
        ..invitation
    }
}
