//! Whether the process lives and can do its work, for those who watch over it.

use axum::{Router, http::StatusCode, routing::get};
use std::{future::Future, time::Duration};

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// `/healthz`, which the process itself answers, and `/readyz`, which asks the database by `ready`.
pub fn routes<F, R>(ready: F) -> Router
where
    F: Fn() -> R + Clone + Send + Sync + 'static,
    R: Future<Output = bool> + Send,
{
    let readiness = async move || match tokio::time::timeout(PATIENCE, ready()).await {
        Ok(true) => (StatusCode::OK, "ready\n"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n"),
    };
    Router::new().route("/healthz", get(async || "alive\n")).route("/readyz", get(readiness))
}
