//! Upkeep of the rooms that this process holds at LiveKit: nobody else stays inside, and nothing stays behind.
//!
//! It compares the people there with those who belong there, again and again, and at once after a change. So what fails is
//! done later. An identity that was sent out and comes back has a token that still holds: then all others move to another
//! room.

use crate::{
    clock::{Time, every},
    conference::{Conferences, livekit::LiveKit},
    state::AppState,
};
use std::{collections::HashMap, future::pending, time::Duration};

/// Time between two looks into each room.
const LOOKED_EVERY: Duration = Duration::from_secs(2);

/// The identities that were sent out of a live room, by its name. `true` once they were seen to be gone.
type SentOut = HashMap<String, HashMap<String, bool>>;

/// Looks after the rooms of a process. Never returns.
pub(super) async fn keep(state: &AppState) {
    let Some(conferences) = &state.conferences else { return pending().await };
    let Some(livekit) = &conferences.engines.livekit else { return pending().await };
    let mut turns = every(LOOKED_EVERY);
    let mut sent_out = SentOut::new();
    loop {
        tokio::select! {
            _ = turns.tick() => {}
            () = conferences.retired.changed.notified() => {}
        }
        look(conferences, livekit, &mut sent_out, state.clock.now()).await;
    }
}

/// Ends what is over. The client logs failures.
async fn look(conferences: &Conferences, livekit: &LiveKit, sent_out: &mut SentOut, now: Time) {
    let mut retired = conferences.retired.take();
    while let Some(name) = retired.pop() {
        if livekit.delete_room(&name, now).await.is_err() {
            // The others would wait as long.
            retired.push(name);
            return conferences.retired.keep(retired);
        }
    }
    let mutes = conferences.livekit_mutes();
    let rooms = conferences.livekit_rooms();
    sent_out.retain(|name, _| rooms.contains_key(name));
    for name in rooms.into_keys() {
        let Ok(people) = livekit.participants(&name, now).await else { return };
        // People who entered meanwhile belong there, too.
        let belong = conferences.livekit_rooms().remove(&name).unwrap_or_default();
        let sent_out = sent_out.entry(name.clone()).or_default();
        for (identity, gone) in sent_out.iter_mut() {
            let there = people.iter().any(|it| it.identity == *identity);
            if there && *gone {
                conferences.leave_livekit_room(&name);
            }
            *gone |= !there;
        }
        for person in people {
            if !belong.contains(&person.identity) {
                livekit.remove(&name, &person.identity, now).await.ok();
                sent_out.entry(person.identity).or_default();
            } else if mutes.iter().any(|it| it.0 == name && it.1 == person.identity) {
                livekit.mute(&name, &person, now).await.ok();
            }
        }
    }
}
