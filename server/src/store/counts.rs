//! Counts of what the database was asked to do. A process has one database.

use rusqlite::{Statement, StatementStatus};
use std::sync::atomic::{AtomicU64, Ordering};

static STATEMENTS: AtomicU64 = AtomicU64::new(0);
static COMMITS: AtomicU64 = AtomicU64::new(0);
static RECOMPILED: AtomicU64 = AtomicU64::new(0);

/// Numbers of requests to the database since the process started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Statements that were run, without those that begin and end a transaction.
    pub statements: u64,
    /// Commits of writing transactions. Transactions that share a commit count as one.
    pub commits: u64,
    /// Statements that SQLite compiled again because their plan was out of date.
    pub recompiled: u64,
}

/// Returns the counts.
pub fn counts() -> Counts {
    Counts {
        statements: STATEMENTS.load(Ordering::Relaxed),
        commits: COMMITS.load(Ordering::Relaxed),
        recompiled: RECOMPILED.load(Ordering::Relaxed),
    }
}

pub(super) fn statement() {
    STATEMENTS.fetch_add(1, Ordering::Relaxed);
}

pub(super) fn commit() {
    COMMITS.fetch_add(1, Ordering::Relaxed);
}

/// Counts whether SQLite compiled a statement again as it ran.
pub(super) fn ran(statement: &Statement<'_>) {
    let times = statement.reset_status(StatementStatus::RePrepare);
    if times > 0 {
        RECOMPILED.fetch_add(u64::from(times.unsigned_abs()), Ordering::Relaxed);
    }
}
