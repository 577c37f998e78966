//! Words of the interface: what a caller asks for and hears.

use std::error::Error;
use std::fmt::{self, Display, Formatter};

use crate::names::{Mid, SeatId};

/// A change that concerns one seat, sent to the channel that its `join` named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The connection is encrypted and media can flow.
    Connected(Transport),
    /// The first packet of a picture has been sent to this browser. Comes once.
    FirstPicture,
    /// All others in the room with their slots. Sent right after a join and at each change.
    Slots(Vec<SlotOf>),
    /// The person who speaks, which may be this one. `None` if nobody does. At most 4 a second.
    Speaker(Option<SeatId>),
    /// `true` if nothing has come from this browser for 2 s, `false` if it is heard again.
    ///
    /// A browser that neither sends nor receives media sends only a check every few seconds. For that one it takes
    /// 6 s.
    Silent(bool),
    /// The way to this browser has become too narrow for pictures, or is wide again.
    Bandwidth {
        /// `true` if the estimate has been below 150 kbit/s for 3 s: no picture is passed on. `false` if it has been
        /// above 250 kbit/s for 5 s.
        low: bool,
    },
    /// The connection is gone: lost, failed, or taken over by a newer join of the same seat. The last event.
    Closed,
}

/// The slots of one other seat. They stay the same while that seat is in the room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotOf {
    /// The other seat.
    pub seat: SeatId,
    /// Section with its sound.
    pub audio: Mid,
    /// Section with its camera.
    pub video: Mid,
    /// Section with its screen. `None` if this seat does not share one, or another seat does.
    pub screen: Option<Mid>,
}

/// Protocol below the media.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Transport {
    /// Datagrams, the usual way.
    Udp,
    /// A connection with framing by RFC 4571, for networks that block UDP.
    Tcp,
}

/// Most that a receiver wants of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// No picture.
    None,
    /// The small picture (320 × 180).
    #[default]
    Low,
    /// The large picture (640 × 360).
    High,
}

/// Kinds of media of a seat that are passed on to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sends {
    /// `true` if its sound is passed on.
    pub audio: bool,
    /// `true` if its camera is passed on.
    pub video: bool,
    /// `true` if its screen is passed on.
    pub screen: bool,
}

impl Default for Sends {
    /// Passes on everything.
    fn default() -> Self {
        Self { audio: true, video: true, screen: true }
    }
}

/// Reason why a join failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinError {
    /// The offer is not one that the page makes. The text names the fault and repeats nothing of the offer.
    Offer(&'static str),
    /// All seats of the room are taken.
    Full,
    /// The thread has ended.
    Stopped,
}

impl Display for JoinError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offer(why) => write!(f, "the offer is refused: {why}"),
            Self::Full => f.write_str("the room is full"),
            Self::Stopped => f.write_str("the media thread has ended"),
        }
    }
}

impl Error for JoinError {}
