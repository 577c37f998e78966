//! Starts the pages in the browser.

fn main() {
    #[cfg(feature = "hydrate")]
    app::client::start();
    #[cfg(feature = "csr")]
    app::gallery::start();
}
