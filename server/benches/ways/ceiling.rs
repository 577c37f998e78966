//! The ceiling: the same requests, answer sizes and mails, by a plain axum router from memory. It has no store,
//! no pages and no rules. What the program does is held against it.
//!
//! It is this benchmark's own program, started again.

use crate::{
    figures::Sizes,
    person::{CODE, PAGE},
    program::{Program, free_address},
};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderName, header},
    response::IntoResponse,
    routing::{get, post},
};
use std::{
    env,
    net::SocketAddr,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

/// Connections to the mail server, as the program has.
const CONNECTIONS: usize = 16;

/// Says that this process is the ceiling: the addresses to serve on and to mail to, and the sizes of answers.
pub(crate) const VARIABLE: &str = "ANSLUT_BENCH_CEILING";

struct Ceiling {
    sizes: Sizes,
    mails: Vec<UnboundedSender<String>>,
    next: AtomicUsize,
}

/// Starts the ceiling.
pub(crate) async fn start(mail: SocketAddr, sizes: &Sizes) -> Program {
    let address = free_address().await;
    let mut command = Command::new(env::current_exe().expect("this program"));
    command.env(VARIABLE, format!("{address} {mail} {sizes}"));
    Program::other(command, address).await
}

/// Serves until this process is killed.
pub(crate) async fn serve() {
    let variable = env::var(VARIABLE).expect("how to serve");
    let mut parts = variable.split(' ');
    let mut address = || parts.next().and_then(|it| it.parse::<SocketAddr>().ok()).expect("one");
    let (here, mail) = (address(), address());
    let mails = (0..CONNECTIONS).map(|_| {
        let (sender, receiver) = unbounded_channel();
        tokio::spawn(deliver(mail, receiver));
        sender
    });
    let state = Ceiling {
        mails: mails.collect(),
        next: AtomicUsize::new(0),
        sizes: Sizes::parse(parts.next().expect("sizes")),
    };
    let routes = Router::new()
        .route("/m/{token}", get(page))
        .route("/m/{token}/{step}", get(page))
        .route("/do/{call}", post(act))
        .with_state(Arc::new(state));
    let listener = TcpListener::bind(here).await.expect("a port");
    axum::serve(listener, routes).await.expect("it serves");
}

type Answer = ([(HeaderName, String); 2], String);

async fn page(State(state): State<Arc<Ceiling>>) -> Answer {
    let body = filled("<main id=\"view\">", state.sizes.of(PAGE));
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()), cookie()], body)
}

async fn act(
    State(state): State<Arc<Ceiling>>,
    Path(call): Path<String>,
    form: Bytes,
) -> impl IntoResponse {
    let shows = match call.as_str() {
        "begin" => "address",
        "address" => {
            let form = String::from_utf8_lossy(&form);
            let (_, email) = form.split_once("&email=").expect("an address");
            let next = state.next.fetch_add(1, Ordering::Relaxed) % CONNECTIONS;
            state.mails[next].send(email.replace("%40", "@")).expect("a connection");
            CODE
        }
        "code" => "invitation",
        "enter" => "meeting",
        _ => "room",
    };
    let body = filled(&format!("{{\"screen\":{{\"{shows}\""), state.sizes.of(&call));
    ([(header::CONTENT_TYPE, "application/json".to_owned()), cookie()], body)
}

/// A cookie as long as the program's.
fn cookie() -> (HeaderName, String) {
    let value =
        format!("anslut={}; HttpOnly; SameSite=Lax; Path=/; Max-Age=34560000", "x".repeat(43));
    (header::SET_COOKIE, value)
}

fn filled(begins: &str, size: usize) -> String {
    let mut body = String::with_capacity(size);
    body.push_str(begins);
    body.extend(std::iter::repeat_n('x', size.saturating_sub(begins.len())));
    body
}

/// Sends a code to each address, over one connection.
async fn deliver(to: SocketAddr, mut addresses: UnboundedReceiver<String>) {
    let stream = TcpStream::connect(to).await.expect("a mail server");
    stream.set_nodelay(true).expect("no delay");
    let (read, mut write) = stream.into_split();
    let mut answers = BufReader::new(read).lines();
    answers.next_line().await.expect("a greeting");
    let text = "x".repeat(70) + "\r\n";
    while let Some(address) = addresses.recv().await {
        for line in ["MAIL FROM:<mote@kommun.example>", &format!("RCPT TO:<{address}>"), "DATA"] {
            write.write_all(format!("{line}\r\n").as_bytes()).await.expect("a connection");
            answers.next_line().await.expect("an answer");
        }
        let message = format!("Subject: Kod\r\n\r\n1234\r\n{}.\r\n", text.repeat(60));
        write.write_all(message.as_bytes()).await.expect("a connection");
        answers.next_line().await.expect("an answer");
    }
}
