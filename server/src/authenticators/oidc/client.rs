//! Authentication of this client to a provider, when a code is exchanged.

use super::{Inner, OidcError, description::Description, request};
use crate::config::ClientAuthentication;
use axum::http::HeaderValue;
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::ExposeSecret;
use url::form_urlencoded::byte_serialize;

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A client authentication method. OpenID Connect Core, section 9.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Showing {
    /// Secret in a header (`client_secret_basic`).
    Basic,
    /// Secret among the parameters (`client_secret_post`).
    Post,
    /// Signed assertion (`private_key_jwt`).
    Assertion,
}

impl Showing {
    /// Returns the method for the configured credential. A secret goes where the metadata says that the
    /// provider accepts it, and into the header if the metadata says nothing (Discovery, section 3).
    pub(crate) fn of(authentication: &ClientAuthentication, description: &Description) -> Self {
        let offered = |way: Self| way.is_offered(description);
        match authentication {
            ClientAuthentication::Key { .. } => Self::Assertion,
            ClientAuthentication::Secret(_) if offered(Self::Post) && !offered(Self::Basic) => {
                Self::Post
            }
            ClientAuthentication::Secret(_) => Self::Basic,
        }
    }

    /// Returns its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Basic => "client_secret_basic",
            Self::Post => "client_secret_post",
            Self::Assertion => "private_key_jwt",
        }
    }

    /// `true` if the provider's metadata names it.
    pub(crate) fn is_offered(self, description: &Description) -> bool {
        match &description.authentications {
            Some(named) => named.iter().any(|name| name == self.name()),
            None => self == Self::Basic,
        }
    }
}

/// The client authentication of a request: a header, or parameters.
pub(crate) struct Shown {
    /// Value of `Authorization`.
    pub(crate) header: Option<HeaderValue>,
    /// Parameters.
    pub(crate) parameters: Vec<(&'static str, String)>,
}

/// Creates the client authentication for a provider.
pub(crate) fn show(provider: &Inner, description: &Description) -> Result<Shown, OidcError> {
    let id = &provider.config.client_id;
    let id_alone = ("client_id", id.clone());
    let ClientAuthentication::Secret(secret) = &provider.config.authentication else {
        let assertion =
            request::assertion(provider, description)?.ok_or(OidcError::SigningFailed)?;
        let kind = ("client_assertion_type", JWT_BEARER.to_owned());
        let parameters = vec![id_alone, kind, ("client_assertion", assertion)];
        return Ok(Shown { header: None, parameters });
    };
    let secret = secret.expose_secret();
    if Showing::of(&provider.config.authentication, description) == Showing::Post {
        let parameters = vec![id_alone, ("client_secret", secret.to_owned())];
        return Ok(Shown { header: None, parameters });
    }
    // Each is encoded as a form's value before they are joined (RFC 6749, section 2.3.1).
    let [id, secret] =
        [id.as_str(), secret].map(|part| byte_serialize(part.as_bytes()).collect::<String>());
    let mut header =
        HeaderValue::try_from(format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))))
            .map_err(|_| OidcError::SigningFailed)?;
    header.set_sensitive(true);
    Ok(Shown { header: Some(header), parameters: Vec::new() })
}
