//! Rooms full of browsers, on a network and with a time of the test's own.

#[path = "../../tests/media/browser.rs"]
mod browser;
mod world;

mod bad_input;
mod faults;
mod rooms;
