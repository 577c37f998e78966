//! Benchmark of polling: how well one process follows many open BankID orders, and what that costs.
//!
//! The program runs in its own process, as in production. BankID is simulated here. The benchmark prints the
//! time between two polls of an order, and the share of a core that the program uses: without visitors, and
//! with a page open on each order that gets a new QR code every second.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement that can't go on fails"
)]

use axum::{Json, Router, extract::State, routing::post};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    env, fs,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::{net::TcpListener, sync::Semaphore, task::JoinSet, time};

/// Open orders.
const ORDERS: usize = 500;

/// Maximum number of recipients of a meeting.
const RECIPIENTS: usize = 100;

/// Duration of a measurement.
const MEASURED: Duration = Duration::from_secs(30);

/// Clock ticks a second in `/proc/PID/stat`.
const TICKS: f64 = 100.0;

/// The calls that BankID received.
#[derive(Default)]
struct Asked {
    begun: u32,
    last: HashMap<String, Instant>,
    between: Vec<Duration>,
}

type Bank = Arc<Mutex<Asked>>;

#[tokio::main]
async fn main() {
    let bank = Bank::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let there = listener.local_addr().expect("an address");
    let calls = Router::new()
        .route("/rp/v6.0/auth", post(auth))
        .route("/rp/v6.0/collect", post(collect))
        .route("/rp/v6.0/cancel", post(|| async { Json(json!({})) }))
        .with_state(Arc::clone(&bank));
    tokio::spawn(async { axum::serve(listener, calls).await });

    let folder = tempfile::tempdir().expect("a folder");
    let port = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let here = port.local_addr().expect("an address");
    drop(port);
    let program = env::var("ANSLUT").unwrap_or_else(|_| "../target/release/anslut".to_owned());
    let child = Command::new(&program)
        .args(["serve", "--demo"])
        .env("ANSLUT_HTTP__LISTEN", here.to_string())
        .env("ANSLUT_DATABASE__URL", format!("sqlite://{}/bench.db", folder.path().display()))
        .env("ANSLUT_BANKID__URL", format!("http://{there}/rp/v6.0"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program, built by `make program`");
    let child = Stopped(child);
    let origin = format!("http://{here}");
    // Nothing here is encrypted, but a client can't be built without a TLS provider.
    rustls::crypto::ring::default_provider().install_default().expect("a provider");
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    while client.get(format!("{origin}/readyz")).send().await.is_err() {
        time::sleep(Duration::from_millis(50)).await;
    }

    let links = invite(&client, &origin).await;
    let hands = Arc::new(Semaphore::new(16));
    let mut ways = JoinSet::new();
    for (email, token) in links {
        ways.spawn(begin(client.clone(), origin.clone(), email, token, Arc::clone(&hands)));
    }
    let open_pages = ways.join_all().await;
    let open = bank.lock().expect("a lock").begun;
    assert_eq!(open as usize, ORDERS, "orders are open");
    // The first polls are not measured.
    time::sleep(Duration::from_secs(5)).await;

    println!("open orders                      {open:>8}");
    println!("nobody looks (aim: below 30 % of a core)");
    measure(&bank, &child).await;
    let mut pages = JoinSet::new();
    for (cookie, token) in open_pages {
        let (client, origin) = (client.clone(), origin.clone());
        pages.spawn(async move {
            let stream = client
                .get(format!("{origin}/m/{token}/progress"))
                .header("accept", "text/event-stream")
                .header("cookie", cookie)
                .send();
            let mut stream = stream.await.expect("an answer");
            assert_eq!(stream.status().as_u16(), 200, "it is told");
            while stream.chunk().await.expect("a connection").is_some() {}
        });
    }
    time::sleep(Duration::from_secs(3)).await;
    println!("a page open on each, with its QR code");
    measure(&bank, &child).await;
    pages.abort_all();
}

/// Measures for a while and prints the result.
async fn measure(bank: &Bank, child: &Stopped) {
    bank.lock().expect("a lock").between.clear();
    let (before, started) = (cpu(child), now());
    time::sleep(MEASURED).await;
    let share = (cpu(child) - before) / (now() - started).as_secs_f64();
    let mut between = std::mem::take(&mut bank.lock().expect("a lock").between);
    between.sort_unstable();
    let at = |part: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            clippy::cast_sign_loss,
            reason = "an index within the list"
        )]
        let index = ((between.len() - 1) as f64 * part) as usize;
        between.get(index).map_or(f64::NAN, Duration::as_secs_f64)
    };
    println!("  questions in {:>3} s               {:>8}", MEASURED.as_secs(), between.len());
    println!("  between two about one order, p50 {:>8.2} s", at(0.5));
    println!("                               p99 {:>8.2} s", at(0.99));
    println!("                               max {:>8.2} s   (aim: 2 to 3 s)", at(1.0));
    println!("  share of a core                  {:>8.1} %", share * 100.0);
}

async fn auth(State(bank): State<Bank>) -> Json<Value> {
    let mut bank = bank.lock().expect("a lock");
    bank.begun += 1;
    let number = bank.begun;
    let order = format!("00000000-0000-4000-8000-{number:012}");
    Json(json!({
        "orderRef": order,
        "autoStartToken": format!("10000000-0000-4000-8000-{number:012}"),
        "qrStartToken": format!("20000000-0000-4000-8000-{number:012}"),
        "qrStartSecret": format!("30000000-0000-4000-8000-{number:012}"),
    }))
}

async fn collect(State(bank): State<Bank>, Json(asked): Json<Value>) -> Json<Value> {
    let order = asked["orderRef"].as_str().unwrap_or_default().to_owned();
    let mut bank = bank.lock().expect("a lock");
    let now = now();
    if let Some(last) = bank.last.insert(order.clone(), now) {
        bank.between.push(now - last);
    }
    Json(json!({ "orderRef": order, "status": "pending", "hintCode": "outstandingTransaction" }))
}

#[expect(clippy::disallowed_methods, reason = "a measurement takes the time by itself")]
fn now() -> Instant {
    Instant::now()
}

/// Books meetings and returns each recipient's address and link.
async fn invite(client: &reqwest::Client, origin: &str) -> HashMap<String, String> {
    for first in (0..ORDERS).step_by(RECIPIENTS) {
        let recipients: Vec<Value> = (first..first + RECIPIENTS)
            .map(|n| {
                json!({ "email": format!("person{n}@example.org"), "assurance": "loa3",
                        "method": "e-id" })
            })
            .collect();
        let meeting = json!({
            "title": "Möte",
            "starts_at": "2030-01-01T09:00:00+01:00",
            "ends_at": "2030-01-01T10:00:00+01:00",
            "organiser": { "name": "Kim", "email": "kim@kommun.example", "phone": "+46300834000" },
            "room": { "kind": "link", "url": "https://video.example/rum" },
            "recipients": recipients,
        });
        let request = client
            .post(format!("{origin}/dev/meetings"))
            .header("content-type", "application/json")
            .body(meeting.to_string());
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 201, "booked");
    }
    loop {
        let answer = client.get(format!("{origin}/dev/outbox.json")).send().await;
        let text = answer.expect("an answer").text().await.expect("a text");
        let messages: Vec<Value> = serde_json::from_str(&text).expect("JSON");
        let links: HashMap<String, String> = messages
            .iter()
            .filter_map(|message| {
                let to = message["to"].as_str().filter(|to| to.starts_with("person"))?;
                let link = message["links"][0].as_str()?;
                Some((to.to_owned(), link.rsplit('/').next()?.to_owned()))
            })
            .collect();
        if links.len() == ORDERS {
            return links;
        }
        time::sleep(Duration::from_millis(200)).await;
    }
}

/// Walks from a link to BankID on another device.
async fn begin(
    client: reqwest::Client,
    origin: String,
    email: String,
    token: String,
    hands: Arc<Semaphore>,
) -> (String, String) {
    let _hand = hands.acquire().await.expect("a hand");
    let mut cookie = String::new();
    for (call, more) in [
        ("address", format!("&email={}", email.replace('@', "%40"))),
        ("begin", String::new()),
        ("choose", "&way=bankid-elsewhere".to_owned()),
    ] {
        let answer = client
            .post(format!("{origin}/do/{call}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "application/json")
            .header("cookie", &cookie)
            .body(format!("invitation={token}{more}"))
            .send()
            .await
            .expect("an answer");
        if let Some(set) = answer.headers().get("set-cookie") {
            let set = set.to_str().expect("text");
            set.split(';').next().unwrap_or_default().clone_into(&mut cookie);
        }
    }
    (cookie, token)
}

/// Returns the processor time that the program has used, in seconds.
fn cpu(child: &Stopped) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.0.id())).expect("the process");
    let after = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<f64> = after.split_whitespace().skip(1).flat_map(str::parse).collect();
    fields.iter().skip(10).take(2).sum::<f64>() / TICKS
}

/// The program, stopped when this is dropped.
struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}
