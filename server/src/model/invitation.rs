//! Invitations, and the stages that they reach.

use super::Meeting;
use crate::clock::Time;
use app::wire::Role;

/// A stage of an invitation. The first time of each is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationStage {
    /// Mail delivered to the mail server.
    Sent,
    /// Continued from the link by somebody.
    Opened,
    /// Identified.
    Identified,
    /// Knocked at the built-in room.
    Waited,
    /// Joined the room.
    Joined,
    /// Locked for codes.
    Locked,
    /// Locked for e-IDs.
    EIdLocked,
    /// Delivery of its mail given up.
    Failed,
}

/// A name that belongs to no role.
#[derive(Debug, thiserror::Error)]
#[error("unknown role of an invitation")]
pub struct UnknownRole;

/// An invitation, of a recipient or of a host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invitation {
    /// Id, which is also the recipient's or the host's.
    pub id: String,
    /// The meeting.
    pub meeting_id: String,
    /// The role: recipients are guests.
    pub role: Role,
    /// The place in the booking, in which hosts follow the recipients.
    pub position: i64,
    /// The person's name.
    pub name: Option<String>,
    /// The person's address, as the sender wrote it.
    pub email: String,
    /// The person's phone number in E.164.
    pub phone: Option<String>,
    /// Required level of assurance.
    pub assurance: String,
    /// Method.
    pub method: String,
    /// The person's language.
    pub language: String,
    /// Generation of the link. A new one has a new link and fresh counts.
    pub generation: i64,
    /// Id of the key that the link token is derived with.
    pub key_id: String,
    /// Hash of the link token.
    pub token_hash: Vec<u8>,
    /// `true` if an e-ID is accepted instead of a code.
    pub allow_e_id: bool,
    /// Keyed hash of the required personal identity number, if the sender gave one.
    pub personal_number_hash: Option<Vec<u8>>,
    /// Id of the key of that hash.
    pub personal_number_key_id: Option<String>,
    /// The sealed number, if BankID is to be asked for it.
    pub personal_number_sealed: Option<Vec<u8>>,
    /// Time at which its mail was delivered to the mail server.
    pub sent_at: Option<Time>,
    /// Time at which somebody first continued from the link.
    pub opened_at: Option<Time>,
    /// Time of the first identification.
    pub identified_at: Option<Time>,
    /// Time at which somebody first knocked at the built-in room.
    pub waited_at: Option<Time>,
    /// Time at which somebody first joined the room.
    pub joined_at: Option<Time>,
    /// Time at which it was locked for codes.
    pub locked_at: Option<Time>,
    /// Time at which it was locked for e-IDs.
    pub e_id_locked_at: Option<Time>,
    /// Time at which delivery of its mail was given up.
    pub failed_at: Option<Time>,
    /// Time at which the sender withdrew it.
    pub withdrawn_at: Option<Time>,
}

impl Invitation {
    /// Returns the time at which it reached a stage.
    pub const fn reached(&self, stage: InvitationStage) -> Option<Time> {
        match stage {
            InvitationStage::Sent => self.sent_at,
            InvitationStage::Opened => self.opened_at,
            InvitationStage::Identified => self.identified_at,
            InvitationStage::Waited => self.waited_at,
            InvitationStage::Joined => self.joined_at,
            InvitationStage::Locked => self.locked_at,
            InvitationStage::EIdLocked => self.e_id_locked_at,
            InvitationStage::Failed => self.failed_at,
        }
    }

    /// Returns the place of the time at which it reached a stage.
    pub const fn reached_mut(&mut self, stage: InvitationStage) -> &mut Option<Time> {
        match stage {
            InvitationStage::Sent => &mut self.sent_at,
            InvitationStage::Opened => &mut self.opened_at,
            InvitationStage::Identified => &mut self.identified_at,
            InvitationStage::Waited => &mut self.waited_at,
            InvitationStage::Joined => &mut self.joined_at,
            InvitationStage::Locked => &mut self.locked_at,
            InvitationStage::EIdLocked => &mut self.e_id_locked_at,
            InvitationStage::Failed => &mut self.failed_at,
        }
    }

    /// Returns the SEQUENCE of the invitation's calendar entry (RFC 5545). It grows with every change of the
    /// meeting and with every new link, because the entry holds both.
    pub fn revision(&self, meeting: &Meeting) -> u32 {
        u32::try_from(meeting.sequence.saturating_add(self.generation)).unwrap_or(0)
    }

    /// `true` if the meeting or this invitation was cancelled.
    pub const fn is_cancelled(&self, meeting: &Meeting) -> bool {
        meeting.cancelled_at.is_some() || self.withdrawn_at.is_some()
    }
}
