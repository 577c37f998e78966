//! The pages: what is looked at, and the forms that are posted.
//!
//! What a page shows is asked of the gate before it is rendered, so that pages stay pure functions
//! of it. The loaded app asks for the same addresses as JSON.

use super::{
    api::{self, problem::ApiProblem},
    device::device,
    headers::Nonce,
    hooks,
    listeners::Listeners,
    progress, returns,
};
use crate::desk::Desk;
use app::{
    App, Document,
    calls::wants_view,
    document,
    fields::InvitationToken,
    gate::{Answer, COOKIE_SET, Gate, Place, SharedGate, Unavailable, Visitor},
    steps::Step,
    wire::{Notice, Screen},
};
use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use leptos::{prelude::provide_context, server_fn::error::SERVER_FN_ERROR_HEADER};
use leptos_axum::{generate_route_list, handle_server_fns_with_context};
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// Says in an address that it is asked for the second time.
pub(super) const AGAIN: &str = "again";

/// How long the answer that changes a session's value may be under way.
const LEARNT_WITHIN: Duration = Duration::from_secs(1);

/// What the pages need.
#[derive(Clone)]
pub struct Pages {
    pub(super) desk: Desk,
    head: fn(&str) -> String,
    pub(super) listeners: Listeners,
}

impl Pages {
    /// Pages of a desk, with `head` as what the bundle needs in the document's head for a nonce.
    pub fn new(desk: Desk, head: fn(&str) -> String) -> Self {
        Self { desk, head, listeners: Listeners::default() }
    }

    /// A page about the request itself rather than about an invitation.
    pub(super) fn plain(&self, request: &Parts, screen: Screen, status: StatusCode) -> Response {
        let language = self.visitor(request).language.unwrap_or_default();
        // Its own address tells nothing that the page needs, and may be a malformed link.
        let answer = self.desk.bare(screen, "/".to_owned(), language, status.as_u16());
        let mut response = self.written(request, answer);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            let soon = HeaderValue::from(api::RETRY_AFTER);
            response.headers_mut().insert(header::RETRY_AFTER, soon);
        }
        response
    }

    /// Writes an answer out, as the request asks for it.
    pub(super) fn written(&self, request: &Parts, answer: Answer) -> Response {
        let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
        let vary = (header::VARY, HeaderValue::from_static("Accept"));
        if wants_view(&request.headers) {
            return (status, [vary], Json(&answer.view)).into_response();
        }
        // The way out goes over a page of ours, since a form may lead to our own only.
        let leaving = match &answer.view.screen {
            Screen::Room(room) => Some(&room.url),
            Screen::Provider(leaving) => Some(&leaving.url),
            _ => None,
        };
        let leaving = leaving.and_then(|url| HeaderValue::from_str(&format!("0; url={url}")).ok());
        let nonce = request.extensions.get::<Nonce>().map_or("", Nonce::as_str);
        let head = (self.head)(nonce);
        let page = document(&Document { view: answer.view, head, nonce: nonce.to_owned() });
        let mut response = (status, [vary], Html(page)).into_response();
        if let Some(leaving) = leaving {
            response.headers_mut().insert(header::REFRESH, leaving);
        }
        response
    }

    pub(super) fn visitor(&self, request: &Parts) -> Visitor {
        let visitor = self.desk.settings.cookies.visitor(&request.headers);
        Visitor { device: device(request), ..visitor }
    }
}

/// The routes of pages and forms, and what answers where nothing else does.
pub fn routes(pages: &Pages) -> Router {
    let site_map = generate_route_list(App);
    site_map
        .iter()
        .fold(Router::new(), |routes, page| routes.route(page.path(), get(look)))
        .route("/m/{token}/invitation.ics", get(calendar))
        .merge(progress::routes())
        .merge(returns::routes())
        .route("/do/{*call}", post(act))
        .method_not_allowed_fallback(not_allowed)
        .fallback(nowhere)
        .with_state(pages.clone())
}

/// Shows a page: asks the gate what there is to see and writes it out, as HTML or as JSON.
async fn look(State(pages): State<Pages>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let place = Place::at(parts.uri.path());
    let by_hand = !wants_view(&parts.headers);
    let query = parts.uri.query();
    let cookie_set = query == Some(COOKIE_SET);
    let visitor = Visitor { by_hand, cookie_set, ..pages.visitor(&parts) };
    let path = place.path();
    if cookie_set && visitor.keeps_cookies() && matches!(place, Place::Invitation(..)) {
        return Redirect::to(&path).into_response();
    }
    let follows = follows_identification(&place);
    match pages.desk.look(&visitor, place).await {
        Ok(answer)
            if by_hand && follows && query != Some(AGAIN) && is_unknown(&visitor, &answer) =>
        {
            once_more(&path).await
        }
        Ok(answer) => pages.written(&parts, answer),
        Err(Unavailable) => pages.plain(&parts, Screen::Trouble, StatusCode::SERVICE_UNAVAILABLE),
    }
}

/// Whether a page is one that may have been led to, or renewed, in the moment of an identification.
const fn follows_identification(place: &Place) -> bool {
    let Place::Invitation(_, Some(step)) = place else { return false };
    step.is_inside() || matches!(step, Step::BankIdElsewhere | Step::BankIdHere | Step::Provider)
}

/// Whether the browser has sent the value of a session that there is not.
fn is_unknown(visitor: &Visitor, answer: &Answer) -> bool {
    visitor.session.is_some() && answer.view.notice == Some(Notice::StartHere)
}

/// Has the browser ask once more in a moment. Another of its tabs may just have proven something, and with
/// it changed the session's value: the browser asks with the one that it has by then. The old value opens
/// nothing.
pub(super) async fn once_more(address: &str) -> Response {
    sleep(LEARNT_WITHIN).await;
    let mark = if address.contains('?') { "&" } else { "?" };
    Redirect::to(&[address, mark, AGAIN].concat()).into_response()
}

/// Runs the server function that a form is posted to. What it can't read is refused in words that
/// repeat nothing of it.
async fn act(State(pages): State<Pages>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let form = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
    if !form {
        return pages.plain(&parts, Screen::Refused, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let gate: SharedGate = Arc::new(pages.desk.clone());
    let visitor = pages.visitor(&parts);
    let context = move || {
        provide_context(SharedGate::clone(&gate));
        provide_context(visitor.clone());
    };
    let kept = parts.clone();
    let request = Request::from_parts(without_redirects(parts), body);
    let response = handle_server_fns_with_context(context, request).await.into_response();
    let answered = [header::LOCATION, header::CONTENT_LOCATION]
        .iter()
        .any(|name| response.headers().contains_key(name));
    if answered {
        response
    } else if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        pages.plain(&kept, Screen::Trouble, StatusCode::SERVICE_UNAVAILABLE)
    } else if response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        pages.plain(&kept, Screen::Refused, StatusCode::BAD_REQUEST)
    } else {
        pages.plain(&kept, Screen::NotFound, StatusCode::NOT_FOUND)
    }
}

/// Server functions answer a plain form that they can't read with a redirect to its `Referer`,
/// with the error in the address. Where they are told of neither, they answer with the error.
fn without_redirects(mut parts: Parts) -> Parts {
    let view = wants_view(&parts.headers);
    parts.headers.remove(header::REFERER);
    parts.headers.remove(header::ACCEPT);
    if view {
        let json = HeaderValue::from_static("application/json");
        parts.headers.insert(header::ACCEPT, json);
    }
    parts
}

/// The opened invitation's calendar entry; whoever has not identified is led to the invitation.
async fn calendar(State(pages): State<Pages>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let address = parts.uri.path().trim_end_matches(".ics");
    let Place::Invitation(token, _) = Place::at(address) else {
        return pages.plain(&parts, Screen::NotFound, StatusCode::NOT_FOUND);
    };
    match pages.desk.calendar(&pages.visitor(&parts), &token).await {
        Ok(Some(file)) => {
            let name = "attachment; filename=\"invitation.ics\"".to_owned();
            let kind = file.media_type();
            let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)];
            (headers, file.text).into_response()
        }
        Ok(None) => led_to_invitation(&pages, &parts, token).await,
        Err(fault) => {
            fault.log();
            pages.plain(&parts, Screen::Trouble, StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

/// Leads to the invitation that there is to see; where there is none, says so at once, as for any
/// link that is none.
async fn led_to_invitation(pages: &Pages, parts: &Parts, token: InvitationToken) -> Response {
    let there = Step::Invitation.path(token.as_str());
    let place = Place::Invitation(token, Some(Step::Invitation));
    match pages.desk.look(&pages.visitor(parts), place).await {
        Ok(answer) if answer.status == StatusCode::NOT_FOUND => pages.written(parts, answer),
        Ok(_) => Redirect::to(&there).into_response(),
        Err(Unavailable) => pages.plain(parts, Screen::Trouble, StatusCode::SERVICE_UNAVAILABLE),
    }
}

/// Puts what the guards refuse, or what broke, into words that a person or a system can read.
pub async fn dress(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let kept = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    let status = response.status();
    let bare = !response.headers().contains_key(header::CONTENT_TYPE);
    if !bare || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let dressed = if api::is_at(kept.uri.path()) || hooks::is_at(kept.uri.path()) {
        refused(status)
    } else if status.is_server_error() {
        pages.plain(&kept, Screen::Trouble, status)
    } else {
        pages.plain(&kept, Screen::Refused, status)
    };
    let (mut head, _) = response.into_parts();
    let (dress, body) = dressed.into_parts();
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.extend(dress.headers);
    Response::from_parts(head, body)
}

/// A refusal, as systems read it.
fn refused(status: StatusCode) -> Response {
    let problem = ApiProblem::new(status, "The request was refused.");
    if status == StatusCode::SERVICE_UNAVAILABLE {
        problem.wait(api::RETRY_AFTER).into_response()
    } else {
        problem.into_response()
    }
}

/// Answers where no route leads: a link may have something behind it that makes it longer.
async fn nowhere(State(pages): State<Pages>, request: Request) -> Response {
    let looks = matches!(*request.method(), Method::GET | Method::HEAD);
    if looks && matches!(Place::at(request.uri().path()), Place::Invitation(..)) {
        return look(State(pages), request).await;
    }
    let (parts, _) = request.into_parts();
    pages.plain(&parts, Screen::NotFound, StatusCode::NOT_FOUND)
}

async fn not_allowed(State(pages): State<Pages>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    pages.plain(&parts, Screen::Refused, StatusCode::METHOD_NOT_ALLOWED)
}
