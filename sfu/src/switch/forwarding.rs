//! Passes packets on.

use std::time::{Duration, Instant};

use crate::event::Layer;
use crate::names::SeatId;
use crate::packet::{Quality, Stream};

use super::seat::Seat;
use super::{Arrival, Forward, Slot, Switch};

/// A screen without a packet for this time makes way for another one.
const SCREEN_PAUSED: Duration = Duration::from_secs(10);

/// A key frame that has not come is asked for again after this time.
const ASK_AGAIN: Duration = Duration::from_secs(1);

impl Switch {
    /// Passes a packet on: adds its receivers to `receivers`. Returns `true` if the slots have changed.
    pub(crate) fn packet(
        &mut self,
        now: Instant,
        from: SeatId,
        arrival: Arrival,
        receivers: &mut Vec<Forward>,
    ) -> bool {
        let Some(index) = self.seats.iter().position(|seat| seat.id == from) else {
            return false;
        };
        let mut sender = self.seats.remove(index);
        let changed = self.pass_on(now, &mut sender, arrival, receivers);
        self.seats.insert(index, sender);
        changed
    }

    fn pass_on(
        &mut self,
        now: Instant,
        sender: &mut Seat,
        arrival: Arrival,
        receivers: &mut Vec<Forward>,
    ) -> bool {
        let Arrival { stream, volume, .. } = arrival;
        let is_entry = sender.source_mut(stream).take(now, arrival);
        if !sender.passes_on(stream) {
            if stream == Stream::Audio {
                for (_, pair) in self.seats.iter_mut().filter_map(|seat| seat.pair_of(sender.id)) {
                    pair.sounds = false;
                }
            }
            return false;
        }
        let changed = stream == Stream::Screen && self.claim_screen(now, sender.id);
        if let (Stream::Audio, Some(volume)) = (stream, volume) {
            self.speaker.heard(now, sender.id, volume);
        }
        let mut waits = false;
        for seat in self.seats.iter_mut().filter(|seat| seat.connected) {
            let to = seat.id;
            match stream {
                Stream::Audio => {
                    let Some((index, pair)) = seat.pair_of(sender.id) else {
                        continue;
                    };
                    let resumes = !std::mem::replace(&mut pair.sounds, true);
                    receivers.push(Forward {
                        to,
                        slot: Slot::Audio(index),
                        resumes,
                        changes_layer: false,
                    });
                }
                Stream::Camera(quality) => {
                    let Some((index, pair)) = seat.pair_of(sender.id) else {
                        continue;
                    };
                    let picture = &mut pair.camera;
                    let target = sender.best(now, picture.wish.min(picture.allowed));
                    let before = picture.flows;
                    if target.is_none() {
                        picture.flows = None;
                    } else if target == Some(quality) && before != target {
                        if is_entry {
                            picture.flows = target;
                        } else {
                            waits = true;
                        }
                    }
                    if picture.flows == Some(quality) {
                        let slot = Slot::Camera(index);
                        let resumes = before != picture.flows;
                        receivers.push(Forward {
                            to,
                            slot,
                            resumes,
                            changes_layer: resumes && before.is_some(),
                        });
                    }
                }
                Stream::Screen => {
                    let picture = &mut seat.screen_slot;
                    if self.screen != Some(sender.id)
                        || picture.wish.min(picture.allowed) == Layer::None
                    {
                        picture.flows = picture.flows.filter(|_| self.screen != Some(sender.id));
                        continue;
                    }
                    let resumes = picture.flows.is_none();
                    if resumes && !is_entry {
                        waits = true;
                        continue;
                    }
                    picture.flows = Some(Quality::Low);
                    receivers.push(Forward {
                        to,
                        slot: Slot::Screen,
                        resumes,
                        changes_layer: false,
                    });
                }
            }
        }
        if waits {
            sender.source_mut(stream).key_frames.want_unless_asked(now, ASK_AGAIN);
        }
        changed
    }

    /// Gives the screen's slot to a seat if it is free. Returns `true` if it was.
    fn claim_screen(&mut self, now: Instant, id: SeatId) -> bool {
        let free = match self.screen {
            None => true,
            Some(holder) if holder == id => false,
            Some(holder) => self.seat(holder).is_none_or(|seat| {
                seat.screen
                    .last
                    .is_none_or(|last| now.saturating_duration_since(last) >= SCREEN_PAUSED)
            }),
        };
        if free {
            self.set_screen(Some(id));
        }
        free
    }
}
