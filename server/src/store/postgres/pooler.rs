//! Poolers, such as `PgBouncer`. One that shares a connection between clients would fail now and then, so it
//! is detected and refused.

use super::{CONNECTED_WITHIN, upkeep::connect};
use crate::store::{
    StoreResult,
    error::{POOLED, Unfit},
};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions, query_scalar};
use tokio::time::timeout;

/// Number of tests that a connection stays the same one. Others may use the pooler during one of them.
const LOOKS: u8 = 3;

/// Refuses a pooler that drops a connection's startup settings, or that shares a connection between clients.
/// `limit` is a setting of `bounded`.
pub(super) async fn refuse(bounded: &PgConnectOptions, limit: (&str, &str)) -> StoreResult<()> {
    let (mut one, mut other) = (connect(bounded).await?, connect(bounded).await?);
    if setting(&mut one, limit.0).await? != limit.1 {
        return Err(Unfit(
            "PgBouncer or another pooler is in between and drops what is set at a connection's start: \
             connect to the database itself",
        )
        .into());
    }
    for _ in 0..LOOKS {
        let at = process(&mut one).await?;
        // This transaction keeps its connection to the database meanwhile.
        let mut held = other.begin().await?;
        let shared = query_scalar::<_, i32>("SELECT pg_backend_pid()")
            .persistent(false)
            .fetch_one(&mut *held)
            .await?;
        if shared == at || process(&mut one).await? != at {
            return Err(Unfit(POOLED).into());
        }
        held.rollback().await?;
    }
    one.close().await?;
    Ok(other.close().await?)
}

/// Returns the id of the database's process that now serves a connection. Works through any pooler, because
/// it uses a transaction and no lasting prepared statement.
async fn process(connection: &mut PgConnection) -> StoreResult<i32> {
    let ask = async {
        let mut tx = connection.begin().await?;
        let process =
            query_scalar("SELECT pg_backend_pid()").persistent(false).fetch_one(&mut *tx).await?;
        tx.commit().await?;
        Ok(process)
    };
    timeout(CONNECTED_WITHIN, ask).await.map_err(|_| sqlx::Error::PoolTimedOut)?
}

/// Returns a setting of a connection.
async fn setting(connection: &mut PgConnection, name: &str) -> StoreResult<String> {
    let mut tx = connection.begin().await?;
    let set = query_scalar("SELECT current_setting($1)")
        .bind(name)
        .persistent(false)
        .fetch_one(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(set)
}
