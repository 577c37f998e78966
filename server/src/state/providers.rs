use crate::authenticators::{bankid::RelyingParty, oidc::Provider};

/// The configured e-ID methods.
#[derive(Clone, Default)]
pub struct IdentityProviders {
    /// BankID.
    pub bankid: Option<RelyingParty>,
    /// OpenID Connect providers, in the order of the configuration.
    pub providers: Vec<Provider>,
}

impl IdentityProviders {
    /// `true` if any e-ID method is configured.
    pub fn any(&self) -> bool {
        self.bankid.is_some() || !self.providers.is_empty()
    }

    /// Returns the provider with this id.
    pub fn provider(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.id() == id)
    }
}
