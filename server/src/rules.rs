//! Rules: pure functions that decide from what the store holds. The time is a parameter.

pub mod assurance;
pub mod bounds;
pub mod code;
pub mod delivery;
pub mod invitation;
pub mod limits;
pub mod loopback;
pub mod phone;
pub mod report;
pub mod room;
pub mod session;
pub mod text;
