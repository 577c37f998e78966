//! The service behind the pages.

pub mod deliver;
