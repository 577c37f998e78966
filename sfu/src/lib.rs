//! Forwards the media of meetings: each person has one WebRTC connection, to this process, which passes RTP on.
//!
//! A [room](RoomId) has seats. A browser sends one offer for its [seat](SeatId), with fixed sections: its own sound,
//! camera and screen, a pair of sound and picture for each other seat, and one shared screen. After the answer no SDP
//! is exchanged. [`Event::Slots`] says who is in which slot.
//!
//! The crate knows no meeting, no HTTP and no database. Its parts, from the inside out:
//!
//! | module | content |
//! | --- | --- |
//! | `switch` | decides which stream goes into which slot; pure, with the time as a parameter |
//! | `rewrite` | numbers the packets of a slot as if they came from one source; pure |
//! | `peer` | one person's connection; the one file that names `str0m` |
//! | `engine` | rooms and people, from datagrams to datagrams, without a socket or a clock |
//! | `listen` | the thread with the sockets and the clock |

mod counters;
mod credentials;
mod engine;
mod event;
mod listen;
mod names;
mod offer;
mod packet;
mod peer;
mod rewrite;
mod sfu;
mod stun;
mod switch;
mod watch;

pub use counters::Counters;
pub use event::{Event, JoinError, Layer, Sends, SlotOf, Transport};
pub use names::{Mid, RoomId, SeatId};
pub use sfu::{Options, Sfu};

/// Target of all lines of the log.
pub const LOG_TARGET: &str = "sfu";
