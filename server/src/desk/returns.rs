//! Callbacks after an identification: bound to the session that started it, and used once.

use super::{
    Desk, Fault, gate::shown_after, logins::LOGIN_LASTS, show::Remark, situation::Situation,
};
use crate::{
    keys::fingerprint,
    metrics::{Ending, Refusal},
    prove::{identity::Identity, oidc},
    rules::invitation::Life,
    store::{
        Tx,
        records::{Invitation, Login},
    },
};
use app::{
    fields::InvitationToken,
    gate::{Answer, Place, Visitor},
    wire::{Failure, Screen},
};

/// The parameters of a provider's callback.
#[derive(Clone, Debug, Default)]
pub struct Returned {
    /// The login's `state`.
    pub state: String,
    /// The authorization code.
    pub code: Option<String>,
    /// The issuer, according to the callback (RFC 9207).
    pub issuer: Option<String>,
    /// The error, if there is no identification.
    pub error: Option<String>,
}

impl Desk {
    /// Handles the return from the BankID app. A browser without scripts also continues here once the order
    /// is done.
    pub async fn returned_from_app(
        &self,
        visitor: &Visitor,
        secret: &str,
    ) -> Result<Answer, Fault> {
        self.after_setback().await?;
        let mut tx = self.store.write().await?;
        let Some(order) = tx.order_by_return(&fingerprint(secret)).await? else {
            return Ok(self.nowhere(visitor));
        };
        if !self.is_of(&mut *tx, visitor, &order.session_id).await? {
            return Ok(self.elsewhere(visitor));
        }
        let invitation = tx.invitation(&order.invitation_id).await?;
        let Some(token) = self.token_of(invitation.as_ref(), order.generation) else {
            return Ok(self.nowhere(visitor));
        };
        let Some(mut at) = Situation::read(self, &mut *tx, visitor, &token, true).await? else {
            return Ok(self.nowhere(visitor));
        };
        // Another tab may have returned meanwhile.
        if !at.is_of(&order.session_id) {
            return Ok(self.elsewhere(visitor));
        }
        if order.here {
            tx.order_returned(&order.id, at.now).await?;
        }
        let mut cookie = None;
        let current = match at.order.as_mut().filter(|current| current.id == order.id) {
            Some(current) => {
                if order.here {
                    current.returned_at.get_or_insert(at.now);
                }
                true
            }
            None => false,
        };
        if current && self.may_identify(&at) {
            let mut visit = at.visit.clone().ok_or(Fault::Unknown("visit"))?;
            let proven = self.finish(&mut *tx, &mut at, &mut visit).await?;
            cookie = self.keep(&mut *tx, &mut at, &visit, proven, None, visitor).await?;
        }
        self.back(tx, &at, cookie).await
    }

    /// Handles the callback from a provider.
    pub async fn returned_from_provider(
        &self,
        visitor: &Visitor,
        provider: &str,
        returned: Returned,
    ) -> Result<Answer, Fault> {
        self.after_setback().await?;
        let mut tx = self.store.write().await?;
        let login = tx.login_by_state(&fingerprint(&returned.state)).await?;
        let Some(login) = login.filter(|login| login.provider == provider) else {
            return Ok(self.nowhere(visitor));
        };
        if !self.is_of(&mut *tx, visitor, &login.session_id).await? {
            return Ok(self.elsewhere(visitor));
        }
        let invitation = tx.invitation(&login.invitation_id).await?;
        let Some(token) = self.token_of(invitation.as_ref(), login.generation) else {
            return Ok(self.nowhere(visitor));
        };
        let Some(at) = Situation::read(self, &mut *tx, visitor, &token, true).await? else {
            return Ok(self.nowhere(visitor));
        };
        if !at.is_of(&login.session_id) {
            return Ok(self.elsewhere(visitor));
        }
        let current = at.login.as_ref().is_some_and(|current| current.id == login.id);
        // Before the provider is asked: a repeated callback must count once.
        let fresh = tx.use_login(&login.id, at.now).await?
            && self.clock.latest().since(login.begun_at) < LOGIN_LASTS
            && current
            && self.may_identify(&at);
        let required = oidc::Required {
            level: at.required()?,
            number: at.invitation.person_mark.is_some() || self.settings.e_id.keep_number,
        };
        tx.commit().await?;
        let outcome =
            if fresh { Some(self.fetch(&login, returned, required).await?) } else { None };
        let mut tx = self.store.write().await?;
        let Some(mut at) = Situation::read(self, &mut *tx, visitor, &token, true).await? else {
            return Ok(self.nowhere(visitor));
        };
        let mut cookie = None;
        if let (Some(outcome), Some(mut visit)) = (outcome, at.visit.clone())
            && self.may_identify(&at)
            && visit.login_id.as_deref() == Some(login.id.as_str())
        {
            visit.login_id = None;
            at.login = None;
            let proven = match outcome {
                Ok(identity) => {
                    self.identified(&mut *tx, &mut at, &mut visit, &login.address, &identity)
                        .await?
                }
                Err(failure) => {
                    visit.remark = Remark::failure(failure).written();
                    false
                }
            };
            cookie = self.keep(&mut *tx, &mut at, &visit, proven, None, visitor).await?;
        }
        self.back(tx, &at, cookie).await
    }

    /// Fetches the identity from a provider.
    async fn fetch(
        &self,
        login: &Login,
        returned: Returned,
        required: oidc::Required,
    ) -> Result<Result<Identity, Failure>, Fault> {
        let Some(provider) = self.identifiers.provider(&login.provider) else {
            return Ok(Err(Failure::ProviderDown));
        };
        let outcome = match (returned.error, returned.code) {
            // An error is believed only from the provider that was asked (RFC 9207).
            (Some(_), _) if !returned.issuer.as_deref().is_none_or(|iss| provider.is(iss)) => {
                Err(oidc::OidcError::Untrue("iss"))
            }
            (Some(error), _) => Err(oidc::error_returned(&error)),
            (None, Some(code)) => {
                let secrets = self.login_of(&login.key_id, &login.id, login.begun_at)?;
                let returned = oidc::Returned { code, iss: returned.issuer };
                provider.identify(&secrets, &returned, required).await
            }
            (None, None) => Err(oidc::OidcError::Untrue("code")),
        };
        Ok(outcome.map_err(|error| {
            tracing::warn!(provider = provider.id(), %error, "identification");
            self.metrics.identification(provider.id(), Ending::Failed);
            error.failure()
        }))
    }

    /// `true` if the visitor can still identify for the invitation, and has not yet.
    pub(super) fn may_identify(&self, at: &Situation) -> bool {
        matches!(at.life(self), Life::Open | Life::Ended)
            && at.admitted(self).is_none()
            && !at.e_id_locked(self)
    }

    /// `true` if this is the visitor's session.
    async fn is_of(
        &self,
        tx: &mut dyn Tx,
        visitor: &Visitor,
        session: &str,
    ) -> Result<bool, Fault> {
        let found = self.session_of(tx, visitor, false).await?;
        Ok(found.is_some_and(|found| found.id == session))
    }

    /// Returns the link token, if it is still the invitation's and its key is configured.
    fn token_of(
        &self,
        invitation: Option<&Invitation>,
        generation: i64,
    ) -> Option<InvitationToken> {
        let invitation = invitation.filter(|it| it.generation == generation)?;
        InvitationToken::parse(&self.token(invitation).ok()?)
    }

    /// Commits, and leads to the step now reached.
    async fn back(
        &self,
        tx: Box<dyn Tx>,
        at: &Situation,
        cookie: Option<String>,
    ) -> Result<Answer, Fault> {
        tx.commit().await?;
        self.posted.notify_one();
        self.orders.notify_one();
        let mut answer = self.show(at, shown_after(at, None, cookie.is_some()))?;
        self.tally(&answer, true);
        answer.cookies.extend(cookie.map(|value| self.settings.cookies.keep_session(&value)));
        Ok(answer)
    }

    fn nowhere(&self, visitor: &Visitor) -> Answer {
        self.show_place(&Place::Nowhere, visitor.language.unwrap_or_default())
    }

    /// Returns the page for a callback in another browser. It shows nothing else.
    fn elsewhere(&self, visitor: &Visitor) -> Answer {
        let language = visitor.language.unwrap_or_default();
        self.metrics.refused(Refusal::Elsewhere);
        self.bare(Screen::Elsewhere, "/".to_owned(), language, 403)
    }
}
