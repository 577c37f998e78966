//! Starts the pages in the browser.
fn main() {}
