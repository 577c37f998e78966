//! `PgBouncer` between the program and the database.

use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
    time::Duration,
};
use tempfile::TempDir;
use test_support::fresh_postgres::FreshPostgres;
use url::Url;

/// A pooler for one test. It ends when this is dropped.
struct Bouncer {
    child: Child,
    address: SocketAddr,
    folder: TempDir,
    database: String,
}

/// Starts a pooler. `None` if `PgBouncer` is not installed.
fn bouncer(fresh: &FreshPostgres, settings: &str) -> Option<Bouncer> {
    let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"];
    let program = program.into_iter().find(|it| Path::new(it).exists())?;
    let folder = tempfile::tempdir().expect("a folder");
    let address = TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr());
    let address = address.expect("a free port");
    let url = Url::parse(&fresh.url).expect("an address");
    let host =
        url.query_pairs().find(|(key, _)| key == "host").map(|(_, value)| value.into_owned());
    let host = host.unwrap_or_else(|| url.host_str().unwrap_or_default().to_owned());
    let (user, port) = (url.username().to_owned(), url.port().unwrap_or(5432));
    let file = folder.path().join("pgbouncer.ini");
    let written = format!(
        "[databases]\n* = host={host} port={port} user={user}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
         listen_port = {}\nunix_socket_dir =\nauth_type = any\n{settings}\n",
        address.port()
    );
    fs::write(&file, written).expect("a file");
    open_up(folder.path());
    let mut command = Command::new(program);
    command.arg("-q").arg(&file).stdout(Stdio::null()).stderr(Stdio::null());
    // `PgBouncer` refuses to run as root. It runs as the user that `scripts/postgres` has chosen for the
    // server.
    if output("id", &["-u"]) == "0" {
        let postgres = !output("id", &["-u", "postgres"]).is_empty();
        command.args(["-u", if postgres { "postgres" } else { "nobody" }]);
    }
    let child = command.spawn().expect("it runs");
    let database = url.path().trim_start_matches('/').to_owned();
    let bouncer = Bouncer { child, address, folder, database };
    for _ in 0..400 {
        if TcpStream::connect(bouncer.address).is_ok() {
            return Some(bouncer);
        }
        thread::sleep(Duration::from_millis(25));
    }
    panic!("PgBouncer does not listen");
}

fn open_up(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("set");
}

fn output(program: &str, arguments: &[&str]) -> String {
    let called = Command::new(program).args(arguments).output().expect("it runs");
    String::from_utf8_lossy(&called.stdout).trim().to_owned()
}

impl Bouncer {
    fn call(&self, argument: &str) -> Output {
        let url = format!("postgres://anslut@{}/{}?sslmode=disable", self.address, self.database);
        Command::new(env!("CARGO_BIN_EXE_anslut"))
            .arg(argument)
            .env_clear()
            .env("ANSLUT_ORGANISATION__NAME", "Mölndals stad")
            .env("ANSLUT_HTTP__PUBLIC_URL", "https://mote.kommun.example")
            .env("ANSLUT_HTTP__LISTEN", "127.0.0.1:0")
            .env("ANSLUT_DATABASE__URL", url)
            .env("ANSLUT_MAIL__URL", "smtp://127.0.0.1:9")
            .env("ANSLUT_MAIL__FROM", "mote@kommun.example")
            .env("ANSLUT_SECRETS__KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
            .current_dir(self.folder.path())
            .output()
            .expect("a run")
    }

    /// Asserts that the program rejects the pooler at the start and names it, and that the doctor reports it.
    fn is_refused(&self, how: &str) {
        let served = self.call("serve");
        let said = String::from_utf8_lossy(&served.stderr);
        assert_eq!(served.status.code(), Some(1), "{how}: {said}");
        assert!(said.contains("database.url: ") && said.contains("PgBouncer"), "{how}: {said}");
        let said = self.call("doctor").stdout;
        let said = String::from_utf8_lossy(&said);
        let line = said.lines().find(|line| line.starts_with("FAILED  database: "));
        assert!(line.is_some_and(|line| line.contains("PgBouncer")), "{how}: {said}");
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Parameters that a pooler ignores, so that clients which set them can connect.
const IGNORES: &str = "ignore_startup_parameters = extra_float_digits, options";

async fn set(fresh: &FreshPostgres, setting: &str) {
    use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
    let mut connection = PgConnection::connect(&fresh.url).await.expect("a connection");
    let (name,): (String,) = sqlx::query_as("SELECT current_database()::TEXT")
        .fetch_one(&mut connection)
        .await
        .expect("a name");
    let statement = format!("ALTER DATABASE {name} SET {setting}");
    connection.execute(AssertSqlSafe(statement)).await.expect("set");
    connection.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_that_has_clients_share_connections_is_refused_by_its_name() {
    let fresh = FreshPostgres::with_tables().await;
    let shared = "pool_mode = transaction";
    let Some(plain) = bouncer(&fresh, shared) else { return };
    plain.is_refused("as it comes");
    drop(plain);
    let dropping = bouncer(&fresh, &format!("{shared}\n{IGNORES}")).expect("a pooler");
    dropping.is_refused("dropping what is set");
    drop(dropping);
    // Nothing but shared connections reveals it now.
    set(&fresh, "lock_timeout = '3s'").await;
    for size in ["default_pool_size = 20", "default_pool_size = 1"] {
        let quiet = bouncer(&fresh, &format!("{shared}\n{IGNORES}\n{size}")).expect("a pooler");
        quiet.is_refused(size);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_that_leaves_a_connection_to_one_client_will_do_if_the_bounds_are_set() {
    let fresh = FreshPostgres::with_tables().await;
    let settings = format!("pool_mode = session\n{IGNORES}");
    let Some(unbounded) = bouncer(&fresh, &settings) else { return };
    unbounded.is_refused("without the bounds");
    // Its connections end with it, since they keep the settings with which they were opened.
    drop(unbounded);
    set(&fresh, "lock_timeout = '3s'").await;
    let bounded = bouncer(&fresh, &settings).expect("a pooler");
    let migrated = bounded.call("migrate");
    assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
    let doctor = bounded.call("doctor").stdout;
    let doctor = String::from_utf8_lossy(&doctor);
    assert!(doctor.contains("ok      database: "), "{doctor}");
}
