//! Callbacks from the BankID app and from e-ID providers.

use super::{
    pages::{AGAIN, Pages, once_more},
    visitor::{AnswerForm, CurrentVisitor},
};
use crate::{identification::callbacks::ProviderCallback, state::InternalError};
use app::{
    backend::{PageResponse, Visitor},
    wire::Screen,
};
use axum::{
    Router,
    extract::{Path, RawQuery, State},
    http::{HeaderValue, Method, StatusCode, Uri, header, uri::PathAndQuery},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};

/// The maximum length of a provider's parameter. In bytes.
const LONGEST: usize = 4_096;

/// Returns the routes of the callbacks.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/back/bankid/{secret}", get(from_app))
        .route("/back/oidc/{provider}", get(from_provider))
}

async fn from_app(
    State(pages): State<Pages>,
    path: Option<Path<String>>,
    RawQuery(query): RawQuery,
    CurrentVisitor(visitor): CurrentVisitor,
    form: AnswerForm,
    method: Method,
    uri: Uri,
) -> Response {
    let secret = path.map(|Path(secret)| secret).filter(|secret| secret.len() < 100);
    let (Some(secret), true) = (secret, method == Method::GET) else {
        return pages.plain(&form, Screen::NotFound, StatusCode::NOT_FOUND);
    };
    let answer = pages.state.returned_from_app(&visitor, &secret).await;
    if query.is_none() && is_elsewhere(&visitor, &answer) {
        return once_more(uri.path()).await;
    }
    led(&pages, &form, answer)
}

async fn from_provider(
    State(pages): State<Pages>,
    path: Option<Path<String>>,
    RawQuery(query): RawQuery,
    CurrentVisitor(visitor): CurrentVisitor,
    form: AnswerForm,
    method: Method,
    uri: Uri,
) -> Response {
    let returned = returned(query.as_deref().unwrap_or_default());
    let (Some(Path(provider)), Some(returned), true) = (path, returned, method == Method::GET)
    else {
        return pages.plain(&form, Screen::NotFound, StatusCode::NOT_FOUND);
    };
    let answer = pages.state.returned_from_provider(&visitor, &provider, returned).await;
    let first = query.as_deref().is_some_and(|query| !query.ends_with(AGAIN));
    if first && is_elsewhere(&visitor, &answer) {
        return once_more(uri.path_and_query().map_or("/", PathAndQuery::as_str)).await;
    }
    led(&pages, &form, answer)
}

/// `true` if a browser with a session would see that it is not the one that started. Another tab may have
/// returned at the same moment.
fn is_elsewhere(visitor: &Visitor, answer: &Result<PageResponse, InternalError>) -> bool {
    visitor.session.is_some()
        && matches!(answer, Ok(answer) if answer.view.screen == Screen::WrongBrowser)
}

/// Parses a provider's callback. `None` without a state, or if a parameter is repeated
/// (RFC 6749, 3.1) or too long.
fn returned(query: &str) -> Option<ProviderCallback> {
    let mut returned = ProviderCallback::default();
    let mut state = None;
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let place = match &*name {
            "state" => &mut state,
            "code" => &mut returned.code,
            "iss" => &mut returned.issuer,
            "error" => &mut returned.error,
            _ => continue,
        };
        if value.len() > LONGEST || place.replace(value.into_owned()).is_some() {
            return None;
        }
    }
    returned.state = state?;
    Some(returned)
}

/// Redirects to the current step, away from an address that is valid once.
fn led(pages: &Pages, form: &AnswerForm, answer: Result<PageResponse, InternalError>) -> Response {
    match answer {
        Ok(answer) if answer.view.token.is_none() => pages.written(form, &answer),
        Ok(answer) => {
            let mut response = Redirect::to(&answer.location).into_response();
            for cookie in &answer.cookies {
                if let Ok(value) = HeaderValue::from_str(cookie) {
                    response.headers_mut().append(header::SET_COOKIE, value);
                }
            }
            response
        }
        Err(fault) => {
            fault.log();
            pages.plain(form, Screen::Unavailable, StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_provider_sends_is_taken_once_each() {
        let good = returned("state=s%20s&code=c&iss=https%3A%2F%2Fid.example&x=y").expect("good");
        assert_eq!((good.state.as_str(), good.code.as_deref()), ("s s", Some("c")));
        assert_eq!((good.issuer.as_deref(), good.error), (Some("https://id.example"), None));
        assert!(returned("code=c").is_none());
        assert!(returned("state=s&state=s&code=c").is_none());
        assert!(returned("state=s&code=c&code=d").is_none());
        assert!(returned(&format!("state=s&code={}", "c".repeat(5_000))).is_none());
        assert!(returned("").is_none());
    }
}
