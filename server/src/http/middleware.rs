//! Everything that a request passes before its route, in one layer. Each layer of axum costs a copy of the
//! request's head and an allocation for its future.

use super::{
    bodies::Bodies,
    client_ip::Proxies,
    csrf::{OwnOrigin, reject_cross_origin},
    demo_guard::{Port, refuse_others},
    headers::Headers,
    limits::{read_body, refuse_nul, within_limits},
    pages::Pages,
    request_log::Requests,
};
use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// The settings of all checks.
pub(super) struct Middleware {
    pub(super) headers: Headers,
    pub(super) requests: Requests,
    /// The pages that say why a request was refused. `None` leaves refusals without content.
    pub(super) pages: Option<Pages>,
    /// The port of a demo. `None` in the product.
    pub(super) demo: Option<Port>,
    pub(super) origin: OwnOrigin,
    pub(super) proxies: Proxies,
    pub(super) bodies: Bodies,
}

/// Passes a request to its route, unless it is refused.
pub(super) async fn pass(
    State(this): State<Arc<Middleware>>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(nonce) = this.headers.nonce() else {
        tracing::error!("no randomness for a nonce");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    request.extensions_mut().insert(nonce.clone());
    let mut response = this.requests.log(request, |request| this.answer(request, next)).await;
    this.headers.add(&mut response, &nonce);
    response
}

impl Middleware {
    async fn answer(&self, request: Request, next: Next) -> Response {
        let refusal = self.pages.as_ref().map(|pages| (pages, pages.refusal_form(&request)));
        let response = within_limits(self.checked(request, next)).await;
        match refusal {
            Some((pages, form)) => pages.dress(response, &form),
            None => response,
        }
    }

    async fn checked(&self, mut request: Request, next: Next) -> Response {
        if let Err(status) = self.check(&request) {
            return status.into_response();
        }
        self.proxies.find(&mut request);
        let (request, _held) = match read_body(request, &self.bodies).await {
            Ok(read) => read,
            Err(refused) => return refused,
        };
        match refuse_nul(request.uri().path()) {
            Ok(()) => next.run(request).await,
            Err(status) => status.into_response(),
        }
    }

    fn check(&self, request: &Request) -> Result<(), StatusCode> {
        if let Some(port) = self.demo {
            refuse_others(request, port)?;
        }
        reject_cross_origin(request, &self.origin)
    }
}
