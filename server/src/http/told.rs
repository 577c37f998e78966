//! Streams of server-sent events, for pages that wait.
//!
//! A stream has a place among those of its session, and ends when the process stops: the page then opens another,
//! or asks for JSON.

use super::{
    pages::Pages,
    serve::{Stopping, stopped},
    sse_limits::Place,
    visitor::CurrentVisitor,
};
use crate::state::InternalError;
use app::{accept, backend::Visitor, fields::InvitationToken};
use axum::{
    Json, RequestPartsExt,
    extract::{FromRequestParts, Path},
    http::{HeaderName, StatusCode, request::Parts},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream::{self, Stream};
use serde::Serialize;
use std::{convert::Infallible, time::Duration};

/// The interval of signs of life on a stream without news. A client that is gone is then noticed.
const ALIVE: Duration = Duration::from_secs(15);

/// A subject whose changes a page hears of.
pub(super) trait Told: Send + 'static {
    /// The content of an event.
    type News: Serialize;

    /// Returns the content of the event that is due.
    fn news(&self) -> &Self::News;

    /// `true` if the event that is due is the last one of the connection.
    fn is_last(&self) -> bool;

    /// Waits until another event is due. `None` if there is nothing more to send.
    fn go_on(&mut self) -> impl Future<Output = Option<()>> + Send;
}

/// A request about an invitation's subject: for its state, or for its changes too.
pub(super) struct Asked {
    pub(super) visitor: Visitor,
    pub(super) token: InvitationToken,
    streamed: bool,
    stopping: Option<Stopping>,
}

impl FromRequestParts<Pages> for Asked {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, StatusCode> {
        let path: Option<Path<String>> = parts.extract().await.ok();
        let token = path.and_then(|Path(token)| InvitationToken::parse(&token));
        let Ok(CurrentVisitor(visitor)) = CurrentVisitor::from_request_parts(parts, pages).await;
        Ok(Self {
            visitor,
            token: token.ok_or(StatusCode::NOT_FOUND)?,
            streamed: accept::prefers(&parts.headers, "text/event-stream", "application/json"),
            stopping: parts.extensions.get().cloned(),
        })
    }
}

impl Asked {
    /// Returns the response about a subject as it was read: `None` if there is none for the visitor.
    pub(super) fn answer<T: Told>(
        self,
        pages: &Pages,
        read: Result<Option<T>, InternalError>,
    ) -> Response {
        let subject = match read {
            Ok(Some(subject)) => subject,
            Ok(None) => return StatusCode::NOT_FOUND.into_response(),
            Err(fault) => {
                fault.log();
                return StatusCode::SERVICE_UNAVAILABLE.into_response();
            }
        };
        if !self.streamed {
            return Json(subject.news()).into_response();
        }
        match pages.listeners.place(self.visitor.session.as_deref().unwrap_or_default()) {
            Some(place) => told(subject, place, self.stopping),
            // The page polls instead.
            None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        }
    }
}

struct Telling<T> {
    subject: T,
    stopping: Option<Stopping>,
    begun: bool,
    /// Held as long as the connection lasts.
    _place: Place,
}

/// Returns the response that sends the states of a subject, the present one first.
fn told(subject: impl Told, place: Place, stopping: Option<Stopping>) -> Response {
    let telling = Telling { subject, stopping, begun: false, _place: place };
    // A proxy must not buffer the events.
    let unheld = (HeaderName::from_static("x-accel-buffering"), "no");
    let events = Sse::new(events(telling)).keep_alive(KeepAlive::new().interval(ALIVE));
    ([unheld], events).into_response()
}

fn events<T: Told>(telling: Telling<T>) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(Some(telling), |telling: Option<Telling<T>>| async {
        let mut telling = telling?;
        if telling.begun {
            tokio::select! {
                on = telling.subject.go_on() => on?,
                // The next process continues the stream.
                () = stopped(&mut telling.stopping) => return None,
            }
        }
        telling.begun = true;
        let last = telling.subject.is_last();
        let event = Event::default().json_data(telling.subject.news()).ok()?;
        Some((Ok(event), (!last).then_some(telling)))
    })
}
