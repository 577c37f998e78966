//! Metrics of built-in rooms: what the SFU has counted, and how connections ended.

use super::{Counters, label};
use ::sfu::Transport;
use app::wire::signal::Close;
use prometheus_client::{
    metrics::{counter::Counter, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};
use std::{sync::atomic::Ordering, time::Duration};

/// Name of the signalling connections among those from nobody.
const SIGNAL: &str = "signal";

/// Metrics of built-in rooms.
#[derive(Default)]
pub struct Rooms {
    live: Gauge,
    people: Gauge,
    packets: Counters<1>,
    dropped: Counter,
    key_frames: Counter,
    layer_changes: Counter,
    connections: Counters<1>,
    strangers: Counters<1>,
    panics: Counter,
    closed: Counters<1>,
    first_frames: FirstFrames,
}

/// Times to somebody's first picture, from what nobody notices to where they give up. In seconds.
struct FirstFrames(Histogram);

impl Default for FirstFrames {
    fn default() -> Self {
        Self(Histogram::new([0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0]))
    }
}

impl Rooms {
    pub(super) fn register(&self, to: &mut Registry) {
        to.register("rooms", "Built-in rooms with somebody inside", self.live.clone());
        to.register("room_people", "People connected to built-in rooms", self.people.clone());
        to.register("room_packets", "Media packets from and to people", self.packets.clone());
        to.register("room_packets_dropped", "Datagrams that were dropped", self.dropped.clone());
        to.register("room_key_frames", "Key frames asked of senders", self.key_frames.clone());
        to.register("room_layer_changes", "Changes of picture quality", self.layer_changes.clone());
        to.register("room_connections", "Media connections established", self.connections.clone());
        to.register(
            "room_strangers",
            "Connections and checks of nobody, refused",
            self.strangers.clone(),
        );
        to.register(
            "room_panics",
            "Media connections and rooms that a fault has ended",
            self.panics.clone(),
        );
        to.register("room_signals_closed", "Ends of signalling connections", self.closed.clone());
        to.register_with_unit(
            "room_first_frame",
            "Time from a signalling connection to the first picture forwarded to it",
            Unit::Seconds,
            self.first_frames.0.clone(),
        );
    }

    /// Starts every series at 0, so that its first event shows as an increase.
    pub(super) fn begin_at_nothing(&self) {
        for close in [None].into_iter().chain(Close::ALL.into_iter().map(Some)) {
            drop(self.closed.get_or_create(&[label("reason", reason(close))]));
        }
        drop(self.strangers.get_or_create(&[label("by", SIGNAL)]));
    }

    /// Counts the end of a signalling connection. `None` if the browser has ended it.
    pub fn closed(&self, close: Option<Close>) {
        self.closed.get_or_create(&[label("reason", reason(close))]).inc();
    }

    /// Counts a signalling connection that was refused, as too many had not shown a ticket.
    pub fn refused_stranger(&self) {
        self.strangers.get_or_create(&[label("by", SIGNAL)]).inc();
    }

    /// Records the time from a request for a signalling connection to the first picture forwarded to its browser.
    pub fn first_frame(&self, took: Duration) {
        self.first_frames.0.observe(took.as_secs_f64());
    }

    /// Takes over what the SFU has counted.
    pub(crate) fn follow(&self, counters: &::sfu::Counters) {
        let level = |figure| i64::try_from(figure).unwrap_or(i64::MAX);
        self.live.set(level(counters.rooms()));
        self.people.set(level(counters.people()));
        let directions = [("in", counters.packets_in()), ("out", counters.packets_out())];
        for (direction, count) in directions {
            set(&self.packets.get_or_create(&[label("direction", direction)]), count);
        }
        for (transport, name) in [(Transport::Udp, "udp"), (Transport::Tcp, "tcp")] {
            let counter = self.connections.get_or_create(&[label("transport", name)]);
            set(&counter, counters.connected(transport));
        }
        let strangers = [("stun", counters.refused_stun()), ("tcp", counters.refused_tcp())];
        for (by, count) in strangers {
            set(&self.strangers.get_or_create(&[label("by", by)]), count);
        }
        set(&self.dropped, counters.dropped());
        set(&self.key_frames, counters.key_frame_requests());
        set(&self.layer_changes, counters.layer_changes());
        set(&self.panics, counters.panics());
    }
}

fn set(counter: &Counter, count: u64) {
    counter.inner().store(count, Ordering::Relaxed);
}

const fn reason(close: Option<Close>) -> &'static str {
    match close {
        None => "broken",
        Some(Close::Left) => "left",
        Some(Close::Malformed) => "malformed",
        Some(Close::Ticket) => "ticket",
        Some(Close::Removed) => "removed",
        Some(Close::Silent) => "silent",
        Some(Close::TakenOver) => "taken-over",
        Some(Close::Ended) => "ended",
        Some(Close::TooLarge) => "too-large",
        Some(Close::TooMany) => "too-many",
        Some(Close::NoMedia) => "no-media",
        Some(Close::Moved) => "moved",
    }
}
