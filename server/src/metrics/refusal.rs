//! Refusals by reason, as metrics count them.

use app::wire::{Failure, Problem};

/// Reason why a visitor or caller was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The link belongs to no invitation.
    UnknownLink,
    /// The invitation has ended.
    Over,
    /// The meeting, or the recipient's part in it, was cancelled.
    Cancelled,
    /// The method is locked.
    Locked,
    /// The session has ended.
    SessionOver,
    /// A callback was opened in another browser.
    Elsewhere,
    /// A call of the REST interface had no valid token.
    Token,
    /// The input is invalid, or the step does not allow it yet.
    Problem(&'static str),
}

/// The names of every [`Problem`].
const PROBLEMS: [&str; 16] = [
    "address-missing",
    "address-malformed",
    "code-missing",
    "code-malformed",
    "code-wrong",
    "code-expired",
    "code-dead",
    "too-soon",
    "too-many",
    "too-many-addresses",
    "no-code",
    "room-closed",
    "e-id-too-often",
    "report-missing",
    "report-too-long",
    "too-many-reports",
];

impl Refusal {
    /// Returns every refusal, so that each series starts at 0.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let failures = Failure::ALL.into_iter().map(failure);
        [
            Self::UnknownLink,
            Self::Over,
            Self::Cancelled,
            Self::Locked,
            Self::SessionOver,
            Self::Elsewhere,
            Self::Token,
        ]
        .into_iter()
        .chain(PROBLEMS.into_iter().chain(failures).map(Self::Problem))
    }

    /// Returns the label's value.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnknownLink => "unknown-link",
            Self::Over => "over",
            Self::Cancelled => "cancelled",
            Self::Locked => "locked",
            Self::SessionOver => "session-over",
            Self::Elsewhere => "elsewhere",
            Self::Token => "token",
            Self::Problem(name) => name,
        }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(match problem {
            Problem::AddressMissing => "address-missing",
            Problem::AddressMalformed => "address-malformed",
            Problem::CodeMissing => "code-missing",
            Problem::CodeMalformed { .. } => "code-malformed",
            Problem::CodeWrong { .. } => "code-wrong",
            Problem::CodeExpired => "code-expired",
            Problem::CodeDead => "code-dead",
            Problem::TooSoon { .. } => "too-soon",
            Problem::TooMany { .. } => "too-many",
            Problem::TooManyAddresses { .. } => "too-many-addresses",
            Problem::NoCode => "no-code",
            Problem::TooManyIdentifications { .. } => "e-id-too-often",
            Problem::RoomClosed => "room-closed",
            Problem::ReportMissing => "report-missing",
            Problem::ReportTooLong { .. } => "report-too-long",
            Problem::TooManyReports => "too-many-reports",
            Problem::EId(it) => failure(it),
        })
    }
}

const fn failure(failure: Failure) -> &'static str {
    match failure {
        Failure::NoAnswer => "e-id-no-answer",
        Failure::Certificate => "e-id-certificate",
        Failure::CancelledInApp => "e-id-cancelled-in-app",
        Failure::Cancelled => "e-id-cancelled",
        Failure::NoApp => "e-id-no-app",
        Failure::QrUnread => "e-id-qr-unread",
        Failure::Busy => "e-id-busy",
        Failure::Trouble => "e-id-trouble",
        Failure::Unknown => "e-id-unknown",
        Failure::AppTooOld => "e-id-app-too-old",
        Failure::Risk => "e-id-risk",
        Failure::Document => "e-id-document",
        Failure::Face => "e-id-face",
        Failure::NoNfc => "e-id-no-nfc",
        Failure::SeveralBankIds => "e-id-several-bankids",
        Failure::NotConfirmed => "e-id-not-confirmed",
        Failure::Declined => "e-id-declined",
        Failure::NotInvited => "e-id-not-invited",
        Failure::ProviderDown => "e-id-provider-down",
        Failure::ProviderCancelled => "e-id-provider-cancelled",
        Failure::ProviderWeak => "e-id-provider-weak",
        Failure::ProviderFailed => "e-id-provider-failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::wire::LocalTime;
    use std::collections::HashSet;

    #[test]
    fn every_refusal_has_a_name_of_its_own() {
        let names: Vec<_> = Refusal::all().map(Refusal::name).collect();
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
        assert!(names.contains(&Refusal::from(Problem::CodeWrong { left: 1 }).name()));
        assert!(names.contains(&Refusal::from(Problem::EId(Failure::Busy)).name()));
        let at = LocalTime {
            unix: 0,
            offset: 0,
            year: 1970,
            month: 1,
            day: 1,
            weekday: 4,
            hour: 0,
            minute: 0,
        };
        let many = Problem::TooManyIdentifications { at };
        assert!(names.contains(&Refusal::from(many).name()));
    }
}
