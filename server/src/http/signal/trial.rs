//! A connection that is only tried out.

use super::{End, LARGEST, media, read, send};
use crate::{
    conference::{Conferences, Pace, ticket::Ticket},
    rooms::Engine,
    state::AppState,
};
use ::sfu::{Event, RoomId};
use app::wire::signal::{Close, FromServer};
use axum::extract::ws::WebSocket;
use std::time::Duration;
use tokio::{sync::mpsc, time::timeout};

/// The time for which a connection can be tried out.
const CHECKED: Duration = Duration::from_secs(30);

/// Lets a browser try out its connection for a while. Nobody hears it.
pub(super) async fn hold(
    state: &AppState,
    conferences: &Conferences,
    socket: &mut WebSocket,
    (ticket, engine): (&Ticket, Engine),
    offer: &str,
) -> End {
    let Some(_trial) = conferences.trials.begin(&ticket.person.session) else {
        return Close::TooMany.into();
    };
    let connection = conferences.next_media();
    let (sender, mut events) = mpsc::unbounded_channel();
    let (room, now) = (format!("check-{}", ticket.id), state.clock.now());
    let joined = match engine {
        Engine::Sfu => {
            media::join(conferences, RoomId(room.clone()), connection, offer, sender.clone()).await
        }
        Engine::LiveKit => media::let_in(conferences, (&room, "1", ""), (now, now + CHECKED)).await,
    };
    let answer = match joined {
        Ok(answer) => answer,
        Err(end) => return end,
    };
    // The SFU keeps a sender. Without another one, its end would not be noticed.
    let _kept = (engine == Engine::LiveKit).then_some(sender);
    let mut pace = Pace::new(state.clock.now());
    let closes_at = (now + CHECKED).unix_seconds();
    let welcome = FromServer::Welcome { you: 1, answer, seats: Vec::new(), closes_at };
    let trial = async {
        if let Err(end) = send(socket, &welcome).await {
            return end;
        }
        loop {
            tokio::select! {
                read = read(socket, LARGEST) => match read {
                    Ok(_) if pace.allows(state.clock.now()) => {}
                    Ok(_) => return Close::TooMany.into(),
                    Err(end) => return end,
                },
                event = events.recv() => {
                    if matches!(event, None | Some(Event::Closed)) {
                        return Close::Silent.into();
                    }
                }
            }
        }
    };
    let end = timeout(CHECKED, trial).await.unwrap_or_else(|_| Close::Ended.into());
    match engine {
        Engine::Sfu => conferences.engines.leave(connection),
        Engine::LiveKit => conferences.retired.add(room),
    }
    end
}
