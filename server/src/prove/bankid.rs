//! BankID, as a relying party uses it: orders are begun, asked after and called off over the
//! relying-party API (version 6.0), and what comes back is checked before anybody believes it.

mod answer;
mod client;
mod hint;
mod qr;
mod trouble;

pub use answer::{Collected, Completion, Risk, Started};
pub use client::{Asked, RelyingParty, WebDevice};
pub use hint::{Failed, Pending};
pub use qr::{picture, qr_text};
pub use trouble::Trouble;

use super::identity::{BANKID, Identity};
use crate::rules::assurance::Level;

/// The address that opens the app on this device for an order: one that phones and tablets hand to
/// the app, or the app's own scheme, which is what computers know. The browser stays where it is: the
/// order's own return address says where to come back.
pub fn start_address(auto_start_token: &str, handheld: bool) -> String {
    if handheld {
        format!("https://app.bankid.com/?autostarttoken={auto_start_token}")
    } else {
        format!("bankid:///?autostarttoken={auto_start_token}&redirect=null")
    }
}

impl From<Completion> for Identity {
    fn from(done: Completion) -> Self {
        Self {
            level: Level::Loa3,
            how: BANKID.to_owned(),
            name: Some(done.name),
            number: Some(done.personal_number),
            address: done.address,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::start_address;

    #[test]
    fn phones_and_computers_open_the_app_each_in_their_way() {
        let token = "7c40b5c9-fa74-49cf-b98c-bfe651f9a7c6";
        assert_eq!(
            start_address(token, true),
            "https://app.bankid.com/?autostarttoken=7c40b5c9-fa74-49cf-b98c-bfe651f9a7c6"
        );
        assert_eq!(
            start_address(token, false),
            "bankid:///?autostarttoken=7c40b5c9-fa74-49cf-b98c-bfe651f9a7c6&redirect=null"
        );
    }
}
