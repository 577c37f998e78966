//! BankID for a relying party (RP API v6.0): starts, polls and cancels orders, and checks each response
//! before it is used.

mod client;
mod error;
mod hint;
mod qr;
mod response;

pub use self::{
    client::{AuthRequest, RelyingParty, WebDevice},
    error::BankIdError,
    hint::{Failed, Pending},
    qr::{picture, qr_text},
    response::{AuthResponse, CollectResponse, Completion, Risk},
};

use super::identity::{BANKID, Identity};
use crate::rules::assurance::Level;

/// Returns the address that opens the app on this device for an order. Phones and tablets hand an `https`
/// address to the app. Computers know only the app's own scheme. The browser stays on its page, because the
/// order's return address says where to come back.
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
            method: BANKID.to_owned(),
            name: Some(done.name),
            number: Some(done.personal_number),
            email: None,
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
