//! How an identification goes: told to the page every second, or when it asks.

use super::{pages::Pages, serve::Stopping};
use crate::desk::Fault;
use app::{
    fields::InvitationToken,
    gate::Visitor,
    wire::{Progress, Stage},
};
use axum::{
    Json, Router,
    extract::{Path, Request, State},
    http::{StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
    routing::get,
};
use futures_util::stream::{self, Stream};
use std::{convert::Infallible, time::Duration};
use tokio::time;

/// How often the page is told: as often as the QR code changes.
const EVERY: Duration = Duration::from_secs(1);

/// The most that one connection tells; the page then asks for another.
const MOST: u32 = 300;

/// The route.
pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/m/{token}/progress", get(progress))
}

async fn progress(
    State(pages): State<Pages>,
    path: Option<Path<String>>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let token = path.and_then(|Path(token)| InvitationToken::parse(&token));
    let Some(token) = token else { return StatusCode::NOT_FOUND.into_response() };
    let visitor = pages.visitor(&parts);
    let streamed = parts
        .headers
        .get(header::ACCEPT)
        .is_some_and(|accept| accept.as_bytes().starts_with(b"text/event-stream"));
    if streamed {
        let stopping = parts.extensions.get::<Stopping>().cloned();
        return Sse::new(told(pages, visitor, token, stopping)).into_response();
    }
    match pages.desk.progress(&visitor, &token).await {
        Ok(progress) => Json(progress).into_response(),
        Err(fault) => {
            fault.log();
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// What a connection has told.
struct Telling {
    pages: Pages,
    visitor: Visitor,
    token: InvitationToken,
    stopping: Option<Stopping>,
    told: u32,
    last: bool,
}

fn told(
    pages: Pages,
    visitor: Visitor,
    token: InvitationToken,
    stopping: Option<Stopping>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let telling = Telling { pages, visitor, token, stopping, told: 0, last: false };
    stream::unfold(telling, |mut telling| async move {
        if telling.last || telling.told >= MOST {
            return None;
        }
        if telling.told > 0 {
            let progressed = telling.pages.desk.progressed.clone();
            tokio::select! {
                () = time::sleep(EVERY) => {}
                () = progressed.notified() => {}
                // What is told goes on with the process that comes next.
                () = stopped(&mut telling.stopping) => return None,
            }
        }
        telling.told += 1;
        let event = match telling.pages.desk.progress(&telling.visitor, &telling.token).await {
            Ok(progress) => {
                telling.last = matches!(progress.stage, Stage::Over | Stage::Done);
                event(&progress)
            }
            Err(fault) => failed(fault),
        };
        event.map(|event| (Ok(event), telling))
    })
}

fn event(progress: &Progress) -> Option<Event> {
    Event::default().json_data(progress).ok()
}

/// Ends the connection: the page asks again by itself.
fn failed(fault: Fault) -> Option<Event> {
    fault.log();
    None
}

async fn stopped(stopping: &mut Option<Stopping>) {
    match stopping {
        // It changes, or nobody is left who could change it.
        Some(Stopping(told)) => drop(told.changed().await),
        None => std::future::pending().await,
    }
}
