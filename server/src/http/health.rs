//! Whether the process lives and can do its work, for those who watch over it.

use crate::clock::Stopwatch;
use axum::{Router, http::StatusCode, routing::get};
use std::{future::Future, sync::Arc, time::Duration};
use tokio::{sync::Mutex, time::timeout};

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long what it answered holds: whoever asks without end costs it no more than that.
const HOLDS: Duration = Duration::from_secs(1);

/// What the database answered last, and when.
type Last = Arc<Mutex<Option<(Stopwatch, bool)>>>;

/// `/healthz`, which the process itself answers, and `/readyz`, which asks the database by `ready`.
pub fn routes<F, R>(ready: F) -> Router
where
    F: Fn() -> R + Clone + Send + Sync + 'static,
    R: Future<Output = bool> + Send,
{
    let last = Last::default();
    let readiness = async move || match timeout(PATIENCE, asked(&last, ready)).await {
        Ok(true) => (StatusCode::OK, "ready\n"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n"),
    };
    Router::new().route("/healthz", get(async || "alive\n")).route("/readyz", get(readiness))
}

/// Asks the database, one at a time, unless it has just answered.
async fn asked<R: Future<Output = bool>>(last: &Last, ready: impl Fn() -> R) -> bool {
    let mut last = last.lock().await;
    if let Some((at, answer)) = *last
        && at.elapsed() < HOLDS
    {
        return answer;
    }
    let answer = ready().await;
    *last = Some((Stopwatch::start(), answer));
    answer
}
