//! Meetings: creation, idempotency keys, and reading.
//!
//! `link` alone makes the links of invitations. They begin with `http.public_url`, as callbacks and webhooks
//! do. No header of a request gets near them.

use super::error::MeetingError;
use crate::{
    authenticators::identity::E_ID,
    clock::Time,
    keys::{Purpose, new_id, sha256},
    model::{Event, Invitation, Meeting},
    rooms::Room,
    rules::assurance::Level,
    state::{AppState, InternalError},
    store::Tx,
};
use app::wire::{Language, Role};
use axum::body::Bytes;
use std::collections::HashSet;

/// Validated content of a meeting to create.
#[derive(Clone, Debug)]
pub struct Booking {
    /// The meeting's title.
    pub title: String,
    /// The sender's text about it. May be empty.
    pub description: String,
    /// Its start.
    pub starts_at: Time,
    /// Its end.
    pub ends_at: Time,
    /// The IANA name of its time zone.
    pub time_zone: String,
    /// The sender.
    pub organiser: Organiser,
    /// Its room.
    pub room: Room,
    /// The recipients.
    pub recipients: Vec<Recipient>,
    /// The hosts. None without a built-in room.
    pub hosts: Vec<Recipient>,
}

impl Booking {
    /// Returns everybody to invite, with their roles: the recipients, and then the hosts.
    pub(crate) fn people(&self) -> impl Iterator<Item = (Role, &Recipient)> {
        let guests = self.recipients.iter().map(|recipient| (Role::Guest, recipient));
        guests.chain(self.hosts.iter().map(|host| (Role::Host, host)))
    }
}

/// The sender of the invitations.
#[derive(Clone, Debug)]
pub struct Organiser {
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// The phone number in E.164.
    pub phone: String,
}

/// A person to invite, as a recipient or as a host, and how they identify.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// The name.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: String,
    /// The phone number in E.164.
    pub phone: Option<String>,
    /// The required level of assurance.
    pub assurance: Level,
    /// The method.
    pub method: &'static str,
    /// The language of the invitation.
    pub language: Language,
    /// `true` if an e-ID may replace the code.
    pub allow_e_id: bool,
    /// The personal number that the recipient must identify with. 12 digits.
    pub personal_number: Option<String>,
}

/// A booked meeting and its invitations.
#[derive(Clone, Debug)]
pub struct Booked {
    /// The meeting.
    pub meeting: Meeting,
    /// Its invitations, in the order of the booking. Those of hosts are among them.
    pub invitations: Vec<Invitation>,
}

impl Booked {
    /// Returns the invitations of a role, withdrawn ones included.
    pub fn of_role(&self, role: Role) -> impl Iterator<Item = &Invitation> {
        self.invitations.iter().filter(move |invitation| invitation.role == role)
    }

    /// Returns the invitations of a role that are not withdrawn.
    pub fn staying(&self, role: Role) -> impl Iterator<Item = &Invitation> {
        self.of_role(role).filter(|invitation| invitation.withdrawn_at.is_none())
    }
}

/// The events of a meeting.
#[derive(Clone, Debug)]
pub struct EventLog {
    /// The events, in their order.
    pub events: Vec<Event>,
    /// The ids of the invitations of hosts.
    pub hosts: HashSet<String>,
}

/// A request with an idempotency key.
#[derive(Clone, Debug)]
pub struct IdempotentRequest {
    /// The id of the API token. Equal keys of different tokens don't collide. Empty in a demo, which needs no
    /// token.
    pub token: String,
    /// The key.
    pub key: String,
    /// The body of the request.
    pub body: Bytes,
}

impl IdempotentRequest {
    /// Returns the hash under which the key is stored. No key holds a line end, so the separator is
    /// unambiguous.
    fn hash(&self) -> Vec<u8> {
        sha256(format!("{}\n{}", self.token, self.key))
    }
}

/// The end of a booking's transaction without a booking.
enum BookError {
    /// Another transaction has taken the idempotency key since this one looked.
    KeyTaken,
    /// All other reasons.
    Refused(MeetingError),
}

impl<E: Into<MeetingError>> From<E> for BookError {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

impl AppState {
    /// Books a meeting and enqueues its invitations. A repeat with the same key and body returns the meeting
    /// of the first request.
    ///
    /// # Errors
    /// Fails if the key was used with another body, or if the service fails.
    pub async fn book(
        &self,
        booking: &Booking,
        once: Option<IdempotentRequest>,
    ) -> Result<Booked, MeetingError> {
        let (state, booking) = (self.clone(), booking.clone());
        let key = once.clone();
        let job = async move |tx: &mut Tx| state.book_in(tx, &booking, key.as_ref()).await;
        match (self.store.write(job).await, once) {
            // Another server used the key at the same moment. Its booking counts as the earlier one.
            (Err(BookError::KeyTaken), Some(once)) => {
                let mut tx = self.store.read().await?;
                let before = self.booked_before(&mut tx, &once).await?;
                before.ok_or(InternalError::Unknown("booking").into())
            }
            (Err(BookError::KeyTaken), None) => Err(MeetingError::KeyReused),
            (Err(BookError::Refused(error)), _) => Err(error),
            (Ok(booked), _) => {
                self.posted.notify_one();
                Ok(booked)
            }
        }
    }

    async fn book_in(
        &self,
        tx: &mut Tx,
        booking: &Booking,
        once: Option<&IdempotentRequest>,
    ) -> Result<Booked, BookError> {
        let now = self.clock.now();
        if let Some(once) = once
            && let Some(before) = self.booked_before(tx, once).await?
        {
            return Ok(before);
        }
        let meeting = Meeting {
            id: new_id().map_err(InternalError::from)?,
            title: booking.title.clone(),
            description: booking.description.clone(),
            starts_at: booking.starts_at,
            ends_at: booking.ends_at,
            time_zone: booking.time_zone.clone(),
            organiser_name: booking.organiser.name.clone(),
            organiser_email: booking.organiser.email.clone(),
            organiser_phone: booking.organiser.phone.clone(),
            organiser_language: Language::default().tag().to_owned(),
            room: booking.room.stored(None, &self.keys),
            sequence: 0,
            created_at: now,
            cancelled_at: None,
            changed_at: None,
            version: 0,
        };
        tx.add_meeting(&meeting).await?;
        tx.add_event(&meeting.id, &Event::new("booked", None, now)).await?;
        let mut invitations = Vec::new();
        for (position, (role, person)) in (0..).zip(booking.people()) {
            let invitation = self.invite(tx, &meeting, (role, position), person, now).await?;
            invitations.push(invitation);
        }
        if let Some(once) = once
            && !self.save_idempotency_key(tx, once, &meeting.id, now).await?
        {
            return Err(BookError::KeyTaken);
        }
        Ok(Booked { meeting, invitations })
    }

    /// Returns the meeting that a request with this key and body booked.
    pub async fn booked_once(
        &self,
        once: &IdempotentRequest,
    ) -> Result<Option<Booked>, MeetingError> {
        let mut tx = self.store.read().await?;
        match self.booked_before(&mut tx, once).await {
            Err(MeetingError::KeyReused) => Ok(None),
            before => before,
        }
    }

    /// Returns the earlier booking with this key. `None` if there was none.
    async fn booked_before(
        &self,
        tx: &mut Tx,
        once: &IdempotentRequest,
    ) -> Result<Option<Booked>, MeetingError> {
        let Some(meeting) = self.find_idempotent(tx, once).await? else { return Ok(None) };
        Ok(Some(read(tx, &meeting).await?.ok_or(InternalError::Unknown("booking"))?))
    }

    /// Returns the meeting's id from the earlier request with this key. `None` if there was none.
    pub(crate) async fn find_idempotent(
        &self,
        tx: &mut Tx,
        once: &IdempotentRequest,
    ) -> Result<Option<String>, MeetingError> {
        let is_same = |body: &[u8]| self.keys.verify_keyed_hash(body, Purpose::Booking, &once.body);
        if let Some((body, meeting)) = tx.idempotency_key(&once.hash()).await? {
            return if is_same(&body) { Ok(Some(meeting)) } else { Err(MeetingError::KeyReused) };
        }
        // Older rows are not tied to a token. A repeat of their request has the same body.
        let older = tx.idempotency_key(&sha256(&once.key)).await?;
        Ok(older.filter(|(body, _)| is_same(body)).map(|(_, meeting)| meeting))
    }

    /// Saves an idempotency key. `false` if another request has used it.
    pub(crate) async fn save_idempotency_key(
        &self,
        tx: &mut Tx,
        once: &IdempotentRequest,
        meeting: &str,
        now: Time,
    ) -> Result<bool, InternalError> {
        let body = self.keys.keyed_hash(Purpose::Booking, &once.body);
        Ok(tx.add_idempotency_key(&once.hash(), &body, meeting, now).await?)
    }

    /// Reads a meeting. `None` if there is no such meeting.
    pub async fn booked(&self, id: &str) -> Result<Option<Booked>, InternalError> {
        let mut tx = self.store.read().await?;
        Ok(read(&mut tx, id).await?)
    }

    /// Reads the events of a meeting in their order. `None` if there is no such meeting.
    pub async fn events(&self, id: &str) -> Result<Option<EventLog>, InternalError> {
        let mut tx = self.store.read().await?;
        let Some(booked) = read(&mut tx, id).await? else { return Ok(None) };
        let hosts = booked.of_role(Role::Host).map(|host| host.id.clone()).collect();
        Ok(Some(EventLog { events: tx.events(id).await?, hosts }))
    }

    /// Returns the host of the public address: the right side of every Message-ID and calendar UID.
    pub fn host(&self) -> &str {
        let origin = &self.settings.origin;
        let host = origin.split_once("://").map_or(origin.as_str(), |(_, host)| host);
        // A literal IPv6 address or a port would be invalid in a Message-ID.
        host.split([':', '[']).find(|part| !part.is_empty()).unwrap_or("localhost")
    }

    /// Returns the UID of an invitation's calendar entry.
    pub fn calendar_uid(&self, invitation: &Invitation) -> String {
        format!("{}@{}", invitation.id, self.host())
    }

    /// Returns the full link of an invitation.
    pub fn link(&self, invitation: &Invitation) -> Result<String, InternalError> {
        let token = self.token(invitation)?;
        Ok(format!("{}{}", self.settings.origin, app::steps::invitation_path(&token)))
    }

    /// Returns the link token of an invitation.
    pub(crate) fn token(&self, invitation: &Invitation) -> Result<String, InternalError> {
        if self.lacks_key(&invitation.key_id) {
            return Err(InternalError::LostKey);
        }
        self.keys
            .link_token(&invitation.key_id, &invitation.id, invitation.generation)
            .ok_or(InternalError::Unknown("key"))
    }
}

/// Reads a meeting and its invitations.
pub(crate) async fn read(
    tx: &mut Tx,
    id: &str,
) -> Result<Option<Booked>, crate::store::StoreError> {
    let Some(meeting) = tx.meeting(id).await? else { return Ok(None) };
    let invitations = tx.invitations(id).await?;
    Ok(Some(Booked { meeting, invitations }))
}

/// Returns the status of an invitation, as the API reports it.
pub fn status(meeting: &Meeting, invitation: &Invitation) -> &'static str {
    if invitation.is_cancelled(meeting) {
        "cancelled"
    } else if invitation.joined_at.is_some() {
        "joined"
    } else if invitation.waited_at.is_some() {
        "waiting"
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

/// `true` if the sender's chosen method is locked.
fn locked(invitation: &Invitation) -> bool {
    match invitation.method.as_str() {
        E_ID => invitation.e_id_locked_at.is_some(),
        _ => invitation.locked_at.is_some(),
    }
}
