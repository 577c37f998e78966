//! Changes to booked meetings: update, cancel, invite again.
//!
//! A change locks the meeting first, so that no two run at once, then the invitations that change. A
//! visitor's request locks only its own invitation.
//!
//! Time, time zone, and the sender's name and phone number are sent to all recipients who stay, with the meeting's
//! next `sequence`. Their message also says how it was: `earlier_details` keeps that. Title, description and room
//! appear on pages only, which always show the current ones. A recipient or a host whom a patch
//! leaves out stays invited.
//!
//! The kind of the room can change until somebody has joined.

use super::{
    create::{Booked, Booking, IdempotentRequest, Recipient, read},
    error::MeetingError,
    invite::{Person, added, with_recipient},
};
use crate::{
    clock::Time,
    keys::Keys,
    model::{Event, Invitation, Meeting, MessageKind},
    rules::invitation::{InvitationState, TimeRange, state},
    state::{AppState, InternalError},
    store::{StoreError, Tx},
};
use app::wire::Role;
use std::collections::HashSet;

/// A validated change of a meeting.
#[derive(Clone, Debug)]
pub struct Change {
    /// The meeting after the change. Its recipients and hosts are the new ones.
    pub meeting: Booking,
    /// The recipients and hosts to correct.
    pub corrected: Vec<RecipientUpdate>,
    /// The ids of the recipients and hosts to remove.
    pub removed: Vec<String>,
}

/// A correction of a recipient or a host.
#[derive(Clone, Debug)]
pub struct RecipientUpdate {
    /// The person's id.
    pub id: String,
    /// The person after the correction.
    pub recipient: Recipient,
    /// `true` if the stored personal number stays, whatever `recipient` holds.
    pub keeps_number: bool,
}

/// A check that returns `true` if a meeting is in the state that the caller expects.
pub type Expected = Box<dyn Fn(&Booked) -> bool + Send + Sync>;

impl AppState {
    /// Returns up to `most` meetings, the newest first, and the cursor of the next page. The cursor is `None`
    /// on the last page.
    pub async fn meetings(
        &self,
        after: Option<(Time, &str)>,
        most: u32,
    ) -> Result<(Vec<Booked>, Option<(Time, String)>), InternalError> {
        let mut tx = self.store.read().await?;
        // One more than is returned shows whether there is a next page.
        let mut found = tx.meetings(after, most.saturating_add(1)).await?;
        let told = usize::try_from(most).unwrap_or(usize::MAX);
        let more = found.len() > told;
        found.truncate(told);
        let next = found.last().filter(|_| more).map(|last| (last.created_at, last.id.clone()));
        let mut meetings = Vec::with_capacity(found.len());
        for meeting in found {
            let invitations = tx.invitations(&meeting.id).await?;
            meetings.push(Booked { meeting, invitations });
        }
        Ok((meetings, next))
    }

    /// Changes a meeting in the state `expected` to what `read_change` returns, and notifies the recipients
    /// concerned. A refusal changes nothing.
    ///
    /// # Errors
    /// Fails if the meeting can't be changed, or with what `read_change` returns.
    pub async fn change<E>(
        &self,
        id: &str,
        expected: Expected,
        read_change: impl FnOnce(&Booked, Time) -> Result<Change, E> + Send + 'static,
    ) -> Result<Booked, E>
    where
        E: From<MeetingError> + From<InternalError> + From<StoreError> + Send + 'static,
    {
        let (state, id) = (self.clone(), id.to_owned());
        let job = async move |tx: &mut Tx| state.change_in(tx, &id, &expected, read_change).await;
        let booked = self.store.write(job).await?;
        self.posted.notify_one();
        self.orders.notify_one();
        Ok(booked)
    }

    async fn change_in<E>(
        &self,
        tx: &mut Tx,
        id: &str,
        expected: &Expected,
        read_change: impl FnOnce(&Booked, Time) -> Result<Change, E>,
    ) -> Result<Booked, E>
    where
        E: From<MeetingError> + From<InternalError> + From<StoreError>,
    {
        let now = self.clock.now();
        let booked = self.changeable(tx, id, now).await?;
        if !expected(&booked) {
            return Err(MeetingError::Changed.into());
        }
        let change = read_change(&booked, now)?;
        let another_kind = change.meeting.room.kind() != booked.meeting.room.kind();
        if another_kind && booked.invitations.iter().any(|it| it.joined_at.is_some()) {
            return Err(MeetingError::Entered.into());
        }
        let (meeting, moved) = plan_update(&booked.meeting, &change.meeting, &self.keys, now);
        let another = meeting != booked.meeting;
        if another {
            if moved {
                tx.keep_details(&booked.meeting).await?;
            }
            tx.put_meeting(&meeting).await?;
            tx.add_event(&meeting.id, &Event::new("changed", None, now)).await?;
        }
        let Corrected { corrected, invited } = self.correct(tx, &meeting, &change, now).await?;
        let positions = booked.invitations.iter().map(|invitation| invitation.position + 1);
        let free = positions.max().unwrap_or(0);
        let mut grew = false;
        for (position, (role, person)) in (free..).zip(change.meeting.people()) {
            let invitation = self.invite(tx, &meeting, (role, position), person, now).await?;
            let event = Event::new(added(role), Some(&invitation.id), now);
            tx.add_event(&meeting.id, &event).await?;
            grew = true;
        }
        let stays = |it: &&Invitation| it.withdrawn_at.is_none() && !invited.contains(&it.id);
        for invitation in booked.invitations.iter().filter(stays).filter(|_| moved) {
            self.enqueue_message(tx, &meeting, invitation, MessageKind::Changed, now).await?;
        }
        if another || corrected || grew {
            tx.count_version(id).await?;
            // It may concern somebody who waits or is inside.
            tx.change_room(id, now).await?;
        }
        Ok(read(tx, id).await?.ok_or(InternalError::Unknown("meeting"))?)
    }

    /// Corrects recipients and hosts, and removes others.
    async fn correct(
        &self,
        tx: &mut Tx,
        meeting: &Meeting,
        change: &Change,
        now: Time,
    ) -> Result<Corrected, MeetingError> {
        let corrected = change.corrected.iter().map(|correction| &correction.id);
        let concerned = lock_invitations(tx, corrected.chain(&change.removed)).await?;
        let mut done = Corrected::default();
        for id in concerned {
            let correction = change.corrected.iter().find(|correction| correction.id == *id);
            // Visitors may have acted meanwhile. Their results must stay.
            let before = tx.invitation(id).await?.ok_or(InternalError::Unknown("invitation"))?;
            if change.removed.contains(id) {
                self.withdraw(tx, meeting, before, now).await?;
                done.corrected = true;
                done.invited.insert(id.clone());
            } else if let Some(correction) = correction {
                let after = self.corrected(&before, correction)?;
                if after == before {
                    continue;
                }
                done.corrected = true;
                tx.add_event(&meeting.id, &Event::new("corrected", Some(id), now)).await?;
                if reaches_another(&before, &after) {
                    self.reinvite(tx, meeting, after, now).await?;
                    done.invited.insert(id.clone());
                } else {
                    tx.put_invitation(&after).await?;
                }
            }
        }
        let ids: Vec<_> = done.invited.iter().map(String::as_str).collect();
        tx.abandon_orders_for(&ids, now).await?;
        Ok(done)
    }

    /// Cancels a meeting in the state `expected` and notifies all its recipients. A repeat changes nothing.
    ///
    /// # Errors
    /// Fails if there is no such meeting, if it is over, or if it is in another state.
    pub async fn cancel(&self, id: &str, expected: Expected) -> Result<(), MeetingError> {
        let (state, id) = (self.clone(), id.to_owned());
        let job = async move |tx: &mut Tx| state.cancel_in(tx, &id, &expected).await;
        self.store.write(job).await?;
        self.posted.notify_one();
        self.orders.notify_one();
        Ok(())
    }

    async fn cancel_in(
        &self,
        tx: &mut Tx,
        id: &str,
        expected: &Expected,
    ) -> Result<(), MeetingError> {
        let now = self.clock.now();
        let booked = match self.changeable(tx, id, now).await {
            Ok(booked) => booked,
            Err(MeetingError::Cancelled) => return Ok(()),
            Err(error) => return Err(error),
        };
        if !expected(&booked) {
            return Err(MeetingError::Changed);
        }
        let Booked { meeting, invitations } = booked;
        // Otherwise an order that a visitor starts at this moment would not be abandoned.
        lock_invitations(tx, invitations.iter().map(|it| &it.id)).await?;
        tx.cancel_meeting(id, now).await?;
        tx.count_version(id).await?;
        // It may concern somebody who waits or is inside.
        tx.change_room(id, now).await?;
        tx.add_event(id, &Event::new("cancelled", None, now)).await?;
        let staying = || invitations.iter().filter(|it| it.withdrawn_at.is_none());
        let ids: Vec<_> = staying().map(|it| it.id.as_str()).collect();
        tx.abandon_orders_for(&ids, now).await?;
        for invitation in staying() {
            self.enqueue_message(tx, &meeting, invitation, MessageKind::Cancelled, now).await?;
        }
        Ok(())
    }

    /// Sends a new invitation to a recipient or a host of a meeting in the state `expected`. A repeat with the
    /// same key and token returns the invitation and sends nothing.
    ///
    /// # Errors
    /// Fails if nobody with this id has this role, if they can't be invited again, or if the key was used
    /// otherwise.
    pub async fn invite_again(
        &self,
        (id, role, person): (&str, Role, &str),
        (token, key): (&str, Option<&str>),
        expected: Expected,
    ) -> Result<(Meeting, Invitation), MeetingError> {
        // A key belongs to one request. With another person or a booking it is refused.
        let once = key.map(|key| IdempotentRequest {
            token: token.to_owned(),
            key: key.to_owned(),
            body: format!("invitation {person}").into(),
        });
        let (state, id, person) = (self.clone(), id.to_owned(), person.to_owned());
        let job = async move |tx: &mut Tx| {
            state.invite_again_in(tx, (&id, role, &person), once.as_ref(), &expected).await
        };
        let invited = self.store.write(job).await?;
        self.posted.notify_one();
        self.orders.notify_one();
        Ok(invited)
    }

    async fn invite_again_in(
        &self,
        tx: &mut Tx,
        (id, role, person): (&str, Role, &str),
        once: Option<&IdempotentRequest>,
        expected: &Expected,
    ) -> Result<(Meeting, Invitation), MeetingError> {
        let now = self.clock.now();
        tx.lock_meeting(id).await?;
        if let Some(once) = once
            && self.find_idempotent(tx, once).await?.is_some()
        {
            return self.invited(tx, (id, role, person)).await;
        }
        let booked = self.changeable(tx, id, now).await?;
        if !expected(&booked) {
            return Err(MeetingError::Changed);
        }
        let meeting = booked.meeting;
        tx.lock_invitation(person).await?;
        let (_, invitation) = self.invited(tx, (id, role, person)).await?;
        if invitation.withdrawn_at.is_some() {
            return Err(MeetingError::Withdrawn(role));
        }
        if invitation.personal_number_key_id.as_ref().is_some_and(|key_id| !self.keys.knows(key_id))
        {
            return Err(MeetingError::NumberLost);
        }
        self.reinvite(tx, &meeting, invitation, now).await?;
        tx.abandon_orders_for(&[person], now).await?;
        tx.count_version(id).await?;
        // It may concern somebody who waits or is inside.
        tx.change_room(id, now).await?;
        if let Some(once) = once
            && !self.save_idempotency_key(tx, once, id, now).await?
        {
            return Err(MeetingError::KeyReused);
        }
        self.invited(tx, (id, role, person)).await
    }

    /// Reads a meeting and an invitation of it in a role.
    async fn invited(
        &self,
        tx: &mut Tx,
        (id, role, person): (&str, Role, &str),
    ) -> Result<(Meeting, Invitation), MeetingError> {
        let meeting = tx.meeting(id).await?.ok_or(MeetingError::NoMeeting)?;
        let invitation = tx.invitation(person).await?;
        let invitation = invitation.filter(|it| it.meeting_id == id && it.role == role);
        Ok((meeting, invitation.ok_or(MeetingError::NotInvited(role))?))
    }

    /// Locks and reads a meeting that can still be changed.
    async fn changeable(&self, tx: &mut Tx, id: &str, now: Time) -> Result<Booked, MeetingError> {
        tx.lock_meeting(id).await?;
        let booked = read(tx, id).await?.ok_or(MeetingError::NoMeeting)?;
        let Meeting { starts_at, ends_at, cancelled_at, .. } = booked.meeting;
        let span = TimeRange { starts: starts_at, ends: ends_at };
        match state(&self.settings.meeting, span, cancelled_at.is_some(), now) {
            InvitationState::Cancelled => Err(MeetingError::Cancelled),
            InvitationState::Over => Err(MeetingError::Over),
            InvitationState::Open | InvitationState::Ended => Ok(booked),
        }
    }

    /// Returns an invitation with the correction applied.
    fn corrected(
        &self,
        before: &Invitation,
        correction: &RecipientUpdate,
    ) -> Result<Invitation, InternalError> {
        let recipient = &correction.recipient;
        let number = recipient.personal_number.as_deref();
        let person = if correction.keeps_number || self.is_for(before, number) {
            Person {
                key_id: before.personal_number_key_id.clone(),
                number_hash: before.personal_number_hash.clone(),
                sealed: before.personal_number_sealed.clone(),
            }
        } else {
            self.person(&before.id, number)?
        };
        Ok(with_recipient(recipient, person, before.clone()))
    }
}

/// Result of correcting and removing recipients.
#[derive(Default)]
struct Corrected {
    /// `true` if any recipient changed.
    corrected: bool,
    /// Ids of the recipients who already got a message.
    invited: HashSet<String>,
}

/// Locks invitations in the order of their ids, and returns the ids in that order.
async fn lock_invitations<'a>(
    tx: &mut Tx,
    ids: impl Iterator<Item = &'a String>,
) -> Result<Vec<&'a String>, InternalError> {
    let mut ids: Vec<_> = ids.collect();
    ids.sort_unstable();
    for id in &ids {
        tx.lock_invitation(id).await?;
    }
    Ok(ids)
}

/// Returns a meeting after the change, and `true` if its recipients must be notified.
fn plan_update(before: &Meeting, to: &Booking, keys: &Keys, now: Time) -> (Meeting, bool) {
    let mut meeting = Meeting {
        title: to.title.clone(),
        description: to.description.clone(),
        starts_at: to.starts_at,
        ends_at: to.ends_at,
        time_zone: to.time_zone.clone(),
        organiser_name: to.organiser.name.clone(),
        organiser_email: to.organiser.email.clone(),
        organiser_phone: to.organiser.phone.clone(),
        room: to.room.stored(Some(&before.room), keys),
        ..before.clone()
    };
    // Title, description and room appear on pages only, which always show the current ones. The sender's
    // address appears nowhere.
    let told_alike = Meeting {
        title: before.title.clone(),
        description: before.description.clone(),
        room: before.room.clone(),
        organiser_email: before.organiser_email.clone(),
        ..meeting.clone()
    };
    let moved = told_alike != *before;
    if moved {
        meeting.sequence += 1;
        meeting.changed_at = Some(now);
    }
    (meeting, moved)
}

/// `true` if a correction changes who gets the invitation or how it is opened. The link that was sent before
/// must then stop working.
fn reaches_another(before: &Invitation, after: &Invitation) -> bool {
    // Everything that the sender sets, except how the recipient is addressed.
    let spoken_to_alike = Invitation {
        name: before.name.clone(),
        language: before.language.clone(),
        ..after.clone()
    };
    spoken_to_alike != *before
}
