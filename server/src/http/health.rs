//! Whether the process lives and can do its work, for those who watch over it.

use axum::{Router, http::StatusCode, routing::get};
use std::time::Duration;

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// `/healthz`, which the process itself answers, and `/readyz`, which asks `ready`; it says in a word
/// what is wrong.
pub fn routes<F, R>(ready: F) -> Router
where
    F: Fn() -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<(), &'static str>> + Send,
{
    let readiness = async move || {
        let wrong = match tokio::time::timeout(PATIENCE, ready()).await {
            Ok(Ok(())) => return (StatusCode::OK, "ready\n".to_owned()),
            Ok(Err(wrong)) => wrong,
            Err(_) => "database",
        };
        (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {wrong}\n"))
    };
    Router::new().route("/healthz", get(async || "alive\n")).route("/readyz", get(readiness))
}
