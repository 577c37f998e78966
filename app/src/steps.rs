//! The order of the steps and their addresses.
//!
//! Which step a visitor may see is decided by the server from what the session has proven; this is
//! only the order in which the steps come and how they are called in the address bar.

use serde::{Deserialize, Serialize};

/// A step on the way from the link to the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// How one will identify.
    Method,
    /// The address that the invitation was sent to.
    Address,
    /// The one-time code.
    Code,
    /// Which e-identification to use.
    Choice,
    /// BankID on another device than this one.
    BankIdElsewhere,
    /// BankID on this device.
    BankIdHere,
    /// On the way out to another provider of e-identification.
    Provider,
    /// The opened invitation.
    Invitation,
    /// The door of the meeting room.
    Meeting,
    /// On the way out to the room.
    Room,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 10] = [
        Self::Method,
        Self::Address,
        Self::Code,
        Self::Choice,
        Self::BankIdElsewhere,
        Self::BankIdHere,
        Self::Provider,
        Self::Invitation,
        Self::Meeting,
        Self::Room,
    ];

    /// The last part of the step's address.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Address => "address",
            Self::Code => "code",
            Self::Choice => "choose",
            Self::BankIdElsewhere => "bankid-elsewhere",
            Self::BankIdHere => "bankid-here",
            Self::Provider => "provider",
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

    /// Whether it lies behind identification.
    pub const fn is_inside(self) -> bool {
        matches!(self, Self::Invitation | Self::Meeting | Self::Room)
    }
}

/// The order in which a visitor takes the steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Track {
    /// By a one-time code.
    #[default]
    Code,
    /// By an e-identification, since the invitation asks for it.
    EId,
    /// By an e-identification, though a code would do.
    EIdInstead,
}

impl Track {
    /// How many places a track has.
    pub const PLACES: usize = 5;

    /// The place that a step has on the track, from 0; steps that are each other's alternatives have
    /// the same one. A step of another track comes after all that can be reached before identification
    /// here.
    pub const fn place(self, step: Step) -> usize {
        match (self, step) {
            (Self::EId, Step::Address) | (Self::Code | Self::EIdInstead, Step::Method) => 0,
            (Self::EId, Step::Method) | (Self::Code | Self::EIdInstead, Step::Address) => 1,
            (_, Step::Invitation) => 3,
            // The way out to the room belongs to its door.
            (_, Step::Meeting | Step::Room) => 4,
            _ => 2,
        }
    }
}

/// The address of an invitation, as it stands in the mail.
pub fn invitation_path(token: &str) -> String {
    format!("/m/{token}")
}

/// Where the loaded app hears how an identification goes on.
pub fn progress_path(token: &str) -> String {
    format!("/m/{token}/progress")
}

/// Where the BankID app leads back to, and where a page without scripts goes on.
pub fn bankid_return_path(secret: &str) -> String {
    format!("/back/bankid/{secret}")
}

/// Where a provider leads back to.
pub fn provider_return_path(provider: &str) -> String {
    format!("/back/oidc/{provider}")
}

/// The accessibility statement's address.
pub const ACCESSIBILITY_PATH: &str = "/accessibility";

/// The privacy notice's address.
pub const PRIVACY_PATH: &str = "/privacy";

/// The address of the page that says that the session has ended.
pub const ENDED_PATH: &str = "/ended";
