//! Recipients and hosts: invited, invited again, and removed.
//!
//! A new invitation has the next generation, another link, and no stages, locks or counts. Attempts, sends,
//! flows, orders and logins carry the generation that they belong to. Those of an older one count nothing and
//! open nothing. The worker drops messages of an older one, and the poller cancels open orders with BankID.

use super::{create::Recipient, error::MeetingError};
use crate::{
    authenticators::identity::personal_number_hash,
    clock::Time,
    keys::{constant_time_eq, new_id, new_ordered_id, sha256},
    model::{Event, Invitation, Meeting, MessageKind},
    rules::limits::{day_before, may_invite_anew},
    state::{AppState, InternalError},
    store::{NewMessage, Tx},
};
use app::wire::Role;

/// Event of a new link.
const INVITED_AGAIN: &str = "invited-again";

/// Returns the event of an invitation to a meeting that is booked already.
pub(crate) const fn added(role: Role) -> &'static str {
    match role {
        Role::Guest => "recipient-added",
        Role::Host => "host-added",
    }
}

/// Returns the event of a withdrawn invitation.
const fn removed(role: Role) -> &'static str {
    match role {
        Role::Guest => "recipient-removed",
        Role::Host => "host-removed",
    }
}

/// The required personal number, as it is stored.
#[derive(Default)]
pub(crate) struct Person {
    pub(crate) key_id: Option<String>,
    pub(crate) number_hash: Option<Vec<u8>>,
    pub(crate) sealed: Option<Vec<u8>>,
}

impl AppState {
    /// Invites somebody to a meeting, in a role and at a place among the invitations.
    pub(crate) async fn invite(
        &self,
        tx: &mut Tx,
        meeting: &Meeting,
        (role, position): (Role, i64),
        recipient: &Recipient,
        now: Time,
    ) -> Result<Invitation, InternalError> {
        let id = new_id()?;
        let person = self.person(&id, recipient.personal_number.as_deref())?;
        let (key_id, token_hash) = self.new_link(&id, 0)?;
        let blank = Invitation {
            id,
            meeting_id: meeting.id.clone(),
            role,
            position,
            key_id,
            token_hash,
            ..Invitation::default()
        };
        let invitation = with_recipient(recipient, person, blank);
        tx.add_invitation(&invitation).await?;
        self.enqueue_message(tx, meeting, &invitation, MessageKind::Invitation, now).await?;
        Ok(invitation)
    }

    /// Gives somebody a new link, without counts, and sends it. The old link stops working. What was
    /// proven, requested or started with it is void. The caller locks the invitation and abandons its orders.
    pub(crate) async fn reinvite(
        &self,
        tx: &mut Tx,
        meeting: &Meeting,
        invitation: Invitation,
        now: Time,
    ) -> Result<(), MeetingError> {
        let before = tx.happened_since(&invitation, INVITED_AGAIN, day_before(now)).await?;
        if let Err(until) = may_invite_anew(&before, now) {
            return Err(MeetingError::TooOften { wait: until.seconds_from(now) });
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
            waited_at: None,
            joined_at: None,
            locked_at: None,
            e_id_locked_at: None,
            failed_at: None,
            ..invitation
        };
        tx.put_invitation(&invitation).await?;
        tx.add_event(&meeting.id, &Event::new(INVITED_AGAIN, Some(&invitation.id), now)).await?;
        self.enqueue_message(tx, meeting, &invitation, MessageKind::Invitation, now).await?;
        Ok(())
    }

    /// Removes somebody from a meeting. The caller locks and abandons as above.
    pub(crate) async fn withdraw(
        &self,
        tx: &mut Tx,
        meeting: &Meeting,
        invitation: Invitation,
        now: Time,
    ) -> Result<(), InternalError> {
        let invitation = Invitation { withdrawn_at: Some(now), ..invitation };
        tx.put_invitation(&invitation).await?;
        let event = Event::new(removed(invitation.role), Some(&invitation.id), now);
        tx.add_event(&meeting.id, &event).await?;
        self.enqueue_message(tx, meeting, &invitation, MessageKind::Cancelled, now).await
    }

    /// Returns the key's id and the hash of a new link token.
    fn new_link(&self, id: &str, generation: i64) -> Result<(String, Vec<u8>), InternalError> {
        let key_id = self.keys.current_id().to_owned();
        let token =
            self.keys.link_token(&key_id, id, generation).ok_or(InternalError::Unknown("key"))?;
        Ok((key_id, sha256(&token)))
    }

    /// Returns a personal number as it is stored with an invitation.
    pub(crate) fn person(&self, id: &str, number: Option<&str>) -> Result<Person, InternalError> {
        let Some(number) = number else { return Ok(Person::default()) };
        let key_id = self.keys.current_id();
        let asked_for = self.settings.e_id.ask_for_number;
        let sealed = asked_for.then(|| self.keys.seal(id, number.as_bytes())).transpose()?;
        Ok(Person {
            key_id: Some(key_id.to_owned()),
            number_hash: personal_number_hash(&self.keys, key_id, id, number),
            sealed,
        })
    }

    /// `true` if an invitation requires this personal number, or if there is none on either side.
    pub(crate) fn is_for(&self, invitation: &Invitation, number: Option<&str>) -> bool {
        match (&invitation.personal_number_hash, number) {
            (None, None) => true,
            (Some(kept), Some(number)) => {
                let key_id = invitation.personal_number_key_id.as_deref().unwrap_or_default();
                let number_hash = personal_number_hash(&self.keys, key_id, &invitation.id, number);
                number_hash.is_some_and(|number_hash| constant_time_eq(number_hash, kept))
            }
            _ => false,
        }
    }

    /// Enqueues a message to a recipient or a host about the meeting as it is now.
    pub(crate) async fn enqueue_message(
        &self,
        tx: &mut Tx,
        meeting: &Meeting,
        invitation: &Invitation,
        kind: MessageKind,
        now: Time,
    ) -> Result<(), InternalError> {
        let id = new_ordered_id(now)?;
        let message = NewMessage::new(&id, kind, &invitation.id, invitation.generation, now);
        Ok(tx.enqueue(NewMessage { sequence: meeting.sequence, ..message }).await?)
    }
}

/// Returns an invitation with the details of its person.
pub(crate) fn with_recipient(
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
        personal_number_key_id: person.key_id,
        personal_number_hash: person.number_hash,
        personal_number_sealed: person.sealed,
        ..invitation
    }
}
