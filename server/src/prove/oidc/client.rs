//! Who we are to a provider, and how we show it when a code is exchanged.

use super::{Inner, OidcError, description::Description, request};
use crate::config::ClientAuthentication;
use axum::http::HeaderValue;
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::ExposeSecret;
use url::form_urlencoded::byte_serialize;

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A way to show who we are, by its name in OpenID Connect Core, section 9.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Showing {
    /// With the secret in a header (`client_secret_basic`).
    Basic,
    /// With the secret among the parameters (`client_secret_post`).
    Post,
    /// With a signature (`private_key_jwt`).
    Assertion,
}

impl Showing {
    /// The way for what we have: a secret goes where the provider says that it takes it, and into
    /// the header where it says nothing (Discovery, section 3).
    pub(super) fn of(authentication: &ClientAuthentication, description: &Description) -> Self {
        let offered = |way: Self| way.is_offered(description);
        match authentication {
            ClientAuthentication::Key { .. } => Self::Assertion,
            ClientAuthentication::Secret(_) if offered(Self::Post) && !offered(Self::Basic) => {
                Self::Post
            }
            ClientAuthentication::Secret(_) => Self::Basic,
        }
    }

    /// Its name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Basic => "client_secret_basic",
            Self::Post => "client_secret_post",
            Self::Assertion => "private_key_jwt",
        }
    }

    /// Whether the provider says that it takes it.
    pub(super) fn is_offered(self, description: &Description) -> bool {
        match &description.authentications {
            Some(named) => named.iter().any(|name| name == self.name()),
            None => self == Self::Basic,
        }
    }
}

/// What shows who we are: a header, or parameters.
pub(super) struct Shown {
    /// The value of `Authorization`.
    pub(super) header: Option<HeaderValue>,
    /// What stands among the parameters.
    pub(super) parameters: Vec<(&'static str, String)>,
}

/// Shows a provider who we are.
pub(super) fn show(provider: &Inner, description: &Description) -> Result<Shown, OidcError> {
    let id = &provider.config.client_id;
    let id_alone = ("client_id", id.clone());
    let ClientAuthentication::Secret(secret) = &provider.config.authentication else {
        let assertion = request::assertion(provider, description)?.ok_or(OidcError::Unsigned)?;
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
            .map_err(|_| OidcError::Unsigned)?;
    header.set_sensitive(true);
    Ok(Shown { header: Some(header), parameters: Vec::new() })
}
