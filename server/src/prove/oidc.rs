//! OpenID Connect: a provider that the organisation trusts says who somebody is, and how sure it is.
//!
//! The browser goes there with a request of ours and comes back with a code, which is exchanged for
//! a signed ID token (authorization code flow with PKCE). What binds the two halves of a login is
//! kept by the caller, who also sees to it that a login ends only once.

mod client;
mod description;
mod directory;
mod exchange;
mod person;
mod request;
mod signatory;
mod signed;
mod token;
mod user_info;
mod wire;

use super::identity::Identity;
use crate::{
    caller::{CallError, Caller},
    clock::{Clock, Time},
    config::{ClientAuthentication, OidcProvider},
    rules::assurance::{Level, admit},
};
use app::wire::{Failure, Language};
use client::Showing;
use directory::{Directory, Metadata};
use person::Person;
use signatory::Signatory;
use std::{fmt, sync::Arc, time::Duration};
use tokio::time::timeout;
use url::Url;
use wire::Wire;

/// How long a step of a login may take: ten seconds would be too long to look at nothing.
const LONGEST: Duration = Duration::from_secs(9);

/// How long somebody waits for what does not prove who they are.
const LONGEST_FOR_MORE: Duration = Duration::from_secs(3);

/// A configured provider. What it says of itself and its keys are fetched when first needed and
/// kept for a while.
#[derive(Clone)]
pub struct Provider(Arc<Inner>);

struct Inner {
    config: OidcProvider,
    redirect: Url,
    signatory: Option<Signatory>,
    wire: Wire,
    clock: Clock,
    directory: Directory,
}

/// What binds the two halves of a login. All but the time are secret.
pub struct Login {
    /// Comes back with the browser.
    pub state: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// Shows that whoever exchanges the code has asked for it (RFC 7636): 43 to 128 characters.
    pub verifier: String,
    /// When the browser was sent to the provider.
    pub begun: Time,
}

/// What the browser came back with, after its `state` was found right.
pub struct Returned {
    /// The code.
    pub code: String,
    /// Who the answer is from (RFC 9207).
    pub iss: Option<String>,
}

/// What a login must prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Required {
    /// How surely.
    pub level: Level,
    /// Whether the personal number is to be known; without it a name is enough.
    pub number: bool,
}

impl From<Level> for Required {
    fn from(level: Level) -> Self {
        Self { level, number: true }
    }
}

/// Why nobody was identified. It repeats nothing of what was said: it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OidcError {
    /// It can't be reached, or doesn't answer as a provider does.
    #[error("the provider is down: {0}")]
    Down(Outage),
    /// The person, or the provider on their behalf, broke off.
    #[error("the identification was broken off")]
    Denied,
    /// The provider isn't as sure as we need it to be.
    #[error("the provider is not sure enough")]
    Weak,
    /// What came back isn't true: it was made by somebody else, for somebody else, or for another
    /// login.
    #[error("the provider's answer can't be trusted: {0}")]
    Untrue(&'static str),
    /// The provider refuses what we ask for: a code that was used before, or our settings.
    #[error("the provider refuses: {0}")]
    Refused(&'static str),
    /// Our own request can't be signed.
    #[error("the request can't be signed")]
    Unsigned,
}

impl OidcError {
    /// What people are told.
    pub const fn failure(self) -> Failure {
        match self {
            Self::Down(_) => Failure::ProviderDown,
            Self::Denied => Failure::ProviderCancelled,
            Self::Weak => Failure::ProviderWeak,
            Self::Untrue(_) | Self::Refused(_) | Self::Unsigned => Failure::ProviderFailed,
        }
    }
}

/// In which way a provider is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Outage {
    /// There is no answer.
    #[error(transparent)]
    Call(CallError),
    /// There is an answer that isn't what a provider says.
    #[error("what it sends can't be read: {0}")]
    Answer(&'static str),
    /// It says so.
    #[error("it says so")]
    Said,
}

/// Why a provider can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Its issuer is no address.
    #[error("the issuer is no address")]
    Issuer,
    /// The address that the browser comes back to is none.
    #[error("the address to come back to is none")]
    Redirect,
    /// Our key for it can't sign.
    #[error("the private key can't sign")]
    Key,
}

/// What is wrong with something signed.
enum Wrong {
    /// It was not signed with a key that we know: newer ones may mend it.
    Key(OidcError),
    /// Something else.
    Other(OidcError),
}

impl From<OidcError> for Wrong {
    fn from(error: OidcError) -> Self {
        Self::Other(error)
    }
}

impl Provider {
    /// Makes a provider of its configuration. `redirect_uri` is where the browser comes back to.
    ///
    /// # Errors
    /// The configuration can't be used.
    pub fn new(
        config: &OidcProvider,
        caller: Caller,
        redirect_uri: String,
        clock: Clock,
    ) -> Result<Self, Unusable> {
        let issuer = Url::parse(&config.issuer).map_err(|_| Unusable::Issuer)?;
        let redirect = Url::parse(&redirect_uri).map_err(|_| Unusable::Redirect)?;
        let signatory = Signatory::new(&config.authentication);
        if matches!(config.authentication, ClientAuthentication::Key { .. }) && signatory.is_none()
        {
            return Err(Unusable::Key);
        }
        // The configuration lets http pass on loopback addresses only.
        let wire = Wire::new(caller, issuer.scheme() == "http");
        let directory = Directory::new(config.issuer.clone(), wire.clone(), clock.clone());
        let config = config.clone();
        Ok(Self(Arc::new(Inner { config, redirect, signatory, wire, clock, directory })))
    }

    /// Its name in addresses and in the store.
    pub fn id(&self) -> &str {
        &self.0.config.id
    }

    /// Whether this is its issuer identifier.
    pub fn is(&self, issuer: &str) -> bool {
        self.0.config.issuer == issuer
    }

    /// Its name on the button.
    pub fn name(&self) -> &str {
        &self.0.config.name
    }

    /// Whether it can prove this level.
    pub fn reaches(&self, level: Level) -> bool {
        self.0.config.levels().any(|given| admit(Some(given), level).is_some())
    }

    /// Whether it can be reached, describes itself as it should, and has keys; and how it is dealt
    /// with then.
    ///
    /// # Errors
    /// It is not so.
    pub async fn check(&self) -> Result<Manners, OidcError> {
        let metadata = bounded(self.0.directory.get()).await?;
        if metadata.keys.is_empty() {
            return Err(OidcError::Down(Outage::Answer("its keys: there is none")));
        }
        let config = &self.0.config;
        let showing = Showing::of(&config.authentication, &metadata.description);
        Ok(Manners {
            showing,
            offered: showing.is_offered(&metadata.description),
            without_acr: config.without_acr,
            without_auth_time: config.without_auth_time,
        })
    }

    /// The address at the provider that the browser is sent to.
    ///
    /// # Errors
    /// The provider is down, or can't prove the level.
    pub async fn authorization_url(
        &self,
        login: &Login,
        required: Level,
        language: Language,
    ) -> Result<Url, OidcError> {
        let metadata = bounded(self.0.directory.get()).await?;
        request::address(&self.0, &metadata.description, login, required, language)
    }

    /// Exchanges what the browser came back with and checks what comes of it. That the login hasn't
    /// ended before is for the caller to see to.
    ///
    /// # Errors
    /// Nobody is identified, at least not as surely as required.
    pub async fn identify(
        &self,
        login: &Login,
        returned: &Returned,
        required: impl Into<Required>,
    ) -> Result<Identity, OidcError> {
        let mut known = None;
        match bounded(self.0.identify(login, returned, required.into(), &mut known)).await {
            // What was waited for does not prove.
            Err(OidcError::Down(_)) if known.is_some() => known.ok_or(LATE),
            outcome => outcome,
        }
    }
}

/// How a provider is dealt with, for the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manners {
    showing: Showing,
    offered: bool,
    without_acr: Option<Level>,
    without_auth_time: bool,
}

impl fmt::Display for Manners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "we show who we are by {}", self.showing.name())?;
        if !self.offered {
            f.write_str(", which its description does not offer")?;
        }
        if let Some(level) = self.without_acr {
            write!(f, "; a login without acr counts as {level}")?;
        }
        if self.without_auth_time {
            f.write_str("; a login without auth_time is taken for a new one")?;
        }
        Ok(())
    }
}

impl Inner {
    /// Identifies somebody. `known` is who it is as soon as all that proves is there, while there is
    /// more to ask for.
    async fn identify(
        &self,
        login: &Login,
        returned: &Returned,
        required: Required,
        known: &mut Option<Identity>,
    ) -> Result<Identity, OidcError> {
        let mut metadata = self.directory.get().await?;
        let description = Arc::clone(&metadata.description);
        // An answer of another provider must not have its code sent to this one.
        let named = returned.iss.as_deref();
        if named.is_some_and(|named| named != self.config.issuer)
            || (named.is_none() && description.names_issuer)
        {
            return Err(OidcError::Untrue("the issuer of the answer"));
        }
        let tokens = exchange::exchange(self, &description, login, &returned.code).await?;
        let said = self
            .with_keys(&mut metadata, |metadata| {
                token::check(self, metadata, login, &tokens, required.level)
            })
            .await?;
        let mut person = Person::new(&self.config.claims, said.claims);
        if !person.is_complete()
            && let Some(endpoint) = &description.user_info
        {
            let asked = user_info::ask(self, endpoint, tokens.access.as_ref());
            let proven = person.number().is_some() || (!required.number && person.name().is_some());
            let answer = if proven {
                // What is lacking would prove nothing more.
                *known = Some(self.identity(said.level, &person));
                timeout(LONGEST_FOR_MORE, asked).await.unwrap_or(Err(LATE))
            } else {
                asked.await
            }?;
            let more = self
                .with_keys(&mut metadata, |metadata| {
                    user_info::check(self, metadata, &said.subject, &answer)
                })
                .await?;
            person.add(more);
        }
        Ok(self.identity(said.level, &person))
    }

    fn identity(&self, level: Level, person: &Person<'_>) -> Identity {
        Identity {
            level,
            how: self.config.id.clone(),
            name: person.name(),
            number: person.number(),
            // It is not told.
            address: None,
        }
    }

    /// Checks something signed; once more with newer keys where it was not signed with one that is
    /// known: a provider may have new ones, under new names, under the old ones or under none.
    async fn with_keys<T>(
        &self,
        metadata: &mut Arc<Metadata>,
        check: impl Fn(&Metadata) -> Result<T, Wrong>,
    ) -> Result<T, OidcError> {
        let unknown = match check(metadata) {
            Ok(checked) => return Ok(checked),
            Err(Wrong::Other(error)) => return Err(error),
            Err(Wrong::Key(error)) => error,
        };
        *metadata = self.directory.newer(metadata).await?.ok_or(unknown)?;
        check(metadata).map_err(|wrong| match wrong {
            Wrong::Key(error) | Wrong::Other(error) => error,
        })
    }
}

/// It took too long.
const LATE: OidcError = OidcError::Down(Outage::Call(CallError::Silent));

/// Ends what takes too long, however many calls it is made of.
async fn bounded<T>(work: impl Future<Output = Result<T, OidcError>>) -> Result<T, OidcError> {
    timeout(LONGEST, work).await.unwrap_or(Err(LATE))
}

/// What it means that the browser came back with this `error` instead of a code.
pub fn error_returned(error: &str) -> OidcError {
    match error {
        "access_denied" => OidcError::Denied,
        "unmet_authentication_requirements" => OidcError::Weak,
        other => refused(other),
    }
}

/// What it means that the provider answered with this error.
fn refused(error: &str) -> OidcError {
    const KNOWN: [&str; 15] = [
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_request_object",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
        "unsupported_response_type",
        "interaction_required",
        "login_required",
        "account_selection_required",
        "consent_required",
        "request_not_supported",
        "invalid_request_uri",
        "request_uri_not_supported",
    ];
    if matches!(error, "server_error" | "temporarily_unavailable") {
        return OidcError::Down(Outage::Said);
    }
    // Anybody can write anything into an address: only what is known is repeated.
    let known = KNOWN.into_iter().find(|known| *known == error);
    OidcError::Refused(known.unwrap_or("an error of an unknown kind"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_on_the_way_back_is_told_by_what_it_means() {
        for (error, meaning) in [
            ("access_denied", OidcError::Denied),
            ("unmet_authentication_requirements", OidcError::Weak),
            ("server_error", OidcError::Down(Outage::Said)),
            ("temporarily_unavailable", OidcError::Down(Outage::Said)),
            ("login_required", OidcError::Refused("login_required")),
            ("199908072391", OidcError::Refused("an error of an unknown kind")),
            ("", OidcError::Refused("an error of an unknown kind")),
        ] {
            assert_eq!(error_returned(error), meaning, "{error}");
        }
    }
}
