//! Callbacks after an identification: bound to the session that started it, and used once.
//!
//! A callback in another session shows nothing and changes nothing. A login is marked as used and committed
//! before the provider is asked. For an order, the return from the app is noted. Only then can an
//! identification on the same device be completed.

use super::{context::FlowContext, flow::shown_after};
use crate::{
    authenticators::{identity::Identity, oidc},
    keys::sha256,
    metrics::{Ending, Refusal},
    model::{Invitation, OidcLogin},
    rules::{invitation::InvitationState, session::LOGIN_LASTS},
    state::{AppState, InternalError},
    store::Transaction,
};
use app::{
    backend::{PageRef, PageResponse, Visitor},
    fields::InvitationToken,
    wire::{Failure, Screen},
};

/// The parameters of a provider's callback.
#[derive(Clone, Debug, Default)]
pub struct ProviderCallback {
    /// The login's `state`.
    pub state: String,
    /// The authorization code.
    pub code: Option<String>,
    /// The issuer, according to the callback (RFC 9207).
    pub issuer: Option<String>,
    /// The error, if there is no identification.
    pub error: Option<String>,
}

/// Result of a login with a provider.
enum ProviderOutcome {
    /// The provider identified somebody.
    Identified(Identity),
    /// The login failed, as the page says.
    Failed(Failure),
}

impl AppState {
    /// Handles the return from the BankID app. A browser without scripts also continues here once the order
    /// is done.
    pub async fn returned_from_app(
        &self,
        visitor: &Visitor,
        secret: &str,
    ) -> Result<PageResponse, InternalError> {
        self.after_setback().await?;
        let mut tx = self.store.write().await?;
        let Some(order) = tx.order_by_return(&sha256(secret)).await? else {
            return Ok(self.nowhere(visitor));
        };
        if !self.is_of(&mut *tx, visitor, &order.session_id).await? {
            return Ok(self.elsewhere(visitor));
        }
        let invitation = tx.invitation(&order.invitation_id).await?;
        let Some(token) = self.token_of(invitation.as_ref(), order.generation) else {
            return Ok(self.nowhere(visitor));
        };
        let Some(mut ctx) = FlowContext::read(self, &mut *tx, visitor, &token, true).await? else {
            return Ok(self.nowhere(visitor));
        };
        // Another tab may have returned meanwhile.
        if !ctx.is_of(&order.session_id) {
            return Ok(self.elsewhere(visitor));
        }
        let mut cookie = None;
        if ctx.return_from_app(&mut *tx, &order).await? && self.may_identify(&ctx) {
            let proven = self.finish(&mut *tx, &mut ctx).await?;
            cookie = self.save_flow(&mut *tx, &ctx, proven, None, visitor).await?;
        }
        self.back(tx, &ctx, cookie).await
    }

    /// Handles the callback from a provider.
    pub async fn returned_from_provider(
        &self,
        visitor: &Visitor,
        provider: &str,
        returned: ProviderCallback,
    ) -> Result<PageResponse, InternalError> {
        self.after_setback().await?;
        let mut tx = self.store.write().await?;
        let login = tx.login_by_state(&sha256(&returned.state)).await?;
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
        let Some(ctx) = FlowContext::read(self, &mut *tx, visitor, &token, true).await? else {
            return Ok(self.nowhere(visitor));
        };
        if !ctx.is_of(&login.session_id) {
            return Ok(self.elsewhere(visitor));
        }
        let current = ctx.login().is_some_and(|current| current.id == login.id);
        // Before the provider is asked: a repeated callback must count once.
        let fresh = tx.use_login(&login.id, ctx.now).await?
            && self.clock.latest().since(login.begun_at) < LOGIN_LASTS
            && current
            && self.may_identify(&ctx);
        let required = oidc::Required {
            level: ctx.required()?,
            number: ctx.invitation.personal_number_hash.is_some() || self.settings.e_id.keep_number,
        };
        tx.commit().await?;
        let outcome =
            if fresh { Some(self.fetch(&login, returned, required).await?) } else { None };
        let mut tx = self.store.write().await?;
        let Some(mut ctx) = FlowContext::read(self, &mut *tx, visitor, &token, true).await? else {
            return Ok(self.nowhere(visitor));
        };
        let mut cookie = None;
        if let Some(outcome) = outcome
            && self.may_identify(&ctx)
            && ctx.end_login(&login.id)
        {
            let proven = match outcome {
                ProviderOutcome::Identified(identity) => {
                    self.complete_identification(&mut *tx, &mut ctx, &login.address, &identity)
                        .await?
                }
                ProviderOutcome::Failed(failure) => {
                    ctx.set_failure(failure)?;
                    false
                }
            };
            cookie = self.save_flow(&mut *tx, &ctx, proven, None, visitor).await?;
        }
        self.back(tx, &ctx, cookie).await
    }

    /// Fetches the identity from a provider.
    async fn fetch(
        &self,
        login: &OidcLogin,
        returned: ProviderCallback,
        required: oidc::Required,
    ) -> Result<ProviderOutcome, InternalError> {
        let Some(provider) = self.identity_providers.provider(&login.provider) else {
            return Ok(ProviderOutcome::Failed(Failure::ProviderDown));
        };
        let outcome = match (returned.error, returned.code) {
            // An error is believed only from the provider that was asked (RFC 9207).
            (Some(_), _) if !returned.issuer.as_deref().is_none_or(|iss| provider.is(iss)) => {
                Err(oidc::OidcError::InvalidResponse("iss"))
            }
            (Some(error), _) => Err(oidc::error_returned(&error)),
            (None, Some(code)) => {
                let secrets = self.login_of(&login.key_id, &login.id, login.begun_at)?;
                let returned = oidc::CallbackParams { code, iss: returned.issuer };
                provider.identify(&secrets, &returned, required).await
            }
            (None, None) => Err(oidc::OidcError::InvalidResponse("code")),
        };
        Ok(match outcome {
            Ok(identity) => ProviderOutcome::Identified(identity),
            Err(error) => {
                tracing::warn!(provider = provider.id(), %error, "identification");
                self.metrics.identification(provider.id(), Ending::Failed);
                ProviderOutcome::Failed(error.failure())
            }
        })
    }

    /// `true` if the visitor can still identify for the invitation, and has not yet.
    pub(crate) fn may_identify(&self, ctx: &FlowContext) -> bool {
        matches!(ctx.invitation_state(self), InvitationState::Open | InvitationState::Ended)
            && ctx.admitted(self).is_none()
            && !ctx.e_id_locked(self)
    }

    /// `true` if this is the visitor's session.
    async fn is_of(
        &self,
        tx: &mut dyn Transaction,
        visitor: &Visitor,
        session: &str,
    ) -> Result<bool, InternalError> {
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
        tx: Box<dyn Transaction>,
        ctx: &FlowContext,
        cookie: Option<String>,
    ) -> Result<PageResponse, InternalError> {
        tx.commit().await?;
        self.posted.notify_one();
        self.orders.notify_one();
        let mut answer = self.show(ctx, shown_after(ctx, None, cookie.is_some()))?;
        self.count_result(&answer, true);
        answer.cookies.extend(cookie.map(|value| self.settings.cookies.keep_session(&value)));
        Ok(answer)
    }

    fn nowhere(&self, visitor: &Visitor) -> PageResponse {
        self.show_place(&PageRef::NotFound, visitor.language.unwrap_or_default())
    }

    /// Returns the page for a callback in another browser. It shows nothing else.
    fn elsewhere(&self, visitor: &Visitor) -> PageResponse {
        let language = visitor.language.unwrap_or_default();
        self.metrics.refused(Refusal::Elsewhere);
        self.bare(Screen::WrongBrowser, "/".to_owned(), language, 403)
    }
}
