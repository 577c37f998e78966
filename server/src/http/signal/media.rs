//! The way of somebody's media into a room, by its engine.

use super::{End, HELLO};
use crate::{
    clock::Time,
    conference::{Conferences, seats::MediaId},
};
use ::sfu::{Event, JoinError, RoomId};
use app::wire::signal::Close;
use tokio::{sync::mpsc, time::timeout};

/// Lets somebody into a room at LiveKit, which is created if it is not there. Returns how the browser reaches it.
pub(super) async fn let_in(
    conferences: &Conferences,
    (room, identity, name): (&str, &str, &str),
    (now, until): (Time, Time),
) -> Result<String, End> {
    let livekit = conferences.engines.livekit.as_ref().ok_or(Close::Moved)?;
    let created = livekit.create_room(room, conferences.most, now).await;
    let access = created.and_then(|()| livekit.access(room, (identity, name), (now, until)));
    // The log has it already.
    access.map_err(|_| Close::NoMedia.into())
}

/// Hands an offer to the SFU. Returns its answer.
pub(super) async fn join(
    conferences: &Conferences,
    room: RoomId,
    media: MediaId,
    offer: &str,
    events: mpsc::UnboundedSender<Event>,
) -> Result<String, End> {
    let sfu = conferences.engines.sfu.as_ref().ok_or(Close::Moved)?;
    match timeout(HELLO, sfu.join(room, media, offer, events)).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(JoinError::Offer(_))) => Err(Close::Malformed.into()),
        Ok(Err(JoinError::Full | JoinError::Stopped)) | Err(_) => Err(Close::Moved.into()),
    }
}
