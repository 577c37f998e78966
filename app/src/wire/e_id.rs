//! Wire format of the pages for e-IDs.

use serde::{Deserialize, Serialize};

/// The e-IDs to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// `true` if BankID is one.
    pub bankid: bool,
    /// `true` for a phone or tablet, on which BankID on this device comes first.
    pub handheld: bool,
    /// Other providers.
    pub providers: Vec<Provider>,
}

impl Choice {
    /// The form's value for BankID on another device.
    pub const ELSEWHERE: &str = "bankid-elsewhere";
    /// The form's value for BankID on this device.
    pub const HERE: &str = "bankid-here";
}

/// An e-ID provider other than BankID.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// Its id in forms.
    pub id: String,
    /// Its name for people.
    pub name: String,
}

/// An identification with BankID in progress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankId {
    /// `true` if the app is on this device.
    pub here: bool,
    /// The progress.
    pub progress: Progress,
}

/// The progress of an identification with BankID.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The current stage.
    pub stage: Stage,
    /// The QR code of the current second. `None` if there is none to scan.
    pub qr: Option<Qr>,
    /// The address that opens the app on this device. `None` if there is nothing to open.
    pub start: Option<String>,
    /// The address at which a page without scripts continues when the identification is done.
    pub done: Option<String>,
}

impl Progress {
    /// Returns the progress at a stage with nothing to scan, open or follow.
    pub const fn new(stage: Stage) -> Self {
        Self { stage, qr: None, start: None, done: None }
    }
}

/// The stage of an identification with BankID. The RFA numbers are those of BankID's recommended user
/// messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The order is being created.
    Preparing,
    /// The person must open the app and scan the QR code (RFA1).
    OpenApp,
    /// The person must open the app on this device (RFA13).
    OpenHere,
    /// The app looks for a BankID on this computer (RFA15A).
    SearchingComputer,
    /// The app looks for a BankID on this phone or tablet (RFA15B).
    SearchingPhone,
    /// The person must enter the security code in the app (RFA9).
    SecurityCode,
    /// The person must read in an identity document (RFA23).
    Document,
    /// The person must show their face (RFA24).
    Face,
    /// The person must choose a further confirmation (RFA25).
    Confirm,
    /// The app does something else (RFA21).
    #[serde(rename = "going")]
    InProgress,
    /// It is done.
    Done,
    /// It is done in the app. The page that the app opens must be opened in this browser.
    Return,
    /// It has ended. Another page says what to do.
    Over,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 13] = [
        Self::Preparing,
        Self::OpenApp,
        Self::OpenHere,
        Self::SearchingComputer,
        Self::SearchingPhone,
        Self::SecurityCode,
        Self::Document,
        Self::Face,
        Self::Confirm,
        Self::InProgress,
        Self::Done,
        Self::Return,
        Self::Over,
    ];
}

/// A QR code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Qr {
    /// Width and height in modules, with the light margin that scanners need.
    pub size: u16,
    /// The dark modules as the data of an SVG path, one unit a module.
    pub path: String,
}

/// Redirect to an e-ID provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redirect {
    /// The provider's name.
    pub name: String,
    /// The provider's address, with the authorization request.
    pub url: String,
}

/// Reason why an identification by e-ID failed. The RFA numbers are those of BankID's recommended user
/// messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// The app did not answer in time (RFA8).
    NoAnswer,
    /// The BankID is too old or blocked (RFA16).
    Certificate,
    /// It was cancelled in the app (RFA6).
    CancelledInApp,
    /// Something else cancelled it (RFA3).
    Cancelled,
    /// No app was found on this device (RFA17A).
    NoApp,
    /// The QR code was not scanned in time (RFA17B).
    QrUnread,
    /// Another identification of the same person is in progress (RFA4).
    Busy,
    /// BankID has a fault (RFA5).
    Trouble,
    /// An unknown reason (RFA22).
    Unknown,
    /// The app is too old for the request.
    AppTooOld,
    /// It was stopped because of the risk of fraud.
    Risk,
    /// The identity document could not be verified.
    Document,
    /// The face could not be verified.
    Face,
    /// The device can't read identity documents.
    NoNfc,
    /// There is more than one BankID on the device.
    SeveralBankIds,
    /// The further confirmation did not succeed.
    NotConfirmed,
    /// The call was declined.
    Declined,
    /// The person is not the invited one, or typed another address. Both have the same text.
    NotInvited,
    /// The provider does not respond.
    ProviderDown,
    /// It was cancelled at the provider.
    ProviderCancelled,
    /// The provider's level of assurance is too low.
    ProviderWeak,
    /// The provider's response is invalid.
    ProviderFailed,
}

impl Failure {
    /// Every failure.
    pub const ALL: [Self; 22] = [
        Self::NoAnswer,
        Self::Certificate,
        Self::CancelledInApp,
        Self::Cancelled,
        Self::NoApp,
        Self::QrUnread,
        Self::Busy,
        Self::Trouble,
        Self::Unknown,
        Self::AppTooOld,
        Self::Risk,
        Self::Document,
        Self::Face,
        Self::NoNfc,
        Self::SeveralBankIds,
        Self::NotConfirmed,
        Self::Declined,
        Self::NotInvited,
        Self::ProviderDown,
        Self::ProviderCancelled,
        Self::ProviderWeak,
        Self::ProviderFailed,
    ];
}
