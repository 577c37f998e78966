//! Figures for the metrics.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::event::Transport;

/// Figures since the start, or at the moment, that any thread may read.
#[derive(Debug, Default)]
pub struct Counters {
    pub(crate) rooms: AtomicU64,
    pub(crate) people: AtomicU64,
    pub(crate) packets_in: AtomicU64,
    pub(crate) packets_out: AtomicU64,
    pub(crate) key_frame_requests: AtomicU64,
    pub(crate) layer_changes: AtomicU64,
    pub(crate) connected_udp: AtomicU64,
    pub(crate) connected_tcp: AtomicU64,
    pub(crate) panics: AtomicU64,
    pub(crate) refused_stun: AtomicU64,
    pub(crate) refused_tcp: AtomicU64,
    pub(crate) dropped: AtomicU64,
}

impl Counters {
    /// Rooms with at least one person, now.
    pub fn rooms(&self) -> u64 {
        self.rooms.load(Ordering::Relaxed)
    }

    /// People with a connection, now.
    pub fn people(&self) -> u64 {
        self.people.load(Ordering::Relaxed)
    }

    /// RTP packets received from people.
    pub fn packets_in(&self) -> u64 {
        self.packets_in.load(Ordering::Relaxed)
    }

    /// RTP packets forwarded, counted once for each receiver.
    pub fn packets_out(&self) -> u64 {
        self.packets_out.load(Ordering::Relaxed)
    }

    /// Key frames asked of senders.
    pub fn key_frame_requests(&self) -> u64 {
        self.key_frame_requests.load(Ordering::Relaxed)
    }

    /// Changes of a receiver's picture from one layer to another.
    pub fn layer_changes(&self) -> u64 {
        self.layer_changes.load(Ordering::Relaxed)
    }

    /// Connections established over a transport.
    pub fn connected(&self, transport: Transport) -> u64 {
        match transport {
            Transport::Udp => self.connected_udp.load(Ordering::Relaxed),
            Transport::Tcp => self.connected_tcp.load(Ordering::Relaxed),
        }
    }

    /// Panics. Each has ended what it concerned: a datagram, a connection or a room.
    pub fn panics(&self) -> u64 {
        self.panics.load(Ordering::Relaxed)
    }

    /// STUN checks that named no person or had a wrong integrity.
    pub fn refused_stun(&self) -> u64 {
        self.refused_stun.load(Ordering::Relaxed)
    }

    /// TCP connections closed: too many, without a right STUN check in time, or broken before they were taken.
    pub fn refused_tcp(&self) -> u64 {
        self.refused_tcp.load(Ordering::Relaxed)
    }

    /// Datagrams dropped: from strangers, malformed, or because a socket did not take them.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

/// Adds one to a figure.
pub(crate) fn count(figure: &AtomicU64) {
    figure.fetch_add(1, Ordering::Relaxed);
}

/// Sets a figure that shows the present.
pub(crate) fn show(figure: &AtomicU64, value: usize) {
    figure.store(value as u64, Ordering::Relaxed);
}
