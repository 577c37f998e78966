//! The built program, in its own process that can be killed.

use crate::visitor::{Visitor, ask, call};
use axum::http::Method;
use rustix::process::{Pid, Signal, kill_process};
use std::{
    io::{BufRead, BufReader, Read},
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};
use tempfile::TempDir;
use tokio::time;

/// Time in which the program must be ready.
const PATIENCE: Duration = Duration::from_mins(1);

/// Lines of the log that are kept for a failure's message.
const KEPT: usize = 40;

/// Folder and settings of the programs.
pub(crate) struct Home {
    folder: TempDir,
    settings: Vec<(String, String)>,
    /// The addresses of the programs.
    pub(crate) addresses: Vec<SocketAddr>,
    pub(crate) origin: String,
    pub(crate) token: String,
    said: Said,
}

/// The end of the programs' logs, and whether one panicked.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<(Vec<String>, bool)>>);

impl Home {
    /// Prepares this many programs on a database, or on a new file if none is named.
    pub(crate) fn new(mail: SocketAddr, database: Option<&str>, programs: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let addresses: Vec<SocketAddr> = {
            // All are held at once, so that they differ.
            let ports: Vec<_> = (0..programs)
                .map(|_| TcpListener::bind("127.0.0.1:0").expect("a free port"))
                .collect();
            ports.iter().map(|port| port.local_addr().expect("an address")).collect()
        };
        let origin = format!("http://{}", addresses[0]);
        let file = format!("sqlite://{}", folder.path().join("anslut.db").display());
        let settings = [
            ("ORGANISATION__NAME", "Exempelby kommun"),
            ("HTTP__PUBLIC_URL", &origin),
            ("DATABASE__URL", database.unwrap_or(&file)),
            ("MAIL__URL", &format!("smtp://{mail}")),
            ("MAIL__FROM", "mote@kommun.example"),
            ("SECRETS__KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
        ];
        let settings = settings
            .iter()
            .map(|(name, value)| (format!("ANSLUT_{name}"), (*value).to_owned()))
            .collect();
        let said = Said::default();
        let mut home = Self { folder, settings, addresses, origin, token: String::new(), said };
        let made =
            home.command(home.addresses[0], &["token", "create", "--name", "ledger"]).output();
        let made = made.expect("the program runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        String::from_utf8_lossy(&made.stdout).trim().clone_into(&mut home.token);
        home
    }

    /// Sets an environment variable for the programs that are started from now on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.settings.push((format!("ANSLUT_{name}"), value.to_owned()));
    }

    /// Returns the output of a command.
    pub(crate) fn call(&self, argument: &str) -> String {
        let called = self.command(self.addresses[0], &[argument]).output().expect("a run");
        String::from_utf8_lossy(&called.stdout).into_owned()
    }

    /// Returns the path of the database's file.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("anslut.db")
    }

    fn command(&self, address: SocketAddr, arguments: &[&str]) -> Command {
        // The signal for files that grow too large would end the process. Ignored, the write fails instead,
        // as on a full disk.
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_anslut")])
            .args(arguments)
            .env_clear()
            .envs(self.settings.iter().cloned())
            .env("ANSLUT_HTTP__LISTEN", address.to_string())
            .env("ANSLUT_ROOM__SERVER", format!("port-{}", address.port()))
            .current_dir(self.folder.path());
        command
    }

    /// Starts a program and waits until it is ready.
    pub(crate) async fn start(&self, number: usize) -> Program {
        let program = self.launch(number);
        let ready = async {
            while !self.is_ready(number).await {
                time::sleep(Duration::from_millis(5)).await;
            }
        };
        time::timeout(PATIENCE, ready).await.unwrap_or_else(|_| panic!("{}", self.last_words()));
        program
    }

    /// Starts a program.
    pub(crate) fn launch(&self, number: usize) -> Program {
        let mut child = self
            .command(self.addresses[number], &["serve"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        self.said.hear(child.stderr.take().expect("a pipe"));
        Program(child)
    }

    pub(crate) async fn is_ready(&self, number: usize) -> bool {
        self.status(number, "/readyz").await == Some(200)
    }

    /// Returns the status of the response to a path.
    pub(crate) async fn status(&self, number: usize, path: &str) -> Option<u16> {
        let request = call(Method::GET, path, "", None, "");
        Some(ask(self.addresses[number], request).await?.status)
    }

    /// Waits until a program is ready again.
    pub(crate) async fn ready_again(&self, number: usize) {
        let ready = async {
            while !self.is_ready(number).await {
                time::sleep(Duration::from_millis(50)).await;
            }
        };
        time::timeout(PATIENCE, ready).await.unwrap_or_else(|_| panic!("{}", self.last_words()));
    }

    /// Returns the address and origin for a visitor.
    pub(crate) fn at(&self, number: usize) -> (SocketAddr, &str) {
        (self.addresses[number], &self.origin)
    }

    /// Returns a visitor who reads English.
    pub(crate) fn english() -> Visitor {
        Visitor { language: Some("en"), ..Visitor::default() }
    }

    /// Waits until a line holds some words. A thread of the program's own writes its lines, so they can come
    /// after the answer to a request.
    pub(crate) async fn says(&self, words: &str) {
        let said = async {
            while !self.last_words().contains(words) {
                time::sleep(Duration::from_millis(5)).await;
            }
        };
        time::timeout(PATIENCE, said).await.unwrap_or_else(|_| panic!("{}", self.last_words()));
    }

    pub(crate) fn last_words(&self) -> String {
        self.said.0.lock().expect("a lock").0.join("\n")
    }

    pub(crate) fn nothing_panicked(&self) {
        let said = self.said.0.lock().expect("a lock");
        assert!(!said.1, "{}", said.0.join("\n"));
    }
}

impl Said {
    fn hear(&self, pipe: impl Read + Send + 'static) {
        let said = self.clone();
        thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                let mut said = said.0.lock().expect("a lock");
                said.1 |= line.contains("panic");
                // Requests that succeed would push out what is looked for.
                if line.contains(r#""message":"request""#) && line.contains(r#""status":200"#) {
                    continue;
                }
                if said.0.len() == KEPT {
                    said.0.remove(0);
                }
                said.0.push(line);
            }
        });
    }
}

/// A running program. It ends with the test.
pub(crate) struct Program(Child);

impl Program {
    /// Kills it at once, whatever it is doing.
    pub(crate) fn kill(&mut self) {
        // SIGKILL.
        self.0.kill().expect("killed");
        self.0.wait().expect("gone");
    }

    /// Asks it to stop.
    pub(crate) fn terminate(&self) {
        let id = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw).expect("a process");
        kill_process(id, Signal::TERM).expect("told");
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.0.try_wait().expect("a status").is_none()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}
