//! Anslut: from an invitation in the mail to a secure video meeting.

use axum::Router;
use config::Config;

pub mod commands;
pub mod config;
pub mod http;
pub mod logs;

/// Builds the service from its configuration.
pub fn build(config: &Config) -> Router {
    // The seam: the pages, the desk and the store join here, and nonces come from `keys`.
    http::guarded(http::health::routes(async || true), config, || None)
}
