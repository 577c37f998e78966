//! The service with codes by SMS: phones and delivery reports. `make test-rust` runs modules of `tests/http`
//! with codes by SMS too.

#![expect(clippy::expect_used, reason = "a test that can't go on fails")]

mod phones;
mod reports;

use test_support::test_app::TestAppBuilder;

/// Returns the product's configuration, with codes by SMS.
fn product() -> TestAppBuilder {
    TestAppBuilder::product().by_sms()
}
