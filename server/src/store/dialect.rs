//! What the databases don't have in common. All else is one set of statements for both.

use super::{postgres, sqlite};

/// The statements that lock rows, which SQLite has no words for and no need of: who writes there has the
/// whole database to themselves.
pub(super) trait Dialect {
    /// Keeps others off a meeting; none where nobody else writes anyway.
    const LOCK_MEETING: Option<&'static str>;
    /// Keeps others off an invitation; none where nobody else writes anyway.
    const LOCK_INVITATION: Option<&'static str>;
    /// Keeps others off an invitation that is found by its link, and reads it.
    const OWN_INVITATION: &'static str;
    /// Keeps others off a session that is found by its value, and reads it.
    const OWN_SESSION: &'static str;
    /// Erases sessions that have named nothing, but for those that somebody has in hand.
    const ERASE_UNNAMED_SESSIONS: &'static str;
    /// Takes messages that are due and that nobody else is taking.
    const LEASE_MESSAGES: &'static str;
    /// Makes messages due that wait for a mail server that was away.
    const RECALL_MESSAGES: &'static str;
    /// Takes orders that are due and that nobody else is taking.
    const LEASE_ORDERS: &'static str;
    /// Keeps others off a number; none where nobody else writes anyway.
    const LOCK_NUMBER: Option<&'static str>;
    /// Has the transaction give up soon where others are in its way; none where nobody can be.
    const GIVE_WAY: Option<&'static str>;
}

/// The statements with a database's own endings: `$own` keeps others from writing a row, and from taking
/// it as their own; `$skip` takes a row unless somebody has it.
macro_rules! dialect {
    ($own:literal, $skip:literal) => {
        const OWN_INVITATION: &'static str = concat!(
            "SELECT ",
            invitation_columns!(),
            " FROM invitations WHERE token_hash = $1",
            $own
        );
        const OWN_SESSION: &'static str = concat!(session_query!(), $own);
        const ERASE_UNNAMED_SESSIONS: &'static str = concat!(
            "WITH gone AS MATERIALIZED (
                SELECT id FROM sessions WHERE id IN (
                    SELECT sessions.id FROM visits JOIN sessions ON sessions.id = visits.session_id
                    WHERE visits.invitation_id = $1 AND ",
            names_nothing!(),
            " ORDER BY sessions.seen_at DESC, sessions.id LIMIT 1000 OFFSET $2)
                AND NOT EXISTS (SELECT 1 FROM visits WHERE visits.session_id = sessions.id
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
                ORDER BY kind <> 'code', silent, due_at, id LIMIT $3",
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
                SELECT id FROM orders
                WHERE state IN ('opening', 'open', 'cancelling')
                    AND due_at <= $1 AND leased_until <= $1
                    AND (state <> 'opening' OR NOT EXISTS (
                        SELECT 1 FROM orders other WHERE other.state = 'cancelling'
                            AND other.invitation_id = orders.invitation_id))
                ORDER BY due_at, id LIMIT $4",
            $skip,
            ") UPDATE orders SET leased_until = $2, due_at = $3 WHERE id IN (SELECT id FROM due)
             RETURNING ",
            order_columns!()
        );
    };
}

impl Dialect for sqlite::Conn {
    dialect!("", "");
    const LOCK_MEETING: Option<&'static str> = None;
    const LOCK_INVITATION: Option<&'static str> = None;
    const LOCK_NUMBER: Option<&'static str> = None;
    const GIVE_WAY: Option<&'static str> = None;
}

impl Dialect for postgres::Conn {
    // Rows that refer to the locked one can still be added.
    dialect!(" FOR NO KEY UPDATE", " FOR UPDATE SKIP LOCKED");
    const LOCK_MEETING: Option<&'static str> =
        Some("SELECT id FROM meetings WHERE id = $1 FOR NO KEY UPDATE");
    const LOCK_INVITATION: Option<&'static str> =
        Some("SELECT id FROM invitations WHERE id = $1 FOR NO KEY UPDATE");
    const LOCK_NUMBER: Option<&'static str> = Some("SELECT pg_advisory_xact_lock($1)");
    // Shorter than it takes the server to look for a deadlock: it then need not choose who is undone.
    const GIVE_WAY: Option<&'static str> = Some("SET LOCAL lock_timeout = '200ms'");
}
