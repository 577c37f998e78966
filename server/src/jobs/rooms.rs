//! Upkeep of the built-in rooms that this process holds: its registration, leases, the presence of hosts, the right of
//! those inside to stay, and seats of people who do not come back.
//!
//! A room whose lease could not be renewed ends here before another server can take it. That is judged by the
//! monotonic time since the last renewal, and waits for no answer of the database.

use super::livekit;
use crate::{
    clock::{Stopwatch, every},
    conference::{Conferences, Inside, seats::Person},
    identification::seats::ROOM_LEASE,
    metrics::Task,
    state::{AppState, ErrorLog, InternalError},
};
use std::{collections::HashSet, future::pending, sync::Arc, time::Duration};
use tokio::{
    sync::{
        broadcast::{Receiver, error::RecvError},
        watch,
    },
    time::Interval,
};

/// Time between two renewals of leases. A lease lasts for several.
const RENEWED_EVERY: Duration = Duration::from_secs(3);

/// Time between two questions whether those inside may stay. News are acted on at once.
const ASKED_EVERY: Duration = Duration::from_secs(1);

/// Time between two looks for leases that were not renewed.
const LOOKED_EVERY: Duration = Duration::from_millis(500);

/// Time before a lease's end at which its room ends. The clocks of two servers may differ by as much, and those inside
/// get their last message meanwhile.
const MARGIN: Duration = Duration::from_secs(2);

/// The upkeep.
pub struct RoomKeeper {
    state: AppState,
}

impl RoomKeeper {
    /// Creates the upkeep of a process's rooms. One without media only learns of other servers.
    pub fn new(state: AppState) -> Self {
        Self { state }
    }

    /// Works until stopped.
    pub async fn work(self, mut stop: watch::Receiver<bool>) {
        tokio::select! {
            () = self.renew() => {}
            () = self.ask() => {}
            () = self.end_unrenewed() => {}
            () = livekit::keep(&self.state) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }

    /// Renews the leases and the registration again and again, and frees seats that were kept long enough.
    async fn renew(&self) {
        let mut errors = ErrorLog::default();
        let mut turns = every(RENEWED_EVERY);
        let mut alone = true;
        loop {
            turns.tick().await;
            self.state.heartbeats.beat(Task::Rooms);
            let renewed = match &self.state.conferences {
                Some(conferences) => {
                    let renewed = self.renew_once(conferences).await;
                    renewed.and(self.free_overdue(conferences).await)
                }
                None => Ok(()),
            };
            let registered = self.state.register_server().await.map(|now_alone| {
                if alone && !now_alone {
                    tracing::error!("another server has the same room.server: rooms fall apart");
                }
                alone = now_alone;
            });
            log(&mut errors, renewed.and(registered));
        }
    }

    async fn renew_once(&self, conferences: &Conferences) -> Result<(), InternalError> {
        let held = conferences.held();
        if held.is_empty() {
            return Ok(());
        }
        let begun = Stopwatch::start();
        let renewed: HashSet<_> = self.state.renew_rooms(held.clone()).await?.into_iter().collect();
        let (held, lost): (Vec<_>, Vec<_>) =
            held.into_iter().partition(|room| renewed.contains(&room.meeting_id));
        conferences.renewed(held.iter(), begun);
        for room in lost {
            conferences.give_up(&room.meeting_id, room.epoch);
        }
        Ok(())
    }

    async fn free_overdue(&self, conferences: &Conferences) -> Result<(), InternalError> {
        let mut done = Ok(());
        for (meeting, person) in conferences.free_overdue(self.state.clock.now()) {
            done = self.left(&meeting, &person).await.and(done);
        }
        done
    }

    /// Asks again and again whether those inside may stay: about everybody each second, and about a meeting at once when
    /// something about it has changed.
    async fn ask(&self) {
        let Some(conferences) = &self.state.conferences else { return pending().await };
        let mut errors = ErrorLog::default();
        let mut news = self.state.lobby_changed.subscribe();
        let mut turns = every(ASKED_EVERY);
        loop {
            let changed = changed(&mut turns, &mut news).await;
            let people = conferences.inside(changed.as_ref());
            if !people.is_empty() {
                let asked = self.ask_about(conferences, &people).await;
                // Without an answer from the database, who is inside stays.
                log(&mut errors, asked);
            }
        }
    }

    async fn ask_about(
        &self,
        conferences: &Conferences,
        people: &[Inside],
    ) -> Result<(), InternalError> {
        let (standings, active) = self.state.standings(people).await?;
        let mut done = Ok(());
        for (inside, standing) in people.iter().zip(&standings) {
            if conferences.tell_standing(inside, *standing) {
                done = self.left(&inside.meeting, &inside.person).await.and(done);
            }
        }
        self.state.note_active(active).await;
        done
    }

    /// Ends rooms whose leases could not be renewed, before another server can take them.
    async fn end_unrenewed(&self) {
        // Without other servers nobody takes a room, and who is inside stays.
        let shared = self.state.store.has_other_servers();
        let Some(conferences) = self.state.conferences.as_ref().filter(|_| shared) else {
            return pending().await;
        };
        let mut turns = every(LOOKED_EVERY);
        loop {
            turns.tick().await;
            conferences.give_up_unrenewed(ROOM_LEASE.saturating_sub(MARGIN));
        }
    }

    async fn left(&self, meeting: &str, person: &Person) -> Result<(), InternalError> {
        self.state.note_left(meeting, &person.invitation).await
    }
}

fn log(errors: &mut ErrorLog, done: Result<(), InternalError>) {
    match done {
        Ok(()) => errors.over(Task::Rooms.name()),
        Err(fault) => errors.fault(Task::Rooms.name(), &fault),
    }
}

/// Waits until somebody must be asked about. Returns the meetings that have changed, or `None` for all.
async fn changed(turns: &mut Interval, news: &mut Receiver<Arc<str>>) -> Option<HashSet<String>> {
    let first = tokio::select! {
        _ = turns.tick() => return None,
        told = news.recv() => match told {
            Ok(meeting) => meeting,
            // Some were missed.
            Err(RecvError::Lagged(_) | RecvError::Closed) => return None,
        },
    };
    let mut meetings = HashSet::from([first.to_string()]);
    while let Ok(meeting) = news.try_recv() {
        meetings.insert(meeting.to_string());
    }
    Some(meetings)
}
