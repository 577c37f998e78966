//! The pages that visitors see on their way from the link to the room.
//!
//! A page is a component that shows a [`wire::PageView`]. The server renders the first one and the browser those
//! that follow, both with the same code.

#[cfg(not(erase_components))]
compile_error!(
    "the pages need `--cfg erase_components` (see .cargo/config.toml): add it to RUSTFLAGS, which \
     replaces the flags of that file"
);

#[cfg(all(any(feature = "hydrate", feature = "room"), not(any(feature = "sv", feature = "en"))))]
compile_error!("a bundle has the texts of a language: add its feature, such as `sv`");

#[cfg(feature = "ssr")]
pub mod accept;
#[cfg(feature = "ssr")]
pub mod backend;
pub mod client;
#[expect(unreachable_pub, reason = "the properties of a component are a public struct")]
#[expect(clippy::needless_pass_by_value, reason = "a component owns its properties")]
mod components;
#[cfg(any(feature = "room", feature = "csr", all(test, feature = "ssr")))]
pub mod conference;
#[cfg(feature = "ssr")]
pub mod document;
pub mod fields;
#[cfg(any(feature = "csr", all(test, feature = "ssr")))]
pub mod gallery;
pub mod i18n;
#[expect(unreachable_pub, reason = "the properties of a component are a public struct")]
#[expect(clippy::needless_pass_by_value, reason = "a component owns its properties")]
pub mod pages;
pub mod server_fns;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod shape;
pub mod steps;
pub mod wire;
mod wizard;

#[cfg(feature = "ssr")]
pub use document::{App, Bundle, Document, content, document};
pub use wizard::{Page, Wizard, use_wizard};
