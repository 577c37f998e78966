//! Health and readiness, for monitoring.

use crate::clock::Stopwatch;
use axum::{Router, http::StatusCode, routing::get};
use std::{sync::Arc, time::Duration};
use tokio::{sync::Mutex, time::timeout};

/// The time limit of the database's answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The time for which an answer is reused. Frequent checks then cost the database no more.
const HOLDS: Duration = Duration::from_millis(500);

/// The readiness. An error names the failing part in a word.
type Readiness = Result<(), &'static str>;

/// The last answer and its time.
type Last = Arc<Mutex<Option<(Stopwatch, Readiness)>>>;

/// Returns the routes `/healthz`, which the process answers alone, and `/readyz`, which calls `ready` and
/// names the failing part in a word.
pub fn routes<F, R>(ready: F) -> Router
where
    F: Fn() -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Readiness> + Send,
{
    let last = Last::default();
    let readiness = async move || {
        let wrong = match timeout(PATIENCE, asked(&last, ready)).await {
            Ok(Ok(())) => return (StatusCode::OK, "ready\n".to_owned()),
            Ok(Err(wrong)) => wrong,
            Err(_) => "database",
        };
        (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {wrong}\n"))
    };
    Router::new().route("/healthz", get(async || "alive\n")).route("/readyz", get(readiness))
}

/// Calls `ready`, one call at a time, unless the last answer is fresh.
async fn asked<R: Future<Output = Readiness>>(last: &Last, ready: impl Fn() -> R) -> Readiness {
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
