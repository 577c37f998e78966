//! The statements that differ between SQLite and PostgreSQL. All others are shared.

use super::{postgres, sqlite};

/// The statements that lock rows. SQLite has no syntax for it and needs none: its writer has the whole
/// database.
pub(super) trait Dialect {
    /// Locks a meeting row. `None` on SQLite, which has a single writer.
    const LOCK_MEETING: Option<&'static str>;
    /// Locks an invitation row. `None` on SQLite, which has a single writer.
    const LOCK_INVITATION: Option<&'static str>;
    /// Locks and reads the invitation with a token hash.
    const LOCK_INVITATION_BY_TOKEN: &'static str;
    /// Locks and reads the session with the hash of a cookie value.
    const LOCK_SESSION: &'static str;
    /// Erases sessions that have named nothing, but none that another transaction has locked.
    const PURGE_UNNAMED_SESSIONS: &'static str;
    /// Leases due messages that no other transaction is leasing.
    const LEASE_MESSAGES: &'static str;
    /// Makes messages due that wait for an unreachable mail server.
    const RECALL_MESSAGES: &'static str;
    /// Claims due orders that no other transaction is claiming.
    const LEASE_ORDERS: &'static str;
    /// Locks a number. `None` on SQLite, which has a single writer.
    const LOCK_NUMBER: Option<&'static str>;
    /// Sets a short lock timeout. `None` on SQLite, which has a single writer.
    const SHORT_LOCK_TIMEOUT: Option<&'static str>;
}

/// The statements with a database's suffixes: `$own` locks a row against writes and other locks, `$skip`
/// locks a row unless another transaction has it.
macro_rules! dialect {
    ($own:literal, $skip:literal) => {
        const LOCK_INVITATION_BY_TOKEN: &'static str = concat!(
            "SELECT ",
            invitation_columns!(),
            " FROM invitations WHERE token_hash = $1",
            $own
        );
        const LOCK_SESSION: &'static str = concat!(session_query!(), $own);
        const PURGE_UNNAMED_SESSIONS: &'static str = concat!(
            "WITH gone AS MATERIALIZED (
                SELECT id FROM sessions WHERE id IN (
                    SELECT sessions.id FROM flows JOIN sessions ON sessions.id = flows.session_id
                    WHERE flows.invitation_id = $1 AND ",
            names_nothing!(),
            " ORDER BY sessions.last_active_at DESC, sessions.id LIMIT 1000 OFFSET $2)
                AND NOT EXISTS (SELECT 1 FROM flows WHERE flows.session_id = sessions.id
                    AND NOT (",
            names_nothing!(),
            "))",
            $skip,
            ") DELETE FROM sessions WHERE id IN (SELECT id FROM gone)"
        );
        const LEASE_MESSAGES: &'static str = concat!(
            "WITH due AS MATERIALIZED (
                SELECT id FROM outbox
                WHERE state = 'waiting' AND (kind <> 'code') <= $4
                    AND due_at <= $1 AND leased_until <= $1
                ORDER BY kind <> 'code', suppressed, due_at, id LIMIT $3",
            $skip,
            ") UPDATE outbox SET leased_until = $2, doubtful = (doubtful OR leased_until > 0)
             WHERE id IN (SELECT id FROM due)
             RETURNING ",
            message_columns!()
        );
        const RECALL_MESSAGES: &'static str = concat!(
            "WITH held AS MATERIALIZED (
                SELECT id FROM outbox WHERE state = 'waiting' AND away
                ORDER BY written_at LIMIT $1",
            $skip,
            ") UPDATE outbox SET due_at = written_at, failures = 0, away = FALSE
             WHERE id IN (SELECT id FROM held)"
        );
        const LEASE_ORDERS: &'static str = concat!(
            "WITH due AS MATERIALIZED (
                SELECT id FROM bankid_orders
                WHERE state IN ('opening', 'open', 'cancelling')
                    AND due_at <= $1 AND leased_until <= $1
                    AND (state <> 'opening' OR NOT EXISTS (
                        SELECT 1 FROM bankid_orders other WHERE other.state = 'cancelling'
                            AND other.invitation_id = bankid_orders.invitation_id))
                ORDER BY due_at, id LIMIT $4",
            $skip,
            ") UPDATE bankid_orders SET leased_until = $2, due_at = $3 WHERE id IN (SELECT id FROM due)
             RETURNING ",
            bankid_order_columns!()
        );
    };
}

impl Dialect for sqlite::Conn {
    dialect!("", "");
    const LOCK_MEETING: Option<&'static str> = None;
    const LOCK_INVITATION: Option<&'static str> = None;
    const LOCK_NUMBER: Option<&'static str> = None;
    const SHORT_LOCK_TIMEOUT: Option<&'static str> = None;
}

impl Dialect for postgres::Conn {
    // Other transactions can still add rows that refer to the locked one.
    dialect!(" FOR NO KEY UPDATE", " FOR UPDATE SKIP LOCKED");
    const LOCK_MEETING: Option<&'static str> =
        Some("SELECT id FROM meetings WHERE id = $1 FOR NO KEY UPDATE");
    const LOCK_INVITATION: Option<&'static str> =
        Some("SELECT id FROM invitations WHERE id = $1 FOR NO KEY UPDATE");
    const LOCK_NUMBER: Option<&'static str> = Some("SELECT pg_advisory_xact_lock($1)");
    // Shorter than the server's deadlock timeout, so that the server need not choose which transaction to
    // abort.
    const SHORT_LOCK_TIMEOUT: Option<&'static str> = Some("SET LOCAL lock_timeout = '200ms'");
}
