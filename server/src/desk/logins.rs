//! Logins with an OpenID Connect provider, up to the visitor's departure.

use super::{Desk, Fault, situation::Situation};
use crate::{
    clock::Time,
    keys::{Purpose, fingerprint, new_id},
    prove::oidc,
    store::records::Login,
};
use app::{
    fields::InvitationToken,
    gate::Visitor,
    wire::{Failure, Leaving},
};
use std::time::Duration;

/// Time that a visitor may be away at a provider.
pub(super) const LOGIN_LASTS: Duration = Duration::from_mins(10);

/// A login that was prepared with its provider but belongs to nobody yet.
pub(super) struct Prepared {
    pub login: Login,
}

impl Prepared {
    /// Creates a login with a provider and seals its address.
    pub(super) fn new(desk: &Desk, id: String, provider: &str, url: &str) -> Result<Self, Fault> {
        let key_id = desk.keys.current_id().to_owned();
        let state = desk.login_secret(&key_id, &id, "state")?;
        Ok(Self {
            login: Login {
                url: desk.keys.seal(&id, url.as_bytes())?,
                state_hash: fingerprint(state),
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

impl Desk {
    /// Prepares a login with a provider. `None` if the visitor has not come so far.
    pub(super) async fn prepare(
        &self,
        visitor: &Visitor,
        token: &InvitationToken,
        provider: &str,
    ) -> Result<Option<Result<Prepared, Failure>>, Fault> {
        let mut tx = self.store.read().await?;
        let Some(at) = Situation::read(self, &mut *tx, visitor, token, false).await? else {
            return Ok(None);
        };
        drop(tx);
        let named = at.visit.as_ref().is_some_and(|visit| visit.address.is_some());
        let required = at.required()?;
        let provider = self.identifiers.provider(provider).filter(|it| it.reaches(required));
        let Some(provider) = provider.filter(|_| named && self.may_identify(&at)) else {
            return Ok(None);
        };
        let id = new_id()?;
        let secrets = self.login_of(self.keys.current_id(), &id, at.now)?;
        match provider.authorization_url(&secrets, required, at.language).await {
            Ok(url) => Ok(Some(Ok(Prepared::new(self, id, provider.id(), url.as_str())?))),
            Err(error) => {
                tracing::warn!(provider = provider.id(), %error, "identification");
                Ok(Some(Err(error.failure())))
            }
        }
    }

    /// Returns the secrets that bind a login's request and its callback.
    pub(super) fn login_of(
        &self,
        key_id: &str,
        id: &str,
        begun: Time,
    ) -> Result<oidc::Login, Fault> {
        Ok(oidc::Login {
            state: self.login_secret(key_id, id, "state")?,
            nonce: self.login_secret(key_id, id, "nonce")?,
            verifier: self.login_secret(key_id, id, "verifier")?,
            begun,
        })
    }

    /// Returns the address at which a visitor leaves for a provider.
    pub(super) fn leaving(&self, login: &Login) -> Result<Leaving, Fault> {
        let provider = self.identifiers.provider(&login.provider);
        let provider = provider.ok_or(Fault::Unknown("provider"))?;
        let url = String::from_utf8(self.keys.unseal(&login.id, &login.url)?)
            .map_err(|_| Fault::Unknown("address"))?;
        Ok(Leaving { name: provider.name().to_owned(), url })
    }

    /// Returns one of the secrets of a login.
    fn login_secret(&self, key_id: &str, login: &str, which: &str) -> Result<String, Fault> {
        self.keys
            .secret_of(key_id, Purpose::Login, &[login.as_bytes(), which.as_bytes()])
            .ok_or(Fault::Unknown("key"))
    }
}
