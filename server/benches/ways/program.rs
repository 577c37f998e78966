//! The program that is measured.

use crate::machine::{cpu, memory};
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
    /// A token for its REST interface.
    pub(crate) token: String,
    /// The folder of its log.
    _folder: TempDir,
}

impl Program {
    pub(crate) async fn start(database: &Database, mail: SocketAddr) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = port.local_addr().expect("an address");
        drop(port);
        let folder = tempfile::tempdir().expect("a folder");
        let log = File::create(folder.path().join("log")).expect("a file");
        let program = env::var("ANSLUT").unwrap_or_else(|_| "../target/release/anslut".to_owned());
        let call = |arguments: &[&str]| {
            let mut command = Command::new(&program);
            command
                .args(arguments)
                .env("ANSLUT_ORGANISATION__NAME", "Exempelkommunen")
                .env("ANSLUT_HTTP__LISTEN", address.to_string())
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
        while TcpStream::connect(address).await.is_err() {
            time::sleep(Duration::from_millis(20)).await;
        }
        Self { child, address, token, _folder: folder }
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

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
