//! Timers: of connections, of silence, of speakers and layers.

use std::time::{Duration, Instant};

use crate::event::Event;
use crate::switch::Speaks;

use super::Engine;
use super::boundary::guard;

/// Time between two looks at rooms: key frames that were held back, silence.
const TICK: Duration = Duration::from_millis(50);

/// Looks between two checks of the speaker: 250 ms.
const SPEAKER: u32 = 5;

/// Looks between two choices of layers: 1 s.
const ALLOCATION: u32 = 20;

impl Engine {
    /// Returns the time at which [`time_out`](Self::time_out) is to be called. `None` if nobody is here.
    pub(crate) fn timeout(&self) -> Option<Instant> {
        let first = self.timeouts.first().map(|&(at, _)| at);
        first.into_iter().chain(self.tick).min()
    }

    /// Lets time pass.
    pub(crate) fn time_out(&mut self, now: Instant) {
        while let Some(&(at, id)) = self.timeouts.first()
            && at <= now
        {
            self.pass(now, id);
            // A connection that wants to be called at once, over and over, must not hold up the others.
            if let Some(member) = self.members.get(&id)
                && member.scheduled <= now
            {
                self.schedule(id, now + Duration::from_millis(1));
            }
        }
        if self.tick.is_some_and(|tick| tick <= now) {
            self.tick = (!self.members.is_empty()).then(|| now + TICK);
            self.tick(now);
        }
        self.flush(now);
    }

    /// Begins to look at rooms.
    pub(super) fn start_ticks(&mut self, now: Instant) {
        self.tick.get_or_insert(now + TICK);
    }

    fn tick(&mut self, now: Instant) {
        self.ticks = self.ticks.wrapping_add(1);
        let mut lost = Vec::new();
        let mut settled = Vec::new();
        for (&id, member) in &mut self.members {
            if guard(&self.counters, || member.look(now)) != Some(true) {
                lost.push(id);
            }
            if member.silence.is_silent()
                && let Some(switch) = self.rooms.get_mut(&member.room)
            {
                switch.pause(id);
            }
            if member.has_settled(now) {
                settled.push((id, member.goal));
            }
        }
        for (id, goal) in settled {
            self.handle(now, id, |peer| {
                peer.measure_again(goal);
                peer.pass(now)
            });
        }
        for id in lost {
            self.guard_removal(id, true);
        }
        let mut goals = Vec::new();
        let mut broken = Vec::new();
        for (room, switch) in &mut self.rooms {
            let looked = guard(&self.counters, || {
                switch.key_frame_requests(now, &mut self.asked);
                if self.ticks.is_multiple_of(SPEAKER)
                    && let Some(Speaks(speaker)) = switch.speaker(now)
                {
                    for member in switch.seats().filter_map(|id| self.members.get(&id)) {
                        member.tell(Event::Speaker(speaker));
                    }
                }
                if self.ticks.is_multiple_of(ALLOCATION) {
                    switch.allocate_all(now);
                    goals.extend(switch.seats().filter_map(|id| Some((id, switch.goal(id)?))));
                }
                switch.narrowness_news(|id, low| {
                    if let Some(member) = self.members.get(&id) {
                        member.tell(Event::Bandwidth { low });
                    }
                });
            });
            if looked.is_none() {
                broken.push(room.clone());
            }
        }
        for room in broken {
            self.end_room(&room);
        }
        for (id, goal) in goals {
            let Some(member) = self.members.get_mut(&id) else {
                continue;
            };
            // A new goal starts a probe, so small changes make none.
            let differs = |new: u64, old: u64| new.abs_diff(old) > old / 4;
            if differs(goal.desired, member.goal.desired)
                || differs(goal.sustained, member.goal.sustained)
            {
                member.goal = goal;
                self.handle(now, id, |peer| {
                    peer.aim(goal);
                    peer.pass(now)
                });
            }
        }
    }
}
