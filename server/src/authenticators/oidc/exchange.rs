//! The exchange of a code for an ID token.

use super::{
    Inner, Login, OidcError, Outage, client::show, description::Description, http::object, refused,
};
use axum::http::{
    Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use openidconnect::AccessToken;
use serde_json::Value;
use url::form_urlencoded::Serializer;

/// The used part of the token endpoint's response. Both tokens are secret.
pub(crate) struct Tokens {
    /// ID token, as it came.
    pub(crate) id: String,
    /// Access token for `UserInfo`.
    pub(crate) access: Option<AccessToken>,
}

/// Exchanges the code.
pub(crate) async fn exchange(
    provider: &Inner,
    description: &Description,
    login: &Login,
    code: &str,
) -> Result<Tokens, OidcError> {
    let malformed = OidcError::Unavailable(Outage::Answer("its tokens"));
    let shown = show(provider, description)?;
    let form = Serializer::new(String::new())
        .append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirect_uri", provider.redirect.as_str())
        .append_pair("code_verifier", &login.verifier)
        .extend_pairs(&shown.parameters)
        .finish();
    let mut request = Request::post(description.token.as_str())
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(ACCEPT, "application/json");
    if let Some(header) = shown.header {
        request = request.header(AUTHORIZATION, header);
    }
    let request = request.body(form.into_bytes()).map_err(|_| malformed)?;
    let response = provider.wire.send(request).await?;
    let said = object(response.body()).ok_or(malformed)?;
    let text = |name: &str| said.get(name).and_then(Value::as_str).map(str::to_owned);
    if let Some(id) = text("id_token").filter(|_| response.status().is_success()) {
        return Ok(Tokens { id, access: text("access_token").map(AccessToken::new) });
    }
    Err(match text("error") {
        Some(error) => refused(&error),
        None if response.status().is_success() => {
            OidcError::Unavailable(Outage::Answer("its tokens, without an ID token"))
        }
        None => malformed,
    })
}
