use super::Conn;
use crate::{
    clock::Time,
    model::{BankIdOrder, OidcLogin},
    rules::limits::Begun,
    store::{Claim, Identifications, Leases, StoreResult, dialect::Dialect},
};
use async_trait::async_trait;
use sqlx::{query, query_as};

#[async_trait]
impl Identifications for Conn {
    async fn add_order(&mut self, order: &BankIdOrder) -> StoreResult<()> {
        query(
            "INSERT INTO bankid_orders (id, session_id, invitation_id, generation, address, same_device, mobile,
                key_id, return_hash, device, state, hint, begun_at, issued_at, due_at, leased_until,
                network)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $13, 0, $14)",
        )
        .bind(&order.id)
        .bind(&order.session_id)
        .bind(&order.invitation_id)
        .bind(order.generation)
        .bind(&order.address)
        .bind(order.same_device)
        .bind(order.mobile)
        .bind(&order.key_id)
        .bind(&order.return_hash)
        .bind(&order.device)
        .bind(order.state.name())
        .bind(&order.hint)
        .bind(order.begun_at)
        .bind(&order.network)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn order(&mut self, id: &str) -> StoreResult<Option<BankIdOrder>> {
        Ok(query_as(concat!(
            "SELECT ",
            bankid_order_columns!(),
            " FROM bankid_orders WHERE id = $1"
        ))
        .bind(id)
        .fetch_optional(&mut *self.0)
        .await?)
    }

    async fn order_by_return(&mut self, return_hash: &[u8]) -> StoreResult<Option<BankIdOrder>> {
        Ok(query_as(concat!(
            "SELECT ",
            bankid_order_columns!(),
            " FROM bankid_orders WHERE return_hash = $1"
        ))
        .bind(return_hash)
        .fetch_optional(&mut *self.0)
        .await?)
    }

    async fn begun_since(
        &mut self,
        invitation: &str,
        generation: i64,
        session: &str,
        network: &[u8],
        since: Time,
    ) -> StoreResult<Begun> {
        let (all, there, own): (i64, i64, i64) = query_as(
            "SELECT COUNT(*), COUNT(CASE WHEN network = $5 THEN 1 END),
                COUNT(CASE WHEN session_id = $3 THEN 1 END) FROM (
                SELECT session_id, network FROM bankid_orders
                WHERE invitation_id = $1 AND begun_at > $2 AND generation = $4
                UNION ALL
                SELECT session_id, network FROM oidc_logins
                WHERE invitation_id = $1 AND begun_at > $2 AND generation = $4) AS begun",
        )
        .bind(invitation)
        .bind(since)
        .bind(session)
        .bind(generation)
        .bind(network)
        .fetch_one(&mut *self.0)
        .await?;
        let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
        Ok(Begun { all: number(all), network: number(there), session: number(own) })
    }

    async fn lease_orders(
        &mut self,
        now: Time,
        until: Time,
        next: Time,
        most: u32,
    ) -> StoreResult<Vec<BankIdOrder>> {
        Ok(query_as(Self::LEASE_ORDERS)
            .bind(now)
            .bind(until)
            .bind(next)
            .bind(i64::from(most))
            .fetch_all(&mut *self.0)
            .await?)
    }

    async fn release_orders(&mut self, claims: &[Claim<'_>]) -> StoreResult<()> {
        for claim in claims {
            query(
                "UPDATE bankid_orders SET leased_until = 0, unreachable_since = NULL
                 WHERE id = $1 AND leased_until = $2",
            )
            .bind(claim.id)
            .bind(claim.until)
            .execute(&mut *self.0)
            .await?;
        }
        Ok(())
    }

    async fn order_started(
        &mut self,
        claim: Claim<'_>,
        started: &[u8],
        hint: &str,
        at: Time,
    ) -> StoreResult<()> {
        query(
            "UPDATE bankid_orders SET started = $2, hint = $3, issued_at = $4, leased_until = 0,
                unreachable_since = NULL, due_at = CASE state WHEN 'opening' THEN due_at ELSE $4 END,
                state = CASE state WHEN 'opening' THEN 'open' ELSE 'cancelling' END
             WHERE id = $1 AND leased_until = $5 AND state IN ('opening', 'cancelling')",
        )
        .bind(claim.id)
        .bind(started)
        .bind(hint)
        .bind(at)
        .bind(claim.until)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn order_hint(&mut self, claim: Claim<'_>, hint: &str) -> StoreResult<()> {
        query(
            "UPDATE bankid_orders SET hint = $2, leased_until = 0, unreachable_since = NULL
             WHERE id = $1 AND leased_until = $3 AND state = 'open'",
        )
        .bind(claim.id)
        .bind(hint)
        .bind(claim.until)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn renew_order(&mut self, claim: Claim<'_>, at: Time) -> StoreResult<()> {
        query(
            "UPDATE bankid_orders SET state = 'opening', started = NULL, due_at = $2, leased_until = 0,
                unreachable_since = NULL
             WHERE id = $1 AND leased_until = $3 AND state = 'open'",
        )
        .bind(claim.id)
        .bind(at)
        .bind(claim.until)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn mark_unreachable(&mut self, claim: Claim<'_>, since: Time) -> StoreResult<()> {
        query(
            "UPDATE bankid_orders SET unreachable_since = COALESCE(unreachable_since, $2), leased_until = 0
             WHERE id = $1 AND leased_until = $3",
        )
        .bind(claim.id)
        .bind(since)
        .bind(claim.until)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn order_done(&mut self, claim: Claim<'_>, completion: &[u8]) -> StoreResult<bool> {
        let done = query(
            "UPDATE bankid_orders SET state = 'done', completion = $2, started = NULL, leased_until = 0
             WHERE id = $1 AND leased_until = $3 AND state = 'open'",
        )
        .bind(claim.id)
        .bind(completion)
        .bind(claim.until)
        .execute(&mut *self.0)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn order_failed(&mut self, claim: Claim<'_>, why: &str) -> StoreResult<bool> {
        let done = query(
            "UPDATE bankid_orders SET state = 'failed', hint = $2, started = NULL, leased_until = 0
             WHERE id = $1 AND leased_until = $3 AND state IN ('opening', 'open')",
        )
        .bind(claim.id)
        .bind(why)
        .bind(claim.until)
        .execute(&mut *self.0)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn abandon_order(&mut self, id: &str, at: Time) -> StoreResult<()> {
        query(
            "UPDATE bankid_orders SET state = 'cancelling', completion = NULL, due_at = $2
             WHERE id = $1 AND state IN ('opening', 'open')",
        )
        .bind(id)
        .bind(at)
        .execute(&mut *self.0)
        .await?;
        query(
            "UPDATE bankid_orders SET state = 'ended', completion = NULL
             WHERE id = $1 AND state IN ('done', 'failed')",
        )
        .bind(id)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn abandon_orders_of(&mut self, session: &str, at: Time) -> StoreResult<()> {
        let orders: Vec<(String,)> = query_as(
            "SELECT id FROM bankid_orders WHERE session_id = $1 AND state IN ('opening', 'open', 'done')
             ORDER BY id",
        )
        .bind(session)
        .fetch_all(&mut *self.0)
        .await?;
        for (id,) in orders {
            self.abandon_order(&id, at).await?;
        }
        Ok(())
    }

    async fn abandon_orders_for(&mut self, invitations: &[&str], at: Time) -> StoreResult<()> {
        let mut orders: Vec<(String,)> = Vec::new();
        for invitation in invitations {
            let of: Vec<_> = query_as(
                "SELECT id FROM bankid_orders
                 WHERE invitation_id = $1 AND state IN ('opening', 'open', 'done')",
            )
            .bind(invitation)
            .fetch_all(&mut *self.0)
            .await?;
            orders.extend(of);
        }
        orders.sort();
        for (id,) in orders {
            self.abandon_order(&id, at).await?;
        }
        Ok(())
    }

    async fn end_order(&mut self, id: &str) -> StoreResult<bool> {
        let done = query(
            "UPDATE bankid_orders SET state = 'ended', started = NULL, completion = NULL
             WHERE id = $1 AND state IN ('cancelling', 'done')",
        )
        .bind(id)
        .execute(&mut *self.0)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn order_returned(&mut self, id: &str, at: Time) -> StoreResult<bool> {
        let done = query(
            "UPDATE bankid_orders SET returned_at = $2 WHERE id = $1 AND returned_at IS NULL",
        )
        .bind(id)
        .bind(at)
        .execute(&mut *self.0)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn add_login(&mut self, login: &OidcLogin) -> StoreResult<()> {
        query(
            "INSERT INTO oidc_logins (id, session_id, invitation_id, generation, address, provider,
                key_id, state_hash, url, begun_at, network)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(&login.id)
        .bind(&login.session_id)
        .bind(&login.invitation_id)
        .bind(login.generation)
        .bind(&login.address)
        .bind(&login.provider)
        .bind(&login.key_id)
        .bind(&login.state_hash)
        .bind(&login.url)
        .bind(login.begun_at)
        .bind(&login.network)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn login(&mut self, id: &str) -> StoreResult<Option<OidcLogin>> {
        Ok(query_as(concat!("SELECT ", oidc_login_columns!(), " FROM oidc_logins WHERE id = $1"))
            .bind(id)
            .fetch_optional(&mut *self.0)
            .await?)
    }

    async fn login_by_state(&mut self, state_hash: &[u8]) -> StoreResult<Option<OidcLogin>> {
        Ok(query_as(concat!(
            "SELECT ",
            oidc_login_columns!(),
            " FROM oidc_logins WHERE state_hash = $1"
        ))
        .bind(state_hash)
        .fetch_optional(&mut *self.0)
        .await?)
    }

    async fn use_login(&mut self, id: &str, at: Time) -> StoreResult<bool> {
        let done = query("UPDATE oidc_logins SET used_at = $2 WHERE id = $1 AND used_at IS NULL")
            .bind(id)
            .bind(at)
            .execute(&mut *self.0)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn followed_orders(&mut self) -> StoreResult<Vec<(String, i64)>> {
        Ok(query_as(
            "SELECT state, COUNT(*) FROM bankid_orders
             WHERE state IN ('opening', 'open', 'cancelling') GROUP BY state",
        )
        .fetch_all(&mut *self.0)
        .await?)
    }

    async fn purge_identifications(&mut self, begun_before: Time) -> StoreResult<u64> {
        self.use_short_lock_timeout().await?;
        let orders = query(
            "DELETE FROM bankid_orders WHERE id IN (
                SELECT id FROM bankid_orders WHERE begun_at < $1 ORDER BY begun_at, id LIMIT 1000)",
        )
        .bind(begun_before)
        .execute(&mut *self.0)
        .await?;
        let logins = query(
            "DELETE FROM oidc_logins WHERE id IN (
                SELECT id FROM oidc_logins WHERE begun_at < $1 ORDER BY begun_at, id LIMIT 1000)",
        )
        .bind(begun_before)
        .execute(&mut *self.0)
        .await?;
        Ok(orders.rows_affected() + logins.rows_affected())
    }
}
