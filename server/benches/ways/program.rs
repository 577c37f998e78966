//! The program that is measured.

use crate::{
    machine::{cpu, memory},
    wire::Wire,
};
use std::{
    env,
    fs::File,
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    net::{TcpListener, TcpStream},
    time,
};

/// The program's database.
pub(crate) enum Database {
    Sqlite(PathBuf),
    /// The address of a database.
    Postgres(String),
}

impl Database {
    fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
            Self::Postgres(url) => url.clone(),
        }
    }
}

/// The running program, stopped when this is dropped.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: SocketAddr,
    /// The address of its metrics. `None` for the ceiling, which has none.
    metrics: Option<SocketAddr>,
    /// A token for its REST interface.
    pub(crate) token: String,
    /// The folder of its log.
    _folder: TempDir,
}

impl Program {
    /// Starts the program with further settings, each a variable and its value.
    pub(crate) async fn start(
        database: &Database,
        mail: SocketAddr,
        settings: &[(&str, &str)],
    ) -> Self {
        let (address, metrics) = (free_address().await, free_address().await);
        let folder = tempfile::tempdir().expect("a folder");
        let log = File::create(folder.path().join("log")).expect("a file");
        let program = env::var("ANSLUT").unwrap_or_else(|_| "../target/release/anslut".to_owned());
        let call = |arguments: &[&str]| {
            let mut command = Command::new(&program);
            command
                .args(arguments)
                .envs(settings.iter().copied())
                .env("ANSLUT_ORGANISATION__NAME", "Exempelkommunen")
                .env("ANSLUT_HTTP__LISTEN", address.to_string())
                .env("ANSLUT_METRICS__LISTEN", metrics.to_string())
                .env("ANSLUT_HTTP__PUBLIC_URL", format!("http://{address}"))
                .env("ANSLUT_DATABASE__URL", database.url())
                .env("ANSLUT_MAIL__URL", format!("smtp://{mail}"))
                .env("ANSLUT_MAIL__FROM", "mote@kommun.example")
                .env("ANSLUT_SECRETS__KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
            command
        };
        let token = call(&["token", "create", "--name", "bench"]).output();
        let token = token.expect("the program, built by `make program`").stdout;
        let child = call(&["serve"]).stdout(Stdio::null()).stderr(log).spawn().expect("it runs");
        let token = String::from_utf8(token).expect("text").trim().to_owned();
        answers(address).await;
        Self { child, address, metrics: Some(metrics), token, _folder: folder }
    }

    /// Runs another program, which answers at this address and has no metrics.
    pub(crate) async fn other(mut command: Command, address: SocketAddr) -> Self {
        let child = command.spawn().expect("it runs");
        answers(address).await;
        let folder = tempfile::tempdir().expect("a folder");
        Self { child, address, metrics: None, token: String::new(), _folder: folder }
    }

    /// Returns the numbers of statements and commits of the database.
    pub(crate) async fn counts(&self) -> (f64, f64) {
        let Some(metrics) = self.metrics else { return (0.0, 0.0) };
        let mut wire = Wire::to(metrics).await;
        let request = format!("GET /metrics HTTP/1.1\r\nhost: {metrics}\r\n\r\n");
        let text = String::from_utf8_lossy(wire.ask(&request).await.body).into_owned();
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|value| value.trim().parse().ok()).unwrap_or(f64::NAN)
        };
        (value("anslut_database_statements_total"), value("anslut_database_commits_total"))
    }

    /// Returns the process id.
    pub(crate) fn id(&self) -> String {
        self.child.id().to_string()
    }

    /// Returns the memory that it uses, in MB.
    pub(crate) fn memory(&self) -> f64 {
        memory(&self.id(), "VmRSS")
    }

    /// Returns the most memory that it has used, in MB.
    pub(crate) fn most_memory(&self) -> f64 {
        memory(&self.id(), "VmHWM")
    }

    /// Waits until it is idle.
    pub(crate) async fn rest(&self) {
        let mut used = cpu(&self.id());
        loop {
            time::sleep(Duration::from_millis(100)).await;
            let since = cpu(&self.id()) - used;
            // The outbox's regular check can use one tick.
            if since < 0.015 {
                return;
            }
            used += since;
        }
    }
}

/// Returns an address that nobody listens on.
pub(crate) async fn free_address() -> SocketAddr {
    let port = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    port.local_addr().expect("an address")
}

/// Waits until somebody listens.
async fn answers(address: SocketAddr) {
    while TcpStream::connect(address).await.is_err() {
        time::sleep(Duration::from_millis(20)).await;
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
