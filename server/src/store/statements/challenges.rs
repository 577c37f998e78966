use super::Conn;
use crate::{
    clock::Time,
    rules::limits::{Sends, Tries},
    store::{Attempt, Challenges, Naming, Stored, dialect::Dialect, records::Challenge},
};
use async_trait::async_trait;
use sqlx::{query, query_as};
use std::collections::BTreeMap;

impl Conn {
    async fn insert_try(&mut self, attempt: &Attempt<'_>, e_id: bool) -> Stored<()> {
        query(
            "INSERT INTO tries (id, invitation_id, generation, session_id, e_id, at, wrong, alone)
             VALUES ($1, $2, $3, $4, $5, $6, TRUE, $7)",
        )
        .bind(attempt.id)
        .bind(attempt.invitation)
        .bind(attempt.generation)
        .bind(attempt.session)
        .bind(e_id)
        .bind(attempt.at)
        .bind(attempt.alone)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}

#[async_trait]
impl Challenges for Conn {
    async fn add_challenge(&mut self, challenge: &Challenge) -> Stored<()> {
        query(
            "INSERT INTO challenges (id, session_id, invitation_id, address, decoy, key_id,
                made_at, sent_at, expires_at, sends, tries, consumed_at)
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
        .bind(challenge.tries)
        .bind(challenge.consumed_at)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn challenge(&mut self, id: &str) -> Stored<Option<Challenge>> {
        Ok(query_as(concat!("SELECT ", challenge_columns!(), " FROM challenges WHERE id = $1"))
            .bind(id)
            .fetch_optional(&mut *self.0)
            .await?)
    }

    async fn resent(&mut self, id: &str, decoy: bool, at: Time) -> Stored<()> {
        query("UPDATE challenges SET sends = sends + 1, decoy = $3, sent_at = $2 WHERE id = $1")
            .bind(id)
            .bind(at)
            .bind(decoy)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    async fn count_try(&mut self, attempt: &Attempt<'_>, most: u32) -> Stored<bool> {
        let counted = query(
            "UPDATE challenges SET tries = tries + 1
             WHERE id = $1 AND tries < $2 AND consumed_at IS NULL",
        )
        .bind(attempt.challenge)
        .bind(i64::from(most))
        .execute(&mut *self.0)
        .await?;
        if counted.rows_affected() != 1 {
            return Ok(false);
        }
        self.insert_try(attempt, false).await?;
        Ok(true)
    }

    async fn count_e_id(&mut self, attempt: &Attempt<'_>) -> Stored<()> {
        self.insert_try(attempt, true).await
    }

    async fn excuse_try(&mut self, id: &str) -> Stored<()> {
        query("UPDATE tries SET wrong = FALSE WHERE id = $1")
            .bind(id)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    async fn expire(&mut self, id: &str, at: Time) -> Stored<()> {
        query("UPDATE challenges SET expired_at = $2 WHERE id = $1 AND expired_at IS NULL")
            .bind(id)
            .bind(at)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    async fn consume(&mut self, id: &str, at: Time) -> Stored<bool> {
        let done =
            query("UPDATE challenges SET consumed_at = $2 WHERE id = $1 AND consumed_at IS NULL")
                .bind(id)
                .bind(at)
                .execute(&mut *self.0)
                .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn tries(
        &mut self,
        invitation: &str,
        generation: i64,
        session: &str,
        day_before: Time,
    ) -> Stored<(Tries, Tries)> {
        let counts: Vec<(bool, i64, i64, i64, i64)> = query_as(
            // Rows that count for other sessions alone are never scanned, however many there are.
            "SELECT e_id, COUNT(CASE WHEN at > $4 AND NOT own THEN 1 END),
                COUNT(CASE WHEN NOT own THEN 1 END),
                COUNT(CASE WHEN at > $4 AND own THEN 1 END), COUNT(CASE WHEN own THEN 1 END)
             FROM (
                SELECT e_id, at, FALSE AS own FROM tries
                WHERE invitation_id = $1 AND generation = $2 AND alone = FALSE AND wrong
                UNION ALL
                SELECT e_id, at, TRUE AS own FROM tries
                WHERE session_id = $3 AND invitation_id = $1 AND generation = $2 AND wrong
             ) AS counted GROUP BY e_id",
        )
        .bind(invitation)
        .bind(generation)
        .bind(session)
        .bind(day_before)
        .fetch_all(&mut *self.0)
        .await?;
        let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
        let of = |e_id| {
            let counts = counts.iter().find(|counts| counts.0 == e_id);
            counts.map_or_else(Tries::default, |counts| Tries {
                invitation_day: number(counts.1),
                invitation_all: number(counts.2),
                session_day: number(counts.3),
                session_all: number(counts.4),
            })
        };
        Ok((of(false), of(true)))
    }

    async fn lock_address(&mut self, address_mark: &[u8]) -> Stored<()> {
        if let Some(lock) = Self::LOCK_NUMBER {
            // Two addresses with the same number wait for each other needlessly. That is all.
            let start = address_mark.first_chunk().copied().unwrap_or_default();
            query(lock).bind(i64::from_be_bytes(start)).execute(&mut *self.0).await?;
        }
        Ok(())
    }

    async fn count_send(
        &mut self,
        id: &str,
        attempt: &Attempt<'_>,
        naming: Naming<'_>,
    ) -> Stored<()> {
        query(
            "INSERT INTO sends (id, invitation_id, generation, session_id, address_mark, at, silent,
                waits, e_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(id)
        .bind(attempt.invitation)
        .bind(attempt.generation)
        .bind(attempt.session)
        .bind(naming.address_mark)
        .bind(attempt.at)
        .bind(naming.mail_at.is_none())
        .bind(naming.mail_at.map_or(0, |at| at.0.saturating_sub(attempt.at.0)))
        .bind(naming.e_id)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn sends(
        &mut self,
        invitation: &str,
        generation: i64,
        session: &str,
        address_mark: &[u8],
        since: Time,
    ) -> Stored<Sends> {
        // Rows that count for other sessions alone are never scanned, however many there are.
        let found: Vec<(i32, Time, i64, bool, Vec<u8>)> = query_as(
            "SELECT 1 AS whose, at, waits, e_id, address_mark FROM sends
             WHERE session_id = $3 AND invitation_id = $1 AND generation = $2 AND at > $5
             UNION ALL
             SELECT 2 AS whose, at, waits, e_id, address_mark FROM sends
             WHERE invitation_id = $1 AND generation = $2 AND silent = FALSE AND at > $5
             UNION ALL
             SELECT 3 AS whose, at, waits, e_id, address_mark FROM sends
             WHERE address_mark = $4 AND silent = FALSE AND at > $5",
        )
        .bind(invitation)
        .bind(generation)
        .bind(session)
        .bind(address_mark)
        .bind(since)
        .fetch_all(&mut *self.0)
        .await?;
        let mut sends = Sends::default();
        let mut others: BTreeMap<Vec<u8>, Time> = BTreeMap::new();
        for (whose, at, waits, e_id, mark) in found {
            let mail_at = Time(at.0.saturating_add(waits));
            match whose {
                1 => {
                    if !e_id {
                        sends.session.push(at);
                    }
                    if mark == address_mark {
                        sends.named = sends.named.max(Some(at));
                    } else {
                        let last = others.entry(mark).or_insert(at);
                        *last = at.max(*last);
                    }
                }
                2 => sends.invitation.push(mail_at),
                _ => sends.address.push(mail_at),
            }
        }
        sends.others = others.into_values().collect();
        let Sends { session, others, invitation, address, .. } = &mut sends;
        for times in [session, others, invitation, address] {
            times.sort_unstable();
        }
        Ok(sends)
    }
}
