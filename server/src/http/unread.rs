//! The unread body of a refused request.
//!
//! A client that keeps a connection open sends the next request on it, perhaps another person's. So the
//! unread body is read and dropped if that is quick. Otherwise the response closes the connection (RFC 9112,
//! 9.6).

use super::connections::Busy;
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

/// The maximum size of what is read and dropped. In bytes. As much as a proxy may pass on.
const MOST: u64 = 2 * 1024 * 1024;

/// The time limit for that. The response waits for it.
const SOON: Duration = Duration::from_secs(1);

/// A request's body, which a handler may leave unfinished.
#[derive(Clone)]
pub(super) struct Rest(Arc<Mutex<Left>>);

struct Left {
    body: Incoming,
    /// `true` if the client waits to be asked for the body.
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

    /// Makes the connection ready for the next request, or marks the response with `Connection: close`.
    pub(super) async fn settle(self, answer: &mut HeaderMap) {
        if !self.read_out().await {
            answer.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }

    /// Reads the body to its end. `false` if that would take too long.
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
