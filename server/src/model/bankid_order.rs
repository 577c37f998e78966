//! Identifications with BankID.

use crate::clock::Time;

/// The state of an order with BankID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderState {
    /// To be started with BankID.
    Opening,
    /// Started with BankID, and polled.
    Open,
    /// Person identified. The session has not continued yet.
    Done,
    /// Failed.
    Failed,
    /// Abandoned, and to be cancelled with BankID.
    Cancelling,
    /// Over: abandoned, or continued from.
    Ended,
}

impl OrderState {
    const ALL: [Self; 6] =
        [Self::Opening, Self::Open, Self::Done, Self::Failed, Self::Cancelling, Self::Ended];

    /// Returns its name in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Open => "open",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelling => "cancelling",
            Self::Ended => "ended",
        }
    }
}

impl TryFrom<String> for OrderState {
    type Error = UnknownState;
    fn try_from(name: String) -> Result<Self, UnknownState> {
        Self::ALL.into_iter().find(|state| state.name() == name).ok_or(UnknownState)
    }
}

/// A name that belongs to no state.
#[derive(Debug, thiserror::Error)]
#[error("unknown state of an order")]
pub struct UnknownState;

/// An identification with BankID. It may need several of BankID's orders, one after another.
#[derive(Clone, Debug)]
pub struct BankIdOrder {
    /// Id.
    pub id: String,
    /// The session that started it.
    pub session_id: String,
    /// The invitation.
    pub invitation_id: String,
    /// Generation of the link.
    pub generation: i64,
    /// The address that was named before.
    pub address: String,
    /// `true` if the app is on the device that started it.
    pub same_device: bool,
    /// `true` if that device is a phone or a tablet.
    pub mobile: bool,
    /// Id of the key that its secrets are derived with.
    pub key_id: String,
    /// Hash of the return secret.
    pub return_hash: Vec<u8>,
    /// The device that started it, sealed.
    pub device: Vec<u8>,
    /// BankID's response to the start, sealed.
    pub started: Option<Vec<u8>>,
    /// The person who identified, sealed.
    pub completion: Option<Vec<u8>>,
    /// State.
    pub state: OrderState,
    /// BankID's last hint code, or the reason of the failure.
    pub hint: String,
    /// Time of the start.
    pub begun_at: Time,
    /// Time at which BankID issued the open order. Its QR code counts from it.
    pub issued_at: Time,
    /// Time since which BankID has not answered as it should.
    pub unreachable_since: Option<Time>,
    /// Time at which the browser returned from the app.
    pub returned_at: Option<Time>,
    /// End of the claim.
    pub leased_until: Time,
    /// Keyed hash of the network that it was started from.
    pub network: Option<Vec<u8>>,
}
