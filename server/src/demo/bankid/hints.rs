//! The hint codes of the relying-party API.

/// Hint codes of a pending order.
pub(super) const PENDING: [&str; 9] = [
    OUTSTANDING,
    NO_CLIENT,
    STARTED,
    "userMrtd",
    "userCallConfirm",
    "userSign",
    "processing",
    "userStepUp",
    "userFace",
];

/// Hint codes of a failed order.
pub(super) const FAILED: [&str; 13] = [
    EXPIRED,
    "certificateErr",
    USER_CANCEL,
    CANCELLED,
    START_FAILED,
    "userDeclinedCall",
    "notSupportedByUserApp",
    "transactionRiskBlocked",
    "mrtdVerificationFailed",
    "facialRecognitionFailed",
    "nfcNotSupportedByDevice",
    "multipleBankIdsOnDevice",
    "stepUpFailed",
];

/// The app has not asked for the order yet.
pub(super) const OUTSTANDING: &str = "outstandingTransaction";
/// As [`OUTSTANDING`], and the app is known not to be running.
pub(super) const NO_CLIENT: &str = "noClient";
/// The app has the order.
pub(super) const STARTED: &str = "started";
/// The order was started and not finished in time.
pub(super) const EXPIRED: &str = "expiredTransaction";
/// The person declined in the app.
pub(super) const USER_CANCEL: &str = "userCancel";
/// A newer order for the same person ended it.
pub(super) const CANCELLED: &str = "cancelled";
/// The order was not started in time.
pub(super) const START_FAILED: &str = "startFailed";

/// `true` if an order can be pending with this code. Accepts unknown codes too, so that testers can try codes
/// that BankID adds later.
pub(super) fn may_be_pending(code: &str) -> bool {
    is_code(code) && !FAILED.contains(&code)
}

/// `true` if an order can fail with this code. Accepts unknown codes too.
pub(super) fn may_be_failure(code: &str) -> bool {
    is_code(code) && !PENDING.contains(&code)
}

/// `true` if this code says that the app has the order.
pub(super) fn is_after_start(code: &str) -> bool {
    ![OUTSTANDING, NO_CLIENT].contains(&code)
}

fn is_code(code: &str) -> bool {
    (1..=50).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
