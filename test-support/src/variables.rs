//! Environment variables that choose the database and the method of a whole run of tests.
//!
//! | variable | values | default |
//! | --- | --- | --- |
//! | `ANSLUT_TEST_DATABASE` | `sqlite`, `postgres` | `sqlite` |
//! | `ANSLUT_TEST_METHOD` | `email-code`, `sms-code` | `email-code` |
//!
//! A [`TestAppBuilder`](crate::test_app::TestAppBuilder) can override them.

use crate::database;
use app::wire::Method;
use std::env;

const DATABASE: &str = "ANSLUT_TEST_DATABASE";
const METHOD: &str = "ANSLUT_TEST_METHOD";

/// Returns the database that the tests use.
pub fn database() -> database::Kind {
    choice(DATABASE, [("sqlite", database::Kind::Sqlite), ("postgres", database::Kind::Postgres)])
}

/// Returns the method by which the tests' recipients identify.
pub fn method() -> Method {
    choice(METHOD, [("email-code", Method::EmailCode), ("sms-code", Method::SmsCode)])
}

/// Returns the value that the variable names, or the first if the variable is not set.
fn choice<T: Copy>(variable: &str, [first, second]: [(&str, T); 2]) -> T {
    let Some(given) = env::var_os(variable) else { return first.1 };
    let found = [first, second].into_iter().find(|(name, _)| given == *name);
    let (_, value) = found.unwrap_or_else(|| {
        panic!("{variable} must be '{}' or '{}', not '{}'", first.0, second.0, given.display())
    });
    value
}
