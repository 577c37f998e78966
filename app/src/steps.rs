//! The order of the steps and their addresses.
//!
//! Which step a visitor may see is decided by the server from what the session has proven; this is
//! only the order in which the steps come and how they are called in the address bar.

use serde::{Deserialize, Serialize};

/// A step on the way from the link to the room, in the order in which a visitor takes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// How one will identify.
    Method,
    /// The address that the invitation was sent to.
    Address,
    /// The one-time code.
    Code,
    /// The opened invitation.
    Invitation,
    /// The door of the meeting room.
    Meeting,
    /// On the way out to the room.
    Room,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Self; 6] =
        [Self::Method, Self::Address, Self::Code, Self::Invitation, Self::Meeting, Self::Room];

    /// The last part of the step's address.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Address => "address",
            Self::Code => "code",
            Self::Invitation => "invitation",
            Self::Meeting => "meeting",
            Self::Room => "room",
        }
    }

    /// The step with this last part of an address.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.slug() == slug)
    }

    /// The address of this step of an invitation.
    pub fn path(self, token: &str) -> String {
        format!("/m/{token}/{}", self.slug())
    }
}

/// The address of an invitation, as it stands in the mail.
pub fn invitation_path(token: &str) -> String {
    format!("/m/{token}")
}

/// The accessibility statement's address.
pub const ACCESSIBILITY_PATH: &str = "/accessibility";

/// The privacy notice's address.
pub const PRIVACY_PATH: &str = "/privacy";

/// The address of the page that says that the session has ended.
pub const ENDED_PATH: &str = "/ended";
