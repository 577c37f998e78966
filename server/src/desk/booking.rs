//! Meetings are booked and read.

use super::{Desk, Fault};
use crate::{
    clock::Time,
    keys::{Purpose, fingerprint, new_id},
    prove::identity::{E_ID, person_mark},
    rules::assurance::Level,
    store::{
        Message, Tx,
        records::{Event, Invitation, Kind, Meeting},
    },
};
use app::wire::Language;

/// A meeting to be booked: everything was checked.
#[derive(Clone, Debug)]
pub struct Booking {
    /// The meeting's title.
    pub title: String,
    /// What the sender writes about it; may be empty.
    pub description: String,
    /// Its start.
    pub starts_at: Time,
    /// Its end.
    pub ends_at: Time,
    /// The IANA name of the zone it is held in.
    pub time_zone: String,
    /// The sender.
    pub organiser: Organiser,
    /// The kind of its room.
    pub room_kind: &'static str,
    /// Where the room is.
    pub room_url: String,
    /// Who is invited.
    pub recipients: Vec<Recipient>,
}

/// Who sends the invitations.
#[derive(Clone, Debug)]
pub struct Organiser {
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// The phone number in E.164.
    pub phone: String,
}

/// Who is invited, and how they identify.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// The name.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: String,
    /// The phone number in E.164.
    pub phone: Option<String>,
    /// The level to identify at.
    pub assurance: Level,
    /// The way to identify.
    pub method: &'static str,
    /// The language of the invitation.
    pub language: Language,
    /// Whether an e-identification may be used where a code would do.
    pub allow_e_id: bool,
    /// The personal number that must be identified with, 12 digits.
    pub personal_number: Option<String>,
}

/// A booked meeting and its invitations.
#[derive(Clone, Debug)]
pub struct Booked {
    /// The meeting.
    pub meeting: Meeting,
    /// Its invitations, in the order of the booking.
    pub invitations: Vec<Invitation>,
}

/// A booking that came with a key of its own.
#[derive(Clone, Copy, Debug)]
pub struct Once<'a> {
    /// The key.
    pub key: &'a str,
    /// What came with it.
    pub body: &'a [u8],
}

/// Why a booking with a key of its own was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyTaken;

impl Desk {
    /// Books a meeting: from now on its invitations are on their way. The same key with the same
    /// body gives the meeting that was booked before.
    pub async fn book(
        &self,
        booking: &Booking,
        once: Option<Once<'_>>,
    ) -> Result<Result<Booked, KeyTaken>, Fault> {
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        if let Some(once) = &once
            && let Some(before) = self.booked_before(&mut *tx, *once).await?
        {
            return Ok(before);
        }
        let meeting = Meeting {
            id: new_id()?,
            title: booking.title.clone(),
            description: booking.description.clone(),
            starts_at: booking.starts_at,
            ends_at: booking.ends_at,
            time_zone: booking.time_zone.clone(),
            organiser_name: booking.organiser.name.clone(),
            organiser_email: booking.organiser.email.clone(),
            organiser_phone: booking.organiser.phone.clone(),
            organiser_language: Language::default().tag().to_owned(),
            room_kind: booking.room_kind.to_owned(),
            room_url: booking.room_url.clone(),
            sequence: 0,
            created_at: now,
            cancelled_at: None,
            changed_at: None,
        };
        tx.add_meeting(&meeting).await?;
        tx.add_event(&meeting.id, &happened("booked", None, now)).await?;
        let mut invitations = Vec::new();
        for (position, recipient) in (0..).zip(&booking.recipients) {
            let invitation = self.invite(&mut *tx, &meeting, position, recipient).await?;
            invitations.push(invitation);
        }
        if let Some(once) = &once {
            let body = self.keys.mark(Purpose::Booking, once.body);
            if !tx.add_booking(&fingerprint(once.key), &body, &meeting.id, now).await? {
                // Another server has booked with the key in the same moment: it is as if it had before.
                drop(tx);
                let mut tx = self.store.read().await?;
                let before = self.booked_before(&mut *tx, *once).await?;
                return before.ok_or(Fault::Unknown("booking"));
            }
        }
        tx.commit().await?;
        self.posted.notify_one();
        Ok(Ok(Booked { meeting, invitations }))
    }

    /// The meeting that a booking with this key and this body made.
    pub async fn booked_once(&self, once: Once<'_>) -> Result<Option<Booked>, Fault> {
        let mut tx = self.store.read().await?;
        let before = self.booked_before(&mut *tx, once).await?;
        Ok(before.and_then(Result::ok))
    }

    /// What came of the booking that named this key; none when none has.
    async fn booked_before(
        &self,
        tx: &mut dyn Tx,
        once: Once<'_>,
    ) -> Result<Option<Result<Booked, KeyTaken>>, Fault> {
        let Some((body, meeting)) = tx.booking(&fingerprint(once.key)).await? else {
            return Ok(None);
        };
        if !self.keys.marks(&body, Purpose::Booking, once.body) {
            return Ok(Some(Err(KeyTaken)));
        }
        let booked = read(tx, &meeting).await?.ok_or(Fault::Unknown("booking"))?;
        Ok(Some(Ok(booked)))
    }

    async fn invite(
        &self,
        tx: &mut dyn Tx,
        meeting: &Meeting,
        position: i64,
        recipient: &Recipient,
    ) -> Result<Invitation, Fault> {
        let id = new_id()?;
        let key_id = self.keys.current_id().to_owned();
        let token = self.keys.link_token(&key_id, &id, 0).ok_or(Fault::Unknown("key"))?;
        let number = recipient.personal_number.as_deref();
        let person_mark = number.and_then(|number| person_mark(&self.keys, &key_id, &id, number));
        let person_key_id = person_mark.as_ref().map(|_| key_id.clone());
        let person_sealed = number
            .filter(|_| self.settings.e_id.ask_for_number)
            .map(|number| self.keys.seal(&id, number.as_bytes()))
            .transpose()?;
        let invitation = Invitation {
            id,
            meeting_id: meeting.id.clone(),
            position,
            name: recipient.name.clone(),
            email: recipient.email.clone(),
            phone: recipient.phone.clone(),
            assurance: recipient.assurance.name().to_owned(),
            method: recipient.method.to_owned(),
            language: recipient.language.tag().to_owned(),
            generation: 0,
            key_id,
            token_hash: fingerprint(&token),
            allow_e_id: recipient.allow_e_id,
            person_key_id,
            person_mark,
            person_sealed,
            sent_at: None,
            opened_at: None,
            identified_at: None,
            joined_at: None,
            locked_at: None,
            e_id_locked_at: None,
            failed_at: None,
            withdrawn_at: None,
        };
        tx.add_invitation(&invitation).await?;
        tx.post(Message {
            id: &new_id()?,
            kind: Kind::Invitation,
            invitation: &invitation.id,
            generation: invitation.generation,
            challenge: None,
            silent: false,
            sequence: 0,
            at: meeting.created_at,
            expires_at: Some(meeting.ends_at + self.settings.meeting.closes_after),
        })
        .await?;
        Ok(invitation)
    }

    /// Reads a meeting.
    pub async fn booked(&self, id: &str) -> Result<Option<Booked>, Fault> {
        let mut tx = self.store.read().await?;
        Ok(read(&mut *tx, id).await?)
    }

    /// Reads what happened to a meeting, in order; none when there is no such meeting.
    pub async fn events(&self, id: &str) -> Result<Option<Vec<Event>>, Fault> {
        let mut tx = self.store.read().await?;
        if tx.meeting(id).await?.is_none() {
            return Ok(None);
        }
        Ok(Some(tx.events(id).await?))
    }

    /// The host that we are reached at; the right side of every Message-ID and calendar id.
    pub fn host(&self) -> &str {
        let origin = &self.settings.origin;
        let host = origin.split_once("://").map_or(origin.as_str(), |(_, host)| host);
        // A literal IPv6 address or a port would be none in a Message-ID.
        host.split([':', '[']).find(|part| !part.is_empty()).unwrap_or("localhost")
    }

    /// The id of an invitation's calendar entry.
    pub fn calendar_uid(&self, invitation: &Invitation) -> String {
        format!("{}@{}", invitation.id, self.host())
    }

    /// The link of an invitation, in full.
    pub fn link(&self, invitation: &Invitation) -> Result<String, Fault> {
        let token = self.token(invitation)?;
        Ok(format!("{}{}", self.settings.origin, app::steps::invitation_path(&token)))
    }

    /// The secret of an invitation's link.
    pub(super) fn token(&self, invitation: &Invitation) -> Result<String, Fault> {
        self.keys
            .link_token(&invitation.key_id, &invitation.id, invitation.generation)
            .ok_or(Fault::Unknown("key"))
    }
}

async fn read(tx: &mut dyn Tx, id: &str) -> Result<Option<Booked>, crate::store::StoreError> {
    let Some(meeting) = tx.meeting(id).await? else { return Ok(None) };
    let invitations = tx.invitations(id).await?;
    Ok(Some(Booked { meeting, invitations }))
}

/// An event that nobody proved anything by.
pub(crate) fn happened(kind: &str, invitation: Option<&str>, at: Time) -> Event {
    Event {
        number: 0,
        invitation_id: invitation.map(str::to_owned),
        at,
        kind: kind.to_owned(),
        level: None,
        how: None,
        who: None,
        identity_matched: None,
        person_mark: None,
        person_sealed: None,
    }
}

/// Where an invitation stands, as the API says it.
pub fn status(meeting: &Meeting, invitation: &Invitation) -> &'static str {
    if invitation.is_cancelled(meeting) {
        "cancelled"
    } else if invitation.joined_at.is_some() {
        "joined"
    } else if invitation.identified_at.is_some() {
        "identified"
    } else if locked(invitation) {
        "locked"
    } else if invitation.opened_at.is_some() {
        "opened"
    } else if invitation.failed_at.is_some() {
        "failed"
    } else if invitation.sent_at.is_some() {
        "sent"
    } else {
        "queued"
    }
}

/// Whether the way that the sender chose is locked.
fn locked(invitation: &Invitation) -> bool {
    match invitation.method.as_str() {
        E_ID => invitation.e_id_locked_at.is_some(),
        _ => invitation.locked_at.is_some(),
    }
}
