//! A separate database on a PostgreSQL server.

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::process;
use url::Url;

/// Creates a database and returns its address.
pub(crate) async fn make(server: &str) -> String {
    let name = format!("anslut_bench_{}", process::id());
    run(server, format!("CREATE DATABASE {name}")).await;
    let mut url = Url::parse(server).expect("an address");
    url.set_path(&name);
    url.into()
}

/// Drops the database.
pub(crate) async fn drop(server: &str, database: &str) {
    let url = Url::parse(database).expect("an address");
    let name = url.path().trim_start_matches('/');
    run(server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
}

async fn run(server: &str, statement: String) {
    let mut connection = PgConnection::connect(server).await.expect("a server");
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.expect("it is done");
    connection.close().await.ok();
}
