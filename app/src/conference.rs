//! The built-in room in the browser: the check of the devices, the waiting room, and the call.
//!
//! Its bundle is mounted within the page that the server rendered, and no other page loads it. Views show the signals
//! of a [`Room`] and report what a visitor does as an [`Act`]. So the gallery shows each of them without devices.
//! Only `browser` knows devices and connections.

#[cfg(any(feature = "room", all(test, feature = "ssr")))]
mod boot;
#[cfg(feature = "room")]
mod browser;
#[cfg(any(feature = "room", feature = "csr", test))]
mod choice;
#[cfg(any(feature = "room", all(test, feature = "ssr")))]
mod closing;
mod end;
#[cfg(any(feature = "room", all(test, feature = "ssr")))]
mod ending;
#[cfg(any(feature = "room", all(test, feature = "ssr")))]
mod interruption;
#[cfg(any(feature = "room", all(test, feature = "ssr")))]
mod knocks;
#[cfg(any(feature = "room", all(test, feature = "ssr")))]
mod layers;
#[cfg(any(feature = "room", feature = "csr", test))]
mod naming;
#[cfg(any(feature = "room", all(test, feature = "ssr")))]
mod news;
#[cfg(any(feature = "room", all(test, feature = "ssr")))]
mod silence;
#[cfg(any(feature = "room", all(test, feature = "ssr")))]
mod sound_only;
#[cfg(any(feature = "room", feature = "csr"))]
mod state;
#[cfg(any(feature = "room", all(test, feature = "ssr")))]
mod talk;
mod text_log;
mod trouble;
#[cfg(any(feature = "room", feature = "csr"))]
#[expect(unreachable_pub, reason = "the properties of a component are a public struct")]
mod views;

#[cfg(feature = "room")]
pub use browser::start;
#[cfg(feature = "csr")]
pub(crate) use {
    choice::{Choice, Kind},
    end::End,
    state::{Line, Panel, Phase, Room, Signals},
    trouble::{Kit, Trouble},
    views::Conference,
};
