//! BankID.
use super::identity::{BANKID, Identity};
use crate::{caller::CallError, rules::assurance::Level};
use app::wire::{Failure, Qr, Stage};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
#[derive(Clone)]
pub struct RelyingParty;
pub struct Asked<'a> {
    pub address: IpAddr,
    pub return_url: Option<&'a str>,
    pub visible: &'a str,
    pub device: WebDevice<'a>,
    pub personal_number: Option<&'a str>,
}
pub struct WebDevice<'a> {
    pub identifier: &'a str,
    pub domain: &'a str,
    pub agent: &'a str,
}
#[derive(Serialize, Deserialize)]
pub struct Started {
    pub order_ref: String,
    pub auto_start_token: String,
    pub qr_start_token: String,
    pub qr_start_secret: String,
}
pub enum Collected {
    Pending(Pending),
    Failed(Failed),
    Complete(Completion),
}
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pending {
    OutstandingTransaction,
    Unknown,
}
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Failed {
    StartFailed,
    Unknown,
}
pub struct Completion {
    pub personal_number: String,
    pub name: String,
    pub address: Option<String>,
    pub risk: Option<Risk>,
}
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Risk {
    Low,
    High,
}
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Trouble {
    #[error("a")]
    AlreadyInProgress,
    #[error("b")]
    Maintenance,
    #[error("c")]
    Call(CallError),
}
impl RelyingParty {
    pub async fn auth(&self, _: &Asked<'_>) -> Result<Started, Trouble> {
        Err(Trouble::Maintenance)
    }
    pub async fn collect(&self, _: &str) -> Result<Collected, Trouble> {
        Err(Trouble::Maintenance)
    }
    pub async fn cancel(&self, _: &str) -> Result<(), Trouble> {
        Err(Trouble::Maintenance)
    }
}
pub fn qr_text(_: &Started, _: u64) -> String {
    String::new()
}
pub fn picture(_: &str) -> Option<Qr> {
    None
}
pub fn start_address(_: &str, _: bool) -> String {
    String::new()
}
impl Pending {
    pub fn stage(self, _: bool, _: bool) -> Stage {
        Stage::Going
    }
    pub fn code(self) -> &'static str {
        ""
    }
    pub fn from_code(_: &str) -> Self {
        Self::Unknown
    }
    pub fn is_unstarted(self) -> bool {
        true
    }
}
impl Failed {
    pub fn failure(self, _: bool) -> Failure {
        Failure::Unknown
    }
}
impl Trouble {
    pub fn failure(self) -> Failure {
        Failure::Trouble
    }
    pub fn may_pass(self) -> bool {
        false
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
