//! OpenID Connect: identifies a person by a provider that the organisation trusts, with a level of assurance.
//!
//! The browser goes to the provider with an authorization request and returns with a code. The code is
//! exchanged for a signed ID token (authorization code flow with PKCE). The caller keeps what ties the two
//! halves of a login together, and ends a login only once.

mod claims;
mod client;
mod client_assertion;
mod description;
mod discovery;
mod exchange;
mod http;
mod request;
mod signed;
mod token;
mod user_info;

use self::{
    claims::Person,
    client::Showing,
    client_assertion::Signatory,
    discovery::{Directory, Metadata},
    http::Wire,
};
use super::identity::Identity;
use crate::{
    clock::{Clock, Time},
    config::{ClientAuthentication, OidcProvider, Origin},
    http_client::{CallError, HttpClient, TlsConfigError, Trust},
    metrics::{Meter, Metrics},
    rules::assurance::{Level, admit},
};
use app::{
    steps::provider_return_path,
    wire::{Failure, Language},
};
use std::{fmt, sync::Arc, time::Duration};
use tokio::time::timeout;
use url::Url;

/// Maximum time of a step of a login. The page shows nothing meanwhile, and ten seconds would be too long.
const LONGEST: Duration = Duration::from_secs(9);

/// Maximum wait for claims that prove nothing.
const LONGEST_FOR_MORE: Duration = Duration::from_secs(3);

/// A configured provider. Its metadata and keys are fetched when first needed and cached.
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

/// The values that tie the two halves of a login together. All but the time are secret.
pub struct Login {
    /// The `state`, which returns with the browser.
    pub state: String,
    /// The `nonce`, which returns in the ID token.
    pub nonce: String,
    /// PKCE verifier, which shows that the code is exchanged by the one who requested it: 43 to 128
    /// characters. RFC 7636.
    pub verifier: String,
    /// Time at which the browser was sent to the provider.
    pub begun: Time,
}

/// The parameters of a callback, after its `state` was matched.
pub struct CallbackParams {
    /// Authorization code.
    pub code: String,
    /// Issuer of the response. RFC 9207.
    pub iss: Option<String>,
}

/// The requirements on a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Required {
    /// Level of assurance.
    pub level: Level,
    /// The claim that the person must have.
    pub essential: Essential,
}

/// The claim without which a login is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Essential {
    /// A name. The personal identity number is requested too.
    Name,
    /// The personal identity number.
    Number,
    /// The verified e-mail address, of a host.
    Email,
}

impl From<Level> for Required {
    fn from(level: Level) -> Self {
        Self { level, essential: Essential::Number }
    }
}

/// The reason why a login failed. It may be logged, because it repeats nothing of the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OidcError {
    /// Provider unreachable, or response that is not a provider's.
    #[error("the provider is down: {0}")]
    Unavailable(Outage),
    /// Cancelled by the person, or by the provider on their behalf.
    #[error("the identification was broken off")]
    Denied,
    /// Level of assurance below the required one.
    #[error("the provider is not sure enough")]
    InsufficientAcr,
    /// Untrue response: made by somebody else, for somebody else, or for another login.
    #[error("the provider's answer can't be trusted: {0}")]
    InvalidResponse(&'static str),
    /// Request refused by the provider: a code that was used before, or wrong settings.
    #[error("the provider refuses: {0}")]
    Refused(&'static str),
    /// Request that can't be signed.
    #[error("the request can't be signed")]
    SigningFailed,
}

impl OidcError {
    /// Returns the failure for the page.
    pub const fn failure(self) -> Failure {
        match self {
            Self::Unavailable(_) => Failure::ProviderDown,
            Self::Denied => Failure::ProviderCancelled,
            Self::InsufficientAcr => Failure::ProviderWeak,
            Self::InvalidResponse(_) | Self::Refused(_) | Self::SigningFailed => {
                Failure::ProviderFailed
            }
        }
    }
}

/// The reason why a provider is unavailable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Outage {
    /// No response.
    #[error(transparent)]
    Call(CallError),
    /// Response that is not a provider's.
    #[error("what it sends can't be read: {0}")]
    Answer(&'static str),
    /// Reported by the provider.
    #[error("it says so")]
    Said,
}

/// The reason why a provider can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidProvider {
    /// Issuer that is not a URL.
    #[error("the issuer is no address")]
    Issuer,
    /// Callback address that is not a URL.
    #[error("the address to come back to is none")]
    Redirect,
    /// Private key that can't sign.
    #[error("the private key can't sign")]
    Key,
    /// Calls that can't be made over TLS.
    #[error(transparent)]
    Tls(#[from] TlsConfigError),
}

/// The fault of a signed value.
enum Wrong {
    /// Not signed with a known key. Newer keys may fix it.
    Key(OidcError),
    /// Any other fault.
    Other(OidcError),
}

impl From<OidcError> for Wrong {
    fn from(error: OidcError) -> Self {
        Self::Other(error)
    }
}

impl Provider {
    /// Creates a provider from its configuration. `redirect_uri` is the address of the callback.
    ///
    /// # Errors
    /// The configuration can't be used.
    pub fn new(
        config: &OidcProvider,
        caller: HttpClient,
        redirect_uri: &str,
        clock: Clock,
    ) -> Result<Self, InvalidProvider> {
        let issuer = Url::parse(&config.issuer).map_err(|_| InvalidProvider::Issuer)?;
        let redirect = Url::parse(redirect_uri).map_err(|_| InvalidProvider::Redirect)?;
        let signatory = Signatory::new(&config.authentication);
        if matches!(config.authentication, ClientAuthentication::Key { .. }) && signatory.is_none()
        {
            return Err(InvalidProvider::Key);
        }
        // The configuration allows http on loopback addresses only.
        let wire = Wire::new(caller, issuer.scheme() == "http");
        let directory = Directory::new(config.issuer.clone(), wire.clone(), clock.clone());
        let config = config.clone();
        Ok(Self(Arc::new(Inner { config, redirect, signatory, wire, clock, directory })))
    }

    /// Creates a configured provider, from which the browser returns to `origin`.
    ///
    /// # Errors
    /// The configuration can't be used.
    pub fn from_config(
        config: &OidcProvider,
        origin: &Origin,
        clock: &Clock,
        metrics: &Arc<Metrics>,
    ) -> Result<Self, InvalidProvider> {
        let caller = HttpClient::new(&Trust::default())?.measured(Meter::new(metrics, &config.id));
        let back = origin.join(&provider_return_path(&config.id));
        Self::new(config, caller, &back, clock.clone())
    }

    /// Returns its name in addresses and in the store.
    pub fn id(&self) -> &str {
        &self.0.config.id
    }

    /// `true` if this is its issuer identifier.
    pub fn is(&self, issuer: &str) -> bool {
        self.0.config.issuer == issuer
    }

    /// Returns its name on the button.
    pub fn name(&self) -> &str {
        &self.0.config.name
    }

    /// `true` if it can prove this level.
    pub fn reaches(&self, level: Level) -> bool {
        self.0.config.levels().any(|given| admit(Some(given), level).is_some())
    }

    /// Checks that the provider can be reached, has valid metadata, and has keys. Returns how it is used.
    ///
    /// # Errors
    /// One of these does not hold.
    pub async fn check(&self) -> Result<Manners, OidcError> {
        let metadata = bounded(self.0.directory.get()).await?;
        if metadata.keys.is_empty() {
            return Err(OidcError::Unavailable(Outage::Answer("its keys: there is none")));
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

    /// Returns the address at the provider to which the browser is sent.
    ///
    /// # Errors
    /// The provider is unavailable, or can't prove the level.
    pub async fn authorization_url(
        &self,
        login: &Login,
        required: impl Into<Required>,
        language: Language,
    ) -> Result<Url, OidcError> {
        let metadata = bounded(self.0.directory.get()).await?;
        request::address(&self.0, &metadata.description, login, required.into(), language)
    }

    /// Exchanges the code of a callback and checks the result. The caller must have checked that the login
    /// has not ended before.
    ///
    /// # Errors
    /// Nobody is identified, or not at the required level.
    pub async fn identify(
        &self,
        login: &Login,
        returned: &CallbackParams,
        required: impl Into<Required>,
    ) -> Result<Identity, OidcError> {
        let mut known = None;
        match bounded(self.0.identify(login, returned, required.into(), &mut known)).await {
            // The claims that were waited for prove nothing.
            Err(OidcError::Unavailable(_)) if known.is_some() => known.ok_or(LATE),
            outcome => outcome,
        }
    }
}

/// The use of a provider, for the operator: client authentication, and what its logins may leave out.
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
    /// Identifies the person. `known` is set to the identity once all that proves it is there, while further
    /// claims are requested.
    async fn identify(
        &self,
        login: &Login,
        returned: &CallbackParams,
        required: Required,
        known: &mut Option<Identity>,
    ) -> Result<Identity, OidcError> {
        let mut metadata = self.directory.get().await?;
        let description = Arc::clone(&metadata.description);
        // A response of another provider must not have its code sent to this one.
        let named = returned.iss.as_deref();
        if named.is_some_and(|named| named != self.config.issuer)
            || (named.is_none() && description.names_issuer)
        {
            return Err(OidcError::InvalidResponse("the issuer of the answer"));
        }
        let tokens = exchange::exchange(self, &description, login, &returned.code).await?;
        let said = self
            .with_keys(&mut metadata, |metadata| {
                token::check(self, metadata, login, &tokens, required.level)
            })
            .await?;
        let mut person = Person::new(&self.config.claims, said.claims);
        if !person.is_complete(required.essential)
            && let Some(endpoint) = &description.user_info
        {
            let asked = user_info::ask(self, endpoint, tokens.access.as_ref());
            let answer = if person.has(required.essential) {
                // The missing claims would prove nothing more.
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
            method: self.config.id.clone(),
            name: person.name(),
            number: person.number(),
            email: person.email(),
            // Providers don't report it.
            address: None,
        }
    }

    /// Checks a signed value. Checks it once more with newer keys if no known key signed it: a provider may
    /// have new keys, under new names, under the old ones or under none.
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

/// Error of a step that took too long.
const LATE: OidcError = OidcError::Unavailable(Outage::Call(CallError::Timeout));

/// Ends a step that takes too long, however many calls it makes.
async fn bounded<T>(work: impl Future<Output = Result<T, OidcError>>) -> Result<T, OidcError> {
    timeout(LONGEST, work).await.unwrap_or(Err(LATE))
}

/// Returns the meaning of the `error` with which the browser returned instead of a code.
pub fn error_returned(error: &str) -> OidcError {
    match error {
        "access_denied" => OidcError::Denied,
        "unmet_authentication_requirements" => OidcError::InsufficientAcr,
        other => refused(other),
    }
}

/// Returns the meaning of the provider's error.
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
        return OidcError::Unavailable(Outage::Said);
    }
    // Anybody can write anything into an address, so only known errors are repeated.
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
            ("unmet_authentication_requirements", OidcError::InsufficientAcr),
            ("server_error", OidcError::Unavailable(Outage::Said)),
            ("temporarily_unavailable", OidcError::Unavailable(Outage::Said)),
            ("login_required", OidcError::Refused("login_required")),
            ("199908072391", OidcError::Refused("an error of an unknown kind")),
            ("", OidcError::Refused("an error of an unknown kind")),
        ] {
            assert_eq!(error_returned(error), meaning, "{error}");
        }
    }
}
