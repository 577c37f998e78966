//! The pages, and the forms that are posted to them.
//!
//! The backend supplies a page's view before it is rendered, so pages are pure functions of it. The hydrated
//! app requests the same addresses as JSON.
//!
//! A session's value is replaced when its proof changes. Another tab may still send the old one. It is led to
//! ask once more, and then sends the value that the browser has by then.

use super::{
    api::{self, problem::ApiProblem},
    callbacks,
    first_pages::FirstPages,
    headers, lobby, progress, report, room_ticket, signal,
    sse_limits::Listeners,
    visitor::{AnswerForm, CurrentVisitor},
    webhooks,
};
use crate::state::AppState;
use app::{
    App, Bundle, Document,
    backend::{Backend, COOKIE_SET, PageRef, PageResponse, SharedBackend, Unavailable, Visitor},
    document,
    fields::InvitationToken,
    server_fns::wants_view,
    steps::Step,
    wire::{Notice, Screen, contradictions},
};
use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use leptos::{prelude::provide_context, server_fn::error::SERVER_FN_ERROR_HEADER};
use leptos_axum::{generate_route_list, handle_server_fns_with_context};
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// The query of an address that is requested for the second time.
pub(super) const AGAIN: &str = "again";

/// The time that a response with a new session value may take to arrive.
const LEARNT_WITHIN: Duration = Duration::from_secs(1);

/// The dependencies of the pages.
#[derive(Clone)]
pub struct Pages {
    pub(super) state: AppState,
    head: fn(&str, Option<Bundle>) -> String,
    pub(super) listeners: Listeners,
    first: FirstPages,
}

impl Pages {
    /// Creates the pages. `head` returns the tags for a nonce: the style, and a bundle.
    pub fn new(state: AppState, head: fn(&str, Option<Bundle>) -> String) -> Self {
        Self { state, head, listeners: Listeners::default(), first: FirstPages::default() }
    }

    /// Returns a page about the request itself rather than about an invitation.
    pub(super) fn plain(&self, form: &AnswerForm, screen: Screen, status: StatusCode) -> Response {
        // The page does not need its address, which may be a malformed link.
        let answer = self.state.bare(screen, "/".to_owned(), form.language, status.as_u16());
        let mut response = self.written(form, &answer);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            let soon = HeaderValue::from(api::RETRY_AFTER);
            response.headers_mut().insert(header::RETRY_AFTER, soon);
        }
        response
    }

    /// Renders an answer in its form.
    pub(super) fn written(&self, form: &AnswerForm, answer: &PageResponse) -> Response {
        debug_assert_eq!(contradictions(&answer.view), Vec::<&str>::new());
        let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
        // Phones and the browsers within apps get other pages than computers.
        let vary = (header::VARY, HeaderValue::from_static("Accept, User-Agent"));
        if form.view {
            return (status, [vary], Json(&answer.view)).into_response();
        }
        // A page of ours leads on, because the policy permits forms to lead to our own origin only.
        let leaving = match &answer.view.screen {
            Screen::Room(room) => Some(&room.url),
            Screen::Provider(leaving) => Some(&leaving.url),
            _ => None,
        };
        let leaving = leaving.and_then(|url| HeaderValue::from_str(&format!("0; url={url}")).ok());
        let nonce = form.nonce.as_str();
        let head = (self.head)(nonce, Bundle::of(&answer.view));
        let meets = answer.view.screen.uses_devices();
        let (view, content) = (&answer.view, self.first.content(&answer.view));
        let page = document(&Document { view, content: &content, head, nonce: nonce.to_owned() });
        let mut response = (status, [vary], Html(page)).into_response();
        if meets {
            let signal = self.state.signal_origins();
            headers::allow_conference(&mut response, &form.nonce, &signal);
        }
        if let Some(leaving) = leaving {
            response.headers_mut().insert(header::REFRESH, leaving);
        }
        response
    }
}

/// Returns the routes of pages and forms, and the fallback.
pub fn routes(pages: &Pages) -> Router {
    let site_map = generate_route_list(App);
    site_map
        .iter()
        .fold(Router::new(), |routes, page| routes.route(page.path(), get(look)))
        .route("/m/{token}/invitation.ics", get(calendar))
        .merge(progress::routes())
        .merge(lobby::routes())
        .merge(callbacks::routes())
        .merge(report::routes())
        .merge(room_ticket::routes())
        .route("/room/{server}/signal", get(signal::signal))
        .route("/do/{*call}", post(act))
        .method_not_allowed_fallback(not_allowed)
        .fallback(nowhere)
        .with_state(pages.clone())
}

/// Shows a page: asks the backend for its view and renders it as HTML or JSON.
async fn look(
    State(pages): State<Pages>,
    CurrentVisitor(visitor): CurrentVisitor,
    form: AnswerForm,
    uri: Uri,
) -> Response {
    let place = PageRef::at(uri.path());
    let by_hand = !form.view;
    let query = uri.query();
    let cookie_set = query == Some(COOKIE_SET);
    let visitor = Visitor { is_navigation: by_hand, cookie_set, ..visitor };
    let path = place.path();
    if cookie_set && visitor.keeps_cookies() && matches!(place, PageRef::Invitation(..)) {
        return Redirect::to(&path).into_response();
    }
    let follows = follows_identification(&place);
    match pages.state.page(&visitor, place).await {
        Ok(answer)
            if by_hand && follows && query != Some(AGAIN) && is_unknown(&visitor, &answer) =>
        {
            once_more(&path).await
        }
        Ok(answer) => pages.written(&form, &answer),
        Err(Unavailable) => {
            pages.plain(&form, Screen::Unavailable, StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

/// `true` if the browser may be led to this page, or reload it, at the moment of an identification.
const fn follows_identification(place: &PageRef) -> bool {
    let PageRef::Invitation(_, Some(step)) = place else { return false };
    step.is_inside() || matches!(step, Step::BankIdElsewhere | Step::BankIdHere | Step::Provider)
}

/// `true` if the browser has sent the value of a session that does not exist.
fn is_unknown(visitor: &Visitor, answer: &PageResponse) -> bool {
    visitor.session.is_some() && answer.view.notice == Some(Notice::StartHere)
}

/// Redirects the browser to the same address after a moment. Another tab may just have proven something,
/// which changes the session's value. The browser then sends the new value. The old value opens nothing.
pub(super) async fn once_more(address: &str) -> Response {
    sleep(LEARNT_WITHIN).await;
    let mark = if address.contains('?') { "&" } else { "?" };
    Redirect::to(&[address, mark, AGAIN].concat()).into_response()
}

/// Runs the server function of a posted form. A malformed form gets an error that repeats nothing of it.
async fn act(
    State(pages): State<Pages>,
    CurrentVisitor(visitor): CurrentVisitor,
    form: AnswerForm,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    if !is_form(&parts.headers) {
        return pages.plain(&form, Screen::BadRequest, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let gate: SharedBackend = Arc::new(pages.state.clone());
    let context = move || {
        provide_context(SharedBackend::clone(&gate));
        provide_context(visitor.clone());
    };
    let request = Request::from_parts(without_redirects(parts), body);
    let response = handle_server_fns_with_context(context, request).await.into_response();
    let answered = [header::LOCATION, header::CONTENT_LOCATION]
        .iter()
        .any(|name| response.headers().contains_key(name));
    if answered {
        response
    } else if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        pages.plain(&form, Screen::Unavailable, StatusCode::SERVICE_UNAVAILABLE)
    } else if response.status() == StatusCode::FORBIDDEN {
        pages.plain(&form, Screen::BadRequest, StatusCode::FORBIDDEN)
    } else if response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        pages.plain(&form, Screen::BadRequest, StatusCode::BAD_REQUEST)
    } else {
        pages.plain(&form, Screen::NotFound, StatusCode::NOT_FOUND)
    }
}

/// `true` if a request's content is a plain form.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"))
}

/// Removes the headers that make a server function redirect. It answers a malformed plain form with a
/// redirect to its `Referer`, with the error in the address. Without these headers it responds with the
/// error.
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

/// Returns the calendar entry of the opened invitation. Redirects a visitor who has not identified to the
/// invitation.
async fn calendar(
    State(pages): State<Pages>,
    CurrentVisitor(visitor): CurrentVisitor,
    form: AnswerForm,
    uri: Uri,
) -> Response {
    let address = uri.path().trim_end_matches(".ics");
    let PageRef::Invitation(token, _) = PageRef::at(address) else {
        return pages.plain(&form, Screen::NotFound, StatusCode::NOT_FOUND);
    };
    match pages.state.calendar(&visitor, &token).await {
        Ok(Some(file)) => {
            let name = "attachment; filename=\"invitation.ics\"".to_owned();
            let kind = file.media_type();
            let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)];
            (headers, file.text).into_response()
        }
        Ok(None) => led_to_invitation(&pages, &visitor, &form, token).await,
        Err(fault) => {
            fault.log();
            pages.plain(&form, Screen::Unavailable, StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

/// Redirects to the invitation. If there is none, responds at once, as for any invalid link.
async fn led_to_invitation(
    pages: &Pages,
    visitor: &Visitor,
    form: &AnswerForm,
    token: InvitationToken,
) -> Response {
    let there = Step::Invitation.path(token.as_str());
    let place = PageRef::Invitation(token, Some(Step::Invitation));
    match pages.state.page(visitor, place).await {
        Ok(answer) if answer.status == StatusCode::NOT_FOUND => pages.written(form, &answer),
        Ok(_) => Redirect::to(&there).into_response(),
        Err(Unavailable) => pages.plain(form, Screen::Unavailable, StatusCode::SERVICE_UNAVAILABLE),
    }
}

/// The form that the answer to a request has if it is refused or fails: a page for people, problem details for
/// systems.
pub(super) struct RefusalForm {
    form: AnswerForm,
    for_systems: bool,
}

impl Pages {
    /// Returns the form for a request.
    pub(super) fn refusal_form(&self, request: &Request) -> RefusalForm {
        let path = request.uri().path();
        RefusalForm {
            form: AnswerForm::of(request.headers(), request.extensions(), self),
            for_systems: api::is_at(path) || webhooks::is_at(path),
        }
    }

    /// Turns a refusal or fault without content into a page or problem details.
    pub(super) fn dress(&self, response: Response, refusal: &RefusalForm) -> Response {
        let status = response.status();
        let bare = !response.headers().contains_key(header::CONTENT_TYPE);
        if !bare || !(status.is_client_error() || status.is_server_error()) {
            return response;
        }
        let dressed = if refusal.for_systems {
            refused(status)
        } else if status.is_server_error() {
            self.plain(&refusal.form, Screen::Unavailable, status)
        } else {
            self.plain(&refusal.form, Screen::BadRequest, status)
        };
        let (mut head, _) = response.into_parts();
        let (dress, body) = dressed.into_parts();
        head.headers.remove(header::CONTENT_LENGTH);
        head.headers.extend(dress.headers);
        Response::from_parts(head, body)
    }
}

/// Returns the problem details of a refusal.
fn refused(status: StatusCode) -> Response {
    let problem = ApiProblem::new(status, "The request was refused.");
    if status == StatusCode::SERVICE_UNAVAILABLE {
        problem.wait(api::RETRY_AFTER).into_response()
    } else {
        problem.into_response()
    }
}

/// Answers unknown addresses. Text that follows a link may have made it longer.
async fn nowhere(
    State(pages): State<Pages>,
    visitor: CurrentVisitor,
    form: AnswerForm,
    method: Method,
    uri: Uri,
) -> Response {
    let looks = matches!(method, Method::GET | Method::HEAD);
    if looks && matches!(PageRef::at(uri.path()), PageRef::Invitation(..)) {
        return look(State(pages), visitor, form, uri).await;
    }
    pages.plain(&form, Screen::NotFound, StatusCode::NOT_FOUND)
}

async fn not_allowed(State(pages): State<Pages>, form: AnswerForm) -> Response {
    pages.plain(&form, Screen::BadRequest, StatusCode::METHOD_NOT_ALLOWED)
}
