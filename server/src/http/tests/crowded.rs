//! Clients that send half a request, or read nothing, leave room for others.

use super::{
    socket::{Server, rest},
    *,
};
use std::time::Duration;
use tokio::{io::AsyncReadExt, net::TcpStream, time::timeout};

const PATIENCE: Duration = Duration::from_mins(1);

const ASK: &str = "GET /kept HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

async fn is_served(server: &Server) -> bool {
    let asked = async { rest(server.send(ASK).await).await.contains(" 200 ") };
    timeout(PATIENCE, asked).await.unwrap_or(false)
}

#[tokio::test]
async fn connections_that_wait_for_their_client_make_room() {
    for half in [
        "",
        "GET /m/x HTTP/1.1\r\nhost:",
        "POST /do/code HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nabc",
        "GET /kept HTTP/1.1\r\nhost: x\r\n\r\n",
    ] {
        let server = Server::start_for(8, service(Mode::Product)).await;
        let mut others = Vec::new();
        for _ in 0..20 {
            others.push(server.send(half).await);
        }
        assert!(is_served(&server).await, "{half}");
    }
}

#[tokio::test]
async fn whoever_waits_for_an_answer_keeps_the_connection() {
    let server = Server::start_for(2, service(Mode::Product)).await;
    let slow = server.send("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await;
    for _ in 0..9 {
        drop(server.send("GET /m/x HTTP/1.1\r\nhost:").await);
    }
    assert!(is_served(&server).await);
    let mut byte = [0];
    let early = timeout(Duration::from_millis(50), slow.peek(&mut byte)).await;
    assert!(early.is_err(), "it is not closed: {early:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_half_sent_bodies_keep_nobody_from_being_answered() {
    let server = Server::start(service(Mode::Product)).await;
    let half = format!(
        "POST /do/code HTTP/1.1\r\nhost: x\r\ncontent-length: 65536\r\n\r\n{}",
        "a".repeat(60_000)
    );
    let began = crate::clock::Stopwatch::start();
    let mut others = Vec::new();
    for number in 0..2_000 {
        others.push(server.send(&half).await);
        if number % 500 == 499 {
            assert!(is_served(&server).await);
        }
    }
    // All of them would be 120 MB, so the first ones were answered 503.
    let first = timeout(PATIENCE, rest(others.swap_remove(0))).await.expect("an answer");
    assert!(first.starts_with("HTTP/1.1 503 "), "{first}");
    assert!(first.to_lowercase().contains("\r\nretry-after: "), "{first}");
    assert!(began.elapsed() < PATIENCE);
}

#[tokio::test]
async fn whoever_reads_nothing_is_left() {
    let (left, gone) = tokio::sync::oneshot::channel::<()>();
    let left = Arc::new(std::sync::Mutex::new(Some(left)));
    // A response without an end, such as the progress of an identification.
    let told = async move || {
        let left = left.lock().expect("a lock").take();
        Body::from_stream(stream::repeat_with(move || {
            let _held = &left;
            Ok::<_, Infallible>(Bytes::from(vec![b'x'; 64 * 1024]))
        }))
    };
    let server = Server::start(Router::new().route("/", get(told))).await;
    let client = server.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    client.readable().await.expect("an answer");
    // Real sockets and paused time: the clock moves once everything waits for it.
    tokio::time::pause();
    let left = timeout(Duration::from_secs(40), gone).await;
    assert!(left.expect("in time").is_err());
    drop(client);
}

#[tokio::test]
async fn whoever_reads_slowly_gets_the_whole_answer() {
    let large = async || vec![b'x'; 16 * 1024 * 1024];
    let server = Server::start(Router::new().route("/", get(large))).await;
    let mut stream: TcpStream =
        server.send("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    let (mut read, mut piece) = (0, vec![0; 256 * 1024]);
    loop {
        let more = stream.read(&mut piece).await.expect("no reset");
        if more == 0 {
            break;
        }
        read += more;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert!(read > 16 * 1024 * 1024, "{read}");
}
