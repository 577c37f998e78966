use super::Conn;
use crate::{
    clock::Time,
    rules::limits::Begun,
    store::{
        Hold, Identifications, Stored, Turns,
        dialect::Dialect,
        records::{Login, Order},
    },
};
use async_trait::async_trait;
use sqlx::{query, query_as};

#[async_trait]
impl Identifications for Conn {
    async fn add_order(&mut self, order: &Order) -> Stored<()> {
        query(
            "INSERT INTO orders (id, session_id, invitation_id, generation, address, here, handheld,
                key_id, return_hash, device, state, hint, begun_at, issued_at, due_at, leased_until,
                network)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $13, 0, $14)",
        )
        .bind(&order.id)
        .bind(&order.session_id)
        .bind(&order.invitation_id)
        .bind(order.generation)
        .bind(&order.address)
        .bind(order.here)
        .bind(order.handheld)
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

    async fn order(&mut self, id: &str) -> Stored<Option<Order>> {
        Ok(query_as(concat!("SELECT ", order_columns!(), " FROM orders WHERE id = $1"))
            .bind(id)
            .fetch_optional(&mut *self.0)
            .await?)
    }

    async fn order_by_return(&mut self, return_hash: &[u8]) -> Stored<Option<Order>> {
        Ok(query_as(concat!("SELECT ", order_columns!(), " FROM orders WHERE return_hash = $1"))
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
    ) -> Stored<Begun> {
        let (all, there, own): (i64, i64, i64) = query_as(
            "SELECT COUNT(*), COUNT(CASE WHEN network = $5 THEN 1 END),
                COUNT(CASE WHEN session_id = $3 THEN 1 END) FROM (
                SELECT session_id, network FROM orders
                WHERE invitation_id = $1 AND begun_at > $2 AND generation = $4
                UNION ALL
                SELECT session_id, network FROM logins
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
    ) -> Stored<Vec<Order>> {
        Ok(query_as(Self::LEASE_ORDERS)
            .bind(now)
            .bind(until)
            .bind(next)
            .bind(i64::from(most))
            .fetch_all(&mut *self.0)
            .await?)
    }

    async fn release_orders(&mut self, held: &[Hold<'_>]) -> Stored<()> {
        for hold in held {
            query(
                "UPDATE orders SET leased_until = 0, troubled_at = NULL
                 WHERE id = $1 AND leased_until = $2",
            )
            .bind(hold.id)
            .bind(hold.until)
            .execute(&mut *self.0)
            .await?;
        }
        Ok(())
    }

    async fn order_started(
        &mut self,
        hold: Hold<'_>,
        started: &[u8],
        hint: &str,
        at: Time,
    ) -> Stored<()> {
        query(
            "UPDATE orders SET started = $2, hint = $3, issued_at = $4, leased_until = 0,
                troubled_at = NULL, due_at = CASE state WHEN 'opening' THEN due_at ELSE $4 END,
                state = CASE state WHEN 'opening' THEN 'open' ELSE 'cancelling' END
             WHERE id = $1 AND leased_until = $5 AND state IN ('opening', 'cancelling')",
        )
        .bind(hold.id)
        .bind(started)
        .bind(hint)
        .bind(at)
        .bind(hold.until)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn order_hint(&mut self, hold: Hold<'_>, hint: &str) -> Stored<()> {
        query(
            "UPDATE orders SET hint = $2, leased_until = 0, troubled_at = NULL
             WHERE id = $1 AND leased_until = $3 AND state = 'open'",
        )
        .bind(hold.id)
        .bind(hint)
        .bind(hold.until)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn renew_order(&mut self, hold: Hold<'_>, at: Time) -> Stored<()> {
        query(
            "UPDATE orders SET state = 'opening', started = NULL, due_at = $2, leased_until = 0,
                troubled_at = NULL
             WHERE id = $1 AND leased_until = $3 AND state = 'open'",
        )
        .bind(hold.id)
        .bind(at)
        .bind(hold.until)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn order_troubled(&mut self, hold: Hold<'_>, since: Time) -> Stored<()> {
        query(
            "UPDATE orders SET troubled_at = COALESCE(troubled_at, $2), leased_until = 0
             WHERE id = $1 AND leased_until = $3",
        )
        .bind(hold.id)
        .bind(since)
        .bind(hold.until)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn order_done(&mut self, hold: Hold<'_>, outcome: &[u8]) -> Stored<bool> {
        let done = query(
            "UPDATE orders SET state = 'done', outcome = $2, started = NULL, leased_until = 0
             WHERE id = $1 AND leased_until = $3 AND state = 'open'",
        )
        .bind(hold.id)
        .bind(outcome)
        .bind(hold.until)
        .execute(&mut *self.0)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn order_failed(&mut self, hold: Hold<'_>, why: &str) -> Stored<bool> {
        let done = query(
            "UPDATE orders SET state = 'failed', hint = $2, started = NULL, leased_until = 0
             WHERE id = $1 AND leased_until = $3 AND state IN ('opening', 'open')",
        )
        .bind(hold.id)
        .bind(why)
        .bind(hold.until)
        .execute(&mut *self.0)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn leave_order(&mut self, id: &str, at: Time) -> Stored<()> {
        query(
            "UPDATE orders SET state = 'cancelling', outcome = NULL, due_at = $2
             WHERE id = $1 AND state IN ('opening', 'open')",
        )
        .bind(id)
        .bind(at)
        .execute(&mut *self.0)
        .await?;
        query(
            "UPDATE orders SET state = 'ended', outcome = NULL
             WHERE id = $1 AND state IN ('done', 'failed')",
        )
        .bind(id)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn leave_orders_of(&mut self, session: &str, at: Time) -> Stored<()> {
        let orders: Vec<(String,)> = query_as(
            "SELECT id FROM orders WHERE session_id = $1 AND state IN ('opening', 'open', 'done')
             ORDER BY id",
        )
        .bind(session)
        .fetch_all(&mut *self.0)
        .await?;
        for (id,) in orders {
            self.leave_order(&id, at).await?;
        }
        Ok(())
    }

    async fn leave_orders_for(&mut self, invitations: &[&str], at: Time) -> Stored<()> {
        let mut orders: Vec<(String,)> = Vec::new();
        for invitation in invitations {
            let of: Vec<_> = query_as(
                "SELECT id FROM orders
                 WHERE invitation_id = $1 AND state IN ('opening', 'open', 'done')",
            )
            .bind(invitation)
            .fetch_all(&mut *self.0)
            .await?;
            orders.extend(of);
        }
        orders.sort();
        for (id,) in orders {
            self.leave_order(&id, at).await?;
        }
        Ok(())
    }

    async fn end_order(&mut self, id: &str) -> Stored<bool> {
        let done = query(
            "UPDATE orders SET state = 'ended', started = NULL, outcome = NULL
             WHERE id = $1 AND state IN ('cancelling', 'done')",
        )
        .bind(id)
        .execute(&mut *self.0)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn order_returned(&mut self, id: &str, at: Time) -> Stored<bool> {
        let done =
            query("UPDATE orders SET returned_at = $2 WHERE id = $1 AND returned_at IS NULL")
                .bind(id)
                .bind(at)
                .execute(&mut *self.0)
                .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn add_login(&mut self, login: &Login) -> Stored<()> {
        query(
            "INSERT INTO logins (id, session_id, invitation_id, generation, address, provider,
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

    async fn login(&mut self, id: &str) -> Stored<Option<Login>> {
        Ok(query_as(concat!("SELECT ", login_columns!(), " FROM logins WHERE id = $1"))
            .bind(id)
            .fetch_optional(&mut *self.0)
            .await?)
    }

    async fn login_by_state(&mut self, state_hash: &[u8]) -> Stored<Option<Login>> {
        Ok(query_as(concat!("SELECT ", login_columns!(), " FROM logins WHERE state_hash = $1"))
            .bind(state_hash)
            .fetch_optional(&mut *self.0)
            .await?)
    }

    async fn use_login(&mut self, id: &str, at: Time) -> Stored<bool> {
        let done = query("UPDATE logins SET used_at = $2 WHERE id = $1 AND used_at IS NULL")
            .bind(id)
            .bind(at)
            .execute(&mut *self.0)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn followed_orders(&mut self) -> Stored<Vec<(String, i64)>> {
        Ok(query_as(
            "SELECT state, COUNT(*) FROM orders
             WHERE state IN ('opening', 'open', 'cancelling') GROUP BY state",
        )
        .fetch_all(&mut *self.0)
        .await?)
    }

    async fn erase_identifications(&mut self, begun_before: Time) -> Stored<u64> {
        self.give_way().await?;
        let orders = query(
            "DELETE FROM orders WHERE id IN (
                SELECT id FROM orders WHERE begun_at < $1 ORDER BY begun_at, id LIMIT 1000)",
        )
        .bind(begun_before)
        .execute(&mut *self.0)
        .await?;
        let logins = query(
            "DELETE FROM logins WHERE id IN (
                SELECT id FROM logins WHERE begun_at < $1 ORDER BY begun_at, id LIMIT 1000)",
        )
        .bind(begun_before)
        .execute(&mut *self.0)
        .await?;
        Ok(orders.rows_affected() + logins.rows_affected())
    }
}
