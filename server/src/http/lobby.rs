//! The waiting room of a built-in room, as server-sent events or on request.
//!
//! The stream sends the waiting room as its visitor sees it, and again whenever that changes. It reads after news of
//! the meeting, which the watcher of waiting rooms finds for other servers too, and now and then: time alone makes a
//! host away and ends sessions.

use super::{
    pages::Pages,
    told::{Asked, Told},
};
use crate::{clock::Stopwatch, identification::lobby::Listened};
use app::{backend::Visitor, fields::InvitationToken, wire::Lobby};
use axum::{Router, extract::State, response::Response, routing::get};
use std::{sync::Arc, time::Duration};
use tokio::{sync::broadcast, time};

/// The time without news after which the waiting room is read.
const READ_EVERY: Duration = Duration::from_secs(10);

/// The time that a connection lasts. The page then opens another.
const LASTS: Duration = Duration::from_mins(10);

/// Returns the route.
pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/m/{token}/lobby", get(lobby))
}

async fn lobby(State(pages): State<Pages>, asked: Asked) -> Response {
    // Before the state is read: a change after it is then news.
    let news = pages.state.lobby_changed.subscribe();
    let heard = pages.state.listen(&asked.visitor, &asked.token).await;
    let listening = |heard| Listening {
        pages: pages.clone(),
        visitor: asked.visitor.clone(),
        token: asked.token.clone(),
        news,
        heard,
        begun: Stopwatch::start(),
    };
    let read = heard.map(|heard| heard.map(listening));
    asked.answer(&pages, read)
}

/// The state of a stream of events.
struct Listening {
    pages: Pages,
    visitor: Visitor,
    token: InvitationToken,
    news: broadcast::Receiver<Arc<str>>,
    /// The waiting room as it was sent last.
    heard: Listened,
    begun: Stopwatch,
}

impl Told for Listening {
    type News = Lobby;

    fn news(&self) -> &Lobby {
        &self.heard.lobby
    }

    fn is_last(&self) -> bool {
        false
    }

    /// Waits until the waiting room is another one. `None` once the visitor may no longer hear of it.
    async fn go_on(&mut self) -> Option<()> {
        loop {
            if self.begun.elapsed() >= LASTS {
                return None;
            }
            // Without news it is read all the same.
            time::timeout(READ_EVERY, self.changed()).await.ok();
            // Its state is large, and takes memory only while it reads.
            let read = Box::pin(self.pages.state.listen(&self.visitor, &self.token));
            let heard = match read.await {
                Ok(heard) => heard?,
                // The connection ends, and the page reconnects.
                Err(fault) => {
                    fault.log();
                    return None;
                }
            };
            if heard.lobby != self.heard.lobby {
                self.heard = heard;
                return Some(());
            }
        }
    }
}

impl Listening {
    /// Waits for news of the meeting.
    async fn changed(&mut self) {
        loop {
            match self.news.recv().await {
                Ok(meeting) if *meeting != *self.heard.meeting => {}
                // News of this meeting, or so many that some were missed.
                _ => break,
            }
        }
    }
}
