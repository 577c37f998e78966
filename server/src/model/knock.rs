//! Knocks: the waiting room's rows.

use crate::{clock::Time, rules::room::KnockState};

impl KnockState {
    /// Returns its name in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Admitted => "admitted",
            Self::Refused => "refused",
            Self::Removed => "removed",
        }
    }
}

impl TryFrom<String> for KnockState {
    type Error = UnknownKnockState;
    fn try_from(name: String) -> Result<Self, UnknownKnockState> {
        Self::ALL.into_iter().find(|state| state.name() == name).ok_or(UnknownKnockState)
    }
}

/// A name that belongs to no state.
#[derive(Debug, thiserror::Error)]
#[error("unknown state of a knock")]
pub struct UnknownKnockState;

/// A guest's knock: one session's, for one invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knock {
    /// Id, by which hosts name the guest.
    pub id: String,
    /// The meeting.
    pub meeting_id: String,
    /// The guest's invitation.
    pub invitation_id: String,
    /// The guest's session.
    pub session_id: String,
    /// Generation of the link that the guest came by.
    pub generation: i64,
    /// State.
    pub state: KnockState,
    /// Time of the knock.
    pub since: Time,
    /// Time of the latest decision.
    pub decided_at: Option<Time>,
    /// The host's latest message. Empty if there is none.
    pub message: String,
}

/// A knock, with what a host may read of its guest.
#[derive(Clone, Debug)]
pub struct GuestRow {
    /// The knock's id.
    pub id: String,
    /// The invitation.
    pub invitation_id: String,
    /// State.
    pub state: KnockState,
    /// Time of the knock.
    pub since: Time,
    /// The name that the sender gave.
    pub booked_name: Option<String>,
    /// The name that was proven.
    pub proven_name: Option<String>,
    /// The method of the proof.
    pub method: String,
    /// The level of the proof.
    pub level: String,
    /// `true` if the identity is the one that the sender named. `None` if the sender named nobody.
    pub identity_matched: Option<bool>,
    /// The camera, as the guest's page has reported it.
    pub camera: Option<bool>,
    /// The microphone.
    pub microphone: Option<bool>,
    /// The connection to the room.
    pub connection: Option<bool>,
}

/// A host, as others may read it.
#[derive(Clone, Debug)]
pub struct HostRow {
    /// The invitation.
    pub invitation_id: String,
    /// The name that the sender gave.
    pub booked_name: Option<String>,
    /// The name that was proven.
    pub proven_name: Option<String>,
    /// The method of the proof. `None` for a host who has not identified.
    pub method: Option<String>,
}

/// A wish to be called: somebody does not come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRow {
    /// Time of the wish.
    pub at: Time,
    /// The step.
    pub step: Option<String>,
    /// The invitation.
    pub invitation_id: String,
    /// The name that the sender gave.
    pub name: Option<String>,
}
