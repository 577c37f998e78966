//! A refusal with an unread body does no harm to the next request on the connection.

use super::{
    socket::{Server, rest},
    *,
};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(30);

async fn product() -> Server {
    Server::start(service(Mode::Product)).await
}

/// Reads one response: its head in small letters, and the part of its body that came with it.
async fn answer(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let read = async {
        while !text.windows(4).any(|end| end == b"\r\n\r\n") {
            if stream.read_buf(&mut text).await.expect("an answer") == 0 {
                break;
            }
        }
    };
    timeout(PATIENCE, read).await.expect("an answer in time");
    String::from_utf8(text).expect("text").to_lowercase()
}

fn status_of(answer: &str) -> &str {
    answer.strip_prefix("http/1.1 ").and_then(|rest| rest.get(..3)).unwrap_or(answer)
}

fn ends(answer: &str) -> bool {
    answer.contains("\r\nconnection: close\r\n")
}

/// Returns a chunked body of so many kilobytes.
fn chunked(kilobytes: usize) -> String {
    format!("400\r\n{}\r\n", "x".repeat(1024)).repeat(kilobytes) + "0\r\n\r\n"
}

#[tokio::test]
async fn after_a_refusal_the_connection_goes_on_with_the_next_request() {
    let server = product().await;
    let sized = |size: usize| format!("content-length: {size}\r\n\r\n{}", "a".repeat(size));
    let streamed = |kilobytes| format!("transfer-encoding: chunked\r\n\r\n{}", chunked(kilobytes));
    for (head, body, expected) in [
        ("POST /do/code HTTP/1.1\r\nhost: x\r\n", sized(100_000), "413"),
        ("POST /do/code HTTP/1.1\r\nhost: x\r\n", streamed(100), "413"),
        ("POST /do/code HTTP/1.1\r\nhost: x\r\n", sized(1_900_000), "413"),
        ("POST /do/code HTTP/1.1\r\nhost: x\r\norigin: null\r\n", sized(30_000), "403"),
        ("POST /do/code HTTP/1.1\r\nhost: x\r\norigin: null\r\n", streamed(30), "403"),
        ("GET /m/x HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\n", sized(9_000), "403"),
        ("POST /nowhere HTTP/1.1\r\nhost: x\r\n", sized(100_000), "413"),
        ("POST /nowhere HTTP/1.1\r\nhost: x\r\n", sized(60_000), "404"),
        ("PUT /m/x HTTP/1.1\r\nhost: x\r\n", streamed(9), "405"),
        ("GET /m/x HTTP/1.1\r\nhost: x\r\n", sized(100_000), "413"),
        ("GET /wrong HTTP/1.1\r\nhost: x\r\n", sized(60_000), "500"),
    ] {
        let mut stream = server.send(&format!("{head}{body}")).await;
        let refused = answer(&mut stream).await;
        assert_eq!(status_of(&refused), expected, "{head}: {refused}");
        assert!(!ends(&refused), "{head}: {refused}");
        stream.write_all(b"GET /kept HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("sent");
        let next = answer(&mut stream).await;
        assert!(next.contains("http/1.1 200 "), "{head}: {next}");
    }
}

#[tokio::test]
async fn where_the_rest_does_not_come_the_answer_says_that_the_connection_ends() {
    let server = product().await;
    for (request, expected) in [
        ("POST /do/code HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\nabc", "413"),
        (
            "POST /do/code HTTP/1.1\r\nhost: x\r\norigin: null\r\ncontent-length: 9\r\n\r\nabc",
            "403",
        ),
        (
            "POST /do/code HTTP/1.1\r\nhost: x\r\norigin: null\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab",
            "403",
        ),
        ("POST /do/code HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n", "400"),
    ] {
        let mut stream = server.send(request).await;
        let refused = answer(&mut stream).await;
        assert_eq!(status_of(&refused), expected, "{request}");
        assert!(ends(&refused), "{request}: {refused}");
        assert_eq!(timeout(PATIENCE, rest(stream)).await.expect("an end"), "");
    }
}

#[tokio::test]
async fn a_client_that_sends_on_reads_the_whole_answer_and_no_reset() {
    let server = product().await;
    for head in [
        "POST /do/code HTTP/1.1\r\nhost: x\r\ncontent-length: 50000000\r\n\r\n",
        "POST /do/code HTTP/1.1\r\nhost: x\r\norigin: null\r\ncontent-length: 50000000\r\n\r\n",
        "POST /do/code HTTP/1.1\r\ncontent-length: 3000000\r\n\r\n",
        "POST /do/code HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n",
    ] {
        let mut stream = server.send(head).await;
        stream.write_all(&vec![b'a'; 3_000_000]).await.expect("taken");
        let (mut read, _write) = stream.into_split();
        let mut all = Vec::new();
        timeout(PATIENCE, read.read_to_end(&mut all)).await.expect("an end").expect("no reset");
        let all = String::from_utf8(all).expect("text").to_lowercase();
        assert!(all.starts_with("http/1.1 4") && ends(&all), "{head}: {all}");
    }
    // The rest of a head that is too large follows it.
    let mut stream = server.send("GET / HTTP/1.1\r\nhost: x\r\nx: ").await;
    stream.write_all(&vec![b'a'; 1_000_000]).await.expect("taken");
    let all = timeout(PATIENCE, rest(stream)).await.expect("an end").to_lowercase();
    assert!(all.starts_with("http/1.1 431 ") && ends(&all), "{all}");
}

#[tokio::test]
async fn a_body_that_waits_to_be_asked_for_is_not_asked_for_in_vain() {
    let server = product().await;
    let head = "POST /do/code HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n";
    for more in ["content-length: 100000\r\n\r\n", "origin: null\r\ncontent-length: 9\r\n\r\n"] {
        let mut stream = server.send(&format!("{head}{more}")).await;
        let refused = answer(&mut stream).await;
        assert!(matches!(status_of(&refused), "413" | "403") && ends(&refused), "{refused}");
        assert_eq!(timeout(PATIENCE, rest(stream)).await.expect("an end"), "");
    }
    let mut stream = server.send(&format!("{head}content-length: 3\r\n\r\n")).await;
    assert_eq!(status_of(&answer(&mut stream).await), "100");
    stream.write_all(b"abc").await.expect("sent");
    let taken = answer(&mut stream).await;
    assert!(taken.starts_with("http/1.1 200 ") && !ends(&taken), "{taken}");
}

#[tokio::test]
async fn a_demo_that_turns_somebody_away_keeps_the_connection_too() {
    let server = Server::start(service(Mode::Demo)).await;
    let request = format!(
        "POST /do/code HTTP/1.1\r\nhost: evil.example\r\ncontent-length: 9000\r\n\r\n{}",
        "a".repeat(9_000)
    );
    let mut stream = server.send(&request).await;
    for _ in 0..2 {
        let refused = answer(&mut stream).await;
        assert!(status_of(&refused) == "421" && !ends(&refused), "{refused}");
        stream.write_all(request.as_bytes()).await.expect("sent");
    }
}

#[tokio::test]
async fn a_request_that_names_no_host_or_two_is_refused_and_ends_the_connection() {
    let server = product().await;
    for head in [
        "GET /m/x HTTP/1.1\r\n\r\n",
        "GET /m/x HTTP/1.1\r\nhost: x\r\nhost: x\r\n\r\n",
        "GET /m/x HTTP/1.1\r\nhost: x\r\nHost: y\r\n\r\n",
        "GET /m/x HTTP/1.1\r\nhost: a b\r\n\r\n",
        "GET http://x/m/x HTTP/1.1\r\n\r\n",
        "GET http://user@x/m/x HTTP/1.1\r\nhost: x\r\n\r\n",
    ] {
        let refused = timeout(PATIENCE, rest(server.send(head).await)).await.expect("an end");
        let refused = refused.to_lowercase();
        assert!(status_of(&refused) == "400" && ends(&refused), "{head}: {refused}");
    }
    for head in [
        "GET /m/x HTTP/1.0\r\n\r\n",
        "GET http://x/m/x HTTP/1.1\r\nhost: y\r\nconnection: close\r\n\r\n",
        "GET /m/x HTTP/1.1\r\nhost: [::1]:3000\r\nconnection: close\r\n\r\n",
    ] {
        let taken = timeout(PATIENCE, rest(server.send(head).await)).await.expect("an end");
        assert!(taken.contains(" 200 "), "{head}: {taken}");
    }
}
