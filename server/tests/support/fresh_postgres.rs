//! A PostgreSQL database of its own for one test, on the server that `scripts/postgres` has started.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, postgres::PgConnectOptions};
use std::{str::FromStr, thread};
use url::Url;

/// Where the server's address is found.
const SERVER: &str = "ANSLUT_TEST_POSTGRES";

/// What holds the tables already: others are copies of it.
const TEMPLATE: &str = "anslut_template";

/// Keeps other tests, which may be other processes, from making the template too.
const TEMPLATE_LOCK: i64 = 1;

/// A database; it goes when this is dropped.
pub(crate) struct FreshPostgres {
    server: String,
    name: String,
    /// Its address.
    pub(crate) url: String,
}

impl FreshPostgres {
    /// One with all tables, and nothing in them.
    pub(crate) async fn with_tables() -> Self {
        let server = address();
        let mut connection = connect(&options(&server)).await;
        make_template(&server, &mut connection).await;
        Self::made(&server, connection, TEMPLATE).await
    }

    /// One that nothing was ever done to.
    pub(crate) async fn empty() -> Self {
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
        // On a thread of its own, since this may be dropped where nothing can be waited for.
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

/// The address of one of the server's databases.
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

/// Makes the template where there is none.
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
        // Under another name until it is whole: a test may be stopped in the middle.
        run(connection, "DROP DATABASE IF EXISTS half_made".to_owned()).await;
        run(connection, "CREATE DATABASE half_made TEMPLATE template0".to_owned()).await;
        let mut inside = connect(&options(&of_database(server, "half_made"))).await;
        sqlx::migrate!("migrations/postgres").run(&mut inside).await.expect("the tables");
        inside.close().await.expect("closed");
        run(connection, format!("ALTER DATABASE half_made RENAME TO {TEMPLATE}")).await;
    }
    run(connection, lock("unlock")).await;
}
