//! The progress of a BankID identification, as server-sent events or on request.
//!
//! The stream sends a `Progress` each second, and at once when the poller has news of the order. It holds the
//! status and the QR code of that second. The server draws the QR code, so the order's secret never leaves
//! it. Between two pieces of news only the QR code changes, so it is drawn from what was read before.

use super::{
    pages::Pages,
    told::{Asked, Told},
};
use crate::identification::progress::Followed;
use app::{
    backend::Visitor,
    fields::InvitationToken,
    wire::{Progress, Stage},
};
use axum::{Router, extract::State, response::Response, routing::get};
use std::{sync::Arc, time::Duration};
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

async fn progress(State(pages): State<Pages>, asked: Asked) -> Response {
    // Before the progress is read: a change after it is then news.
    let news = pages.state.progressed.subscribe();
    let first = pages.state.progress(&asked.visitor, &asked.token).await;
    let telling = |followed| Telling {
        pages: pages.clone(),
        visitor: asked.visitor.clone(),
        token: asked.token.clone(),
        news,
        followed,
        told: 1,
    };
    let read = first.map(|first| first.map(telling));
    asked.answer(&pages, read)
}

/// The state of a stream of events.
struct Telling {
    pages: Pages,
    visitor: Visitor,
    token: InvitationToken,
    news: broadcast::Receiver<Arc<[String]>>,
    /// The progress that is sent next, or was sent last.
    followed: Followed,
    /// The number of events, with the one that is due.
    told: u32,
}

impl Told for Telling {
    type News = Progress;

    fn news(&self) -> &Progress {
        &self.followed.progress
    }

    fn is_last(&self) -> bool {
        matches!(self.followed.progress.stage, Stage::Over | Stage::Done | Stage::Return)
            || self.told >= MOST
    }

    /// Waits a second, or for news of the order, and takes over what is new. `None` if there is no progress to
    /// read.
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
        };
        let state = &self.pages.state;
        let due = self.told == READ_FIRST || self.told.is_multiple_of(READ_EVERY);
        self.told += 1;
        if !news && !due {
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
