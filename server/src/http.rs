//! HTTP: pages, forms, the API, and the middleware and server around them.
//!
//! A request passes these checks in one layer (`middleware.rs`), from the outside in:
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
mod first_pages;
pub mod headers;
pub mod health;
mod host;
mod in_app;
pub mod limits;
mod lobby;
pub mod metrics;
mod middleware;
pub mod pages;
mod progress;
mod report;
pub mod request_log;
mod room_ticket;
pub mod serve;
mod signal;
mod sse_limits;
mod stream;
mod told;
mod unread;
mod visitor;
pub mod webhooks;

use crate::config::{Config, Mode};
use axum::{Router, middleware::from_fn_with_state};
use middleware::Middleware;
use std::sync::Arc;

/// Adds the middleware around the routes. Every response gets the headers, refusals included. A refused
/// request reaches neither its route nor the reader of its body. `pages` turn refusals into pages or problem
/// details.
pub fn with_middleware(
    routes: Router,
    config: &Config,
    requests: request_log::Requests,
    nonces: headers::Nonces,
    pages: Option<pages::Pages>,
) -> Router {
    let http = &config.http;
    let demo = config.mode == Mode::Demo;
    let middleware = Middleware {
        headers: headers::Headers::new(http.public_url.is_https(), nonces),
        requests,
        pages,
        demo: demo.then(|| demo_guard::Port(http.listen.port())),
        origin: if demo {
            csrf::OwnOrigin::AsAddressed
        } else {
            csrf::OwnOrigin::Fixed {
                pages: http.public_url.as_str().into(),
                signals_elsewhere: config.room.signal_url != http.public_url,
            }
        },
        proxies: client_ip::Proxies::new(&http.trusted_proxies),
        bodies: bodies::Bodies::default(),
    };
    routes.layer(from_fn_with_state(Arc::new(middleware), middleware::pass))
}

#[cfg(test)]
mod tests;
