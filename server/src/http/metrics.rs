//! The address of the metrics, on a separate listener for the operators' network.

use crate::{
    metrics::{Metrics, Task, label},
    model::{MessageKind, OrderState},
    state::{AppState, InternalError},
    store::{Counts, counts, troubles},
};
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use std::{sync::atomic::Ordering, time::Duration};
use tokio::time::timeout;

/// Time limit for the database. Beyond it the response has all other metrics.
const PATIENCE: Duration = Duration::from_secs(5);

/// The media type of `OpenMetrics`, which Prometheus reads.
const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The states in which the poller follows an order.
const FOLLOWED: [OrderState; 3] = [OrderState::Opening, OrderState::Open, OrderState::Cancelling];

/// Returns the route `/metrics`.
pub fn routes(state: &AppState) -> Router {
    Router::new().route("/metrics", get(scrape)).with_state(state.clone())
}

async fn scrape(State(state): State<AppState>) -> Response {
    let metrics = &state.metrics;
    let answered = match timeout(PATIENCE, ask(&state, metrics)).await {
        Ok(Ok(())) => true,
        Ok(Err(fault)) => {
            fault.log();
            false
        }
        Err(_) => false,
    };
    // One that can only be read is of no use to anybody either.
    let up = answered && state.store.has_room().await.is_ok();
    metrics.database_up.set(i64::from(up));
    if !answered {
        // The values of the last scrape may be out of date.
        metrics.orders.clear();
        metrics.outbox_waiting.clear();
        metrics.outbox_oldest.clear();
    }
    for (trouble, count) in troubles() {
        let series = metrics.database_troubles.get_or_create(&[label("trouble", trouble)]);
        series.inner().store(count, Ordering::Relaxed);
    }
    let Counts { statements, commits, recompiled } = counts();
    metrics.database_statements.inner().store(statements, Ordering::Relaxed);
    metrics.database_commits.inner().store(commits, Ordering::Relaxed);
    metrics.database_recompiled.inner().store(recompiled, Ordering::Relaxed);
    let conferences = state.conferences.as_ref();
    if let Some(sfu) = conferences.and_then(|conferences| conferences.engines.sfu.as_ref()) {
        metrics.rooms.follow(&sfu.counters());
    }
    for task in Task::ALL {
        if let Some(idle) = state.heartbeats.idle(task) {
            metrics.idle.get_or_create(&[label("task", task.name())]).set(idle.as_secs_f64());
        }
    }
    match metrics.encoded() {
        Ok(text) => ([(header::CONTENT_TYPE, MEDIA_TYPE)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Reads the metrics that only the database has.
async fn ask(state: &AppState, metrics: &Metrics) -> Result<(), InternalError> {
    let now = state.clock.now();
    let mut tx = state.store.read().await?;
    let waiting = tx.queue_depths().await?;
    let orders = tx.followed_orders().await?;
    for kind in MessageKind::ALL {
        let found = waiting.iter().find(|it| it.kind == kind.name());
        let labels = [label("kind", kind.name())];
        let count = found.map_or(0, |it| it.messages);
        metrics.outbox_waiting.get_or_create(&labels).set(count);
        let age = found.map_or(Duration::ZERO, |it| now.since(it.oldest));
        metrics.outbox_oldest.get_or_create(&labels).set(age.as_secs_f64());
    }
    for state in FOLLOWED {
        let found = orders.iter().find(|(name, _)| name == state.name());
        let labels = [label("state", state.name())];
        metrics.orders.get_or_create(&labels).set(found.map_or(0, |(_, count)| *count));
    }
    Ok(())
}
