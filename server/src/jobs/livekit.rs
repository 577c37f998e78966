//! Upkeep of the rooms that this process holds at LiveKit: nobody else stays inside, and nothing stays behind.
//!
//! It compares who is there with who belongs there, again and again, and at once after a change. So what fails is done
//! later, and a token that was copied opens a room for a moment at most.

use crate::{
    clock::{Time, every},
    conference::{Conferences, livekit::LiveKit},
    state::AppState,
};
use std::{future::pending, time::Duration};

/// Time between two looks into each room.
const LOOKED_EVERY: Duration = Duration::from_secs(2);

/// Looks after the rooms of a process. Never returns.
pub(super) async fn keep(state: &AppState) {
    let Some(conferences) = &state.conferences else { return pending().await };
    let Some(livekit) = &conferences.engines.livekit else { return pending().await };
    let mut turns = every(LOOKED_EVERY);
    loop {
        tokio::select! {
            _ = turns.tick() => {}
            () = conferences.retired.changed.notified() => {}
        }
        look(conferences, livekit, state.clock.now()).await;
    }
}

/// Ends what is over. The client logs failures.
async fn look(conferences: &Conferences, livekit: &LiveKit, now: Time) {
    let mut retired = conferences.retired.take();
    while let Some(name) = retired.pop() {
        if livekit.delete_room(&name, now).await.is_err() {
            // The others would wait as long.
            retired.push(name);
            return conferences.retired.keep(retired);
        }
    }
    let mutes = conferences.livekit_mutes();
    for name in conferences.livekit_rooms().into_keys() {
        let Ok(people) = livekit.participants(&name, now).await else { return };
        // People who entered meanwhile belong there, too.
        let belong = conferences.livekit_rooms().remove(&name).unwrap_or_default();
        for person in people {
            if !belong.contains(&person.identity) {
                livekit.remove(&name, &person.identity, now).await.ok();
            } else if mutes.iter().any(|it| it.0 == name && it.1 == person.identity) {
                livekit.mute(&name, &person, now).await.ok();
            }
        }
    }
}
