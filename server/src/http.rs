//! HTTP: what stands around every page, form and call.

pub mod api;
pub mod assets;
pub mod brand;
pub mod pages;
