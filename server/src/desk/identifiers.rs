use crate::prove::{bankid::RelyingParty, oidc::Provider};

/// The e-identifications that can be used here.
#[derive(Clone, Default)]
pub struct Identifiers {
    /// BankID.
    pub bankid: Option<RelyingParty>,
    /// Providers of OpenID Connect, in the order of the configuration.
    pub providers: Vec<Provider>,
}

impl Identifiers {
    /// Whether there is any.
    pub fn any(&self) -> bool {
        self.bankid.is_some() || !self.providers.is_empty()
    }

    /// The provider with that id.
    pub fn provider(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.id() == id)
    }
}
