//! Streams of server-sent events, for pages that wait.
//!
//! A stream has a place among those of its session, and ends when the process stops: the page then opens another,
//! or asks for JSON.

use super::{
    serve::{Stopping, stopped},
    sse_limits::Place,
};
use axum::{
    http::HeaderName,
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

struct Telling<T> {
    subject: T,
    stopping: Option<Stopping>,
    begun: bool,
    /// Held as long as the connection lasts.
    _place: Place,
}

/// Returns the response that sends the states of a subject, the present one first.
pub(super) fn told(subject: impl Told, place: Place, stopping: Option<Stopping>) -> Response {
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
