//! OpenID Connect.
use super::identity::Identity;
use crate::rules::assurance::Level;
use app::wire::{Failure, Language};
use url::Url;
#[derive(Clone)]
pub struct Provider;
pub struct Login {
    pub state: String,
    pub nonce: String,
    pub verifier: String,
}
pub struct Returned {
    pub code: String,
    pub iss: Option<String>,
}
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    #[error("{0}")]
    Untrue(&'static str),
}
impl OidcError {
    pub fn failure(&self) -> Failure {
        Failure::ProviderFailed
    }
}
pub fn error_returned(_: &str) -> OidcError {
    OidcError::Untrue("")
}
impl Provider {
    pub fn id(&self) -> &str {
        ""
    }
    pub fn name(&self) -> &str {
        ""
    }
    pub fn reaches(&self, _: Level) -> bool {
        false
    }
    pub async fn authorization_url(
        &self,
        _: &Login,
        _: Level,
        _: Language,
    ) -> Result<Url, OidcError> {
        Err(OidcError::Untrue(""))
    }
    pub async fn identify(&self, _: &Login, _: &Returned, _: Level) -> Result<Identity, OidcError> {
        Err(OidcError::Untrue(""))
    }
}
