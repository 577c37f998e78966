//! Contexts of messages, made at delivery: a message describes its subject as it is then. A message that is
//! no longer relevant is not sent.

use super::{DROPPED, FIRST_WAIT, Postman, ended::End, failed};
use crate::{
    clock::Time,
    deliver::{
        compose::{Composed, compose},
        letter::{
            CancelledLetter, Channel, CodeLetter, Content, Identification, InvitationLetter,
            Letter, LockLetter, MeetingTime, SenderNotice,
        },
    },
    desk::{Fault, calendar::revision},
    prove::{
        code::{Carrier, code_of},
        identity::E_ID,
        word::word_of,
    },
    rules::{
        assurance::Level,
        delivery::{Heard, heard},
    },
    store::{
        Tx,
        records::{Invitation, Kind, Meeting, Outgoing},
    },
};
use app::{steps::Step, wire::Language};
use jiff::tz::TimeZone;
use std::time::Duration;

/// Minimum time for which a message about a meeting is tried. A demo has a meeting that was over before it
/// was booked.
const TRIED_FOR: Duration = Duration::from_hours(1);

impl Postman {
    /// Returns a message's context, or the message's end if its subject is gone or has changed.
    pub(super) async fn letter(
        &self,
        message: &Outgoing,
        kind: Kind,
    ) -> Result<Result<Letter, End>, Fault> {
        let mut tx = self.desk.store.read().await?;
        let Some((meeting, invitation)) = about(&mut *tx, message).await? else {
            return Ok(Err(DROPPED));
        };
        let now = self.desk.clock.now();
        let closes = meeting.ends_at + self.desk.settings.meeting.closes_after;
        if tells_of_meeting(kind) && now >= closes.max(message.written_at + TRIED_FOR) {
            // The recipient was not invited. A failure notifies the sender.
            return Ok(Err(if kind == Kind::Invitation { failed(kind) } else { DROPPED }));
        }
        if !stands(message, kind, &meeting, &invitation, now) {
            return Ok(Err(DROPPED));
        }
        match self.is_news(&mut *tx, message, kind, now).await? {
            Heard::Yes => {}
            Heard::Soon => return Ok(Err(End::Waits(now + FIRST_WAIT))),
            Heard::No => return Ok(Err(DROPPED)),
        }
        let letter = self.write(&mut *tx, message, kind, &meeting, invitation).await?;
        Ok(letter.ok_or(DROPPED))
    }

    /// Returns whether the recipient has heard of the subject of this news. A recipient who is not invited
    /// yet needs no news: an invitation that still goes out describes the current state.
    async fn is_news(
        &self,
        tx: &mut dyn Tx,
        message: &Outgoing,
        kind: Kind,
        now: Time,
    ) -> Result<Heard, Fault> {
        let mut invitations = match kind {
            Kind::Changed | Kind::Cancelled => {
                tx.invitation_messages(&message.invitation_id).await?
            }
            _ => return Ok(Heard::Yes),
        };
        if kind == Kind::Changed {
            // An invitation with an older link doesn't count: this change is about the current one.
            invitations.retain(|it| it.generation == message.generation);
        }
        Ok(heard(&invitations, now))
    }

    /// Returns the context of a message that was delivered. If nobody keeps it, it is made again with the
    /// message's own link, even if its subject has changed since. The time is the meeting's current one.
    pub async fn told(&self, message: &Outgoing, kind: Kind) -> Result<Option<Letter>, Fault> {
        let by_sms = || self.gateway.as_ref().and_then(|gateway| gateway.kept(&message.id));
        if let Some(letter) = self.mailer.kept(&message.id).or_else(by_sms) {
            return Ok(Some(letter));
        }
        let mut tx = self.desk.store.read().await?;
        let Some((meeting, invitation)) = about(&mut *tx, message).await? else { return Ok(None) };
        let then = Invitation { generation: message.generation, ..invitation };
        self.write(&mut *tx, message, kind, &meeting, then).await
    }

    async fn write(
        &self,
        tx: &mut dyn Tx,
        message: &Outgoing,
        kind: Kind,
        meeting: &Meeting,
        invitation: Invitation,
    ) -> Result<Option<Letter>, Fault> {
        let zone = TimeZone::get(&meeting.time_zone).map_err(|_| Fault::Unknown("time zone"))?;
        let time = MeetingTime {
            starts: meeting.starts_at.timestamp(),
            ends: meeting.ends_at.timestamp(),
            zone: zone.clone(),
        };
        let content = match kind {
            Kind::Invitation => Content::Invitation(self.invitation(meeting, &invitation, time)?),
            Kind::Changed => Content::Changed(self.invitation(meeting, &invitation, time)?),
            Kind::Reminder | Kind::ReminderSms => {
                Content::Reminder(self.invitation(meeting, &invitation, time)?)
            }
            Kind::Cancelled => Content::Cancelled(CancelledLetter {
                part: invitation.withdrawn_at.is_some(),
                sender: meeting.organiser_name.clone(),
                sender_phone: meeting.organiser_phone.clone(),
                time,
                uid: self.desk.calendar_uid(&invitation),
                sequence: revision(meeting, &invitation).saturating_add(1),
            }),
            Kind::Code => {
                let id = message.challenge_id.as_deref().unwrap_or_default();
                let Some(challenge) = tx.challenge(id).await? else { return Ok(None) };
                if challenge.expired_at.is_some() {
                    return Ok(None);
                }
                if self.desk.lacks_key(&challenge.key_id) {
                    return Err(Fault::LostKey);
                }
                let keys = &self.desk.keys;
                let length = self.desk.settings.code.length;
                Content::Code(CodeLetter {
                    code: code_of(keys, &challenge, length).ok_or(Fault::Unknown("key"))?,
                    word: word_of(keys, &challenge).ok_or(Fault::Unknown("key"))?,
                    valid_until: challenge.expires_at.timestamp(),
                    zone,
                    link: format!("{}/{}", self.desk.link(&invitation)?, Step::Code.slug()),
                    sender: meeting.organiser_name.clone(),
                    sender_phone: meeting.organiser_phone.clone(),
                    again_at: message.again_at.map(Time::timestamp),
                })
            }
            Kind::LockedOut => {
                let e_ids = invitation.allow_e_id && self.desk.identifiers.any();
                let other_way = e_ids && invitation.e_id_locked_at.is_none();
                Content::LockedOut(locked_out(meeting, time, other_way))
            }
            Kind::EIdLockedOut => {
                let other_way = invitation.method != E_ID && invitation.locked_at.is_none();
                Content::EIdLockedOut(locked_out(meeting, time, other_way))
            }
            Kind::Locked => Content::Locked(notice(&invitation, time)),
            Kind::EIdLocked => Content::EIdLocked(notice(&invitation, time)),
            Kind::Undelivered if invitation.is_cancelled(meeting) => {
                Content::Unreached(notice(&invitation, time))
            }
            Kind::Undelivered => Content::Undelivered(notice(&invitation, time)),
        };
        let letter = self.address(message, meeting, &invitation, is_to_recipient(kind), content);
        match (kind, Carrier::of(&invitation.method)) {
            (Kind::Code, Carrier::Sms) | (Kind::ReminderSms, _) => {
                let to = invitation.phone.ok_or(Fault::Unknown("phone"))?;
                Ok(Some(Letter { channel: Channel::Sms, to, ..letter }))
            }
            _ => Ok(Some(letter)),
        }
    }

    /// Renders a message.
    pub fn compose(&self, letter: &Letter) -> Composed {
        compose(&self.card, letter)
    }

    fn invitation(
        &self,
        meeting: &Meeting,
        invitation: &Invitation,
        time: MeetingTime,
    ) -> Result<InvitationLetter, Fault> {
        let level =
            invitation.assurance.parse::<Level>().map_err(|_| Fault::Unknown("assurance"))?;
        Ok(InvitationLetter {
            link: self.desk.link(invitation)?,
            identification: match level {
                Level::Loa2 => match Carrier::of(&invitation.method) {
                    Carrier::Email => Identification::EmailCode,
                    Carrier::Sms => Identification::SmsCode,
                },
                Level::Loa3 => Identification::EId,
            },
            sender: meeting.organiser_name.clone(),
            sender_phone: meeting.organiser_phone.clone(),
            time,
            uid: self.desk.calendar_uid(invitation),
            sequence: revision(meeting, invitation),
        })
    }

    /// Adds the envelope to a message's content: address, language and Message-ID.
    fn address(
        &self,
        message: &Outgoing,
        meeting: &Meeting,
        invitation: &Invitation,
        to_recipient: bool,
        content: Content,
    ) -> Letter {
        let (to, to_name, language) = if to_recipient {
            (invitation.email.clone(), invitation.name.clone(), &invitation.language)
        } else {
            let name = meeting.organiser_name.clone();
            (meeting.organiser_email.clone(), Some(name), &meeting.organiser_language)
        };
        Letter {
            channel: Channel::Email,
            to,
            to_name,
            language: Language::from_tag(language).unwrap_or_default(),
            message_id: format!("{}@{}", message.id, self.desk.host()),
            written_at: message.written_at.timestamp(),
            content,
        }
    }
}

/// Returns the meeting and the invitation of a message.
async fn about(
    tx: &mut dyn Tx,
    message: &Outgoing,
) -> Result<Option<(Meeting, Invitation)>, Fault> {
    let Some(invitation) = tx.invitation(&message.invitation_id).await? else { return Ok(None) };
    let meeting = tx.meeting(&invitation.meeting_id).await?;
    Ok(meeting.map(|meeting| (meeting, invitation)))
}

/// `true` if a message of this kind describes the meeting's current state to the recipient while the
/// invitation is open.
pub(super) const fn tells_of_meeting(kind: Kind) -> bool {
    matches!(kind, Kind::Invitation | Kind::Changed | Kind::Cancelled)
}

/// `true` if a message of this kind is for the recipient. The others are for the sender.
const fn is_to_recipient(kind: Kind) -> bool {
    !matches!(kind, Kind::Locked | Kind::EIdLocked | Kind::Undelivered)
}

/// `true` if a message's subject is still as the message says.
fn stands(
    message: &Outgoing,
    kind: Kind,
    meeting: &Meeting,
    invitation: &Invitation,
    now: Time,
) -> bool {
    let current = invitation.generation == message.generation && !invitation.is_cancelled(meeting);
    // A later version has its own message.
    let newest = message.sequence >= meeting.sequence;
    match kind {
        Kind::Invitation | Kind::Code | Kind::LockedOut | Kind::EIdLockedOut => current,
        Kind::Changed => current && newest,
        Kind::Reminder | Kind::ReminderSms => {
            let reachable = kind == Kind::Reminder || invitation.phone.is_some();
            let awaited = invitation.joined_at.is_none() && now < meeting.starts_at;
            current && newest && reachable && awaited
        }
        Kind::Cancelled => invitation.is_cancelled(meeting),
        // About the recipient's current link only: a new invitation has resolved what happened to an older
        // one.
        Kind::Locked | Kind::EIdLocked | Kind::Undelivered => {
            invitation.generation == message.generation
        }
    }
}

fn locked_out(meeting: &Meeting, time: MeetingTime, other_way: bool) -> LockLetter {
    LockLetter {
        sender: meeting.organiser_name.clone(),
        sender_phone: meeting.organiser_phone.clone(),
        time,
        other_way,
    }
}

fn notice(invitation: &Invitation, time: MeetingTime) -> SenderNotice {
    SenderNotice {
        recipient: invitation.name.clone(),
        recipient_address: invitation.email.clone(),
        time,
    }
}
