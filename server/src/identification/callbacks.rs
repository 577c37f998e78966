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
    store::Tx,
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

/// A visitor who is back.
struct Back {
    ctx: Box<FlowContext>,
    /// The session's new value, if it was replaced.
    cookie: Option<String>,
}

/// A reason why a callback changes nothing.
enum Stray {
    /// Nothing here belongs to it.
    Nowhere,
    /// Its order or login was started in another browser.
    Elsewhere,
    /// The service failed.
    Internal(InternalError),
}

impl<E: Into<InternalError>> From<E> for Stray {
    fn from(error: E) -> Self {
        Self::Internal(error.into())
    }
}

/// A provider's callback that was taken.
struct Callback {
    login: OidcLogin,
    token: InvitationToken,
    /// The claims that the provider must return. `None` if it is not asked, because the login was used or is void.
    required: Option<oidc::Required>,
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
        let (state, sender, hash) = (self.clone(), visitor.clone(), sha256(secret));
        let job = async move |tx: &mut Tx| state.return_from_app(tx, &sender, &hash).await;
        let returned = self.store.write(job).await;
        self.lead_back(visitor, returned)
    }

    async fn return_from_app(
        &self,
        tx: &mut Tx,
        visitor: &Visitor,
        return_hash: &[u8],
    ) -> Result<Back, Stray> {
        let order = tx.order_by_return(return_hash).await?.ok_or(Stray::Nowhere)?;
        let (id, generation) = (&order.invitation_id, order.generation);
        let (mut ctx, _) = self.context_of(tx, visitor, &order.session_id, id, generation).await?;
        let mut cookie = None;
        if ctx.return_from_app(tx, &order).await? && self.may_identify(&ctx) {
            let proven = self.finish(tx, &mut ctx).await?;
            cookie = self.save_flow(tx, &ctx, proven, None, visitor).await?;
        }
        ctx.complete_sends(self, tx).await?;
        Ok(Back { ctx: Box::new(ctx), cookie })
    }

    /// Handles the callback from a provider.
    pub async fn returned_from_provider(
        &self,
        visitor: &Visitor,
        provider: &str,
        returned: ProviderCallback,
    ) -> Result<PageResponse, InternalError> {
        self.after_setback().await?;
        let (state, sender) = (self.clone(), visitor.clone());
        let (provider, hash) = (provider.to_owned(), sha256(&returned.state));
        let job = async move |tx: &mut Tx| state.take_callback(tx, &sender, &provider, &hash).await;
        let callback = match self.store.write(job).await {
            Ok(callback) => callback,
            Err(stray) => return self.lead_back(visitor, Err(stray)),
        };
        let outcome = match callback.required {
            Some(required) => Some(self.fetch(&callback.login, returned, required).await?),
            None => None,
        };
        let (state, sender) = (self.clone(), visitor.clone());
        let job = async move |tx: &mut Tx| {
            state.end_login(tx, &sender, &callback.token, &callback.login, outcome).await
        };
        let returned = self.store.write(job).await;
        self.lead_back(visitor, returned)
    }

    /// Takes a login's callback, once, before the provider is asked: a repeated callback must count once.
    async fn take_callback(
        &self,
        tx: &mut Tx,
        visitor: &Visitor,
        provider: &str,
        state_hash: &[u8],
    ) -> Result<Callback, Stray> {
        let login = tx.login_by_state(state_hash).await?;
        let login = login.filter(|login| login.provider == provider).ok_or(Stray::Nowhere)?;
        let (id, generation) = (&login.invitation_id, login.generation);
        let (ctx, token) = self.context_of(tx, visitor, &login.session_id, id, generation).await?;
        let current = ctx.login().is_some_and(|current| current.id == login.id);
        let fresh = tx.use_login(&login.id, ctx.now).await?
            && self.clock.latest().since(login.begun_at) < LOGIN_LASTS
            && current
            && self.accepts(&ctx.invitation, provider)
            && self.may_identify(&ctx);
        let required = self.required_of(&ctx)?;
        Ok(Callback { login, token, required: fresh.then_some(required) })
    }

    /// Completes a login with what the provider has said, unless it was completed or abandoned meanwhile.
    async fn end_login(
        &self,
        tx: &mut Tx,
        visitor: &Visitor,
        token: &InvitationToken,
        login: &OidcLogin,
        outcome: Option<ProviderOutcome>,
    ) -> Result<Back, Stray> {
        let ctx = FlowContext::read(self, tx, visitor, token, true).await?;
        let mut ctx = ctx.ok_or(Stray::Nowhere)?;
        let mut cookie = None;
        if let Some(outcome) = outcome
            && self.may_identify(&ctx)
            && ctx.end_login(&login.id)
        {
            let proven = match outcome {
                ProviderOutcome::Identified(identity) => {
                    self.complete_identification(tx, &mut ctx, &login.address, &identity).await?
                }
                ProviderOutcome::Failed(failure) => {
                    ctx.set_failure(failure)?;
                    false
                }
            };
            cookie = self.save_flow(tx, &ctx, proven, None, visitor).await?;
        }
        ctx.complete_sends(self, tx).await?;
        Ok(Back { ctx: Box::new(ctx), cookie })
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

    /// Returns the flow context of what a callback belongs to, and its link token.
    async fn context_of(
        &self,
        tx: &mut Tx,
        visitor: &Visitor,
        session: &str,
        invitation: &str,
        generation: i64,
    ) -> Result<(FlowContext, InvitationToken), Stray> {
        if !self.is_of(tx, visitor, session).await? {
            return Err(Stray::Elsewhere);
        }
        let invitation = tx.invitation(invitation).await?;
        let token = self.token_of(invitation.as_ref(), generation).ok_or(Stray::Nowhere)?;
        let ctx = FlowContext::read(self, tx, visitor, &token, true).await?;
        let ctx = ctx.ok_or(Stray::Nowhere)?;
        // Another tab may have returned meanwhile.
        if ctx.is_of(session) { Ok((ctx, token)) } else { Err(Stray::Elsewhere) }
    }

    /// `true` if this is the visitor's session.
    async fn is_of(
        &self,
        tx: &mut Tx,
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

    /// Leads to the step now reached.
    fn lead_back(
        &self,
        visitor: &Visitor,
        returned: Result<Back, Stray>,
    ) -> Result<PageResponse, InternalError> {
        let Back { ctx, cookie } = match returned {
            Ok(back) => back,
            Err(Stray::Nowhere) => return Ok(self.nowhere(visitor)),
            Err(Stray::Elsewhere) => return Ok(self.elsewhere(visitor)),
            Err(Stray::Internal(error)) => return Err(error),
        };
        self.posted.notify_one();
        self.orders.notify_one();
        let mut answer = self.show(&ctx, shown_after(&ctx, None, cookie.is_some()))?;
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
