//! HTTP: pages, forms, the API, and the middleware and server around them.

pub mod api;
pub mod assets;
pub mod bodies;
pub mod brand;
pub mod client_ip;
mod conversation;
mod crowd;
pub mod demo_guard;
mod device;
pub mod guard;
pub mod headers;
pub mod health;
pub mod hooks;
mod host;
pub mod limits;
mod listeners;
pub mod pages;
mod progress;
mod returns;
pub mod serve;
pub mod session_cookie;
mod stream;
mod unread;

use crate::{
    config::{Config, Mode},
    logs,
};
use axum::{Router, middleware::from_fn, middleware::from_fn_with_state};

/// Adds the middleware around the routes. Every response gets the headers, refusals included. A refused
/// request reaches neither its route nor the reader of its body. `dress` turns refusals into pages or problem
/// details.
pub fn guarded(
    routes: Router,
    config: &Config,
    requests: logs::Requests,
    nonces: headers::Nonces,
    dress: impl FnOnce(Router) -> Router,
) -> Router {
    let http = &config.http;
    let demo = config.mode == Mode::Demo;
    let ours = if demo {
        guard::Ours::AsAddressed
    } else {
        guard::Ours::Fixed(http.public_url.as_str().into())
    };
    let routes = routes
        .layer(from_fn(limits::path))
        .layer(from_fn_with_state(bodies::Bodies::default(), limits::body))
        .layer(from_fn_with_state(client_ip::Proxies::new(&http.trusted_proxies), client_ip::find))
        .layer(from_fn_with_state(ours, guard::refuse_foreign));
    let routes = if demo {
        let port = demo_guard::Port(http.listen.port());
        routes.layer(from_fn_with_state(port, demo_guard::refuse_others))
    } else {
        routes
    };
    let headers = headers::Headers::new(http.public_url.is_https(), nonces);
    dress(routes.layer(limits::time()).layer(limits::panics()))
        .layer(from_fn_with_state(requests, logs::request))
        .layer(from_fn_with_state(headers, headers::add))
}

#[cfg(test)]
mod tests;
