//! Logins with an OpenID Connect provider, up to the visitor's departure.
//!
//! The provider's address is fetched before the transaction, so that no transaction waits for a provider.

use super::context::FlowContext;
use crate::{
    authenticators::oidc::{self, Essential},
    clock::Time,
    keys::{Purpose, new_id, sha256},
    model::OidcLogin,
    state::{AppState, InternalError},
};
use app::{
    backend::Visitor,
    fields::InvitationToken,
    wire::{Failure, Redirect, Role},
};

/// A visitor's way to a provider.
pub(crate) enum Departure {
    /// The provider expects the visitor.
    Ready(Box<PreparedLogin>),
    /// The provider can't be used now.
    Failed(Failure),
}

/// A login that was prepared with its provider but belongs to nobody yet.
pub(crate) struct PreparedLogin {
    pub login: OidcLogin,
}

impl PreparedLogin {
    /// Creates a login with a provider and seals its address.
    pub(crate) fn new(
        state: &AppState,
        id: String,
        provider: &str,
        url: &str,
    ) -> Result<Self, InternalError> {
        let key_id = state.keys.current_id().to_owned();
        let oidc_state = state.login_secret(&key_id, &id, "state")?;
        Ok(Self {
            login: OidcLogin {
                url: state.keys.seal(&id, url.as_bytes())?,
                state_hash: sha256(oidc_state),
                session_id: String::new(),
                invitation_id: String::new(),
                generation: 0,
                address: String::new(),
                provider: provider.to_owned(),
                begun_at: Time(0),
                used_at: None,
                network: None,
                key_id,
                id,
            },
        })
    }
}

impl AppState {
    /// Prepares a login with a provider. `None` if the visitor has not come so far.
    pub(crate) async fn prepare(
        &self,
        visitor: &Visitor,
        token: &InvitationToken,
        provider: &str,
    ) -> Result<Option<Departure>, InternalError> {
        let mut tx = self.store.read().await?;
        let Some(ctx) = FlowContext::read(self, &mut tx, visitor, token, false).await? else {
            return Ok(None);
        };
        drop(tx);
        let named = ctx.flow().is_some_and(|flow| flow.address.is_some());
        let required = self.required_of(&ctx)?;
        let provider = self
            .identity_providers
            .provider(provider)
            .filter(|it| it.reaches(required.level) && self.accepts(&ctx.invitation, it.id()));
        let Some(provider) = provider.filter(|_| named && self.may_identify(&ctx)) else {
            return Ok(None);
        };
        let id = new_id()?;
        let secrets = self.login_of(self.keys.current_id(), &id, ctx.now)?;
        Ok(Some(match provider.authorization_url(&secrets, required, ctx.language).await {
            Ok(url) => {
                let login = PreparedLogin::new(self, id, provider.id(), url.as_str())?;
                Departure::Ready(Box::new(login))
            }
            Err(error) => {
                tracing::warn!(provider = provider.id(), %error, "identification");
                Departure::Failed(error.failure())
            }
        }))
    }

    /// Returns the requirements on a login for an invitation.
    pub(crate) fn required_of(&self, ctx: &FlowContext) -> Result<oidc::Required, InternalError> {
        let numbered =
            ctx.invitation.personal_number_hash.is_some() || self.settings.e_id.keep_number;
        let essential = match ctx.invitation.role {
            Role::Host => Essential::Email,
            Role::Guest if numbered => Essential::Number,
            Role::Guest => Essential::Name,
        };
        Ok(oidc::Required { level: ctx.required()?, essential })
    }

    /// Returns the secrets that bind a login's request and its callback.
    pub(crate) fn login_of(
        &self,
        key_id: &str,
        id: &str,
        begun: Time,
    ) -> Result<oidc::Login, InternalError> {
        Ok(oidc::Login {
            state: self.login_secret(key_id, id, "state")?,
            nonce: self.login_secret(key_id, id, "nonce")?,
            verifier: self.login_secret(key_id, id, "verifier")?,
            begun,
        })
    }

    /// Returns the address at which a visitor leaves for a provider.
    pub(crate) fn leaving(&self, login: &OidcLogin) -> Result<Redirect, InternalError> {
        let provider = self.identity_providers.provider(&login.provider);
        let provider = provider.ok_or(InternalError::Unknown("provider"))?;
        let url = String::from_utf8(self.keys.unseal(&login.id, &login.url)?)
            .map_err(|_| InternalError::Unknown("address"))?;
        Ok(Redirect { name: provider.name().to_owned(), url })
    }

    /// Returns one of the secrets of a login.
    fn login_secret(
        &self,
        key_id: &str,
        login: &str,
        which: &str,
    ) -> Result<String, InternalError> {
        self.keys
            .secret_of(key_id, Purpose::Login, &[login.as_bytes(), which.as_bytes()])
            .ok_or(InternalError::Unknown("key"))
    }
}
