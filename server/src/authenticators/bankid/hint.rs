//! BankID's hint codes, mapped to the stages and failures of pages. An unknown code is never an error: new
//! codes are added.

use app::wire::{Failure, Stage};

/// The hint code of a pending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pending {
    /// Not started by the app yet.
    OutstandingTransaction,
    /// App not found, or order not started yet.
    NoClient,
    /// Started by the app, which looks for a BankID.
    Started,
    /// Identity document to be read.
    UserMrtd,
    /// Call to be confirmed.
    UserCallConfirm,
    /// Security code to be entered.
    UserSign,
    /// Input of the person being processed.
    Processing,
    /// Further confirmation to be chosen.
    UserStepUp,
    /// Face to be shown.
    UserFace,
    /// Hint code that is not known here.
    Unknown,
}

impl Pending {
    /// Every hint code.
    pub const ALL: [Self; 10] = [
        Self::OutstandingTransaction,
        Self::NoClient,
        Self::Started,
        Self::UserMrtd,
        Self::UserCallConfirm,
        Self::UserSign,
        Self::Processing,
        Self::UserStepUp,
        Self::UserFace,
        Self::Unknown,
    ];

    /// Returns BankID's hint code. `unknown` for one that is not known here.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OutstandingTransaction => "outstandingTransaction",
            Self::NoClient => "noClient",
            Self::Started => "started",
            Self::UserMrtd => "userMrtd",
            Self::UserCallConfirm => "userCallConfirm",
            Self::UserSign => "userSign",
            Self::Processing => "processing",
            Self::UserStepUp => "userStepUp",
            Self::UserFace => "userFace",
            Self::Unknown => "unknown",
        }
    }

    /// Returns the variant of a hint code.
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.code() == code).unwrap_or(Self::Unknown)
    }

    /// `true` if the app has yet to start the order.
    pub const fn is_unstarted(self) -> bool {
        matches!(self, Self::OutstandingTransaction | Self::NoClient)
    }

    /// Returns the stage for the page: with the app on this device (`handheld` for a phone or tablet) or on
    /// another one.
    pub const fn stage(self, here: bool, handheld: bool) -> Stage {
        match self {
            Self::OutstandingTransaction | Self::NoClient if here => Stage::OpenHere,
            Self::OutstandingTransaction | Self::NoClient => Stage::OpenApp,
            Self::Started if here && handheld => Stage::SearchingPhone,
            Self::Started if here => Stage::SearchingComputer,
            Self::UserSign => Stage::SecurityCode,
            Self::UserMrtd => Stage::Document,
            Self::UserFace => Stage::Face,
            Self::UserStepUp => Stage::Confirm,
            // On another device the person sees the rest there. A text about “this device” would be wrong.
            Self::Started | Self::UserCallConfirm | Self::Processing | Self::Unknown => {
                Stage::InProgress
            }
        }
    }
}

/// The hint code of a failed order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    /// Not completed in time.
    ExpiredTransaction,
    /// BankID too old or blocked.
    CertificateErr,
    /// Cancelled in the app.
    UserCancel,
    /// Cancelled by another order of the same person.
    Cancelled,
    /// Not started by an app in time.
    StartFailed,
    /// Call declined.
    UserDeclinedCall,
    /// App unable to do what is asked for.
    NotSupportedByUserApp,
    /// Stopped for its risk.
    TransactionRiskBlocked,
    /// Identity document not verified.
    MrtdVerificationFailed,
    /// Face not verified.
    FacialRecognitionFailed,
    /// Device unable to read identity documents.
    NfcNotSupportedByDevice,
    /// More than one BankID on the device.
    MultipleBankIdsOnDevice,
    /// Further confirmation failed.
    StepUpFailed,
    /// Hint code that is not known here.
    Unknown,
}

impl Failed {
    /// Every hint code.
    pub const ALL: [Self; 14] = [
        Self::ExpiredTransaction,
        Self::CertificateErr,
        Self::UserCancel,
        Self::Cancelled,
        Self::StartFailed,
        Self::UserDeclinedCall,
        Self::NotSupportedByUserApp,
        Self::TransactionRiskBlocked,
        Self::MrtdVerificationFailed,
        Self::FacialRecognitionFailed,
        Self::NfcNotSupportedByDevice,
        Self::MultipleBankIdsOnDevice,
        Self::StepUpFailed,
        Self::Unknown,
    ];

    /// Returns BankID's hint code. `unknown` for one that is not known here.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ExpiredTransaction => "expiredTransaction",
            Self::CertificateErr => "certificateErr",
            Self::UserCancel => "userCancel",
            Self::Cancelled => "cancelled",
            Self::StartFailed => "startFailed",
            Self::UserDeclinedCall => "userDeclinedCall",
            Self::NotSupportedByUserApp => "notSupportedByUserApp",
            Self::TransactionRiskBlocked => "transactionRiskBlocked",
            Self::MrtdVerificationFailed => "mrtdVerificationFailed",
            Self::FacialRecognitionFailed => "facialRecognitionFailed",
            Self::NfcNotSupportedByDevice => "nfcNotSupportedByDevice",
            Self::MultipleBankIdsOnDevice => "multipleBankIdsOnDevice",
            Self::StepUpFailed => "stepUpFailed",
            Self::Unknown => "unknown",
        }
    }

    /// Returns the variant of a hint code.
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.code() == code).unwrap_or(Self::Unknown)
    }

    /// Returns the failure for the page: with the app on this device or on another one.
    pub const fn failure(self, here: bool) -> Failure {
        match self {
            Self::ExpiredTransaction => Failure::NoAnswer,
            Self::CertificateErr => Failure::Certificate,
            Self::UserCancel => Failure::CancelledInApp,
            Self::Cancelled => Failure::Cancelled,
            Self::StartFailed if here => Failure::NoApp,
            Self::StartFailed => Failure::QrUnread,
            Self::UserDeclinedCall => Failure::Declined,
            Self::NotSupportedByUserApp => Failure::AppTooOld,
            Self::TransactionRiskBlocked => Failure::Risk,
            Self::MrtdVerificationFailed => Failure::Document,
            Self::FacialRecognitionFailed => Failure::Face,
            Self::NfcNotSupportedByDevice => Failure::NoNfc,
            Self::MultipleBankIdsOnDevice => Failure::SeveralBankIds,
            Self::StepUpFailed => Failure::NotConfirmed,
            Self::Unknown => Failure::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pending_code_has_its_kind_and_its_message() {
        // The code. The stage on another device, on this phone, on this computer.
        for (code, elsewhere, phone, computer) in [
            ("outstandingTransaction", Stage::OpenApp, Stage::OpenHere, Stage::OpenHere),
            ("noClient", Stage::OpenApp, Stage::OpenHere, Stage::OpenHere),
            ("started", Stage::InProgress, Stage::SearchingPhone, Stage::SearchingComputer),
            ("userMrtd", Stage::Document, Stage::Document, Stage::Document),
            ("userCallConfirm", Stage::InProgress, Stage::InProgress, Stage::InProgress),
            ("userSign", Stage::SecurityCode, Stage::SecurityCode, Stage::SecurityCode),
            ("processing", Stage::InProgress, Stage::InProgress, Stage::InProgress),
            ("userStepUp", Stage::Confirm, Stage::Confirm, Stage::Confirm),
            ("userFace", Stage::Face, Stage::Face, Stage::Face),
        ] {
            let kind = Pending::from_code(code);
            assert_eq!(kind.code(), code);
            assert_eq!(kind.stage(false, false), elsewhere, "{code}");
            assert_eq!(kind.stage(false, true), elsewhere, "{code}");
            assert_eq!(kind.stage(true, true), phone, "{code}");
            assert_eq!(kind.stage(true, false), computer, "{code}");
            assert_eq!(kind.is_unstarted(), elsewhere == Stage::OpenApp, "{code}");
        }
    }

    #[test]
    fn every_failure_code_has_its_kind_and_its_message() {
        // The code. The failure with the app on this device, on another one.
        for (code, here, elsewhere) in [
            ("expiredTransaction", Failure::NoAnswer, Failure::NoAnswer),
            ("certificateErr", Failure::Certificate, Failure::Certificate),
            ("userCancel", Failure::CancelledInApp, Failure::CancelledInApp),
            ("cancelled", Failure::Cancelled, Failure::Cancelled),
            ("startFailed", Failure::NoApp, Failure::QrUnread),
            ("userDeclinedCall", Failure::Declined, Failure::Declined),
            ("notSupportedByUserApp", Failure::AppTooOld, Failure::AppTooOld),
            ("transactionRiskBlocked", Failure::Risk, Failure::Risk),
            ("mrtdVerificationFailed", Failure::Document, Failure::Document),
            ("facialRecognitionFailed", Failure::Face, Failure::Face),
            ("nfcNotSupportedByDevice", Failure::NoNfc, Failure::NoNfc),
            ("multipleBankIdsOnDevice", Failure::SeveralBankIds, Failure::SeveralBankIds),
            ("stepUpFailed", Failure::NotConfirmed, Failure::NotConfirmed),
        ] {
            let kind = Failed::from_code(code);
            assert_eq!(kind.code(), code);
            assert_eq!(kind.failure(true), here, "{code}");
            assert_eq!(kind.failure(false), elsewhere, "{code}");
        }
    }

    #[test]
    fn a_code_that_is_not_known_is_of_an_unknown_kind() {
        for code in ["", "unknown", "userDance", "USERSIGN", "userSign "] {
            assert_eq!(Pending::from_code(code), Pending::Unknown, "{code}");
            assert_eq!(Failed::from_code(code), Failed::Unknown, "{code}");
        }
        assert_eq!(Pending::Unknown.stage(true, true), Stage::InProgress);
        assert_eq!(Failed::Unknown.failure(true), Failure::Unknown);
    }

    #[test]
    fn every_kind_is_found_again_by_its_code() {
        for kind in Pending::ALL {
            assert_eq!(Pending::from_code(kind.code()), kind);
        }
        for kind in Failed::ALL {
            assert_eq!(Failed::from_code(kind.code()), kind);
        }
    }
}
