//! The service's outer wall.

pub mod assets;
