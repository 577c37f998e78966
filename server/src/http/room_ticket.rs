//! The calls that lead into a room: a ticket for it, and one to try out the connection.

use super::{
    pages::{Pages, is_form},
    visitor::{AnswerForm, CurrentVisitor},
};
use crate::{identification::tickets::Ticketed, state::InternalError};
use app::{fields::InvitationToken, wire::Screen};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{FromRequest, Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use url::form_urlencoded;

/// Name of the form's field with the link token.
const FIELD: &str = "invitation";

pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/do/room-ticket", post(room)).route("/do/check", post(check))
}

/// Returns a ticket for the room.
async fn room(
    State(pages): State<Pages>,
    CurrentVisitor(visitor): CurrentVisitor,
    form: AnswerForm,
    Invited(token): Invited,
) -> Response {
    let ticketed = pages.state.room_ticket(&visitor, &token).await;
    answer(&pages, &form, ticketed)
}

/// Returns a ticket to try out the connection.
async fn check(
    State(pages): State<Pages>,
    CurrentVisitor(visitor): CurrentVisitor,
    form: AnswerForm,
    Invited(token): Invited,
) -> Response {
    let ticketed = pages.state.check_ticket(&visitor, &token).await;
    answer(&pages, &form, ticketed)
}

/// The link token in the posted form.
struct Invited(InvitationToken);

impl FromRequest<Pages> for Invited {
    type Rejection = Response;

    async fn from_request(request: Request, pages: &Pages) -> Result<Self, Response> {
        let form = AnswerForm::of(request.headers(), request.extensions(), pages);
        if !is_form(request.headers()) {
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(pages.plain(&form, Screen::BadRequest, status));
        }
        let bad = |_| pages.plain(&form, Screen::BadRequest, StatusCode::BAD_REQUEST);
        let body = Bytes::from_request(request, pages).await.map_err(bad)?;
        let token = form_urlencoded::parse(&body).find(|(name, _)| name == FIELD);
        let token = token.and_then(|(_, token)| InvitationToken::parse(&token));
        token.map(Self).ok_or_else(|| pages.plain(&form, Screen::NotFound, StatusCode::NOT_FOUND))
    }
}

/// Returns the ticket, or the view that says why there is none.
fn answer(pages: &Pages, form: &AnswerForm, ticketed: Result<Ticketed, InternalError>) -> Response {
    match ticketed {
        Ok(Ok(ticket)) => Json(ticket).into_response(),
        Ok(Err(mut answer)) => {
            if answer.status == 200 {
                answer.status = StatusCode::CONFLICT.as_u16();
            }
            pages.written(form, &answer)
        }
        Err(fault) => {
            fault.log();
            pages.plain(form, Screen::Unavailable, StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}
