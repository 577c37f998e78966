//! Whether the process lives and can do its work, for those who watch over it.

use crate::clock::Stopwatch;
use axum::{Router, http::StatusCode, routing::get};
use std::{sync::Arc, time::Duration};
use tokio::{sync::Mutex, time::timeout};

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long what it answered holds: whoever asks without end costs it no more than that.
const HOLDS: Duration = Duration::from_millis(500);

/// Whether all is well, or in a word what is not.
type Readiness = Result<(), &'static str>;

/// What was answered last, and when.
type Last = Arc<Mutex<Option<(Stopwatch, Readiness)>>>;

/// `/healthz`, which the process itself answers, and `/readyz`, which asks `ready`; it says in a word
/// what is wrong.
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

/// Asks, one at a time, unless that was just answered.
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
