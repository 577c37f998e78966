//! Starts the built-in room in the browser.

fn main() {
    app::conference::start();
}
