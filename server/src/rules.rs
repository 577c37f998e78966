//! What may happen: pure decisions over what the store remembers. Time is a parameter.

pub mod assurance;
pub mod code;
pub mod delivery;
pub mod invitation;
pub mod limits;
pub mod phone;
pub mod session;
pub mod text;
