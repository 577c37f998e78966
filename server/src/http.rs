//! HTTP: pages, forms, the API, and the middleware and server around them.
//!
//! A request passes these layers, from the outside in:
//!
//! 1. headers and nonce
//! 2. request log
//! 3. rendering of refusals
//! 4. panics
//! 5. time limit
//! 6. in a demo, the demo's check
//! 7. CSRF check
//! 8. client address
//! 9. body limits
//!
//! A visitor leaves for the room or for a provider from our own page. It is a 200 with a `Refresh` header and
//! a link. A redirect in response to a form's POST would break `form-action 'self'`.

pub mod api;
pub mod assets;
pub mod bodies;
pub mod brand;
mod callbacks;
pub mod client_ip;
mod connections;
mod conversation;
pub mod csrf;
pub mod demo_guard;
mod device;
pub mod headers;
pub mod health;
mod host;
pub mod limits;
pub mod metrics;
pub mod pages;
mod progress;
pub mod request_log;
pub mod serve;
mod sse_limits;
mod stream;
mod unread;
mod visitor;
pub mod webhooks;

use crate::config::{Config, Mode};
use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
};

/// Adds the middleware around the routes. Every response gets the headers, refusals included. A refused
/// request reaches neither its route nor the reader of its body. `dress` turns refusals into pages or problem
/// details.
pub fn with_middleware(
    routes: Router,
    config: &Config,
    requests: request_log::Requests,
    nonces: headers::Nonces,
    dress: impl FnOnce(Router) -> Router,
) -> Router {
    let http = &config.http;
    let demo = config.mode == Mode::Demo;
    let ours = if demo {
        csrf::OwnOrigin::AsAddressed
    } else {
        csrf::OwnOrigin::Fixed(http.public_url.as_str().into())
    };
    let routes = routes
        .layer(from_fn(limits::path))
        .layer(from_fn_with_state(bodies::Bodies::default(), limits::body))
        .layer(from_fn_with_state(client_ip::Proxies::new(&http.trusted_proxies), client_ip::find))
        .layer(from_fn_with_state(ours, csrf::reject_cross_origin));
    let routes = if demo {
        let port = demo_guard::Port(http.listen.port());
        routes.layer(from_fn_with_state(port, demo_guard::refuse_others))
    } else {
        routes
    };
    let headers = headers::Headers::new(http.public_url.is_https(), nonces);
    dress(routes.layer(limits::time()).layer(limits::panics()))
        .layer(from_fn_with_state(requests, request_log::log_request))
        .layer(from_fn_with_state(headers, headers::add))
}

#[cfg(test)]
mod tests;
