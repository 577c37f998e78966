//! The progress of a BankID identification, as server-sent events or on request.
//!
//! The stream sends a `Progress` each second, and at once when the poller has news of the order. It holds the
//! status and the QR code of that second. The server draws the QR code, so the order's secret never leaves
//! it. Between two pieces of news only the QR code changes, so it is drawn from what was read before.

use super::{pages::Pages, serve::Stopping, sse_limits::Place, visitor::CurrentVisitor};
use crate::identification::progress::Followed;
use app::{
    accept,
    backend::Visitor,
    fields::InvitationToken,
    wire::{Progress, Stage},
};
use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderName, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
    routing::get,
};
use futures_util::stream::{self, Stream};
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::{sync::broadcast, time};

/// The interval between two events. The QR code changes as often.
const EVERY: Duration = Duration::from_secs(1);

/// The number of events after which the flow is read without news for the first time. By then the poller's
/// looks include its order. Until then nobody has looked for changes by others.
const READ_FIRST: u32 = 2;

/// The number of events after which the flow is read without news, so that its session is touched.
const READ_EVERY: u32 = 10;

/// The maximum number of events a connection. The page then opens another.
const MOST: u32 = 300;

/// Returns the route.
pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/m/{token}/progress", get(progress))
}

async fn progress(
    State(pages): State<Pages>,
    path: Option<Path<String>>,
    CurrentVisitor(visitor): CurrentVisitor,
    stopping: Option<Extension<Stopping>>,
    headers: HeaderMap,
) -> Response {
    let token = path.and_then(|Path(token)| InvitationToken::parse(&token));
    let Some(token) = token else { return StatusCode::NOT_FOUND.into_response() };
    let streamed = accept::prefers(&headers, "text/event-stream", "application/json");
    let first = match pages.state.progress(&visitor, &token).await {
        Ok(Some(first)) => first,
        Ok(None) => return StatusCode::NOT_FOUND.into_response(),
        Err(fault) => {
            fault.log();
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    if !streamed {
        return Json(first.progress).into_response();
    }
    let Some(place) = pages.listeners.place(visitor.session.as_deref().unwrap_or_default()) else {
        // The page polls instead.
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let stopping = stopping.map(|Extension(stopping)| stopping);
    let news = pages.state.progressed.subscribe();
    let telling =
        Telling { pages, visitor, token, stopping, news, followed: first, told: 0, _place: place };
    // A proxy must not buffer the events.
    let unheld = (HeaderName::from_static("x-accel-buffering"), "no");
    ([unheld], Sse::new(told(telling))).into_response()
}

/// The state of a stream of events.
struct Telling {
    pages: Pages,
    visitor: Visitor,
    token: InvitationToken,
    stopping: Option<Stopping>,
    news: broadcast::Receiver<Arc<[String]>>,
    /// The progress that was sent last.
    followed: Followed,
    told: u32,
    /// Held as long as the connection lasts.
    _place: Place,
}

fn told(telling: Telling) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(Some(telling), |telling: Option<Telling>| async {
        let mut telling = telling?;
        if telling.told > 0 {
            telling.go_on().await?;
        }
        telling.told += 1;
        let progress = &telling.followed.progress;
        let last = matches!(progress.stage, Stage::Over | Stage::Done | Stage::Return)
            || telling.told >= MOST;
        let event = event(progress)?;
        Some((Ok(event), (!last).then_some(telling)))
    })
}

impl Telling {
    /// Waits a second, or for news of the order, and takes over what is new. `None` if the process stops or
    /// there is no progress to read.
    async fn go_on(&mut self) -> Option<()> {
        let order = self.followed.order.as_deref();
        let news = async {
            loop {
                match self.news.recv().await {
                    Ok(ids) if !ids.iter().any(|id| Some(id.as_str()) == order) => {}
                    // News of this order, or so many that some were missed.
                    _ => break,
                }
            }
        };
        let news = tokio::select! {
            () = time::sleep(EVERY) => false,
            () = news => true,
            // The next process continues the stream.
            () = stopped(&mut self.stopping) => return None,
        };
        let state = &self.pages.state;
        if !news && self.told != READ_FIRST && !self.told.is_multiple_of(READ_EVERY) {
            state.redraw(&mut self.followed);
            return Some(());
        }
        match state.progress(&self.visitor, &self.token).await {
            Ok(progress) => {
                self.followed = progress?;
                Some(())
            }
            // The connection ends, and the page reconnects.
            Err(fault) => {
                fault.log();
                None
            }
        }
    }
}

fn event(progress: &Progress) -> Option<Event> {
    Event::default().json_data(progress).ok()
}

async fn stopped(stopping: &mut Option<Stopping>) {
    match stopping {
        // The value changes, or nobody is left to change it.
        Some(Stopping(told)) => drop(told.changed().await),
        None => std::future::pending().await,
    }
}
