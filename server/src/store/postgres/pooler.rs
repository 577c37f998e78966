//! Poolers in between, such as `PgBouncer`: one that has many clients share a connection is found out and
//! refused, rather than failing now and then.

use super::{CONNECTED_WITHIN, upkeep::connect};
use crate::store::{
    Stored,
    trouble::{POOLED, Unfit},
};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions, query_scalar};
use tokio::time::timeout;

/// How often is looked whether a connection stays the same one: others may use the pooler just then.
const LOOKS: u8 = 3;

/// Refuses a pooler that does not hand on what is set at a connection's start, or that does not leave a
/// connection to one client for as long as it lasts. `limit` is a bound that `bounded` sets.
pub(super) async fn refuse(bounded: &PgConnectOptions, limit: (&str, &str)) -> Stored<()> {
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
        // It keeps to itself what it is given meanwhile.
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

/// The process of the database that serves a connection just now. In a transaction and without a
/// statement that lasts, so that it can be asked through any pooler.
async fn process(connection: &mut PgConnection) -> Stored<i32> {
    let ask = async {
        let mut tx = connection.begin().await?;
        let process =
            query_scalar("SELECT pg_backend_pid()").persistent(false).fetch_one(&mut *tx).await?;
        tx.commit().await?;
        Ok(process)
    };
    timeout(CONNECTED_WITHIN, ask).await.map_err(|_| sqlx::Error::PoolTimedOut)?
}

/// What a setting is in a connection.
async fn setting(connection: &mut PgConnection, name: &str) -> Stored<String> {
    let mut tx = connection.begin().await?;
    let set = query_scalar("SELECT current_setting($1)")
        .bind(name)
        .persistent(false)
        .fetch_one(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(set)
}
