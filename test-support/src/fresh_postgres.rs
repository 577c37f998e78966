//! A new PostgreSQL database for one test, on the server that `scripts/postgres` has started.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, postgres::PgConnectOptions};
use std::{str::FromStr, thread};
use url::Url;

/// The environment variable with the server's address.
const SERVER: &str = "ANSLUT_TEST_POSTGRES";

/// A database that holds the tables already. Others are copies of it.
const TEMPLATE: &str = "anslut_template";

/// Key of the lock under which the template is created. Tests of other processes may want it too.
const TEMPLATE_LOCK: i64 = 1;

/// A database. It goes when this is dropped.
pub struct FreshPostgres {
    server: String,
    name: String,
    /// The database's address.
    pub url: String,
}

impl FreshPostgres {
    /// Creates a database with all tables, and no rows.
    pub async fn with_tables() -> Self {
        let server = address();
        let mut connection = connect(&options(&server)).await;
        make_template(&server, &mut connection).await;
        Self::made(&server, connection, TEMPLATE).await
    }

    /// Creates a database without tables.
    pub async fn empty() -> Self {
        let server = address();
        let connection = connect(&options(&server)).await;
        Self::made(&server, connection, "template0").await
    }

    async fn made(server: &str, mut connection: PgConnection, template: &str) -> Self {
        let (name,): (String,) =
            sqlx::query_as("SELECT 'test_' || replace(gen_random_uuid()::TEXT, '-', '')")
                .fetch_one(&mut connection)
                .await
                .expect("a name");
        run(&mut connection, format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        connection.close().await.expect("closed");
        Self { server: server.to_owned(), url: of_database(server, &name), name }
    }
}

impl Drop for FreshPostgres {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // On its own thread, since this may be dropped where nothing can be awaited.
        let drop = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let mut connection = connect(&options(&server)).await;
                run(&mut connection, format!("DROP DATABASE {name} WITH (FORCE)")).await;
            });
        };
        thread::spawn(drop).join().ok();
    }
}

fn address() -> String {
    std::env::var(SERVER)
        .unwrap_or_else(|_| panic!("{SERVER} is not set: run this under scripts/postgres"))
}

/// Returns the address of one of the server's databases.
fn of_database(server: &str, name: &str) -> String {
    let mut url = Url::parse(server).expect("an address");
    url.set_path(name);
    url.into()
}

fn options(url: &str) -> PgConnectOptions {
    PgConnectOptions::from_str(url).expect("an address")
}

async fn connect(options: &PgConnectOptions) -> PgConnection {
    PgConnection::connect_with(options).await.expect("a PostgreSQL server")
}

async fn run(connection: &mut PgConnection, statement: String) {
    connection.execute(AssertSqlSafe(statement)).await.expect("done");
}

/// Creates the template if there is none.
async fn make_template(server: &str, connection: &mut PgConnection) {
    let lock = |call: &str| format!("SELECT pg_advisory_{call}({TEMPLATE_LOCK})");
    run(connection, lock("lock")).await;
    let (there,): (bool,) =
        sqlx::query_as("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)")
            .bind(TEMPLATE)
            .fetch_one(&mut *connection)
            .await
            .expect("the databases");
    if !there {
        // A test may be stopped in the middle, so it has another name until it is complete.
        run(connection, "DROP DATABASE IF EXISTS half_made".to_owned()).await;
        run(connection, "CREATE DATABASE half_made TEMPLATE template0".to_owned()).await;
        let mut inside = connect(&options(&of_database(server, "half_made"))).await;
        sqlx::migrate!("../server/migrations/postgres").run(&mut inside).await.expect("the tables");
        inside.close().await.expect("closed");
        run(connection, format!("ALTER DATABASE half_made RENAME TO {TEMPLATE}")).await;
    }
    run(connection, lock("unlock")).await;
}
