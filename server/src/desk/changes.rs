//! Booked meetings are changed and called off, and recipients invited anew.
//!
//! Whoever changes a meeting keeps others off it first, so that no two do at once; then off the invitations
//! that become others. Visitors keep others off their own invitation only.

use super::{
    Desk, Fault,
    booking::{Booked, Booking, KeyTaken, Once, Recipient, happened, read},
    inviting::{Person, described},
};
use crate::{
    clock::Time,
    rules::invitation::{Life, Span, life},
    store::{
        Tx,
        records::{Invitation, Kind, Meeting},
    },
};
use std::collections::HashSet;

/// What a meeting is to become: everything was checked.
#[derive(Clone, Debug)]
pub struct Change {
    /// The meeting as it is to be. Its recipients are those who come to it.
    pub meeting: Booking,
    /// The recipients about whom something was wrong.
    pub corrected: Vec<Correction>,
    /// The ids of those who are taken off.
    pub removed: Vec<String>,
}

/// What a recipient is to become.
#[derive(Clone, Debug)]
pub struct Correction {
    /// The recipient's id.
    pub id: String,
    /// The recipient as it is to be.
    pub recipient: Recipient,
    /// Whether the personal number stays what it is, whatever stands with the recipient.
    pub keeps_number: bool,
}

/// Why a meeting can't be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such meeting.
    NoMeeting,
    /// It has no such recipient.
    NoRecipient,
    /// It was called off.
    Cancelled,
    /// The recipient was taken off it.
    Withdrawn,
    /// The personal number that the recipient must have was kept with a key that is configured no more.
    NumberLost,
    /// Its invitations have closed.
    Over,
    /// A recipient has been invited too often; in so many seconds it can be done.
    TooOften {
        /// The seconds.
        wait: u32,
    },
    /// The key came with something else before.
    KeyTaken,
    /// It is not as the caller takes it to be.
    Changed,
}

/// Whether a meeting is as the caller takes it to be.
pub type Expected<'a> = dyn Fn(&Booked) -> bool + Send + Sync + 'a;

impl Desk {
    /// Up to `most` meetings, the last booked first, and what those after them come after.
    pub async fn meetings(
        &self,
        after: Option<(Time, &str)>,
        most: u32,
    ) -> Result<(Vec<Booked>, Option<(Time, String)>), Fault> {
        let mut tx = self.store.read().await?;
        // One more than is told: it says whether there are any after these.
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

    /// Changes a meeting that is as `expected` into what `read_change` makes of what it is, and tells those whom
    /// it concerns. Where anything is refused nothing is changed.
    pub async fn change<E: From<Refusal> + Send>(
        &self,
        id: &str,
        expected: &Expected<'_>,
        read_change: impl FnOnce(&Booked, Time) -> Result<Change, E> + Send,
    ) -> Result<Result<Booked, E>, Fault> {
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        let booked = match self.changeable(&mut *tx, id, now).await? {
            Ok(booked) => booked,
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        if !expected(&booked) {
            return Ok(Err(Refusal::Changed.into()));
        }
        let change = match read_change(&booked, now) {
            Ok(change) => change,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let (meeting, moved) = planned(&booked.meeting, &change.meeting, now);
        let another = meeting != booked.meeting;
        if another {
            tx.put_meeting(&meeting).await?;
            tx.add_event(&meeting.id, &happened("changed", None, now)).await?;
        }
        let Corrected { corrected, invited } =
            match self.correct(&mut *tx, &meeting, &change, now).await? {
                Ok(corrected) => corrected,
                Err(refusal) => return Ok(Err(refusal.into())),
            };
        let positions = booked.invitations.iter().map(|invitation| invitation.position + 1);
        let free = positions.max().unwrap_or(0);
        for (position, recipient) in (free..).zip(&change.meeting.recipients) {
            let invitation = self.invite(&mut *tx, &meeting, position, recipient, now).await?;
            let event = happened("recipient-added", Some(&invitation.id), now);
            tx.add_event(&meeting.id, &event).await?;
        }
        let stays = |it: &&Invitation| it.withdrawn_at.is_none() && !invited.contains(&it.id);
        for invitation in booked.invitations.iter().filter(stays).filter(|_| moved) {
            self.write_to(&mut *tx, &meeting, invitation, Kind::Changed, now).await?;
        }
        if another || corrected || !change.meeting.recipients.is_empty() {
            tx.count_version(id).await?;
        }
        let booked = read(&mut *tx, id).await?.ok_or(Fault::Unknown("meeting"))?;
        tx.commit().await?;
        self.posted.notify_one();
        self.orders.notify_one();
        Ok(Ok(booked))
    }

    /// Corrects recipients and takes others off.
    async fn correct(
        &self,
        tx: &mut dyn Tx,
        meeting: &Meeting,
        change: &Change,
        now: Time,
    ) -> Result<Result<Corrected, Refusal>, Fault> {
        let corrected = change.corrected.iter().map(|correction| &correction.id);
        let concerned = keep_off(tx, corrected.chain(&change.removed)).await?;
        let mut done = Corrected::default();
        for id in concerned {
            let correction = change.corrected.iter().find(|correction| correction.id == *id);
            // What visitors did meanwhile stays done.
            let before = tx.invitation(id).await?.ok_or(Fault::Unknown("invitation"))?;
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
                tx.add_event(&meeting.id, &happened("corrected", Some(id), now)).await?;
                if reaches_another(&before, &after) {
                    if let Err(refusal) = self.invite_anew(tx, meeting, after, now).await? {
                        return Ok(Err(refusal));
                    }
                    done.invited.insert(id.clone());
                } else {
                    tx.put_invitation(&after).await?;
                }
            }
        }
        let ids: Vec<_> = done.invited.iter().map(String::as_str).collect();
        tx.leave_orders_for(&ids, now).await?;
        Ok(Ok(done))
    }

    /// Calls a meeting off that is as `expected`, and tells all who were invited; once.
    pub async fn cancel(
        &self,
        id: &str,
        expected: &Expected<'_>,
    ) -> Result<Result<(), Refusal>, Fault> {
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        let Booked { meeting, invitations } = match self.changeable(&mut *tx, id, now).await? {
            Ok(booked) if !expected(&booked) => return Ok(Err(Refusal::Changed)),
            Ok(booked) => booked,
            Err(Refusal::Cancelled) => {
                // Answered when it is sure to last: whoever cancelled it may still wait for the disk.
                tx.commit().await?;
                return Ok(Ok(()));
            }
            Err(refusal) => return Ok(Err(refusal)),
        };
        // What a visitor begins just now is begun before it is left.
        keep_off(&mut *tx, invitations.iter().map(|it| &it.id)).await?;
        tx.cancel_meeting(id, now).await?;
        tx.count_version(id).await?;
        tx.add_event(id, &happened("cancelled", None, now)).await?;
        let staying = || invitations.iter().filter(|it| it.withdrawn_at.is_none());
        let ids: Vec<_> = staying().map(|it| it.id.as_str()).collect();
        tx.leave_orders_for(&ids, now).await?;
        for invitation in staying() {
            self.write_to(&mut *tx, &meeting, invitation, Kind::Cancelled, now).await?;
        }
        tx.commit().await?;
        self.posted.notify_one();
        self.orders.notify_one();
        Ok(Ok(()))
    }

    /// Invites a recipient anew of a meeting that is as `expected`. The same key from the same token gives what it
    /// gave before, and invites nobody.
    pub async fn invite_again(
        &self,
        (id, recipient): (&str, &str),
        (token, key): (&str, Option<&str>),
        expected: &Expected<'_>,
    ) -> Result<Result<(Meeting, Invitation), Refusal>, Fault> {
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        tx.lock_meeting(id).await?;
        // A key stands for one call: that of another recipient, or a booking, is another.
        let body = format!("invitation {recipient}");
        let once = key.map(|key| Once { token, key, body: body.as_bytes() });
        if let Some(once) = once
            && let Some(before) = self.came_before(&mut *tx, once).await?
        {
            if let Err(KeyTaken) = before {
                return Ok(Err(Refusal::KeyTaken));
            }
            let invited = self.invited(&mut *tx, id, recipient).await?;
            tx.commit().await?;
            return Ok(invited);
        }
        let Booked { meeting, .. } = match self.changeable(&mut *tx, id, now).await? {
            Ok(booked) if !expected(&booked) => return Ok(Err(Refusal::Changed)),
            Ok(booked) => booked,
            Err(refusal) => return Ok(Err(refusal)),
        };
        tx.lock_invitation(recipient).await?;
        let invitation = match self.invited(&mut *tx, id, recipient).await? {
            Ok((_, invitation)) => invitation,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if invitation.withdrawn_at.is_some() {
            return Ok(Err(Refusal::Withdrawn));
        }
        if invitation.person_key_id.as_ref().is_some_and(|key_id| !self.keys.knows(key_id)) {
            return Ok(Err(Refusal::NumberLost));
        }
        if let Err(refusal) = self.invite_anew(&mut *tx, &meeting, invitation, now).await? {
            return Ok(Err(refusal));
        }
        tx.leave_orders_for(&[recipient], now).await?;
        tx.count_version(id).await?;
        if let Some(once) = once
            && !self.remember(&mut *tx, once, id, now).await?
        {
            return Ok(Err(Refusal::KeyTaken));
        }
        let invited = self.invited(&mut *tx, id, recipient).await?;
        tx.commit().await?;
        self.posted.notify_one();
        self.orders.notify_one();
        Ok(invited)
    }

    /// A recipient of a meeting.
    async fn invited(
        &self,
        tx: &mut dyn Tx,
        id: &str,
        recipient: &str,
    ) -> Result<Result<(Meeting, Invitation), Refusal>, Fault> {
        let Some(meeting) = tx.meeting(id).await? else { return Ok(Err(Refusal::NoMeeting)) };
        let invitation = tx.invitation(recipient).await?.filter(|it| it.meeting_id == id);
        Ok(invitation.map(|invitation| (meeting, invitation)).ok_or(Refusal::NoRecipient))
    }

    /// A meeting that can still be changed, kept off others.
    async fn changeable(
        &self,
        tx: &mut dyn Tx,
        id: &str,
        now: Time,
    ) -> Result<Result<Booked, Refusal>, Fault> {
        tx.lock_meeting(id).await?;
        let Some(booked) = read(tx, id).await? else { return Ok(Err(Refusal::NoMeeting)) };
        let Meeting { starts_at, ends_at, cancelled_at, .. } = booked.meeting;
        let span = Span { starts: starts_at, ends: ends_at };
        Ok(match life(&self.settings.meeting, span, cancelled_at.is_some(), now) {
            Life::Cancelled => Err(Refusal::Cancelled),
            Life::Over => Err(Refusal::Over),
            Life::Open | Life::Ended => Ok(booked),
        })
    }

    /// An invitation with what was wrong about its recipient put right.
    fn corrected(&self, before: &Invitation, correction: &Correction) -> Result<Invitation, Fault> {
        let recipient = &correction.recipient;
        let number = recipient.personal_number.as_deref();
        let person = if correction.keeps_number || self.is_for(before, number) {
            Person {
                key_id: before.person_key_id.clone(),
                mark: before.person_mark.clone(),
                sealed: before.person_sealed.clone(),
            }
        } else {
            self.person(&before.id, number)?
        };
        Ok(described(recipient, person, before.clone()))
    }
}

/// What became of recipients that were to be corrected or taken off.
#[derive(Default)]
struct Corrected {
    /// Whether anything about one is another now.
    corrected: bool,
    /// Those who were written to already.
    invited: HashSet<String>,
}

/// Keeps others off invitations: in the order of their ids, in which it returns them.
async fn keep_off<'a>(
    tx: &mut dyn Tx,
    ids: impl Iterator<Item = &'a String>,
) -> Result<Vec<&'a String>, Fault> {
    let mut ids: Vec<_> = ids.collect();
    ids.sort_unstable();
    for id in &ids {
        tx.lock_invitation(id).await?;
    }
    Ok(ids)
}

/// A meeting as it is to be, and whether it becomes another for those who are to come.
fn planned(before: &Meeting, to: &Booking, now: Time) -> (Meeting, bool) {
    let mut meeting = Meeting {
        title: to.title.clone(),
        description: to.description.clone(),
        starts_at: to.starts_at,
        ends_at: to.ends_at,
        time_zone: to.time_zone.clone(),
        organiser_name: to.organiser.name.clone(),
        organiser_email: to.organiser.email.clone(),
        organiser_phone: to.organiser.phone.clone(),
        room_kind: to.room_kind.to_owned(),
        room_url: to.room_url.clone(),
        ..before.clone()
    };
    // Title, description and room stand on pages only, which are always of now.
    let told_alike = Meeting {
        title: before.title.clone(),
        description: before.description.clone(),
        room_kind: before.room_kind.clone(),
        room_url: before.room_url.clone(),
        ..meeting.clone()
    };
    let moved = told_alike != *before;
    if moved {
        meeting.sequence += 1;
        meeting.changed_at = Some(now);
    }
    (meeting, moved)
}

/// Whether an invitation reaches somebody else, or is opened another way: then its link must not be the
/// one that was sent before.
fn reaches_another(before: &Invitation, after: &Invitation) -> bool {
    // All that is the sender's to say, but how the recipient is spoken to.
    let spoken_to_alike = Invitation {
        name: before.name.clone(),
        language: before.language.clone(),
        ..after.clone()
    };
    spoken_to_alike != *before
}
