//! A provider's metadata: the used part, parsed. The rest may have any form.

use super::{OidcError, Outage};
use openidconnect::core::CoreJwsSigningAlgorithm as Algorithm;
use serde_json::{Map, Value};
use url::Url;

/// A provider's metadata. OpenID Connect Discovery, section 3.
pub(crate) struct Description {
    /// Address to which the browser is sent.
    pub(crate) authorization: Url,
    /// Address at which a code is exchanged.
    pub(crate) token: Url,
    /// Address of its keys.
    pub(crate) keys: Url,
    /// Address of `UserInfo`.
    pub(crate) user_info: Option<Url>,
    /// `true` if it supports the `claims` parameter. `false` if that is left out.
    pub(crate) heeds_claims: bool,
    /// `true` if its responses name their issuer. RFC 9207.
    pub(crate) names_issuer: bool,
    /// Client authentication methods that it accepts. `None` if it doesn't say.
    pub(crate) authentications: Option<Vec<String>>,
    /// Algorithms that it accepts for a client assertion. `None` if it doesn't say.
    pub(crate) assertion_algorithms: Option<Vec<Algorithm>>,
    /// Algorithms that it accepts for a request object. `None` if it doesn't say.
    pub(crate) request_algorithms: Option<Vec<Algorithm>>,
}

impl Description {
    /// Reads the metadata of the provider with this issuer identifier.
    pub(crate) fn read(said: &Map<String, Value>, issuer: &str) -> Result<Self, OidcError> {
        let malformed = OidcError::Unavailable(Outage::Answer("its description or keys"));
        let text = |name: &str| said.get(name).and_then(Value::as_str);
        let url = |name: &str| text(name).and_then(|text| Url::parse(text).ok());
        if text("issuer").ok_or(malformed)? != issuer {
            return Err(OidcError::InvalidResponse("the issuer in its description"));
        }
        Ok(Self {
            authorization: url("authorization_endpoint").ok_or(malformed)?,
            token: url("token_endpoint").ok_or(malformed)?,
            keys: url("jwks_uri").ok_or(malformed)?,
            user_info: url("userinfo_endpoint"),
            heeds_claims: said.get("claims_parameter_supported") == Some(&Value::Bool(true)),
            names_issuer: match said.get("authorization_response_iss_parameter_supported") {
                None | Some(Value::Null) => false,
                Some(value) => value != false && value != "false",
            },
            authentications: texts(said, "token_endpoint_auth_methods_supported"),
            assertion_algorithms: algorithms(
                said,
                "token_endpoint_auth_signing_alg_values_supported",
            ),
            request_algorithms: algorithms(said, "request_object_signing_alg_values_supported"),
        })
    }
}

/// Returns the texts of a list. `None` if there is no list.
fn texts(said: &Map<String, Value>, name: &str) -> Option<Vec<String>> {
    let list = said.get(name)?.as_array()?;
    Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// Returns the known algorithms of a list. `None` if there is no list.
fn algorithms(said: &Map<String, Value>, name: &str) -> Option<Vec<Algorithm>> {
    let list = said.get(name)?.as_array()?;
    Some(list.iter().filter_map(|name| serde_json::from_value(name.clone()).ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(changes: &Value) -> Result<Description, OidcError> {
        let mut said = json!({
            "issuer": "https://id.example",
            "authorization_endpoint": "https://id.example/go",
            "token_endpoint": "https://id.example/token",
            "jwks_uri": "https://id.example/keys",
        });
        for (name, value) in changes.as_object().expect("an object") {
            said[name] = value.clone();
        }
        Description::read(said.as_object().expect("an object"), "https://id.example")
    }

    #[test]
    fn what_is_left_out_or_of_an_odd_form_is_not_offered() {
        for odd in [Value::Null, json!(1), json!("x"), json!({ "a": 1 }), json!([[]])] {
            let description = read(&json!({
                "userinfo_endpoint": odd,
                "claims_parameter_supported": odd,
                "token_endpoint_auth_methods_supported": odd,
                "token_endpoint_auth_signing_alg_values_supported": odd,
                "request_object_signing_alg_values_supported": odd,
                "scopes_supported": odd,
                "response_types_supported": odd,
                "subject_types_supported": odd,
                "id_token_signing_alg_values_supported": odd,
                "service_documentation": odd,
            }));
            let description = description.unwrap_or_else(|error| panic!("{odd}: {error}"));
            assert!(description.user_info.is_none() && !description.heeds_claims, "{odd}");
            let few = |list: Option<usize>| list.is_none_or(|length| length == 0);
            assert!(few(description.authentications.map(|list| list.len())), "{odd}");
            assert!(few(description.assertion_algorithms.map(|list| list.len())), "{odd}");
            assert!(few(description.request_algorithms.map(|list| list.len())), "{odd}");
        }
    }

    #[test]
    fn a_provider_names_its_issuer_unless_it_says_no() {
        let names = |value: Value| {
            let name = "authorization_response_iss_parameter_supported";
            read(&json!({ name: value })).is_ok_and(|description| description.names_issuer)
        };
        assert!(names(json!(true)) && names(json!("true")) && names(json!(1)));
        assert!(!names(json!(false)) && !names(json!("false")) && !names(Value::Null));
    }

    #[test]
    fn an_address_that_is_needed_must_be_there() {
        let down = Some(OidcError::Unavailable(Outage::Answer("its description or keys")));
        for name in ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"] {
            for value in [Value::Null, json!(1), json!(["https://id.example"])] {
                assert_eq!(read(&json!({ name: value })).err(), down, "{name}");
            }
        }
    }
}
