//! Orders with BankID, and logins with OpenID Connect providers.

use super::{
    StoreResult, Tx,
    query::{Column, Columns, Sql, query, row, skipping_locked},
};
use crate::{
    clock::Time,
    model::{BankIdOrder, OidcLogin},
    rules::limits::{Begun, Starts},
};

/// Two columns: the number and the earliest time.
impl Column for Starts {
    fn read(columns: &mut Columns<'_>) -> StoreResult<Self> {
        let count = u32::try_from(columns.next::<i64>()?).unwrap_or(u32::MAX);
        Ok(Self { count, first: columns.next()? })
    }
}

row!(bankid_order_columns of bankid_orders, BankIdOrder {
        id,
        session_id,
        invitation_id,
        generation,
        address,
        same_device,
        mobile,
        key_id,
        return_hash,
        device,
        started,
        completion,
        state,
        hint,
        begun_at,
        issued_at,
        unreachable_since,
        returned_at,
        leased_until,
        network,
    }
);

row!(oidc_login_columns of oidc_logins, OidcLogin {
        id,
        session_id,
        invitation_id,
        generation,
        address,
        provider,
        key_id,
        state_hash,
        url,
        begun_at,
        used_at,
        network,
    }
);

/// Claims due orders that no other transaction is claiming.
const LEASE_ORDERS: Sql = skipping_locked!(
            "WITH due AS MATERIALIZED (
                SELECT id FROM bankid_orders
                WHERE state IN ('opening', 'open', 'cancelling')
                    AND due_at <= $1 AND leased_until <= $1
                    AND (state <> 'opening' OR NOT EXISTS (
                        SELECT 1 FROM bankid_orders other WHERE other.state = 'cancelling'
                            AND other.invitation_id = bankid_orders.invitation_id))
                ORDER BY due_at, id LIMIT $4";
            ") UPDATE bankid_orders SET leased_until = $2, due_at = $3 WHERE id IN (SELECT id FROM due)
             RETURNING ",
            bankid_order_columns!());

/// A claim on an order. A claim that has expired writes nothing.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The claimed order.
    pub id: &'a str,
    /// The end of the claim, as [`Tx::lease_orders`] set it.
    pub until: Time,
}

impl Tx {
    /// Adds an order, due at once.
    pub async fn add_order(&mut self, order: &BankIdOrder) -> StoreResult<()> {
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
        .write(self)
        .await
    }

    /// Returns the order with this id.
    pub async fn order(&mut self, id: &str) -> StoreResult<Option<BankIdOrder>> {
        query(concat!("SELECT ", bankid_order_columns!(), " FROM bankid_orders WHERE id = $1"))
            .bind(id)
            .fetch_optional(self)
            .await
    }

    /// Returns the order whose return secret has this hash.
    pub async fn order_by_return(
        &mut self,
        return_hash: &[u8],
    ) -> StoreResult<Option<BankIdOrder>> {
        query(concat!(
            "SELECT ",
            bankid_order_columns!(),
            " FROM bankid_orders WHERE return_hash = $1"
        ))
        .bind(return_hash)
        .fetch_optional(self)
        .await
    }

    /// Counts orders and logins started by an invitation's link since a time, and finds the earliest: by
    /// anybody, from the network with this keyed hash, and by this session.
    pub async fn begun_since(
        &mut self,
        invitation: &str,
        generation: i64,
        session: &str,
        network: &[u8],
        since: Time,
    ) -> StoreResult<Begun> {
        let (all, network, session) = query(
            "SELECT COUNT(*), MIN(begun_at),
                COUNT(CASE WHEN network = $5 THEN 1 END), MIN(CASE WHEN network = $5 THEN begun_at END),
                COUNT(CASE WHEN session_id = $3 THEN 1 END),
                MIN(CASE WHEN session_id = $3 THEN begun_at END) FROM (
                SELECT session_id, network, begun_at FROM bankid_orders
                WHERE invitation_id = $1 AND begun_at > $2 AND generation = $4
                UNION ALL
                SELECT session_id, network, begun_at FROM oidc_logins
                WHERE invitation_id = $1 AND begun_at > $2 AND generation = $4) AS begun",
        )
        .bind(invitation)
        .bind(since)
        .bind(session)
        .bind(generation)
        .bind(network)
        .fetch_one(self)
        .await?;
        Ok(Begun { all, network, session })
    }

    /// Claims up to `most` orders that are due until `until`, and makes them due again at `next`. Leaves out
    /// an order to be opened while another of the same invitation is yet to be cancelled with BankID.
    pub async fn lease_orders(
        &mut self,
        now: Time,
        until: Time,
        next: Time,
        most: u32,
    ) -> StoreResult<Vec<BankIdOrder>> {
        query(LEASE_ORDERS)
            .bind(now)
            .bind(until)
            .bind(next)
            .bind(i64::from(most))
            .fetch_all(self)
            .await
    }

    /// Ends claims early, and clears `unreachable_since`. The orders otherwise stay as they were.
    pub async fn release_orders(&mut self, claims: &[Claim<'_>]) -> StoreResult<()> {
        for claim in claims {
            query(
                "UPDATE bankid_orders SET leased_until = 0, unreachable_since = NULL
                 WHERE id = $1 AND leased_until = $2",
            )
            .bind(claim.id)
            .bind(claim.until)
            .write(self)
            .await?;
        }
        Ok(())
    }

    /// Records BankID's response to the start of an order. If the order was abandoned meanwhile, it can then
    /// be cancelled with BankID.
    pub async fn order_started(
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
        .write(self)
        .await
    }

    /// Records BankID's hint code for an open order.
    pub async fn order_hint(&mut self, claim: Claim<'_>, hint: &str) -> StoreResult<()> {
        query(
            "UPDATE bankid_orders SET hint = $2, leased_until = 0, unreachable_since = NULL
             WHERE id = $1 AND leased_until = $3 AND state = 'open'",
        )
        .bind(claim.id)
        .bind(hint)
        .bind(claim.until)
        .write(self)
        .await
    }

    /// Marks an open order for a new start, because the app did not start it in time.
    pub async fn renew_order(&mut self, claim: Claim<'_>, at: Time) -> StoreResult<()> {
        query(
            "UPDATE bankid_orders SET state = 'opening', started = NULL, due_at = $2, leased_until = 0,
                unreachable_since = NULL
             WHERE id = $1 AND leased_until = $3 AND state = 'open'",
        )
        .bind(claim.id)
        .bind(at)
        .bind(claim.until)
        .write(self)
        .await
    }

    /// Records since when BankID has not answered as it should.
    pub async fn mark_unreachable(&mut self, claim: Claim<'_>, since: Time) -> StoreResult<()> {
        query(
            "UPDATE bankid_orders SET unreachable_since = COALESCE(unreachable_since, $2), leased_until = 0
             WHERE id = $1 AND leased_until = $3",
        )
        .bind(claim.id)
        .bind(since)
        .bind(claim.until)
        .write(self)
        .await
    }

    /// Records who identified. Returns `false` if the order was abandoned before.
    pub async fn order_done(&mut self, claim: Claim<'_>, completion: &[u8]) -> StoreResult<bool> {
        let done = query(
            "UPDATE bankid_orders SET state = 'done', completion = $2, started = NULL, leased_until = 0
             WHERE id = $1 AND leased_until = $3 AND state = 'open'",
        )
        .bind(claim.id)
        .bind(completion)
        .bind(claim.until)
        .execute(self)
        .await?;
        Ok(done == 1)
    }

    /// Records why an order failed. Returns `false` if it was abandoned before.
    pub async fn order_failed(&mut self, claim: Claim<'_>, why: &str) -> StoreResult<bool> {
        let done = query(
            "UPDATE bankid_orders SET state = 'failed', hint = $2, started = NULL, leased_until = 0
             WHERE id = $1 AND leased_until = $3 AND state IN ('opening', 'open')",
        )
        .bind(claim.id)
        .bind(why)
        .bind(claim.until)
        .execute(self)
        .await?;
        Ok(done == 1)
    }

    /// Abandons an order. The poller then cancels it with BankID, if BankID has one.
    pub async fn abandon_order(&mut self, id: &str, at: Time) -> StoreResult<()> {
        query(
            "UPDATE bankid_orders SET state = 'cancelling', completion = NULL, due_at = $2
             WHERE id = $1 AND state IN ('opening', 'open')",
        )
        .bind(id)
        .bind(at)
        .write(self)
        .await?;
        query(
            "UPDATE bankid_orders SET state = 'ended', completion = NULL
             WHERE id = $1 AND state IN ('done', 'failed')",
        )
        .bind(id)
        .write(self)
        .await
    }

    /// Abandons every order of a session. The caller must have locked or ended the session.
    pub async fn abandon_orders_of(&mut self, session: &str, at: Time) -> StoreResult<()> {
        let orders: Vec<(String,)> = query(
            "SELECT id FROM bankid_orders WHERE session_id = $1 AND state IN ('opening', 'open', 'done')
             ORDER BY id",
        )
        .bind(session)
        .fetch_all(self)
        .await?;
        for (id,) in orders {
            self.abandon_order(&id, at).await?;
        }
        Ok(())
    }

    /// Abandons every order of these invitations.
    pub async fn abandon_orders_for(&mut self, invitations: &[&str], at: Time) -> StoreResult<()> {
        let mut orders: Vec<(String,)> = Vec::new();
        for invitation in invitations {
            let of: Vec<_> = query(
                "SELECT id FROM bankid_orders
                 WHERE invitation_id = $1 AND state IN ('opening', 'open', 'done')",
            )
            .bind(*invitation)
            .fetch_all(self)
            .await?;
            orders.extend(of);
        }
        orders.sort();
        for (id,) in orders {
            self.abandon_order(&id, at).await?;
        }
        Ok(())
    }

    /// Ends an order that was abandoned or done. Returns `false` if it had ended before.
    pub async fn end_order(&mut self, id: &str) -> StoreResult<bool> {
        let done = query(
            "UPDATE bankid_orders SET state = 'ended', started = NULL, completion = NULL
             WHERE id = $1 AND state IN ('cancelling', 'done')",
        )
        .bind(id)
        .execute(self)
        .await?;
        Ok(done == 1)
    }

    /// Records that the browser returned from the app. Returns `false` if it had before.
    pub async fn order_returned(&mut self, id: &str, at: Time) -> StoreResult<bool> {
        let done = query(
            "UPDATE bankid_orders SET returned_at = $2 WHERE id = $1 AND returned_at IS NULL",
        )
        .bind(id)
        .bind(at)
        .execute(self)
        .await?;
        Ok(done == 1)
    }

    /// Adds a login.
    pub async fn add_login(&mut self, login: &OidcLogin) -> StoreResult<()> {
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
        .write(self)
        .await
    }

    /// Returns the login with this id.
    pub async fn login(&mut self, id: &str) -> StoreResult<Option<OidcLogin>> {
        query(concat!("SELECT ", oidc_login_columns!(), " FROM oidc_logins WHERE id = $1"))
            .bind(id)
            .fetch_optional(self)
            .await
    }

    /// Returns the login whose `state` has this hash.
    pub async fn login_by_state(&mut self, state_hash: &[u8]) -> StoreResult<Option<OidcLogin>> {
        query(concat!("SELECT ", oidc_login_columns!(), " FROM oidc_logins WHERE state_hash = $1"))
            .bind(state_hash)
            .fetch_optional(self)
            .await
    }

    /// Consumes a login's callback. Returns `false` if it was used before.
    pub async fn use_login(&mut self, id: &str, at: Time) -> StoreResult<bool> {
        let done = query("UPDATE oidc_logins SET used_at = $2 WHERE id = $1 AND used_at IS NULL")
            .bind(id)
            .bind(at)
            .execute(self)
            .await?;
        Ok(done == 1)
    }

    /// Returns the numbers of followed orders, by the name of their state.
    pub async fn followed_orders(&mut self) -> StoreResult<Vec<(String, i64)>> {
        query(
            "SELECT state, COUNT(*) FROM bankid_orders
             WHERE state IN ('opening', 'open', 'cancelling') GROUP BY state",
        )
        .fetch_all(self)
        .await
    }

    /// Returns what shows whether an order that the poller follows has changed: its id, state, hint, and when
    /// BankID issued it.
    pub async fn order_marks(&mut self) -> StoreResult<Vec<(String, String, String, Time)>> {
        query(
            "SELECT id, state, hint, issued_at FROM bankid_orders
             WHERE state IN ('opening', 'open', 'cancelling')",
        )
        .fetch_all(self)
        .await
    }

    /// Erases orders and logins that were started before a time, a bounded number at once. Returns how many.
    pub async fn purge_identifications(&mut self, begun_before: Time) -> StoreResult<u64> {
        self.use_short_lock_timeout().await?;
        let orders = query(
            "DELETE FROM bankid_orders WHERE id IN (
                SELECT id FROM bankid_orders WHERE begun_at < $1 ORDER BY begun_at, id LIMIT 1000)",
        )
        .bind(begun_before)
        .execute(self)
        .await?;
        let logins = query(
            "DELETE FROM oidc_logins WHERE id IN (
                SELECT id FROM oidc_logins WHERE begun_at < $1 ORDER BY begun_at, id LIMIT 1000)",
        )
        .bind(begun_before)
        .execute(self)
        .await?;
        Ok(orders + logins)
    }
}
