//! Challenges, attempts and sent codes.

use super::{
    StoreResult, Tx,
    query::{query, row},
};
use crate::{
    clock::Time,
    model::Challenge,
    rules::limits::{AttemptCounts, SendHistory},
};
use std::collections::BTreeMap;

row!(challenge_columns of challenges, Challenge {
        id,
        session_id,
        invitation_id,
        address,
        decoy,
        key_id,
        made_at,
        sent_at,
        expires_at,
        sends,
        attempts,
        consumed_at,
        expired_at,
    }
);
pub(super) use challenge_columns;

/// An attempt or another counted act of a session on an invitation.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// Its id.
    pub id: &'a str,
    /// The challenge.
    pub challenge: &'a str,
    /// The invitation.
    pub invitation: &'a str,
    /// The generation of the link.
    pub generation: i64,
    /// The session.
    pub session: &'a str,
    /// `true` for an attempt that counts for the session alone, and not for the invitation.
    pub alone: bool,
    /// The time of the attempt.
    pub at: Time,
}

/// An address that a session names, and the mail that follows.
#[derive(Clone, Copy, Debug)]
pub struct NewSend<'a> {
    /// The keyed hash of the address.
    pub address_hash: &'a [u8],
    /// Time at which the message with the code is sent. `None` if none is.
    pub mail_at: Option<Time>,
    /// `true` on the e-ID track, where no code is requested.
    pub e_id: bool,
}

impl Tx {
    async fn insert_attempt(&mut self, attempt: &Attempt<'_>, e_id: bool) -> StoreResult<()> {
        query(
            "INSERT INTO attempts (id, invitation_id, generation, session_id, e_id, at, wrong, alone)
             VALUES ($1, $2, $3, $4, $5, $6, TRUE, $7)",
        )
        .bind(attempt.id)
        .bind(attempt.invitation)
        .bind(attempt.generation)
        .bind(attempt.session)
        .bind(e_id)
        .bind(attempt.at)
        .bind(attempt.alone)
        .write(self)
        .await
    }
}

impl Tx {
    /// Adds a challenge.
    pub async fn add_challenge(&mut self, challenge: &Challenge) -> StoreResult<()> {
        query(
            "INSERT INTO challenges (id, session_id, invitation_id, address, decoy, key_id,
                made_at, sent_at, expires_at, sends, attempts, consumed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(&challenge.id)
        .bind(&challenge.session_id)
        .bind(&challenge.invitation_id)
        .bind(&challenge.address)
        .bind(challenge.decoy)
        .bind(&challenge.key_id)
        .bind(challenge.made_at)
        .bind(challenge.sent_at)
        .bind(challenge.expires_at)
        .bind(challenge.sends)
        .bind(challenge.attempts)
        .bind(challenge.consumed_at)
        .write(self)
        .await
    }

    /// Returns the challenge with this id.
    pub async fn challenge(&mut self, id: &str) -> StoreResult<Option<Challenge>> {
        query(concat!("SELECT ", challenge_columns!(), " FROM challenges WHERE id = $1"))
            .bind(id)
            .fetch_optional(self)
            .await
    }

    /// Records that a code was sent again, and whether its challenge is a decoy by now.
    pub async fn resent(&mut self, id: &str, decoy: bool, at: Time) -> StoreResult<()> {
        query("UPDATE challenges SET sends = sends + 1, decoy = $3, sent_at = $2 WHERE id = $1")
            .bind(id)
            .bind(at)
            .bind(decoy)
            .write(self)
            .await
    }

    /// Counts an attempt, on the challenge and on the invitation. Returns `false` and counts nothing if the
    /// challenge has had `most` attempts or was consumed.
    pub async fn record_attempt(&mut self, attempt: &Attempt<'_>, most: u32) -> StoreResult<bool> {
        let counted = query(
            "UPDATE challenges SET attempts = attempts + 1
             WHERE id = $1 AND attempts < $2 AND consumed_at IS NULL",
        )
        .bind(attempt.challenge)
        .bind(i64::from(most))
        .change(self)
        .await?;
        if counted != 1 {
            return Ok(false);
        }
        self.insert_attempt(attempt, false).await?;
        Ok(true)
    }

    /// Counts an e-ID identification before it is matched.
    pub async fn record_e_id_attempt(&mut self, attempt: &Attempt<'_>) -> StoreResult<()> {
        self.insert_attempt(attempt, true).await
    }

    /// Takes a correct attempt out of the count of wrong ones.
    pub async fn mark_attempt_correct(&mut self, id: &str) -> StoreResult<()> {
        query("UPDATE attempts SET wrong = FALSE WHERE id = $1").bind(id).write(self).await
    }

    /// Records that a challenge has expired.
    pub async fn expire(&mut self, id: &str, at: Time) -> StoreResult<()> {
        query("UPDATE challenges SET expired_at = $2 WHERE id = $1 AND expired_at IS NULL")
            .bind(id)
            .bind(at)
            .write(self)
            .await
    }

    /// Consumes a challenge. Returns `false` if it was consumed before.
    pub async fn consume(&mut self, id: &str, at: Time) -> StoreResult<bool> {
        let done =
            query("UPDATE challenges SET consumed_at = $2 WHERE id = $1 AND consumed_at IS NULL")
                .bind(id)
                .bind(at)
                .change(self)
                .await?;
        Ok(done == 1)
    }

    /// Returns the counts of wrong attempts: codes, and refused e-ID identifications.
    pub async fn attempts(
        &mut self,
        invitation: &str,
        generation: i64,
        session: &str,
        day_before: Time,
    ) -> StoreResult<(AttemptCounts, AttemptCounts)> {
        let counts: Vec<(bool, i64, i64, i64, i64)> = query(
            // Rows that count for other sessions alone are never scanned, however many there are.
            "SELECT e_id, COUNT(CASE WHEN at > $4 AND NOT own THEN 1 END),
                COUNT(CASE WHEN NOT own THEN 1 END),
                COUNT(CASE WHEN at > $4 AND own THEN 1 END), COUNT(CASE WHEN own THEN 1 END)
             FROM (
                SELECT e_id, at, FALSE AS own FROM attempts
                WHERE invitation_id = $1 AND generation = $2 AND alone = FALSE AND wrong
                UNION ALL
                SELECT e_id, at, TRUE AS own FROM attempts
                WHERE session_id = $3 AND invitation_id = $1 AND generation = $2 AND wrong
             ) AS counted GROUP BY e_id",
        )
        .bind(invitation)
        .bind(generation)
        .bind(session)
        .bind(day_before)
        .fetch_all(self)
        .await?;
        let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
        let of = |e_id| {
            let counts = counts.iter().find(|counts| counts.0 == e_id);
            counts.map_or_else(AttemptCounts::default, |counts| AttemptCounts {
                invitation_day: number(counts.1),
                invitation_all: number(counts.2),
                session_day: number(counts.3),
                session_all: number(counts.4),
            })
        };
        Ok((of(false), of(true)))
    }

    /// Locks an address, so that other transactions can't count codes sent to it.
    pub async fn lock_address(&mut self, address_hash: &[u8]) -> StoreResult<()> {
        if self.has_other_writers() {
            // Two addresses with the same number wait for each other needlessly. That is all.
            let start = address_hash.first_chunk().copied().unwrap_or_default();
            query("SELECT pg_advisory_xact_lock($1)")
                .bind(i64::from_be_bytes(start))
                .execute(self)
                .await?;
        }
        Ok(())
    }

    /// Counts a code that is sent, or an address that was named without one.
    pub async fn record_send(
        &mut self,
        id: &str,
        attempt: &Attempt<'_>,
        send: NewSend<'_>,
    ) -> StoreResult<()> {
        query(
            "INSERT INTO sends (id, invitation_id, generation, session_id, address_hash, at, suppressed,
                waits, e_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(id)
        .bind(attempt.invitation)
        .bind(attempt.generation)
        .bind(attempt.session)
        .bind(send.address_hash)
        .bind(attempt.at)
        .bind(send.mail_at.is_none())
        .bind(send.mail_at.map_or(0, |at| at.0.saturating_sub(attempt.at.0)))
        .bind(send.e_id)
        .write(self)
        .await
    }

    /// Returns the codes sent since a time, and the addresses that the session named.
    pub async fn sends(
        &mut self,
        invitation: &str,
        generation: i64,
        session: &str,
        address_hash: &[u8],
        since: Time,
    ) -> StoreResult<SendHistory> {
        // Rows that count for other sessions alone are never scanned, however many there are.
        let found: Vec<(i32, Time, i64, bool, Vec<u8>)> = query(
            "SELECT 1 AS whose, at, waits, e_id, address_hash FROM sends
             WHERE session_id = $3 AND invitation_id = $1 AND generation = $2 AND at > $5
             UNION ALL
             SELECT 2 AS whose, at, waits, e_id, address_hash FROM sends
             WHERE invitation_id = $1 AND generation = $2 AND suppressed = FALSE AND at > $5
             UNION ALL
             SELECT 3 AS whose, at, waits, e_id, address_hash FROM sends
             WHERE address_hash = $4 AND suppressed = FALSE AND at > $5",
        )
        .bind(invitation)
        .bind(generation)
        .bind(session)
        .bind(address_hash)
        .bind(since)
        .fetch_all(self)
        .await?;
        let mut sends = SendHistory::default();
        let mut others: BTreeMap<Vec<u8>, Time> = BTreeMap::new();
        for (whose, at, waits, e_id, hash) in found {
            let mail_at = Time(at.0.saturating_add(waits));
            match whose {
                1 => {
                    if !e_id {
                        sends.session.push(at);
                    }
                    if hash == address_hash {
                        sends.named = sends.named.max(Some(at));
                    } else {
                        let last = others.entry(hash).or_insert(at);
                        *last = at.max(*last);
                    }
                }
                2 => sends.invitation.push(mail_at),
                _ => sends.address.push(mail_at),
            }
        }
        sends.others = others.into_values().collect();
        let SendHistory { session, others, invitation, address, .. } = &mut sends;
        for times in [session, others, invitation, address] {
            times.sort_unstable();
        }
        Ok(sends)
    }
}
