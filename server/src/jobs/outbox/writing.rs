//! Contexts of messages, made at delivery: a message describes its subject as it is then. A message that is
//! no longer relevant is not sent.

use super::{
    DROPPED, FIRST_WAIT, OutboxWorker,
    ended::{End, NoContext},
    failed,
};
use crate::{
    authenticators::{
        check_word::check_word,
        code::{CodeChannel, derive_code},
        identity::E_ID,
    },
    clock::Time,
    messages::{
        content::{
            Body, CancelledContext, ChangedContext, Channel, CodeContext, Earlier, Identification,
            InvitationContext, LockContext, MeetingTime, MessageContext, SenderNotice,
        },
        render::{RenderedMessage, render},
    },
    model::{Challenge, EarlierDetails, Invitation, Meeting, MessageKind, OutboxMessage},
    rules::{
        assurance::Level,
        delivery::{Notified, notified},
    },
    state::{HandedMessage, InternalError},
    store::Tx,
};
use app::{
    steps::Step,
    wire::{Language, Role},
};
use jiff::tz::TimeZone;
use std::time::Duration;

/// Minimum time for which a message about a meeting is retried. A demo has a meeting that was over before it
/// was booked.
const TRIED_FOR: Duration = Duration::from_hours(1);

impl OutboxWorker {
    /// Returns a message's context.
    ///
    /// # Errors
    /// Fails with the message's end if its subject is gone or has changed.
    pub(crate) async fn context(
        &self,
        message: &OutboxMessage,
        kind: MessageKind,
    ) -> Result<MessageContext, NoContext> {
        let mut tx = self.state.store.read().await?;
        if kind == MessageKind::Report {
            let context = self.report(&mut tx, message).await?;
            return context.ok_or(NoContext::Ended(DROPPED));
        }
        let Some((meeting, invitation)) = about(&mut tx, message).await? else {
            return Err(NoContext::Ended(DROPPED));
        };
        let now = self.state.clock.now();
        let closes = meeting.ends_at + self.state.settings.meeting.closes_after;
        if tells_of_meeting(kind) && now >= closes.max(message.written_at + TRIED_FOR) {
            // The recipient was not invited. A failure notifies the sender.
            let end = if kind == MessageKind::Invitation { failed(kind) } else { DROPPED };
            return Err(NoContext::Ended(end));
        }
        if !is_still_relevant(message, kind, &meeting, &invitation, now) {
            return Err(NoContext::Ended(DROPPED));
        }
        match self.is_news(&mut tx, message, kind, now).await? {
            Notified::Yes => {}
            Notified::Soon => return Err(NoContext::Ended(End::Waits(now + FIRST_WAIT))),
            Notified::No => return Err(NoContext::Ended(DROPPED)),
        }
        let rows = own_rows(&mut tx, message, kind).await?;
        let context = self.write(message, kind, &meeting, invitation, &rows)?;
        context.ok_or(NoContext::Ended(DROPPED))
    }

    /// Returns the context of a message that was handed over with its rows.
    pub(crate) fn handed_context(
        &self,
        handed: HandedMessage,
    ) -> Result<MessageContext, NoContext> {
        let HandedMessage { message, meeting, invitation, challenge, .. } = handed;
        let rows = OwnRows { challenge: Some(challenge), earlier: None };
        let context = self.write(&message, MessageKind::Code, &meeting, invitation, &rows)?;
        context.ok_or(NoContext::Ended(DROPPED))
    }

    /// Returns whether the recipient has heard of the subject of this news. A recipient who is not invited
    /// yet needs no news: an invitation that still goes out describes the current state.
    async fn is_news(
        &self,
        tx: &mut Tx,
        message: &OutboxMessage,
        kind: MessageKind,
        now: Time,
    ) -> Result<Notified, InternalError> {
        let mut invitations = match (kind, &message.invitation_id) {
            (MessageKind::Changed | MessageKind::Cancelled, Some(invitation)) => {
                tx.invitation_messages(invitation).await?
            }
            _ => return Ok(Notified::Yes),
        };
        if kind == MessageKind::Changed {
            // An invitation with an older link doesn't count: this change is about the current one.
            invitations.retain(|it| it.generation == message.generation);
        }
        Ok(notified(&invitations, now))
    }

    /// Returns the context of a message that was delivered. If nobody keeps it, it is made again with the
    /// message's own link, even if its subject has changed since. The time is the meeting's current one.
    pub async fn render_sent(
        &self,
        message: &OutboxMessage,
        kind: MessageKind,
    ) -> Result<Option<MessageContext>, InternalError> {
        let by_sms = || self.gateway.as_ref().and_then(|gateway| gateway.kept(&message.id));
        if let Some(context) = self.mailer.kept(&message.id).or_else(by_sms) {
            return Ok(Some(context));
        }
        let mut tx = self.state.store.read().await?;
        let Some((meeting, invitation)) = about(&mut tx, message).await? else { return Ok(None) };
        let then = Invitation { generation: message.generation, ..invitation };
        let rows = own_rows(&mut tx, message, kind).await?;
        self.write(message, kind, &meeting, then, &rows)
    }

    /// Returns the context of a report. `None` if its text was erased, or if nobody takes reports any more.
    async fn report(
        &self,
        tx: &mut Tx,
        message: &OutboxMessage,
    ) -> Result<Option<MessageContext>, InternalError> {
        let Some(id) = &message.report_id else { return Ok(None) };
        let Some(to) = &self.state.settings.accessibility.email else { return Ok(None) };
        let Some(sealed) = tx.report(id).await? else { return Ok(None) };
        let text = self.state.keys.unseal(id, &sealed)?;
        Ok(Some(MessageContext {
            channel: Channel::Email,
            to: to.clone(),
            to_name: None,
            language: Language::default(),
            message_id: self.message_id(message),
            written_at: message.written_at.timestamp(),
            sequence: 0,
            content: Body::Report(String::from_utf8_lossy(&text).into_owned()),
        }))
    }

    /// Returns the `Message-ID` of a message, without angle brackets.
    fn message_id(&self, message: &OutboxMessage) -> String {
        format!("{}@{}", message.id, self.state.host())
    }

    fn write(
        &self,
        message: &OutboxMessage,
        kind: MessageKind,
        meeting: &Meeting,
        invitation: Invitation,
        rows: &OwnRows,
    ) -> Result<Option<MessageContext>, InternalError> {
        let time = meeting_time(meeting.starts_at, meeting.ends_at, &meeting.time_zone)?;
        let zone = time.zone.clone();
        let body = match kind {
            MessageKind::Invitation => {
                Body::Invitation(self.invitation(meeting, &invitation, time)?)
            }
            MessageKind::Changed => Body::Changed(ChangedContext {
                invitation: self.invitation(meeting, &invitation, time)?,
                earlier: rows.earlier.as_ref().map(earlier).transpose()?,
            }),
            MessageKind::Reminder | MessageKind::ReminderSms => {
                Body::Reminder(self.invitation(meeting, &invitation, time)?)
            }
            MessageKind::Waiting => Body::Waiting(self.invitation(meeting, &invitation, time)?),
            MessageKind::Cancelled => Body::Cancelled(CancelledContext {
                role: invitation.role,
                part: invitation.withdrawn_at.is_some(),
                sender: meeting.organiser_name.clone(),
                sender_phone: meeting.organiser_phone.clone(),
                time,
                uid: self.state.calendar_uid(&invitation),
                sequence: invitation.revision(meeting).saturating_add(1),
            }),
            MessageKind::Code => {
                let Some(challenge) = &rows.challenge else { return Ok(None) };
                if challenge.expired_at.is_some() {
                    return Ok(None);
                }
                if self.state.lacks_key(&challenge.key_id) {
                    return Err(InternalError::LostKey);
                }
                let keys = &self.state.keys;
                let length = self.state.settings.code.length;
                Body::Code(CodeContext {
                    code: derive_code(keys, challenge, length)
                        .ok_or(InternalError::Unknown("key"))?,
                    word: check_word(keys, challenge).ok_or(InternalError::Unknown("key"))?,
                    valid_until: challenge.expires_at.timestamp(),
                    zone,
                    link: format!("{}/{}", self.state.link(&invitation)?, Step::Code.slug()),
                    sender: meeting.organiser_name.clone(),
                    sender_phone: meeting.organiser_phone.clone(),
                    again_at: message.again_at.map(Time::timestamp),
                })
            }
            MessageKind::LockedOut => {
                let e_ids = invitation.allow_e_id && self.state.identity_providers.any();
                let other_way = e_ids && invitation.e_id_locked_at.is_none();
                Body::LockedOut(locked_out(meeting, time, other_way))
            }
            MessageKind::EIdLockedOut => {
                let other_way = invitation.method != E_ID && invitation.locked_at.is_none();
                Body::EIdLockedOut(locked_out(meeting, time, other_way))
            }
            MessageKind::Locked => Body::Locked(notice(&invitation, time)),
            MessageKind::EIdLocked => Body::EIdLocked(notice(&invitation, time)),
            MessageKind::Undelivered if invitation.is_cancelled(meeting) => {
                Body::Unreached(notice(&invitation, time))
            }
            MessageKind::Undelivered => Body::Undelivered(notice(&invitation, time)),
            // It is about no meeting.
            MessageKind::Report => return Ok(None),
        };
        let context = self.address(message, meeting, &invitation, is_to_recipient(kind), body);
        match (kind, CodeChannel::of(&invitation.method)) {
            (MessageKind::Code, CodeChannel::Sms) | (MessageKind::ReminderSms, _) => {
                let to = invitation.phone.ok_or(InternalError::Unknown("phone"))?;
                Ok(Some(MessageContext { channel: Channel::Sms, to, ..context }))
            }
            _ => Ok(Some(context)),
        }
    }

    /// Renders a message.
    pub fn compose(&self, context: &MessageContext) -> RenderedMessage {
        render(&self.sender, context)
    }

    fn invitation(
        &self,
        meeting: &Meeting,
        invitation: &Invitation,
        time: MeetingTime,
    ) -> Result<InvitationContext, InternalError> {
        let level = invitation
            .assurance
            .parse::<Level>()
            .map_err(|_| InternalError::Unknown("assurance"))?;
        let hosts_login = invitation.role == Role::Host && invitation.method == E_ID;
        Ok(InvitationContext {
            role: invitation.role,
            lobby: meeting.room.has_lobby(),
            link: self.state.link(invitation)?,
            identification: match level {
                _ if hosts_login => Identification::Login,
                Level::Loa2 => match CodeChannel::of(&invitation.method) {
                    CodeChannel::Email => Identification::EmailCode,
                    CodeChannel::Sms => Identification::SmsCode,
                },
                Level::Loa3 => Identification::EId,
            },
            sender: meeting.organiser_name.clone(),
            sender_phone: meeting.organiser_phone.clone(),
            time,
            uid: self.state.calendar_uid(invitation),
            sequence: invitation.revision(meeting),
        })
    }

    /// Adds the envelope to a message's content: address, language and Message-ID.
    fn address(
        &self,
        message: &OutboxMessage,
        meeting: &Meeting,
        invitation: &Invitation,
        to_recipient: bool,
        content: Body,
    ) -> MessageContext {
        let (to, to_name, language) = if to_recipient {
            (invitation.email.clone(), invitation.name.clone(), &invitation.language)
        } else {
            let name = meeting.organiser_name.clone();
            (meeting.organiser_email.clone(), Some(name), &meeting.organiser_language)
        };
        MessageContext {
            channel: Channel::Email,
            to,
            to_name,
            language: Language::from_tag(language).unwrap_or_default(),
            message_id: self.message_id(message),
            written_at: message.written_at.timestamp(),
            sequence: meeting.sequence,
            content,
        }
    }
}

/// Rows that messages of one kind only are about.
#[derive(Default)]
struct OwnRows {
    /// The challenge whose code the message carries.
    challenge: Option<Challenge>,
    /// The details that the recipient got before the change that the message is about.
    earlier: Option<EarlierDetails>,
}

/// Returns the rows that a message of this kind is about, beside meeting and invitation.
async fn own_rows(
    tx: &mut Tx,
    message: &OutboxMessage,
    kind: MessageKind,
) -> Result<OwnRows, InternalError> {
    let mut rows = OwnRows::default();
    match (kind, &message.challenge_id, &message.invitation_id) {
        (MessageKind::Code, Some(id), _) => rows.challenge = tx.challenge(id).await?,
        (MessageKind::Changed, _, Some(invitation)) => {
            let (generation, sequence) = (message.generation, message.sequence);
            rows.earlier = tx.details_told(invitation, generation, sequence).await?;
        }
        _ => {}
    }
    Ok(rows)
}

fn meeting_time(starts: Time, ends: Time, zone: &str) -> Result<MeetingTime, InternalError> {
    Ok(MeetingTime {
        starts: starts.timestamp(),
        ends: ends.timestamp(),
        zone: TimeZone::get(zone).map_err(|_| InternalError::Unknown("time zone"))?,
    })
}

fn earlier(details: &EarlierDetails) -> Result<Earlier, InternalError> {
    Ok(Earlier {
        sender: details.organiser_name.clone(),
        sender_phone: details.organiser_phone.clone(),
        time: meeting_time(details.starts_at, details.ends_at, &details.time_zone)?,
    })
}

/// Returns the meeting and the invitation of a message.
async fn about(
    tx: &mut Tx,
    message: &OutboxMessage,
) -> Result<Option<(Meeting, Invitation)>, InternalError> {
    let Some(id) = &message.invitation_id else { return Ok(None) };
    let Some(invitation) = tx.invitation(id).await? else { return Ok(None) };
    let meeting = tx.meeting(&invitation.meeting_id).await?;
    Ok(meeting.map(|meeting| (meeting, invitation)))
}

/// `true` if a message of this kind describes the meeting's current state to the recipient while the
/// invitation is open.
pub(crate) const fn tells_of_meeting(kind: MessageKind) -> bool {
    matches!(kind, MessageKind::Invitation | MessageKind::Changed | MessageKind::Cancelled)
}

/// `true` if a message of this kind is for the recipient. The others are for the sender.
const fn is_to_recipient(kind: MessageKind) -> bool {
    !matches!(
        kind,
        MessageKind::Locked
            | MessageKind::EIdLocked
            | MessageKind::Undelivered
            | MessageKind::Report
    )
}

/// `true` if a message's subject is still as the message says.
fn is_still_relevant(
    message: &OutboxMessage,
    kind: MessageKind,
    meeting: &Meeting,
    invitation: &Invitation,
    now: Time,
) -> bool {
    let current = invitation.generation == message.generation && !invitation.is_cancelled(meeting);
    // A later version has its own message.
    let newest = message.sequence >= meeting.sequence;
    match kind {
        MessageKind::Invitation
        | MessageKind::Code
        | MessageKind::LockedOut
        | MessageKind::EIdLockedOut => current,
        MessageKind::Changed => current && newest,
        MessageKind::Waiting => current && now < meeting.ends_at,
        MessageKind::Reminder | MessageKind::ReminderSms => {
            let reachable = kind == MessageKind::Reminder || invitation.phone.is_some();
            let awaited = invitation.joined_at.is_none() && now < meeting.starts_at;
            current && newest && reachable && awaited
        }
        MessageKind::Cancelled => invitation.is_cancelled(meeting),
        MessageKind::Report => false,
        // About the recipient's current link only: a new invitation has resolved what happened to an older
        // one.
        MessageKind::Locked | MessageKind::EIdLocked | MessageKind::Undelivered => {
            invitation.generation == message.generation
        }
    }
}

fn locked_out(meeting: &Meeting, time: MeetingTime, other_way: bool) -> LockContext {
    LockContext {
        sender: meeting.organiser_name.clone(),
        sender_phone: meeting.organiser_phone.clone(),
        time,
        other_way,
    }
}

fn notice(invitation: &Invitation, time: MeetingTime) -> SenderNotice {
    SenderNotice {
        role: invitation.role,
        recipient: invitation.name.clone(),
        recipient_address: invitation.email.clone(),
        time,
    }
}
