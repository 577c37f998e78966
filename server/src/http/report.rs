//! The form that reports an accessibility problem. It needs no session, and answers a browser without scripts.

use super::{
    pages::{Pages, is_form},
    visitor::{AnswerForm, CurrentVisitor},
};
use app::{
    steps::{REPORT_PATH, REPORTED_PATH},
    wire::Screen,
};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use url::form_urlencoded;

/// Name of the form's field.
const FIELD: &str = "report";

pub(super) fn routes() -> Router<Pages> {
    Router::new().route(REPORT_PATH, post(report))
}

/// Takes a report. A problem is answered with the statement itself, because a text that is a little too long must not get lost.
async fn report(
    State(pages): State<Pages>,
    CurrentVisitor(visitor): CurrentVisitor,
    form: AnswerForm,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !is_form(&headers) {
        return pages.plain(&form, Screen::BadRequest, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let typed = form_urlencoded::parse(&body).find(|(name, _)| name == FIELD);
    let typed = typed.map(|(_, value)| value).unwrap_or_default();
    match pages.state.report(&visitor, &typed).await {
        Ok(Some(answer)) if !form.view && answer.status == 200 => {
            Redirect::to(REPORTED_PATH).into_response()
        }
        Ok(Some(answer)) => pages.written(&form, &answer),
        Ok(None) => pages.plain(&form, Screen::NotFound, StatusCode::NOT_FOUND),
        Err(fault) => {
            fault.log();
            pages.plain(&form, Screen::Unavailable, StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}
