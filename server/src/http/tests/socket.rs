//! Tests over a real socket, for what in-process calls can't show.

use super::*;
use std::sync::Arc;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Notify, oneshot},
    task::JoinHandle,
};

/// A server that ends with the test.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    done: JoinHandle<()>,
}

impl Server {
    pub(super) async fn start(service: Router) -> Self {
        Self::start_with(service, connections::Crowd::of_a_listener()).await
    }

    /// Starts a server with at most `most` connections.
    pub(super) async fn start_for(most: usize, service: Router) -> Self {
        Self::start_with(service, connections::Crowd::new(most, most)).await
    }

    async fn start_with(service: Router, crowd: connections::Crowd) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, told) = oneshot::channel();
        let told = async {
            told.await.ok();
        };
        let done = tokio::spawn(serve::serve_a_crowd(listener, service, told, crowd));
        Self { address, stop: Some(stop), done }
    }

    pub(super) async fn send(&self, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.expect("a connection");
        stream.write_all(text.as_bytes()).await.expect("sent");
        stream
    }

    fn stop(&mut self) {
        self.stop.take().map(|stop| stop.send(()).ok());
    }
}

pub(super) async fn rest(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    // A refusal before the end of the request may end in a reset, after the response.
    while stream.read_buf(&mut text).await.is_ok_and(|read| read > 0) {}
    String::from_utf8(text).expect("text")
}

#[tokio::test]
async fn what_is_under_way_is_finished_when_the_process_stops() {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (in_begun, in_go_on) = (begun.clone(), go_on.clone());
    let handler = async move || {
        in_begun.notify_one();
        in_go_on.notified().await;
        "whole"
    };
    let mut server = Server::start(Router::new().route("/", get(handler))).await;
    let idle = server.send("").await;
    let stream = server.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    begun.notified().await;
    server.stop();
    // An idle connection is closed at once, so by then the stop has been noticed.
    assert_eq!(rest(idle).await, "");
    assert!(TcpStream::connect(server.address).await.is_err(), "nobody new is let in");
    go_on.notify_one();
    assert!(rest(stream).await.ends_with("whole"));
    server.done.await.expect("a clean end");
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let server = Server::start(Router::new()).await;
    let stream = server.send(&format!("GET / HTTP/1.1\r\nx: {}", "a".repeat(40_000))).await;
    assert!(rest(stream).await.starts_with("HTTP/1.1 431 "));
    let stream = server.send(&format!("GET /{} HTTP/1.1\r\n", "a".repeat(70_000))).await;
    let answer = rest(stream).await;
    assert!(answer.starts_with("HTTP/1.1 414 ") || answer.starts_with("HTTP/1.1 431 "));
}

#[tokio::test]
async fn what_is_no_http_is_refused() {
    let server = Server::start(Router::new()).await;
    for text in ["\0\0\0\0\r\n\r\n", "GET / HTTP/1.1\r\nbad header\r\n\r\n", "GET\r\n\r\n"] {
        let answer = rest(server.send(text).await).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
}

#[tokio::test]
async fn the_peer_is_known_to_the_routes() {
    let peer = async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.ip().to_string();
    let server = Server::start(Router::new().route("/", get(peer))).await;
    let stream = server.send("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert!(rest(stream).await.ends_with("127.0.0.1"));
}

#[tokio::test]
async fn a_head_that_does_not_come_ends_the_connection() {
    let server = Server::start(Router::new()).await;
    let stream = server.send("GET / HTTP/1.1\r\n").await;
    // Real sockets and paused time: the clock moves once everything waits for it.
    tokio::time::pause();
    rest(stream).await;
}
