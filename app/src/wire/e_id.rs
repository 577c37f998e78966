//! What the pages of the ways by e-identification show.

use serde::{Deserialize, Serialize};

/// Which e-identifications there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Whether BankID is one.
    pub bankid: bool,
    /// Whether this device is one that carries apps: then BankID on it stands first.
    pub handheld: bool,
    /// The others.
    pub providers: Vec<Provider>,
}

impl Choice {
    /// How forms name BankID on another device.
    pub const ELSEWHERE: &str = "bankid-elsewhere";
    /// How forms name BankID on this device.
    pub const HERE: &str = "bankid-here";
}

/// Another provider of e-identification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// How forms name it.
    pub id: String,
    /// How people name it.
    pub name: String,
}

/// An identification with BankID that is going on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankId {
    /// Whether the app is on this device.
    pub here: bool,
    /// How it goes.
    pub progress: Progress,
}

/// How an identification with BankID goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// How far it has come.
    pub stage: Stage,
    /// The QR code of this second, where one is to be read.
    pub qr: Option<Qr>,
    /// The address that opens the app on this device, where it can be opened.
    pub start: Option<String>,
    /// Where a page without scripts is led when the identification is done.
    pub done: Option<String>,
}

impl Progress {
    /// At a stage at which there is nothing to read, open or follow.
    pub const fn at(stage: Stage) -> Self {
        Self { stage, qr: None, start: None, done: None }
    }
}

/// How far an identification with BankID has come. The numbers are those of BankID's own recommended
/// messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// It is being prepared.
    Preparing,
    /// The app is to be opened and the QR code read (RFA1).
    OpenApp,
    /// The app is to be opened on this device (RFA13).
    OpenHere,
    /// The app looks for a BankID on this computer (RFA15A).
    SearchingComputer,
    /// The app looks for a BankID on this phone or tablet (RFA15B).
    SearchingPhone,
    /// The security code is to be entered in the app (RFA9).
    SecurityCode,
    /// The identity document is to be read (RFA23).
    Document,
    /// The face is to be shown (RFA24).
    Face,
    /// A further way to confirm is to be chosen (RFA25).
    Confirm,
    /// Something else goes on in the app (RFA21).
    Going,
    /// It is done.
    Done,
    /// It is done in the app, and the page that the app opens must be opened in this browser.
    Return,
    /// It has ended: what there is to do now stands on another page.
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
        Self::Going,
        Self::Done,
        Self::Return,
        Self::Over,
    ];
}

/// A QR code to be drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Qr {
    /// Its width and height in modules, with the light margin that readers need.
    pub size: u16,
    /// Its dark modules as the data of an SVG path, one unit a module.
    pub path: String,
}

/// On the way out to a provider of e-identification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaving {
    /// Its name.
    pub name: String,
    /// Its address, with what it needs to know.
    pub url: String,
}

/// Why an e-identification did not succeed. The numbers are those of BankID's own recommended messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// The app did not answer in time (RFA8).
    NoAnswer,
    /// The BankID is too old or blocked (RFA16).
    Certificate,
    /// It was cancelled in the app (RFA6).
    CancelledInApp,
    /// It was cancelled by something else (RFA3).
    Cancelled,
    /// No app was found on this device (RFA17A).
    NoApp,
    /// The QR code was not read in time (RFA17B).
    QrUnread,
    /// Another identification of the same person is going on (RFA4).
    Busy,
    /// The service behind it has trouble (RFA5).
    Trouble,
    /// Anything that is not known (RFA22).
    Unknown,
    /// The app is too old for what is asked of it.
    AppTooOld,
    /// It was stopped since it looked as if somebody else were behind it.
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
    /// Whoever identified is not who was invited, or named another address: one message for both.
    NotInvited,
    /// It was begun too often within an hour.
    TooOften,
    /// The chosen provider does not answer.
    ProviderDown,
    /// It was cancelled at the provider.
    ProviderCancelled,
    /// The provider could not identify at the level that is needed.
    ProviderWeak,
    /// What the provider answered can't be relied on.
    ProviderFailed,
}

impl Failure {
    /// Every failure.
    pub const ALL: [Self; 23] = [
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
        Self::TooOften,
        Self::ProviderDown,
        Self::ProviderCancelled,
        Self::ProviderWeak,
        Self::ProviderFailed,
    ];
}
