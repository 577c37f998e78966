//! Identification flows.

use crate::clock::Time;

/// One session's flow for one invitation.
#[derive(Clone, Debug, Default)]
pub struct IdentificationFlow {
    /// The session.
    pub session_id: String,
    /// The invitation.
    pub invitation_id: String,
    /// Generation of the link that it came by.
    pub generation: i64,
    /// The address as last typed.
    pub typed: String,
    /// `true` if an e-ID is used instead of a code.
    pub instead: bool,
    /// The address that was named for an e-ID identification.
    pub address: Option<String>,
    /// The last requested challenge.
    pub challenge_id: Option<String>,
    /// The last started order with BankID.
    pub order_id: Option<String>,
    /// The last started login with a provider.
    pub login_id: Option<String>,
    /// Flash for the next page, as JSON.
    pub flash: Option<String>,
    /// Level of assurance of the proof.
    pub level: Option<String>,
    /// Method of the proof.
    pub method: Option<String>,
    /// Name of the person, if the method gives one.
    pub name: Option<String>,
    /// Time of the proof.
    pub proven_at: Option<Time>,
    /// Time at which the visitor continued to the meeting page.
    pub entered_at: Option<Time>,
    /// Time at which the visitor joined the room.
    pub joined_at: Option<Time>,
    /// `true` if the proven identity is the one that the sender named. `None` if the sender named nobody.
    pub identity_matched: Option<bool>,
    /// The browser's camera: `None` if it was not tried, otherwise `true` if it works.
    pub camera: Option<bool>,
    /// Its microphone.
    pub microphone: Option<bool>,
    /// Its connection to the room.
    pub connection: Option<bool>,
    /// Time at which the visitor wished to be called.
    pub called_at: Option<Time>,
}
