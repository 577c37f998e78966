//! What a refusal leaves of a request.
//!
//! Somebody who keeps a connection open sends the next request into it, which may be another person's. So what
//! was not read of a request's body is read and dropped, as long as that is soon done. Else the answer says
//! that the connection ends (RFC 9112, 9.6).

use super::crowd::Busy;
use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, header},
};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use std::{
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::time::timeout;

/// The most that is read and dropped: what a proxy may pass on.
const MOST: u64 = 2 * 1024 * 1024;

/// How long that may take: an answer waits for it.
const SOON: Duration = Duration::from_secs(1);

/// A request's body, which whoever answers may leave in the middle.
#[derive(Clone)]
pub(super) struct Rest(Arc<Mutex<Left>>);

struct Left {
    body: Incoming,
    /// Whether the client said that it waits until it is asked for the body.
    awaits: bool,
    asked: bool,
    end: End,
    busy: Arc<Busy>,
}

#[derive(Clone, Copy, PartialEq)]
enum End {
    NotYet,
    Reached,
    BrokenOff,
}

impl Rest {
    pub(super) fn new(body: Incoming, headers: &HeaderMap, busy: Arc<Busy>) -> Self {
        let awaits = headers.contains_key(header::EXPECT);
        Self(Arc::new(Mutex::new(Left { body, awaits, asked: false, end: End::NotYet, busy })))
    }

    /// Sees to it that the connection can go on after an answer, or that the answer says that it can't.
    pub(super) async fn settle(self, answer: &mut HeaderMap) {
        if !self.read_out().await {
            answer.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }

    /// Reads the body to its end; false where that is not to be done soon.
    async fn read_out(mut self) -> bool {
        {
            let left = self.left();
            match left.end {
                End::BrokenOff => return false,
                End::Reached => return true,
                End::NotYet if left.body.is_end_stream() => return true,
                End::NotYet if left.awaits && !left.asked => return false,
                End::NotYet if left.body.size_hint().lower() > MOST => return false,
                End::NotYet => {}
            }
        }
        let dropped = async {
            let mut read = 0;
            while let Some(frame) = poll_fn(|cx| Pin::new(&mut self).poll_frame(cx)).await {
                let Ok(frame) = frame else { return false };
                read += frame.data_ref().map_or(0, |data| data.len() as u64);
                if read > MOST {
                    return false;
                }
            }
            true
        };
        timeout(SOON, dropped).await.unwrap_or(false)
    }

    fn left(&self) -> MutexGuard<'_, Left> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Body for Rest {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let mut left = self.left();
        left.asked = true;
        let polled = Pin::new(&mut left.body).poll_frame(cx);
        if polled.is_pending() {
            left.busy.waits();
        } else {
            left.busy.works();
        }
        let frame = ready!(polled);
        match &frame {
            None => left.end = End::Reached,
            Some(Err(_)) => left.end = End::BrokenOff,
            Some(Ok(_)) => {}
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.left().body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.left().body.size_hint()
    }
}
