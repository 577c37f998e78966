//! The steps of a flow, their order and their addresses.
//!
//! The server decides which step a visitor may see, from the proof of the session. This module has only their
//! order and their names in addresses.

use serde::{Deserialize, Serialize};

/// A step of the flow, from the link to the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Information about the method.
    Method,
    /// The address that the invitation was sent to.
    Address,
    /// The one-time code.
    Code,
    /// The choice of an e-ID.
    Choice,
    /// BankID on another device.
    BankIdElsewhere,
    /// BankID on this device.
    BankIdHere,
    /// Redirect to another e-ID provider.
    Provider,
    /// The opened invitation.
    Invitation,
    /// The test of camera, microphone and connection, before the day of the meeting.
    Check,
    /// The meeting page, from which one joins the room.
    Meeting,
    /// Redirect to the room.
    Room,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 11] = [
        Self::Method,
        Self::Address,
        Self::Code,
        Self::Choice,
        Self::BankIdElsewhere,
        Self::BankIdHere,
        Self::Provider,
        Self::Invitation,
        Self::Check,
        Self::Meeting,
        Self::Room,
    ];

    /// Returns the last part of the step's address.
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
            Self::Check => "check",
            Self::Meeting => "meeting",
            Self::Room => "room",
        }
    }

    /// Returns the step with this last part of an address.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.slug() == slug)
    }

    /// Returns the step's address for an invitation.
    pub fn path(self, token: &str) -> String {
        format!("/m/{token}/{}", self.slug())
    }

    /// `true` if the step requires a proof.
    pub const fn is_inside(self) -> bool {
        matches!(self, Self::Invitation | Self::Check | Self::Meeting | Self::Room)
    }
}

/// The order of the steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Track {
    /// By a one-time code.
    #[default]
    Code,
    /// By an e-ID, which the invitation requires.
    EId,
    /// By an e-ID, instead of a code.
    EIdInstead,
}

impl Track {
    /// Number of places of a track.
    pub const PLACES: usize = 5;

    /// Returns a step's place on the track, from 0. Alternative steps have the same place. A step of another
    /// track comes after all steps that can be reached before identification.
    pub const fn place(self, step: Step) -> usize {
        match (self, step) {
            (Self::EId, Step::Address) | (Self::Code | Self::EIdInstead, Step::Method) => 0,
            (Self::EId, Step::Method) | (Self::Code | Self::EIdInstead, Step::Address) => 1,
            // The test is part of the invitation.
            (_, Step::Invitation | Step::Check) => 3,
            // The redirect to the room is part of the meeting page.
            (_, Step::Meeting | Step::Room) => 4,
            _ => 2,
        }
    }
}

/// Returns the address of an invitation, as in its message.
pub fn invitation_path(token: &str) -> String {
    format!("/m/{token}")
}

/// Returns the address of an identification's progress, as server-sent events.
pub fn progress_path(token: &str) -> String {
    format!("/m/{token}/progress")
}

/// Returns the callback of the BankID app, which also continues pages without scripts.
pub fn bankid_return_path(secret: &str) -> String {
    format!("/back/bankid/{secret}")
}

/// Returns the callback of a provider.
pub fn provider_return_path(provider: &str) -> String {
    format!("/back/oidc/{provider}")
}

/// The accessibility statement's address.
pub const ACCESSIBILITY_PATH: &str = "/accessibility";

/// The address of the page that thanks for a report of an accessibility problem.
pub const REPORTED_PATH: &str = "/accessibility/reported";

/// The address of the form that reports an accessibility problem.
pub const REPORT_PATH: &str = "/do/report";

/// The address of the form by which a visitor who does not get in asks to be called.
pub const RING_ME_PATH: &str = "/do/ring-me";

/// The privacy notice's address.
pub const PRIVACY_PATH: &str = "/privacy";

/// The address of the page that says that the session has ended, outside an invitation.
pub const ENDED_PATH: &str = "/ended";

/// Returns the address of that page for an invitation, which it offers to open again.
pub fn ended_path(token: &str) -> String {
    format!("/m/{token}/{ENDED_SLUG}")
}

/// The last part of that address.
pub const ENDED_SLUG: &str = "ended";
