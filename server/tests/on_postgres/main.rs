//! The service on PostgreSQL: several servers on one database, its faults, and a pooler. The tests run under
//! `scripts/postgres`. `make test-rust` runs modules of `tests/http` on PostgreSQL too.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that can't go on fails")]

mod bad_input;
mod disk;
mod pooler;
mod rooms;
mod servers;

use test_support::test_app::TestAppBuilder;

/// Returns the product's configuration, on PostgreSQL.
fn product() -> TestAppBuilder {
    TestAppBuilder::product().on_postgres()
}
